/* SPDX-License-Identifier: Apache-2.0 */
#include "message/address.h"

#include "message/url.h"

/* Trying to read one mailbox goes back and forth in its angle brackets. */
enum { WORK_MAX = 64 * 1024 };

/* ---- pieces ---- */

/* The functions from here on take a text and where to begin in it, and return
 * where the piece ends, or NONE when there is none. */
static const size_t NONE = SIZE_MAX;

enum {
	ENDS_ADDRESS = 1, /* what an address without quotes cannot hold */
	ENDS_WORDS = 2,   /* nor a name */
	ENDS_GROUP = 4,   /* nor the name of a group */
};

static const unsigned char byte_class[256] = {
	['\t' ... '\r'] = ENDS_ADDRESS,
	[' '] = ENDS_ADDRESS,
	['<'] = ENDS_ADDRESS | ENDS_WORDS | ENDS_GROUP,
	['>'] = ENDS_ADDRESS | ENDS_GROUP,
	['('] = ENDS_ADDRESS | ENDS_GROUP,
	[')'] = ENDS_ADDRESS | ENDS_GROUP,
	['['] = ENDS_ADDRESS,
	[']'] = ENDS_ADDRESS,
	[':'] = ENDS_ADDRESS,
	[','] = ENDS_ADDRESS | ENDS_WORDS,
	[';'] = ENDS_ADDRESS | ENDS_WORDS,
	['"'] = ENDS_WORDS | ENDS_GROUP,
};

static bool
is_class(char c, unsigned classes)
{
	return byte_class[(unsigned char)c] & classes;
}

static size_t
skip_space(struct sv s, size_t at)
{
	while (at < s.n && sv_is_space(s.p[at]))
		at++;
	return at;
}

static bool
is_at(struct sv s, size_t at, char c)
{
	return at < s.n && s.p[at] == c;
}

/* "..." with what a backslash protects, but a line end. */
static size_t
quoted_end(struct sv s, size_t at)
{
	if (!is_at(s, at, '"'))
		return NONE;
	for (at++; at < s.n && s.p[at] != '"'; at++)
		if (s.p[at] == '\\' && (++at == s.n || s.p[at] == '\n'))
			return NONE;
	return at < s.n ? at + 1 : NONE;
}

/* (...), without another one in it. */
static size_t
comment_end(struct sv s, size_t at)
{
	if (!is_at(s, at, '('))
		return NONE;
	for (at++; at < s.n && s.p[at] != ')'; at++) {
		if (s.p[at] == '(')
			return NONE;
		if (s.p[at] == '\\' && (++at == s.n || s.p[at] == '\n'))
			return NONE;
	}
	return at < s.n ? at + 1 : NONE;
}

static size_t
domain_end(struct sv s, size_t at)
{
	size_t start = at;

	while (at < s.n && s.p[at] != '"' && !is_class(s.p[at], ENDS_ADDRESS))
		at++;
	if (at > start)
		return at;
	if (!is_at(s, at, '['))
		return NONE;
	for (at++; at < s.n &&
	           (sv_is_digit(s.p[at]) || s.p[at] == ':' || s.p[at] == '.');)
		at++;
	return at > start + 1 && is_at(s, at, ']') ? at + 1 : NONE;
}

/* user@domain, or "user"@domain. */
static size_t
address_end(struct sv s, size_t at)
{
	size_t end = quoted_end(s, at);

	if (end == NONE || !is_at(s, end, '@')) {
		for (end = at; end < s.n && s.p[end] != '@' &&
		               !is_class(s.p[end], ENDS_ADDRESS);)
			end++;
		if (end == at || !is_at(s, end, '@'))
			return NONE;
	}
	return domain_end(s, end + 1);
}

/* One quoted string, or words up to what ends a name. */
static size_t
words_end(struct sv s, size_t at)
{
	size_t start = at;

	if (is_at(s, at, '"'))
		return quoted_end(s, at);
	while (at < s.n && !is_class(s.p[at], ENDS_WORDS))
		at++;
	return at > start ? at : NONE;
}

/* What ends a mailbox: a comma or semicolon, or the end of all. Before it may
 * be a comment. */
static size_t
mailbox_end(struct sv s, size_t at, struct sv *ret_comment)
{
	size_t start = skip_space(s, at), end = comment_end(s, start), ends[2];

	ends[0] = end == NONE ? NONE : skip_space(s, end);
	ends[1] = start;
	for (int i = 0; i < 2; i++) {
		if (ends[i] == NONE || (ends[i] < s.n && s.p[ends[i]] != ',' &&
		                        s.p[ends[i]] != ';'))
			continue;
		*ret_comment = i == 0 ? sv_sub(s, start + 1, end - 1) : SV_NONE;
		return ends[i] < s.n ? ends[i] + 1 : s.n;
	}
	return NONE;
}

/* ---- one mailbox ---- */

