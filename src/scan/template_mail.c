/* SPDX-License-Identifier: Apache-2.0 */
/* The marked mail. Fields are changed as text, line by line, so that nothing
 * else of the mail is. */
#include "base/digest.h"
#include "scan/template.h"
#include "scan/template_hits.h"

enum { BOUNDARY_TRIES = 16 };

/* No mail may lose a byte: what is made of its header is bounded by it. */
#define HEAD_BYTES_MAX SIZE_MAX

struct marking {
	const struct template_job *job;
	struct buf text; /* with LF; made into what the mail has at the end */
	struct sv subject_prefix;
};

/* By its first line, and its last one. */
static bool
has_crlf(struct sv mail)
{
	size_t at = sv_find_char(mail, '\n');

	return (at != SV_NOT_FOUND && at > 0 && mail.p[at - 1] == '\r') ||
	       (mail.n > 1 && sv_iends(mail, SV("\r\n")));
}

static void
add_with_line_ends(struct sv text, bool crlf, struct buf *out)
{
	if (!crlf) {
		buf_add(out, text);
		return;
	}
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\n' && (i == 0 || text.p[i - 1] != '\r'))
			buf_add_char(out, '\r');
		buf_add_char(out, text.p[i]);
	}
}

/* ---- tags in fields ---- */

/* The text of `rewrite_header` in one line. */
static struct sv
one_line(const struct template_job *job, const char *template)
{
	struct sv text = template_text(job, sv_str(template));
	char *p = arena_str(job->arena, text);

	for (size_t i = 0; i < text.n; i++)
		if (p[i] == '\n')
			p[i] = ' ';
	return sv_make(p, text.n);
}

/* "Name: VALUE" with "TAG " before the value, unless it is there. */
static void
add_tagged(struct buf *out, struct sv line, struct sv tag)
{
	size_t colon = sv_find_char(line, ':') + 1;
	struct sv value = sv_from(line, colon);

	while (value.n && sv_is_blank(value.p[0]))
		value = sv_from(value, 1);
	if (sv_istarts(value, tag) && value.n > tag.n && value.p[tag.n] == ' ')
		value = sv_from(value, tag.n + 1);
	buf_add(out, sv_sub(line, 0, colon));
	buf_addf(out, " " SV_FMT " ", SV_ARG(tag));
	buf_add(out, value);
}

static bool
is_field(struct sv line, struct sv name)
{
	return sv_istarts(line, name) && line.n > name.n &&
	       line.p[name.n] == ':';
}

/* What the field is marked with; "" if nothing. */
static struct sv
mark_of(const struct marking *m, struct sv line)
{
	const struct rule_settings *s = m->job->settings;
	const char *template = NULL;
	bool is_comment = true;

	if (!m->job->is_spam)
		return SV("");
	if (is_field(line, SV("Subject"))) {
		template = s->rewrite_subject;
		is_comment = false;
	} else if (is_field(line, SV("From"))) {
		template = s->rewrite_from;
	} else if (is_field(line, SV("To"))) {
		template = s->rewrite_to;
	}
	if (!template)
		return SV("");
	if (!is_comment)
		return one_line(m->job, template);
	return arena_printf(m->job->arena, "(" SV_FMT ")",
	                    SV_ARG(one_line(m->job, template)));
}

/* One line of the header; what it was goes to `previous`. */
static void
mark_line(const struct marking *m, struct sv line, struct buf *out,
          struct buf *previous)
{
	struct buf marked = BUF_INIT(HEAD_BYTES_MAX);
	struct sv mark = mark_of(m, line);
	bool has_prefix = m->subject_prefix.n && is_field(line, SV("Subject"));

	if (mark.n) {
		buf_add_str(previous, "X-Spam-Prev-");
		buf_add(previous, line);
	}
	if (has_prefix) {
		add_tagged(&marked, line, m->subject_prefix);
		line = arena_dup(m->job->arena, buf_sv(&marked));
		buf_reset(&marked);
	}
	if (mark.n)
		add_tagged(out, line, mark);
	else
		buf_add(out, line);
	buf_done(&marked);
}

static void
add_spam_headers(const struct marking *m, struct buf *out)
{
	const struct template_headers h = template_headers(m->job);

	for (size_t i = 0; i < h.n; i++) {
		buf_add(out, h.list[i].name);
		buf_add_str(out, ": ");
		buf_add(out, h.list[i].value);
		buf_add_char(out, '\n');
	}
}

/* ---- the same mail, marked ---- */

static bool
cut_line(struct sv *rest, struct sv *ret)
{
	size_t at = sv_find_char(*rest, '\n');

	if (rest->n == 0)
		return false;
	*ret = sv_sub(*rest, 0, at == SV_NOT_FOUND ? rest->n : at + 1);
	*rest = sv_from(*rest, ret->n);
	return true;
}

