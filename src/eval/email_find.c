/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/email_find.h"

#include "message/url.h"

enum {
	USER_BYTES_MAX = 64,
	LABEL_BYTES_MAX = 61,
	LABELS_MAX = 5,
	BLANKS_MAX = 10, /* before the name of a field */
	FIELD_BYTES_MAX = 11,
	URL_TAIL_MAX = 255, /* between a scheme and an "@" */
};

static bool
is_user_char(char c)
{
	return sv_is_alnum(c) || (c && strchr("!#$%&'*+/=?^_`{|}~-", c));
}

/* Where the user begins that ends before an "@"; `at` when there is none. */
static size_t
user_begin(struct sv s, size_t at)
{
	size_t begin = at, i = at;

	while (i > 0 && at - i < USER_BYTES_MAX) {
		if (is_user_char(s.p[i - 1])) {
			i--;
		} else if (s.p[i - 1] == '.' && i < at && i > 1 &&
		           s.p[i] != '.' && is_user_char(s.p[i - 2])) {
			begin = i; /* the part behind the dot is whole */
			i--;
		} else {
			break;
		}
	}
	/* a part that is cut by the limit does not count */
	return i > 0 && is_user_char(s.p[i - 1]) ? begin : i;
}

/* The end of a domain that begins at `from`, with a TLD that exists; or
 * `from`. */
static size_t
domain_end(struct sv s, size_t from)
{
	size_t end = from, label = from, labels = 0;

	for (;;) {
		while (end < s.n && (sv_is_alnum(s.p[end]) || s.p[end] == '-'))
			end++;
		if (end == label || end - label > LABEL_BYTES_MAX ||
		    s.p[label] == '-' || s.p[end - 1] == '-')
			return from;
		labels++;
		if (end + 1 >= s.n || s.p[end] != '.' ||
		    !sv_is_alnum(s.p[end + 1]))
			break;
		label = ++end;
	}
	return labels >= 2 && labels <= LABELS_MAX &&
	               url_host_is_known(sv_sub(s, from, end))
	           ? end
	           : from;
}

bool
email_next(struct sv s, size_t *pos, size_t *ret_begin, size_t *ret_end)
{
	size_t at;

	while ((at = sv_find_char(sv_from(s, *pos), '@')) != SV_NOT_FOUND) {
		at += *pos;
		*pos = at + 1;
		*ret_begin = user_begin(s, at);
		*ret_end = domain_end(s, at + 1);
		if (*ret_begin<at && * ret_end> at + 1)
			return true;
	}
	return false;
}

static bool
is_phone_word(struct sv s)
{
	static const char *const words[] = { "fax",   "facsi",  "tel",
		                             "phone", "mail",   "email",
		                             "emai",  "e-mail", "-mail" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (sv_istarts(s, sv_str(words[i])))
			return true;
	return false;
}

bool
email_is_quoted(struct sv s, size_t begin, size_t end)
{
	struct sv rest = sv_from(s, end);
	size_t blanks = 0, n = 0;

	if (begin > 0 && s.p[begin - 1] == '<')
		begin--;
	else if (begin >= 7 &&
	         sv_eq_str(sv_sub(s, begin - 7, begin), "mailto:"))
		return false;
	if (sv_starts(rest, SV(">")))
		return true;
	while (blanks < rest.n && blanks < BLANKS_MAX &&
	       sv_is_space(rest.p[blanks]))
		blanks++;
	rest = sv_from(rest, blanks);
	while (n < rest.n && sv_is_alnum(rest.p[n]) && !sv_is_digit(rest.p[n]))
		n++;
	return blanks && n >= 2 && n <= FIELD_BYTES_MAX && n < rest.n &&
	       rest.p[n] == ':' && !is_phone_word(rest);
}

bool
email_is_in_url(struct sv s, size_t at)
{
	size_t from = at;

	while (from > 0 && at - from < URL_TAIL_MAX + 8 &&
	       !sv_is_space(s.p[from - 1]))
		from--;
	s = sv_sub(s, from, at);
	return sv_ifind(s, SV("http://")) != SV_NOT_FOUND ||
	       sv_ifind(s, SV("https://")) != SV_NOT_FOUND;
}
