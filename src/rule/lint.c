/* SPDX-License-Identifier: Apache-2.0 */
/* What is no mistake of the language, and hardly meant. */
#include <stdlib.h>

#include "rule/set.h"

enum { NAME_BYTES_GOOD = 40 }; /* SpamAssassin warns of longer ones */

/* Two texts that have nothing in common. */
static const struct sv some_texts[] = { { "", 0 }, { "q\nZ 0", 5 } };

static void
warn(struct diags *diags, const struct rule *r, const char *text)
{
	diags_add(diags, SEVERITY_WARNING, r->file, r->line, "rule %s %s",
	          r->name, text);
}

/* Rules that capture may be there for nothing else. */
static bool
is_capture(const struct rule_set *rs, size_t rule)
{
	for (size_t i = 0; i < rs->captures.n; i++)
		if (rs->captures.list[i] == rule)
			return true;
	return false;
}

/* Expressions that match an empty text and another one say nothing. */
static void
lint_patterns(const struct rule_set *rs, struct diags *diags)
{
	struct match_worker *w = match_worker_new();
	struct match_text *texts = mem_calloc(rs->slots.n + 1, sizeof *texts);
	const struct match_job job = { .texts = texts, .n_texts = rs->slots.n };

	match_begin(w, rs->match, &job);
	for (size_t i = 0; i < rs->n; i++) {
		const struct rule *r = &rs->rules[i];
		unsigned id = (unsigned)i;

		if (rs->programs[i].kind != PROGRAM_REGEX || r->multiple ||
		    is_capture(rs, i) ||
		    match_text_decide(w, id, some_texts[0]) != MATCH_FOUND ||
		    match_text_decide(w, id, some_texts[1]) != MATCH_FOUND)
			continue;
		warn(diags, r,
		     rs->programs[i].negate
		         ? "is never true: its expression matches any text"
		         : "has an expression that matches any text");
	}
	match_worker_free(w);
	free(texts);
}

/* The range of a meta, whatever its parts are. */
static struct range
range_of_meta(const struct rule_set *rs, const struct expr *e,
              struct range *items)
{
	for (size_t i = 0; i < e->n; i++) {
		struct range value = range_up_to(MATCH_COUNT_MAX);
		uint32_t used;

		if (expr_is_value(&e->list[i], &used) &&
		    rs->programs[used].kind != PROGRAM_META)
			value =
			    range_up_to(program_count_max(&rs->programs[used]));
		items[i] = range_item(e, items, i, value);
	}
	return e->n ? items[e->n - 1] : range_of(0);
}

static bool
has_parts(const struct expr *e)
{
	uint32_t used;

	for (size_t i = 0; i < e->n; i++)
		if (expr_is_value(&e->list[i], &used))
			return true;
	return false;
}

/* Those that lack a part were named already, and "meta NAME (0)" is how a
 * rule is switched off. */
static void
lint_metas(const struct rule_set *rs, struct diags *diags)
{
	struct range *items = mem_calloc(rs->expr_max + 1, sizeof *items);

	for (size_t i = 0; i < rs->n; i++) {
		const struct program *p = &rs->programs[i];
		struct range r;

		if (p->kind != PROGRAM_META || p->lacks_parts ||
		    !has_parts(&p->expr))
			continue;
		r = range_of_meta(rs, &p->expr, items);
		if (r.hi <= 0 && r.lo >= 0)
			warn(diags, &rs->rules[i], "can never be true");
		else if (r.lo > 0)
			warn(diags, &rs->rules[i], "is always true");
	}
	free(items);
}

static void
lint_names(const struct rule_set *rs, struct diags *diags)
{
	for (size_t i = 0; i < rs->n; i++) {
		const struct rule *r = &rs->rules[i];
		bool on_trial = sv_starts(sv_str(r->name), SV("T_"));

		if (r->is_sub || on_trial)
			continue;
		if (strlen(r->name) > NAME_BYTES_GOOD)
			warn(diags, r, "has a name of more than 40 letters");
		if (!*r->describe && !r->disabled)
			diags_add(diags, SEVERITY_NOTE, r->file, r->line,
			          "rule %s has no describe", r->name);
	}
}

/* What is said of shadow rules and cannot be, as they have no say. */
static void
lint_shadows(const struct rule_set *rs, struct diags *diags)
{
	for (size_t i = 0; i < rs->n; i++) {
		const struct rule *r = &rs->rules[i];

		if (!rule_is_shadow(r))
			continue;
		if (r->disabled)
			warn(diags, r,
			     "has 0 points: it is never run, not even as a "
			     "shadow");
		else
			diags_add(diags, SEVERITY_NOTE, r->file, r->line,
			          "rule %s is a shadow: it is counted, and has "
			          "no say in the verdict",
			          r->name);
		if (r->shortcircuit)
			warn(diags, r,
			     "is a shadow: shortcircuit has no effect");
		if (rs->graph.traits[i] & TRAIT_MATTERS)
			warn(diags, r,
			     "is a shadow, and yet a part of rules that have "
			     "points");
	}
}

void
rule_set_lint(const struct rule_set *rs, struct diags *diags)
{
	lint_patterns(rs, diags);
	lint_metas(rs, diags);
	lint_names(rs, diags);
	lint_shadows(rs, diags);
}
