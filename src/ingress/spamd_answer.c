/* SPDX-License-Identifier: Apache-2.0 */
#include "ingress/spamd_answer.h"

#include "scan/template.h"

enum { FIELDS_BYTES_MAX = 256 };

/* ---- what needs no mail ---- */

void
spamd_answer_ping(struct buf *out)
{
	buf_add_str(out, "SPAMD/1.5 0 PONG\r\n");
}

void
spamd_answer_tell(bool did_set, bool did_remove, struct buf *out)
{
	buf_addf(out, "SPAMD/1.1 0 EX_OK\r\n%s%s\r\n\r\n",
	         did_set ? "DidSet: local\r\n" : "",
	         did_remove ? "DidRemove: local\r\n" : "");
}

void
spamd_answer_error(enum spamd_code code, const char *why, struct buf *out)
{
	const char *kind = code == SPAMD_PROTOCOL  ? "Bad header line"
	                   : code == SPAMD_TIMEOUT ? "Timeout"
	                                           : "Service Unavailable";

	buf_addf(out, "SPAMD/1.0 %d %s: %s\r\n", code, kind, why);
}

/* ---- judgements ---- */

/* "Spam: True ; 15.0 / 5.0" */
static void
add_judgement(const struct spamd_session *s, const struct template_job *job,
              struct buf *out)
{
	bool yes_no = s->request.command == SPAMD_REPORT_IFSPAM;
	struct sv score = template_text(job, SV("_SCORE_ / _REQD_"));

	buf_addf(out, "Spam: %s ; " SV_FMT "\r\n\r\n",
	         job->is_spam ? yes_no ? "Yes" : "True"
	         : yes_no     ? "No"
	                      : "False",
	         SV_ARG(score));
}

/* The names of the rules that hit; "" where a template would say "none". */
static struct sv
symbols(const struct spamd_session *s, const struct scan *scan,
        const struct template_job *job)
{
	struct sv names = SV("");

	for (size_t i = 0; i < scan->rules->n_hits && names.n == 0; i++)
		if (!scan->rules->hits[i].rule->is_sub)
			names = template_text(job, SV("_TESTS(,)_"));
	if (s->request.version_tenths < 13)
		return arena_printf(scan->arena, SV_FMT "\r\n", SV_ARG(names));
	return names;
}

/* HEADERS: up to and with the first empty line. */
static struct sv
head_of(struct sv mail)
{
	for (size_t i = 0; i + 1 < mail.n; i++) {
		if (mail.p[i] != '\n')
			continue;
		if (mail.p[i + 1] == '\n')
			return sv_sub(mail, 0, i + 2);
		if (mail.p[i + 1] == '\r' && i + 2 < mail.n &&
		    mail.p[i + 2] == '\n')
			return sv_sub(mail, 0, i + 3);
	}
	return mail;
}

/* PROCESS and HEADERS: older clients know no fields but Content-length, and
 * the oldest not even that. */
static void
answer_mail(struct spamd_session *s, const struct template_job *job,
            struct buf *mail)
{
	unsigned version = s->request.version_tenths;
	struct sv text;

	template_mail(job, mail);
	text = buf_sv(mail);
	if (s->request.command == SPAMD_HEADERS)
		text = head_of(text);
	buf_init(&s->out, text.n + FIELDS_BYTES_MAX);
	if (version < 12)
		buf_add_str(&s->out, "SPAMD/1.0 0 EX_OK\r\n");
	else
		buf_addf(&s->out,
		         "SPAMD/1.1 0 EX_OK\r\nContent-length: %zu\r\n",
		         text.n);
	if (version >= 13)
		add_judgement(s, job, &s->out);
	else if (version == 12)
		buf_add_str(&s->out, "\r\n");
	buf_add(&s->out, text);
}

static void
answer_text(struct spamd_session *s, const struct template_job *job,
            struct sv text)
{
	buf_init(&s->out, text.n + FIELDS_BYTES_MAX);
	buf_add_str(&s->out, "SPAMD/1.1 0 EX_OK\r\n");
	if (s->request.command != SPAMD_CHECK &&
	    s->request.version_tenths >= 13)
		buf_addf(&s->out, "Content-length: %zu\r\n", text.n);
	add_judgement(s, job, &s->out);
	buf_add(&s->out, text);
}

void
spamd_answer(struct spamd_session *s, struct scan *scan)
{
	const struct template_tag tags[] = {
		{ "REMOTEHOSTNAME", s->host },
		{ "REMOTEHOSTADDR", s->ip },
	};
	struct buf mail = BUF_INIT(SIZE_MAX);
	struct template_job job;

	template_begin(&job, scan);
	job.tags = tags;
	job.n_tags = sizeof tags / sizeof *tags;
	switch (s->request.command) {
	case SPAMD_PROCESS:
	case SPAMD_HEADERS:
		answer_mail(s, &job, &mail);
		break;
	case SPAMD_SYMBOLS:
		answer_text(s, &job, symbols(s, scan, &job));
		break;
	case SPAMD_REPORT:
		answer_text(s, &job, template_report(&job));
		break;
	case SPAMD_REPORT_IFSPAM:
		answer_text(s, &job,
		            job.is_spam ? template_report(&job) : SV(""));
		break;
	default:
		answer_text(s, &job, SV(""));
	}
	buf_done(&mail);
}
