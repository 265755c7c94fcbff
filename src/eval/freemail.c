/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin FreeMail: addresses that anybody can get, in headers and bodies.
 */
#include "eval/addresses.h"
#include "eval/email_find.h"
#include "message/url.h"

enum {
	LINK_EMAILS_MAX = 20, /* that are taken of links, */
	EMAILS_MAX = 40,      /* and in all */
};

/* ---- settings ---- */

static const char *
read_domains(struct eval_settings *s, int which, struct sv value)
{
	struct freemail_settings *f = &s->freemail;
	struct sv word;

	(void)which;
	while (sv_word(&value, &word)) {
		char *p;

		for (size_t i = 0; i < word.n; i++)
			if (!sv_is_alnum(word.p[i]) &&
			    !strchr(".*?-", word.p[i]))
				return "expected domains, with \"*\" and "
				       "\"?\" for what may vary";
		word = arena_dup(s->arena, word);
		p = (char *)(uintptr_t)word.p;
		for (size_t i = 0; i < word.n; i++)
			p[i] = sv_lower_char(p[i]);
		if (strpbrk(p, "*?"))
			*VEC_ADD(&f->patterns) = word;
		else
			map_set(f->domains, word, f);
	}
	return NULL;
}

static const char *
read_exempt(struct eval_settings *s, int which, struct sv value)
{
	struct sv word;

	(void)which;
	while (sv_word(&value, &word)) {
		char *p;

		word = arena_dup(s->arena, word);
		p = (char *)(uintptr_t)word.p;
		for (size_t i = 0; i < word.n; i++)
			p[i] = sv_lower_char(p[i]);
		map_set(s->freemail.exempt, word, s);
	}
	return NULL;
}

enum {
	MAX_EMAILS,
	MAX_FREEMAILS,
	SKIP_OVER_MAX,
	SKIP_BULK,
	DESCRIBE,
	WITH_AUTH,
	WITH_AUTH_DEFAULT,
};

static const char *
read_number(struct eval_settings *s, int which, struct sv value)
{
	struct freemail_settings *f = &s->freemail;
	uint64_t n;

	if (!sv_u64(value, &n))
		return "expected a number";
	if (which == MAX_EMAILS)
		f->max_emails = (double)n;
	else if (which == MAX_FREEMAILS)
		f->max_freemails = (double)n;
	else if (which == SKIP_OVER_MAX)
		f->skip_when_over_max = n;
	else if (which == SKIP_BULK)
		f->skip_bulk = n;
	else if (which == WITH_AUTH || which == WITH_AUTH_DEFAULT)
		f->with_auth[which - WITH_AUTH] = n;
	return NULL;
}

void
freemail_init(struct eval_settings *s)
{
	s->freemail = (struct freemail_settings){
		.domains = map_new(),
		.exempt = map_new(),
		.max_emails = 5,
		.max_freemails = 3,
		.skip_when_over_max = true,
		.skip_bulk = true,
	};
}

void
freemail_done(struct eval_settings *s)
{
	map_free(s->freemail.domains);
	map_free(s->freemail.exempt);
	VEC_DONE(&s->freemail.patterns);
}

/* ---- which addresses are ---- */

enum { FREEMAIL_NEVER, FREEMAIL_BULK };

/* Addresses of functions and machines, and envelopes of mailings. The range
 * in the second one is SpamAssassin's. */
static const char *const freemail_regexes[] = {
	[FREEMAIL_NEVER] =
	    "(?i)^(?:abuse|support|sales|info|helpdesk|contact|kontakt"
	    "|(?:post|host|domain)master|undisclosed.*"
	    "|request-[a-f0-9]{16}|bounced?-|[a-f0-9]{8}(?:\\.[a-f0-9]{8}"
	    "|(?:-[a-f0-9]{4}){3}-[a-f0-9]{12})|.+=.+=.+)@",
	[FREEMAIL_BULK] = "(?i)(?:^(?:(?:post|host|domain)master|double-bounce"
			  "|(?:sentto|owner|return|(?:gr)?bounced?)-.+)"
			  "|-(?:request|bounces?|admin|owner)"
			  "|\\b(?:do[._-t]?)?no[._-t]?repl(?:y|ies)|.+=.+)@",
	NULL,
};

/* "*" and "?" stand for something within one label. */
static bool
matches_labels(struct sv pattern, struct sv domain)
{
	struct sv p, d;

	while (sv_split(&pattern, '.', &p))
		if (!sv_split(&domain, '.', &d) || !sv_glob(p, d))
			return false;
	return domain.n == 0;
}

static bool
is_wild(char c)
{
	return c == '*' || c == '?';
}

