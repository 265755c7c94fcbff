/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/answer.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"

/* ---- words ---- */

static const struct {
	const char *word;
	enum dns_type type;
} types[] = {
	{ "A", DNS_A },     { "NS", DNS_NS },     { "CNAME", DNS_CNAME },
	{ "SOA", DNS_SOA }, { "PTR", DNS_PTR },   { "MX", DNS_MX },
	{ "TXT", DNS_TXT }, { "AAAA", DNS_AAAA },
};
enum { TYPES = sizeof types / sizeof *types };

const char *
dns_type_word(enum dns_type t)
{
	for (size_t i = 0; i < TYPES; i++)
		if (types[i].type == t)
			return types[i].word;
	return "?";
}

bool
dns_type_find(struct sv word, enum dns_type *ret)
{
	for (size_t i = 0; i < TYPES; i++)
		if (sv_ieq_str(word, types[i].word)) {
			*ret = types[i].type;
			return true;
		}
	return false;
}

static const char *const status_words[DNS_STATUS_COUNT] = {
	[DNS_FOUND] = "found",         [DNS_NO_DATA] = "no_data",
	[DNS_NO_NAME] = "no_name",     [DNS_FAILED] = "failed",
	[DNS_TIMED_OUT] = "timed_out", [DNS_SUSPENDED] = "suspended",
	[DNS_LATE] = "late",           [DNS_OVER_LIMIT] = "over_limit",
};

const char *
dns_status_word(enum dns_status s)
{
	return status_words[s];
}

static bool
status_find(struct sv word, enum dns_status *ret)
{
	for (int i = 0; i < DNS_STATUS_COUNT; i++)
		if (sv_eq_str(word, status_words[i])) {
			*ret = (enum dns_status)i;
			return true;
		}
	return false;
}

/* ---- names ---- */

bool
dns_name(struct arena *a, struct sv text, struct sv *ret)
{
	char *copy;
	size_t label = 0;

	*ret = SV_NONE;
	if (text.n && text.p[text.n - 1] == '.')
		text = sv_sub(text, 0, text.n - 1);
	if (!text.n || text.n > DNS_NAME_MAX)
		return false;
	copy = arena_str(a, text);
	for (size_t i = 0; i < text.n; i++) {
		copy[i] = sv_lower_char(copy[i]);
		label = copy[i] == '.' ? 0 : label + 1;
		if (label > DNS_LABEL_MAX ||
		    (copy[i] == '.' && (!i || copy[i - 1] == '.')))
			return false;
	}
	*ret = sv_make(copy, text.n);
	return label > 0;
}

struct sv
dns_reversed(struct arena *a, const struct ip *ip, struct sv zone)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *b = ip->bytes;
	char text[65], *p = text;

	if (ip_is_v4(ip)) {
		struct ip back = *ip;

		for (int i = 0; i < 4; i++)
			back.bytes[12 + i] = b[15 - i];
		ip_text(&back, text);
		return ARENA_JOIN(a, sv_str(text), SV("."), zone);
	}
	for (int i = 15; i >= 0; i--) {
		*p++ = digits[b[i] & 15];
		*p++ = '.';
		*p++ = digits[b[i] >> 4];
		*p++ = '.';
	}
	*p = '\0';
	return ARENA_JOIN(a, sv_str(text), zone);
}

/* ---- writing ---- */

/* As in a master file (RFC 1035 section 5.1): what is not plain is \DDD. */
static void
write_quoted(struct sv s, struct buf *out)
{
	buf_add_char(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '"' || c == '\\')
			buf_addf(out, "\\%c", c);
		else if (c < ' ' || c > '~')
			buf_addf(out, "\\%03u", c);
		else
			buf_add_char(out, (char)c);
	}
	buf_add_char(out, '"');
}

/* A word as it stands, if it can. */
static void
write_word(struct sv s, struct buf *out)
{
	bool plain = s.n > 0 && s.p[0] != '#';

	for (size_t i = 0; i < s.n && plain; i++)
		plain = s.p[i] > ' ' && s.p[i] <= '~' && s.p[i] != '"' &&
		        s.p[i] != '\\';
	if (plain)
		buf_add(out, s);
	else
		write_quoted(s, out);
}

static void
write_record(enum dns_type type, const struct dns_record *r, struct buf *out)
{
	char text[IP_TEXT];

	buf_add_char(out, ' ');
	if (type == DNS_A || type == DNS_AAAA) {
		buf_add_str(out, ip_text(&r->ip, text));
		return;
	}
	if (type == DNS_MX)
		buf_addf(out, "%u ", r->preference);
	if (type == DNS_TXT)
		write_quoted(r->text, out);
	else
		write_word(r->text, out);
}

void
dns_answer_write(const struct dns_question *q, const struct dns_answer *r,
                 struct buf *out)
{
	write_word(q->name, out);
	buf_addf(out, " %s %s %u", dns_type_word(q->type),
	         dns_status_word(r->status), r->ttl_s);
	for (size_t i = 0; i < r->n_records; i++)
		write_record(q->type, &r->records[i], out);
}

/* ---- reading ---- */

/* Behind a backslash: three digits, or a character. */
static bool
read_escape(struct sv s, size_t *pos, char *ret)
{
	int value = 0;

	if (*pos >= s.n)
		return false;
	if (!sv_is_digit(s.p[*pos])) {
		*ret = s.p[(*pos)++];
		return true;
	}
	if (s.n - *pos < 3)
		return false;
	for (int i = 0; i < 3; i++) {
		char c = s.p[(*pos)++];

		if (!sv_is_digit(c))
			return false;
		value = value * 10 + (c - '0');
	}
	*ret = (char)value;
	return value <= 255;
}

