// SPDX-License-Identifier: GPL-2.0-or-later
/* carve_blocks.c - where in memory are the texts of a printk_ringbuffer whose descriptors or infos are not
 * there?
 *
 * A block is the id of its record, a word, and the text behind it, up to a multiple of a word. The next
 * block follows, with the next id that has a text. Times, levels, callers and the lengths of texts are gone with
 * the infos: a text ends with its first zero, or where the next block begins. */

#include "base/checked.h"
#include "printk/carve.h"

#include <inttypes.h>
#include <stdlib.h>

#define LEAST_BLOCKS 5        /* in one ring with ids of its first lap: less may be chance */
#define LEAST_OF_SMALL_IDS 64 /* numbers like these stand before texts in many tables */
#define LEAST_CHAIN 2         /* of a ring that has more elsewhere */
#define MAX_PASSED_IDS 16    /* in a row without a block: empty lines, records that found no room */
#define MAX_IDS_BETWEEN 4096 /* two pieces of a ring: a page has 256 blocks at most */
#define MAX_BLOCK 4096       /* printk's own buffer has 1 or 2 KiB */
#define MUCH_FOR_A_BLOCK 512 /* on the average */
#define MAX_FINDS 2          /* that leave room for those that have more to show */
#define TEXT_JUDGED 32       /* bytes of each */
#define MAX_REST 64          /* between the end of a text and the next block */
#define FIRST_ID_BITS 26     /* ids begin so far below 2^32 or 2^(word - 2) at most */
#define MAX_ID_64 (UINT64_C(5) << 30) /* 64-bit ones from 2^32 on: a thousand million records */

/* What every log begins with, in all releases: a block that has it needs no others. */
static const char first_text[] = "Linux version ";

struct chain {
	struct cdm_layout layout;
	struct cdm_carved_span span;
	uint64_t n;         /* blocks that look like a log's; 0: it was taken for a ring */
	uint64_t odd;       /* others in between */
	uint64_t n_newline; /* that end with one */
	bool begins_log;
};

struct finder {
	struct cdm_carve_finder common;      /* comes first */
	uint64_t done;                       /* address up to which a chain was followed */
	struct chain chains[CDM_MAX_CHAINS]; /* the longest */
	unsigned n_chains;
};

struct block {
	const uint8_t *text; /* valid until the window is asked again */
	size_t text_len;
	uint64_t size; /* up to the next block; of the last one what it has at least */
	uint64_t next_id;
	bool has_next;
};

/* ---- one block ---- */

static uint64_t id_mask(struct cdm_layout layout)
{
	return (layout.word == 4 ? (uint64_t)UINT32_MAX : UINT64_MAX) >> 2;
}

/* Below 2^(word - 2), or 2^32, where ids begin. */
static bool is_early_id(uint64_t id, struct cdm_layout layout)
{
	uint64_t early = UINT64_C(1) << FIRST_ID_BITS;

	return id_mask(layout) - id < early || (layout.word == 8 && UINT32_MAX - id < early);
}

static bool is_of_text(uint64_t c)
{
	return (c >= 0x20 && c <= 0x7e) || (c >= '\t' && c <= '\r');
}

/* None of the bounds is the kernel's: they are where ids of a machine that ran for years still are. Three bytes of
 * text are the end of another one. */
static bool is_likely_id(uint64_t id, struct cdm_layout layout)
{
	uint64_t end = layout.word == 4 ? UINT64_C(1) << FIRST_ID_BITS : MAX_ID_64;

	return id <= id_mask(layout) && (id < end || is_early_id(id, layout)) &&
	       !(is_of_text(id & 0xff) && is_of_text(id >> 8 & 0xff) &&
		 is_of_text(id >> 16 & 0xff));
}

/* Is it that of a log's first record? That is below 2^(word - 2), or 2^32, by the number of descriptors. */
static bool is_first_id(uint64_t id, struct cdm_layout layout)
{
	uint64_t end = id_mask(layout) + 1;
	uint64_t below = layout.word == 8 && id <= UINT32_MAX ? (UINT64_C(1) << 32) - id : end - id;

	return cdm_is_power_of_two(below) && below >= UINT64_C(1) << CDM_MIN_COUNT_BITS &&
	       below <= UINT64_C(1) << CDM_MAX_COUNT_BITS;
}

