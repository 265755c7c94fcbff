/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Akismet's protocol, version 1.1: POST of a form to verify-key and
 * comment-check. The key is a token with the role
 * site. Answers are one word; what a developer should know is in the header
 * field X-akismet-debug-help. docs/akismet.md tells more.
 */
#include "ingress/akismet.h"
#include "ingress/http_route.h"

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
		say_invalid(c->answer, "too many fields");
	else if (find_client(c)) {
		c->scan.site = http_site(&c->client);
		return true;
	}
	http_leave(c->request, &c->scan);
	return false;
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
answer_check(struct call *c)
{
	struct http_answer *ret = c->answer;
	const struct scan *s = &c->scan;

	say(ret, akismet_is_spam(s) ? "true" : "false");
	http_answer_header(ret, "X-akismet-guid", sv_str(s->id));
	if (s->plan.action == PLAN_DISCARD || s->plan.action == PLAN_REJECT)
		http_answer_header(ret, "X-akismet-pro-tip", SV("discard"));
	if (c->akismet.help)
		http_answer_header(ret, "X-akismet-debug-help",
		                   sv_str(c->akismet.help));
}

static void
check(struct call *c)
{
	counter_add(c->request->ingress->counters, COUNTER_akismet_checks, 1);
	if (akismet_read(&c->form, &c->scan, &c->akismet)) {
		say_invalid(c->answer, c->akismet.help);
	} else if (c->akismet.preset != AKISMET_JUDGE) {
		say(c->answer, c->akismet.preset == AKISMET_ALWAYS_SPAM
		                   ? "true"
		                   : "false");
	} else {
		ingress_judge(c->request->ingress, &c->scan);
		answer_check(c);
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
