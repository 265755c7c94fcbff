/* SPDX-License-Identifier: Apache-2.0 */
#include "ingress/session.h"

#include "base/mem.h"

/* A raw buffer that grew past this is given back after the message. */
enum { RAW_KEEP_BYTES = 1024 * 1024 };

const char *const own_header_names[OWN_COUNT] = {
	[OWN_STATUS] = "X-Spam-Status", [OWN_FLAG] = "X-Spam-Flag",
	[OWN_LEVEL] = "X-Spam-Level",   [OWN_SCORE] = "X-Spam-Score",
	[OWN_ID] = "X-Tamis-Id",
};

struct session *
session_new(struct ingress *in)
{
	struct session *s = mem_calloc(1, sizeof *s);

	s->ingress = in;
	s->connection = arena_new();
	s->message = arena_new();
	return s;
}

void
session_free(struct session *s)
{
	if (!s)
		return;
	session_end(s);
	VEC_DONE(&s->recipients);
	VEC_DONE(&s->forged_results);
	buf_done(&s->raw);
	arena_free(s->message);
	arena_free(s->connection);
	free(s);
}

void
session_begin(struct session *s, struct sv from)
{
	const struct conf *conf;
	unsigned before;

	session_end(s);
	s->in_message = true;
	s->snapshot = ingress_snapshot(s->ingress);
	conf = s->snapshot->conf;
	before = atomic_fetch_add(s->ingress->in_flight, 1);
	s->overload = before >= (uint64_t)conf->scan.in_flight_max;
	s->raw.max = (size_t)conf->message.bytes_max;
	s->from = arena_dup(s->message, from);
}

void
session_end(struct session *s)
{
	if (!s->in_message)
		return;
	atomic_fetch_sub(s->ingress->in_flight, 1);
	if (s->scan)
		scan_drop_prefs(s->scan);
	facts_end(s->facts);
	s->facts = NULL;
	s->scan = NULL;
	snapshot_unref(s->snapshot);
	s->snapshot = NULL;
	s->in_message = s->in_body = s->has_subject = false;
	s->overload = s->stopping = false;
	s->from = s->queue_id = s->auth_user = s->authserv_id = SV_NONE;
	s->server = s->subject = SV_NONE;
	s->recipients.n = 0;
	s->recipient_count = 0;
	s->forged_results.n = 0;
	s->results_count = 0;
	memset(s->own_headers, 0, sizeof s->own_headers);
	if (s->raw.size > RAW_KEEP_BYTES)
		buf_done(&s->raw);
	else
		buf_reset(&s->raw);
	arena_reset(s->message);
}

struct sv
session_address(struct sv argument)
{
	struct sv s = sv_trim(argument);
	size_t end;

	if (s.n && s.p[0] == '<') {
		end = sv_find_char(s, '>');
		return sv_sub(s, 1, end == SV_NOT_FOUND ? s.n : end);
	}
	return s;
}

static struct envelope
envelope_of(const struct session *s)
{
	return (struct envelope){
		.client_ip = s->client_ip,
		.client_name = s->client_name,
		.helo = s->helo,
		.server = s->server,
		.from = s->from,
		.recipients = s->recipients.list,
		.n_recipients = s->recipients.n,
		.queue_id = s->queue_id,
		.auth_user = s->auth_user,
		.tls = s->tls,
		.is_local = s->is_local,
	};
}

void
session_ask(struct session *s)
{
	const struct envelope e = envelope_of(s);

	if (s->in_message && !s->overload)
		s->facts = scan_ask_early(s->message, s->snapshot,
		                          ingress_worker(), &e);
}

void
session_connect(struct session *s)
{
	const struct envelope e = envelope_of(s);
	struct snapshot *snapshot = ingress_snapshot(s->ingress);
	struct arena *a = arena_new();

	facts_end(scan_ask_early(a, snapshot, ingress_worker(), &e));
	arena_free(a);
	snapshot_unref(snapshot);
}

/* Some answers lead to more questions. */
static void
ask_on(struct session *s)
{
	if (s->facts && lookup_pending(s->facts->lookup))
		facts_step(s->facts);
}

void
session_recipient(struct session *s, struct sv address)
{
	if (!s->in_message)
		return;
	ask_on(s);
	s->recipient_count++;
	if (s->recipients.n < SESSION_RECIPIENTS_MAX)
		*VEC_ADD(&s->recipients) = arena_dup(s->message, address);
}

/* Another filter in front of us that is believed may have our name. */
static bool
is_trusted(const struct conf_list *ids, struct sv id)
{
	for (size_t i = 0; i < ids->n; i++)
		if (sv_ieq_str(id, ids->list[i]))
			return true;
	return false;
}

/* RFC 8601 section 5: a result that claims our id and came from outside is
 * forged. The id ends at white space, ";" or "/" (a version may follow). */
static void
note_results(struct session *s, struct sv value)
{
	struct sv id = sv_trim(value);
	size_t end = 0;

	s->results_count++;
	while (end < id.n && !sv_is_space(id.p[end]) && id.p[end] != ';' &&
	       id.p[end] != '/')
		end++;
	id = sv_sub(id, 0, end);
	if (s->authserv_id.n && sv_ieq(id, s->authserv_id) &&
	    !is_trusted(&s->snapshot->conf->results.trusted_authserv_ids, id))
		*VEC_ADD(&s->forged_results) = s->results_count;
}

void
session_header(struct session *s, struct sv name, struct sv value)
{
	if (!s->in_message)
		return;
	for (int i = 0; i < OWN_COUNT; i++)
		if (sv_ieq_str(name, own_header_names[i])) {
			/* Not ours, so no rule shall see it either. */
			s->own_headers[i]++;
			return;
		}
	if (sv_ieq(name, SV("Authentication-Results")))
		note_results(s, value);
	if (sv_ieq(name, SV("Subject")) && !s->has_subject) {
		s->has_subject = true;
		s->subject = arena_dup(s->message, sv_trim(value));
	}
	if (s->overload)
		return;
	buf_add(&s->raw, name);
	buf_add(&s->raw, SV(":"));
	buf_add(&s->raw, value);
	buf_add(&s->raw, SV("\r\n"));
}

void
session_body(struct session *s, struct sv chunk)
{
	if (!s->in_message || s->overload)
		return;
	if (!s->in_body) {
		buf_add(&s->raw, SV("\r\n"));
		s->in_body = true;
		ask_on(s);
	}
	buf_add(&s->raw, chunk);
}

struct scan *
session_judge(struct session *s)
{
	struct scan *scan = ARENA_NEW(s->message, struct scan);

	if (!s->in_body)
		buf_add(&s->raw, SV("\r\n"));
	scan->arena = s->message;
	scan->snapshot = s->snapshot;
	scan->channel = CHANNEL_SMTP;
	scan->surface = "mail";
	scan->raw = buf_sv(&s->raw);
	scan->truncated = s->raw.full;
	scan->envelope = envelope_of(s);
	scan->facts = s->facts;
	s->facts = NULL;
	s->scan = scan;
	scan_find_prefs(scan);
	ingress_judge(s->ingress, scan);
	return scan;
}
