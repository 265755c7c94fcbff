/* SPDX-License-Identifier: Apache-2.0 */
/*
 * POST /v1/feedback     a report as JSON; or the reported mail
 *                       (message/rfc822) with ?type=, ?by=, ?report=; with
 *                       ?as=report that is a report itself (RFC 5965)
 * GET /v1/feedback/ID   what became of it
 *
 * Who reports is kept apart by site: a name is that of the site's own user. On
 * a unix socket it is a name of this machine.
 */
#include "base/clock.h"
#include "base/json.h"
#include "ingress/http_route.h"
#include "ingress/intake.h"
#include "learn/receipt.h"

static bool
is_mail(const struct http_request *r)
{
	struct sv type = http_header(r, "Content-Type");

	return sv_istarts(type, SV("message/rfc822"));
}

/* Names and networks are those that the site tells; without an address, all
 * of the site are one network. */
static void
scope(const struct http_request *r, struct arena *a, struct feedback *f)
{
	struct sv site = ARENA_JOIN(a, SV("site:"), sv_str(r->client.site));

	if (strcmp(r->client.site, "*") == 0)
		return;
	if (f->by.n)
		f->by = ARENA_JOIN(a, site, SV("/"), f->by);
	if (f->network.n == 0)
		f->network = site;
}

static void
answer(struct http_answer *ret, int result, const struct feedback_answer *said)
{
	intake_answer(result, said, &ret->body);
	ret->status = intake_status(result, said);
	if (ret->status == 503)
		http_answer_header(ret, "Retry-After", SV("5"));
}

static void
post_json(const struct http_request *r, struct arena *a,
          struct http_answer *ret)
{
	const struct intake_rights rights = {
		.may_correct = (r->client.roles & HTTP_ROLE_REVIEWER) != 0,
	};
	struct feedback f = { .source = FEEDBACK_BY_HTTP };
	struct feedback_answer said = { 0 };
	char why[INTAKE_WHY];
	int result = intake_read(r->body, a, &rights, &f, why);

	if (result) {
		counter_add(r->ingress->counters, COUNTER_feedback_refused, 1);
		http_answer_error(ret, result == E_AUTH ? 403 : 400, why);
		return;
	}
	scope(r, a, &f);
	result = intake_submit(r->ingress, &f, &said);
	answer(ret, result, &said);
}

static void
post_mail(const struct http_request *r, struct arena *a,
          struct http_answer *ret)
{
	struct feedback_answer said = { 0 };
	bool is_report = sv_eq(http_argument(r, "as"), SV("report"));
	bool is_imap = sv_eq(http_argument(r, "source"), SV("imap"));
	struct feedback f = {
		.kind = feedback_kind_find(http_argument(r, "type")),
		.source = is_report ? FEEDBACK_BY_ARF
		          : is_imap ? FEEDBACK_BY_IMAP
		                    : FEEDBACK_BY_HTTP,
		.by = http_argument(r, "by"),
		.is_person = true,
	};
	struct sv id = http_argument(r, "report");
	int result;

	if (is_report)
		f.kind = FEEDBACK_SPAM; /* unless it says something else */
	if (f.kind == FEEDBACK_KINDS) {
		http_answer_error(ret, 400,
		                  "\"type\" is required: spam, ham, appeal or "
		                  "withdrawn");
		return;
	}
	if (id.n && !uuid_valid(id)) {
		http_answer_error(ret, 400, "\"report\" must be a UUID");
		return;
	}
	memcpy(f.id, id.n ? id.p : "", id.n);
	scope(r, a, &f);
	result = is_report ? intake_mail(r->ingress, r->body, &f, &said)
	                   : intake_message(r->ingress, r->body, &f, &said);
	answer(ret, result, &said);
}

void
http_post_feedback(const struct http_request *r, struct http_answer *ret)
{
	struct arena *a = arena_new();

	if (is_mail(r))
		post_mail(r, a, ret);
	else
		post_json(r, a, ret);
	arena_free(a);
}

static void
write_receipt(const struct receipt *p, struct buf *out)
{
	struct json j = json_start(out);
	char time[CLOCK_TEXT];

	json_begin_object(&j, NULL);
	json_str(&j, "report", p->entry.id);
	json_str(&j, "id", p->entry.verdict_id);
	json_text(&j, "type", feedback_kind_word(p->entry.kind));
	json_text(&j, "time", clock_text(p->entry.unix_ms, time));
	json_text(&j, "state", receipt_state_word(p->state));
	if (p->why)
		json_text(&j, "why", receipt_why_word(p->why));
	json_text(&j, "campaign", p->campaign);
	json_e4(&j, "evidence", p->amount_e4);
	json_end(&j);
	buf_add_char(out, '\n');
}

void
http_get_feedback(const struct http_request *r, struct http_answer *ret)
{
	struct arena *a = arena_new();
	struct store_read read = { .name = receipt_name(a, r->id),
		                   .is_value = true };
	struct receipt p;

	if (r->ingress->store && uuid_valid(r->id))
		store_get(r->ingress->store, a, clock_unix_ms(), &read, 1);
	if (read.found && receipt_read(read.value, a, &p) == 0)
		write_receipt(&p, &ret->body);
	else
		http_answer_error(ret, 404, "no such report");
	arena_free(a);
}
