// SPDX-License-Identifier: GPL-2.0-or-later
/* pstore.c - which text do the parts of a pstore folder make? */

#include "textlog/pstore.h"

#include "base/checked.h"
#include "base/limits.h"
#include "base/print.h"
#include "textlog/prefix.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>

#define MAX_HEADER 64                        /* "Emergency#123 Part45\n" */
#define EFI_IDS_A_SECOND 100000              /* generic_id(), drivers/firmware/efi/efi-pstore.c */
#define MIN_EFI_ID UINT64_C(100000000000000) /* of 2001 */

struct part {
	char *path;        /* owned */
	uint64_t second;   /* when it was written, where its name tells; 0 */
	size_t group;      /* of those written at about that time */
	uint64_t crash;    /* the number behind #, */
	uint64_t number;   /* and behind Part */
	char reason[16];   /* "Oops" */
	uint64_t text_at;  /* in the file, */
	uint64_t text_len; /* less what an earlier crash's parts have, and what cannot be read */
	char *why;         /* owned; why it has no text, or not all; NULL: it has */
	bool has_newline; /* ... and a newline behind what could be read, which ended within a line */
	bool is_news;     /* found out while its text was read, and not told yet */
};

struct pstore {
	struct part *parts; /* owned, in the order of their text; those without any are last */
	size_t n;
	size_t n_texts;           /* of them */
	struct cdm_error listing; /* why the folder could not be read to its end; CDM_OK: it was */
	struct cdm_error overlap; /* why what crashes have in common is not known; CDM_OK: it is */
	struct cdm_source *current; /* owned; the one that was read last; NULL: none */
	size_t current_part;
};

static void free_pstore(struct pstore *pstore)
{
	cdm_source_close(pstore->current);
	for (size_t i = 0; i < pstore->n; i++) {
		free(pstore->parts[i].path);
		free(pstore->parts[i].why);
	}
	free(pstore->parts);
	free(pstore);
}

/* The part has no text, or none from here on, for the reason in err. */
static enum cdm_status keep_reason(struct part *part, struct cdm_error *err)
{
	cdm_context(err, "%s", part->path);
	free(part->why);
	part->why = strdup(err->text);
	return part->why ? CDM_OK : cdm_fail_memory(err, "parts of pstore");
}

/* ---- reading ---- */

/* What a part's file asked of the system counts as the folder's. */
static void add_io(struct cdm_source *src, const struct cdm_source *part)
{
	src->io.reads += part->io.reads;
	src->io.bytes_read += part->io.bytes_read;
}

static enum cdm_status open_part(struct cdm_source *src, size_t index, struct cdm_error *err)
{
	struct pstore *pstore = src->priv;

	if (pstore->current && pstore->current_part == index)
		return CDM_OK;
	if (pstore->current)
		add_io(src, pstore->current);
	cdm_source_close(pstore->current);
	pstore->current = NULL;
	pstore->current_part = index;
	return cdm_source_open_file(pstore->parts[index].path, &pstore->current, err);
}

/* len bytes of one part's text, all of them there. *got counts those that came. */
static enum cdm_status read_part(struct cdm_source *src, size_t index, uint64_t off, void *buf,
				 size_t len, size_t *got, struct cdm_error *err)
{
	struct pstore *pstore = src->priv;
	uint64_t at = pstore->parts[index].text_at + off;

	*got = 0;
	enum cdm_status st = open_part(src, index, err);

	if (!st)
		st = cdm_source_read(pstore->current, at, buf, len, got, err);
	if (!st && *got < len)
		st = cdm_fail(err, CDM_TRUNCATED, "the file has ended at 0x%" PRIx64, at + *got);
	return st;
}

/* Is what comes behind `len` bytes of the part's text a new line? */
static bool ends_line(struct cdm_source *src, size_t index, uint64_t len)
{
	struct cdm_error unused;
	uint8_t last;
	size_t got;

	return len == 0 ||
	       (!read_part(src, index, len - 1, &last, 1, &got, &unused) && last == '\n');
}

