/* SPDX-License-Identifier: Apache-2.0 */
#include "feedd/intake.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "feedd/accept.h"
#include "feedd/quota.h"

enum {
	LINES_MAX = 60, /* of refusals in the log, a minute */
	MINUTE_MS = 60000,
	CLOCK_RIGHT_MS = 2000, /* a request takes a while, and has whole s */
};

static const int statuses[] = { 200, 201, 400, 401, 403, 405, 409,
	                        413, 415, 422, 429, 500, 503 };
enum { STATUSES = sizeof statuses / sizeof *statuses };

struct intake {
	const struct conf_feedd *conf;
	struct database *database;
	struct access *access;
	struct quotas *quotas;
	_Atomic uint64_t posts[STATUSES];
	_Atomic uint64_t held;
	_Atomic size_t reserved;
	_Atomic int64_t log_minute, log_lines;
};

struct intake *
intake_new(const struct conf_feedd *conf, struct database *database,
           struct access *access)
{
	struct intake *i = mem_calloc(1, sizeof *i);

	i->conf = conf;
	i->database = database;
	i->access = access;
	i->quotas =
	    quotas_new((struct quota){ .batches = (uint64_t)conf->quota_batches,
	                               .bytes = (uint64_t)conf->quota_bytes,
	                               .rows = (uint64_t)conf->quota_rows });
	return i;
}

void
intake_free(struct intake *i)
{
	if (!i)
		return;
	quotas_free(i->quotas);
	free(i);
}

size_t
intake_body_max(const struct intake *i)
{
	return (size_t)i->conf->batch_bytes_max;
}

/* ---- counting and saying ---- */

static void
count(struct intake *i, int status)
{
	for (size_t s = 0; s < STATUSES; s++)
		if (statuses[s] == status)
			i->posts[s]++;
}

/* A hostile client cannot fill the log. */
static bool
may_log(struct intake *i)
{
	int64_t minute = clock_unix_ms() / MINUTE_MS;
	int64_t last = i->log_minute;

	if (last != minute &&
	    atomic_compare_exchange_strong(&i->log_minute, &last, minute)) {
		int64_t lines = atomic_exchange(&i->log_lines, 0);

		if (lines > LINES_MAX)
			log_warning("refused batches not logged count=%" PRId64,
			            lines - LINES_MAX);
	}
	return ++i->log_lines <= LINES_MAX;
}

static const char *
or_dash(const char *text)
{
	return *text ? text : "-";
}

static bool
refuse(struct intake *i, const struct site_request *q, const char *name,
       int status, const char *reason, struct site_answer *ret)
{
	site_refuse(status, reason, ret);
	ret->is_private = true;
	count(i, status);
	if (may_log(i))
		log_warning("batch refused node=%s from=%s status=%d "
		            "reason=\"%s\"",
		            or_dash(name), or_dash(q->address), status, reason);
	return false;
}

void
intake_metrics(struct intake *i, struct buf *out)
{
	buf_add_str(out, "# TYPE tamis_feedd_posts counter\n"
	                 "# HELP tamis_feedd_posts Answers to POST /v1/batches "
	                 "since the start, by status.\n");
	for (size_t s = 0; s < STATUSES; s++)
		buf_addf(out,
		         "tamis_feedd_posts_total{status=\"%d\"} %" PRIu64 "\n",
		         statuses[s], i->posts[s]);
	buf_addf(out,
	         "# TYPE tamis_feedd_held counter\n"
	         "# HELP tamis_feedd_held Batches that were held since the "
	         "start.\n"
	         "tamis_feedd_held_total %" PRIu64 "\n"
	         "# TYPE tamis_feedd_body_bytes gauge\n"
	         "# HELP tamis_feedd_body_bytes Memory of bodies under way.\n"
	         "tamis_feedd_body_bytes %zu\n",
	         i->held, i->reserved);
}

/* ---- before the body ---- */

static const char *
say_token(enum token_state state)
{
	switch (state) {
	case TOKEN_EXPIRED:
		return "the token has expired";
	case TOKEN_REVOKED:
		return "the token was revoked";
	default:
		return "the token is missing or not known";
	}
}

bool
intake_begin(struct intake *i, const struct site_request *q,
             struct intake_post *ret, struct site_answer *answer)
{
	enum token_state state;
	int retry_s;

	*ret = (struct intake_post){ .reserved = 0 };
	if (strcmp(q->path, "/v1/batches") != 0)
		return refuse(i, q, "", 405, "batches go to /v1/batches",
		              answer);
	if (q->origin) /* a web page would use its reader's access to us */
		return refuse(i, q, "", 403,
		              "batches do not come from web pages", answer);
	if (access_is_open(i->access))
		return true;
	state = access_ask(i->access, q->authorization, clock_unix_ms(),
	                   &ret->asker);
	if (state != TOKEN_GOOD)
		return refuse(i, q, ret->asker.name, 401, say_token(state),
		              answer);
	if (ret->asker.role != ROLE_REPORTER)
		return refuse(i, q, ret->asker.name, 403,
		              "the token is not that of a node", answer);
	if (quotas_take(i->quotas, ret->asker.node,
	                (struct quota){ .batches = 1 }, clock_unix_ms(),
	                &retry_s))
		return true;
	refuse(i, q, ret->asker.name, 429, "too many batches this hour",
	       answer);
	answer->retry_s = retry_s;
	return false;
}

