/* SPDX-License-Identifier: Apache-2.0 */
#include "message/html_stack.h"

static unsigned
flags_of(const struct html_open *o)
{
	return html_elements[o->element].flags;
}

static struct html_open *
top(struct html_stack *s)
{
	return &s->open[s->n - 1];
}

void
html_stack_init(struct html_stack *s)
{
	s->n = 1;
	s->beyond = 0;
	memset(s->count, 0, sizeof s->count);
	s->open[0] = (struct html_open){ .look = html_look_initial };
}

static void
push(struct html_stack *s, const struct html_token *t,
     const struct css_style *style)
{
	const struct html_open *outer = top(s);
	struct html_open *o;

	if (s->n > HTML_DEPTH_MAX) {
		s->beyond++;
		return;
	}
	o = &s->open[s->n++];
	o->element = t->element;
	o->key = t->element ? 0 : html_name_key(t->name);
	o->style = *style;
	if (style->set) {
		o->look = html_look_of(&outer->look, style);
		o->hidden = html_look_hidden(&o->look);
	} else {
		o->look = outer->look;
		o->hidden = outer->hidden;
	}
	s->count[o->element]++;
}

static void
pop(struct html_stack *s)
{
	s->count[top(s)->element]--;
	s->n--;
}

/* Closes all from open[at] on. */
static void
pop_to(struct html_stack *s, size_t at)
{
	while (s->n > at)
		pop(s);
}

/* The looks from open[at] on, when one below them has gone. */
static void
look_again(struct html_stack *s, size_t at)
{
	for (; at < s->n; at++) {
		struct html_open *o = &s->open[at];

		o->look = html_look_of(&s->open[at - 1].look, &o->style);
		o->hidden = html_look_hidden(&o->look);
	}
}

/* ---- finding ---- */

/* Where the search for an open element ends without success. */
enum scope {
	SCOPE_ANY,     /* at a table, a cell, ... */
	SCOPE_BUTTON,  /* there, or at a button */
	SCOPE_LIST,    /* there, or at a list */
	SCOPE_TABLE,   /* at the innermost table */
	SCOPE_MARKER,  /* at a cell, ...: 13.2.4.3 */
	SCOPE_BLOCK,   /* at a block that is no <div>, <p>, <address> */
	SCOPE_SPECIAL, /* at any block */
};

static bool
ends_scope(const struct html_open *o, enum scope scope)
{
	unsigned flags = flags_of(o);
	bool any = flags & ELEMENT_SCOPE;

	switch (scope) {
	case SCOPE_ANY:
		return any;
	case SCOPE_BUTTON:
		return any || o->element == EL_BUTTON;
	case SCOPE_LIST:
		return any || o->element == EL_UL || o->element == EL_OL;
	case SCOPE_TABLE:
		return o->element == EL_TABLE || o->element == EL_TEMPLATE;
	case SCOPE_MARKER:
		return any && o->element != EL_TABLE && o->element != EL_HTML;
	case SCOPE_BLOCK:
		return flags & ELEMENT_SPECIAL && o->element != EL_DIV &&
		       o->element != EL_P && o->element != EL_ADDRESS;
	case SCOPE_SPECIAL:
		return flags & ELEMENT_SPECIAL;
	}
	return true;
}

/* Where the innermost one is open, or 0. One of no name matters by its key. */
static size_t
find(const struct html_stack *s, enum html_element element, uint64_t key,
     enum scope scope)
{
	if (s->count[element] == 0)
		return 0;
	for (size_t at = s->n - 1; at > 0; at--) {
		const struct html_open *o = &s->open[at];

		if (o->element == element && o->key == key)
			return at;
		if (ends_scope(o, scope))
			return 0;
	}
	return 0;
}

static void
close_found(struct html_stack *s, enum html_element element, enum scope scope)
{
	size_t at = find(s, element, 0, scope);

	if (at)
		pop_to(s, at);
}

/* ---- formatting elements ---- */

/* The end of <b>, <font> and so on leaves open what began within it: blocks,
 * and other formatting elements (13.2.6.4.7, adoption agency algorithm). */
