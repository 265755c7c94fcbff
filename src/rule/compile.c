/* SPDX-License-Identifier: Apache-2.0 */
/* From drafts to a rule set. */
#include <stdio.h>
#include <stdlib.h>
#include <xxhash.h>

#include "base/digest.h"
#include "base/e4.h"
#include "rule/set.h"
#include "rule/shortcircuit.h"

enum { SLOT_KEY_BYTES_MAX = 256 * 1024 }; /* a line at most */

enum view_kind
rule_view(enum rule_type type)
{
	static const enum view_kind views[] = {
		[RULE_HEADER] = VIEW_HEADER,
		[RULE_BODY] = VIEW_BODY,
		[RULE_RAWBODY] = VIEW_RAWBODY,
		[RULE_URI] = VIEW_URI,
		[RULE_FULL] = VIEW_FULL,
		[RULE_SKELETON] = VIEW_SKELETON,
		[RULE_URI_SKELETON] = VIEW_URI_SKELETON,
		[RULE_MIMEHEADER] = VIEW_MIMEHEADER,
		[RULE_URI_DETAIL] = VIEW_URI_DETAIL,
		[RULE_ASKDNS] = VIEW_HEADER,
	};

	return views[type];
}

/* A rule that nobody scored has 1 point, 0.01 as long as it is on trial. */
static void
settle_score(struct draft *d, size_t score_set)
{
	struct rule *r = &d->rule;

	r->score_e4 = d->scores_e4[score_set];
	if (!d->has_score) {
		r->score_e4 = sv_starts(sv_str(r->name), SV("T_"))
		                  ? E4_ONE / 100
		                  : E4_ONE;
		if (r->tflags & TFLAG_NICE)
			r->score_e4 = -r->score_e4;
	}
	r->disabled = r->score_e4 == 0;
	if (r->is_sub)
		r->score_e4 = 0;
}

static uint64_t
key_of(const struct rule *r)
{
	struct buf text = BUF_INIT(SIZE_MAX);
	uint64_t key;

	buf_addf(&text, "%d %s %s", (int)r->type, r->name, r->definition);
	key = XXH3_64bits(text.p, text.n);
	buf_done(&text);
	return key ? key : 1;
}

static void
take_rules(struct rule_set *rs, const struct drafts *drafts, size_t score_set)
{
	rs->by_name = map_new();
	rs->rules = ARENA_ARRAY(rs->arena, struct rule, drafts->list.n + 1);
	rs->programs =
	    ARENA_ARRAY(rs->arena, struct program, drafts->list.n + 1);
	for (size_t i = 0; i < drafts->list.n; i++) {
		struct draft *d = drafts->list.list[i];

		if (d->state != DRAFT_DEFINED)
			continue;
		settle_score(d, score_set);
		d->rule.key = key_of(&d->rule);
		rs->rules[rs->n] = d->rule;
		map_set(rs->by_name, sv_str(d->rule.name), &rs->rules[rs->n]);
		rs->n++;
	}
}

static void
warn_undefined(const struct drafts *drafts, struct diags *diags)
{
	for (size_t i = 0; i < drafts->mentioned.n; i++) {
		const struct draft *d = drafts->mentioned.list[i];

		if (d->state == DRAFT_MENTIONED)
			diags_add(diags, SEVERITY_WARNING, d->first_file,
			          d->first_line,
			          "there is no rule %s: what is said of it has "
			          "no effect",
			          d->rule.name);
	}
}

/* A key that two rules share when they look at the same text. */
static void
slot_key(const struct slot *s, struct buf *out)
{
	buf_reset(out);
	buf_addf(out, "%d", (int)s->view);
	if (s->view == VIEW_HEADER)
		buf_addf(out, " %s", s->selector.text);
	if (s->view == VIEW_URI_DETAIL)
		buf_addf(out, " %d", (int)s->side);
	if (s->view == VIEW_MIMEHEADER)
		buf_addf(out, " " SV_FMT " %d %u %u %d", SV_ARG(s->part.name),
		         s->part.raw, s->parts_from, s->parts_to, s->concat);
	if (s->if_unset)
		buf_addf(out, "\n%s", s->if_unset);
}