bool
intake_reserve(struct intake *i, struct intake_post *p, size_t bytes,
               struct site_answer *answer)
{
	if ((i->reserved += bytes) <= (size_t)i->conf->memory_max) {
		p->reserved += bytes;
		return true;
	}
	i->reserved -= bytes;
	site_refuse(503, "too many batches at once: try again", answer);
	answer->retry_s = ACCEPT_RETRY_S;
	count(i, 503);
	return false;
}

void
intake_done(struct intake *i, struct intake_post *p)
{
	i->reserved -= p->reserved;
	p->reserved = 0;
}

/* ---- after the body ---- */

static bool
is_signed(struct intake *i, const struct site_request *q,
          const struct intake_post *p, struct sv body,
          struct site_answer *answer)
{
	switch (access_check(i->access, p->asker.node, q->signature, body,
	                     clock_unix_ms())) {
	case SIGNATURE_NOT_NEEDED:
	case SIGNATURE_GOOD:
		return true;
	case SIGNATURE_MISSING:
		return refuse(i, q, p->asker.name, 401,
		              "the signature is missing", answer);
	case SIGNATURE_REVOKED:
		return refuse(i, q, p->asker.name, 401,
		              "the key of the signature was revoked or has "
		              "expired",
		              answer);
	case SIGNATURE_BAD:
		break;
	}
	return refuse(i, q, p->asker.name, 401, "the signature is wrong",
	              answer);
}

/* How fast the clock of the sender is, by the header Date (RFC 9110 section
 * 5.6.7, the one form that is sent today). */
static int64_t
clock_of(const char *date, int64_t now_ms)
{
	struct tm tm = { 0 };
	int64_t fast;

	if (!date || !strptime(date, "%a, %d %b %Y %H:%M:%S GMT", &tm))
		return 0;
	fast = (int64_t)timegm(&tm) * 1000 - now_ms;
	return llabs(fast) > CLOCK_RIGHT_MS ? fast : 0;
}

static void
log_answer(struct intake *i, const struct site_request *q, const char *node,
           const struct site_answer *a, const char *why)
{
	const char *text = buf_str(&a->body);

	if (a->status < 400)
		log_debug("batch node=%s status=%d answer=%s", or_dash(node),
		          a->status, text);
	else if (a->status == 503)
		log_error("batch not stored node=%s reason=\"%s\"",
		          or_dash(node), why);
	else if (may_log(i))
		log_warning("batch refused node=%s from=%s status=%d answer=%s",
		            or_dash(node), or_dash(q->address), a->status,
		            text);
}

/* Reads and stores it; the answer is in `r` when it is a refusal. */
static int
store(struct intake *i, const struct accept *a, struct sv body, struct buf *out,
      struct refusal *r, char why[DATABASE_TEXT])
{
	struct quota size = { .bytes = body.n };
	struct posting p;
	int status;

	if (!posting_read(a, body, &p, r))
		return r->status;
	size.rows = posting_rows(&p);
	if (a->node && !quotas_take(i->quotas, a->node, size, a->now_unix_ms,
	                            &r->retry_s)) {
		r->status = status = 429;
		snprintf(r->reason, sizeof r->reason,
		         "too many bytes or rows this hour");
	} else {
		r->retry_s = 0;
		status = posting_store(i->database, a, &p, out, r, why);
	}
	if (p.is_held) {
		i->held++;
		log_warning("batch held: far more than this node ever sent "
		            "batch=" SV_FMT,
		            SV_ARG(p.batch.id));
	}
	posting_done(&p);
	return status;
}

void
intake_end(struct intake *i, const struct site_request *q,
           struct intake_post *p, struct sv body, struct site_answer *ret)
{
	int64_t now = clock_unix_ms();
	const struct accept a = {
		.node = *p->asker.node ? p->asker.node : NULL,
		.encoding = q->encoding,
		.bytes_max = intake_body_max(i),
		.now_unix_ms = now,
		.clock_ms = clock_of(q->date, now),
		.hour_items = (uint64_t)i->conf->hold_items,
		.hour_factor = (uint64_t)i->conf->hold_factor,
	};
	char why[DATABASE_TEXT] = "";
	struct refusal r = { 0 };

	if (a.node && !is_signed(i, q, p, body, ret))
		return;
	site_start(ret, 0, "application/json");
	ret->status = store(i, &a, body, &ret->body, &r, why);
	if (ret->status >= 400)
		refusal_write(&r, &ret->body);
	buf_add_char(&ret->body, '\n');
	ret->retry_s = r.retry_s;
	ret->is_private = true;
	count(i, ret->status);
	log_answer(i, q, p->asker.node, ret, why);
}
