// SPDX-License-Identifier: GPL-2.0-or-later
/* kallsyms.c - where is a symbol, by the kernel's own table? */

#include "kernel/kallsyms.h"
#include "base/checked.h"

#include <inttypes.h>

#define N_TOKENS 256
#define MAX_TOKEN_BYTES 8192 /* of all tokens: about 1000 in practice */
#define MAX_NAME 512         /* KSYM_NAME_LEN */
#define PIECE 2048           /* of the names, read at once */

/* Symbols whose address VMCOREINFO has, too: two that agree prove how entries count. */
static const char *const anchors[] = {
	"_stext", "init_uts_ns", "swapper_pg_dir", "prb", "clear_seq", "printk_rb_static",
};
#define N_ANCHORS (sizeof(anchors) / sizeof(*anchors))
#define PROOF 2

struct table {
	struct cdm_kernel *kernel;
	uint64_t names, offsets; /* addresses */
	uint64_t base;
	bool has_base; /* else entries count from something else */
	uint32_t n;
	uint16_t token_at[N_TOKENS];
	uint8_t tokens[MAX_TOKEN_BYTES];
	uint64_t piece_vaddr;
	size_t piece_len;
	uint8_t piece[PIECE]; /* of the names */
};

/* How an entry says where its symbol is. */
enum rule {
	RULE_FROM_BASE, /* counted from kallsyms_relative_base */
	RULE_PERCPU, /* the same downwards from -1 if negative, else the address itself: x86 to 6.14 */
	RULE_FROM_PLACE, /* counted from the entry's own place */
	RULE_FROM_ANCHOR, /* counted from an address that nothing tells: the first anchor's gives it */
	N_RULES
};

/* A name on the way to its address. */
struct entry {
	const char *name;
	bool found;
	uint32_t index;
	int32_t offset;
};

/* ---- tokens and names ---- */

static enum cdm_status read_symbol(const struct table *table, const char *name, uint64_t *vaddr,
				   struct cdm_error *err)
{
	if (cdm_vmcoreinfo_symbol(table->kernel->info, name, vaddr))
		return CDM_OK;
	return cdm_fail(err, CDM_ERR_NO_INFO, "VMCOREINFO has no SYMBOL(%s)", name);
}

/* Tokens stand one behind the other, each with a NUL: the index has to say so. */
static enum cdm_status check_tokens(const struct table *table, size_t len, struct cdm_error *err)
{
	size_t at = 0;

	for (unsigned i = 0; i < N_TOKENS; i++) {
		const uint8_t *nul = at < len ? memchr(table->tokens + at, 0, len - at) : NULL;

		if (table->token_at[i] != at || !nul)
			return cdm_fail(
				err, CDM_CORRUPT,
				"kallsyms: token %u is at %u of the table, and %zu was expected "
				"in %zu bytes",
				i, table->token_at[i], at, len);
		at = (size_t)(nul - table->tokens) + 1;
	}
	return CDM_OK;
}

static enum cdm_status read_tokens(struct table *table, struct cdm_error *err)
{
	uint8_t raw[N_TOKENS * 2];
	uint64_t index_vaddr, tokens_vaddr;
	struct cdm_error unused;
	size_t len;
	enum cdm_status st;

	if ((st = read_symbol(table, "kallsyms_token_index", &index_vaddr, err)) ||
	    (st = read_symbol(table, "kallsyms_token_table", &tokens_vaddr, err)))
		return st;
	if (cdm_kernel_read_exact(table->kernel, index_vaddr, raw, sizeof(raw), err))
		return cdm_context(err, "kallsyms_token_index");
	for (unsigned i = 0; i < N_TOKENS; i++)
		table->token_at[i] = cdm_load_u16(raw + 2 * i, table->kernel->layout);
	/* What is behind the last token may be the end of the kernel. */
	if (cdm_kernel_read(table->kernel, tokens_vaddr, table->tokens, MAX_TOKEN_BYTES, &len,
			    &unused) &&
	    len == 0) {
		*err = unused;
		return cdm_context(err, "kallsyms_token_table");
	}
	return check_tokens(table, len, err);
}

static enum cdm_status read_table(struct table *table, struct cdm_error *err)
{
	uint64_t count_vaddr, base_vaddr;
	uint8_t raw[4];
	enum cdm_status st;