static bool is_text(uint8_t c)
{
	return c >= 0x20 || (c >= '\t' && c <= '\r') || c == 0x1b;
}

/* Up to `len` bytes at paddr, at least a word of them; *held is how many. */
static const uint8_t *get(struct cdm_window *window, uint64_t paddr, uint8_t word, size_t *held)
{
	struct cdm_error unused;
	const uint8_t *raw = cdm_window_get(window, paddr, MAX_BLOCK, UINT64_MAX, &unused);

	/* Memory that can be read may end before. */
	if (!raw)
		raw = cdm_window_get(window, paddr, word, UINT64_MAX, &unused);
	if (raw)
		*held = (size_t)cdm_min(MAX_BLOCK, window->len - (size_t)(raw - window->bytes));
	return raw;
}

#define EACH_BYTE UINT64_C(0x0101010101010101)
#define ALL_TEXT 0x80808080u

/* Which of 8 bytes are letters and the like: the highest bit of each. */
static inline uint64_t letters(uint64_t word)
{
	return ~word & ((word & EACH_BYTE * 0x7f) + EACH_BYTE * 0x60) & EACH_BYTE * 0x80;
}

/* A word of text, which is no id. */
static bool is_all_letters(const uint8_t *raw, uint8_t word)
{
	static const struct cdm_layout little = { false, 8 };

	return word == 8 ? letters(cdm_load_u64(raw, little)) == EACH_BYTE * 0x80
			 : letters(cdm_load_u32(raw, little)) == ALL_TEXT;
}

static size_t text_in(const uint8_t *at, size_t len)
{
	size_t n = 0;

	while (n < len && is_text(at[n]))
		n++;
	return n;
}

/* The kernel's constants up to 3.5 begin with "<6>": with zeros before it, or the end of another one, its
 * first byte would be that of an id. */
static bool is_constant(const uint8_t *text, size_t len)
{
	return len >= 2 && text[-1] == '<' && text[0] >= '0' && text[0] <= '7' && text[1] == '>';
}

/* Is this the id of a record soon behind `id`? Zeros are one, if a text is behind them. */
static bool follows(const uint8_t *raw, size_t len, uint64_t id, struct cdm_layout layout)
{
	uint64_t next = cdm_load_word(raw, layout), mask = id_mask(layout);

	return next <= mask && ((next - id) & mask) - 1 < MAX_PASSED_IDS &&
	       !is_constant(raw + layout.word, len - layout.word) &&
	       (next || (len > layout.word && is_text(raw[layout.word])));
}

/* Since 5.11 printk writes a line into its block with the level and the newline, and then moves the text
 * over the level's two bytes: the last two stay behind it once more, and the newline. */
static size_t drop_remains(const uint8_t *text, size_t len)
{
	if (len && text[len - 1] == '\n')
		len--;
	if (len >= 4 && !memcmp(text + len - 2, text + len - 4, 2))
		len -= 2;
	return len;
}

/* Names and addresses in memory have such numbers before them, too. */
static bool is_plain(const struct block *block)
{
	size_t odd = 0, len = (size_t)cdm_min(block->text_len, TEXT_JUDGED);

	for (size_t i = 0; i < len; i++)
		odd += block->text[i] >= 0x80;
	return len && odd <= len / 4;
}

/* The block at paddr, which has this id. False: there is none. */
static bool read_block(struct cdm_window *window, uint64_t paddr, struct cdm_layout layout,
		       uint64_t id, struct block *block)
{
	uint8_t word = layout.word;
	size_t len = 0, end = 0, at;
	const uint8_t *raw = get(window, paddr, word, &len);

	if (!raw)
		return false;
	*block = (struct block){ .text = raw + word };
	for (at = word; at + word <= len; at += word) {
		if (at > word && !end && is_all_letters(raw + at, word))
			continue;
		block->has_next = at > word && follows(raw + at, len - at, id, layout);
		if (block->has_next || (end && at - end > MAX_REST))
			break;
		size_t n = text_in(raw + at, word);

		if (!end && n < word)
			end = at + n;
	}
	/* Memory that can be read ends within the text, or before it. */
	if (!end && !block->has_next && at + word > len)
		return false;
	if (block->has_next)
		block->next_id = cdm_load_word(raw + at, layout);
	block->size = at;
	block->text_len = (end ? end : (size_t)cdm_min(at, len)) - word;
	return true;
}

