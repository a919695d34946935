// SPDX-License-Identifier: GPL-2.0-or-later
/* empty.c - what does a process cost that does nothing? tests/budgets counts from there. */

int main(void)
{
	return 0;
}
