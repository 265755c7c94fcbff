/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin MIMEEval: how a mail is built of parts, and how they are written.
 */
#include "eval/parts.h"

enum {
	QP_LINE_BYTES_MAX = 79, /* RFC 5322: 78, and the line end */
	UPPERCASE_BYTES_MIN = 200,
	ENTITY_BYTES = 8, /* "&#x20AC;" */
};

struct mime_facts {
	unsigned base64, quoted, html, text, attachments, illegal_lines;
	bool base64_text, bad_charset, faraway, long_line, has_alternative;
	bool capital_charset;
	size_t base64_line_bytes; /* of the longest one */
	size_t qp_bytes, qp_encoded;
	size_t plain_bytes, entities;
	double multipart_ratio;
};

/* ---- lines ---- */

/* Hexadecimal digits of a byte that was encoded for want of being allowed, or
 * without any need: "41". */
static bool
is_needless(char a, char b)
{
	if (!sv_is_digit(b) && !(b >= 'A' && b <= 'F'))
		return false;
	return (a == '0' && b == '9') || (a == '3' && b != 'D') || a == '2' ||
	       (a >= '4' && a <= '6') || (a == '7' && b != 'F');
}

static size_t
left(struct sv line, const char *p)
{
	return (size_t)(line.p + line.n - p);
}

/* How many of those there are, but those of blanks at the end. */
static size_t
count_encoded(struct sv line)
{
	size_t n = 0, end = line.n, trailing = 0;

	for (const char *p = line.p; (p = memchr(p, '=', left(line, p)));) {
		bool is_encoded = left(line, p) > 2 && is_needless(p[1], p[2]);

		n += is_encoded;
		p += is_encoded ? 3 : 1;
	}
	while (end > 0 && sv_is_space(line.p[end - 1]))
		end--;
	while (end >= 3 && (memcmp(line.p + end - 3, "=20", 3) == 0 ||
	                    memcmp(line.p + end - 3, "=09", 3) == 0)) {
		trailing++;
		end -= 3;
	}
	return n > trailing ? n - trailing : 0;
}

static void
read_quoted_line(struct mime_facts *f, struct sv line, size_t bytes)
{
	if (sv_starts(line, SV("SPAM: ")))
		return;
	f->long_line |= bytes > QP_LINE_BYTES_MAX;
	f->qp_bytes += bytes;
	f->qp_encoded += count_encoded(line);
}

/* Bytes that no line of ASCII has; `bytes` is without a CR that belongs to the
 * line end. */
static bool
is_illegal(struct sv line, size_t bytes)
{
	size_t cr = sv_find_char(line, '\r');

	return sv_ascii_span(line) < line.n ||
	       sv_find_char(line, 0) != SV_NOT_FOUND ||
	       (cr != SV_NOT_FOUND && !(bytes < line.n && cr + 2 == line.n));
}

static void
count_entities(struct mime_facts *f, struct sv line, size_t bytes)
{
	size_t n = 0, at = 0, next;

	if (sv_find_char(line, '&') == SV_NOT_FOUND)
		at = line.n;
	while ((next = sv_find(sv_from(line, at), SV("&#x"))) != SV_NOT_FOUND) {
		struct sv hex = sv_sub(line, at + next + 3, at + next + 7);
		bool ok = hex.n == 4 && at + next + 7 < line.n &&
		          line.p[at + next + 7] == ';';

		for (size_t i = 0; i < hex.n; i++)
			ok &= sv_is_digit(hex.p[i]) ||
			      (hex.p[i] >= 'A' && hex.p[i] <= 'F');
		n += ok;
		at += next + (ok ? ENTITY_BYTES : 3);
	}
	f->plain_bytes += bytes - n * ENTITY_BYTES;
	f->entities += n;
}

