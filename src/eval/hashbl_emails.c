/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin HashBL: the mail addresses that it asks for. */
#include "eval/addresses.h"
#include "eval/email_find.h"
#include "eval/hashbl.h"
#include "message/url.h"

enum { EMAILS_MAX = 256 };

/* Addresses that say nothing of a sender: of roles, and made by machines. */
const char *const hashbl_email_regexes[] = {
	[HASHBL_EMAIL_WELCOME] =
	    "(?i)^(?:abuse|support|sales|info|helpdesk|[ck]onta[ck]t"
	    "|(?:post|host|domain)master|undisclosed.*|bounced?-"
	    "|request-[0-9a-f]{16}"
	    "|[0-9a-f]{8}(?:\\.[0-9a-f]{8}|(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
	    "|.+=.+=.+)@",
	NULL,
};

struct emails {
	struct sv list[EMAILS_MAX];
	size_t n;
};

static void
add_email(struct emails *e, struct sv email)
{
	if (e->n < EMAILS_MAX)
		e->list[e->n++] = email;
}

/* ---- where they stand ---- */

static void
find_by_regex(struct eval_job *job, struct sv text, struct emails *e)
{
	const struct regex *regex = job->settings->ask.emails;
	size_t from = 0, span[2];

	while (e->n < EMAILS_MAX && eval_find(job, regex, text, from, span)) {
		add_email(e, sv_sub(text, span[0], span[1]));
		from = span[1] > span[0] ? span[1] : span[1] + 1;
	}
}

static void
find_in_text(struct eval_job *job, struct sv text, unsigned options,
             struct emails *e)
{
	size_t pos = 0, begin, end;

	if (job->settings->ask.emails) {
		find_by_regex(job, text, e);
		return;
	}
	while (e->n < EMAILS_MAX && email_next(text, &pos, &begin, &end))
		if ((!(options & HASHBL_NOURI) ||
		     !email_is_in_url(text, pos - 1)) &&
		    (!(options & HASHBL_NOQUOTE) ||
		     !email_is_quoted(text, begin, end)))
			add_email(e, sv_sub(text, begin, end));
}

/* Links to addresses, which may not stand in the text. */
static void
find_in_links(struct eval_job *job, struct emails *e)
{
	const struct message *m = job->message;

	for (size_t i = 0; i < m->n_uris; i++)
		if (m->uris[i].types & URI_A &&
		    !(m->uris[i].types & URI_PARSED) &&
		    sv_istarts(m->uris[i].uri, SV("mailto:")))
			find_in_text(job, sv_from(m->uris[i].uri, 7), 0, e);
}

static void
find_in_body(struct eval_job *job, const struct hashbl_call *own,
             struct emails *e)
{
	const struct view *body = &job->message->views[VIEW_BODY];

	find_in_links(job, e);
	for (size_t i = 0; i < body->n; i++)
		find_in_text(job, body->elements[i], own->options, e);
}

static void
find_in(struct eval_job *job, const struct hashbl_call *own, struct sv source,
        struct emails *e)
{
	const struct addresses *from;

	if (sv_eq_str(source, "ALLFROM")) {
		from = addresses_from(job);
		for (size_t i = 0; i < from->n; i++)
			add_email(e, from->list[i]);
	} else if (sv_eq_str(source, "body")) {
		find_in_body(job, own, e);
	} else {
		find_in_text(job, eval_header_maybe(job, source), 0, e);
	}
}

/* ---- which of them count ---- */

/* Of the user that the mail is for. */
static bool
is_recipient(struct eval_job *job, struct sv email)
{
	static const char *const names[] = {
		"X-Original-To:addr",
		"Apparently-To:addr",
		"Delivered-To:addr",
		"Envelope-To:addr",
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct sv lines = eval_header(job, names[i]), line;

		while (sv_split(&lines, '\n', &line))
			if (sv_ieq(line, email))
				return true;
	}
	return false;
}

static bool
is_skipped(struct eval_job *job, const struct hashbl_call *own,
           const struct eval_call *call, struct sv email, struct sv domain)
{
	const struct ask_settings *s = &job->settings->ask;
	const struct regex *welcome = s->emails_welcome
	                                  ? s->emails_welcome
	                                  : call->regexes[HASHBL_EMAIL_WELCOME];

	if (is_recipient(job, email) || eval_matches(job, welcome, email))
		return true;
	return !own->acl.n && (ask_name_is(s->skipped, domain) ||
	                       ask_name_is(s->skipped, url_domain(domain)));
}

static bool
is_allowed(struct eval_job *job, const struct hashbl_call *own,
           struct sv domain)
{
	if (!own->acl.n || sv_eq_str(own->acl, "all"))
		return true;
	return ask_name_is(job->settings->ask.acls,
	                   ARENA_JOIN(job->arena, own->acl, SV(" "), domain));
}

/* ---- what is asked for ---- */

static struct sv
without_dots(struct arena *a, struct sv user)
{
	struct sv copy = arena_dup(a, user);
	char *p = (char *)(uintptr_t)copy.p;
	size_t n = 0;

	for (size_t i = 0; i < user.n; i++)
		if (user.p[i] != '.')
			p[n++] = user.p[i];
	return sv_make(p, n);
}

static struct sv
form_of(struct eval_job *job, const struct hashbl_call *own, struct sv user,
        struct sv domain)
{
	if (hashbl_has(own, HASHBL_NODOT))
		user = without_dots(job->arena, user);
	if (hashbl_has(own, HASHBL_NOTAG))
		user = sv_sub(user, 0, sv_find_char(user, '+'));
	if (hashbl_has(own, HASHBL_DOMAIN))
		return url_domain(domain);
	if (hashbl_has(own, HASHBL_HOST))
		return domain;
	if (hashbl_has(own, HASHBL_USER))
		return user;
	return ARENA_JOIN(job->arena, user, SV("@"), domain);
}

static size_t
last_at(struct sv email)
{
	size_t at = email.n;

	while (at > 0 && email.p[at - 1] != '@')
		at--;
	return at;
}

static void
collect(struct eval_job *job, const struct eval_call *call, struct sv email,
        struct hashbl_values *ret)
{
	const struct hashbl_call *own = call->own;
	size_t at = last_at(email);
	struct sv user, domain;
	const struct sv *meant;

	if (at < 2 || at == email.n)
		return;
	user = sv_sub(email, 0, at - 1);
	domain = sv_from(email, at);
	meant = map_get(job->settings->ask.aliases, eval_lower(job, domain));
	if (meant) {
		domain = *meant;
		email = ARENA_JOIN(job->arena, user, SV("@"), domain);
	}
	if (is_allowed(job, own, domain) &&
	    !is_skipped(job, own, call, email, eval_lower(job, domain)))
		hashbl_add(ret, hashbl_case(job, own,
		                            form_of(job, own, user, domain)));
}

void
hashbl_collect_emails(struct eval_job *job, const struct eval_call *call,
                      struct hashbl_values *ret)
{
	const struct hashbl_call *own = call->own;
	struct sv sources = own->headers, source;
	struct emails *e = ARENA_NEW(job->arena, struct emails);

	while (sv_split(&sources, '/', &source))
		find_in(job, own, sv_trim(source), e);
	for (size_t i = 0; i < e->n; i++)
		collect(job, call, e->list[i], ret);
}
