/* SPDX-License-Identifier: Apache-2.0 */
/*
 * URIs in the paragraphs of the body, where SpamAssassin looks for them: what
 * begins with a scheme, "www." or "ftp.", addresses of mail, and host names
 * below a top-level domain that exists, with white space or a bracket behind.
 * Everything is told by bytes, as its expressions are.
 */
#include "message/uri.h"

#include "message/url.h"

enum {
	END = 1,      /* ends a URI */
	END_MAIL = 2, /* ends an address of mail, too */
	START = 4,    /* a URI may begin behind it, in whatever it stands */
	APART = 8,    /* a host name without scheme may begin behind it */
	WORD = 16,
	HOST = 32, /* in host names */
};

static const unsigned char byte_class[256] = {
	['\t' ... '\r'] = END | END_MAIL | START | APART,
	[' '] = END | END_MAIL | START | APART,
	[0x1b] = END | END_MAIL | START | APART,
	['<'] = END | END_MAIL | START | APART,
	['>'] = END | END_MAIL | START | APART,
	['"'] = END | END_MAIL | START | APART,
	['`'] = END | END_MAIL | START | APART,
	['{'] = END | END_MAIL | START | APART,
	['}'] = END | END_MAIL | APART,
	['['] = END | END_MAIL | START | APART,
	[']'] = END | END_MAIL | APART,
	['|'] = END | END_MAIL | START | APART,
	['('] = END_MAIL | START | APART,
	[','] = END_MAIL | START | APART,
	['\''] = END_MAIL | START | APART,
	['!'] = APART,
	['#'] = APART,
	['$'] = APART,
	['&'] = APART,
	[')'] = APART,
	['*'] = APART,
	['+'] = APART,
	['/'] = APART,
	[':'] = APART,
	[';'] = APART,
	['='] = APART,
	['?'] = APART,
	['@'] = APART,
	['\\'] = APART,
	['^'] = APART,
	['~'] = APART,
	['.'] = HOST,
	['-'] = HOST,
	['_'] = WORD | HOST,
	['0' ... '9'] = WORD | HOST,
	['A' ... 'Z'] = WORD | HOST,
	['a' ... 'z'] = WORD | HOST,
	[0x80 ... 0x9f] = END_MAIL,
	[0xa0] = END | END_MAIL | START | APART,
	[0xa1 ... 0xff] = END_MAIL,
};

static bool
is_at(struct sv s, size_t i, unsigned classes)
{
	return i < s.n && byte_class[(unsigned char)s.p[i]] & classes;
}

/* A token, and what is known of the runs of bytes in it. */
struct finder {
	struct reader *r;
	struct sv text;   /* the paragraph */
	size_t end;       /* of the token */
	size_t local_end; /* of the local part that was read last */
	size_t host_end;  /* of the run of bytes of host names, */
	size_t name_end;  /* and of the name in it; 0: its domain does not
	                     exist */
};

/* ---- what was found ---- */

/* Without a final ")" that nothing opens, and what ends a sentence. */
static struct sv
trim_end(struct sv s)
{
	size_t open = sv_find_char(s, '('), at = open < s.n ? open : s.n;

	while (at > 0 && s.p[at - 1] != ')')
		at--;
	if (at > 0)
		s.n = at - 1;
	while (s.n && s.p[s.n - 1] &&
	       strchr("-~!@#^&*()_+=:;'?,.", s.p[s.n - 1]))
		s.n--;
	return s;
}

/* "http:", "http://" with nothing behind */
static bool
is_scheme_alone(struct sv s)
{
	size_t n = 0;

	while (is_at(s, n, WORD))
		n++;
	return n > 0 && n < s.n && s.p[n] == ':' && s.n - n <= 3 &&
	       (s.n - n < 2 || s.p[n + 1] == '/') &&
	       (s.n - n < 3 || s.p[n + 2] == '/');
}

static bool
has_www(struct sv s)
{
	size_t n = 3;

	if (!sv_istarts(s, SV("www")))
		return false;
	while (n < 5 && n < s.n && sv_is_digit(s.p[n]))
		n++;
	return n < s.n && s.p[n] == '.';
}

/* A "/" before an "@": no address can be. */
static bool
has_slash_before_at(struct sv s)
{
	size_t slash = sv_find_char(s, '/');

	return slash != SV_NOT_FOUND &&
	       sv_find_char(sv_from(s, slash + 2), '@') != SV_NOT_FOUND;
}

