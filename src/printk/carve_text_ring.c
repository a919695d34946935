// SPDX-License-Identifier: GPL-2.0-or-later
/* carve_text_ring.c - is a text in memory the log of Linux up to 3.4, and where are the bounds of its ring?
 *
 * A ring that has wrapped is full: it has a power of two of bytes, the newest line ends somewhere within,
 * the rest of the line that it overwrote follows, which has no priority, and then the oldest. The line at
 * the ring's end goes on at its beginning. The kernel's buffer for one line (printk_buf, 1024 bytes) may
 * stand right after it. Log files in the page cache and buffers of programs have such lines, too. */

#include "printk/carve_text_ring.h"
#include "base/checked.h"
#include "printk/carve_lines.h"

#define LEAST_LINES 4
#define LEAST_WITH_BANNER 2
#define EARLY_LINES 8 /* some are printed before the banner ("Initializing cgroup subsys cpuset") */
#define MAX_DIRECTIVE_SHARE 8           /* one line in so many may hold "%s" */
#define LEAST_WITH_BUFFER (4 * CDM_KIB) /* CONFIG_LOG_BUF_SHIFT: from 12 on */
#define MAX_BESIDE 2048   /* bytes of text before and after a ring: printk_buf, variables */
#define MAX_BEFORE 64     /* of which before it */
#define MAX_BARE 3        /* rests of lines: at the begin, at the seam, after the ring */
#define MAX_CUT_LINE 1024 /* printk_buf is no larger */

/* A ring begins at a multiple of it: compilers align large arrays to more. */
#define LEAST_ALIGNMENT 4

/* CPUs' clocks differ by less; where time goes back more, the oldest line follows. */
#define DISORDER_US 100000

enum likeness {
	LIKE_A_FILE, /* no times, several boots, pages in any order */
	LIKE_LINES,
	LIKE_A_BOOT, /* begins as a kernel does */
	LIKE_A_RING, /* has wrapped, and has the size of a ring */
};

struct survey {
	uint64_t n, n_timed, n_kernel, n_directive;
	uint64_t n_bare; /* lines without a priority */
	uint64_t n_falls;
	bool begins_whole; /* the first line has a priority */
	uint64_t n_banners, banner_at, n_before_banner;
	uint64_t seam, fall; /* where time goes back, and by how much; fall 0: nowhere */
	bool is_seam_bare;   /* ... and the rest of a line is there */
	uint64_t bare_at;    /* the first such rest after a whole line; 0: none */
	uint64_t edge_at;    /* such a rest, and only another one before it; 0: none */
	uint64_t end_at;     /* such a rest, and no whole line after it; 0: none */
};

/* ---- what all lines say ---- */

struct course {
	uint64_t before_us;    /* of the last line with a time */
	uint64_t behind_whole; /* the end of the last line with a priority */
	bool has_bare;         /* since then: the rest of a line */
	bool is_cut;           /* the line before ended in memory that cannot be read */
};

static void note_fall(struct survey *survey, const struct course *course, uint64_t time_us)
{
	uint64_t fall = course->before_us - time_us;

	survey->n_falls += fall > DISORDER_US;
	if (fall <= DISORDER_US && !course->has_bare)
		return;
	if (survey->fall && (survey->is_seam_bare > course->has_bare ||
			     (survey->is_seam_bare == course->has_bare && survey->fall >= fall)))
		return;
	survey->seam = course->behind_whole;
	survey->fall = fall;
	survey->is_seam_bare = course->has_bare;
}

/* Pages of a file are cut anywhere, before a priority's end, too, and have zeros between them. */
static void note_bare(struct survey *survey, struct course *course, const struct cdm_line *line,
		      bool is_first)
{
	survey->n_bare++;
	if (course->is_cut || is_first || line->has_angle || line->has_nul)
		return;
	course->has_bare = true;
	if (survey->n && !survey->bare_at)
		survey->bare_at = line->paddr;
	if (!survey->n && !survey->edge_at)
		survey->edge_at = line->paddr;
}

static void note_whole(struct survey *survey, struct course *course, const struct cdm_line *line)
{
	if (line->has_time && course->before_us > line->time_us)
		note_fall(survey, course, line->time_us);
	if (line->has_time)
		course->before_us = line->time_us;
	if (line->is_banner) {
		survey->n_banners++;
		survey->banner_at = line->paddr;
		survey->n_before_banner = survey->n;
	}
	/* The kernel's buffer for one line has no times. */
	if (line->has_time || survey->n_timed <= survey->n / 2) {
		course->behind_whole = line->end;
		course->has_bare = false;
	}
	survey->n++;
	survey->n_timed += line->has_time;
	survey->n_kernel += line->is_kernel;
	survey->n_directive += line->has_directive;
}

static struct survey look_at_lines(struct cdm_window *window, uint64_t begin, uint64_t end)
{
	struct survey survey = { .n = 0 };
	struct course course = { .behind_whole = begin };
	struct cdm_line line;

