/* SPDX-License-Identifier: Apache-2.0 */
#include "case.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"
#include "maker.h"

enum {
	PATTERNS_MAX = 8,
	SLOTS_MAX = 3,
	MESSAGES_MAX = 4,
	ELEMENTS_MAX = 4,
	ELEMENT_BYTES_MAX = 1500,
	STEPS_MAX = 5000,
	STEPS_FACTOR = 50, /* to see whether a limit decided */
	CPU_MAX_MS = 60000,
};

struct case_runner {
	const struct match_engine *oracle, *engine;
	struct match_worker *oracle_worker, *engine_worker;
};

struct one_case {
	struct case_runner *runner;
	struct arena *arena;
	struct dice choices;
	struct dice luck;
	struct conf_match limits;
	struct match_pattern patterns[PATTERNS_MAX];
	struct dice recipes[PATTERNS_MAX]; /* to write a pattern again */
	unsigned n_patterns, n_slots;
	struct match_set *by_oracle, *by_engine;
	char *blocks[SLOTS_MAX][ELEMENTS_MAX];
	struct sv elements[SLOTS_MAX][ELEMENTS_MAX];
	struct match_text texts[SLOTS_MAX];
	FILE *out;
	struct case_counts *counts;
};

struct decision {
	enum match_result result;
	struct match_hit hit;
};

struct case_runner *
case_runner_new(const struct match_engine *engine)
{
	struct case_runner *r = mem_calloc(1, sizeof *r);

	r->oracle = match_engine_find("pcre2");
	r->engine = engine;
	r->oracle_worker = match_worker_new();
	r->engine_worker = match_worker_new();
	return r;
}

void
case_runner_free(struct case_runner *r)
{
	match_worker_free(r->oracle_worker);
	match_worker_free(r->engine_worker);
	free(r);
}

/* ---- patterns ---- */

static void
make_pattern(struct one_case *c, unsigned i)
{
	struct match_pattern *p = &c->patterns[i];
	struct buf regex = BUF_INIT(1 << 14), unused = BUF_INIT(1 << 14);
	struct dice luck = c->luck, *choices = &c->choices, again;

	p->flags = dice_roll(&c->choices, 4) ? 0 : dice_roll(&c->choices, 16);
	p->flags ^= dice_roll(&c->choices, 2) ? MATCH_CASELESS : 0;
	p->slot = dice_roll(&c->choices, c->n_slots);
	p->id = i * 3 + 1;
	p->skip = dice_one_in(&c->choices, 8);
	p->hits_max = dice_roll(&c->choices, 3) ? dice_roll(&c->choices, 4) : 1;
	p->name = "CASE";
	p->file = "case.cf";
	p->line = (int)i + 1;
	/* Sometimes the one before, with other flags. */
	if (i > 0 && dice_one_in(&c->choices, 12)) {
		again = c->recipes[i - 1];
		choices = &again;
	}
	c->recipes[i] = *choices;
	maker_write(choices, &luck, p->flags, &regex, &unused);
	p->regex = arena_dup(c->arena, buf_sv(&regex));
	buf_done(&regex);
	buf_done(&unused);
}

static struct match_set *
compile(struct one_case *c, const struct match_engine *engine,
        const struct conf_match *limits)
{
	struct match_set *set = match_set_new(engine, limits);
	struct diags diags = DIAGS_INIT;

	for (unsigned i = 0; i < c->n_patterns; i++)
		match_set_add(set, &c->patterns[i]);
	match_set_compile(set, &diags);
	diags_done(&diags);
	return set;
}

/* ---- texts ---- */

static void
mutate(struct one_case *c, struct buf *text, size_t from)
{
	size_t n = text->n - from, at;

	if (n == 0)
		return;
	at = from + dice_next(&c->luck.state) % n;
	switch (dice_roll(&c->luck, 4)) {
	case 0:
		memmove(text->p + at, text->p + at + 1, text->n - at - 1);
		text->n--;
		break;
	case 1:
		text->p[at] = "aB \n\0\xff"[dice_roll(&c->luck, 6)];
		break;
	case 2:
		text->p[at] ^= 0x20;
		break;
	default:
		text->n = at;
		break;
	}
}

