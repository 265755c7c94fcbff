/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `test NAME ok|fail TEXT`: each line is run on a small message made for it.
 * Header rules see TEXT as the value of their header, all others as the only
 * element of their view; metas see it as the whole body.
 */
#include "rule/set.h"

/* The message and what hangs from it. */
struct sample {
	struct message m;
	struct message_part part;
	struct message_header header;
	struct sv subject_and_text[2];
	struct sv text;
	struct rule_envelope envelope;
};

static void
fill_header(struct sample *s, const struct selector *selector)
{
	const char *name = selector_header(selector);

	if (selector->source == SELECTOR_ENVELOPE_FROM) {
		s->envelope.from = s->text;
		return;
	}
	if (selector->source == SELECTOR_ALL) { /* "Name: value" */
		size_t colon = sv_find_char(s->text, ':');

		if (colon == SV_NOT_FOUND)
			colon = 0;
		s->header.name = sv_sub(s->text, 0, colon);
		s->header.raw = sv_from(s->text, colon ? colon + 1 : 0);
	} else {
		s->header.name = sv_str(name);
		s->header.raw = s->text;
	}
	s->header.value = sv_trim(s->header.raw);
	s->part.headers = &s->header;
	s->part.n_headers = 1;
}

static void
fill_views(struct sample *s)
{
	const struct view one = { &s->text, 1 };

	s->subject_and_text[0] = SV("");
	s->subject_and_text[1] = s->text;
	s->m.views[VIEW_BODY] = (struct view){ s->subject_and_text, 2 };
	s->m.views[VIEW_RAWBODY] = one;
	s->m.views[VIEW_FULL] = one;
	s->m.views[VIEW_URI] = one;
}

static struct sample *
make_sample(const struct rule_set *rs, struct arena *a,
            const struct test_line *t, const struct rule *r)
{
	struct sample *s = ARENA_NEW(a, struct sample);

	s->text = t->text;
	s->part.parent = -1;
	s->m.raw = s->text;
	s->m.parts = &s->part;
	s->m.n_parts = 1;
	if (r->type == RULE_HEADER)
		fill_header(
		    s, &rs->slots.list[rs->programs[rule_index(rs, r)].slot]
			    .selector);
	else
		fill_views(s);
	return s;
}

size_t
rule_set_run_tests(const struct rule_set *rs, struct diags *diags)
{
	struct rule_worker *w = rule_worker_new();
	struct arena *a = arena_new();

	for (size_t i = 0; i < rs->n_tests; i++) {
		const struct test_line *t = &rs->tests[i];
		const struct rule *r =
		    map_get(rs->by_name, sv_str(t->draft->rule.name));
		struct sample *s = make_sample(rs, a, t, r);
		bool hit = rule_eval_one(rs, w, a, &s->m, &s->envelope, r);

		if (hit != t->ok)
			diags_add(diags, SEVERITY_ERROR, t->file, t->line,
			          "test of rule %s: should %s: " SV_FMT,
			          r->name, t->ok ? "match" : "not match",
			          SV_ARG(t->text));
		arena_reset(a);
	}
	arena_free(a);
	rule_worker_free(w);
	return rs->n_tests;
}