	for (uint64_t at = begin; at < end; at = line.end) {
		cdm_read_line(window, at, end, &line);
		if (line.has_priority)
			note_whole(&survey, &course, &line);
		else
			note_bare(&survey, &course, &line, at == begin);
		if (at == begin)
			survey.begins_whole = line.has_priority;
		course.is_cut = line.is_cut;
	}
	survey.end_at = course.has_bare ? course.behind_whole : 0;
	return survey;
}

/* Syslog's own lines have other facilities and no times. */
static bool is_log(const struct survey *survey)
{
	return survey->n >= (survey->n_banners ? LEAST_WITH_BANNER : LEAST_LINES) &&
	       survey->n_directive <= survey->n / MAX_DIRECTIVE_SHARE &&
	       survey->n_bare <= survey->n &&
	       (survey->n_timed >= survey->n / 2 + 1 || survey->n_kernel >= survey->n / 2);
}

static bool begins_as_kernel(const struct survey *survey)
{
	return survey->n_banners == 1 && survey->begins_whole &&
	       survey->n_before_banner < EARLY_LINES;
}

/* ---- the bounds ---- */

struct ring {
	struct cdm_window *window;
	uint64_t begin, end; /* of the text that has it */
	uint64_t size;       /* 0: it is not full */
	bool has_times;
};

static uint64_t size_of_full(uint64_t len)
{
	uint64_t size = CDM_MIN_LOG_BYTES;

	if (len < size)
		return 0;
	while (size <= len / 2)
		size *= 2;
	return len - size <= (size < LEAST_WITH_BUFFER ? MAX_BEFORE : MAX_BESIDE) ? size : 0;
}

/* What speaks for each place where the ring may begin. */
struct places {
	bool ends_line[MAX_BESIDE + 1]; /* a line ends at the ring's end */
	uint8_t likely[MAX_BESIDE + 1]; /* the more, the likelier */
};

/* Does another string than the log's next line begin here? */
static bool is_other_string(const struct ring *ring, uint64_t paddr)
{
	struct cdm_line line;

	if (paddr >= ring->end)
		return false;
	cdm_read_line(ring->window, paddr, ring->end, &line);
	return line.has_priority && !(ring->has_times && line.has_time);
}

/* The kernel aligns large arrays. */
static unsigned alignment(uint64_t paddr)
{
	return paddr % 4096 == 0 ? 3 : paddr % 32 == 0 ? 2 : paddr % 8 == 0 ? 1 : 0;
}

static uint64_t next_place(const struct ring *ring, uint64_t i)
{
	return i + LEAST_ALIGNMENT - (ring->begin + i) % LEAST_ALIGNMENT;
}

static void look_at_ends(const struct ring *ring, struct places *places, uint64_t n)
{
	for (uint64_t i = 0; i < n; i = next_place(ring, i)) {
		uint64_t end = ring->begin + i + ring->size;
		size_t len;
		const uint8_t *last = cdm_line_bytes(ring->window, end - 1, &len);

		places->ends_line[i] = last && *last == '\n';
		places->likely[i] = is_other_string(ring, end) ? 3 : 0;
	}
}

/* The line at the end of the ring goes on at its beginning; where a line ends there, one begins. */
static void look_at_begins(const struct ring *ring, struct places *places, uint64_t n)
{
	struct cdm_line head;

	for (uint64_t i = 0; i < n; i = next_place(ring, i)) {
		uint64_t base = ring->begin + i;
		unsigned align = alignment(base);
		unsigned near = (i == 0 ? 3u : i < 8 ? 2u : 0u) + (i + 1 == n ? 3u : 0u);

		cdm_read_line(ring->window, base, base + MAX_CUT_LINE, &head);
		if (places->ends_line[i] != head.has_priority)
			places->likely[i] = 0;
		else
			places->likely[i] += (uint8_t)(1 + align + (align ? near : near / 3));
	}
}

/* Text may stand before the ring and after it. */
static uint64_t find_base(const struct ring *ring)
{
	uint64_t n = ring->end - ring->begin - ring->size + 1, best = 0;
	struct places places;

	look_at_ends(ring, &places, n);
	look_at_begins(ring, &places, n);
	for (uint64_t i = 0; i < n; i = next_place(ring, i))
		if (places.likely[i] > places.likely[best])
			best = i;
	return ring->begin + best;
}

/* Where nothing says which line is the newest, the one that goes over the ring's end is kept whole. */
static uint64_t begin_of_whole(const struct ring *ring, uint64_t base)
{
	struct cdm_line head;
	size_t len;
	const uint8_t *last = cdm_line_bytes(ring->window, base + ring->size - 1, &len);
	bool ends_line = !last || *last == '\n';

	cdm_read_line(ring->window, base, base + MAX_CUT_LINE, &head);
	return ends_line || head.has_priority ? base : head.end;
}