/* ---- the walk ---- */

static void keep(struct finder *finder, const struct chain *chain)
{
	struct chain *shortest = &finder->chains[0];

	if (finder->n_chains < CDM_MAX_CHAINS) {
		finder->chains[finder->n_chains++] = *chain;
		return;
	}
	for (unsigned i = 1; i < CDM_MAX_CHAINS; i++)
		if (finder->chains[i].n < shortest->n)
			shortest = &finder->chains[i];
	if (shortest->n < chain->n)
		*shortest = *chain;
}

static bool begins_log(const struct block *block, uint64_t id, struct cdm_layout layout)
{
	return is_first_id(id, layout) && block->text_len >= sizeof(first_text) - 1 &&
	       !memcmp(block->text, first_text, sizeof(first_text) - 1);
}

/* Follows blocks from the one at paddr on. */
static struct chain follow(struct finder *finder, uint64_t paddr, struct cdm_layout layout,
			   uint64_t id)
{
	struct chain chain = { .layout = layout, .span = { paddr, paddr, id, id } };
	struct block block = { .next_id = id, .has_next = true };

	while (block.has_next) {
		id = block.next_id;
		if (!read_block(&finder->common.window, chain.span.end, layout, id, &block))
			break;
		chain.begins_log |= id == chain.span.first_id && begins_log(&block, id, layout);
		chain.n += is_plain(&block);
		chain.odd += !is_plain(&block);
		chain.n_newline += block.text_len && block.text[block.text_len - 1] == '\n';
		chain.span.end += block.size;
		chain.span.last_id = id;
	}
	return chain;
}

/* A text begins at raw: does a block with it begin before? */
static void try_text(struct finder *finder, const uint8_t *raw, uint64_t paddr,
		     struct cdm_layout layout)
{
	uint64_t id = cdm_load_word(raw - layout.word, layout);

	if (paddr < finder->done || !is_likely_id(id, layout) || is_constant(raw, 2))
		return;
	struct chain chain = follow(finder, paddr - layout.word, layout, id);

	if ((chain.n < LEAST_CHAIN && !chain.begins_log) || chain.odd > chain.n)
		return;
	finder->done = chain.span.end;
	keep(finder, &chain);
}

static void look_at(struct finder *finder, const struct cdm_piece *piece, size_t pos)
{
	const uint8_t *raw = piece->bytes + pos;
	uint64_t paddr = piece->paddr + pos;

	for (unsigned big = 0; big < 2; big++) {
		if (pos >= 8 && paddr % 8 == 0)
			try_text(finder, raw, paddr, (struct cdm_layout){ big, 8 });
		if (pos >= 4)
			try_text(finder, raw, paddr, (struct cdm_layout){ big, 4 });
	}
}

/* What was followed before is passed over, as far as it goes; at a multiple of 8 as pos is. */
static size_t pass_over(const struct finder *finder, const struct cdm_piece *piece, size_t pos)
{
	uint64_t paddr = piece->paddr + pos;

	if (finder->done <= paddr)
		return pos;
	return (size_t)cdm_min(pos + ((finder->done - paddr) & ~UINT64_C(7)), piece->len);
}

/* Looks where four letters begin, as they do most texts: the others are found from the block before. The
 * id may stand at the end of this piece, before the text. */
static enum cdm_status look(void *priv, const struct cdm_piece *piece, struct cdm_error *err)
{
	static const struct cdm_layout little = { false, 8 };
	struct finder *finder = priv;
	bool was_text = true;

	(void)err;
	for (size_t pos = pass_over(finder, piece, -piece->paddr & 7);
	     pos < piece->n_places + 8 && pos + 8 <= piece->len; pos += 8) {
		uint64_t found = letters(cdm_load_u64(piece->bytes + pos, little));
		bool first = (uint32_t)found == ALL_TEXT, second = found >> 32 == ALL_TEXT;

		if (first && !was_text)
			look_at(finder, piece, pos);
		if (second && !first)
			look_at(finder, piece, pos + 4);
		was_text = second;
		if (pass_over(finder, piece, pos) > pos + 8) {
			pos = pass_over(finder, piece, pos) - 8;
			was_text = false;
		}
	}
	return CDM_OK;
}

/* ---- chains that are one ring ---- */