/* "skype:", "email::" are no part of the address behind them. */
static struct sv
without_label(struct sv s)
{
	static const char *const labels[] = { "skype", "e-mail", "email",
		                              "-mail", "mail" };
	size_t n = 0;

	for (size_t i = 0; n == 0 && i < sizeof labels / sizeof *labels; i++)
		if (sv_istarts(s, sv_str(labels[i])))
			n = strlen(labels[i]);
	if (n >= s.n || s.p[n] != ':')
		return s;
	while (n < s.n && s.p[n] == ':')
		n++;
	return sv_from(s, n);
}

/* "ann@example.org": a dot must follow the "@", and one byte before it. */
static bool
has_dot_behind_at(struct sv s)
{
	size_t at = sv_find_char(s, '@');

	return at != SV_NOT_FOUND &&
	       sv_find_char(sv_from(s, at + 2), '.') != SV_NOT_FOUND;
}

static bool
has_known_scheme(struct sv s)
{
	return sv_istarts(s, SV("http:")) || sv_istarts(s, SV("https:")) ||
	       sv_istarts(s, SV("ftp:")) || sv_istarts(s, SV("mailto:"));
}

/* With its scheme; SV_NONE when it is none. */
static struct sv
complete(struct arena *a, struct sv raw, unsigned *types)
{
	const char *scheme;

	if (has_known_scheme(raw))
		return raw;
	*types |= URI_SCHEMELESS;
	if (sv_istarts(raw, SV("ftp."))) {
		scheme = "ftp://";
	} else if (has_www(raw) || has_slash_before_at(raw)) {
		scheme = "http://";
	} else if (sv_find_char(raw, '@') != SV_NOT_FOUND) {
		if (!has_dot_behind_at(raw) ||
		    sv_find(raw, SV("&nbsp;")) != SV_NOT_FOUND)
			return SV_NONE;
		raw = without_label(raw);
		scheme = "mailto:";
	} else {
		if (sv_find_char(raw, '.') == SV_NOT_FOUND)
			return SV_NONE;
		*types |= URI_UNLINKED;
		scheme = "http://";
	}
	return ARENA_JOIN(a, sv_str(scheme), raw);
}

/* "mailto:" with an address whose domain can be. */
static bool
can_be_mail(struct sv uri)
{
	size_t at = sv_find_char(uri, '@'), end;

	if (at == SV_NOT_FOUND)
		return false;
	uri = sv_from(uri, at + 1);
	for (end = 0; end < uri.n && uri.p[end] != '?' && uri.p[end] != '&' &&
	              uri.p[end] != '>';)
		end++;
	uri = sv_sub(uri, 0, end);
	while (sv_iends(uri, SV("%20")))
		uri.n -= 3;
	return url_host_has_tld(uri);
}

static void
found(struct finder *f, struct sv raw, bool is_mail)
{
	static char seen;
	struct reader *r = f->r;
	unsigned types = URI_PARSED;
	struct sv uri;

	raw = trim_end(raw);
	if (!r->uri_raw_seen)
		r->uri_raw_seen = map_new();
	if (map_set(r->uri_raw_seen, raw, &seen) ||
	    (is_mail && sv_find_char(raw, '@') == SV_NOT_FOUND) ||
	    sv_istarts(raw, SV("cid:")) || sv_istarts(raw, SV("mid:")) ||
	    is_scheme_alone(raw))
		return;
	uri = complete(r->arena, raw, &types);
	if (!uri.p)
		return;
	if (sv_istarts(uri, SV("mailto:"))) {
		uri = uri_unescape(r->arena, uri);
		if (!can_be_mail(uri))
			return;
	}
	uri_add(r, uri, types, true);
}

/* ---- where it stands ---- */

enum { BEHIND_SCHEME_MAX = 2048, MAIL_PART_MAX = 251, HOST_MAX = 252 };

/* Bytes of "http://", "www." and the like, or 0. */
static size_t
start_bytes(struct sv s)
{
	static const char *const starts[] = { "http://", "https://", "ftp://",
		                              "ftp." };
	char first = s.n ? sv_lower_char(s.p[0]) : '\0';

	if (first != 'h' && first != 'f' && first != 'w')
		return 0;
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		if (sv_istarts(s, sv_str(starts[i])))
			return strlen(starts[i]);
	return has_www(s) ? sv_find_char(s, '.') + 1 : 0;
}

/* These take where it may begin, and return where it ends, or 0. */

static size_t
scheme_end(const struct finder *f, size_t at)
{
	size_t n = start_bytes(sv_sub(f->text, at, f->end));

	return n > 0 && f->end > at + n && f->end - at - n <= BEHIND_SCHEME_MAX
	           ? f->end
	           : 0;
}

