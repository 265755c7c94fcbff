/* SPDX-License-Identifier: Apache-2.0 */
/* Character references of HTML: numeric ones and the named ones in use. */
#include "base/utf8.h"
#include "message/charset.h"
#include "message/html.h"

/* Sorted by name (byte order). The Latin-1 ones and the five of markup are
 * also understood without a semicolon, as the standard has it. */
static const struct entity {
	const char *name;
	uint16_t code;
	bool bare; /* the semicolon may be missing */
} entities[] = {
	{ "AElig", 0xc6, true },     { "AMP", '&', true },
	{ "Aacute", 0xc1, true },    { "Acirc", 0xc2, true },
	{ "Agrave", 0xc0, true },    { "Alpha", 0x391, false },
	{ "Aring", 0xc5, true },     { "Atilde", 0xc3, true },
	{ "Auml", 0xc4, true },      { "Beta", 0x392, false },
	{ "COPY", 0xa9, true },      { "Ccedil", 0xc7, true },
	{ "Chi", 0x3a7, false },     { "Dagger", 0x2021, false },
	{ "Delta", 0x394, false },   { "ETH", 0xd0, true },
	{ "Eacute", 0xc9, true },    { "Ecirc", 0xca, true },
	{ "Egrave", 0xc8, true },    { "Epsilon", 0x395, false },
	{ "Eta", 0x397, false },     { "Euml", 0xcb, true },
	{ "GT", '>', true },         { "Gamma", 0x393, false },
	{ "Iacute", 0xcd, true },    { "Icirc", 0xce, true },
	{ "Igrave", 0xcc, true },    { "Iota", 0x399, false },
	{ "Iuml", 0xcf, true },      { "Kappa", 0x39a, false },
	{ "LT", '<', true },         { "Lambda", 0x39b, false },
	{ "Mu", 0x39c, false },      { "NewLine", '\n', false },
	{ "Ntilde", 0xd1, true },    { "Nu", 0x39d, false },
	{ "OElig", 0x152, false },   { "Oacute", 0xd3, true },
	{ "Ocirc", 0xd4, true },     { "Ograve", 0xd2, true },
	{ "Omega", 0x3a9, false },   { "Omicron", 0x39f, false },
	{ "Oslash", 0xd8, true },    { "Otilde", 0xd5, true },
	{ "Ouml", 0xd6, true },      { "Phi", 0x3a6, false },
	{ "Pi", 0x3a0, false },      { "Prime", 0x2033, false },
	{ "Psi", 0x3a8, false },     { "QUOT", '"', true },
	{ "REG", 0xae, true },       { "Rho", 0x3a1, false },
	{ "Scaron", 0x160, false },  { "Sigma", 0x3a3, false },
	{ "THORN", 0xde, true },     { "Tab", '\t', false },
	{ "Tau", 0x3a4, false },     { "Theta", 0x398, false },
	{ "Uacute", 0xda, true },    { "Ucirc", 0xdb, true },
	{ "Ugrave", 0xd9, true },    { "Upsilon", 0x3a5, false },
	{ "Uuml", 0xdc, true },      { "Xi", 0x39e, false },
	{ "Yacute", 0xdd, true },    { "Yuml", 0x178, false },
	{ "Zeta", 0x396, false },    { "aacute", 0xe1, true },
	{ "acirc", 0xe2, true },     { "acute", 0xb4, true },
	{ "aelig", 0xe6, true },     { "agrave", 0xe0, true },
	{ "alpha", 0x3b1, false },   { "amp", '&', true },
	{ "apos", '\'', false },     { "aring", 0xe5, true },
	{ "ast", '*', false },       { "atilde", 0xe3, true },
	{ "auml", 0xe4, true },      { "bdquo", 0x201e, false },
	{ "beta", 0x3b2, false },    { "brvbar", 0xa6, true },
	{ "bull", 0x2022, false },   { "ccedil", 0xe7, true },
	{ "cedil", 0xb8, true },     { "cent", 0xa2, true },
	{ "check", 0x2713, false },  { "chi", 0x3c7, false },
	{ "circ", 0x2c6, false },    { "colon", ':', false },
	{ "comma", ',', false },     { "commat", '@', false },
	{ "copy", 0xa9, true },      { "cross", 0x2717, false },
	{ "curren", 0xa4, true },    { "dagger", 0x2020, false },
	{ "darr", 0x2193, false },   { "deg", 0xb0, true },
	{ "delta", 0x3b4, false },   { "divide", 0xf7, true },
	{ "dollar", '$', false },    { "eacute", 0xe9, true },
	{ "ecirc", 0xea, true },     { "egrave", 0xe8, true },
	{ "emsp", 0x2003, false },   { "ensp", 0x2002, false },
	{ "epsilon", 0x3b5, false }, { "equals", '=', false },
	{ "eta", 0x3b7, false },     { "eth", 0xf0, true },
	{ "euml", 0xeb, true },      { "euro", 0x20ac, false },
	{ "excl", '!', false },      { "frac12", 0xbd, true },
	{ "frac14", 0xbc, true },    { "frac34", 0xbe, true },
	{ "gamma", 0x3b3, false },   { "ge", 0x2265, false },
	{ "gt", '>', true },         { "harr", 0x2194, false },
	{ "hearts", 0x2665, false }, { "hellip", 0x2026, false },
	{ "iacute", 0xed, true },    { "icirc", 0xee, true },
	{ "iexcl", 0xa1, true },     { "igrave", 0xec, true },
	{ "infin", 0x221e, false },  { "iota", 0x3b9, false },
	{ "iquest", 0xbf, true },    { "iuml", 0xef, true },
	{ "kappa", 0x3ba, false },   { "lambda", 0x3bb, false },
	{ "laquo", 0xab, true },     { "larr", 0x2190, false },
	{ "lbrace", '{', false },    { "lbrack", '[', false },
	{ "lcub", '{', false },      { "ldquo", 0x201c, false },
	{ "le", 0x2264, false },     { "lowbar", '_', false },
	{ "lpar", '(', false },      { "lrm", 0x200e, false },
	{ "lsaquo", 0x2039, false }, { "lsqb", '[', false },
	{ "lsquo", 0x2018, false },  { "lt", '<', true },
	{ "macr", 0xaf, true },      { "mdash", 0x2014, false },
	{ "micro", 0xb5, true },     { "middot", 0xb7, true },
	{ "minus", 0x2212, false },  { "mu", 0x3bc, false },
	{ "nbsp", 0xa0, true },      { "ndash", 0x2013, false },
	{ "ne", 0x2260, false },     { "not", 0xac, true },
	{ "ntilde", 0xf1, true },    { "nu", 0x3bd, false },
	{ "num", '#', false },       { "numsp", 0x2007, false },
	{ "oacute", 0xf3, true },    { "ocirc", 0xf4, true },
	{ "oelig", 0x153, false },   { "ograve", 0xf2, true },
	{ "omega", 0x3c9, false },   { "omicron", 0x3bf, false },
	{ "ordf", 0xaa, true },      { "ordm", 0xba, true },
	{ "oslash", 0xf8, true },    { "otilde", 0xf5, true },
	{ "ouml", 0xf6, true },      { "para", 0xb6, true },
	{ "percnt", '%', false },    { "period", '.', false },
	{ "phi", 0x3c6, false },     { "pi", 0x3c0, false },
	{ "plus", '+', false },      { "plusmn", 0xb1, true },
	{ "pound", 0xa3, true },     { "prime", 0x2032, false },
	{ "psi", 0x3c8, false },     { "quest", '?', false },
	{ "quot", '"', true },       { "raquo", 0xbb, true },
	{ "rarr", 0x2192, false },   { "rbrace", '}', false },
	{ "rbrack", ']', false },    { "rdquo", 0x201d, false },
	{ "reg", 0xae, true },       { "rho", 0x3c1, false },
	{ "rlm", 0x200f, false },    { "rpar", ')', false },
	{ "rsaquo", 0x203a, false }, { "rsqb", ']', false },
	{ "rsquo", 0x2019, false },  { "sbquo", 0x201a, false },
	{ "scaron", 0x161, false },  { "sect", 0xa7, true },
	{ "semi", ';', false },      { "shy", 0xad, true },
	{ "sigma", 0x3c3, false },   { "sigmaf", 0x3c2, false },
	{ "sol", '/', false },       { "star", 0x2606, false },
	{ "starf", 0x2605, false },  { "sup1", 0xb9, true },
	{ "sup2", 0xb2, true },      { "sup3", 0xb3, true },
	{ "szlig", 0xdf, true },     { "tau", 0x3c4, false },
	{ "theta", 0x3b8, false },   { "thinsp", 0x2009, false },
	{ "thorn", 0xfe, true },     { "tilde", 0x2dc, false },
	{ "times", 0xd7, true },     { "trade", 0x2122, false },
	{ "uacute", 0xfa, true },    { "uarr", 0x2191, false },
	{ "ucirc", 0xfb, true },     { "ugrave", 0xf9, true },
	{ "uml", 0xa8, true },       { "upsilon", 0x3c5, false },
	{ "uuml", 0xfc, true },      { "verbar", '|', false },
	{ "vert", '|', false },      { "xi", 0x3be, false },
	{ "yacute", 0xfd, true },    { "yen", 0xa5, true },
	{ "yuml", 0xff, true },      { "zeta", 0x3b6, false },
	{ "zwj", 0x200d, false },    { "zwnj", 0x200c, false },
};