/* Is id `one` before `other`, both of one ring? */
static bool is_before(uint64_t one, uint64_t other, struct cdm_layout layout)
{
	return one != other && ((other - one) & id_mask(layout)) <= id_mask(layout) / 2;
}

/* May a ring that has one span have the other? What lies between them is as much as the ids between them
 * need. The block at a ring's end has its text at the beginning, and its id in both places. */
static bool are_of_one_ring(const struct cdm_carved_span *span, const struct cdm_carved_span *other,
			    struct cdm_layout layout)
{
	bool is_older = is_before(span->first_id, other->first_id, layout);
	const struct cdm_carved_span *older = is_older ? span : other;
	const struct cdm_carved_span *newer = is_older ? other : span;
	uint64_t ids = (newer->first_id - older->last_id) & id_mask(layout);

	if (ids > MAX_IDS_BETWEEN)
		return false;
	if (newer->paddr >= older->end)
		return newer->paddr - older->end <= ids * MUCH_FOR_A_BLOCK;
	ids = (newer->last_id - older->first_id) & id_mask(layout);
	return newer->paddr < older->paddr &&
	       older->end - newer->paddr <= ids * MUCH_FOR_A_BLOCK + MAX_BLOCK;
}

static bool has_room_for(const struct cdm_carved_blocks *ring, const struct cdm_carved_span *span,
			 struct cdm_layout layout)
{
	for (unsigned i = 0; i < ring->n; i++)
		if (!are_of_one_ring(&ring->spans[i], span, layout))
			return false;
	return ring->n < CDM_MAX_SPANS;
}

/* In the order of ids. */
static void add_span(struct cdm_carved_blocks *ring, const struct cdm_carved_span *span,
		     struct cdm_layout layout)
{
	unsigned i = ring->n++;

	for (; i > 0 && is_before(span->first_id, ring->spans[i - 1].first_id, layout); i--)
		ring->spans[i] = ring->spans[i - 1];
	ring->spans[i] = *span;
}

static int longer_first(const void *one, const void *other)
{
	uint64_t n = ((const struct chain *)one)->n, m = ((const struct chain *)other)->n;

	return n < m ? 1 : n > m ? -1 : 0;
}

static bool is_enough(const struct cdm_carved *find)
{
	bool early = is_early_id(find->ring.blocks.spans[0].first_id, find->layout);

	return find->n_records >= (early ? LEAST_BLOCKS : LEAST_OF_SMALL_IDS);
}

/* The ring that the nth chain makes with shorter ones. Those are spent. False: it is none. */
static bool make_ring(struct finder *finder, unsigned nth, struct cdm_carved *find)
{
	struct cdm_layout layout = finder->chains[nth].layout;
	uint64_t n_newline = 0;
	bool begins = false;

	*find = (struct cdm_carved){ .shape = &cdm_shape_blocks, .layout = layout };
	for (unsigned i = nth; i < finder->n_chains; i++) {
		struct chain *chain = &finder->chains[i];

		if (chain->n == 0 || chain->layout.word != layout.word ||
		    chain->layout.big_endian != layout.big_endian ||
		    !has_room_for(&find->ring.blocks, &chain->span, layout))
			continue;
		add_span(&find->ring.blocks, &chain->span, layout);
		find->n_records += chain->n;
		n_newline += chain->n_newline;
		begins |= chain->begins_log;
		chain->n = 0;
	}
	find->ring.blocks.has_remains = n_newline > find->n_records / 2;
	return begins || is_enough(find);
}

static bool conclude(void *priv)
{
	struct finder *finder = priv;
	unsigned n = 0;

	qsort(finder->chains, finder->n_chains, sizeof(finder->chains[0]), longer_first);
	for (unsigned i = 0; i < finder->n_chains && n < MAX_FINDS; i++) {
		struct cdm_carved find;

		if (finder->chains[i].n && make_ring(finder, i, &find)) {
			cdm_carve_add(finder->common.carve, &find);
			n++;
		}
	}
	return false;
}

static enum cdm_status begin(struct cdm_carve *carve, void **priv, struct cdm_error *err)
{
	return cdm_carve_begin(carve, sizeof(struct finder), priv, err);
}

/* ---- the texts as records ---- */

struct texts {
	struct cdm_carved_blocks ring;
	struct cdm_layout layout;
	struct cdm_window window;
	struct cdm_damage *damage; /* of the log; borrowed */
	unsigned span;             /* that is being read */
	uint64_t paddr, id;        /* of its next block */
};

