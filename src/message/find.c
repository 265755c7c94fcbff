/* SPDX-License-Identifier: Apache-2.0 */
/*
 * URLs and mail addresses in text that a person reads. The text is cut into
 * tokens at what ends a URL; most tokens are passed over at once, because
 * nothing in them can be part of a URL. In the others, runs of characters of
 * host names are looked at, with what stands around them.
 */
#include "message/find.h"
#include "base/utf8.h"

/* ---- tokens ---- */

enum { TOKEN_BYTES_MAX = 2 * URL_BYTES_MAX };

enum { PLAIN, DELIMITER, SPACE, OPEN, DOT, COLON, AT, LOOK };

static const unsigned char byte_class[256] = {
	['\0' ... 0x1f] = DELIMITER,
	[0x7f] = DELIMITER,
	['<'] = DELIMITER,
	['>'] = DELIMITER,
	['"'] = DELIMITER,
	['`'] = DELIMITER,
	['}'] = DELIMITER,
	[']'] = DELIMITER,
	['|'] = DELIMITER,
	[' '] = SPACE,
	['('] = OPEN,
	['['] = OPEN,
	['{'] = OPEN,
	['.'] = DOT,
	[':'] = COLON,
	['@'] = AT,
	/* Lead bytes of the characters url_char_read() tells apart. */
	[0xc2] = LOOK,
	[0xcd] = LOOK,
	[0xd8] = LOOK,
	[0xe1] = LOOK,
	[0xe2] = LOOK,
	[0xe3] = LOOK,
	[0xef] = LOOK,
};

static unsigned
class_at(struct sv s, size_t i)
{
	return i < s.n ? byte_class[(unsigned char)s.p[i]] : DELIMITER;
}

/* A piece of text without delimiters. */
struct token {
	struct reader *r;
	int part;
	struct sv raw;       /* as it stands */
	struct sv text;      /* the same with separators and characters as
	                        they are meant */
	const uint16_t *map; /* offset in raw of each byte of text; NULL when
	                        they are the same */
	size_t done;         /* bytes of text that belong to what was found */
};

/* ---- what was found ---- */

/* The bytes of the token as they stand. */
static struct sv
raw_slice(const struct token *t, size_t from, size_t to)
{
	size_t width;

	if (!t->map || from == to)
		return sv_sub(t->raw, from, to);
	(void)url_char_read(sv_from(t->raw, t->map[to - 1]), &width);
	return sv_sub(t->raw, t->map[from], t->map[to - 1] + width);
}

/* What a client leaves off the end of a URL: a ")" that no "(" opened, and
 * what ends a sentence. */
static size_t
trim_end(struct sv s, size_t from, size_t to)
{
	size_t open = 0, close = 0;

	for (size_t i = from; i < to; i++) {
		open += s.p[i] == '(';
		close += s.p[i] == ')';
		if (close > open)
			to = i;
	}
	while (to > from && strchr(".,:;!?'*~^(", s.p[to - 1]))
		to--;
	return to;
}

/* Where characters that stand beside a name begin, when before them is a
 * whole one: "http://example.org" followed by Chinese text. */
static size_t
host_end(struct sv s, size_t from, size_t to)
{
	size_t width;

	for (size_t i = from; i < to && i < from + URL_HOST_BYTES_MAX &&
	                      !strchr("/?#:\\", s.p[i]);
	     i += width)
		if (url_char_read(sv_from(s, i), &width) == URL_CHAR_APART &&
		    i > from && sv_is_alnum(s.p[i - 1]) &&
		    url_host_is_known(sv_sub(s, from, i)))
			return i;
	return to;
}

/* Adds the URL from `from` to the end of the token; its host is at `host`.
 * `scheme` is what it lacks; `instead` is the scheme it means, if
 * it has another one. */
