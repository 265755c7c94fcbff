/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Akismet's protocol, version 1.1: POST of a form to verify-key,
 * comment-check, submit-spam and submit-ham. The key is a token with the role
 * site. Answers are one word; what a developer should know is in the header
 * field X-akismet-debug-help. docs/akismet.md tells more.
 */
#include "base/clock.h"
#include "ingress/akismet.h"
#include "ingress/http_route.h"
#include "ingress/intake.h"
#include "store/store.h"

/* One call. */
struct call {
	const struct http_request *request;
	struct http_answer *answer;
	struct http_client client;
	struct form form;
	struct scan scan;
	struct akismet akismet;
};

static void
say(struct http_answer *ret, const char *word)
{
	buf_reset(&ret->body);
	buf_add_str(&ret->body, word);
	ret->type = "text/plain; charset=utf-8";
}

static void
say_invalid(struct http_answer *ret, const char *help)
{
	say(ret, "invalid");
	http_answer_header(ret, "X-akismet-debug-help", sv_str(help));
}

/* Anything but "invalid", which clients take for a key that is none. */
static void
say_problem(struct http_answer *ret, const char *help)
{
	say(ret, help);
	http_answer_header(ret, "X-akismet-debug-help", sv_str(help));
}

static bool
find_client(struct call *c)
{
	struct sv key = akismet_key(&c->form, http_header(c->request, "Host"));

	if (key.n == 0) {
		say_invalid(c->answer, "no key: neither \"api_key\" nor "
		                       "\"key\", nor in the host's name");
		return false;
	}
	if (http_find_client(c->request, key, &c->client) &&
	    (c->client.roles & HTTP_ROLE_SITE))
		return true;
	counter_add(c->request->ingress->counters, COUNTER_akismet_invalid, 1);
	say_invalid(c->answer, "this key is not known here");
	return false;
}

/* Reads the form, and finds out who asks. After true, http_leave() is due. */
static bool
enter(struct call *c)
{
	if (!http_enter(c->request, &c->scan, c->answer))
		return false;
	if (form_read(c->request->body, c->scan.arena, &c->form))
		say_problem(c->answer, "too many fields");
	else if (find_client(c)) {
		c->scan.site = http_site(&c->client);
		return true;
	}
	http_leave(c->request, &c->scan);
	return false;
}

/* ---- which judgement was that? ---- */

/* "akismet:SITE:DIGEST" -> id of the verdict */
static struct sv
memory_name(struct call *c)
{
	return arena_printf(c->scan.arena, "akismet:" SV_FMT ":%s",
	                    SV_ARG(c->scan.site), c->akismet.digest);
}

static void
remember(struct call *c)
{
	const struct conf *conf = c->scan.snapshot->conf;
	struct store *store = c->request->ingress->store;
	struct store_op op = {
		.kind = STORE_SET,
		.name = memory_name(c),
		.value = sv_str(c->scan.id),
		.expires_ms = c->scan.unix_ms + conf->feedback.window_ms,
	};

	/* What is lost here is asked for by its content, later. */
	if (store && !c->scan.test &&
	    store_write(store, &(struct store_batch){
				   &op, 1, .unix_ms = c->scan.unix_ms }))
		counter_add(c->request->ingress->counters,
		            COUNTER_akismet_forgotten, 1);
}

/* The id of the judgement of the same content, by the same site; or "". */
static struct sv
recall(struct call *c)
{
	struct store *store = c->request->ingress->store;
	struct store_read read = { .name = memory_name(c), .is_value = true };

	if (!store)
		return SV("");
	store_get(store, c->scan.arena, clock_unix_ms(), &read, 1);
	return read.found ? read.value : SV("");
}

/* ---- calls ---- */

void
http_akismet_verify(const struct http_request *r, struct http_answer *ret)
{
	struct call c = { .request = r, .answer = ret };

	if (!enter(&c))
		return;
	say(ret, "valid");
	http_leave(r, &c.scan);
}