enum { ENTITY_NAME_MAX = 8 };

static const struct entity *
find_entity(struct sv name)
{
	size_t low = 0, high = sizeof entities / sizeof *entities;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = sv_cmp(name, sv_str(entities[middle].name));

		if (order == 0)
			return &entities[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

/* Writes UTF-8; the caller's room is always enough (see entity_decode). */
static size_t
put_code(uint32_t code, char *out)
{
	struct buf b = { out, 0, 8, 7, false };

	utf8_add(&b, code);
	return b.n;
}

static size_t
decode_number(struct sv s, char *out, size_t *ret_out_n)
{
	bool hex = s.n > 2 && sv_lower_char(s.p[2]) == 'x';
	size_t start = hex ? 3 : 2, i = start;
	uint32_t code = 0;

	for (; i < s.n; i++) {
		char c = sv_lower_char(s.p[i]);
		unsigned digit =
		    c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'a' + 10);

		if (!sv_is_alnum(c) || digit >= (hex ? 16U : 10U))
			break;
		if (code < 0x110000)
			code = code * (hex ? 16 : 10) + digit;
	}
	if (i == start)
		return 0;
	if (code == 0)
		code = 0xfffd;
	else if (code < 0x100)
		code = windows_1252_code((unsigned char)code);
	*ret_out_n = put_code(code, out);
	return i < s.n && s.p[i] == ';' ? i + 1 : i;
}

size_t
entity_decode(struct sv s, bool in_attribute, char *out, size_t *ret_out_n)
{
	const struct entity *e;
	size_t n = 1;

	if (s.n > 2 && s.p[1] == '#')
		return decode_number(s, out, ret_out_n);
	while (n < s.n && n <= ENTITY_NAME_MAX && sv_is_alnum(s.p[n]))
		n++;
	if (n < s.n && s.p[n] == ';' &&
	    (e = find_entity(sv_sub(s, 1, n))) != NULL) {
		*ret_out_n = put_code(e->code, out);
		return n + 1;
	}
	/* The longest name that needs no semicolon: "&copy2" is "(c)2". */
	for (; n > 2; n--) {
		e = find_entity(sv_sub(s, 1, n));
		if (!e || !e->bare)
			continue;
		if (in_attribute && n < s.n &&
		    (s.p[n] == '=' || sv_is_alnum(s.p[n])))
			return 0; /* "?a=1&copy=2" is a query */
		*ret_out_n = put_code(e->code, out);
		return n;
	}
	return 0;
}