static unsigned
slot_find(struct rule_set *rs, struct map *slots, const struct slot *s)
{
	struct buf key = BUF_INIT(SLOT_KEY_BYTES_MAX);
	size_t *found;

	slot_key(s, &key);
	found = map_get(slots, buf_sv(&key));
	if (!found) {
		found = ARENA_NEW(rs->arena, size_t);
		*found = rs->slots.n;
		map_set(slots, buf_sv(&key), found);
		*VEC_ADD(&rs->slots) = *s;
		if (s->view == VIEW_HEADER)
			selector_number(&rs->slots.list[*found].selector,
			                rs->headers);
	}
	buf_done(&key);
	return (unsigned)*found;
}

/* Whether a rule looks at elements of which the first is the subject. */
static bool
has_subject(const struct rule *r)
{
	return r->type == RULE_BODY || r->type == RULE_SKELETON;
}

static void
add_pattern(struct rule_set *rs, const struct drafts *drafts,
            const struct draft *d, const struct rule *r)
{
	struct program *p = &rs->programs[rule_index(rs, r)];
	unsigned hits_max = r->multiple && !d->test.negate ? r->maxhits : 1;
	struct sv compact, regex = tags_expand(drafts, d, &compact);
	struct match_pattern pattern;

	p->count_max =
	    hits_max && hits_max < MATCH_COUNT_MAX ? hits_max : MATCH_COUNT_MAX;
	pattern = (struct match_pattern){
		.regex = regex,
		.compact = compact,
		.flags = d->test.flags,
		.slot = p->slot,
		.id = rule_index(rs, r),
		.skip = has_subject(r) && r->tflags & TFLAG_NOSUBJECT,
		.hits_max = hits_max,
		.one_element = r->type == RULE_MIMEHEADER,
		.name = r->name,
		.file = r->file,
		.line = r->line,
	};
	if (capture_is_template(regex)) {
		p->kind = PROGRAM_TEMPLATE;
		rs->slots.list[p->slot].has_templates = true;
		p->template = memcpy(ARENA_NEW(rs->arena, struct match_pattern),
		                     &pattern, sizeof pattern);
		pattern.regex =
		    p->negate ? SV("(?s:)") : capture_gate(rs->arena, regex);
		pattern.compact = SV_NONE;
	}
	if (capture_has_groups(regex) && !p->negate)
		*VEC_ADD(&rs->captures) = rule_index(rs, r);
	match_set_add(rs->match, &pattern);
}

/* The expressions besides the one that is the rule's own pattern are run on
 * single texts only: their slot has none. */
static void
add_detail(struct rule_set *rs, const struct draft *d, const struct rule *r,
           struct map *slots)
{
	struct program *p = &rs->programs[rule_index(rs, r)];
	struct slot slot = { .view = VIEW_URI_DETAIL, .side = URI_SIDES };
	struct uri_detail *detail = d->test.detail;
	struct match_pattern pattern = {
		.hits_max = 1,
		.name = r->name,
		.file = r->file,
		.line = r->line,
	};
	unsigned aside = slot_find(rs, slots, &slot);

	slot.side = detail->gate == URI_SIDES ? URI_SIDE_RAW : detail->gate;
	p->kind = PROGRAM_URI_DETAIL;
	p->slot = slot_find(rs, slots, &slot);
	p->count_max = 1;
	p->detail = detail;
	for (unsigned side = 0; side < URI_SIDES; side++) {
		struct uri_question *q = &detail->of[side];
		bool is_gate = side == detail->gate;

		if (!q->is_asked)
			continue;
		q->pattern = is_gate ? rule_index(rs, r) : rs->n_patterns++;
		pattern.id = q->pattern;
		pattern.regex = q->regex;
		pattern.flags = q->flags;
		pattern.slot = is_gate ? p->slot : aside;
		match_set_add(rs->match, &pattern);
	}
	if (detail->gate == URI_SIDES) {
		pattern.id = rule_index(rs, r);
		pattern.regex = SV("(?s:)");
		pattern.slot = p->slot;
		match_set_add(rs->match, &pattern);
	}
}

