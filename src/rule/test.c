/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `test NAME ok|fail TEXT`: each line is run on a small message made for it.
 * Header rules see TEXT as the value of their header; for all others TEXT is
 * a post, read as posts are read, so that URLs in it are found and metas see
 * what their parts see. A TEXT of one word is itself a URL for URI rules,
 * however strange.
 */
#include "rule/set.h"

/* The message and what hangs from it. */
struct sample {
	struct message m;
	struct message_part part;
	struct message_header header;
	struct sv text;
	struct message_envelope envelope;
};

static void
fill_header(struct sample *s, const struct slot *slot)
{
	const struct selector *selector = &slot->selector;

	s->part.headers = &s->header;
	s->part.n_headers = 1;
	if (slot->view == VIEW_MIMEHEADER) {
		s->header.name = slot->part.name;
		s->header.raw = s->header.value = s->text;
		return;
	}
	if (selector->source == SELECTOR_ENVELOPE_FROM) {
		s->envelope.from = s->text;
		return;
	}
	if (selector->source == SELECTOR_ALL ||
	    selector->source == SELECTOR_BLOCK) { /* "Name: value" */
		size_t colon = sv_find_char(s->text, ':');

		if (colon == SV_NOT_FOUND)
			colon = 0;
		s->header.name = sv_sub(s->text, 0, colon);
		s->header.raw = sv_from(s->text, colon ? colon + 1 : 0);
	} else {
		s->header.name = sv_str(selector_header(selector));
		s->header.raw = s->text;
	}
	s->header.value = sv_trim(s->header.raw);
}

/* A message that is a header alone. */
static const struct message *
make_header_sample(const struct rule_set *rs, struct sample *s,
                   const struct rule *r)
{
	s->part.parent = -1;
	s->m.raw = s->text;
	s->m.parts = &s->part;
	s->m.n_parts = 1;
	fill_header(s, &rs->slots.list[rs->programs[rule_index(rs, r)].slot]);
	return &s->m;
}

static void
add_url(struct arena *a, struct message *m, struct sv url)
{
	struct view *v = &m->views[VIEW_URI];

	for (size_t i = 0; i < url.n; i++)
		if (sv_is_space(url.p[i]))
			return;
	v->elements = arena_grow(a, v->elements, v->n * sizeof *v->elements,
	                         (v->n + 1) * sizeof *v->elements);
	v->elements[v->n++] = url;
}

static const struct message *
make_post_sample(struct arena *a, struct sv text, enum rule_type type)
{
	/* A line of a rule file is small; these only have to be there. */
	static const struct conf_message limits = {
		.bytes_max = 1 << 20,
		.headers_max = 100,
		.header_bytes_max = 1 << 20,
		.parts_max = 10,
		.depth_max = 10,
		.decoded_bytes_max = 1 << 20,
		.urls_max = 1000,
	};
	struct message_post *post = ARENA_NEW(a, struct message_post);
	struct message *m;

	post->text = text;
	if (type == RULE_LIST && sv_find_char(text, '@') != SV_NOT_FOUND)
		post->email = text; /* for lists of addresses */
	m = message_from_post(a, post, &limits);
	if (type == RULE_URI || type == RULE_URI_SKELETON)
		add_url(a, m, text);
	return m;
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
		struct sample *s = ARENA_NEW(a, struct sample);
		struct rule_job job = { .envelope = &s->envelope };
		bool hit;

		s->text = t->text;
		job.message =
		    r->type == RULE_HEADER || r->type == RULE_MIMEHEADER
			? make_header_sample(rs, s, r)
			: make_post_sample(a, t->text, r->type);
		hit = rule_eval_one(rs, w, a, &job, r);
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
