// SPDX-License-Identifier: GPL-2.0-or-later
/* pool.c - which worker runs when, and whose result is next?
 *
 *     0        n_taken            n_started        n_items
 *     |  taken    |  running or ended  |   waiting   |
 *
 * The items between n_taken and n_started have a seat, item % n_seats. A worker's pipe closes when
 * it has ended, whichever way: that is what poll() waits for. */

#include "work/pool.h"

#include "base/limits.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

struct seat {
	struct cdm_worker worker;
	bool is_skipped;
	size_t notes_len;
	_Alignas(max_align_t) char notes[CDM_MAX_WORKER_NOTES];
};

struct pool {
	const struct cdm_work *work;
	struct seat *seats;
	size_t n_seats;
	size_t n_taken, n_started, n_running;
};

static struct seat *seat_of(const struct pool *pool, size_t item)
{
	return &pool->seats[item % pool->n_seats];
}

/* ---- starting ---- */

static enum cdm_status start_next(struct pool *pool, struct cdm_error *err)
{
	const struct cdm_work *work = pool->work;
	size_t item = pool->n_started;
	struct seat *seat = seat_of(pool, item);
	bool wanted = true;
	enum cdm_status st = work->prepare(work->priv, item, &wanted, err);

	seat->is_skipped = !wanted;
	seat->notes_len = 0;
	if (!st && wanted)
		st = cdm_worker_start(&seat->worker, &work->limits, work->run, work->priv, item,
				      err);
	if (st)
		return st;
	pool->n_running += wanted;
	pool->n_started++;
	return CDM_OK;
}

static bool has_room(const struct pool *pool)
{
	return pool->n_running < pool->work->max_jobs && pool->n_started < pool->work->n_items &&
	       pool->n_started - pool->n_taken < pool->n_seats;
}

/* ---- waiting ---- */

/* False: the worker has closed its pipe. What is more than there is room for is thrown away. */
static bool read_notes(struct seat *seat)
{
	char rest[64];
	size_t room = sizeof(seat->notes) - seat->notes_len;
	ssize_t n = room ? read(seat->worker.notes, seat->notes + seat->notes_len, room)
			 : read(seat->worker.notes, rest, sizeof(rest));

	if (n > 0 && room)
		seat->notes_len += (size_t)n;
	return n > 0 || (n < 0 && errno == EINTR);
}

static bool is_running(const struct seat *seat)
{
	return !seat->is_skipped && seat->worker.pid > 0;
}

/* The running workers' pipes and the seats they belong to. Returns how many. */
static nfds_t list_running(const struct pool *pool, struct pollfd *pipes, struct seat **owners)
{
	nfds_t n = 0;

	for (size_t item = pool->n_taken; item < pool->n_started; item++) {
		struct seat *seat = seat_of(pool, item);

		if (!is_running(seat))
			continue;
		pipes[n] = (struct pollfd){ .fd = seat->worker.notes, .events = POLLIN };
		owners[n++] = seat;
	}
	return n;
}

/* Until a worker says something or ends, but a tick at most. */
static void wait_for_some(struct pool *pool)
{
	struct pollfd pipes[CDM_MAX_JOBS];
	struct seat *owners[CDM_MAX_JOBS];
	nfds_t n = list_running(pool, pipes, owners);

	if (poll(pipes, n, CDM_WORK_TICK_MS) <= 0)
		return;
	for (nfds_t i = 0; i < n; i++) {
		if (!pipes[i].revents || read_notes(owners[i]))
			continue;
		cdm_worker_wait(&owners[i]->worker);
		pool->n_running--;
	}
}

/* ---- results ---- */

static enum cdm_status take_result(const struct pool *pool, size_t item, struct seat *seat,
				   struct cdm_error *err)
{
	const struct cdm_worker *worker = &seat->worker;
	struct cdm_work_result result = {
		.end = worker->end,
		.code = worker->code,
		.out = worker->out,
		.messages = worker->messages,
		.notes = seat->notes,
		.notes_len = seat->notes_len,
	};

	if (lseek(result.out, 0, SEEK_SET) < 0 || lseek(result.messages, 0, SEEK_SET) < 0)
		return cdm_fail_errno(err, "what a worker wrote cannot be read");
	return pool->work->take(pool->work->priv, item, &result, err);
}

static enum cdm_status take_results(struct pool *pool, struct cdm_error *err)
{
	enum cdm_status st = CDM_OK;

	while (!st && pool->n_taken < pool->n_started) {
		struct seat *seat = seat_of(pool, pool->n_taken);

		if (is_running(seat))
			break;
		if (!seat->is_skipped) {
			st = take_result(pool, pool->n_taken, seat, err);
			cdm_worker_close(&seat->worker);
		}
		pool->n_taken++;
	}
	return st;
}

static enum cdm_status do_all(struct pool *pool, struct cdm_error *err)
{
	const struct cdm_work *work = pool->work;
	enum cdm_status st;

	while (pool->n_taken < work->n_items) {
		while (has_room(pool))
			if ((st = start_next(pool, err)))
				return st;
		if (pool->n_running)
			wait_for_some(pool);
		st = take_results(pool, err);
		if (st)
			return st;
		work->tick(work->priv, pool->n_taken);
	}
	return CDM_OK;
}

/* A seat has up to four files open: a pipe, what the worker wrote, and what prepare() opened. */
static size_t choose_seats(const struct cdm_work *work)
{
	struct rlimit files;
	size_t n = CDM_MAX_WAITING;

	if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < 4 * n + CDM_OTHER_FILES)
		n = files.rlim_cur > CDM_OTHER_FILES
			    ? (size_t)(files.rlim_cur - CDM_OTHER_FILES) / 4
			    : 0;
	if (n == 0)
		n = 1;
	return n < work->n_items ? n : work->n_items;
}

enum cdm_status cdm_work_run(const struct cdm_work *work, struct cdm_error *err)
{
	struct pool pool = { .work = work, .n_seats = choose_seats(work) };

	if (!work->n_items)
		return CDM_OK;
	pool.seats = calloc(pool.n_seats, sizeof(*pool.seats));
	if (!pool.seats)
		return cdm_fail_memory(err, "worker processes");
	enum cdm_status st = do_all(&pool, err);

	for (size_t item = pool.n_taken; item < pool.n_started; item++)
		if (!seat_of(&pool, item)->is_skipped)
			cdm_worker_close(&seat_of(&pool, item)->worker);
	free(pool.seats);
	return st;
}