static void
add_url(struct token *t, size_t from, size_t host, const char *scheme,
        const char *instead)
{
	struct sv text = t->text, clean;
	size_t to =
	    text.n - from > URL_BYTES_MAX ? from + URL_BYTES_MAX : text.n;
	size_t end;

	to = host_end(text, host, to);
	end = trim_end(text, from, to);
	t->r->url_work += end - from;
	t->done = end > host ? end : host;
	if (end <= host)
		return;
	clean = sv_sub(text, from, end);
	if (instead)
		clean = ARENA_JOIN(t->r->arena, sv_str(instead), SV("://"),
		                   sv_sub(text, host, end));
	url_add_text(t->r, t->part, scheme, raw_slice(t, from, end), clean);
}

/* ---- runs of host characters ---- */

static const bool is_host_byte[256] = {
	['0' ... '9'] = true, ['A' ... 'Z'] = true, ['a' ... 'z'] = true,
	['-'] = true,         ['.'] = true,         ['_'] = true,
};

static size_t
host_char_bytes(struct sv s)
{
	size_t width;

	if ((unsigned char)s.p[0] < 0x80)
		return is_host_byte[(unsigned char)s.p[0]];
	return url_char_read(s, &width) == URL_CHAR_PLAIN ? width : 0;
}

static bool
is_at(const struct token *t, size_t i, char c)
{
	return i < t->text.n && t->text.p[i] == c;
}

static bool
is_slash_at(const struct token *t, size_t i)
{
	return is_at(t, i, '/') || is_at(t, i, '\\');
}

/* The scheme that ends at `to`, before a colon, as it is meant; `*ret_from`
 * is where it begins. */
static const char *
scheme_before(const struct token *t, size_t from, size_t to, size_t *ret_from)
{
	static const struct {
		const char *text, *means;
	} schemes[] = {
		{ "http", "http" },     { "https", "https" },
		{ "ftp", "ftp" },       { "hxxp", "http" },
		{ "hxxps", "https" },   { "h__p", "http" },
		{ "h__ps", "https" },   { "h**p", "http" },
		{ "h**ps", "https" },   { "fxp", "ftp" },
		{ "mailto", "mailto" },
	};
	struct sv text = sv_sub(t->text, 0, to);

	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		struct sv scheme = sv_str(schemes[i].text);
		size_t at = to - scheme.n;

		if (to < scheme.n + t->done || !sv_iends(text, scheme) ||
		    (at > 0 && sv_is_alnum(text.p[at - 1])) ||
		    (at < from && scheme.p[1] != '*'))
			continue;
		*ret_from = at;
		return schemes[i].means;
	}
	return NULL;
}

enum { LOCAL_BYTES_MAX = 256 }; /* four times RFC 5321 section 4.5.3.1.1 */

/* "mailto:" before what is an address. */
static bool
is_address_at(const struct token *t, size_t from)
{
	struct sv rest = sv_sub(t->text, from, from + LOCAL_BYTES_MAX);
	size_t at = sv_find_char(rest, '@'), end;

	if (at == SV_NOT_FOUND || at == 0)
		return false;
	t->r->url_work += at;
	from += at + 1;
	for (end = from; end < t->text.n; end++)
		if (!host_char_bytes(sv_from(t->text, end)))
			break;
	while (end > from && strchr(".-_", t->text.p[end - 1]))
		end--;
	return url_host_is_known(sv_sub(t->text, from, end));
}

/* "http://..." whose scheme ends at `to`. */
static bool
find_scheme(struct token *t, size_t from, size_t to)
{
	const char *scheme;
	size_t start, host = to + 1;

	if (!is_at(t, to, ':'))
		return false;
	scheme = scheme_before(t, from, to, &start);
	if (!scheme)
		return false;
	if (strcmp(scheme, "mailto") == 0) {
		if (!is_address_at(t, host))
			return false;
		add_url(t, start, host, "", NULL);
		return true;
	}
	if (!is_slash_at(t, host))
		return false;
	while (is_slash_at(t, host))
		host++;
	if (sv_ieq_str(sv_sub(t->text, start, to), scheme))
		scheme = NULL;
	add_url(t, start, host, "", scheme);
	return true;
}

