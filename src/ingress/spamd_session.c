/* SPDX-License-Identifier: Apache-2.0 */
#include "ingress/spamd_session.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/log.h"
#include "ingress/intake.h"
#include "ingress/spamd_answer.h"
#include "ingress/spamd_inflate.h"

enum {
	HEAD_BYTES_MAX = SPAMD_FIELDS_MAX * SPAMD_LINE_MAX,
	ERROR_BYTES_MAX = 512,
};

static const struct conf_spamd *
conf_of(const struct spamd_session *s)
{
	return &s->snapshot->conf->spamd;
}

void
spamd_session_init(struct spamd_session *s, struct ingress *in, struct sv host,
                   struct sv ip)
{
	*s = (struct spamd_session){ .ingress = in, .host = host, .ip = ip };
	s->snapshot = ingress_snapshot(in);
	buf_init(&s->in,
	         HEAD_BYTES_MAX + (size_t)conf_of(s)->message_bytes_max);
	buf_init(&s->out, ERROR_BYTES_MAX);
}

void
spamd_session_done(struct spamd_session *s)
{
	buf_done(&s->in);
	buf_done(&s->out);
	snapshot_unref(s->snapshot);
}

/* The answer is there: what was asked is not needed any more. */
static void
end_request(struct spamd_session *s)
{
	s->answered = true;
	buf_done(&s->in);
}

static void
refuse(struct spamd_session *s, enum spamd_code code, const char *why)
{
	counter_add(s->ingress->counters, COUNTER_spamd_refused, 1);
	log_info("spamd request refused code=%d client=" SV_FMT
	         " command=%s: %s",
	         code, SV_ARG(s->ip),
	         s->request.has_command ? spamd_command_word(s->request.command)
	                                : "none",
	         why);
	spamd_answer_error(code, why, &s->out);
	end_request(s);
}

/* ---- commands ---- */

static void
judge(struct spamd_session *s, struct sv mail)
{
	struct scan *scan;
	struct arena *arena = arena_new();

	scan = ARENA_NEW(arena, struct scan);
	scan->arena = arena;
	scan->snapshot = s->snapshot;
	scan->channel = CHANNEL_SPAMD;
	scan->surface = "mail";
	scan->raw = mail;
	scan->user = sv_str(s->request.user);
	scan_find_prefs(scan);
	ingress_judge(s->ingress, scan);
	spamd_answer(s, scan);
	scan_drop_prefs(scan);
	end_request(s);
	arena_free(arena);
}

static void
judge_or_put_off(struct spamd_session *s, struct sv mail)
{
	const struct conf_scan *conf = &s->snapshot->conf->scan;
	_Atomic unsigned *in_flight = s->ingress->in_flight;

	if (atomic_fetch_add(in_flight, 1) >= (uint64_t)conf->in_flight_max) {
		counter_add(s->ingress->counters, COUNTER_overload, 1);
		refuse(s, SPAMD_TEMPFAIL, "too many messages at once");
	} else {
		judge(s, mail);
	}
	atomic_fetch_sub(in_flight, 1);
}

/* What a TELL says, as sa-learn and spamassassin -r have it: "local" is what
 * we learn, "remote" what others may be told. */
static enum feedback_kind
told_kind(const struct spamd_request *r)
{
	if (r->remove_local)
		return FEEDBACK_WITHDRAWN;
	return sv_ieq_str(SV("ham"), r->message_class) ? FEEDBACK_HAM
	                                               : FEEDBACK_SPAM;
}

static void
take_report(struct spamd_session *s, struct sv mail)
{
	const struct spamd_request *r = &s->request;
	struct feedback_answer answer;
	struct feedback f = {
		.kind = told_kind(r),
		.source = FEEDBACK_BY_SPAMD,
		.by = sv_str(*r->user ? r->user : "spamd"),
		.is_person = true,
		.third_party = r->set_remote,
	};
	int result = intake_message(s->ingress, mail, &f, &answer);

	if (result == E_IO || result == E_LIMIT) {
		refuse(s, SPAMD_TEMPFAIL, answer.why);
		return;
	}
	spamd_answer_tell(result == 0 && r->set_local,
	                  result == 0 && r->remove_local, &s->out);
	end_request(s);
}

/* Without a class nothing can be set. */
static void
tell(struct spamd_session *s, struct sv mail)
{
	const struct spamd_request *r = &s->request;

	if (s->ingress->store &&
	    (r->remove_local || (r->set_local && *r->message_class))) {
		take_report(s, mail);
		return;
	}
	spamd_answer_tell(false, false, &s->out);
	end_request(s);
}