static bool
is_free_domain(const struct freemail_settings *f, struct sv domain)
{
	if (map_get(f->domains, domain))
		return true;
	for (size_t i = 0; i < f->patterns.n; i++) {
		struct sv pattern = f->patterns.list[i];
		struct sv first = sv_sub(pattern, 0, 1);

		if ((is_wild(first.p[0]) || sv_starts(domain, first)) &&
		    matches_labels(pattern, domain))
			return true;
	}
	return false;
}

static bool
is_authentic(const struct eval_settings *s, struct sv email)
{
	static const char *const names[] = { "welcomelist_auth",
		                             "def_welcomelist_auth" };

	for (size_t i = 0; i < 2; i++) {
		const struct globs *list = map_get(s->lists, sv_str(names[i]));

		if (s->freemail.with_auth[i] && list && globs_has(list, email))
			return true;
	}
	return false;
}

/* FreeMail::_is_freemail, of an address in small letters */
static bool
is_freemail(const struct eval_job *job, const struct eval_call *call,
            struct sv email)
{
	const struct freemail_settings *f = &job->settings->freemail;
	size_t at = email.n;
	struct sv domain;

	while (at > 0 && email.p[at - 1] != '@')
		at--;
	domain = sv_from(email, at);
	return email.n && is_free_domain(f, domain) &&
	       !map_get(f->exempt, email) && !map_get(f->exempt, domain) &&
	       !is_authentic(job->settings, email) &&
	       !eval_matches(job, call->regexes[FREEMAIL_NEVER], email);
}

static bool
is_available(const struct eval_job *job)
{
	const struct freemail_settings *f = &job->settings->freemail;

	return map_count(f->domains) + f->patterns.n > 0;
}

/* ---- the body ---- */

struct emails {
	struct sv list[EMAILS_MAX];
	size_t n;
	bool is_skipped; /* there are too many */
	struct sv free[EMAILS_MAX];
	size_t n_free;
};

static void
add_email(struct emails *e, struct sv email)
{
	for (size_t i = 0; i < e->n; i++)
		if (sv_eq(e->list[i], email))
			return;
	if (e->n < EMAILS_MAX)
		e->list[e->n++] = email;
}

/* Addresses of links that do not stand in the text. */
static void
find_in_links(struct eval_job *job, struct emails *e)
{
	const struct message *m = job->message;

	for (size_t i = 0; i < m->n_urls && e->n < LINK_EMAILS_MAX; i++) {
		struct sv url = m->urls[i].url;
		size_t pos = 0, begin, end;

		if (m->urls[i].source == URL_LINK &&
		    sv_istarts(url, SV("mailto:")) &&
		    email_next(url, &pos, &begin, &end) && begin == 7)
			add_email(e, eval_lower(job, sv_sub(url, begin, end)));
	}
}

static void
find_in_text(struct eval_job *job, struct sv s, struct emails *e)
{
	size_t pos = 0, begin, end;

	while (e->n < EMAILS_MAX && email_next(s, &pos, &begin, &end))
		if (!email_is_in_url(s, pos - 1) &&
		    !email_is_quoted(s, begin, end))
			add_email(e, eval_lower(job, sv_sub(s, begin, end)));
}

static void
select_free(struct eval_job *job, const struct eval_call *call,
            struct emails *e)
{
	const struct freemail_settings *f = &job->settings->freemail;

	for (size_t i = 0; i < e->n; i++) {
		if (f->skip_when_over_max && (double)(i + 1) == f->max_emails)
			e->is_skipped = true;
		if (!is_freemail(job, call, e->list[i]))
			continue;
		e->free[e->n_free++] = e->list[i];
		if (f->skip_when_over_max &&
		    (double)e->n_free == f->max_freemails)
			e->is_skipped = true;
	}
}

/* FreeMail::_parse_body; none when there are too many of them. */
static const struct emails *
body_emails(struct eval_job *job, const struct eval_call *call)
{
	const struct view *v = &job->message->views[VIEW_BODY];
	struct emails *e = job->facts[FACTS_FREEMAIL];

	if (e)
		return e;
	e = job->facts[FACTS_FREEMAIL] = ARENA_NEW(job->arena, struct emails);
	find_in_links(job, e);
	for (size_t i = 0; i < v->n; i++)
		find_in_text(job, v->elements[i], e);
	select_free(job, call, e);
	if (e->is_skipped)
		e->n_free = 0;
	return e;
}

/* ---- functions ---- */

/* Whether the address is free, and as the call's expression wants it. */
static bool
is_wanted(struct eval_job *job, const struct eval_call *call, struct sv email)
{
	if (!is_freemail(job, call, email) ||
	    (call->regex && !eval_matches(job, call->regex, email)))
		return false;
	job->note = email;
	return true;
}

