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
	bool is_packed;    /* the rest is not known */
	uint64_t text_at;  /* in the file, */
	uint64_t text_len; /* less what an earlier crash's parts have */
};

struct pstore {
	struct part *parts; /* owned, in the order of their text; packed ones are last */
	size_t n;
	size_t n_packed;            /* of them */
	struct cdm_source *current; /* owned; the one that was read last; NULL: none */
	size_t current_part;
};

static void free_pstore(struct pstore *pstore)
{
	cdm_source_close(pstore->current);
	for (size_t i = 0; i < pstore->n; i++)
		free(pstore->parts[i].path);
	free(pstore->parts);
	free(pstore);
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
	if (cdm_source_open(pstore->parts[index].path, &pstore->current, err))
		return cdm_context(err, "%s", pstore->parts[index].path);
	return CDM_OK;
}

/* len bytes of one part's text, all of them there. */
static enum cdm_status read_part(struct cdm_source *src, size_t index, uint64_t off, void *buf,
				 size_t len, struct cdm_error *err)
{
	struct pstore *pstore = src->priv;
	enum cdm_status st = open_part(src, index, err);

	if (st)
		return st;
	if (cdm_source_read_exact(pstore->current, pstore->parts[index].text_at + off, buf, len,
				  err))
		return cdm_context(err, "%s", pstore->parts[index].path);
	return CDM_OK;
}

static enum cdm_status read_pstore(struct cdm_source *src, uint64_t off, void *buf, size_t len,
				   size_t *got, struct cdm_error *err)
{
	struct pstore *pstore = src->priv;
	enum cdm_status st;

	*got = 0;
	for (size_t i = 0; i < pstore->n && *got < len; i++) {
		uint64_t text_len = pstore->parts[i].text_len;

		if (off >= text_len) {
			off -= text_len;
			continue;
		}
		size_t piece = (size_t)cdm_min(text_len - off, len - *got);

		st = read_part(src, i, off, (uint8_t *)buf + *got, piece, err);
		if (st)
			return st;
		*got += piece;
		off = 0;
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

/* Is the file a part? What cannot be opened or read is none. */
static bool look_at_file(struct part *part)
{
	uint8_t head[MAX_HEADER];
	struct cdm_source *source;
	struct cdm_error unused;
	size_t got;

	if (cdm_source_open(part->path, &source, &unused))
		return false;
	bool is_part = !cdm_source_read(source, 0, head, sizeof(head), &got, &unused) &&
		       parse_header((struct cdm_bytes){ head, got }, part) &&
		       source->size >= part->text_at && source->size != CDM_SIZE_UNKNOWN;

	part->text_len = is_part ? source->size - part->text_at : 0;
	cdm_source_close(source);
	return is_part;
}

/* "dmesg-BACKEND-ID", and ".enc.z" behind it where the kernel that shows it could not unpack it. */
static bool parse_name(const char *name, struct part *part)
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
	part->is_packed = rest.len && cdm_take_mark(&rest, ".enc.z");
	return !rest.len;
}

static enum cdm_status add(struct pstore *pstore, const char *folder, const char *name,
			   struct cdm_error *err)
{
	struct part part = { .path = NULL };
	size_t room = strlen(folder) + strlen(name) + 2;

	if (!parse_name(name, &part))
		return CDM_OK;
	if (pstore->n == CDM_MAX_PSTORE_PARTS)
		return cdm_fail(err, CDM_ERR_LIMIT, "more than %u parts of pstore in a folder",
				CDM_MAX_PSTORE_PARTS);
	part.path = malloc(room);
	if (!part.path)
		return cdm_fail_memory(err, "names of parts");
	cdm_print(part.path, room, "%s/%s", folder, name);
	if (!part.is_packed && !look_at_file(&part)) {
		free(part.path);
		return CDM_OK;
	}
	pstore->n_packed += part.is_packed;
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

	if (one->is_packed != other->is_packed)
		return one->is_packed ? 1 : -1;
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
	while (!st && (entry = readdir(entries)))
		st = add(pstore, folder, entry->d_name, err);
	closedir(entries);
	return st;
}

static bool is_same_crash(const struct part *one, const struct part *other)
{
	return one->group == other->group && one->crash == other->crash;
}

/* ---- what two crashes have in common ---- */

/* The last line of part `index`, with the newlines around it; 0: none that could be found again. */
static size_t read_last_line(struct cdm_source *src, size_t index, uint8_t *line)
{
	const struct part *part = &((struct pstore *)src->priv)->parts[index];
	size_t len = (size_t)cdm_min(part->text_len, CDM_MAX_PSTORE_LINE);
	struct cdm_error unused;

	if (!len || read_part(src, index, part->text_len - len, line, len, &unused) ||
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
	uint64_t text_len = ((struct pstore *)src->priv)->parts[index].text_len, off = 0;
	struct cdm_error unused;

	while (off + line.len <= text_len) {
		size_t len = (size_t)cdm_min(text_len - off, CDM_PSTORE_PIECE);

		if (read_part(src, index, off, piece, len, &unused))
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
	size_t line_len = read_last_line(src, from - 1, line), end = pstore->n - pstore->n_packed;
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
	for (size_t i = 1; i < pstore->n - pstore->n_packed; i++)
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

static void tell_packed(const struct part *part, struct cdm_damage *damage)
{
	struct cdm_error err;

	cdm_fail(&err, CDM_ERR_UNSUPPORTED,
		 "%s: this part is compressed, and the kernel that saved it could not unpack it; "
		 "mount pstore under a kernel like the one that crashed",
		 part->path);
	cdm_damage_add(damage, &err);
}

void cdm_pstore_tell(const struct cdm_source *src, struct cdm_damage *damage)
{
	if (src->ops != &pstore_ops)
		return;
	const struct pstore *pstore = src->priv;

	for (size_t i = 0; i < pstore->n; i++) {
		const struct part *part = &pstore->parts[i];
		bool goes_on =
			i + 1 < pstore->n - pstore->n_packed && is_same_crash(part, part + 1);
		uint64_t behind = goes_on ? part[1].number : 0;

		if (part->is_packed)
			tell_packed(part, damage);
		else if (part->number == behind)
			tell_twin(part, damage);
		else if (part->number > behind + 1)
			tell_gap(part, part->number - 1, behind + 1, damage);
	}
}
