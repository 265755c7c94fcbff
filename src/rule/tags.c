/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replace_rules: <A> in a rule's expression stands for what `replace_tag A`
 * said: "<inter W2><post P3><V><I>" with inter W2 = \W{0,2} and post P3 = {1,3}
 * becomes
 *
 *     (?:(?:...){1,3}\W{0,2}(?:...){1,3})
 *
 * Tags are long (all letters that look like an A). Where that makes too much
 * of it for PCRE2, there is another form, in which each tag is a group that is
 * defined once, at the end, and called by name. It is slower to match:
 *
 *     (?:(?&_tag0){1,3}\W{0,2}(?&_tag1){1,3})(?(DEFINE)(?<_tag0>...)...)
 */
#include "rule/lex.h"
#include "rule/set.h"

enum {
	EXPANDED_BYTES_MAX = 1 << 20,
	INLINE_BYTES_MAX = 48 * 1024, /* PCRE2's code has 64k at most */
	INLINE_DEPTH_MAX = 20,        /* tags in tags */
	TAGS_MAX = 1000,
};

struct expander {
	const struct drafts *drafts;
	struct sv pre, inter, post;
	VEC(struct sv) used; /* names, in the order they came up */
	bool is_too_large;   /* to have all tags copied in */
	struct buf out;
};

static struct sv
tag_text(const struct expander *x, const char *kind, struct sv name)
{
	struct buf key = BUF_INIT(LEX_LINE_BYTES_MAX);
	const struct sv *text;

	buf_addf(&key, "%s ", kind);
	buf_add(&key, name);
	text = map_get(x->drafts->tags, buf_sv(&key));
	buf_done(&key);
	return text ? *text : SV_NONE;
}

/* The next "<...>" at or behind `from`, and what is inside; false when there
 * is none. replace_start and replace_end say what stands for "<" and ">". */
static bool
find_tag(const struct expander *x, struct sv s, size_t from, size_t *ret_begin,
         size_t *ret_end, struct sv *ret_name)
{
	const struct sv start = x->drafts->tag_start, end = x->drafts->tag_end;
	size_t name = SV_NOT_FOUND; /* where it begins */

	for (size_t i = from; i < s.n; i++) {
		if (name != SV_NOT_FOUND && i >= name &&
		    sv_starts(sv_from(s, i), end)) {
			if (i > name) {
				*ret_begin = name - start.n;
				*ret_end = i + end.n;
				*ret_name = sv_sub(s, name, i);
				return true;
			}
			name = SV_NOT_FOUND;
		} else if (sv_starts(sv_from(s, i), start)) {
			name = i + start.n;
		}
	}
	return false;
}

/* Takes "<pre X>", "<inter X>" and "<post X>" out of the expression. */
static struct sv
cut_modifiers(struct expander *x, struct arena *a, struct sv s)
{
	const struct {
		const char *kind;
		struct sv *text;
	} modifiers[] = {
		{ "pre", &x->pre },
		{ "inter", &x->inter },
		{ "post", &x->post },
	};
	struct buf rest = BUF_INIT(EXPANDED_BYTES_MAX);
	size_t at = 0, begin, end;
	struct sv result, name, word;

	while (find_tag(x, s, at, &begin, &end, &name)) {
		bool cut = false;

		sv_word(&name, &word);
		for (size_t i = 0; i < 3 && !cut; i++) {
			cut = name.n && sv_eq_str(word, modifiers[i].kind);
			if (cut)
				*modifiers[i].text = tag_text(
				    x, modifiers[i].kind, sv_trim(name));
		}
		buf_add(&rest, sv_sub(s, at, cut ? begin : end));
		at = end;
	}
	buf_add(&rest, sv_from(s, at));
	result = arena_dup(a, buf_sv(&rest));
	buf_done(&rest);
	return result;
}

static size_t
use_tag(struct expander *x, struct sv name)
{
	size_t i = 0;

	while (i < x->used.n && !sv_eq(x->used.list[i], name))
		i++;
	if (i == x->used.n)
		*VEC_ADD(&x->used) = name;
	return i;
}

/* Copies an expression with what `add_tag` makes of its tags. */
static void
add_with_tags(struct expander *x, struct sv s, unsigned depth,
              void (*add_tag)(struct expander *x, struct sv name,
                              unsigned depth))
{
	size_t at = 0, begin, end, last = SV_NOT_FOUND;
	struct sv name;

	while (find_tag(x, s, at, &begin, &end, &name)) {
		if (last == begin && depth == 0)
			buf_add(&x->out, x->inter);
		buf_add(&x->out, sv_sub(s, at, begin));
		if (tag_text(x, "tag", name).n && x->used.n < TAGS_MAX) {
			buf_add(&x->out, depth ? SV_NONE : x->pre);
			add_tag(x, name, depth);
			buf_add(&x->out, depth ? SV_NONE : x->post);
			last = end;
		} else {
			buf_add(&x->out, sv_sub(s, begin, end));
		}
		at = end;
	}
	buf_add(&x->out, sv_from(s, at));
}

static void
add_call(struct expander *x, struct sv name, unsigned depth)
{
	(void)depth;
	buf_addf(&x->out, "(?&_tag%zu)", use_tag(x, name));
}

static void
add_inline(struct expander *x, struct sv name, unsigned depth)
{
	x->is_too_large |=
	    depth == INLINE_DEPTH_MAX || x->out.n > INLINE_BYTES_MAX;
	if (x->is_too_large)
		return;
	buf_add_str(&x->out, "(?:");
	add_with_tags(x, tag_text(x, "tag", name), depth + 1, add_inline);
	buf_add_char(&x->out, ')');
}

static struct sv
take_text(struct expander *x, struct arena *a)
{
	struct sv text = arena_dup(a, buf_sv(&x->out));

	buf_done(&x->out);
	VEC_DONE(&x->used);
	return text;
}

struct sv
tags_expand(const struct drafts *drafts, const struct draft *d,
            struct sv *ret_compact)
{
	struct expander x = { .drafts = drafts,
		              .out = BUF_INIT(EXPANDED_BYTES_MAX) };
	struct sv regex = d->test.regex, expanded = SV_NONE;

	*ret_compact = SV_NONE;
	if (!d->use_tags)
		return regex;
	regex = cut_modifiers(&x, drafts->arena, regex);
	buf_add_str(&x.out, "(?:");
	add_with_tags(&x, regex, 0, add_inline);
	buf_add_char(&x.out, ')');
	expanded = take_text(&x, drafts->arena);
	x.out = (struct buf)BUF_INIT(EXPANDED_BYTES_MAX);
	buf_add_str(&x.out, "(?:");
	add_with_tags(&x, regex, 0, add_call);
	buf_add_char(&x.out, ')');
	for (size_t i = 0; i < x.used.n; i++) { /* grows: tags in tags */
		buf_addf(&x.out, "(?(DEFINE)(?<_tag%zu>", i);
		add_with_tags(&x, tag_text(&x, "tag", x.used.list[i]), 1,
		              add_call);
		buf_add_str(&x.out, "))");
	}
	*ret_compact = take_text(&x, drafts->arena);
	return x.is_too_large ? *ret_compact : expanded;
}