/* The part ends where it cannot be read, and the next one follows, on a line of its own. */
static enum cdm_status end_part(struct cdm_source *src, size_t index, uint64_t len,
				struct cdm_error *err)
{
	struct part *part = &((struct pstore *)src->priv)->parts[index];
	enum cdm_status st = keep_reason(part, err);

	part->is_news = part->why != NULL;
	part->has_newline = !ends_line(src, index, len);
	part->text_len = len + part->has_newline;
	return st;
}

/* As much as is wanted of a part's text; less where it turns out to be shorter. */
static enum cdm_status read_text(struct cdm_source *src, size_t index, uint64_t off, uint8_t *buf,
				 size_t len, size_t *got, struct cdm_error *err)
{
	const struct part *part = &((struct pstore *)src->priv)->parts[index];

	if (part->has_newline && off == part->text_len - 1) {
		*buf = '\n';
		*got = 1;
		return CDM_OK;
	}
	len = (size_t)cdm_min(len, part->text_len - part->has_newline - off);
	enum cdm_status st = read_part(src, index, off, buf, len, got, err);

	return st && st != CDM_ERR_MEMORY ? end_part(src, index, off + *got, err) : st;
}

static enum cdm_status read_pstore(struct cdm_source *src, uint64_t off, void *buf, size_t len,
				   size_t *got, struct cdm_error *err)
{
	const struct pstore *pstore = src->priv;

	*got = 0;
	for (size_t i = 0; i < pstore->n_texts && *got < len;) {
		size_t part_got = 0;

		if (off >= pstore->parts[i].text_len) {
			off -= pstore->parts[i++].text_len;
			continue;
		}
		enum cdm_status st =
			read_text(src, i, off, (uint8_t *)buf + *got, len - *got, &part_got, err);

		*got += part_got;
		off += part_got;
		if (st)
			return st;
	}
	return CDM_OK;
}

static void close_pstore(struct cdm_source *src)
{
	free_pstore(src->priv);
	free(src->name);
	free(src);
}

static const struct cdm_source_ops pstore_ops = { .name = "pstore",
						  .read = read_pstore,
						  .close = close_pstore };

/* ---- the parts ---- */

/* "Oops#1 Part3\n" */
static bool parse_header(struct cdm_bytes head, struct part *part)
{
	struct cdm_bytes rest = head;
	size_t len = 0;

	while (len < head.len && len < sizeof(part->reason) - 1 && head.at[len] >= 'A' &&
	       head.at[len] <= 'z')
		len++;
	rest = (struct cdm_bytes){ head.at + len, head.len - len };
	if (!len || !cdm_take_mark(&rest, "#") || !cdm_take_decimal(&rest, &part->crash) ||
	    !cdm_take_mark(&rest, " Part") || !cdm_take_decimal(&rest, &part->number) ||
	    !part->number || !cdm_take_mark(&rest, "\n"))
		return false;
	memcpy(part->reason, head.at, len);
	part->reason[len] = '\0';
	part->text_at = head.len - rest.len;
	return true;
}

/* CDM_NOT_MINE: the file is no part. */
static enum cdm_status look_at_head(struct cdm_source *source, struct part *part,
				    struct cdm_error *err)
{
	uint8_t head[MAX_HEADER];
	size_t got;
	enum cdm_status st = cdm_source_read(source, 0, head, sizeof(head), &got, err);

	if (st)
		return st;
	if (!got)
		return cdm_fail(err, CDM_TRUNCATED, "the file is empty");
	if (!parse_header((struct cdm_bytes){ head, got }, part))
		return CDM_NOT_MINE;
	if (source->size == CDM_SIZE_UNKNOWN || source->size < part->text_at)
		return cdm_fail(err, CDM_TRUNCATED, "its size cannot be had");
	part->text_len = source->size - part->text_at;
	return CDM_OK;
}

static enum cdm_status look_at_file(struct part *part, struct cdm_error *err)
{
	struct cdm_source *source;
	enum cdm_status st = cdm_source_open_file(part->path, &source, err);

	if (st)
		return st;
	st = look_at_head(source, part, err);
	cdm_source_close(source);
	return st;
}