static void
close_format(struct html_stack *s, enum html_element element)
{
	size_t at = find(s, element, 0, SCOPE_MARKER), kept = at;
	bool has_block = false;

	if (at == 0)
		return;
	for (size_t i = at + 1; i < s->n; i++)
		has_block |= ends_scope(&s->open[i], SCOPE_SPECIAL);
	s->count[element]--;
	for (size_t i = at + 1; i < s->n; i++) {
		if (has_block || flags_of(&s->open[i]) & ELEMENT_FORMAT)
			s->open[kept++] = s->open[i];
		else
			s->count[s->open[i].element]--;
	}
	s->n = kept;
	look_again(s, at);
}

/* ---- tables ---- */

static bool
is_row_group(enum html_element element)
{
	return element == EL_TBODY || element == EL_THEAD ||
	       element == EL_TFOOT;
}

/* What a part of a table may stand in directly. */
static bool
can_hold(enum html_element outer, enum html_element inner)
{
	if (outer == EL_TABLE || outer == EL_TEMPLATE)
		return true;
	if (inner == EL_TD || inner == EL_TH)
		return outer == EL_TR || is_row_group(outer);
	if (inner == EL_TR)
		return is_row_group(outer);
	return false;
}

static void
start_in_table(struct html_stack *s, const struct html_token *t,
               const struct css_style *style)
{
	if (s->count[EL_TABLE] == 0)
		return;
	while (s->n > 1 && !can_hold(top(s)->element, t->element))
		pop(s);
	push(s, t, style);
}

/* ---- tags ---- */

static bool
is_heading(enum html_element element)
{
	return element == EL_H1 || element == EL_H2 || element == EL_H3 ||
	       element == EL_H4 || element == EL_H5 || element == EL_H6;
}

/* What ends because this element begins. */
static void
close_before(struct html_stack *s, enum html_element element)
{
	if (element == EL_LI) {
		close_found(s, EL_LI, SCOPE_BLOCK);
	} else if (element == EL_DD || element == EL_DT) {
		close_found(s, EL_DD, SCOPE_BLOCK);
		close_found(s, EL_DT, SCOPE_BLOCK);
	} else if (element == EL_BUTTON) {
		close_found(s, EL_BUTTON, SCOPE_ANY);
	} else if (element == EL_A) {
		close_format(s, EL_A);
	} else if (element == EL_OPTION || element == EL_OPTGROUP) {
		if (top(s)->element == EL_OPTION)
			pop(s);
	}
	if (html_elements[element].flags & ELEMENT_CLOSES_P)
		close_found(s, EL_P, SCOPE_BUTTON);
	if (is_heading(element) && is_heading(top(s)->element))
		pop(s);
}

void
html_stack_start(struct html_stack *s, const struct html_token *t,
                 const struct css_style *style)
{
	unsigned flags = html_elements[t->element].flags;

	if (s->beyond == 0)
		close_before(s, t->element);
	if (flags & ELEMENT_VOID || t->is_empty)
		return;
	if (s->beyond == 0 && flags & ELEMENT_TABLE)
		start_in_table(s, t, style);
	else
		push(s, t, style);
}

static void
end_heading(struct html_stack *s)
{
	for (size_t at = s->n - 1; at > 0; at--) {
		if (is_heading(s->open[at].element)) {
			pop_to(s, at);
			return;
		}
		if (ends_scope(&s->open[at], SCOPE_ANY))
			return;
	}
}

static enum scope
scope_of_end_tag(enum html_element element)
{
	unsigned flags = html_elements[element].flags;

	if (element == EL_P)
		return SCOPE_BUTTON;
	if (element == EL_LI)
		return SCOPE_LIST;
	if (element == EL_TABLE || element == EL_TEMPLATE ||
	    flags & ELEMENT_TABLE)
		return SCOPE_TABLE;
	return flags & ELEMENT_SPECIAL ? SCOPE_ANY : SCOPE_SPECIAL;
}

void
html_stack_end(struct html_stack *s, const struct html_token *t)
{
	size_t at;

	if (html_elements[t->element].flags & ELEMENT_VOID ||
	    t->element == EL_HTML || t->element == EL_BODY)
		return;
	if (s->beyond) {
		s->beyond--;
	} else if (html_elements[t->element].flags & ELEMENT_FORMAT) {
		close_format(s, t->element);
	} else if (is_heading(t->element)) {
		end_heading(s);
	} else {
		at =
		    find(s, t->element, t->element ? 0 : html_name_key(t->name),
		         scope_of_end_tag(t->element));
		if (at)
			pop_to(s, at);
	}
}