/* A text that some pattern probably matches, or nearly. */
static void
add_sample(struct one_case *c, struct buf *text)
{
	unsigned i = dice_roll(&c->luck, c->n_patterns);
	struct dice recipe = c->recipes[i];
	struct buf regex = BUF_INIT(1 << 14), sample = BUF_INIT(1 << 14);
	size_t from = text->n;

	maker_write(&recipe, &c->luck, c->patterns[i].flags, &regex, &sample);
	buf_add(text, buf_sv(&sample));
	if (dice_roll(&c->luck, 3) == 0)
		mutate(c, text, from);
	buf_done(&regex);
	buf_done(&sample);
}

/* Bytes that match little, so that what is looked for stands at any place
 * of the blocks that are read at a time. */
static void
add_filler(struct one_case *c, struct buf *text)
{
	static const char *const fillers[] = {
		" ", "x", "a", "ab ", "\n", "-", "\xc3", "q.", "A", "free "
	};
	const char *filler = fillers[dice_roll(&c->luck, 10)];
	unsigned times = dice_roll(&c->luck, 80);

	for (unsigned i = 0; i < times; i++)
		buf_add_str(text, filler);
}

static void
add_piece(struct one_case *c, struct buf *text)
{
	switch (dice_roll(&c->luck, 8)) {
	case 0:
		buf_add(text, maker_word(&c->luck));
		break;
	case 1:
		add_filler(c, text);
		break;
	case 2:
		buf_add_char(text, (char)dice_roll(&c->luck, 256));
		break;
	case 3:
		buf_add_char(text, " \n"[dice_roll(&c->luck, 2)]);
		break;
	default:
		add_sample(c, text);
		break;
	}
}

/* In a block of its own that ends where the text ends, at any alignment: a
 * read past the end is seen by AddressSanitizer. */
static void
make_element(struct one_case *c, unsigned slot, size_t i)
{
	struct buf text = BUF_INIT(ELEMENT_BYTES_MAX);
	unsigned pieces = dice_roll(&c->luck, 6);
	unsigned shift = dice_roll(&c->luck, 32);
	char *block;

	for (unsigned k = 0; k < pieces; k++)
		add_piece(c, &text);
	block = mem_alloc(shift + text.n);
	if (text.n)
		memcpy(block + shift, text.p, text.n);
	c->blocks[slot][i] = block;
	c->elements[slot][i] = sv_make(block + shift, text.n);
	buf_done(&text);
}

static void
make_texts(struct one_case *c)
{
	for (unsigned slot = 0; slot < c->n_slots; slot++) {
		size_t n = dice_roll(&c->luck, ELEMENTS_MAX + 1);

		for (size_t i = 0; i < n; i++)
			make_element(c, slot, i);
		c->texts[slot] = (struct match_text){ c->elements[slot], n };
	}
}

static void
free_texts(struct one_case *c)
{
	for (unsigned slot = 0; slot < c->n_slots; slot++)
		for (size_t i = 0; i < c->texts[slot].n; i++)
			free(c->blocks[slot][i]);
}

/* ---- asking ---- */

static unsigned
begin(struct one_case *c, struct match_worker *w, const struct match_set *set,
      bool ungated)
{
	return match_begin(w, set,
	                   &(struct match_job){
			       .texts = c->texts,
			       .n_texts = c->n_slots,
			       .ungated = ungated,
			   });
}

/* The decisions by pattern; what is no candidate is not found. Returns how
 * many candidates there were, SIZE_MAX if they make no sense. */
static size_t
decide_all(struct one_case *c, struct match_worker *w,
           struct decision decisions[PATTERNS_MAX])
{
	size_t n;
	const unsigned *ids = match_candidates(w, &n);
	bool seen[PATTERNS_MAX] = { false };

