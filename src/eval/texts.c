/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of headers that functions look at. */
#include "eval/theme.h"

/* Those that are not named by a rule's arguments. */
static const char *const names[] = {
	"ALL",
	"ALL-INTERNAL",
	"ALL-TRUSTED",
	"Accreditor",
	"Apparently-Resent-To:addr",
	"Apparently-To",
	"Apparently-To:addr",
	"Bcc:addr",
	"Cc:addr",
	"Content-Type",
	"DKIM-Signature",
	"Date",
	"Delivered-To",
	"Delivered-To:addr",
	"DomainKey-Signature",
	"Envelope-Recipients:addr",
	"Envelope-Sender:addr",
	"Envelope-To:addr",
	"EnvelopeFrom",
	"EnvelopeFrom:addr",
	"From",
	"From:addr",
	"From:name",
	"List-Unsubscribe",
	"MESSAGEID",
	"Mailing-List",
	"Message-Id",
	"Received",
	"Reply-To",
	"Reply-To:addr",
	"Resent-Cc:first:addr",
	"Resent-Date",
	"Resent-From",
	"Resent-From:first:addr",
	"Resent-Sender:addr",
	"Resent-To",
	"Resent-To:first:addr",
	"Subject",
	"Subject:raw",
	"From:raw",
	"To",
	"To:addr",
	"To:name",
	"ToCc:addr",
	"X-Delivered-To:addr",
	"X-Envelope-From:addr",
	"X-Envelope-To:addr",
	"X-Gm-Message-State",
	"X-Google-Smtp-Source",
	"X-Mailer",
	"X-Original-To:addr",
	"X-OriginatorOrg",
	"X-Originating-IP",
	"X-Rcpt-To:addr",
	"X-Real-To:addr",
	"X-Received",
	"X-Sender-Ip",
};

/* The index + 1, or 0. */
static size_t
find(const struct eval_settings *s, struct sv text)
{
	return (size_t)(uintptr_t)map_get(s->by_selector, text);
}

const struct selector *
eval_selector_add(struct eval_settings *s, struct sv text)
{
	size_t i = find(s, text);
	struct selector *selector;

	if (i)
		return s->selectors.list[i - 1];
	selector = ARENA_NEW(s->arena, struct selector);
	if (selector_parse(text, s->arena, selector))
		return NULL;
	*VEC_ADD(&s->selectors) = selector;
	map_set(s->by_selector, text, (void *)(uintptr_t)s->selectors.n);
	return selector;
}

void
eval_settings_finish(struct eval_settings *s, const struct conf_match *limits,
                     struct header_names *header_names)
{
	s->limits = *limits;
	phishing_finish(s);
	ask_finish(s);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		eval_selector_add(s, sv_str(names[i]));
	for (size_t i = 0; i < s->selectors.n; i++)
		selector_number(s->selectors.list[i], header_names);
}

struct sv
eval_header(struct eval_job *job, const char *name)
{
	size_t i = find(job->settings, sv_str(name));

	if (!i)
		mem_die("a header that eval/ looks at is not in its list");
	return eval_selected(job, job->settings->selectors.list[i - 1]);
}

struct sv
eval_header_maybe(struct eval_job *job, struct sv selector)
{
	size_t i = find(job->settings, selector);

	return i ? eval_selected(job, job->settings->selectors.list[i - 1])
	         : SV("");
}

struct sv
eval_selected(struct eval_job *job, const struct selector *selector)
{
	struct sv text;

	selector_text(selector, job->mail, &text);
	return text;
}

struct sv
eval_header_first(struct eval_job *job, const char *name)
{
	struct sv rest = eval_header(job, name), line = SV("");

	sv_split(&rest, '\n', &line);
	return line;
}