/* The header without what other filters, or we, added before. */
static struct sv
without_spam_headers(const struct template_job *job, struct sv *ret_separator)
{
	struct buf kept = BUF_INIT(HEAD_BYTES_MAX);
	struct sv rest = job->message->head, line;
	bool dropping = false;

	*ret_separator = SV("");
	while (cut_line(&rest, &line)) {
		if (!(dropping && sv_is_blank(line.p[0])))
			dropping = sv_istarts(line, SV("X-Spam-")) &&
			           !sv_istarts(line, SV("X-Spam-Prev-"));
		if (rest.n == 0 && sv_trim(line).n == 0)
			*ret_separator = line;
		else if (!dropping)
			buf_add(&kept, line);
	}
	rest = arena_dup(job->arena, buf_sv(&kept));
	buf_done(&kept);
	return rest;
}

/* Return-Path stays in front, for mail programs look for it there. */
static struct sv
cut_return_path(struct sv *head)
{
	struct sv rest = *head, line, path;

	if (!sv_istarts(rest, SV("Return-Path:")) || !cut_line(&rest, &line))
		return SV("");
	while (rest.n && sv_is_blank(rest.p[0]))
		cut_line(&rest, &line);
	path = sv_sub(*head, 0, head->n - rest.n);
	*head = rest;
	return path;
}

static bool
has_subject(struct sv head)
{
	struct sv line;

	while (cut_line(&head, &line))
		if (is_field(line, SV("Subject")))
			return true;
	return false;
}

static void
mark_mail(struct marking *m)
{
	const struct template_job *job = m->job;
	struct buf marked = BUF_INIT(HEAD_BYTES_MAX);
	struct buf previous = BUF_INIT(HEAD_BYTES_MAX);
	struct sv separator, line;
	struct sv head = without_spam_headers(job, &separator);
	bool no_subject = job->settings->rewrite_subject && !has_subject(head);

	buf_add(&m->text, cut_return_path(&head));
	while (cut_line(&head, &line))
		mark_line(m, line, &marked, &previous);
	if (no_subject) {
		struct buf ignored = BUF_INIT(HEAD_BYTES_MAX);

		mark_line(m, SV("Subject: \n"), &marked, &ignored);
		if (job->is_spam)
			buf_add_str(&previous,
			            "X-Spam-Prev-Subject: (nonexistent)\n");
		buf_done(&ignored);
	}
	add_spam_headers(m, &m->text);
	buf_add(&m->text, buf_sv(&marked));
	buf_add(&m->text, buf_sv(&previous));
	buf_add(&m->text, separator);
	buf_done(&marked);
	buf_done(&previous);
}

/* ---- a new mail around it ---- */

/* The value of the last field of that name, with its folds; false: none. */
static bool
last_value(const struct message *m, const char *name, struct sv *ret)
{
	const struct message_part *top = &m->parts[0];

	for (size_t i = top->n_headers; i-- > 0;) {
		struct sv value = top->headers[i].raw;

		if (!sv_ieq_str(top->headers[i].name, name))
			continue;
		while (value.n && sv_is_blank(value.p[0]))
			value = sv_from(value, 1);
		*ret = value;
		return true;
	}
	*ret = SV("");
	return false;
}

static void
add_field(struct buf *out, const char *name, struct sv value)
{
	buf_addf(out, "%s: ", name);
	buf_add(out, value);
	buf_add_char(out, '\n');
}

/* From or To with the mark as a comment behind it. */
static void
add_commented(struct marking *m, const char *name, const char *template)
{
	struct sv value, mark;

	if (!last_value(m->job->message, name, &value) && !template)
		return;
	if (template) {
		mark = arena_printf(m->job->arena, "\t(" SV_FMT ")",
		                    SV_ARG(one_line(m->job, template)));
		if (!sv_iends(value, mark))
			value = arena_printf(m->job->arena, SV_FMT SV_FMT,
			                     SV_ARG(value), SV_ARG(mark));
	}
	add_field(&m->text, name, value);
}

static void
add_subject(struct marking *m)
{
	const char *template = m->job->settings->rewrite_subject;
	struct arena *a = m->job->arena;
	struct sv value, mark;

	if (!last_value(m->job->message, "Subject", &value) && !template)
		return;
	if (template) {
		if (m->subject_prefix.n)
			value = arena_printf(a, SV_FMT " " SV_FMT,
			                     SV_ARG(m->subject_prefix),
			                     SV_ARG(value));
		mark = arena_printf(a, SV_FMT " ",
		                    SV_ARG(one_line(m->job, template)));
		if (!sv_starts(value, mark))
			value = arena_printf(a, SV_FMT SV_FMT, SV_ARG(mark),
			                     SV_ARG(value));
	}
	add_field(&m->text, "Subject", value);
}

static void
add_plain(struct marking *m, const char *name)
{
	struct sv value;

	if (last_value(m->job->message, name, &value))
		add_field(&m->text, name, value);
}