/* "dmesg-BACKEND-ID", and ".enc.z" behind it where the kernel that shows it could not unpack it. */
static bool parse_name(const char *name, struct part *part, bool *is_packed)
{
	struct cdm_bytes rest = { (const uint8_t *)name, strlen(name) };
	uint64_t id;

	if (!cdm_take_mark(&rest, "dmesg-"))
		return false;
	const char *dash = strrchr(name, '-');

	rest = (struct cdm_bytes){ (const uint8_t *)dash + 1, strlen(dash + 1) };
	if (!cdm_take_decimal(&rest, &id))
		return false;
	part->second = id >= MIN_EFI_ID ? id / EFI_IDS_A_SECOND : 0;
	*is_packed = rest.len && cdm_take_mark(&rest, ".enc.z");
	return !rest.len;
}

static enum cdm_status refuse_packed(struct cdm_error *err)
{
	return cdm_fail(
		err, CDM_ERR_UNSUPPORTED,
		"this part is compressed, and the kernel that saved it could not unpack it; "
		"mount pstore under a kernel like the one that crashed");
}

/* CDM_NOT_MINE: it is no part. What has the name of one and cannot be read is one. */
static enum cdm_status look_at(struct part *part, bool is_packed, struct cdm_error *err)
{
	enum cdm_status st = is_packed ? refuse_packed(err) : look_at_file(part, err);

	if (!st || st == CDM_NOT_MINE || st == CDM_ERR_MEMORY)
		return st;
	return keep_reason(part, err);
}

static bool is_folder(const char *path)
{
	struct stat there;

	return stat(path, &there) == 0 && S_ISDIR(there.st_mode);
}

static enum cdm_status add(struct pstore *pstore, const char *folder, const char *name,
			   struct cdm_error *err)
{
	struct part part = { .path = NULL };
	size_t room = strlen(folder) + strlen(name) + 2;
	bool is_packed;

	if (!parse_name(name, &part, &is_packed))
		return CDM_OK;
	if (pstore->n == CDM_MAX_PSTORE_PARTS)
		return cdm_fail(err, CDM_ERR_LIMIT, "more than %u parts of pstore in a folder",
				CDM_MAX_PSTORE_PARTS);
	part.path = malloc(room);
	if (!part.path)
		return cdm_fail_memory(err, "names of parts");
	cdm_print(part.path, room, "%s/%s", folder, name);
	enum cdm_status st = is_folder(part.path) ? CDM_NOT_MINE : look_at(&part, is_packed, err);

	if (st) {
		free(part.path);
		return st == CDM_NOT_MINE ? CDM_OK : st;
	}
	pstore->n_texts += !part.why;
	pstore->parts[pstore->n++] = part;
	return CDM_OK;
}

static int compare(uint64_t one, uint64_t other)
{
	return one < other ? -1 : one > other;
}

static int compare_seconds(const void *first, const void *second)
{
	const struct part *one = first, *other = second;

	return compare(one->second, other->second);
}

/* Seconds tell boots apart, as far as names have them. The parts of a crash are written in one second
 * after the other. */
static void group_parts(struct pstore *pstore)
{
	qsort(pstore->parts, pstore->n, sizeof(*pstore->parts), compare_seconds);
	for (size_t i = 1; i < pstore->n; i++) {
		const struct part *before = &pstore->parts[i - 1];
		bool goes_on = pstore->parts[i].second <= before->second + 1;

		pstore->parts[i].group = before->group + !goes_on;
	}
}

/* Crashes in their order, the oldest part of each first. */
static int compare_parts(const void *first, const void *second)
{
	const struct part *one = first, *other = second;

	if (!one->why != !other->why)
		return one->why ? 1 : -1;
	if (one->group != other->group)
		return compare(one->group, other->group);
	if (one->crash != other->crash)
		return compare(one->crash, other->crash);
	if (one->number != other->number)
		return compare(other->number, one->number);
	return strcmp(one->path, other->path);
}