/* A function may behave in another way, by what is said of its rule. */
static void
add_call(struct rule_set *rs, const struct draft *d, const struct rule *r)
{
	static const struct {
		unsigned tflag, flag;
	} flags[] = {
		{ TFLAG_NICE, EVAL_RULE_NICE },
		{ TFLAG_A, EVAL_RULE_A },
		{ TFLAG_NS, EVAL_RULE_NS },
		{ TFLAG_NOTRIM, EVAL_RULE_NOTRIM },
		{ TFLAG_IPS_ONLY, EVAL_RULE_IPS_ONLY },
		{ TFLAG_DOMAINS_ONLY, EVAL_RULE_DOMAINS_ONLY },
	};
	struct program *p = &rs->programs[rule_index(rs, r)];
	struct eval_rule rule = { .name = r->name, .is_off = r->disabled };

	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		if (r->tflags & flags[i].tflag)
			rule.flags |= flags[i].flag;
	eval_call_set_rule(d->test.call, &rule);
	p->kind = PROGRAM_EVAL;
	p->slot = (unsigned)rs->calls.n;
	p->count_max = 1;
	*VEC_ADD(&rs->calls) =
	    (struct set_call){ rule_index(rs, r), d->test.call };
	rs->has_points |= eval_has_points(d->test.call);
}

static void
add_program(struct rule_set *rs, const struct drafts *drafts,
            const struct draft *d, const struct rule *r, struct map *slots)
{
	struct program *p = &rs->programs[rule_index(rs, r)];
	struct slot slot = { .view = VIEW_HEADER };

	if (r->type == RULE_META) {
		p->kind = PROGRAM_META;
		return;
	}
	if (r->type == RULE_LIST) { /* see compile_lists() */
		p->kind = PROGRAM_LIST;
		return;
	}
	if (d->test.call) {
		add_call(rs, d, r);
		return;
	}
	if (r->type == RULE_URI_DETAIL) {
		add_detail(rs, d, r, slots);
		return;
	}
	slot.view = rule_view(r->type);
	slot.selector = d->test.selector;
	slot.if_unset = d->test.if_unset;
	if (r->type == RULE_MIMEHEADER) {
		if (d->test.negate) {
			p->kind = PROGRAM_ALWAYS;
			return;
		}
		slot.part = d->test.part;
		slot.parts_from = d->parts_from;
		slot.parts_to = d->parts_to;
		slot.concat = r->tflags & TFLAG_CONCAT;
	}
	p->slot = slot_find(rs, slots, &slot);
	p->negate = d->test.negate;
	p->kind = d->test.exists ? PROGRAM_EXISTS : PROGRAM_REGEX;
	if (p->kind == PROGRAM_REGEX)
		add_pattern(rs, drafts, d, r);
}

/* NULL, with a diagnostic, for one that this build has not. */
static const struct match_engine *
find_engine(enum engine wanted, struct diags *diags)
{
	const struct match_engine *engine;

	if (wanted == ENGINE_AUTO)
		wanted = ENGINE_GATES;
	engine = match_engine_find(engine_word(wanted));
	if (!engine)
		diags_add(diags, SEVERITY_ERROR, NULL, 0,
		          "match.engine: this build has no %s",
		          engine_word(wanted));
	return engine;
}