static void enter_span(struct texts *texts, unsigned span)
{
	texts->span = span;
	texts->paddr = texts->ring.spans[span].paddr;
	texts->id = texts->ring.spans[span].first_id;
}

/* The block at the ring's end that has its text at the beginning. */
static bool comes_again(const struct texts *texts)
{
	return texts->span + 1 < texts->ring.n &&
	       texts->ring.spans[texts->span + 1].first_id == texts->id;
}

/* The block that is next, and goes on behind it. False: the span has ended. */
static bool take_block(struct texts *texts, struct block *block)
{
	if (texts->id == UINT64_MAX ||
	    !read_block(&texts->window, texts->paddr, texts->layout, texts->id, block))
		return false;
	texts->paddr += block->size;
	texts->id = block->has_next ? block->next_id : UINT64_MAX;
	return true;
}

/* The span ended before its last block: what was found there once cannot be read again. */
static void tell_unread(const struct texts *texts)
{
	uint64_t oldest = texts->ring.spans[0].first_id, mask = id_mask(texts->layout);
	uint64_t last_id = texts->ring.spans[texts->span].last_id;
	struct cdm_error told;

	if (texts->id == UINT64_MAX || is_before(last_id, texts->id, texts->layout))
		return;
	cdm_fail(&told, CDM_CORRUPT,
		 "records %" PRIu64 " to %" PRIu64 ": their texts cannot be read",
		 (texts->id - oldest) & mask, (last_id - oldest) & mask);
	cdm_damage_add(texts->damage, &told);
}

static enum cdm_status next(void *priv, struct cdm_record *rec, struct cdm_error *err)
{
	struct texts *texts = priv;
	struct block block;

	(void)err;
	while (texts->span < texts->ring.n) {
		bool again = comes_again(texts);
		uint64_t ahead =
			(texts->id - texts->ring.spans[0].first_id) & id_mask(texts->layout);

		if (!take_block(texts, &block)) {
			tell_unread(texts);
			if (++texts->span < texts->ring.n)
				enter_span(texts, texts->span);
		} else if (!again) {
			if (texts->ring.has_remains)
				block.text_len = drop_remains(block.text, block.text_len);
			*rec = (struct cdm_record){ .seq = ahead,
						    .text = { block.text, block.text_len } };
			return CDM_OK;
		}
	}
	return CDM_END;
}

static void want(void *priv, unsigned wants)
{
	(void)priv;
	(void)wants;
}

static void facts(const void *priv, struct cdm_log_facts *out)
{
	const struct texts *texts = priv;

	out->ring_bytes = 0;
	for (unsigned i = 0; i < texts->ring.n; i++)
		out->ring_bytes += texts->ring.spans[i].end - texts->ring.spans[i].paddr;
	out->lost = 0;
}

static void close_texts(void *priv)
{
	struct texts *texts = priv;

	cdm_window_close(&texts->window);
	free(texts);
}

static const struct cdm_log_generation texts_alone = {
	.name = "ringbuffer",
	.want = want,
	.next = next,
	.facts = facts,
	.close = close_texts,
};

static enum cdm_status open_find(struct cdm_kernel *kernel, const struct cdm_carved *find,
				 struct cdm_damage *damage, void **priv, struct cdm_error *err)
{
	struct texts *texts = calloc(1, sizeof(*texts));
	struct cdm_error told;

	if (!texts)
		return cdm_fail_memory(err, "log");
	texts->ring = find->ring.blocks;
	texts->layout = find->layout;
	texts->damage = damage;
	enum cdm_status st = cdm_window_open(&texts->window, kernel, CDM_TEXT_WINDOW, err);

	if (st) {
		free(texts);
		return st;
	}
	enter_span(texts, 0);
	cdm_fail(&told, CDM_ERR_NO_INFO,
		 "of its records the texts alone were found: times, levels and callers are lost");
	cdm_damage_add(damage, &told);
	*priv = texts;
	return CDM_OK;
}

const struct cdm_shape cdm_shape_blocks = {
	.generation = &texts_alone,
	.rank = CDM_SHAPE_TEXTS,
	.begin = begin,
	.look = look,
	.conclude = conclude,
	.end = cdm_carve_end,
	.open = open_find,
};