static enum cdm_status list_parts(struct pstore *pstore, const char *folder, struct cdm_error *err)
{
	const struct dirent *entry;
	enum cdm_status st = CDM_OK;
	DIR *entries = opendir(folder);

	if (!entries)
		return cdm_fail_errno(err, "this folder cannot be searched");
	while (!st && (errno = 0, entry = readdir(entries)))
		st = add(pstore, folder, entry->d_name, err);
	if (!st && errno)
		cdm_fail_errno(&pstore->listing, "this folder cannot be searched to its end");
	closedir(entries);
	if (st || !pstore->listing.status || pstore->n)
		return st;
	*err = pstore->listing;
	return pstore->listing.status;
}

static bool is_same_crash(const struct part *one, const struct part *other)
{
	return one->group == other->group && one->crash == other->crash;
}

/* ---- what two crashes have in common ---- */

/* The last line of part `index`, with the newlines around it; 0: none that could be found again. */
static size_t read_last_line(struct cdm_source *src, size_t index, uint8_t *line)
{
	struct pstore *pstore = src->priv;
	const struct part *part = &pstore->parts[index];
	size_t len = (size_t)cdm_min(part->text_len, CDM_MAX_PSTORE_LINE);
	size_t got;

	if (!len ||
	    read_part(src, index, part->text_len - len, line, len, &got, &pstore->overlap) ||
	    line[len - 1] != '\n')
		return 0;
	uint8_t *before = len > 1 ? memrchr(line, '\n', len - 1) : NULL;

	if (!before)
		return 0;
	len -= (size_t)(before - line);
	memmove(line, before, len);
	return len;
}

/* Where in the text of part `index` the line stands; *behind: where the text goes on. */
static bool find_line(struct cdm_source *src, size_t index, struct cdm_bytes line, uint8_t *piece,
		      uint64_t *behind)
{
	struct pstore *pstore = src->priv;
	uint64_t text_len = pstore->parts[index].text_len, off = 0;

	while (off + line.len <= text_len) {
		size_t len = (size_t)cdm_min(text_len - off, CDM_PSTORE_PIECE), got;

		if (read_part(src, index, off, piece, len, &got, &pstore->overlap))
			return false;
		const uint8_t *at = memmem(piece, len, line.at, line.len);

		if (at) {
			*behind = off + (size_t)(at - piece) + line.len;
			return true;
		}
		off += len - line.len + 1;
	}
	return false;
}

/* Takes off the text of the crash that begins at part `from` what stands in the one before, too: all up
 * to the line that it ends with. */
static void join_crash(struct cdm_source *src, size_t from, uint8_t *piece)
{
	struct pstore *pstore = src->priv;
	uint8_t line[CDM_MAX_PSTORE_LINE];
	size_t line_len = read_last_line(src, from - 1, line), end = pstore->n_texts;
	uint64_t behind;

	for (size_t i = from; line_len && i < end; i++) {
		if (!is_same_crash(&pstore->parts[i], &pstore->parts[from]))
			return;
		if (!find_line(src, i, (struct cdm_bytes){ line, line_len }, piece, &behind))
			continue;
		for (size_t earlier = from; earlier < i; earlier++)
			pstore->parts[earlier].text_len = 0;
		pstore->parts[i].text_at += behind;
		pstore->parts[i].text_len -= behind;
		return;
	}
}

static enum cdm_status join_crashes(struct cdm_source *src, struct cdm_error *err)
{
	const struct pstore *pstore = src->priv;
	uint8_t *piece = malloc(CDM_PSTORE_PIECE);

	if (!piece)
		return cdm_fail_memory(err, "parts of pstore");
	for (size_t i = 1; i < pstore->n_texts; i++)
		if (!is_same_crash(&pstore->parts[i - 1], &pstore->parts[i]))
			join_crash(src, i, piece);
	free(piece);
	return CDM_OK;
}

/* ---- all ---- */

static struct pstore *new_pstore(void)
{
	struct pstore *pstore = calloc(1, sizeof(*pstore));

