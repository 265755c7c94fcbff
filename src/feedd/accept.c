/* SPDX-License-Identifier: Apache-2.0 */
#include "feedd/accept.h"

#include <stdio.h>
#include <stdlib.h>
#include <zstd.h>

#include "base/json.h"
#include "base/mem.h"

enum {
	PACK_LEVEL = 3,
	KEPT_MAX = 1 << 30,
	WINDOW_LOG_MAX = 24, /* zstd may use 16 MiB for its window */
	PIECE = 65536,
};

/* Sums of counts must stay within 63 bits for the life of the database. */
#define COUNT_MAX 1000000000000u

__attribute__((format(printf, 4, 5))) static bool
refuse(struct refusal *r, int status, const char *pointer, const char *format,
       ...)
{
	va_list ap;

	r->status = status;
	snprintf(r->pointer, sizeof r->pointer, "%s", pointer);
	va_start(ap, format);
	vsnprintf(r->reason, sizeof r->reason, format, ap);
	va_end(ap);
	return false;
}

/* ---- unpacking ---- */

static bool
unpack(struct sv body, size_t bytes_max, struct buf *out, struct refusal *r)
{
	ZSTD_DStream *z = ZSTD_createDStream();
	ZSTD_inBuffer in = { body.p, body.n, 0 };
	size_t left = 1; /* 0: a frame has ended */
	bool fits = true;

	ZSTD_DCtx_setParameter(z, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
	for (;;) {
		char piece[PIECE];
		ZSTD_outBuffer to = { piece, sizeof piece, 0 };

		left = ZSTD_decompressStream(z, &to, &in);
		if (ZSTD_isError(left))
			break;
		fits = buf_add(out, sv_make(piece, to.pos));
		if (!fits ||
		    (in.pos == in.size && (left == 0 || to.pos < to.size)))
			break;
	}
	ZSTD_freeDStream(z);
	if (!fits)
		return refuse(r, 413, "", "more than %zu bytes unpacked",
		              bytes_max);
	return left == 0 || refuse(r, 422, "", "not a whole zstd frame");
}

static bool
load_json(struct sv text, json_t **ret, struct refusal *r)
{
	json_error_t error;

	*ret = json_loadb(text.p ? text.p : "", text.n, JSON_REJECT_DUPLICATES,
	                  &error);
	return *ret ||
	       refuse(r, 422, "", "line %d: %s", error.line, error.text);
}

static bool
decode(struct sv body, const char *encoding, size_t bytes_max, json_t **ret,
       struct refusal *r)
{
	struct buf plain = BUF_INIT(bytes_max);
	bool done;

	if (!encoding || strcmp(encoding, "identity") == 0) {
		if (body.n > bytes_max)
			return refuse(r, 413, "", "more than %zu bytes",
			              bytes_max);
		return load_json(body, ret, r);
	}
	if (strcmp(encoding, "zstd") != 0)
		return refuse(r, 415, "",
		              "Content-Encoding must be zstd or none");
	done = unpack(body, bytes_max, &plain, r) &&
	       load_json(buf_sv(&plain), ret, r);
	buf_done(&plain);
	return done;
}

/* ---- checking what record/ leaves to us ---- */

struct largest {
	uint64_t count;
};

static void
see_count(void *ctx, const struct sv *cells, uint64_t count)
{
	struct largest *l = ctx;

	(void)cells;
	if (count > l->count)
		l->count = count;
}

static uint64_t
largest_count(const struct aggregate *g)
{
	struct largest l = { 0 };

	for (size_t i = 0; i < aggregate_totals_count(); i++)
		see_count(&l, NULL, aggregate_total(g, i));
	for (size_t t = 0; t < aggregate_tables_count(); t++)
		aggregate_rows(g, t, see_count, &l);
	return l.count;
}

static bool
check_aggregate(const struct aggregate *g, size_t index, int64_t now_ms,
                struct refusal *r)
{
	int64_t oldest = now_ms - DATABASE_BATCH_DAYS * 86400000LL;
	int64_t minute = aggregate_minute(g);
	char pointer[64];

	snprintf(pointer, sizeof pointer, "/aggregates/%zu/period/begin",
	         index);
	if (minute > now_ms + ACCEPT_FUTURE_MS)
		return refuse(r, 422, pointer, "lies in the future");
	/* What is older than the ids we know might be counted twice. */
	if (minute < oldest)
		return refuse(r, 422, pointer, "is more than %d days ago",
		              DATABASE_BATCH_DAYS);
	snprintf(pointer, sizeof pointer, "/aggregates/%zu", index);
	if (largest_count(g) > COUNT_MAX)
		return refuse(r, 422, pointer, "a count is larger than 10^12");
	return true;
}

static bool
check_batch(const struct batch *b, int64_t now_ms, struct refusal *r)
{
	const struct {
		uint64_t value;
		const char *pointer;
	} counts[] = {
		{ b->lost, "/coverage/lost" },
		{ b->accounts, "/coverage/accounts" },
		{ b->k_min, "/privacy/k_min" },
		{ b->suppressed_rows, "/privacy/suppressed_rows" },
		{ b->suppressed_items, "/privacy/suppressed_items" },
	};

	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		if (counts[i].value > COUNT_MAX)
			return refuse(r, 422, counts[i].pointer,
			              "is larger than 10^12");
	for (size_t i = 0; i < b->n_aggregates; i++)
		if (!check_aggregate(b->aggregates[i], i, now_ms, r))
			return false;
	return true;
}

/* ---- reading ---- */

static void
pack(struct sv text, struct buf *out)
{
	size_t most = ZSTD_compressBound(text.n), n;
	char *room;

	buf_init(out, most + 1);
	room = buf_room(out, most);
	n = ZSTD_compress(room, most, text.p, text.n, PACK_LEVEL);
	if (!ZSTD_isError(n))
		out->n = n;
}

/* The order of members, white space and compression do not count. */
static void
keep_content(json_t *root, struct posting *p)
{
	char *text = json_dumps(root, JSON_COMPACT | JSON_SORT_KEYS);

	if (!text)
		mem_die("out of memory");
	digest_sha256(sv_str(text), p->digest);
	pack(sv_str(text), &p->content);
	free(text);
}

bool
posting_read(const struct accept *a, struct sv body, struct posting *ret,
             struct refusal *r)
{
	struct posting p = { NULL };

	*r = (struct refusal){ .status = 0 };
	if (!decode(body, a->encoding, a->bytes_max, &p.root, r))
		return false;
	r->status = 422;
	if (batch_parse(p.root, &p.batch, r->pointer, r->reason)) {
		json_decref(p.root);
		return false;
	}
	keep_content(p.root, &p);
	if (!check_batch(&p.batch, a->now_unix_ms, r)) {
		posting_done(&p);
		return false;
	}
	*ret = p;
	return true;
}

void
posting_done(struct posting *p)
{
	batch_done(&p->batch);
	json_decref(p->root);
	buf_done(&p->content);
}

static void
count_row(void *ctx, const struct sv *cells, uint64_t count)
{
	(void)cells;
	(void)count;
	++*(size_t *)ctx;
}

size_t
posting_rows(const struct posting *p)
{
	size_t rows = 0;

	for (size_t i = 0; i < p->batch.n_aggregates; i++) {
		rows += aggregate_totals_count();
		for (size_t t = 0; t < aggregate_tables_count(); t++)
			aggregate_rows(p->batch.aggregates[i], t, count_row,
			               &rows);
	}
	return rows;
}

/* ---- answers ---- */

void
refusal_write(const struct refusal *r, struct buf *out)
{
	struct json j = json_start(out);

	json_begin_object(&j, NULL);
	json_text(&j, "pointer", r->pointer);
	json_text(&j, "reason", r->reason);
	json_end(&j);
}

static uint64_t
items_of(const struct batch *b)
{
	uint64_t items = 0;

	for (size_t i = 0; i < b->n_aggregates; i++)
		items += aggregate_total(b->aggregates[i], 0);
	return items;
}

static void
answer_write(const struct batch *b, const char *status, struct buf *out)
{
	struct json j = json_start(out);

	json_begin_object(&j, NULL);
	json_str(&j, "batch", b->id);
	json_text(&j, "status", status);
	json_int(&j, "items", (int64_t)items_of(b));
	/* only aggregates are kept here: the sender shall know */
	json_int(&j, "events_not_kept", (int64_t)json_array_size(b->events));
	json_end(&j);
}

/* ---- storing ---- */

/* Reads a batch again that was kept; E_UNKNOWN, E_IO. */
static int
read_kept(struct database *s, struct sv node, struct sv id, struct posting *ret,
          char why[DATABASE_TEXT])
{
	struct buf packed = BUF_INIT(KEPT_MAX);
	struct posting p = { NULL };
	struct refusal r;
	int result = database_content(s, node, id, &packed, why);

	if (!result &&
	    (!decode(buf_sv(&packed), "zstd", KEPT_MAX, &p.root, &r) ||
	     batch_parse(p.root, &p.batch, r.pointer, r.reason))) {
		json_decref(p.root);
		snprintf(why, DATABASE_TEXT, "a batch cannot be read again");
		result = E_IO;
	}
	buf_done(&packed);
	if (!result)
		*ret = p;
	return result;
}

static int
refuse_unavailable(struct refusal *r)
{
	refuse(r, 503, "", "the database is not available: try again");
	r->retry_s = ACCEPT_RETRY_S;
	return r->status;
}

/* Without a word of the node on its time: counts of the future say that its
 * clock is fast, by that much at least. */
static int64_t
clock_of(const struct accept *a, const struct batch *b)
{
	int64_t newest =
	    b->n_aggregates
		? aggregate_minute(b->aggregates[b->n_aggregates - 1])
		: 0;

	if (a->clock_ms || newest < a->now_unix_ms + RECORD_MINUTE_MS)
		return a->clock_ms;
	return newest - a->now_unix_ms;
}

static int
store(struct database *s, const struct accept *a, struct posting *p,
      const struct batch *corrects, struct buf *out, struct refusal *r,
      char why[DATABASE_TEXT])
{
	const struct database_batch d = {
		.batch = &p->batch,
		.digest = p->digest,
		.content = buf_sv(&p->content),
		.now_unix_ms = a->now_unix_ms,
		.clock_ms = clock_of(a, &p->batch),
		.hour_items = a->hour_items,
		.hour_factor = a->hour_factor,
		.is_correction = p->batch.supersedes.n > 0,
		.corrects = corrects,
	};

	switch (database_accept(s, &d, why)) {
	case DATABASE_NEW:
		answer_write(&p->batch, "new", out);
		return 201;
	case DATABASE_HELD:
		p->is_held = true;
		answer_write(&p->batch, "held", out);
		return 201;
	case DATABASE_SEEN:
		answer_write(&p->batch, "seen", out);
		return 200;
	case DATABASE_CONFLICT:
		refuse(r, 409, "/batch",
		       "another batch with this id was accepted");
		return r->status;
	case DATABASE_UNKNOWN:
		refuse(r, 422, "/supersedes", "no such batch is counted");
		return r->status;
	case DATABASE_UNAVAILABLE:
		break;
	}
	return refuse_unavailable(r);
}

int
posting_store(struct database *s, const struct accept *a, struct posting *p,
              struct buf *out, struct refusal *r, char why[DATABASE_TEXT])
{
	struct posting old = { NULL };
	struct sv id = p->batch.supersedes;
	int result = 0, status;

	*r = (struct refusal){ .status = 0 };
	if (a->node && !sv_eq_str(p->batch.node, a->node)) {
		refuse(r, 403, "/node", "the token belongs to another node");
		return r->status;
	}
	if (id.n)
		result = read_kept(s, p->batch.node, id, &old, why);
	if (result == E_IO)
		return refuse_unavailable(r);
	/* what is gone may have been corrected by this very batch */
	status = store(s, a, p, old.root ? &old.batch : NULL, out, r, why);
	posting_done(&old);
	return status;
}

int
accept_post(struct database *s, const struct accept *a, struct sv body,
            struct buf *out, char why[DATABASE_TEXT])
{
	struct refusal r;
	struct posting p;
	int status;

	if (posting_read(a, body, &p, &r)) {
		status = posting_store(s, a, &p, out, &r, why);
		posting_done(&p);
	} else {
		status = r.status;
	}
	if (status >= 400)
		refusal_write(&r, out);
	return status;
}

int
accept_content(struct database *s, struct sv node, struct sv id, json_t **ret,
               char why[DATABASE_TEXT])
{
	struct posting p = { NULL };
	int result = read_kept(s, node, id, &p, why);

	if (result)
		return result;
	*ret = json_incref(p.root);
	posting_done(&p);
	return 0;
}

int
accept_review(struct database *s, struct sv node, struct sv id, bool is_good,
              int64_t now_ms, char why[DATABASE_TEXT])
{
	struct posting p = { NULL };
	int result = read_kept(s, node, id, &p, why);

	if (result)
		return result;
	switch (database_review(s, node, id, is_good ? &p.batch : NULL, now_ms,
	                        why)) {
	case DATABASE_NEW:
		break;
	case DATABASE_UNAVAILABLE:
		result = E_IO;
		break;
	default:
		result = E_UNKNOWN;
	}
	posting_done(&p);
	return result;
}