static size_t
mail_end(struct finder *f, size_t at)
{
	struct sv rest = sv_sub(f->text, at, f->end);
	size_t end = at + 7, start;

	if (sv_istarts(rest, SV("mailto:"))) {
		while (end < f->end && !is_at(f->text, end, END_MAIL))
			end++;
		if (end > at + 7 && end - at - 7 <= BEHIND_SCHEME_MAX)
			return end;
	}
	if (f->local_end < at || at == 0) {
		f->local_end = at;
		while (f->local_end < f->end &&
		       f->text.p[f->local_end] != '@' &&
		       !is_at(f->text, f->local_end, END_MAIL))
			f->local_end++;
	}
	start = f->local_end + 1;
	if (f->local_end == at || f->local_end - at > MAIL_PART_MAX ||
	    start >= f->end || f->text.p[f->local_end] != '@')
		return 0;
	for (end = start; end < f->end && !is_at(f->text, end, END_MAIL);)
		end++;
	return end > start && end - start <= MAIL_PART_MAX ? end : 0;
}

/* A final dot does not belong to the name, but it may stand there. */
static void
read_host(struct finder *f, size_t at)
{
	struct sv name;

	for (f->host_end = at; is_at(f->text, f->host_end, HOST);)
		f->host_end++;
	f->name_end = 0;
	name = sv_sub(f->text, at, f->host_end);
	if (name.n && name.p[name.n - 1] == '.')
		name.n--;
	if (url_host_has_tld(name))
		f->name_end = at + name.n;
}

static size_t
port_end(struct sv s, size_t at)
{
	size_t end = at + 1;

	if (at >= s.n || s.p[at] != ':')
		return at;
	while (end < s.n && end < at + 6 && sv_is_digit(s.p[end]))
		end++;
	return end > at + 1 ? end : at;
}

static size_t
host_uri_end(struct finder *f, size_t at, struct sv *ret_host)
{
	size_t end;

	if (!is_at(f->text, at, WORD) || f->text.p[at] == '_' ||
	    (at > 0 && !is_at(f->text, at - 1, APART)))
		return 0;
	if (f->host_end <= at)
		read_host(f, at);
	if (f->name_end <= at || f->name_end - at > HOST_MAX)
		return 0;
	*ret_host = sv_sub(f->text, at, f->name_end);
	end = port_end(sv_sub(f->text, 0, f->end), f->host_end);
	if (end + 1 < f->end && f->text.p[end] == '/')
		end = f->end;
	return end == f->end ? end : 0;
}

/* Whether a word begins or ends at `at`, or a URI may begin there anyway. */
static bool
can_start(struct sv s, size_t at)
{
	bool word = is_at(s, at, WORD);

	if (at == 0)
		return word;
	return word != is_at(s, at - 1, WORD) || is_at(s, at - 1, START) ||
	       (at > 2 && s.p[at - 3] == 0x1b && s.p[at - 2] == '(');
}

static void
find_in_token(struct finder *f, size_t at)
{
	struct sv host;
	size_t end;

	while (at < f->end) {
		if (!can_start(f->text, at)) {
			at++;
		} else if ((end = scheme_end(f, at)) > 0) {
			found(f, sv_sub(f->text, at, end), false);
			at = end;
		} else if ((end = mail_end(f, at)) > 0) {
			found(f, sv_sub(f->text, at, end), true);
			at = end;
		} else if ((end = host_uri_end(f, at, &host)) > 0) {
			if (url_host_is_fqdn(f->r->arena, host))
				found(f, sv_sub(f->text, at, end), false);
			at = end;
		} else {
			at++;
		}
	}
}

/* Bytes that no URI is without. */
static const bool is_sign[256] = { ['.'] = true, [':'] = true, ['@'] = true };

/* Whether the sign at `at` may stand in one. */
static bool
is_worth_a_look(struct sv text, size_t at)
{
	switch (text.p[at]) {
	case '@':
		return true;
	case ':':
		return at + 1 < text.n && text.p[at + 1] == '/';
	default:
		return is_at(text, at + 1, WORD);
	}
}

void
uri_find(struct reader *r, struct sv paragraph)
{
	struct finder f = { .r = r, .text = paragraph };
	size_t at = 0, start;

	while (at < paragraph.n) {
		while (at < paragraph.n &&
		       !is_sign[(unsigned char)paragraph.p[at]])
			at++;
		if (at == paragraph.n)
			return;
		if (!is_worth_a_look(paragraph, at)) {
			at++;
			continue;
		}
		for (start = at;
		     start > f.end && !is_at(paragraph, start - 1, END);)
			start--;
		for (f.end = at + 1;
		     f.end < paragraph.n && !is_at(paragraph, f.end, END);)
			f.end++;
		find_in_token(&f, start);
		at = f.end;
	}
}