/* A mailbox as it stands; SV_NONE is what it does not have. */
struct mailbox {
	struct sv phrase, angle, bare, comment;
	size_t end;
};

/* Where "<...>", which writers sometimes repeat, ends for the last time. */
static size_t
repeated_end(struct address_list *list, struct sv s, size_t at)
{
	size_t open = skip_space(s, at), end;

	while (is_at(s, open, '<')) {
		end = open + 1;
		while (end < s.n && !sv_is_space(s.p[end]))
			end++;
		list->work += (unsigned)(end - open);
		while (end > open && s.p[end - 1] != '>')
			end--;
		if (end == open)
			break;
		at = end;
		open = skip_space(s, at);
	}
	return at;
}

/* Reads "<...>" from its "<" on, up to the end of the mailbox. A ">" may stand
 * within: the last one counts behind which the mailbox can end. */
static bool
read_angle(struct address_list *list, struct sv s, size_t at,
           struct mailbox *ret)
{
	size_t start = skip_space(s, at + 1), user, word;

	for (user = start; user < s.n && s.p[user] != '>' && s.p[user] != '@';)
		user++;
	for (;; user--) {
		for (word = user; word < s.n && !sv_is_space(s.p[word]);)
			word++;
		list->work += (unsigned)(word - user);
		if (list->work > WORK_MAX)
			return false;
		for (; word > user; word--) {
			size_t close = skip_space(s, word);

			if (!is_at(s, close, '>'))
				continue;
			ret->angle = sv_sub(s, start, word);
			ret->end = mailbox_end(
			    s, repeated_end(list, s, close + 1), &ret->comment);
			if (ret->end == NONE)
				ret->end =
				    mailbox_end(s, close + 1, &ret->comment);
			if (ret->end != NONE)
				return true;
		}
		if (user == start)
			break;
	}
	ret->angle = SV("");
	if (!is_at(s, start, '>'))
		return false;
	ret->end =
	    mailbox_end(s, repeated_end(list, s, start + 1), &ret->comment);
	return ret->end != NONE;
}

enum { WORDS_MAX = 64 };

/* A name, and where it may end. */
struct phrase {
	size_t ends[WORDS_MAX];
	size_t n;
};

static void
read_phrase(struct sv s, size_t at, struct phrase *ret)
{
	for (ret->n = 0; ret->n < WORDS_MAX; ret->n++) {
		at = words_end(s, at);
		if (at == NONE)
			break;
		ret->ends[ret->n] = at;
	}
}

/* Reads the mailbox that begins at `at`: a name and an address in brackets, or
 * an address, or a name. */
static bool
read_mailbox_at(struct address_list *list, size_t at, struct mailbox *ret)
{
	struct sv s = list->rest;
	struct phrase phrase;
	size_t end;

	read_phrase(s, at, &phrase);
	*ret = (struct mailbox){ 0 };
	for (size_t n = phrase.n; n > 0; n--) {
		end = skip_space(s, phrase.ends[n - 1]);
		ret->phrase = sv_sub(s, at, phrase.ends[n - 1]);
		if (is_at(s, end, '<') && read_angle(list, s, end, ret))
			return true;
	}
	*ret = (struct mailbox){ 0 };
	if (is_at(s, at, '<') && read_angle(list, s, at, ret))
		return true;
	*ret = (struct mailbox){ 0 };
	end = address_end(s, at);
	if (end != NONE) {
		ret->bare = sv_sub(s, at, end);
		ret->end = mailbox_end(s, end, &ret->comment);
		if (ret->end != NONE)
			return true;
	}
	*ret = (struct mailbox){ 0 };
	for (size_t n = phrase.n; n > 0; n--) {
		ret->phrase = sv_sub(s, at, phrase.ends[n - 1]);
		ret->end = mailbox_end(s, phrase.ends[n - 1], &ret->comment);
		if (ret->end != NONE)
			return true;
	}
	return false;
}

static bool
read_mailbox(struct address_list *list, struct mailbox *ret)
{
	size_t at = skip_space(list->rest, 0);

	if (read_mailbox_at(list, at, ret))
		return true;
	return at > 0 && read_mailbox_at(list, at - 1, ret);
}

/* ---- what it means ---- */

static struct sv
without_comments(struct arena *a, struct sv s)
{
	char *out;
	size_t n = 0, end;

	if (sv_find_char(s, '(') == SV_NOT_FOUND)
		return s;
	out = arena_alloc(a, s.n);
	for (size_t i = 0; i < s.n;) {
		end = comment_end(s, i);
		if (end == NONE)
			out[n++] = s.p[i++];
		else
			i = end;
	}
	return sv_make(out, n);
}