static void
compile_patterns(struct rule_set *rs, const struct drafts *drafts,
                 const struct conf_match *limits,
                 const struct match_engine *engine, struct diags *diags)
{
	struct map *slots = map_new();

	rs->headers = header_names_new();
	rs->engine = engine;
	rs->match = match_set_new(engine, limits);
	rs->n_patterns = (uint32_t)rs->n;
	for (size_t i = 0, r = 0; i < drafts->list.n; i++)
		if (drafts->list.list[i]->state == DRAFT_DEFINED)
			add_program(rs, drafts, drafts->list.list[i],
			            &rs->rules[r++], slots);
	eval_settings_finish(rs->evals, limits, rs->headers);
	match_set_compile(rs->match, diags);
	for (size_t i = 0; i < rs->n; i++)
		if ((rs->programs[i].kind == PROGRAM_REGEX ||
		     rs->programs[i].kind == PROGRAM_TEMPLATE ||
		     rs->programs[i].kind == PROGRAM_URI_DETAIL) &&
		    !match_set_has(rs->match, (unsigned)i))
			rs->programs[i].kind = PROGRAM_NONE;
	map_free(slots);
}

static const struct rule_source *
find_list(const struct rule_sources *sources, const char *file)
{
	for (size_t i = 0; i < sources->n; i++)
		if (sources->list[i].is_list &&
		    strcmp(sources->list[i].file, file) == 0)
			return &sources->list[i];
	return NULL;
}

/* The set of a rule's list; rules with the same list share it. */
static const struct list *
list_set(struct rule_set *rs, const struct draft *d, struct map *sets,
         const struct rule_sources *sources, struct diags *diags)
{
	struct sv key = arena_printf(rs->arena, "%d %s", (int)d->test.list_kind,
	                             d->test.list_file);
	struct list *set = map_get(sets, key);
	const struct rule_source *source;

	if (set)
		return set;
	source = find_list(sources, d->test.list_file);
	if (!source)
		diags_add(diags, SEVERITY_ERROR, d->rule.file, d->rule.line,
		          "rule %s: there is no list %s", d->rule.name,
		          d->test.list_file);
	set = list_read(d->test.list_kind, d->test.list_file,
	                source ? sv_make(source->text, source->bytes) : SV(""),
	                diags);
	map_set(sets, key, set);
	*VEC_ADD(&rs->list_sets) = set;
	return set;
}

static void
compile_lists(struct rule_set *rs, const struct drafts *drafts,
              const struct rule_sources *sources, struct diags *diags)
{
	struct map *sets = map_new();

	for (size_t i = 0, r = 0; i < drafts->list.n; i++) {
		const struct draft *d = drafts->list.list[i];

		if (d->state != DRAFT_DEFINED)
			continue;
		if (d->rule.type == RULE_LIST) {
			rs->programs[r].slot = (unsigned)rs->lists.n;
			*VEC_ADD(&rs->lists) = (struct set_list){
				.rule = (uint32_t)r,
				.set = list_set(rs, d, sets, sources, diags),
			};
		}
		r++;
	}
	map_free(sets);
}

static void
take_tests(struct rule_set *rs, const struct drafts *drafts,
           struct diags *diags)
{
	rs->tests =
	    ARENA_ARRAY(rs->arena, struct test_line, drafts->tests.n + 1);
	for (size_t i = 0; i < drafts->tests.n; i++) {
		const struct test_line *t = &drafts->tests.list[i];
		const struct rule *r =
		    map_get(rs->by_name, sv_str(t->draft->rule.name));

		if (r)
			rs->tests[rs->n_tests++] = *t;
		else if (t->draft->state != DRAFT_MENTIONED)
			diags_add(diags, SEVERITY_NOTE, t->file, t->line,
			          "test not run: rule %s was skipped",
			          t->draft->rule.name);
	}
}

static void
make_hash(struct rule_set *rs, const struct rule_sources *sources)
{
	struct buf all = BUF_INIT((size_t)1 << 40);
	char hex[DIGEST_TEXT];

	for (size_t i = 0; i < sources->n; i++) {
		buf_addf(&all, "%zu\n", sources->list[i].bytes);
		buf_add(&all,
		        sv_make(sources->list[i].text, sources->list[i].bytes));
	}
	snprintf(rs->hash, sizeof rs->hash, "sha256:%s",
	         digest_sha256(buf_sv(&all), hex));
	buf_done(&all);
}