/* Whether a TELL can be what it says; if not, it is refused. */
static bool
check_tell(struct spamd_session *s)
{
	const struct spamd_request *r = &s->request;

	if (!conf_of(s)->tell)
		refuse(s, SPAMD_UNAVAILABLE,
		       "TELL is not allowed here (spamd.tell)");
	else if (r->set_local && r->remove_local)
		refuse(s, SPAMD_PROTOCOL, "(local is both set and removed)");
	else if (r->set_remote && r->remove_remote)
		refuse(s, SPAMD_PROTOCOL, "(remote is both set and removed)");
	return !s->answered;
}

static void
take_mail(struct spamd_session *s, struct sv mail)
{
	if (s->request.command == SPAMD_TELL)
		tell(s, mail);
	else
		judge_or_put_off(s, mail);
}

static void
take_compressed(struct spamd_session *s, struct sv packed)
{
	struct buf mail = BUF_INIT((size_t)conf_of(s)->message_bytes_max);
	int result = spamd_inflate(packed, &mail);

	if (result == E_LIMIT)
		refuse(s, SPAMD_TOO_BIG,
		       "the mail is larger than spamd.message_bytes_max");
	else if (result)
		refuse(s, SPAMD_UNAVAILABLE,
		       "zlib: damaged or incomplete data");
	else
		take_mail(s, buf_sv(&mail));
	buf_done(&mail);
}

/* ---- the request ---- */

/* The length must be that of the mail: if it is not, somebody cut it short on
 * its way. More lines than that are passed over, more of the last line is
 * not, as spamd has it. */
static void
take_body(struct spamd_session *s, struct sv body)
{
	const struct spamd_request *r = &s->request;
	char why[SPAMD_WHY_MAX];

	s->whole = true;
	if (r->has_length && body.n > r->length &&
	    (r->compressed || r->length == 0 || body.p[r->length - 1] == '\n'))
		body.n = (size_t)r->length;
	if (r->compressed) {
		take_compressed(s, body);
	} else if (r->has_length && body.n != r->length) {
		snprintf(why, sizeof why,
		         "(Content-length is %" PRIu64 ", the mail has %zu "
		         "bytes)",
		         r->length, body.n);
		refuse(s, SPAMD_PROTOCOL, why);
	} else {
		take_mail(s, body);
	}
}

/* What a complete head says; false: that was the answer already. */
static bool
take_head(struct spamd_session *s)
{
	const struct spamd_request *r = &s->request;
	const struct conf_spamd *conf = conf_of(s);

	if (r->command >= SPAMD_SKIP) {
		if (r->command == SPAMD_PING)
			spamd_answer_ping(&s->out);
		s->whole = true;
		end_request(s);
		return false;
	}
	if (r->command == SPAMD_TELL && !check_tell(s))
		return false;
	if (r->compressed && !r->has_length)
		refuse(s, SPAMD_UNAVAILABLE, "Compress needs a Content-length");
	else if (r->has_length && r->length > (uint64_t)conf->message_bytes_max)
		refuse(s, SPAMD_TOO_BIG,
		       "the mail is larger than spamd.message_bytes_max");
	return !s->answered;
}

/* Goes as far as what has come allows. */
static void
go_on(struct spamd_session *s, bool ended)
{
	struct spamd_request *r = &s->request;
	char why[SPAMD_WHY_MAX];
	struct sv body;

	if (!r->complete) {
		int result = spamd_request_read(r, buf_sv(&s->in), ended, why);

		if (result == E_STATE)
			return;
		if (result) {
			refuse(s, SPAMD_PROTOCOL, why);
			return;
		}
		if (!take_head(s))
			return;
	}
	body = sv_from(buf_sv(&s->in), r->used);
	if (s->in.full || body.n > (size_t)conf_of(s)->message_bytes_max)
		refuse(s, SPAMD_TOO_BIG,
		       "the mail is larger than spamd.message_bytes_max");
	else if (ended || (r->has_length && body.n >= r->length))
		take_body(s, body);
}

void
spamd_session_read(struct spamd_session *s, struct sv bytes)
{
	if (s->answered)
		return;
	buf_add(&s->in, bytes);
	go_on(s, false);
}

void
spamd_session_end(struct spamd_session *s)
{
	if (!s->answered)
		go_on(s, true);
	s->whole = true;
}

void
spamd_session_late(struct spamd_session *s)
{
	if (s->answered)
		return;
	counter_add(s->ingress->counters, COUNTER_spamd_late, 1);
	refuse(s, SPAMD_TIMEOUT, "(the request took too long)");
}
