/* SPDX-License-Identifier: Apache-2.0 */
#include "message/css_sheet.h"

#include "base/arena.h"
#include "base/map.h"
#include "message/css_text.h"

enum { RULES_MAX = 1000, SELECTOR_BYTES_MAX = 80, CSS_BYTES_MAX = 256 << 10 };

void
css_sheet_init(struct css_sheet *s, struct arena *a)
{
	*s = (struct css_sheet){ .arena = a };
}

void
css_sheet_done(struct css_sheet *s)
{
	map_free(s->rules);
	s->rules = NULL;
}

/* Letters, digits, "-" and "_", with one "." or "#" at most. */
static bool
is_simple(struct sv selector)
{
	size_t marks = 0;

	for (size_t i = 0; i < selector.n; i++) {
		char c = selector.p[i];

		if (c == '.' || c == '#')
			marks++;
		else if (!sv_is_alnum(c) && c != '-' && c != '_' &&
		         !((unsigned char)c & 0x80))
			return false;
	}
	return selector.n && selector.n <= SELECTOR_BYTES_MAX && marks <= 1;
}

/* Names are compared in lower case, as in the quirks mode of most mail. */
static struct sv
lower(struct sv s, char storage[SELECTOR_BYTES_MAX])
{
	for (size_t i = 0; i < s.n; i++)
		storage[i] = sv_lower_char(s.p[i]);
	return sv_make(storage, s.n);
}

/* The selector is a simple one. */
static void
add_rule(struct css_sheet *s, struct sv selector, const struct css_style *style)
{
	struct css_style *known;
	char storage[SELECTOR_BYTES_MAX];

	selector = lower(selector, storage);
	if (!s->rules)
		s->rules = map_new();
	known = map_get(s->rules, selector);
	if (!known) {
		if (s->n >= RULES_MAX)
			return;
		s->n++;
		known = ARENA_NEW(s->arena, struct css_style);
		map_set(s->rules, selector, known);
	}
	css_style_add(known, style);
}

/* What stands between "{", which was read, and its "}". */
static struct sv
cut_block(struct sv *css)
{
	struct sv block;
	size_t depth = 1, i;

	for (i = 0; i < css->n && depth; i++)
		if (css->p[i] == '{')
			depth++;
		else if (css->p[i] == '}')
			depth--;
	block = sv_sub(*css, 0, depth ? i : i - 1);
	*css = sv_from(*css, i);
	return block;
}

static bool
is_for_all(struct sv at_rule)
{
	struct sv media = sv_trim(sv_from(at_rule, 6));

	return sv_istarts(at_rule, SV("@media")) &&
	       (sv_ieq_str(media, "all") || sv_ieq_str(media, "screen") ||
	        sv_ieq_str(media, "only screen"));
}

static void
read_rule(struct css_sheet *s, struct sv selectors, struct sv block)
{
	struct css_style style = { 0 };
	struct sv selector;
	bool is_read = false;

	while (sv_split(&selectors, ',', &selector)) {
		selector = sv_trim(selector);
		if (!is_simple(selector))
			continue;
		if (!is_read)
			css_style_read(&style, block);
		is_read = true;
		if (style.set == 0)
			return;
		add_rule(s, selector, &style);
	}
}

/* Statements end in ";" or in a block; "}" closes an @media for all. */
static void
read_statements(struct css_sheet *s, struct sv css)
{
	while (css.n) {
		struct sv head;
		size_t n = 0;
		char end;

		while (n < css.n && css.p[n] != '{' && css.p[n] != '}' &&
		       css.p[n] != ';')
			n++;
		head = sv_trim(sv_sub(css, 0, n));
		end = n < css.n ? css.p[n] : '\0';
		css = sv_from(css, n + 1);
		/* Old pages hide style sheets in a comment. */
		if (sv_starts(head, SV("<!--")))
			head = sv_trim(sv_from(head, 4));
		else if (sv_starts(head, SV("-->")))
			head = sv_trim(sv_from(head, 3));
		if (end != '{' || is_for_all(head))
			continue;
		if (head.n && head.p[0] == '@')
			cut_block(&css);
		else
			read_rule(s, head, cut_block(&css));
	}
}

void
css_sheet_read(struct css_sheet *s, struct sv css)
{
	struct buf clean = BUF_INIT(CSS_BYTES_MAX);

	css = sv_sub(css, 0, CSS_BYTES_MAX);
	read_statements(s, css_clean(css, &clean));
	buf_done(&clean);
}

static void
apply(const struct css_sheet *s, struct sv selector, struct css_style *style)
{
	const struct css_style *found = map_get(s->rules, selector);

	if (found)
		css_style_add(style, found);
}

/* ".name" and "element.name". */
static void
apply_name(const struct css_sheet *s, const char *element, char mark,
           struct sv name, struct css_style *style)
{
	char storage[2 * SELECTOR_BYTES_MAX], low[SELECTOR_BYTES_MAX];
	struct buf b = { storage, 0, sizeof storage, sizeof storage - 1,
		         false };

	if (name.n == 0 || name.n > SELECTOR_BYTES_MAX)
		return;
	name = lower(name, low);
	buf_add_char(&b, mark);
	buf_add(&b, name);
	apply(s, buf_sv(&b), style);
	buf_reset(&b);
	buf_add_str(&b, element);
	buf_add_char(&b, mark);
	buf_add(&b, name);
	apply(s, buf_sv(&b), style);
}

void
css_sheet_apply(const struct css_sheet *s, const char *element, struct sv id,
                struct sv classes, struct css_style *style)
{
	struct sv name;

	if (!s->rules)
		return;
	apply(s, sv_str(element), style);
	while (sv_word(&classes, &name))
		apply_name(s, element, '.', name, style);
	apply_name(s, element, '#', sv_trim(id), style);
}