/* The name with quotes, what they protect, and comments resolved. */
static struct sv
read_name(struct arena *a, struct sv phrase)
{
	char *out = arena_alloc(a, phrase.n + 1);
	size_t n = 0, end;
	struct sv words;

	for (size_t i = 0; i < phrase.n; i = end) {
		end = words_end(phrase, i);
		if (end == NONE) { /* a quote alone */
			end = i + 1;
			continue;
		}
		words = sv_sub(phrase, i, end);
		if (words.p[0] != '"') {
			words = without_comments(a, words);
			memcpy(out + n, words.p, words.n);
			n += words.n;
			continue;
		}
		for (size_t j = 1; j + 1 < words.n; j++)
			if (words.p[j] != '\\')
				out[n++] = words.p[j];
	}
	return sv_make(out, n);
}

static bool
can_be_address(struct sv s)
{
	size_t quotes = 0;

	for (size_t i = 0; i < s.n; i++)
		quotes += s.p[i] == '"';
	return address_end(s, 0) == s.n && quotes != 1 &&
	       !sv_starts(s, SV("\"\"@"));
}

/* Up to a second "@". */
static struct sv
one_address(struct sv s)
{
	size_t at = sv_find_char(s, '@');
	size_t second = sv_find_char(sv_from(s, at + 1), '@');

	return second == SV_NOT_FOUND ? s : sv_sub(s, 0, at + 1 + second);
}

static bool
has_good_host(struct arena *a, struct sv address)
{
	return url_host_is_fqdn(
	    a, sv_from(address, sv_find_char(address, '@') + 1));
}

static void
conclude(struct arena *a, const struct mailbox *m, struct address *ret)
{
	struct sv addr = m->angle.p ? without_comments(a, m->angle) : m->bare;

	*ret = (struct address){ SV_NONE, SV_NONE };
	if (addr.n && can_be_address(addr))
		ret->addr = addr;
	if (m->phrase.p)
		ret->name = read_name(a, m->phrase);
	if (!ret->addr.p && ret->name.n && can_be_address(ret->name) &&
	    has_good_host(a, one_address(ret->name))) {
		ret->addr = ret->name;
		ret->name = SV_NONE;
	} else if (ret->name.n == 0 ||
	           (ret->addr.p && sv_eq(ret->name, ret->addr))) {
		ret->name = SV_NONE;
	}
	if (!ret->name.p)
		ret->name = m->comment;
	if (ret->addr.p)
		ret->addr = one_address(ret->addr);
}

/* ---- the list ---- */

/* Without what would only be in the way: white space at the end, backslashes
 * that protect backslashes, the name of a group. */
static void
begin(struct address_list *list, struct arena *a)
{
	struct sv s = list->rest;
	size_t colon = 0, n = 0;
	char *out;

	while (s.n && sv_is_space(s.p[s.n - 1]))
		s.n--;
	if (sv_find(s, SV("\\\\")) != SV_NOT_FOUND) {
		out = arena_alloc(a, s.n);
		for (size_t i = 0; i < s.n; i++) {
			if (sv_starts(sv_from(s, i), SV("\\\\")))
				i++;
			else
				out[n++] = s.p[i];
		}
		s = sv_make(out, n);
	}
	for (size_t i = 0; i < s.n && !is_class(s.p[i], ENDS_GROUP); i++)
		if (s.p[i] == ':' && i > 0)
			colon = i + 1;
	if (colon)
		s = sv_from(s, skip_space(s, colon));
	if (colon && is_at(s, 0, ';')) /* an empty group */
		s = SV("");
	list->rest = s;
	list->has_begun = true;
}

/* In what could not be read, an address in brackets is one all the same. */
static bool
next_leftover(struct address_list *list, struct address *ret)
{
	size_t open, end;
	struct sv found;

	while ((open = sv_find_char(list->rest, '<')) != SV_NOT_FOUND) {
		list->rest = sv_from(list->rest, open + 1);
		end = address_end(list->rest, 0);
		if (end == NONE || !is_at(list->rest, end, '>'))
			continue;
		found = sv_sub(list->rest, 0, end);
		list->rest = sv_from(list->rest, end + 1);
		if (!can_be_address(found))
			continue;
		*ret = (struct address){ SV_NONE, one_address(found) };
		return true;
	}
	return false;
}

bool
address_next(struct address_list *list, struct arena *a, struct address *ret)
{
	struct mailbox mailbox;

	if (!list->has_begun)
		begin(list, a);
	while (!list->is_leftover && read_mailbox(list, &mailbox)) {
		list->rest = sv_from(list->rest, mailbox.end);
		conclude(a, &mailbox, ret);
		if (ret->name.p || ret->addr.p)
			return true;
	}
	list->is_leftover = true;
	return next_leftover(list, ret);
}

struct sv
message_id_parse(struct sv value)
{
	size_t open = sv_find_char(value, '<'), close;

	if (open != SV_NOT_FOUND) {
		value = sv_from(value, open + 1);
		close = sv_find_char(value, '>');
		return sv_trim(sv_sub(value, 0, close));
	}
	/* Without brackets, the first word that could be one. */
	for (struct sv word; sv_word(&value, &word);)
		if (sv_find_char(word, '@') != SV_NOT_FOUND)
			return word;
	return SV("");
}
