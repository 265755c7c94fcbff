/* SPDX-License-Identifier: Apache-2.0 */
#include "maker.h"

#include <stdio.h>
#include <string.h>

#include "match/match.h"

enum {
	GROUPS_MAX = 10,
	DEPTH_MAX = 4,
	ITEMS_MAX = 40,
	REGEX_BYTES_MAX = 2000,
	SAMPLE_BYTES_MAX = 3000,
	GROUP_TEXT_MAX = 40,
};

struct group {
	char text[GROUP_TEXT_MAX]; /* what it last matched */
	size_t n;
	bool is_named; /* its name is "n" and its number */
};

struct maker {
	struct dice *choices, *luck;
	struct buf *regex, *sample;
	bool is_extended, is_caseless;
	unsigned depth, items;
	struct group groups[GROUPS_MAX];
	unsigned n_groups;
};

static void write_alternatives(struct maker *m);

static unsigned
roll(struct maker *m, unsigned sides)
{
	return dice_roll(m->choices, sides);
}

static void
put(struct maker *m, const char *text)
{
	if (m->regex->n < REGEX_BYTES_MAX)
		buf_add_str(m->regex, text);
}

static void
put_byte(struct maker *m, char c)
{
	if (m->regex->n < REGEX_BYTES_MAX)
		buf_add_char(m->regex, c);
}

static void
sample(struct maker *m, struct sv text)
{
	if (m->sample->n + text.n <= SAMPLE_BYTES_MAX)
		buf_add(m->sample, text);
}

static void
sample_byte(struct maker *m, char c)
{
	sample(m, sv_make(&c, 1));
}

#define PICK(m, list) ((list)[roll((m), sizeof(list) / sizeof *(list))])

/* ---- literals ---- */

static const struct sv words[] = {
	SV("abc"),
	SV("a"),
	SV("ab"),
	SV("cab"),
	SV("free"),
	SV("viagra"),
	SV("http"),
	SV("b"),
	SV("xyzzy"),
	SV("k"),
	SV("ss"),
	SV(" "),
	SV("\n"),
	SV("a\nb"),
	SV(".com"),
	SV("--"),
	SV("\0"),
	SV("a\0b"),
	SV("\xc3\xa9"),
	SV("\xff\xfe\xfd"),
	SV("99"),
	SV("@"),
	SV("click here"),
	SV("unsubscribe"),
	SV("_"),
	SV("]"),
	SV("\\"),
	SV("aaa"),
	SV("aaaaaaaa"),
	SV("Received:"),
	SV("#1"),
	SV("www."),
	SV("0123456789abcdefghijklmnopqrstuvwxyz"),
	SV("Z"),
	SV("abcabc"),
	SV("bca"),
	SV("\t"),
	SV("\r\n"),
	SV("{2}"),
	SV("$"),
	SV("\xe2\x80\x8b"),
	SV("KkSs"),
};

struct sv
maker_word(struct dice *d)
{
	return words[dice_roll(d, sizeof words / sizeof *words)];
}

