// SPDX-License-Identifier: GPL-2.0-or-later
/* info.c - what is known about a dump, for the public API. */

#include "base/checked.h"
#include "base/outbuf.h"
#include "dump/format.h"
#include "lib/reader.h"

static void put_word(struct cdm_outbuf *out, const char *word)
{
	if (out->needed)
		cdm_put_char(out, ' ');
	cdm_put_string(out, word);
}

/* What the whole file is compressed with, and then its pages. */
static void list_codecs(const struct cdm_source *source, uint32_t page_flags, char *text,
			size_t room)
{
	struct cdm_outbuf out = { .at = text, .room = room - 1 };

	for (; source; source = source->below)
		if (source->compression)
			put_word(&out, source->compression);
	for (unsigned i = 0; i < CDM_CODECS; i++)
		if (page_flags & cdm_codec_table[i]->page_flag)
			put_word(&out, cdm_codec_table[i]->name);
	text[cdm_min(out.needed, out.room)] = '\0';
}

/* The codecs that pages needed; before a page was read, what the header says. */
static void fill_container(struct cdm_reader *reader, struct cdm_info *info)
{
	const struct cdm_dump *dump = reader->dump;
	struct cdm_io io = cdm_dump_io(dump);

	list_codecs(dump->source, reader->log ? cdm_dump_page_flags(dump) : dump->writer_page_flags,
		    reader->compression, sizeof(reader->compression));
	info->format = dump->format->name;
	info->format_title = dump->format->title;
	info->compression = reader->compression;
	info->flattened = reader->flattened;
	info->split = dump->is_split;
	for (const struct cdm_dump *part = dump; part; part = part->next_part)
		info->incomplete |= part->incomplete;
	info->crash_time = dump->crash_time;
	info->dump_level = dump->dump_level;
	info->vmcoreinfo = dump->n_descriptions ? dump->descriptions[0].origin : "none";
	info->bytes_read = io.bytes_read;
	info->reads = io.reads;
	info->spooled = io.spooled;
}

static void copy_release(struct cdm_reader *reader)
{
	struct cdm_bytes release = { 0 };

	cdm_vmcoreinfo_text(reader->kernel->info, "OSRELEASE", &release);
	size_t len = (size_t)cdm_min(release.len, sizeof(reader->release) - 1);

	if (len)
		memcpy(reader->release, release.at, len);
	reader->release[len] = '\0';
}

static void tell_translation(struct cdm_reader *reader, const struct cdm_proposal *proposal)
{
	struct cdm_outbuf out = { .at = reader->translation,
				  .room = sizeof(reader->translation) - 1 };

	cdm_put_string(&out, "the image by ");
	cdm_put_string(&out, proposal->image_from);
	cdm_put_string(&out, ", the rest by ");
	cdm_put_string(&out, proposal->outside_from);
	cdm_put_string(&out, "; proved by the log's records");
	reader->translation[cdm_min(out.needed, out.room)] = '\0';
}

static void fill_kernel(struct cdm_reader *reader, struct cdm_info *info)
{
	const struct cdm_kernel *kernel = reader->kernel;
	const struct cdm_proposal *proposal = &kernel->translation.proposal;
	uint64_t crash_time;

	copy_release(reader);
	if (kernel->arch)
		info->arch = kernel->arch->name;
	info->word_size = kernel->layout.word;
	info->endian = kernel->layout.big_endian ? "big" : "little";
	info->release = reader->release;
	info->vmcoreinfo = kernel->info_origin;
	if (!strcmp(kernel->info_origin, "none")) /* carved: addresses are physical */
		return;
	tell_translation(reader, proposal);
	info->page_size = kernel->page_size;
	info->translation = reader->translation;
	if (cdm_vmcoreinfo_decimal(kernel->info, "CRASHTIME", &crash_time) &&
	    crash_time <= INT64_MAX)
		info->crash_time = (int64_t)crash_time;
}

static void fill_log(const struct cdm_reader *reader, struct cdm_info *info)
{
	struct cdm_log_facts facts = cdm_log_facts(reader->log);

	info->ring = cdm_log_name(reader->log);
	info->ring_bytes = facts.ring_bytes;
	info->lost = facts.lost;
}

static void fill_text(struct cdm_reader *reader, struct cdm_info *info)
{
	const struct cdm_source *source = cdm_textlog_source(reader->text);
	const struct cdm_io *io = cdm_source_io(source);

	list_codecs(source, 0, reader->compression, sizeof(reader->compression));
	info->format = "text";
	info->format_title = "kernel log as text";
	info->compression = reader->compression;
	info->lost = cdm_textlog_lost(reader->text);
	info->bytes_read = io->bytes_read;
	info->reads = io->reads;
	info->spooled = io->spooled;
}

static void fill_records(const struct cdm_reader *reader, struct cdm_info *info)
{
	const char *unused;

	info->records = reader->n_records;
	info->first_seq = reader->first_seq;
	info->damage = cdm_reader_damage(reader, 0, &unused);
}

enum cdm_result cdm_reader_info(struct cdm_reader *reader, struct cdm_info *info)
{
	struct cdm_info filled = {
		.format = "",
		.format_title = "",
		.compression = "",
		.arch = "",
		.endian = "",
		.release = "",
		.vmcoreinfo = "",
		.translation = "",
		.ring = "",
		.dump_level = -1,
	};
	size_t size = (size_t)cdm_min(info->size, sizeof(filled));

	if (!reader->dump && !reader->text)
		return CDM_MISUSE;
	if (reader->text)
		fill_text(reader, &filled);
	else
		fill_container(reader, &filled);
	if (reader->kernel)
		fill_kernel(reader, &filled);
	if (reader->log)
		fill_log(reader, &filled);
	fill_records(reader, &filled);
	filled.size = info->size;
	memcpy(info, &filled, size);
	return CDM_GOOD;
}