/* Memory that cannot be read ends the last line; a part of a ring does not go on at its beginning. */
static void drop_cut_lines(struct ring *ring, bool has_cut_first)
{
	struct cdm_line line = { .end = ring->begin };
	struct cdm_line first;
	size_t len;

	cdm_read_line(ring->window, ring->begin, ring->end, &first);
	if (!cdm_line_bytes(ring->window, ring->end, &len)) {
		while (line.end < ring->end)
			cdm_read_line(ring->window, line.end, ring->end, &line);
		const uint8_t *last = cdm_line_bytes(ring->window, ring->end - 1, &len);

		if (line.paddr > ring->begin && last && *last != '\n')
			ring->end = line.paddr;
	}
	if (has_cut_first && first.end < ring->end)
		ring->begin = first.end;
}

/* Bytes of variables before the first line of a ring that is not full may look like text. */
static uint64_t skip_other(struct cdm_window *window, uint64_t begin, uint64_t end)
{
	struct cdm_line first, line;
	bool is_ascii = true; /* of the byte before */

	cdm_read_line(window, begin, end, &first);
	for (uint64_t at = begin; !first.has_priority && at < first.end; at++) {
		size_t len;
		const uint8_t *raw = cdm_line_bytes(window, at, &len);

		if (!raw)
			break;
		if (*raw == '<') {
			cdm_read_line(window, at, first.end, &line);
			if (line.has_time || line.is_banner ||
			    (line.has_priority && (!is_ascii || at - begin < 8)))
				return at;
		}
		is_ascii = *raw < 0x7f;
	}
	return begin;
}

/* Where the newest line ends; false: the text goes from its begin to its end. */
static bool find_seam(const struct survey *survey, bool is_full, uint64_t *seam)
{
	bool is_cut = !survey->begins_whole;

	if (begins_as_kernel(survey))
		return false;
	*seam = survey->seam;
	if (survey->fall && is_full)
		return true;
	if (survey->fall > DISORDER_US ? survey->is_seam_bare || is_cut
				       : survey->fall && survey->n_bare <= MAX_BARE)
		return true;
	*seam = survey->n_timed ? 0 : survey->bare_at;
	if (!*seam && is_cut)
		*seam = survey->edge_at;
	if (!*seam && is_cut && is_full)
		*seam = survey->end_at;
	return *seam != 0;
}

/* A seam at a page's begin is one of pages of a file, which lie in any order. */
static bool is_ring(const struct survey *survey, uint64_t seam)
{
	return (!survey->fall || survey->is_seam_bare) && survey->n_falls <= 1 &&
	       survey->n_bare <= MAX_BARE && seam % 4096;
}

static enum likeness likeness_of(const struct survey *survey, uint64_t seam)
{
	if (survey->n_banners > 1)
		return LIKE_A_FILE;
	if (begins_as_kernel(survey))
		return LIKE_A_BOOT;
	if (seam && is_ring(survey, seam))
		return LIKE_A_RING;
	return survey->n_timed && survey->n_falls <= 1 ? LIKE_LINES : LIKE_A_FILE;
}

bool cdm_text_judge(struct cdm_window *window, uint64_t begin, uint64_t end,
		    struct cdm_carved *find)
{
	begin = skip_other(window, begin, end);
	struct survey survey = look_at_lines(window, begin, end);
	struct ring ring = { window, begin, end, size_of_full(end - begin), survey.n_timed > 0 };
	struct cdm_carved_text *text = &find->ring.text;
	uint64_t seam = begin;

	*find = (struct cdm_carved){
		.shape = &cdm_shape_text,
		.n_records = survey.n,
		.has_beginning = survey.n_banners > 0,
	};
	if (!is_log(&survey))
		return false;
	/* A file has a boot after the other: the last one. */
	if (survey.n_banners > 1 && survey.banner_at > begin) {
		bool is = cdm_text_judge(window, survey.banner_at, end, find);

		find->likeness = LIKE_A_FILE;
		return is;
	}
	bool is_full = ring.size && !(survey.begins_whole && !survey.fall && !survey.bare_at) &&
		       !begins_as_kernel(&survey);
	bool has_seam = find_seam(&survey, is_full, &seam);

	if (!is_full)
		drop_cut_lines(&ring, has_seam && !survey.begins_whole);
	text->paddr = is_full ? find_base(&ring) : ring.begin;
	text->size = is_full ? ring.size : ring.end - ring.begin;
	if (is_full && !has_seam)
		seam = begin_of_whole(&ring, text->paddr);
	text->pos = seam > text->paddr && seam - text->paddr < text->size ? seam - text->paddr : 0;
	find->likeness = likeness_of(&survey, is_full && has_seam ? seam : 0);
	return true;
}

bool cdm_text_is_ring(struct cdm_window *window, uint64_t begin, uint64_t end)
{
	uint64_t size = size_of_full(end - begin);
	struct cdm_carved find;

	return size && end - begin - size <= MAX_BEFORE &&
	       cdm_text_judge(window, begin, end, &find) && find.likeness == LIKE_A_RING;
}