/* check_freemail_header */
static bool
in_header(struct eval_job *job, const struct eval_call *call)
{
	struct sv rest = eval_lower(job, eval_selected(job, call->selector)),
		  line;

	while (is_available(job) && sv_split(&rest, '\n', &line))
		if (is_wanted(job, call, line))
			return true;
	return false;
}

/* check_freemail_from */
static bool
in_from(struct eval_job *job, const struct eval_call *call)
{
	const struct addresses *from = addresses_from(job);

	for (size_t i = 0; is_available(job) && i < from->n; i++)
		if (is_wanted(job, call, from->list[i]))
			return true;
	return false;
}

/* check_freemail_body */
static bool
in_body(struct eval_job *job, const struct eval_call *call)
{
	const struct emails *e = body_emails(job, call);

	for (size_t i = 0; is_available(job) && i < e->n_free; i++)
		if (is_wanted(job, call, e->free[i]))
			return true;
	return false;
}

static bool
any_is_free(struct eval_job *job, const struct eval_call *call, struct sv lines)
{
	struct sv line;

	while (sv_split(&lines, '\n', &line))
		if (is_freemail(job, call, line))
			return true;
	return false;
}

static bool
has_line(struct sv lines, struct sv wanted)
{
	struct sv line;

	while (sv_split(&lines, '\n', &line))
		if (sv_eq(line, wanted))
			return true;
	return false;
}

static bool
share_line(struct sv a, struct sv b)
{
	struct sv line;

	while (sv_split(&a, '\n', &line))
		if (has_line(b, line))
			return true;
	return false;
}

/* Whether the body has an address that differs from one of those lines. */
static bool
body_differs(struct eval_job *job, const struct eval_call *call,
             struct sv lines)
{
	const struct emails *e = body_emails(job, call);
	struct sv line;

	while (sv_split(&lines, '\n', &line))
		for (size_t i = 0; i < e->n_free; i++)
			if (!sv_eq(e->free[i], line)) {
				job->note = e->free[i];
				return true;
			}
	return false;
}

/* check_freemail_replyto: an answer would go to another free address than the
 * sender's, or than one in the body. */
static bool
reply_to(struct eval_job *job, const struct eval_call *call)
{
	struct sv from = eval_lower(job, eval_header(job, "From:addr"));
	struct sv to = eval_lower(job, eval_header(job, "Reply-To:addr"));
	bool from_is_free, to_is_free, any;

	any = eval_has_arg(call, 0) && sv_eq_str(call->args[0].text, "reply");
	if (!is_available(job) ||
	    (job->settings->freemail.skip_bulk &&
	     eval_matches(job, call->regexes[FREEMAIL_BULK],
	                  eval_header_first(job, "EnvelopeFrom"))))
		return false;
	from_is_free = any_is_free(job, call, from);
	to_is_free = any_is_free(job, call, to);
	if (from_is_free && to_is_free && !share_line(from, to)) {
		job->note = to;
		return true;
	}
	if (any ? (to.n && !to_is_free) || !from_is_free : !to_is_free)
		return false;
	return body_differs(job, call, !any || to_is_free ? to : from);
}

static const struct eval_function functions[] = {
	{ "check_freemail_replyto", "?t", reply_to, freemail_regexes },
	{ "check_freemail_from", "?r", in_from, freemail_regexes },
	{ "check_freemail_header", "a?r", in_header, freemail_regexes },
	{ "check_freemail_body", "?r", in_body, freemail_regexes },
	{ NULL, NULL, NULL, NULL },
};

static const struct eval_directive directives[] = {
	{ "freemail_domains", read_domains, 0, false },
	{ "freemail_welcomelist", read_exempt, 0, false },
	{ "freemail_whitelist", read_exempt, 0, false },
	{ "freemail_max_body_emails", read_number, MAX_EMAILS, true },
	{ "freemail_max_body_freemails", read_number, MAX_FREEMAILS, true },
	{ "freemail_skip_when_over_max", read_number, SKIP_OVER_MAX, true },
	{ "freemail_skip_bulk_envfrom", read_number, SKIP_BULK, true },
	{ "freemail_add_describe_email", read_number, DESCRIBE, true },
	{ "freemail_import_welcomelist_auth", read_number, WITH_AUTH, true },
	{ "freemail_import_whitelist_auth", read_number, WITH_AUTH, true },
	{ "freemail_import_def_welcomelist_auth", read_number,
	  WITH_AUTH_DEFAULT, true },
	{ "freemail_import_def_whitelist_auth", read_number, WITH_AUTH_DEFAULT,
	  true },
	{ NULL, NULL, 0, false },
};

const struct eval_plugin eval_plugin_freemail = {
	.name = "FreeMail",
	.is_default = true,
	.functions = functions,
	.directives = directives,
};