/* Where a word ends that begins at s.p[0], or behind its quote; SV_NOT_FOUND
 * when the closing quote is missing. */
static size_t
word_end(struct sv s, bool quoted)
{
	size_t i = quoted;

	for (; i < s.n; i++) {
		if (quoted ? s.p[i] == '"' : sv_is_space(s.p[i]))
			return i;
		i += s.p[i] == '\\';
	}
	return quoted || i > s.n ? SV_NOT_FOUND : i;
}

/* The next word, or quoted text; false: there is none, or it is broken. */
static bool
read_word(struct arena *a, struct sv *line, struct sv *ret)
{
	struct sv s = sv_trim(*line);
	bool quoted = s.n && s.p[0] == '"';
	size_t end = word_end(s, quoted), i = quoted, n = 0;
	char *copy;

	if (!s.n || end == SV_NOT_FOUND)
		return false;
	*line = sv_from(s, end + quoted);
	s = sv_sub(s, 0, end);
	copy = arena_str(a, s);
	while (i < s.n) {
		char c = s.p[i++];

		if (c == '\\' && !read_escape(s, &i, &c))
			return false;
		copy[n++] = c;
	}
	copy[n] = '\0';
	*ret = sv_make(copy, n);
	return true;
}

static bool
read_number(struct arena *a, struct sv *line, uint32_t *ret)
{
	struct sv word;
	uint64_t value;

	if (!read_word(a, line, &word) || !sv_u64(word, &value) ||
	    value > UINT32_MAX)
		return false;
	*ret = (uint32_t)value;
	return true;
}

/* A name that an answer has; "." is the root, as a null MX names it. */
static bool
read_target(struct arena *a, struct sv word, struct sv *ret)
{
	*ret = SV_NONE;
	return !word.n || sv_eq_str(word, ".") || dns_name(a, word, ret);
}

static bool
read_record(struct arena *a, enum dns_type type, struct sv *line,
            struct dns_record *ret)
{
	struct sv word;

	*ret = (struct dns_record){ 0 };
	if (type == DNS_MX && !read_number(a, line, &ret->preference))
		return false;
	if (!read_word(a, line, &word))
		return false;
	if (type == DNS_A || type == DNS_AAAA)
		return ip_parse(word, &ret->ip) == 0 &&
		       ip_is_v4(&ret->ip) == (type == DNS_A);
	ret->text = word;
	return type == DNS_TXT || read_target(a, word, &ret->text);
}

static int
read_records(struct arena *a, enum dns_type type, struct sv line,
             struct dns_answer *ret)
{
	struct dns_record *list = NULL;
	size_t n = 0, size = 0;

	for (line = sv_trim(line); line.n; line = sv_trim(line)) {
		if (n == DNS_RECORDS_MAX)
			return E_LIMIT;
		if (n == size) {
			list = arena_grow(a, list, size * sizeof *list,
			                  (size ? size * 2 : 2) * sizeof *list);
			size = size ? size * 2 : 2;
		}
		if (!read_record(a, type, &line, &list[n++]))
			return E_SYNTAX;
	}
	ret->records = list;
	ret->n_records = n;
	return (ret->status == DNS_FOUND) == (n > 0) ? 0 : E_SYNTAX;
}

int
dns_answer_read(struct arena *a, struct sv line, struct dns_question *ret_q,
                struct dns_answer *ret)
{
	struct sv name, type, status;

	*ret_q = (struct dns_question){ .zone = SV_NONE };
	*ret = (struct dns_answer){ 0 };
	if (!read_word(a, &line, &name) || !dns_name(a, name, &ret_q->name) ||
	    !read_word(a, &line, &type) || !dns_type_find(type, &ret_q->type) ||
	    !read_word(a, &line, &status) ||
	    !status_find(status, &ret->status) ||
	    !read_number(a, &line, &ret->ttl_s))
		return E_SYNTAX;
	return read_records(a, ret_q->type, line, ret);
}

/* ---- values ---- */

const struct dns_answer *
dns_answer_copy(struct arena *a, const struct dns_answer *r)
{
	struct dns_answer *copy = arena_alloc(a, sizeof *copy);
	struct dns_record *records =
	    ARENA_ARRAY(a, struct dns_record, r->n_records + 1);

	*copy = *r;
	copy->records = records;
	for (size_t i = 0; i < r->n_records; i++) {
		records[i] = r->records[i];
		records[i].text = arena_dup(a, r->records[i].text);
	}
	return copy;
}

const struct dns_answer *
dns_answer_bare(enum dns_status s)
{
	static const struct dns_answer bare[DNS_STATUS_COUNT] = {
		[DNS_NO_DATA] = { .status = DNS_NO_DATA },
		[DNS_NO_NAME] = { .status = DNS_NO_NAME },
		[DNS_FAILED] = { .status = DNS_FAILED },
		[DNS_TIMED_OUT] = { .status = DNS_TIMED_OUT },
		[DNS_SUSPENDED] = { .status = DNS_SUSPENDED },
		[DNS_LATE] = { .status = DNS_LATE },
		[DNS_OVER_LIMIT] = { .status = DNS_OVER_LIMIT },
	};

	return &bare[s];
}
