/* SPDX-License-Identifier: GPL-2.0-or-later */
/* entry.h - one record as named values: an entry of a journal, an object of JSON.
 *
 * Names of three programs are known: the journal's (MESSAGE, PRIORITY), those of dmesg --json (msg,
 * pri) and our own of --json-lines. Whoever reads a notation opens a value by its name and puts the
 * bytes that it is made of; what they mean is decided when all are there. Other names are passed
 * over, whatever stands behind them. */

#ifndef CDM_TEXTLOG_ENTRY_H
#define CDM_TEXTLOG_ENTRY_H

#include "printk/record.h"

/* Values known by name; CDM_ENTRY_TEXT is what is longer than a few words. */
enum cdm_entry_value {
	CDM_ENTRY_TEXT,  /* first: it has a place of its own */
	CDM_ENTRY_BYTES, /* the same in base64, where the text has lost some */
	CDM_ENTRY_TRANSPORT,
	CDM_ENTRY_PRIORITY,
	CDM_ENTRY_FACILITY,
	CDM_ENTRY_LEVEL_AND_FACILITY,
	CDM_ENTRY_FACILITY_NAME,
	CDM_ENTRY_SOURCE_US,
	CDM_ENTRY_SECONDS,
	CDM_ENTRY_ENTERED_US,
	CDM_ENTRY_WALL_US,
	CDM_ENTRY_SUBSYSTEM,
	CDM_ENTRY_DEVICE,
	CDM_ENTRY_SEQ,
	CDM_ENTRY_CALLER,
	CDM_ENTRY_PID,
	CDM_ENTRY_CPU,
	CDM_ENTRY_COMM,
	CDM_ENTRY_CONTINUES,
	CDM_ENTRY_TYPE,
	CDM_ENTRY_COMPLETE,
	CDM_ENTRY_LOST,
	CDM_ENTRY_VALUES,
};

#define CDM_MAX_ENTRY_NAME 32 /* bytes; no name that is known is as long */
#define CDM_MAX_ENTRY_VALUE 64

struct cdm_entry {
	uint8_t *text; /* borrowed: CDM_MAX_TEXT bytes */
	size_t text_len;
	bool is_cut; /* there was no room for all of the text */
	struct cdm_short_value {
		uint8_t at[CDM_MAX_ENTRY_VALUE]; /* the rest is lost */
		uint8_t len;
	} values[CDM_ENTRY_VALUES];
	uint32_t given; /* a bit a value */
	uint32_t null;  /* a bit for each whose value its writer left out */
	enum cdm_entry_value open;
	uint32_t base64; /* of CDM_ENTRY_BYTES: bits that make no byte yet */
	unsigned n_base64;
};

/* An entry begins. entry->text stays. */
void cdm_entry_begin(struct cdm_entry *entry);

/* A value begins: bytes that are put from now on are its. Of several with a name the last counts. */
void cdm_entry_open(struct cdm_entry *entry, struct cdm_bytes name);
void cdm_entry_put(struct cdm_entry *entry, uint8_t byte);
void cdm_entry_put_null(struct cdm_entry *entry);

bool cdm_entry_has(const struct cdm_entry *entry, enum cdm_entry_value value);
bool cdm_entry_is(const struct cdm_entry *entry, enum cdm_entry_value value, const char *text);
bool cdm_entry_number(const struct cdm_entry *entry, enum cdm_entry_value value, uint64_t *number);

/* Another program's than the kernel's, as journals have them. */
bool cdm_entry_is_foreign(const struct cdm_entry *entry);

/* Fills rec but for its number, where the entry has none. What rec points at is the entry's. */
void cdm_entry_record(const struct cdm_entry *entry, struct cdm_record *rec);

#endif