static bool
is_local_char(char c)
{
	return sv_is_alnum(c) || (c && strchr("._-+=%&$!#*/?^~", c));
}

/* "git@example.org:path", "a@example.org/path": of the file names and
 * identifiers that have an "@" in them. */
static bool
is_path_at(const struct token *t, size_t at)
{
	return is_slash_at(t, at) || (is_at(t, at, ':') && at + 1 < t->text.n &&
	                              sv_is_alnum(t->text.p[at + 1]));
}

/* "name@example.org" whose domain is from `from` to `to`. */
static void
find_address(struct token *t, size_t from, size_t to)
{
	size_t start = from - 1;

	while (start > t->done && from - start < LOCAL_BYTES_MAX &&
	       is_local_char(t->text.p[start - 1]))
		start--;
	t->r->url_work += from - start;
	while (start < from - 1 && strchr(".-/", t->text.p[start]))
		start++;
	if (start == from - 1 || (start > 0 && is_at(t, start - 1, '@')) ||
	    is_path_at(t, to) || !url_host_is_known(sv_sub(t->text, from, to)))
		return;
	t->done = to;
	url_add_text(t->r, t->part, "mailto:", raw_slice(t, start, to),
	             sv_sub(t->text, start, to));
}

static struct sv
last_label(struct sv name)
{
	size_t at = name.n;

	while (at > 0 && name.p[at - 1] != '.')
		at--;
	return sv_from(name, at);
}

/* Top-level domains that are also endings of file names, or words that follow
 * a full stop without a space: too little to tell a name from. */
static bool
is_doubtful(struct sv name)
{
	static const char *const doubtful[] = {
		"ad",    "ai",   "am", "app", "as",  "at", "bb", "be", "by",
		"cc",    "dev",  "do", "foo", "id",  "in", "is", "it", "la",
		"lds",   "md",   "me", "mk",  "mov", "ms", "my", "no", "of",
		"media", "name", "pl", "pm",  "ps",  "py", "rs", "sd", "sh",
		"so",    "st",   "to", "us",  "zip",
	};
	name = last_label(name);
	for (size_t i = 0; i < sizeof doubtful / sizeof *doubtful; i++)
		if (sv_ieq_str(name, doubtful[i]))
			return true;
	return false;
}

/* Nobody writes a top-level domain in capitals where the rest of the name is
 * out of the ordinary: a new sentence begins there. */
static bool
is_capitalised(struct sv name)
{
	name = last_label(name);
	return name.n && name.p[0] >= 'A' && name.p[0] <= 'Z';
}

/* Whether a bare name may end at `to`: nothing follows but a path, a port or
 * what ends a sentence. */
static bool
is_bare_end(const struct token *t, size_t from, size_t to)
{
	struct sv name = sv_sub(t->text, from, to);

	while (is_at(t, to, '.'))
		to++;
	if (to == t->text.n || t->text.p[to] == '/' ||
	    (is_at(t, to, ':') && to + 1 < t->text.n &&
	     sv_is_digit(t->text.p[to + 1])))
		return true;
	if ((unsigned char)t->text.p[to] >= 0x80)
		return true;
	while (to < t->text.n && strchr(".,:;!?)'", t->text.p[to]))
		to++;
	return to == t->text.n && !is_doubtful(name);
}

static size_t
digits(struct sv s)
{
	size_t n = 0;

	while (n < s.n && sv_is_digit(s.p[n]))
		n++;
	return n;
}

/* Names that say what they are: "www.", "www2.", "ftp.". */
static const char *
scheme_of_name(struct sv name)
{
	if (sv_istarts(name, SV("ftp.")))
		return "ftp://";
	if (sv_istarts(name, SV("www"))) {
		size_t n = 3 + digits(sv_sub(name, 3, 5));

		if (n < name.n && name.p[n] == '.')
			return "http://";
	}
	return NULL;
}