	if (!pstore)
		return NULL;
	pstore->parts = calloc(CDM_MAX_PSTORE_PARTS, sizeof(*pstore->parts));
	if (pstore->parts)
		return pstore;
	free(pstore);
	return NULL;
}

enum cdm_status cdm_pstore_open(const char *folder, struct cdm_source **out, struct cdm_error *err)
{
	struct cdm_source *src = calloc(1, sizeof(*src));
	struct pstore *pstore = new_pstore();

	if (!src || !pstore) {
		free(src);
		if (pstore)
			free_pstore(pstore);
		return cdm_fail_memory(err, "parts of pstore");
	}
	*src = (struct cdm_source){ .ops = &pstore_ops, .priv = pstore };
	enum cdm_status st = list_parts(pstore, folder, err);

	if (!st && !pstore->n)
		st = CDM_NOT_MINE;
	if (!st) {
		group_parts(pstore);
		qsort(pstore->parts, pstore->n, sizeof(*pstore->parts), compare_parts);
		st = join_crashes(src, err);
	}
	if (st) {
		cdm_source_close(src);
		return st;
	}
	for (size_t i = 0; i < pstore->n; i++)
		src->size += pstore->parts[i].text_len;
	*out = src;
	return CDM_OK;
}

/* ---- what is missing ---- */

static void tell_gap(const struct part *part, uint64_t first, uint64_t last,
		     struct cdm_damage *damage)
{
	struct cdm_error err;

	if (first == last)
		cdm_fail(&err, CDM_ABSENT, "%s#%" PRIu64 ": part %" PRIu64 " is missing",
			 part->reason, part->crash, first);
	else
		cdm_fail(&err, CDM_ABSENT,
			 "%s#%" PRIu64 ": parts %" PRIu64 " to %" PRIu64 " are missing",
			 part->reason, part->crash, last, first);
	cdm_damage_add(damage, &err);
}

static void tell_twin(const struct part *part, struct cdm_damage *damage)
{
	struct cdm_error err;

	cdm_fail(
		&err, CDM_CORRUPT,
		"%s: %s#%" PRIu64 " has another part %" PRIu64
		": the folder holds the crashes of several boots, whose parts cannot be told apart",
		part->path, part->reason, part->crash, part->number);
	cdm_damage_add(damage, &err);
}

static void tell_reason(struct part *part, struct cdm_damage *damage)
{
	struct cdm_error err;

	cdm_fail(&err, CDM_CORRUPT, "%s", part->why);
	cdm_damage_add(damage, &err);
	part->is_news = false;
}

/* Of parts with texts: what is missing before the next. */
static void tell_order(const struct pstore *pstore, size_t index, struct cdm_damage *damage)
{
	const struct part *part = &pstore->parts[index];
	bool goes_on = index + 1 < pstore->n_texts && is_same_crash(part, part + 1);
	uint64_t behind = goes_on ? part[1].number : 0;

	if (part->number == behind)
		tell_twin(part, damage);
	else if (part->number > behind + 1)
		tell_gap(part, part->number - 1, behind + 1, damage);
}

void cdm_pstore_tell(struct cdm_source *src, struct cdm_damage *damage)
{
	if (src->ops != &pstore_ops)
		return;
	struct pstore *pstore = src->priv;

	if (pstore->listing.status)
		cdm_damage_add(damage, &pstore->listing);
	if (pstore->overlap.status) {
		struct cdm_error told = pstore->overlap;

		cdm_context(&told, "lines of one crash may come again with the next");
		cdm_damage_add(damage, &told);
	}
	for (size_t i = 0; i < pstore->n; i++) {
		if (pstore->parts[i].why)
			tell_reason(&pstore->parts[i], damage);
		if (i < pstore->n_texts)
			tell_order(pstore, i, damage);
	}
}

void cdm_pstore_tell_news(struct cdm_source *src, struct cdm_damage *damage)
{
	if (src->ops != &pstore_ops)
		return;
	struct pstore *pstore = src->priv;

	for (size_t i = 0; i < pstore->n_texts; i++)
		if (pstore->parts[i].is_news)
			tell_reason(&pstore->parts[i], damage);
}