static void
put_plain(struct maker *m, char c)
{
	bool is_meta = c && strchr("\\^$.[]|()?*+{}/-#", c);
	/* An unescaped space is nothing in extended mode: sometimes meant. */
	bool is_ignored = m->is_extended && c && strchr(" \t\n\r#", c);

	if ((is_meta || is_ignored) && roll(m, 16) != 1)
		put_byte(m, '\\');
	put_byte(m, c);
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* One byte, in any of the ways to write it. */
static void
put_literal(struct maker *m, char c)
{
	unsigned byte = (unsigned char)c;
	char text[24];

	switch (roll(m, 40)) {
	case 1:
		snprintf(text, sizeof text, "\\x%02x", byte);
		break;
	case 2:
		snprintf(text, sizeof text, "\\x{%X}", byte);
		break;
	case 3:
		snprintf(text, sizeof text, "\\%03o", byte);
		break;
	case 4:
		snprintf(text, sizeof text, "\\o{%o}", byte);
		break;
	case 5:
		snprintf(text, sizeof text, "[\\x%02X]", byte);
		break;
	case 6:
		if (!is_letter(c)) {
			put_plain(m, c);
			return;
		}
		snprintf(text, sizeof text, "[%c%c]", c, c ^ 0x20);
		break;
	case 7:
		snprintf(text, sizeof text, "(?:\\x%x)", byte);
		break;
	case 8:
		snprintf(text, sizeof text, "[\\x%02X-\\x%02X]", byte, byte);
		break;
	case 9:
		snprintf(text, sizeof text, "(?i:\\x%02x)", byte);
		break;
	case 10:
		snprintf(text, sizeof text, "\\x%02x{1}", byte);
		break;
	default:
		put_plain(m, c);
		return;
	}
	put(m, text);
}

static void
sample_literal(struct maker *m, char c)
{
	if (is_letter(c) && dice_one_in(m->luck, m->is_caseless ? 4 : 40))
		c ^= 0x20;
	sample_byte(m, c);
}

static void
write_word(struct maker *m)
{
	struct sv word = maker_word(m->choices);

	for (size_t i = 0; i < word.n; i++) {
		put_literal(m, word.p[i]);
		sample_literal(m, word.p[i]);
	}
}

/* A word as rules against disguise write it: v[i1!]\W?a... */
static void
write_disguised(struct maker *m)
{
	static const char *const gaps[] = {
		"", "\\W?", "[\\s_]{0,3}", "\\W*?", ".?",
	};
	struct sv word = maker_word(m->choices);
	const char *gap = PICK(m, gaps);

	for (size_t i = 0; i < word.n; i++) {
		put(m, "[");
		put_literal(m, word.p[i]);
		put(m, "1!\\xe0-\\xe5]");
		put(m, i + 1 < word.n ? gap : "");
		if (dice_one_in(m->luck, 4))
			sample_byte(m, "1!\xe3"[dice_roll(m->luck, 3)]);
		else
			sample_literal(m, word.p[i]);
		if (*gap && dice_one_in(m->luck, 4))
			sample_byte(m, ' ');
	}
}

static void
write_quoted(struct maker *m)
{
	struct sv word = maker_word(m->choices);

	put(m, "\\Q");
	for (size_t i = 0; i < word.n; i++) {
		put_byte(m, word.p[i]);
		sample_literal(m, word.p[i]);
	}
	if (roll(m, 24) != 1) /* it may stay open to the end */
		put(m, "\\E");
}

/* ---- one of several bytes ---- */

struct one_byte {
	const char *regex;
	struct sv bytes; /* some that it matches */
};

static const struct one_byte escapes[] = {
	{ ".", SV("xk \xe9") },      { "\\d", SV("0195") },
	{ "\\w", SV("a_Z9") },       { "\\s", SV(" \n\t\v") },
	{ "\\D", SV("a \n\xff") },   { "\\W", SV(" -\xc3\n") },
	{ "\\S", SV("ab.\xe2") },    { "\\N", SV("a \xff") },
	{ "\\h", SV(" \t\xa0") },    { "\\H", SV("a\n") },
	{ "\\v", SV("\n\r\f\x85") }, { "\\V", SV("a ") },
	{ "\\R", SV("\n\r\v\x85") }, { "\\C", SV("a\n\xff") },
	{ "\\e", SV("\x1b") },       { "\\cA", SV("\x01") },
	{ "\\0", SV("\0") },         { "\\t", SV("\t") },
	{ "\\n", SV("\n") },         { "\\a", SV("\a") },
};

static void
write_escape(struct maker *m)
{
	const struct one_byte *e = &PICK(m, escapes);

	put(m, e->regex);
	sample_byte(m, e->bytes.p[dice_roll(m->luck, (unsigned)e->bytes.n)]);
}

static const struct one_byte class_parts[] = {
	{ "a-c", SV("abc") },
	{ "a", SV("a") },
	{ "bk", SV("bk") },
	{ "A-Z", SV("AKZ") },
	{ "0-9", SV("059") },
	{ "\\d", SV("07") },
	{ "\\w", SV("a_9") },
	{ "\\s", SV(" \n") },
	{ "\\S", SV("a-\xff") },
	{ "\\W", SV("-\xc3") },
	{ "[:alpha:]", SV("aZ") },
	{ "[:^digit:]", SV("a ") },
	{ "[:space:]", SV(" \v") },
	{ "[:punct:]", SV("!-_") },
	{ "[:word:]", SV("a_") },
	{ "[:^word:]", SV(" \xe9") },
	{ "\\x80-\\xff", SV("\x80\xc3\xff") },
	{ "\\x00-\\x1f", SV("\x01\n") },
	{ "\xc3", SV("\xc3") },
	{ "\\n", SV("\n") },
	{ "\\]", SV("]") },
	{ "\\b", SV("\b") },
	{ "\\Qa-z]\\E", SV("a-z") },
	{ ".", SV(".") },
	{ "^", SV("^") },
	{ "|", SV("|") },
	{ "#", SV("#") },
	{ " ", SV(" ") },
	{ "[", SV("[") },
	{ "$(", SV("$(") },
	{ "\\x{41}-\\x{43}", SV("AB") },
	{ "\\101", SV("A") },
	{ "!-~", SV("!a~") },
	{ "k-s", SV("kms") },
	{ "\\h", SV(" \t") },
	{ "\\H", SV("a") },
	{ "\\E", SV("a") },
};

static void
write_class(struct maker *m)
{
	bool is_negated = roll(m, 4) == 1, leads = roll(m, 12) == 1;
	unsigned parts = 1 + roll(m, 4);
	char byte = ']';

	put(m, is_negated ? "[^" : "[");
	if (leads)
		put_byte(m, ']');
	for (unsigned i = 0; i < parts; i++) {
		const struct one_byte *p = &PICK(m, class_parts);

		put(m, p->regex);
		if (i == 0 || dice_one_in(m->luck, 2))
			byte = p->bytes
			           .p[dice_roll(m->luck, (unsigned)p->bytes.n)];
	}
	if (roll(m, 12) == 1)
		put_byte(m, '-');
	put_byte(m, ']');
	if (is_negated)
		byte = "zq!Q\n 7\xf0"[dice_roll(m->luck, 8)];
	sample_literal(m, byte);
}

/* ---- what matches no text by itself ---- */

static void
write_assertion(struct maker *m)
{
	static const char *const list[] = {
		"\\b",       "^",         "$",      "\\B",      "\\A", "\\z",
		"\\Z",       "\\G",       "\\b",    "\\K",      "$?",  "^*",
		"(?:^|\\s)", "(?:$|\\W)", "\\b{0}", "(?<!\\w)",
	};

	put(m, PICK(m, list));
	if (dice_one_in(m->luck, 3))
		sample_byte(m, " \n"[dice_roll(m->luck, 2)]);
}

static void
write_option(struct maker *m)
{
	static const char *const list[] = {
		"(?i)",     "(?-i)", "(?s)",     "(?m)",  "(?x)",  "(?-x)",
		"(?s-m)",   "(?^)",  "(?#free)", "(?n)",  "(?xx)", "(?J)",
		"(?im-sx)", "(?U)",  "\\E",      "(?C1)", "(?aa)", "(?^i)",
	};
	const char *option = PICK(m, list);

	put(m, option);
	if (strcmp(option, "(?i)") == 0)
		m->is_caseless = true;
	if (strcmp(option, "(?x)") == 0 || strcmp(option, "(?xx)") == 0)
		m->is_extended = true;
	if (strcmp(option, "(?-x)") == 0)
		m->is_extended = false;
	if (m->is_extended && roll(m, 3) == 1)
		put(m, " # free (abc\n ");
}

static void
write_verb(struct maker *m)
{
	static const char *const list[] = {
		"(*ACCEPT)", "(*FAIL)", "(*F)",      "(*COMMIT)",
		"(*PRUNE)",  "(*SKIP)", "(*THEN)",   "(*MARK:a)",
		"(?!)",      "()",      "(*SKIP:a)", "(?:)",
	};

	put(m, PICK(m, list));
}

/* ---- groups ---- */

/* The name of the group: of those that exist, or of one that does not. */
static unsigned
some_group(struct maker *m)
{
	return m->n_groups && roll(m, 16) != 1 ? 1 + roll(m, m->n_groups)
	                                       : m->n_groups + 1;
}

static void
sample_group(struct maker *m, unsigned number)
{
	if (number <= m->n_groups && number <= GROUPS_MAX)
		sample(m, sv_make(m->groups[number - 1].text,
		                  m->groups[number - 1].n));
}

/* "%u" is the number of a group. */
static void
put_number(struct maker *m, const char *text, unsigned number)
{
	for (; *text; text++) {
		char digits[12];

		if (text[0] != '%') {
			put_byte(m, *text);
			continue;
		}
		snprintf(digits, sizeof digits, "%u", number);
		put(m, digits);
	}
}

static void
write_reference(struct maker *m)
{
	static const char *const numbered[] = {
		"\\%",       "\\g{%}", "(?%)",       "\\g{-1}",
		"(?-1)",     "\\g<%>", "(?R)",       "(?(%)ab)",
		"(?(R)a|b)", "\\g%",   "(?(%)|abc)",
	};
	static const char *const named[] = {
		"\\k<n%>", "(?&n%)",  "(?P=n%)", "(?P>n%)",
		"\\k{n%}", "\\g{n%}", "\\g'n%'", "(?(<n%>)free|abc)",
	};
	unsigned number = some_group(m);
	bool is_named = number <= m->n_groups && m->groups[number - 1].is_named;

	put_number(
	    m, is_named && roll(m, 2) == 1 ? PICK(m, named) : PICK(m, numbered),
	    number);
	sample_group(m, number);
}

static unsigned
open_group(struct maker *m, bool is_named)
{
	if (m->n_groups < GROUPS_MAX)
		m->groups[m->n_groups++] =
		    (struct group){ .is_named = is_named };
	return m->n_groups;
}

static void
close_group(struct maker *m, unsigned number, size_t from)
{
	struct group *g = &m->groups[number - 1];
	struct sv text = sv_from(buf_sv(m->sample), from);

	text = sv_sub(text, 0, GROUP_TEXT_MAX);
	memcpy(g->text, text.p, text.n);
	g->n = text.n;
}

enum group_kind {
	GROUP_PLAIN,
	GROUP_NUMBERED,
	GROUP_NAMED,
	GROUP_NOTHING, /* its text is not part of what is matched */
};

static const struct {
	const char *open;
	enum group_kind kind;
} groups[] = {
	{ "(?:", GROUP_PLAIN },       { "(", GROUP_NUMBERED },
	{ "(?:", GROUP_PLAIN },       { "(", GROUP_NUMBERED },
	{ "(?<n%>", GROUP_NAMED },    { "(?i:", GROUP_PLAIN },
	{ "(?s-m:", GROUP_PLAIN },    { "(?-i:", GROUP_PLAIN },
	{ "(?x:", GROUP_PLAIN },      { "(?^:", GROUP_PLAIN },
	{ "(?>", GROUP_PLAIN },       { "(?|", GROUP_PLAIN },
	{ "(?=", GROUP_NOTHING },     { "(?!", GROUP_NOTHING },
	{ "(?<=", GROUP_NOTHING },    { "(?<!", GROUP_NOTHING },
	{ "(?P<n%>", GROUP_NAMED },   { "(?(DEFINE)(?<n%>", GROUP_NAMED },
	{ "(*atomic:", GROUP_PLAIN }, { "(?'n%'", GROUP_NAMED },
	{ "(*pla:", GROUP_NOTHING },  { "(?(?=ab)", GROUP_PLAIN },
};

static void
write_group(struct maker *m)
{
	unsigned kind = roll(m, sizeof groups / sizeof *groups), number = 0;
	bool was_extended = m->is_extended, was_caseless = m->is_caseless;
	bool is_define = strstr(groups[kind].open, "DEFINE");
	size_t from = m->sample->n;

	if (groups[kind].kind == GROUP_NUMBERED)
		number = open_group(m, false);
	if (groups[kind].kind == GROUP_NAMED)
		number = open_group(m, true);
	put_number(m, groups[kind].open, number);
	if (strcmp(groups[kind].open, "(?i:") == 0)
		m->is_caseless = true;
	if (strcmp(groups[kind].open, "(?x:") == 0)
		m->is_extended = true;
	m->depth++;
	write_alternatives(m);
	m->depth--;
	m->is_extended = was_extended;
	m->is_caseless = was_caseless;
	put(m, is_define ? "))" : ")");
	if (number)
		close_group(m, number, from);
	if (is_define ||
	    (groups[kind].kind == GROUP_NOTHING && dice_roll(m->luck, 2)))
		m->sample->n = from;
}

/* ---- sequences ---- */

static const struct {
	const char *text;
	unsigned min, max;
} quantifiers[] = {
	{ "?", 0, 1 },      { "*", 0, 3 },         { "+", 1, 4 },
	{ "{2}", 2, 2 },    { "{1,3}", 1, 3 },     { "{0,2}", 0, 2 },
	{ "{2,}", 2, 5 },   { "{,3}", 0, 3 },      { "{0}", 0, 0 },
	{ "{0,0}", 0, 0 },  { "{3,9}", 3, 9 },     { "{1}", 1, 1 },
	{ "{16}", 16, 16 }, { "{0,40}", 0, 40 },   { "{30,70}", 30, 35 },
	{ "{ 1}", 1, 1 },   { "{300}", 300, 300 },
};

/* What was written since `from` may come several times. */
static void
write_quantifier(struct maker *m, size_t from)
{
	static const char *const manners[] = { "", "", "?", "+", "", "?" };
	unsigned kind = roll(m, sizeof quantifiers / sizeof *quantifiers);
	unsigned min = quantifiers[kind].min, max = quantifiers[kind].max;
	unsigned times = min + dice_roll(m->luck, max - min + 1);
	size_t n = m->sample->n - from;
	char once[SAMPLE_BYTES_MAX];

	put(m, quantifiers[kind].text);
	put(m, PICK(m, manners));
	memcpy(once, buf_str(m->sample) + from, n);
	m->sample->n = from;
	for (unsigned i = 0; i < times; i++)
		sample(m, sv_make(once, n));
}

static void
write_item(struct maker *m)
{
	size_t from = m->sample->n;
	unsigned kind = roll(m, 32);

	if (++m->items > ITEMS_MAX || (kind >= 17 && m->depth >= DEPTH_MAX))
		kind = 0;
	if (kind <= 7)
		write_word(m);
	else if (kind == 8)
		write_disguised(m);
	else if (kind <= 11)
		write_class(m);
	else if (kind <= 14)
		write_escape(m);
	else if (kind <= 16)
		write_assertion(m);
	else if (kind <= 25)
		write_group(m);
	else if (kind <= 27)
		write_reference(m);
	else if (kind <= 29)
		write_option(m);
	else if (kind == 30)
		write_quoted(m);
	else if (roll(m, 2) == 1)
		write_verb(m);
	if (roll(m, 4) == 1)
		write_quantifier(m, from);
	if (m->is_extended && roll(m, 4) == 1)
		put(m, roll(m, 2) ? " " : " # a\n");
}

static void
write_sequence(struct maker *m)
{
	unsigned items = roll(m, 16) == 1 ? 0 : 1 + roll(m, m->depth ? 3 : 6);

	for (unsigned i = 0; i < items; i++)
		write_item(m);
}

/* The text is that of one of the alternatives. */
static void
write_alternatives(struct maker *m)
{
	unsigned n = 1, chosen;
	size_t from = m->sample->n, kept_n = 0;
	char kept[SAMPLE_BYTES_MAX];

	if (roll(m, m->depth ? 2 : 4) == 1)
		n = 2 + roll(m, 4);
	chosen = dice_roll(m->luck, n);
	for (unsigned i = 0; i < n; i++) {
		if (i > 0)
			put_byte(m, '|');
		write_sequence(m);
		if (i == chosen) {
			kept_n = m->sample->n - from;
			memcpy(kept, buf_str(m->sample) + from, kept_n);
		}
		m->sample->n = from;
	}
	sample(m, sv_make(kept, kept_n));
}

static void
write_start(struct maker *m)
{
	static const char *const list[] = {
		"(?i)",
		"^",
		"(?aa)",
		"(*CRLF)",
		"(*ANY)",
		"(*CR)",
		"(*BSR_ANYCRLF)",
		"(*NOTEMPTY)",
		"(*UCP)",
		"(*UTF)",
		"(*NO_START_OPT)",
		"(*NO_AUTO_POSSESS)",
		"(*LIMIT_MATCH=50)",
		"(*NOTEMPTY_ATSTART)",
		"(*NUL)",
		"(*NO_DOTSTAR_ANCHOR)",
		"(*NO_JIT)",
		"(*LF)",
	};

	put(m, PICK(m, list));
}

/* Breaks the expression a little, in ways nobody thought of. */
static void
garble(struct maker *m)
{
	static const char bytes[] = "()[]{}|?*+\\^$.-#,:<>=!&0aQEx \n";
	size_t at = roll(m, 256);

	if (at >= m->regex->n)
		return;
	if (roll(m, 2) == 1)
		memmove(m->regex->p + at, m->regex->p + at + 1,
		        --m->regex->n - at);
	else
		m->regex->p[at] = bytes[roll(m, sizeof bytes - 1)];
}

void
maker_write(struct dice *choices, struct dice *luck, unsigned flags,
            struct buf *regex, struct buf *sample)
{
	struct maker m = {
		.choices = choices,
		.luck = luck,
		.regex = regex,
		.sample = sample,
		.is_extended = flags & MATCH_EXTENDED,
		.is_caseless = flags & MATCH_CASELESS,
	};

	if (roll(&m, 12) == 1)
		write_start(&m);
	write_alternatives(&m);
	if (roll(&m, 24) == 1)
		garble(&m);
}