	memset(decisions, 0, PATTERNS_MAX * sizeof *decisions);
	for (size_t i = 0; i < n; i++) {
		unsigned index = ids[i] / 3;

		if (index >= c->n_patterns || seen[index] ||
		    c->patterns[index].id != ids[i])
			return SIZE_MAX;
		seen[index] = true;
		decisions[index].result =
		    match_decide(w, ids[i], &decisions[index].hit);
	}
	return n;
}

static bool
are_equal(const struct decision *a, const struct decision *b)
{
	return a->result == b->result &&
	       (a->result != MATCH_FOUND || (a->hit.element == b->hit.element &&
	                                     a->hit.offset == b->hit.offset &&
	                                     a->hit.length == b->hit.length &&
	                                     a->hit.count == b->hit.count));
}

/* Whether PCRE2 says something else when it may take more steps: then what it
 * said was not about the text. */
static bool
is_undecided(struct one_case *c, unsigned i, const struct decision *wanted)
{
	struct conf_match limits = c->limits;
	struct match_set *set;
	struct decision more = { 0 };

	if (wanted->result == MATCH_OVER_LIMIT || wanted->hit.is_uncertain)
		return true;
	limits.steps_max *= STEPS_FACTOR;
	limits.depth_max *= STEPS_FACTOR;
	limits.stack_bytes_max *= STEPS_FACTOR;
	set = compile(c, c->runner->oracle, &limits);
	begin(c, c->runner->oracle_worker, set, true);
	more.result = match_decide(c->runner->oracle_worker, c->patterns[i].id,
	                           &more.hit);
	match_set_free(set);
	return !are_equal(&more, wanted);
}

/* ---- telling ---- */

static void
print_escaped(FILE *out, struct sv s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char ch = (unsigned char)s.p[i];

		if (ch == '\\' || ch == '"')
			fprintf(out, "\\%c", ch);
		else if (ch == '\n')
			fputs("\\n", out);
		else if (ch >= ' ' && ch < 0x7f)
			fputc(ch, out);
		else
			fprintf(out, "\\%03o", ch);
	}
}

static void
print_decision(FILE *out, const char *who, const struct decision *d)
{
	static const char *const names[] = {
		[MATCH_NONE] = "not found",
		[MATCH_FOUND] = "found",
		[MATCH_OVER_LIMIT] = "over a limit",
		[MATCH_LATE] = "late",
	};

	fprintf(out, "  %-6s %s", who, names[d->result]);
	if (d->result == MATCH_FOUND)
		fprintf(out, ": element %zu, offset %zu, length %zu, count %u",
		        d->hit.element, d->hit.offset, d->hit.length,
		        d->hit.count);
	fputc('\n', out);
}

/* Everything as C strings, ready for a test. */
static void
print_difference(struct one_case *c, unsigned i, const struct decision *wanted,
                 const struct decision *got)
{
	const struct match_pattern *p = &c->patterns[i];

	fputs("DIFFERENCE\n  regex  \"", c->out);
	print_escaped(c->out, p->regex);
	fprintf(c->out, "\"\n  flags  %s%s%s%s, hits_max %u, skip %u\n",
	        p->flags & MATCH_CASELESS ? "i" : "",
	        p->flags & MATCH_MULTILINE ? "m" : "",
	        p->flags & MATCH_DOTALL ? "s" : "",
	        p->flags & MATCH_EXTENDED ? "x" : "", p->hits_max, p->skip);
	for (size_t k = 0; k < c->texts[p->slot].n; k++) {
		fprintf(c->out, "  text %zu \"", k);
		print_escaped(c->out, c->elements[p->slot][k]);
		fputs("\"\n", c->out);
	}
	print_decision(c->out, "pcre2", wanted);
	print_decision(c->out, match_engine_name(c->runner->engine), got);
}

/* ---- comparing ---- */