/* Whether a bare name may begin at `at`: not behind a percent sign or in the
 * middle of a word. */
static bool
can_begin(const struct token *t, size_t at)
{
	struct sv text = t->text;
	size_t before = at, width;

	if (at == 0 || text.p[at - 1] == '%')
		return at == 0;
	if ((unsigned char)text.p[at - 1] < 0x80)
		return true;
	do
		before--;
	while (before > 0 && at - before < 4 &&
	       ((unsigned char)text.p[before] & 0xc0) == 0x80);
	return url_char_read(sv_from(text, before), &width) != URL_CHAR_PLAIN;
}

/* "www.example.org/x", "example.org/x". */
static void
find_name(struct token *t, size_t from, size_t to)
{
	bool is_clean = sv_is_alnum(t->text.p[from]) ||
	                (unsigned char)t->text.p[from] >= 0x80;
	const char *scheme;

	while (from < to && !is_clean && strchr(".-_", t->text.p[from]))
		from++;
	scheme = scheme_of_name(sv_sub(t->text, from, to));
	if (!scheme && (!is_clean || !can_begin(t, from) ||
	                (t->map && is_capitalised(sv_sub(t->text, from, to))) ||
	                !is_bare_end(t, from, to)))
		return;
	if (url_host_is_known(sv_sub(t->text, from, to)))
		add_url(t, from, from, scheme ? scheme : "http://", NULL);
}

/* Whether a name with letters beyond ASCII is written as one: symbols are no
 * letters. */
static bool
is_idn(struct sv name)
{
	size_t width;

	if (is_capitalised(name))
		return false;
	for (struct sv rest = name; rest.n; rest = sv_from(rest, width)) {
		uint32_t code = 'a';

		width = utf8_width(rest);
		if (width > 1)
			code = utf8_code(rest, width);
		if (width == 0 || (code >= 0x80 && code < 0xc0) ||
		    code == 0xd7 || code == 0xf7)
			return false;
	}
	return url_host_is_known(name);
}

/* A run, or one of the pieces of it, that has no scheme. */
static void
find_schemeless(struct token *t, size_t from, size_t to)
{
	while (to > from && strchr(".-_", t->text.p[to - 1]))
		to--;
	if (to - from < 4 ||
	    sv_find_char(sv_sub(t->text, from, to), '.') == SV_NOT_FOUND)
		return;
	if (from > t->done + 1 && is_at(t, from - 1, '@') &&
	    (is_local_char(t->text.p[from - 2]) || is_at(t, from - 2, '@')))
		find_address(t, from, to);
	else
		find_name(t, from, to);
}

static void
find_in_run(struct token *t, size_t from, size_t to)
{
	size_t ascii = 0, start = from;

	if (find_scheme(t, from, to) || is_at(t, to, '@'))
		return;
	for (size_t i = from; i < to; i++)
		ascii += (unsigned char)t->text.p[i] < 0x80;
	if (ascii == to - from || is_idn(sv_sub(t->text, from, to))) {
		find_schemeless(t, from, to);
		return;
	}
	/* Words of another script around a name. */
	for (size_t i = from; i <= to; i++) {
		if (i < to && (unsigned char)t->text.p[i] < 0x80)
			continue;
		if (i > start && start >= t->done)
			find_schemeless(t, start, i);
		start = i + 1;
	}
}

static void
find_in_text(struct token *t)
{
	size_t i = 0;

	while (i < t->text.n && !t->r->urls_full) {
		size_t from = i, width;

		while (i < t->text.n &&
		       (width = host_char_bytes(sv_from(t->text, i))) > 0)
			i += width;
		if (i > from)
			find_in_run(t, from, i);
		else
			(void)url_char_read(sv_from(t->text, i), &width);
		if (i == from)
			i += width;
		if (i < t->done)
			i = t->done;
	}
}

/* ---- tokens that are not what they seem ---- */