/* Returns the bytes of all lines. */
static size_t
read_lines(struct mime_facts *f, struct sv raw, bool has_crlf,
           const struct eval_part *part)
{
	bool is_plain = sv_eq_str(part->type, "text/plain");
	bool is_quoted = sv_eq_str(part->encoding, "quoted-printable");
	bool is_base64 = sv_eq_str(part->encoding, "base64") &&
	                 !sv_eq_str(part->type, "application/ics");
	bool is_ascii = is_plain && (!part->has_charset ||
	                             sv_eq_str(part->charset, "us-ascii"));
	bool is_bare = is_plain && (part->encoding.n == 0 ||
	                            sv_eq_str(part->encoding, "7bit") ||
	                            sv_eq_str(part->encoding, "8bit"));
	size_t sum = 0, bytes;
	struct sv line;

	while (eval_raw_line(&raw, has_crlf, &line, &bytes)) {
		sum += bytes;
		if (is_quoted)
			read_quoted_line(f, line, bytes);
		if (is_base64 && bytes > f->base64_line_bytes)
			f->base64_line_bytes = bytes;
		if (is_ascii)
			f->illegal_lines += is_illegal(line, bytes);
		if (is_bare)
			count_entities(f, line, bytes);
	}
	return sum;
}

/* ---- parts ---- */

