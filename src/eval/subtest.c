/* SPDX-License-Identifier: Apache-2.0 */
/* What a list must answer for a rule to be true: reading it. */
#include "eval/ask.h"

/* ---- numbers ---- */

static bool
read_hex(struct sv text, uint32_t *ret)
{
	*ret = 0;
	if (text.n < 3 || text.n > 10 || !sv_istarts(text, SV("0x")))
		return false;
	for (size_t i = 2; i < text.n; i++) {
		int digit = sv_hex_value(text.p[i]);

		if (digit < 0)
			return false;
		*ret = *ret << 4 | (uint32_t)digit;
	}
	return true;
}

/* "16", "0x10", "0.0.0.16". */
static bool
read_number(struct sv text, uint32_t *ret, bool *ret_is_address)
{
	struct ip ip;
	uint64_t n;

	*ret_is_address = false;
	if (read_hex(text, ret))
		return true;
	if (sv_u64(text, &n)) {
		*ret = (uint32_t)n;
		return n <= UINT32_MAX;
	}
	if (ip_parse(text, &ip) != 0 || !ip_is_v4(&ip))
		return false;
	*ret = ip_v4_number(&ip);
	*ret_is_address = true;
	return true;
}

static size_t
find_separator(struct sv text)
{
	size_t i = 0;

	while (i < text.n && text.p[i] != '-' && text.p[i] != '/')
		i++;
	return i;
}

const char *
subtest_read_range(struct sv text, struct subtest *ret)
{
	size_t at = find_separator(text);
	bool is_address, ignored;

	*ret = (struct subtest){ .kind = SUBTEST_MASK };
	if (!read_number(sv_sub(text, 0, at), &ret->from, &is_address))
		return "expected a sub-test: a number or an address, or two "
		       "with - or / between";
	if (at < text.n) {
		ret->kind = text.p[at] == '-' ? SUBTEST_RANGE : SUBTEST_MASKED;
		if (!read_number(sv_from(text, at + 1), &ret->to, &ignored))
			return "expected a number or an address behind it";
	} else if (is_address) {
		ret->kind = SUBTEST_RANGE;
		ret->to = ret->from;
	}
	return NULL;
}

/* ---- expressions and texts ---- */

const char *
subtest_read_regex(struct eval_settings *s, struct sv text,
                   const char *otherwise, struct subtest *ret)
{
	*ret = (struct subtest){ .kind = SUBTEST_REGEX };
	ret->regex = eval_regex_add(s, text.n ? text : sv_str(otherwise));
	return ret->regex ? NULL : "the sub-test is no regular expression";
}

const char *
subtest_read_rbl(struct eval_settings *s, struct sv text, struct subtest *ret)
{
	struct ip ip;
	uint64_t n;

	*ret = (struct subtest){ .kind = SUBTEST_NEVER };
	if (sv_starts(text, SV("sb:"))) /* lists that are no more */
		return NULL;
	if (sv_u64(text, &n)) {
		ret->kind = SUBTEST_MASK;
		ret->from = (uint32_t)n;
		return NULL;
	}
	if (ip_parse(text, &ip) == 0 && ip_is_v4(&ip)) {
		ret->kind = SUBTEST_TEXT;
		ret->text = arena_dup(s->arena, text);
		return NULL;
	}
	return subtest_read_regex(s, text, "", ret);
}

static const struct {
	const char *word;
	unsigned code;
} statuses[] = {
	{ "NOERROR", 0 },  { "FORMERR", 1 },  { "SERVFAIL", 2 },
	{ "NXDOMAIN", 3 }, { "NOTIMP", 4 },   { "REFUSED", 5 },
	{ "YXDOMAIN", 6 }, { "YXRRSET", 7 },  { "NXRRSET", 8 },
	{ "NOTAUTH", 9 },  { "NOTZONE", 10 },
};

static bool
read_status(struct sv word, unsigned *ret_code)
{
	uint64_t n;

	if (sv_u64(word, &n)) {
		*ret_code = (unsigned)n;
		return n < 32;
	}
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
		if (sv_ieq_str(word, statuses[i].word)) {
			*ret_code = statuses[i].code;
			return true;
		}
	return false;
}

/* "[NXDOMAIN, 2]" */
static const char *
read_statuses(struct sv text, struct subtest *ret)
{
	struct sv word;
	unsigned code;

	ret->kind = SUBTEST_STATUS;
	text = sv_sub(text, 1, text.n - 1);
	while (sv_split(&text, ',', &word)) {
		if (!read_status(sv_trim(word), &code))
			return "expected names or numbers of DNS statuses";
		ret->from |= 1U << code;
	}
	return ret->from ? NULL : "expected a DNS status";
}

static bool
is_within(struct sv text, char open, char close)
{
	return text.n >= 2 && text.p[0] == open && text.p[text.n - 1] == close;
}

/* "/.../i" as it is, "m{...}i" as that. */
static bool
is_regex(struct eval_settings *s, struct sv text, struct sv *ret)
{
	size_t end = text.n;
	char close;

	*ret = text;
	while (end > 0 && text.p[end - 1] >= 'a' && text.p[end - 1] <= 'z')
		end--;
	if (end > 2 && text.p[0] == '/' && text.p[end - 1] == '/')
		return true;
	if (end < 4 || text.p[0] != 'm' || sv_is_alnum(text.p[1]))
		return false;
	close = text.p[1] == '{'   ? '}'
	        : text.p[1] == '(' ? ')'
	        : text.p[1] == '[' ? ']'
	        : text.p[1] == '<' ? '>'
	                           : text.p[1];
	if (text.p[end - 1] != close)
		return false;
	*ret = ARENA_JOIN(s->arena, SV("/"), sv_sub(text, 2, end - 1), SV("/"),
	                  sv_from(text, end));
	return true;
}

const char *
subtest_read_askdns(struct eval_settings *s, struct sv text,
                    struct subtest *ret)
{
	struct sv regex;

	*ret = (struct subtest){ .kind = SUBTEST_ANY };
	if (!text.n)
		return NULL;
	if (is_regex(s, text, &regex))
		return subtest_read_regex(s, regex, "", ret);
	if (is_within(text, '"', '"') || is_within(text, '\'', '\'')) {
		ret->kind = SUBTEST_TEXT;
		ret->text = arena_dup(s->arena, sv_sub(text, 1, text.n - 1));
		return NULL;
	}
	if (is_within(text, '[', ']'))
		return read_statuses(text, ret);
	return subtest_read_range(text, ret);
}