/* Writes the token as it is meant, and where each byte comes from. */
static void
rebuild(struct token *t)
{
	char *out = arena_alloc(t->r->arena, t->raw.n + 1);
	uint16_t *map = ARENA_ARRAY(t->r->arena, uint16_t, t->raw.n + 1);
	struct separator separator;
	size_t n = 0, width;

	for (size_t i = 0; i < t->raw.n; i += width) {
		size_t before = n;
		unsigned class = class_at(t->raw, i);

		if ((class == SPACE || class == OPEN) &&
		    separator_read(t->raw, i, &separator)) {
			width = separator.bytes;
			for (const char *p = separator.means; *p; p++)
				out[n++] = *p;
		} else {
			n +=
			    url_char_write(sv_from(t->raw, i), &width, out + n);
		}
		for (; before < n; before++)
			map[before] = (uint16_t)i;
	}
	t->text = sv_make(out, n);
	t->map = map;
}

/* Where the next token ends, and whether it is worth a look. */
struct span {
	size_t end;
	bool is_marked;  /* has what every URL has */
	bool is_unclear; /* has to be rebuilt */
};

/* An ideographic full stop is one of a name only between letters. */
static bool
is_dot_of_name(struct sv text, size_t at, size_t width)
{
	size_t w;
	struct sv next = sv_from(text, at + width);
	bool is_wide = at >= 3 && url_char_read(sv_from(text, at - 3), &w) ==
	                              URL_CHAR_WIDE;

	if (at == 0 || next.n == 0 ||
	    (!sv_is_alnum(text.p[at - 1]) && !is_wide))
		return false;
	return sv_is_alnum(next.p[0]) ||
	       url_char_read(next, &w) == URL_CHAR_WIDE;
}

/* Reads on over the character at `*at` beyond ASCII; false when the token
 * ends there. */
static bool
look(struct sv text, size_t *at, struct span *span)
{
	size_t width;

	switch (url_char_read(sv_from(text, *at), &width)) {
	case URL_CHAR_STOP:
		return false;
	case URL_CHAR_DOT:
		if (!is_dot_of_name(text, *at, width))
			return false;
		span->is_marked = span->is_unclear = true;
		break;
	case URL_CHAR_WIDE:
	case URL_CHAR_INVISIBLE:
		span->is_unclear = true;
		break;
	default:
		break;
	}
	*at += width;
	return true;
}

static struct span
read_span(struct sv text, size_t start)
{
	struct span span = { 0 };
	struct separator separator;
	size_t i = start;

	text = sv_sub(text, 0, start + TOKEN_BYTES_MAX);
	for (;;) {
		unsigned class;

		while ((class = class_at(text, i)) == PLAIN)
			i++;
		if (class == DELIMITER)
			break;
		if (class == SPACE || class == OPEN) {
			if (i > start && separator_read(text, i, &separator)) {
				span.is_marked = span.is_unclear = true;
				i += separator.bytes;
			} else if (text.p[i] == '(') {
				i++;
			} else {
				break;
			}
		} else if (class == LOOK) {
			if (!look(text, &i, &span))
				break;
		} else {
			unsigned next = class_at(text, ++i);

			span.is_marked |=
			    class != COLON
				? next == PLAIN || next == LOOK
				: i < text.n &&
				      strchr("/\\", text.p[i]) != NULL;
		}
	}
	span.end = i;
	return span;
}

/* ---- the text ---- */

enum { WRAPPED_LINES_MAX = 8 };

/* "<http://example.org/a" at the end of a line, and "b>" on the next ones
 * (RFC 3986 appendix C): the whole URL, or "". */