static void
answer_check(struct call *c, struct sv guid)
{
	struct http_answer *ret = c->answer;
	const struct scan *s = &c->scan;

	say(ret, akismet_is_spam(s) ? "true" : "false");
	http_answer_header(ret, "X-akismet-guid", guid);
	if (s->plan.action == PLAN_DISCARD || s->plan.action == PLAN_REJECT)
		http_answer_header(ret, "X-akismet-pro-tip", SV("discard"));
	if (c->akismet.help)
		http_answer_header(ret, "X-akismet-debug-help",
		                   sv_str(c->akismet.help));
}

static void
check(struct call *c)
{
	struct sv known;

	counter_add(c->request->ingress->counters, COUNTER_akismet_checks, 1);
	if (akismet_read(&c->form, &c->scan, &c->akismet)) {
		say_problem(c->answer, c->akismet.help);
	} else if (c->akismet.preset != AKISMET_JUDGE) {
		say(c->answer, c->akismet.preset == AKISMET_ALWAYS_SPAM
		                   ? "true"
		                   : "false");
	} else {
		known = c->akismet.is_recheck ? recall(c) : SV("");
		/* It was counted the first time. */
		c->scan.test |= known.n > 0;
		ingress_judge(c->request->ingress, &c->scan);
		remember(c);
		answer_check(c, known.n ? known : sv_str(c->scan.id));
	}
}

void
http_akismet_check(const struct http_request *r, struct http_answer *ret)
{
	struct call c = { .request = r, .answer = ret };

	if (!enter(&c))
		return;
	check(&c);
	http_leave(r, &c.scan);
}

/* What the moderators of a site say about a comment: by the id of its verdict,
 * if that is known, else by what it says. */
static int
submit(struct call *c, enum feedback_kind kind, struct feedback_answer *said)
{
	struct ingress *in = c->request->ingress;
	struct arena *a = c->scan.arena;
	struct sv site = ARENA_JOIN(a, SV("site:"), c->scan.site);
	struct feedback f = {
		.kind = kind,
		.source = FEEDBACK_BY_AKISMET,
		.by = ARENA_JOIN(a, site, SV("/"), c->akismet.reporter),
		.network = site,
		.is_person = true,
	};
	int result = E_UNKNOWN;

	f.verdict_id =
	    uuid_valid(c->akismet.guid) ? c->akismet.guid : recall(c);
	if (f.verdict_id.n)
		result = intake_submit(in, &f, said);
	if (result != E_UNKNOWN && result != E_SYNTAX)
		return result;
	f.verdict_id = SV("");
	return intake_scan(in, &c->scan, &f, said);
}

static void
take_submission(struct call *c, enum feedback_kind kind)
{
	struct feedback_answer said = { 0 };
	int result;

	counter_add(c->request->ingress->counters, COUNTER_akismet_submits, 1);
	if (akismet_read(&c->form, &c->scan, &c->akismet)) {
		say_problem(c->answer, c->akismet.help);
		return;
	}
	/* What the documentation gives to people who test teaches nothing. */
	result = c->scan.test || c->akismet.preset != AKISMET_JUDGE
	             ? 0
	             : submit(c, kind, &said);
	if (result) {
		c->answer->status = 503;
		say_problem(c->answer, said.why ? said.why
		                                : "it was not recorded; try "
		                                  "again");
		return;
	}
	/* Word for word: clients compare. */
	say(c->answer, "Thanks for making the web a better place.");
	if (*said.id)
		http_answer_header(c->answer, "X-tamis-report",
		                   sv_str(said.id));
}

static void
submission(const struct http_request *r, struct http_answer *ret,
           enum feedback_kind kind)
{
	struct call c = { .request = r, .answer = ret };

	if (!enter(&c))
		return;
	take_submission(&c, kind);
	http_leave(r, &c.scan);
}

void
http_akismet_spam(const struct http_request *r, struct http_answer *ret)
{
	submission(r, ret, FEEDBACK_SPAM);
}

void
http_akismet_ham(const struct http_request *r, struct http_answer *ret)
{
	submission(r, ret, FEEDBACK_HAM);
}