	if ((st = read_symbol(table, "kallsyms_names", &table->names, err)) ||
	    (st = read_symbol(table, "kallsyms_num_syms", &count_vaddr, err)) ||
	    (st = read_symbol(table, "kallsyms_offsets", &table->offsets, err)) ||
	    (st = cdm_kernel_read_exact(table->kernel, count_vaddr, raw, sizeof(raw), err)))
		return st;
	table->n = cdm_load_u32(raw, table->kernel->layout);
	if (table->n == 0 || table->n > CDM_MAX_SYMBOLS)
		return cdm_fail(err, CDM_CORRUPT,
				"kallsyms: %" PRIu32 " symbols are not within 1 and %u", table->n,
				CDM_MAX_SYMBOLS);
	table->has_base =
		cdm_vmcoreinfo_symbol(table->kernel->info, "kallsyms_relative_base", &base_vaddr);
	if (table->has_base && cdm_kernel_read_word(table->kernel, base_vaddr, &table->base, err))
		return cdm_context(err, "kallsyms_relative_base");
	return read_tokens(table, err);
}

/* A byte of the names. */
static enum cdm_status take_byte(struct table *table, uint64_t *vaddr, uint8_t *byte,
				 struct cdm_error *err)
{
	if (*vaddr - table->piece_vaddr >= table->piece_len) {
		enum cdm_status st = cdm_kernel_read(table->kernel, *vaddr, table->piece, PIECE,
						     &table->piece_len, err);

		table->piece_vaddr = *vaddr;
		if (st && table->piece_len == 0)
			return cdm_context(err, "kallsyms_names");
	}
	*byte = table->piece[*vaddr - table->piece_vaddr];
	++*vaddr;
	return CDM_OK;
}

/* Since 6.1 a name of 128 tokens and more has its length in two bytes. */
static enum cdm_status take_length(struct table *table, uint64_t *vaddr, unsigned *len,
				   struct cdm_error *err)
{
	uint8_t low, high;
	enum cdm_status st = take_byte(table, vaddr, &low, err);

	if (st)
		return st;
	*len = low;
	if (!(low & 0x80))
		return CDM_OK;
	st = take_byte(table, vaddr, &high, err);
	if (st)
		return st;
	*len = (low & 0x7fu) | (unsigned)high << 7;
	return CDM_OK;
}

/* The next name, without its type; what is longer than a name can be is cut. */
static enum cdm_status take_name(struct table *table, uint64_t *vaddr, char *name,
				 struct cdm_error *err)
{
	unsigned n_tokens = 0;
	size_t len = 0;
	enum cdm_status st = take_length(table, vaddr, &n_tokens, err);

	if (st)
		return st;
	for (unsigned i = 0; i < n_tokens; i++) {
		uint8_t token;

		st = take_byte(table, vaddr, &token, err);
		if (st)
			return st;
		for (const uint8_t *c = table->tokens + table->token_at[token]; *c; c++)
			if (len < MAX_NAME)
				name[len++] = (char)*c;
	}
	if (len == 0)
		return cdm_fail(err, CDM_CORRUPT, "kallsyms: a symbol has no name");
	memmove(name, name + 1, len - 1);
	name[len - 1] = '\0';
	return CDM_OK;
}

static enum cdm_status walk(struct table *table, struct entry *entries, unsigned n,
			    struct cdm_error *err)
{
	uint64_t vaddr = table->names;
	char name[MAX_NAME + 1];
	unsigned missing = n;
	enum cdm_status st;

	for (uint32_t index = 0; index < table->n && missing; index++) {
		st = take_name(table, &vaddr, name, err);
		if (st)
			return st;
		for (unsigned i = 0; i < n; i++) {
			if (entries[i].found || strcmp(entries[i].name, name) != 0)
				continue;
			entries[i].found = true;
			entries[i].index = index;
			missing--;
		}
	}
	return CDM_OK;
}

/* ---- addresses ---- */

static enum cdm_status read_offsets(struct table *table, struct entry *entries, unsigned n,
				    struct cdm_error *err)
{
	for (unsigned i = 0; i < n; i++) {
		uint8_t raw[4];
		uint64_t vaddr;

		if (!entries[i].found)
			continue;
		if (cdm_add_mul(table->offsets, entries[i].index, 4, &vaddr))
			return cdm_fail(err, CDM_CORRUPT, "kallsyms_offsets is at 0x%" PRIx64,
					table->offsets);
		if (cdm_kernel_read_exact(table->kernel, vaddr, raw, sizeof(raw), err))
			return cdm_context(err, "kallsyms_offsets");
		entries[i].offset = (int32_t)cdm_load_u32(raw, table->kernel->layout);
	}
	return CDM_OK;
}