static bool
is_ascii_charset(struct sv charset)
{
	static const char *const names[] = {
		"us-ascii",
		"ansi_x3.4-1968",
		"iso-ir-6",
		"ansi_x3.4-1986",
		"ascii",
		"iso646-us",
		"iso_646.irv:1991",
		"us",
		"ibm367",
		"cp367",
		"csascii",
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (sv_find(charset, sv_str(names[i])) != SV_NOT_FOUND)
			return true;
	return charset.n == 0;
}

/* "iso-..." with two more pieces, that is none of the ISO charsets of mail. */
static bool
is_bad_iso(struct sv charset)
{
	size_t at = sv_ifind(charset, SV("iso-")), dash;
	struct sv rest;

	if (at == SV_NOT_FOUND)
		return false;
	rest = sv_from(charset, at + 4);
	dash = sv_find_char(sv_from(rest, 1), '-');
	if (rest.n == 0 || dash == SV_NOT_FOUND || dash + 2 >= rest.n ||
	    !sv_is_alnum(rest.p[dash + 2]))
		return false;
	if (sv_starts(rest, SV("2022-jp")) || sv_starts(rest, SV("2022-kr")))
		return rest.n > 7 && sv_is_alnum(rest.p[7]);
	if (!sv_starts(rest, SV("8859-")))
		return true;
	rest = sv_from(rest, 5);
	for (dash = 0; dash < rest.n && sv_is_digit(rest.p[dash]); dash++)
		;
	return dash == 0 || dash > 2 ||
	       (dash < rest.n &&
	        (sv_is_alnum(rest.p[dash]) || rest.p[dash] == '_'));
}

static bool
has_letter(struct sv s)
{
	for (size_t i = 0; i < s.n; i++)
		if (sv_is_alnum(s.p[i]) && !sv_is_digit(s.p[i]))
			return true;
	return false;
}

/* MIMEEval::_check_mime_header */
static void
read_header(const struct eval_job *job, struct mime_facts *f,
            const struct eval_part *part)
{
	bool is_text = sv_starts(part->type, SV("text"));
	bool is_base64 = sv_find(part->encoding, SV("base64")) != SV_NOT_FOUND;

	if (sv_eq_str(part->type, "text/html"))
		f->html++;
	else
		f->text += is_text;
	f->base64 += is_base64;
	f->quoted +=
	    !is_base64 &&
	    sv_find(part->encoding, SV("quoted-printable")) != SV_NOT_FOUND;
	f->attachments +=
	    sv_find(part->disposition, SV("attachment")) != SV_NOT_FOUND;
	f->base64_text |= is_text && is_base64 &&
	                  is_ascii_charset(part->charset) &&
	                  !sv_starts(part->disposition, SV("attachment")) &&
	                  !sv_starts(part->disposition, SV("inline"));
	f->bad_charset |= is_bad_iso(part->charset);
	f->has_alternative |= sv_eq_str(part->type, "multipart/alternative");
	if (!has_letter(part->charset))
		return;
	f->faraway |= !eval_any_charset(job->settings) &&
	              !eval_charset_is_ok(job->settings, part->charset);
	f->capital_charset |= eval_charset_is_capital(part->charset);
}

/* The text that came last beside the HTML that came last. */
struct alternative {
	size_t html, text; /* bytes */
	bool has_html, has_text;
};

static void
read_leaf(struct mime_facts *f, const struct message_part *leaf, bool has_crlf,
          const struct eval_part *part, struct alternative *alt)
{
	size_t bytes = read_lines(f, leaf->raw, has_crlf, part);

	if (sv_find(part->disposition, SV("attachment")) != SV_NOT_FOUND)
		return;
	if (!f->has_alternative)
		bytes = 0;
	if (sv_eq_str(part->type, "text/html")) {
		alt->html = bytes;
		alt->has_html = true;
	} else if (sv_eq_str(part->type, "text/plain")) {
		alt->text = bytes;
		alt->has_text = true;
	}
}

/* MIMEEval::_check_attachments */
static const struct mime_facts *
mime_facts(struct eval_job *job)
{
	const struct message *m = job->message;
	struct mime_facts *f = job->facts[FACTS_MIME];
	struct alternative alt = { 0 };
	const struct eval_part *parts;
	bool has_crlf;

	if (f)
		return f;
	parts = eval_parts(job);
	has_crlf = eval_has_crlf(m);
	f = job->facts[FACTS_MIME] = ARENA_NEW(job->arena, struct mime_facts);
	for (size_t i = 0; i < m->n_parts; i++) {
		if (m->parts[i].is_inline)
			continue;
		read_header(job, f, &parts[i]);
		if (m->parts[i].is_leaf)
			read_leaf(f, &m->parts[i], has_crlf, &parts[i], &alt);
	}
	f->multipart_ratio = 1;
	if (f->has_alternative && alt.has_html && alt.has_text && alt.html)
		f->multipart_ratio = (double)alt.text / (double)alt.html;
	return f;
}

static double
ratio(size_t part, size_t whole)
{
	return whole ? (double)part / (double)whole : 0;
}

/* ---- the structure, as it is written ---- */

static bool
is_name_char(char c)
{
	return c > ' ' && c <= '~' && c != ':';
}

/* Whether a line begins like a header; SpamAssassin lets blanks stand before
 * the colon in some places. */
static bool
is_header_line(struct sv line, bool with_blanks)
{
	size_t n = 0;

	while (n < line.n && is_name_char(line.p[n]))
		n++;
	if (n == 0)
		return false;
	while (with_blanks && n < line.n && sv_is_blank(line.p[n]))
		n++;
	return n < line.n && line.p[n] == ':';
}

enum part_flaw { FLAW_NONE, FLAW_HEADERS = 1, FLAW_SEPARATOR = 2 };

/* What is missing at the beginning of a part of a multipart. */
static unsigned
part_flaws(const struct message *m, const struct message_part *part)
{
	const struct message_part *parent = &m->parts[part->parent];
	struct sv rest = part->entity, line;
	bool has_header = false;
	unsigned flaws = FLAW_NONE;

	if (rest.n == 0) /* at the end, or the next delimiter stands there */
		return rest.p < parent->raw.p + parent->raw.n ? FLAW_HEADERS
		                                              : FLAW_NONE;
	sv_line(&rest, &line);
	if (!is_header_line(line, false))
		flaws |= FLAW_HEADERS;
	do {
		if (is_header_line(line, true))
			has_header = true;
		else if (!has_header || line.n == 0 || !sv_is_blank(line.p[0]))
			return line.n ? flaws | FLAW_SEPARATOR : flaws;
	} while (sv_line(&rest, &line));
	return flaws;
}

static bool
is_multipart(const struct message_part *part)
{
	return !part->is_leaf && sv_starts(part->type, SV("multipart/"));
}

static bool
has_flaw(const struct message *m, unsigned flaw)
{
	for (size_t i = 1; i < m->n_parts; i++)
		if (!m->parts[i].is_inline &&
		    is_multipart(&m->parts[m->parts[i].parent]) &&
		    part_flaws(m, &m->parts[i]) & flaw)
			return true;
	return false;
}

/* What stands behind the last part of a multipart; false when it is not
 * closed. */
static bool
find_epilogue(const struct message *m, size_t multipart, struct sv *ret)
{
	const struct message_part *part = &m->parts[multipart], *last = NULL;
	const char *end = part->raw.p + part->raw.n, *from;
	struct sv line;

	for (size_t i = multipart + 1; i < m->n_parts; i++)
		if (m->parts[i].parent == (int)multipart &&
		    !m->parts[i].is_inline)
			last = &m->parts[i];
	if (!last || !last->entity.p)
		return false;
	from = last->entity.p + last->entity.n;
	*ret = sv_make(from, from < end ? (size_t)(end - from) : 0);
	while (sv_line(ret, &line))
		if (sv_starts(line, SV("--")))
			return true;
	return false;
}

static bool
has_epilogue(const struct message *m)
{
	struct sv rest;

	for (size_t i = 0; i < m->n_parts; i++) {
		if (!is_multipart(&m->parts[i]) || !find_epilogue(m, i, &rest))
			continue;
		for (size_t k = 0; k < rest.n; k++)
			if (!sv_is_space(rest.p[k]) && rest.p[k] != '.')
				return true;
	}
	return false;
}

static bool
misses_boundary(const struct message *m)
{
	struct sv rest;

	for (size_t i = 0; i < m->n_parts; i++)
		if (is_multipart(&m->parts[i]) && !find_epilogue(m, i, &rest))
			return true;
	return false;
}

/* Whether the header section ends without an empty line. */
static bool
misses_separator(const struct message *m)
{
	struct sv head = m->head;

	if (head.n && head.p[head.n - 1] == '\n')
		head.n--;
	else
		return true;
	if (head.n && head.p[head.n - 1] == '\r')
		head.n--;
	return head.n > 0 && head.p[head.n - 1] != '\n';
}

enum { HEADER_NAME_MAX = 256, HEADER_VALUE_MAX = 8192, PARTS_MAX = 1000 };

static bool
has_long_header(const struct message *m)
{
	const struct message_part *top = &m->parts[0];

	for (size_t i = 0; i < top->n_headers; i++) {
		struct sv raw = top->headers[i].raw;
		size_t bytes = raw.n + 2; /* the blank and the line end */

		for (size_t k = 0; bytes > HEADER_VALUE_MAX && k < raw.n; k++)
			bytes -= raw.p[k] == '\r';
		if (bytes > HEADER_VALUE_MAX ||
		    top->headers[i].name.n > HEADER_NAME_MAX)
			return true;
	}
	return false;
}

/* check_msg_parse_flags */
static bool
parse_flags(struct eval_job *job, const struct eval_call *call)
{
	const struct message *m = job->message;
	struct sv flag = call->args[0].text;

	if (sv_eq_str(flag, "missing_head_body_separator"))
		return misses_separator(m);
	if (sv_eq_str(flag, "missing_mime_headers"))
		return has_flaw(m, FLAW_HEADERS);
	if (sv_eq_str(flag, "missing_mime_head_body_separator"))
		return has_flaw(m, FLAW_SEPARATOR);
	if (sv_eq_str(flag, "mime_epilogue_exists"))
		return has_epilogue(m);
	if (sv_eq_str(flag, "truncated_header"))
		return has_long_header(m);
	return sv_eq_str(flag, "mimepart_limit_exceeded") &&
	       m->n_parts > PARTS_MAX;
}

/* ---- functions ---- */

/* check_for_mime */
static bool
for_mime(struct eval_job *job, const struct eval_call *call)
{
	const struct mime_facts *f = mime_facts(job);
	const struct {
		const char *name;
		bool is_true;
	} tests[] = {
		{ "mime_base64_count", f->base64 > 0 },
		{ "mime_base64_encoded_text", f->base64_text },
		{ "mime_body_html_count", f->html > 0 },
		{ "mime_body_text_count", f->text > 0 },
		{ "mime_faraway_charset", f->faraway },
		{ "mime_missing_boundary", misses_boundary(job->message) },
		{ "mime_multipart_alternative", f->has_alternative },
		{ "mime_multipart_ratio", f->multipart_ratio != 0 },
		{ "mime_qp_count",
		  f->qp_bytes ? f->qp_encoded > 0 : f->quoted > 0 },
		{ "mime_qp_long_line", f->long_line },
		{ "mime_qp_ratio", f->qp_encoded > 0 },
		{ "mime_ascii_text_illegal", f->illegal_lines > 0 },
		{ "mime_text_unicode_ratio",
		  f->entities > 0 && f->plain_bytes > 0 },
		{ "mime_attachment", f->attachments > 0 },
		{ "mime_bad_iso_charset", f->bad_charset },
	};

	for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
		if (sv_eq_str(call->args[0].text, tests[i].name))
			return tests[i].is_true;
	return false;
}

/* check_for_mime_html */
static bool
mime_html(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return sv_istarts(eval_header(job, "Content-Type"), SV("text/html")) ||
	       mime_facts(job)->html > 0;
}

/* check_for_mime_html_only */
static bool
mime_html_only(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return sv_istarts(eval_header(job, "Content-Type"), SV("text/html")) ||
	       (mime_facts(job)->html > 0 && mime_facts(job)->text == 0);
}

/* check_mime_multipart_ratio */
static bool
multipart_ratio(struct eval_job *job, const struct eval_call *call)
{
	double r = mime_facts(job)->multipart_ratio;

	return r >= call->args[0].number && r < call->args[1].number;
}

/* check_for_ascii_text_illegal */
static bool
ascii_text_illegal(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return mime_facts(job)->illegal_lines > 0;
}

/* check_abundant_unicode_ratio */
static bool
abundant_unicode(struct eval_job *job, const struct eval_call *call)
{
	const struct mime_facts *f = mime_facts(job);

	return sv_find_char(call->args[0].text, '.') != SV_NOT_FOUND &&
	       ratio(f->entities, f->plain_bytes) >= call->args[0].number;
}

/* check_qp_ratio */
static bool
qp_ratio(struct eval_job *job, const struct eval_call *call)
{
	const struct mime_facts *f = mime_facts(job);

	return ratio(f->qp_encoded, f->qp_bytes) >= call->args[0].number;
}

/* check_base64_length */
static bool
base64_length(struct eval_job *job, const struct eval_call *call)
{
	double longest = (double)mime_facts(job)->base64_line_bytes;

	return longest >= call->args[0].number &&
	       eval_at_most(call, 1, longest);
}

/* check_ma_non_text */
static bool
alternative_non_text(struct eval_job *job, const struct eval_call *call)
{
	const struct message *m = job->message;
	const struct eval_part *parts = eval_parts(job);

	(void)call;
	for (size_t i = 1; i < m->n_parts; i++) {
		const struct message_part *part = &m->parts[i];

		if (part->is_inline || !part->is_leaf ||
		    !sv_eq_str(parts[part->parent].node_type,
		               "multipart/alternative") ||
		    sv_starts(parts[i].node_type, SV("text/")) ||
		    sv_eq_str(parts[i].node_type, "multipart/related") ||
		    sv_eq_str(parts[i].node_type, "application/rtf"))
			continue;
		job->note = parts[i].node_type;
		return true;
	}
	return false;
}

/* The value of "charset=" in the message's own type. */
static struct sv
top_charset(struct eval_job *job)
{
	struct sv type = eval_header(job, "Content-Type"), value, word;
	size_t at = sv_ifind(type, SV("charset="));

	if (at == SV_NOT_FOUND)
		return SV("");
	value = sv_from(type, at + 8);
	if (value.n && (value.p[0] == '"' || value.p[0] == '\'')) {
		size_t end = sv_find_char(sv_from(value, 1), value.p[0]);

		if (end != SV_NOT_FOUND && end > 0)
			return sv_sub(value, 1, end + 1);
	}
	return sv_word(&value, &word) ? word : SV("");
}

/* check_for_faraway_charset */
static bool
faraway_charset(struct eval_job *job, const struct eval_call *call)
{
	struct sv charset = top_charset(job);
	const struct view *v = &job->message->views[VIEW_BODY];
	size_t high = 0, low = 0;

	(void)call;
	if (eval_any_charset(job->settings) || charset.n == 0 ||
	    eval_charset_is_ok(job->settings, charset))
		return false;
	for (size_t i = 0; i < v->n; i++)
		for (size_t k = 0; k < v->elements[i].n; k++) {
			bool is_high =
			    (unsigned char)v->elements[i].p[k] >= 0x80;

			high += is_high;
			low += !is_high;
		}
	return low <= high && high > 3;
}

/* ---- capital letters ---- */

/* Whether there is white space between other characters. */
static bool
has_inner_space(struct sv s)
{
	s = sv_trim(s);
	for (size_t i = 0; i < s.n; i++)
		if (sv_is_space(s.p[i]))
			return true;
	return false;
}

/* Whether it begins with two lines of base64. */
static bool
is_base64_text(struct sv s)
{
	for (int line = 0; line < 2; line++) {
		size_t n = 0;

		while (n < s.n &&
		       (sv_is_alnum(s.p[n]) || strchr("+/=", s.p[n])))
			n++;
		if (n < 60 || n > 76 || n == s.n || s.p[n] != ' ')
			return false;
		s = sv_from(s, n + 1);
	}
	return true;
}

struct letters {
	uint64_t lower, upper; /* digits count as small */
	size_t n;              /* of all characters */
};

static void
count_letters(struct letters *l, struct sv s)
{
	/* Both in one sum: the upper half is for capitals. */
	static const uint64_t weight[256] = {
		['a' ... 'z'] = 1,
		['0' ... '9'] = 1,
		['A' ... 'Z'] = UINT64_C(1) << 32,
	};
	uint64_t sum = 0;

	for (size_t i = 0; i < s.n; i++)
		sum += weight[(unsigned char)s.p[i]];
	l->lower += sum & UINT32_MAX;
	l->upper += sum >> 32;
	l->n += s.n;
}

/* What of a Japanese text in ISO-2022-JP is no Latin letter is left out. */
static void
count_latin(struct letters *l, struct sv s)
{
	size_t begin = sv_find_char(s, '\x1b'), end = SV_NOT_FOUND, found;

	if (begin != SV_NOT_FOUND) {
		found = sv_find(sv_from(s, begin), SV("\x1b$B"));
		begin = found == SV_NOT_FOUND ? found : begin + found;
	}
	if (begin != SV_NOT_FOUND) /* up to the last end, as SpamAssassin */
		for (size_t at = s.n; at-- > begin && end == SV_NOT_FOUND;)
			if (sv_starts(sv_from(s, at), SV("\x1b(B")))
				end = at + 3;
	if (end == SV_NOT_FOUND) {
		count_letters(l, s);
		return;
	}
	count_letters(l, sv_sub(s, 0, begin));
	count_letters(l, sv_from(s, end));
}

/* In percent. */
static double
count_uppercase(struct eval_job *job)
{
	const struct view *v = &job->message->views[VIEW_BODY];
	struct letters l = { 0 };

	if (eval_charset_is_capital(top_charset(job)) ||
	    mime_facts(job)->capital_charset)
		return 0;
	for (size_t i = 0; i < v->n; i++)
		if (has_inner_space(v->elements[i]) &&
		    !is_base64_text(v->elements[i]))
			count_latin(&l, v->elements[i]);
	return l.n < UPPERCASE_BYTES_MIN
	           ? 0
	           : 100 * ratio(l.upper, l.upper + l.lower);
}

/* check_for_uppercase */
static bool
uppercase(struct eval_job *job, const struct eval_call *call)
{
	double *percent = job->facts[FACTS_UPPERCASE];

	if (!percent) {
		percent = job->facts[FACTS_UPPERCASE] =
		    ARENA_NEW(job->arena, double);
		*percent = count_uppercase(job);
	}
	return *percent > call->args[0].number &&
	       *percent <= call->args[1].number;
}

static const char *
read_locales(struct eval_settings *s, int which, struct sv value)
{
	(void)which;
	s->ok_locales = arena_printf(s->arena, " " SV_FMT " ", SV_ARG(value)).p;
	return NULL;
}

static const struct eval_function functions[] = {
	{ "check_for_mime", "t", for_mime, NULL },
	{ "check_for_mime_html", "", mime_html, NULL },
	{ "check_for_mime_html_only", "", mime_html_only, NULL },
	{ "check_mime_multipart_ratio", "nn", multipart_ratio, NULL },
	{ "check_msg_parse_flags", "t", parse_flags, NULL },
	{ "check_for_ascii_text_illegal", "", ascii_text_illegal, NULL },
	{ "check_abundant_unicode_ratio", "n", abundant_unicode, NULL },
	{ "check_for_faraway_charset", "", faraway_charset, NULL },
	{ "check_for_uppercase", "nn", uppercase, NULL },
	{ "check_ma_non_text", "", alternative_non_text, NULL },
	{ "check_base64_length", "n?n", base64_length, NULL },
	{ "check_qp_ratio", "n", qp_ratio, NULL },
	{ NULL, NULL, NULL, NULL },
};

static const struct eval_directive directives[] = {
	{ "ok_locales", read_locales, 0, true },
	{ NULL, NULL, 0, false },
};

static const char *const features[] = {
	"has_check_for_ascii_text_illegal",
	"has_check_abundant_unicode_ratio",
	"has_check_qp_ratio",
	NULL,
};

const struct eval_plugin eval_plugin_mime = {
	.name = "MIMEEval",
	.is_default = true,
	.functions = functions,
	.directives = directives,
	.features = features,
};