static bool
compare(struct one_case *c, const struct decision *wanted,
        const struct decision *got)
{
	bool is_same = true;

	for (unsigned i = 0; i < c->n_patterns; i++) {
		c->counts->decisions++;
		c->counts->found += wanted[i].result == MATCH_FOUND;
		if (wanted[i].result == MATCH_OVER_LIMIT)
			c->counts->undecided++;
		if (are_equal(&wanted[i], &got[i]))
			continue;
		if (got[i].result == MATCH_LATE ||
		    got[i].result == MATCH_OVER_LIMIT ||
		    got[i].hit.is_uncertain) {
			c->counts->given_up++;
			continue;
		}
		if (is_undecided(c, i, &wanted[i])) {
			c->counts->undecided +=
			    wanted[i].result != MATCH_OVER_LIMIT;
			continue;
		}
		print_difference(c, i, &wanted[i], &got[i]);
		is_same = false;
	}
	return is_same;
}

static bool
compare_message(struct one_case *c)
{
	struct decision wanted[PATTERNS_MAX], got[PATTERNS_MAX];
	struct match_worker *oracle = c->runner->oracle_worker;
	struct match_worker *engine = c->runner->engine_worker;
	unsigned wanted_cut = begin(c, oracle, c->by_oracle, true);
	unsigned cut =
	    begin(c, engine, c->by_engine, dice_one_in(&c->luck, 16));
	size_t n;

	decide_all(c, oracle, wanted);
	n = decide_all(c, engine, got);
	if (n == SIZE_MAX || cut != wanted_cut) {
		fprintf(c->out, "DIFFERENCE\n  %s\n",
		        n == SIZE_MAX ? "strange candidates"
		                      : "what was left out is not the same");
		return false;
	}
	c->counts->candidates += n;
	return compare(c, wanted, got);
}

static bool
compare_sets(struct one_case *c)
{
	for (unsigned i = 0; i < c->n_patterns; i++) {
		unsigned id = c->patterns[i].id;
		bool has = match_set_has(c->by_oracle, id);

		c->counts->patterns++;
		c->counts->compiled += has;
		if (has == match_set_has(c->by_engine, id))
			continue;
		fputs("DIFFERENCE\n  compiled by one only: \"", c->out);
		print_escaped(c->out, c->patterns[i].regex);
		fputs("\"\n", c->out);
		return false;
	}
	return true;
}

static void
make_limits(struct one_case *c)
{
	static const int64_t element_max[] = { 1 << 16, 1 << 16, 100, 33 };
	static const int64_t view_max[] = { 1 << 20, 1 << 20, 1 << 20, 150 };

	c->limits = (struct conf_match){
		.steps_max = STEPS_MAX,
		.depth_max = 10000,
		.stack_bytes_max = 1 << 20,
		.element_bytes_max = element_max[dice_roll(&c->choices, 4)],
		.view_bytes_max = view_max[dice_roll(&c->choices, 4)],
	};
}

bool
case_run(struct case_runner *r, struct sv bytes, FILE *out,
         struct case_counts *counts)
{
	struct one_case c = {
		.runner = r,
		.arena = arena_new(),
		.choices = { .bytes = (const uint8_t *)bytes.p, .n = bytes.n },
		.out = out,
		.counts = counts,
	};
	struct conf_match timed;
	bool is_same;

	for (size_t i = 0; i < bytes.n; i++)
		c.luck.state = c.luck.state * 31 + (unsigned char)bytes.p[i];
	c.n_slots = 1 + dice_roll(&c.choices, SLOTS_MAX);
	c.n_patterns = 1 + dice_roll(&c.choices, PATTERNS_MAX);
	make_limits(&c);
	for (unsigned i = 0; i < c.n_patterns; i++)
		make_pattern(&c, i);
	c.by_oracle = compile(&c, r->oracle, &c.limits);
	/* the engine as it is used, the oracle as PCRE2 compiles it */
	timed = c.limits;
	timed.pattern_cpu_max_ms = timed.message_cpu_max_ms = CPU_MAX_MS;
	c.by_engine = compile(&c, r->engine, &timed);
	is_same = compare_sets(&c);
	for (unsigned i = 0; is_same && i < MESSAGES_MAX; i++) {
		make_texts(&c);
		is_same = compare_message(&c);
		free_texts(&c);
	}
	match_set_free(c.by_oracle);
	match_set_free(c.by_engine);
	arena_free(c.arena);
	return is_same;
}