static void
note_channels(struct rule_set *rs, const struct rule_sources *sources)
{
	struct rule_channel channel;

	for (size_t i = 0; i < sources->n; i++)
		if (rule_source_channel(&sources->list[i], &channel))
			*VEC_ADD(&rs->channels) = channel;
}

size_t
rule_set_channels(const struct rule_set *rs, const struct rule_channel **ret)
{
	*ret = rs->channels.list;
	return rs->channels.n;
}

static void
rule_set_free(struct rule_set *rs)
{
	for (size_t i = 0; i < rs->n; i++)
		expr_done(&rs->programs[i].expr);
	match_set_free(rs->match);
	map_free(rs->by_name);
	header_names_free(rs->headers);
	VEC_DONE(&rs->slots);
	for (size_t i = 0; i < rs->list_sets.n; i++)
		list_free(rs->list_sets.list[i]);
	VEC_DONE(&rs->list_sets);
	VEC_DONE(&rs->lists);
	VEC_DONE(&rs->captures);
	VEC_DONE(&rs->channels);
	VEC_DONE(&rs->calls);
	eval_settings_free(rs->evals);
	arena_free(rs->arena);
	free(rs);
}

/* Files that say of each plugin whether to load it. */
static bool
has_pre_file(const struct rule_sources *sources)
{
	for (size_t i = 0; i < sources->n; i++)
		if (sv_iends(sv_str(sources->list[i].file), SV(".pre")))
			return true;
	return false;
}

struct rule_set *
rule_set_compile(const struct rule_sources *sources, const struct conf *conf,
                 struct diags *diags)
{
	const struct match_engine *engine =
	    find_engine(conf->match.engine, diags);
	struct rule_set *rs;
	size_t errors = diags->errors;
	struct drafts drafts;

	if (!engine)
		return NULL;
	rs = mem_calloc(1, sizeof *rs);
	drafts_init(&drafts);
	drafts.sources = sources;
	drafts.language = conf->rule.language ? conf->rule.language : "en_US";
	if (has_pre_file(sources))
		eval_plugins_unload(drafts.evals);
	for (size_t i = 0; i < sources->n; i++)
		if (!sources->list[i].is_list && !sources->list[i].is_included)
			parse_source(&sources->list[i], &drafts, diags);
	shortcircuit_define(&drafts, diags);
	rs->references = 1;
	rs->arena = drafts.arena;
	rs->evals = drafts.evals;
	rs->settings = drafts.settings;
	rs->view_bytes_max = (size_t)conf->match.view_bytes_max;
	rs->match_text_max = (size_t)conf->rule.match_text_max;
	take_rules(rs, &drafts, conf_score_set(conf));
	warn_undefined(&drafts, diags);
	compile_patterns(rs, &drafts, &conf->match, engine, diags);
	compile_lists(rs, &drafts, sources, diags);
	meta_compile_all(rs, &drafts, diags);
	shortcircuit_make(rs, &drafts);
	costs_make(rs);
	rs->sample_every = (uint64_t)conf->match.sample_every;
	order_make(rs);
	if (diags->errors == errors)
		graph_make(rs, diags);
	take_tests(rs, &drafts, diags);
	make_hash(rs, sources);
	note_channels(rs, sources);
	drafts_done(&drafts);
	if (diags->errors == errors)
		return rs;
	rule_set_free(rs);
	return NULL;
}

struct rule_set *
rule_set_ref(struct rule_set *rs)
{
	rs->references++;
	return rs;
}

void
rule_set_unref(struct rule_set *rs)
{
	if (rs && --rs->references == 0)
		rule_set_free(rs);
}

size_t
rule_set_count(const struct rule_set *rs)
{
	return rs->n;
}

const struct rule *
rule_set_rule(const struct rule_set *rs, size_t index)
{
	return &rs->rules[index];
}

const struct rule *
rule_set_find(const struct rule_set *rs, struct sv name)
{
	return map_get(rs->by_name, name);
}

const char *
rule_set_hash(const struct rule_set *rs)
{
	return rs->hash;
}

const struct rule_settings *
rule_set_settings(const struct rule_set *rs)
{
	return &rs->settings;
}