/* `origin`: of RULE_FROM_ANCHOR. */
static uint64_t address_of(const struct table *table, const struct entry *entry, enum rule rule,
			   uint64_t origin)
{
	uint64_t mask = table->kernel->layout.word == 4 ? UINT32_MAX : UINT64_MAX;
	uint64_t sign_extended = (uint64_t)(int64_t)entry->offset;
	uint64_t unsigned_offset = (uint32_t)entry->offset;

	switch (rule) {
	case RULE_FROM_BASE:
		return (table->base + unsigned_offset) & mask;
	case RULE_PERCPU:
		return (entry->offset >= 0 ? unsigned_offset : table->base - 1 - sign_extended) &
		       mask;
	case RULE_FROM_PLACE:
		return (table->offsets + (uint64_t)entry->index * 4 + sign_extended) & mask;
	default:
		return (origin + unsigned_offset) & mask;
	}
}

/* How many anchors have the address that VMCOREINFO gives them. */
static unsigned count_proofs(const struct table *table, const struct entry *entries, enum rule rule,
			     uint64_t *origin)
{
	unsigned n = 0;
	bool has_origin = false;

	for (unsigned i = 0; i < N_ANCHORS; i++) {
		uint64_t vaddr;

		if (!entries[i].found ||
		    !cdm_vmcoreinfo_symbol(table->kernel->info, entries[i].name, &vaddr))
			continue;
		if (!has_origin)
			*origin = vaddr - (uint32_t)entries[i].offset;
		has_origin = true;
		n += address_of(table, &entries[i], rule, *origin) == vaddr;
	}
	return n;
}

static enum cdm_status find_rule(const struct table *table, const struct entry *entries,
				 enum rule *rule, uint64_t *origin, struct cdm_error *err)
{
	for (unsigned i = table->has_base ? RULE_FROM_BASE : RULE_FROM_PLACE; i < N_RULES; i++) {
		*rule = (enum rule)i;
		if (count_proofs(table, entries, *rule, origin) >= PROOF)
			return CDM_OK;
	}
	return cdm_fail(err, CDM_CORRUPT,
			"kallsyms: no two symbols are where VMCOREINFO says that they are");
}

static enum cdm_status find_all(struct table *table, struct cdm_symbol *symbols, unsigned n,
				struct cdm_error *err)
{
	struct entry entries[N_ANCHORS + CDM_MAX_SYMBOLS_SOUGHT] = { 0 };
	enum rule rule;
	uint64_t origin = 0;
	enum cdm_status st;

	for (unsigned i = 0; i < N_ANCHORS; i++)
		entries[i].name = anchors[i];
	for (unsigned i = 0; i < n; i++)
		entries[N_ANCHORS + i].name = symbols[i].name;
	if ((st = read_table(table, err)) ||
	    (st = walk(table, entries, (unsigned)N_ANCHORS + n, err)) ||
	    (st = read_offsets(table, entries, (unsigned)N_ANCHORS + n, err)) ||
	    (st = find_rule(table, entries, &rule, &origin, err)))
		return st;
	for (unsigned i = 0; i < n; i++) {
		symbols[i].found = entries[N_ANCHORS + i].found;
		symbols[i].vaddr = address_of(table, &entries[N_ANCHORS + i], rule, origin);
	}
	return CDM_OK;
}

enum cdm_status cdm_kallsyms_find(struct cdm_kernel *kernel, struct cdm_symbol *symbols, unsigned n,
				  struct cdm_error *err)
{
	if (n > CDM_MAX_SYMBOLS_SOUGHT)
		return cdm_fail(err, CDM_ERR_LIMIT, "%u symbols are sought at once, %u may be", n,
				CDM_MAX_SYMBOLS_SOUGHT);
	struct table table;

	memset(&table, 0, sizeof(table));
	table.kernel = kernel;
	return find_all(&table, symbols, n, err);
}

enum cdm_status cdm_kernel_symbol(struct cdm_kernel *kernel, const char *name, uint64_t *vaddr,
				  struct cdm_error *err)
{
	struct cdm_symbol symbol = { .name = name };
	struct cdm_error unused;

	if (cdm_vmcoreinfo_symbol(kernel->info, name, vaddr))
		return CDM_OK;
	if (cdm_kallsyms_find(kernel, &symbol, 1, &unused) || !symbol.found)
		return cdm_fail(err, CDM_ERR_NO_INFO, "VMCOREINFO has no SYMBOL(%s)", name);
	*vaddr = symbol.vaddr;
	return CDM_OK;
}