static struct sv
join_lines(struct reader *r, struct sv text, size_t start, size_t end)
{
	size_t i = end, lines = 0;

	if (start == 0 || text.p[start - 1] != '<' ||
	    class_at(text, end) != DELIMITER ||
	    !sv_istarts(sv_from(text, start), SV("http")))
		return SV("");
	while (i < text.n && i - start < URL_BYTES_MAX && text.p[i] != '>') {
		unsigned class = class_at(text, i);

		if (text.p[i] == '\n' && ++lines == WRAPPED_LINES_MAX)
			return SV("");
		if (text.p[i] != '\n' && text.p[i] != '\r' && class != PLAIN &&
		    class != DOT && class != COLON && class != AT)
			return SV("");
		i++;
		r->url_work++;
	}
	if (lines == 0 || i == text.n || text.p[i] != '>')
		return SV("");
	return url_trim(r->arena, sv_sub(text, start, i));
}

static void
find_in_span(struct reader *r, int part, struct sv text, size_t start,
             const struct span *span)
{
	struct token t = { .r = r, .part = part };
	struct sv joined;

	if (span->end - start < 4 || (!span->is_marked && !span->is_unclear))
		return;
	t.raw = t.text = sv_sub(text, start, span->end);
	r->url_work += t.raw.n;
	joined = join_lines(r, text, start, span->end);
	if (joined.n) {
		t.raw = t.text = joined;
	} else if (span->is_unclear) {
		rebuild(&t);
	}
	find_in_text(&t);
}

/* ---- where to look ---- */

/* Bytes that no URL is without, and those some spellings have instead. */
static const bool is_sign[256] = {
	['.'] = true, [':'] = true, ['@'] = true,  ['('] = true,
	['['] = true, ['{'] = true, [0xe3] = true, [0xef] = true,
};

/* Whether there may be a URL around the sign at *at; moves *at back to the
 * space before it where that belongs to it. */
static bool
is_worth_a_look(struct sv text, size_t *at)
{
	struct separator separator;
	size_t i = *at, width;
	unsigned next = class_at(text, i + 1);
	bool after_space = i > 0 && text.p[i - 1] == ' ';

	switch (text.p[i]) {
	case '.':
		if (next != SPACE || !after_space)
			return next != SPACE && next != DELIMITER;
		*at = i - 1;
		return separator_read(text, i - 1, &separator);
	case ':':
		return i + 1 < text.n && strchr("/\\", text.p[i + 1]);
	case '@':
		return next != SPACE && next != DELIMITER;
	case '(':
	case '[':
	case '{':
		*at = i - after_space;
		return separator_read(text, *at, &separator);
	default:
		/* Kana begin with the same byte as the full stop. */
		return i + 2 < text.n && text.p[i + 1] != '\x81' &&
		       text.p[i + 1] != '\x82' && text.p[i + 1] != '\x83' &&
		       url_char_read(sv_from(text, i), &width) ==
		           URL_CHAR_DOT &&
		       is_dot_of_name(text, i, width);
	}
}

/* Where the text without spaces around `at` begins, not before `from`. */
static size_t
start_of(struct sv text, size_t from, size_t at)
{
	while (at > from) {
		unsigned class = class_at(text, at - 1);

		if (class == DELIMITER || class == SPACE ||
		    (class == OPEN && text.p[at - 1] != '('))
			break;
		at--;
	}
	return at;
}

/* Bytes of the delimiter at `at`. */
static size_t
delimiter_bytes(struct sv text, size_t at)
{
	unsigned class = class_at(text, at);
	size_t width;

	if (class != LOOK)
		return class != PLAIN;
	(void)url_char_read(sv_from(text, at), &width);
	return width;
}

void
url_find(struct reader *r, int part, struct sv text)
{
	size_t done = 0, i = 0, sign;

	while (i < text.n && !r->urls_full) {
		while (i < text.n && !is_sign[(unsigned char)text.p[i]])
			i++;
		sign = i;
		if (i == text.n || !is_worth_a_look(text, &sign) ||
		    sign < done) {
			i++;
			continue;
		}
		for (i = start_of(text, done, sign); i <= sign; i = done) {
			struct span span = read_span(text, i);

			find_in_span(r, part, text, i, &span);
			done = span.end + delimiter_bytes(text, span.end);
		}
	}
}