static bool
is_copied_anyway(const char *name)
{
	static const char *const names[] = { "from",    "to",   "cc",
		                             "subject", "date", "message-id" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (sv_ieq_str(sv_str(name), names[i]))
			return true;
	return false;
}

static bool
is_listed_before(const struct settings_names *names, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (sv_ieq_str(sv_str(names->list[k]), names->list[i]))
			return true;
	return false;
}

/* Those of report_safe_copy_headers; `received`: Received alone, which stands
 * at the top. */
static void
add_copies(struct marking *m, bool received)
{
	const struct settings_names *names = &m->job->settings->copy_headers;
	const struct message_part *top = &m->job->message->parts[0];

	for (size_t i = 0; i < names->n; i++) {
		if (sv_ieq_str(SV("received"), names->list[i]) != received ||
		    is_copied_anyway(names->list[i]) ||
		    is_listed_before(names, i))
			continue;
		for (size_t k = 0; k < top->n_headers; k++)
			if (sv_ieq_str(top->headers[k].name, names->list[i]))
				add_field(&m->text, names->list[i],
				          sv_trim(top->headers[k].raw));
	}
}

static void
add_received(struct marking *m)
{
	struct sv date = template_text(m->job, SV("_DATE_"));

	buf_addf(&m->text,
	         "Received: from localhost by %s\n"
	         "\twith SpamAssassin (version " SV_FMT ");\n\t" SV_FMT "\n",
	         m->job->hostname,
	         SV_ARG(template_text(m->job, SV("_VERSION_"))), SV_ARG(date));
}

/* One that does not occur in the mail: nobody can end the part from within. */
static struct sv
new_boundary(const struct template_job *job)
{
	struct sv mail = job->message->mail, boundary = SV_NONE;
	char hex[DIGEST_TEXT];

	mail.n += job->rest.n; /* they stand together */
	digest_sha256(mail, hex);
	for (unsigned i = 0; i < BOUNDARY_TRIES; i++) {
		boundary = arena_printf(job->arena, "----------=_%.8s.%.24s.%u",
		                        hex, hex + 8, i);
		if (sv_find(mail, boundary) == SV_NOT_FOUND)
			break;
	}
	return boundary;
}

static void
wrap_mail(struct marking *m, struct sv *ret_end)
{
	const struct template_job *job = m->job;
	const struct rule_settings *s = job->settings;
	struct sv boundary = new_boundary(job), type, report, more = SV("");
	bool attach = last_value(job->message, "Content-Type", &type) &&
	              sv_trim(type).n &&
	              sv_ifind(type, SV("text/plain")) == SV_NOT_FOUND;

	add_received(m);
	add_copies(m, true);
	add_commented(m, "From", s->rewrite_from);
	add_commented(m, "To", s->rewrite_to);
	add_plain(m, "Cc");
	add_subject(m);
	add_plain(m, "Date");
	add_plain(m, "Message-Id");
	add_spam_headers(m, &m->text);
	add_copies(m, false);
	report = template_report(job);
	if (attach)
		more = template_text(job, sv_str(s->unsafe_report));
	buf_addf(&m->text,
	         "MIME-Version: 1.0\n"
	         "Content-Type: multipart/mixed; boundary=\"" SV_FMT "\"\n\n"
	         "This is a multi-part message in MIME format.\n\n"
	         "--" SV_FMT "\nContent-Type: text/plain; charset=%s\n"
	         "Content-Disposition: inline\n"
	         "Content-Transfer-Encoding: 8bit\n\n",
	         SV_ARG(boundary), SV_ARG(boundary), s->report_charset);
	buf_add(&m->text, report);
	buf_add(&m->text, more);
	buf_addf(&m->text,
	         "\n\n--" SV_FMT "\nContent-Type: %s; x-spam-type=original\n"
	         "Content-Description: original message before SpamAssassin\n"
	         "Content-Disposition: %s\n"
	         "Content-Transfer-Encoding: 8bit\n\n",
	         SV_ARG(boundary),
	         s->report_safe > 1 ? "text/plain" : "message/rfc822",
	         attach ? "attachment" : "inline");
	*ret_end =
	    arena_printf(job->arena, "\n--" SV_FMT "--\n\n", SV_ARG(boundary));
}

void
template_mail(const struct template_job *job, struct buf *out)
{
	const struct message *msg = job->message;
	bool crlf = has_crlf(msg->mail);
	struct marking m = { .job = job, .text = BUF_INIT(HEAD_BYTES_MAX) };
	struct sv end = SV("");
	bool wrapped = job->is_spam && job->settings->report_safe > 0;

	m.subject_prefix = sv_trim(hits_subject_prefix(job));
	buf_add(out, sv_sub(msg->raw, 0, msg->raw.n - msg->mail.n));
	if (wrapped)
		wrap_mail(&m, &end);
	else
		mark_mail(&m);
	add_with_line_ends(buf_sv(&m.text), crlf, out);
	buf_add(out, wrapped ? msg->mail : sv_from(msg->mail, msg->head.n));
	buf_add(out, job->rest);
	add_with_line_ends(end, crlf, out);
	buf_done(&m.text);
}
