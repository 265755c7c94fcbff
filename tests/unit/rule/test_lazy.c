/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deciding only what is needed gives what deciding everything gives: for
 * random rules on random messages, and for real rules on the golden messages.
 */
#include "sample.h"

#include <dirent.h>
#include <unistd.h>

#include "base/file.h"
#include "rule/range.h"

/* ---- random numbers that are the same in each run ---- */

static uint64_t random_state;

static unsigned
random_below(unsigned n)
{
	random_state =
	    random_state * 6364136223846793005U + 1442695040888963407U;
	return (unsigned)(random_state >> 33) % n;
}

/* ---- random rules ---- */

enum {
	ATOMS = 14,
	METAS = 24,
	ROUNDS = 200,
	MESSAGES = 6, /* of each rule set */
	RULES_BYTES_MAX = 1 << 20,
};

static const char *const atoms[ATOMS] = {
	"body A0 /a0/",
	"body A1 /a1/\ntflags A1 multiple",
	"body __A2 /a2/",
	"body __A3 /a3/\ntflags __A3 multiple",
	"body __A4 /a4/\ntflags __A4 multiple maxhits=2",
	"body A5 /a5/\ntflags A5 multiple maxhits=3",
	"header __A6 X-One =~ /a6/",
	"header A7 X-One !~ /a7/",
	"header __A8 X-Two !~ /a8/",
	"header __A9 exists:X-Two",
	"header __A10 X-Two =~ /unset/ [if-unset: unset]",
	"header A11 X-Two !~ /unset/ [if-unset: unset]",
	"header __A12 X-One =~ /^$/",
	"uri __A13 /a13/",
};

static const char *const atom_names[ATOMS] = {
	"A0", "A1",   "__A2", "__A3",  "__A4", "A5",    "__A6",
	"A7", "__A8", "__A9", "__A10", "A11",  "__A12", "__A13",
};

static const char *const operators[] = {
	"&&", "&&", "&&", "||", "||", "||", "+",  "+", "-",
	"*",  "/",  "^",  "==", "!=", "<",  "<=", ">", ">=",
};

static const char *const numbers[] = { "0", "1",   "2",   "3",
	                               "5", "0.5", "1.5", "99999" };

/* The expression of meta number `meta`, of atoms and of metas before it, with
 * about that many operands. */
static void
add_expression(struct buf *out, unsigned meta, unsigned operands)
{
	static const char *const before[] = { "", "", "", "!", "-", "!!" };
	unsigned left;

	buf_add_str(out, before[random_below(6)]);
	if (operands > 1) {
		left = 1 + random_below(operands - 1);
		buf_add_char(out, '(');
		add_expression(out, meta, left);
		if (random_below(12) == 0) {
			buf_add_str(out, " ? ");
			add_expression(out, meta, 1);
			buf_add_str(out, " : ");
		} else {
			buf_addf(out, " %s ", operators[random_below(18)]);
		}
		add_expression(out, meta, operands - left);
		buf_add_char(out, ')');
	} else if (random_below(6) == 0) {
		buf_add_str(out, numbers[random_below(8)]);
	} else if (meta && random_below(3) == 0) {
		unsigned other = random_below(meta);

		buf_addf(out, "%sM%u", other % 2 ? "__" : "", other);
	} else {
		buf_add_str(out, atom_names[random_below(ATOMS)]);
	}
}

static void
make_rules(struct buf *out)
{
	for (unsigned i = 0; i < ATOMS; i++)
		buf_addf(out, "%s\n", atoms[i]);
	for (unsigned i = METAS; i-- > 0;) { /* users stand first */
		buf_addf(out, "meta %sM%u ", i % 2 ? "__" : "", i);
		add_expression(out, i, 1 + random_below(9));
		buf_add_char(out, '\n');
	}
	for (unsigned i = 0; i < METAS; i += 2)
		buf_addf(out, "score M%u %u.%u\n", i, random_below(4),
		         random_below(3));
}

static struct message *
make_message(struct arena *a)
{
	struct sample_mail mail = { .full = "" };
	struct buf text = BUF_INIT(4096), uri = BUF_INIT(4096);
	struct buf one = BUF_INIT(4096);

	for (unsigned i = 0; i < 30; i++)
		buf_addf(&text, "a%u ", random_below(24));
	buf_addf(&uri, "http://example.org/a%u", 12 + random_below(3));
	buf_addf(&one, "X-One: a%u", 5 + random_below(4));
	mail.body[0] = arena_str(a, buf_sv(&text));
	mail.uri[0] = arena_str(a, buf_sv(&uri));
	if (random_below(2))
		mail.header[0] = arena_str(a, buf_sv(&one));
	if (mail.header[0] && random_below(2))
		mail.header[1] = random_below(2) ? "X-Two: a8" : "X-Two: unset";
	buf_done(&text);
	buf_done(&uri);
	buf_done(&one);
	return sample_message(a, &mail);
}

/* ---- comparison ---- */

static void
add_hits(struct buf *out, const struct rule_result *r)
{
	buf_addf(out, "score %lld:", (long long)r->score_e4);
	for (size_t i = 0; i < r->n_hits; i++)
		if (!r->hits[i].rule->is_sub)
			buf_addf(out, " %s=%u@%zu,%zu+%zu",
			         r->hits[i].rule->name, r->hits[i].count,
			         r->hits[i].element, r->hits[i].offset,
			         r->hits[i].text.n);
}

struct bench {
	struct rule_set *rs;
	struct rule_worker *worker;
	struct arena *arena;
	const char *rules;
};

/* Whatever is asked for, and by whatever engine: the same. Returns everything
 * that is true. */
static struct rule_result *
compare(const struct bench *b, const struct message *m)
{
	static const struct rule_job ways[] = {
		{ .all_hits = true },
		{ .all_hits = true, .ungated = true },
		{ .all_hits = false },
		{ .all_hits = false, .ungated = true },
	};
	struct buf want = BUF_INIT(1 << 20), got = BUF_INIT(1 << 20);
	struct rule_result *first = NULL, *r;

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		struct rule_job job = ways[i];

		job.message = m;
		r = rule_eval(b->rs, b->worker, b->arena, &job);
		buf_reset(&got);
		add_hits(&got, r);
		if (!first) {
			first = r;
			buf_add(&want, buf_sv(&got));
		}
		ck_assert_msg(sv_eq(buf_sv(&got), buf_sv(&want)),
		              "%s\nway %zu: %s\nnot:   %s", b->rules, i,
		              buf_str(&got), buf_str(&want));
	}
	buf_done(&want);
	buf_done(&got);
	return first;
}

/* ---- metas as they would be computed with pen and paper ---- */

struct values {
	double list[METAS];
	const struct rule_result *atoms;
};

static const char *
add_name(void *ctx, struct expr *e, struct sv name, const struct sv *argument)
{
	const struct values *v = ctx;
	unsigned meta;

	(void)argument;
	for (size_t i = 0; i < v->atoms->n_hits; i++)
		if (sv_eq_str(name, v->atoms->hits[i].rule->name) &&
		    v->atoms->hits[i].rule->type != RULE_META) {
			expr_add_number(e, v->atoms->hits[i].count);
			return NULL;
		}
	if (sscanf(name.p, "M%u", &meta) == 1 ||
	    sscanf(name.p, "__M%u", &meta) == 1)
		expr_add_number(e, v->list[meta]);
	else
		expr_add_number(e, 0);
	return NULL;
}

static void
check_metas(const struct bench *b, const struct rule_result *all)
{
	struct values v = { .atoms = all };
	struct expr_names names = { add_name, &v };
	double stack[200], x;
	char name[20];

	for (unsigned i = 0; i < METAS; i++) {
		const struct rule *r;
		struct expr e = { 0 };
		unsigned count = 0;

		snprintf(name, sizeof name, "%sM%u", i % 2 ? "__" : "", i);
		r = rule_set_find(b->rs, sv_str(name));
		if (r->disabled)
			continue;
		ck_assert_ptr_null(
		    expr_compile(sv_str(r->definition), &names, &e));
		ck_assert_uint_lt(e.n, 200);
		x = expr_compute(&e, NULL, stack);
		v.list[i] = x < 0 ? 1 : x;
		for (size_t k = 0; k < all->n_hits; k++)
			if (all->hits[k].rule == r)
				count = all->hits[k].count;
		ck_assert_msg(
		    count == (v.list[i] > 0 && v.list[i] < 1 ? 1
		              : v.list[i] > 10000            ? 10000
		                                  : (unsigned)v.list[i]),
		    "%s\n%s is %u, not %g", b->rules, name, count, v.list[i]);
		expr_done(&e);
	}
}

START_TEST(random_metas_have_one_value_however_they_are_decided)
{
	struct buf rules = BUF_INIT(RULES_BYTES_MAX);
	struct bench b = { .worker = rule_worker_new(), .arena = arena_new() };

	random_state = 1;
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct diags diags = DIAGS_INIT;

		buf_reset(&rules);
		make_rules(&rules);
		b.rules = buf_str(&rules);
		b.rs = sample_compile(b.rules, &diags);
		ck_assert_msg(b.rs != NULL, "%s\n%s", b.rules,
		              diags.n ? diags.list[0].text : "");
		for (unsigned i = 0; i < MESSAGES; i++) {
			check_metas(&b, compare(&b, make_message(b.arena)));
			arena_reset(b.arena);
		}
		rule_set_unref(b.rs);
		diags_done(&diags);
	}
	rule_worker_free(b.worker);
	arena_free(b.arena);
	buf_done(&rules);
}
END_TEST

/* ---- shadow rules ---- */

static const char shadows[] = "tflags M0 shadow\n"
			      "tflags M4 shadow\n"
			      "tflags M12 shadow\n"
			      "tflags A0 shadow\n"
			      "tflags __M7 shadow\n"
			      "tflags __A6 shadow\n";

/* The hits of a set without shadows, of the rules that are, or are not, in the
 * other one. */
static void
add_those(struct buf *out, const struct rule_set *with,
          const struct rule_result *r, bool shadow)
{
	for (size_t i = 0; i < r->n_hits; i++) {
		const struct rule *rule =
		    rule_set_find(with, sv_str(r->hits[i].rule->name));

		if (rule_is_shadow(rule) == shadow && (shadow || !rule->is_sub))
			buf_addf(out, " %s=%u", rule->name, r->hits[i].count);
	}
}

static void
add_list(struct buf *out, const struct rule_hit *hits, size_t n, bool subs)
{
	for (size_t i = 0; i < n; i++)
		if (subs || !hits[i].rule->is_sub)
			buf_addf(out, " %s=%u", hits[i].rule->name,
			         hits[i].count);
}

static void
compare_shadows(const struct bench *b, const struct rule_set *with,
                const struct message *m)
{
	struct buf want = BUF_INIT(1 << 20), got = BUF_INIT(1 << 20);
	struct rule_job job = { .message = m, .all_hits = true };
	const struct rule_result *all, *r;

	all = rule_eval(b->rs, b->worker, b->arena, &job);
	add_those(&want, with, all, false);
	buf_add_str(&want, " and");
	add_those(&want, with, all, true);
	for (int lazy = 0; lazy < 2; lazy++) {
		int64_t score_e4 = 0;

		job.all_hits = !lazy;
		r = rule_eval(with, b->worker, b->arena, &job);
		buf_reset(&got);
		add_list(&got, r->hits, r->n_hits, false);
		buf_add_str(&got, " and");
		add_list(&got, r->shadow_hits, r->n_shadow_hits, true);
		ck_assert_msg(sv_eq(buf_sv(&got), buf_sv(&want)),
		              "%s\n%s\nnot:   %s", b->rules, buf_str(&got),
		              buf_str(&want));
		for (size_t i = 0; i < r->n_hits; i++)
			score_e4 += r->hits[i].score_e4;
		ck_assert_int_eq(r->score_e4, score_e4);
	}
	buf_done(&want);
	buf_done(&got);
}

START_TEST(a_shadow_is_what_it_was_and_gives_no_points)
{
	struct buf rules = BUF_INIT(RULES_BYTES_MAX);
	struct bench b = { .worker = rule_worker_new(), .arena = arena_new() };

	random_state = 2;
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct diags diags = DIAGS_INIT;
		struct rule_set *with;

		buf_reset(&rules);
		make_rules(&rules);
		b.rules = buf_str(&rules);
		b.rs = sample_compile(b.rules, &diags);
		buf_add_str(&rules, shadows);
		b.rules = buf_str(&rules);
		with = sample_compile(b.rules, &diags);
		ck_assert(b.rs && with);
		for (unsigned i = 0; i < MESSAGES; i++) {
			compare_shadows(&b, with, make_message(b.arena));
			arena_reset(b.arena);
		}
		rule_set_unref(b.rs);
		rule_set_unref(with);
		diags_done(&diags);
	}
	rule_worker_free(b.worker);
	arena_free(b.arena);
	buf_done(&rules);
}
END_TEST

/* ---- ranges ---- */

static const double samples[] = { -3,  -1.5, -1, -0.5, 0,   0.5, 1,
	                          1.5, 2,    3,  7,    1e9, 5e9, 1e200 };

enum { SAMPLES = sizeof samples / sizeof *samples };

static bool
holds(struct range r, double x)
{
	if (isnan(x))
		return isnan(r.lo) || (r.lo == -INFINITY && r.hi == INFINITY);
	return r.lo <= x && x <= r.hi && (!r.whole || x == floor(x));
}

static struct range
between(size_t lo, size_t hi, bool whole)
{
	struct range r = { samples[lo], samples[hi], whole };

	return lo == hi ? range_of(samples[lo]) : r;
}

/* Every sample in the one range with every one in the other. */
static void
check_operator(enum expr_op op, struct range a, struct range b)
{
	struct range r = range_binary(op, a, b);

	for (size_t x = 0; x < SAMPLES; x++)
		for (size_t y = 0; y < SAMPLES; y++)
			if (holds(a, samples[x]) && holds(b, samples[y]) &&
			    !holds(r, expr_apply(op, samples[x], samples[y])))
				ck_abort_msg("%g op %d %g is not in %g..%g",
				             samples[x], (int)op, samples[y],
				             r.lo, r.hi);
}

START_TEST(a_range_holds_whatever_an_operator_may_give)
{
	enum { PAIRS = SAMPLES * SAMPLES };

	for (size_t i = 0; i < PAIRS * PAIRS; i++) {
		size_t alo = i % SAMPLES, ahi = i / SAMPLES % SAMPLES;
		size_t blo = i / PAIRS % SAMPLES, bhi = i / PAIRS / SAMPLES;

		if (alo > ahi || blo > bhi)
			continue;
		for (int op = OP_OR; op <= OP_DIV; op++) {
			check_operator((enum expr_op)op,
			               between(alo, ahi, true),
			               between(blo, bhi, true));
			check_operator((enum expr_op)op,
			               between(alo, ahi, false),
			               between(blo, bhi, true));
			check_operator((enum expr_op)op,
			               between(alo, ahi, false),
			               between(blo, bhi, false));
		}
	}
}
END_TEST

START_TEST(what_is_certain_is_known_before_all_parts_are)
{
	struct range maybe = range_up_to(1), yes = range_of(1);
	struct range no = range_of(0), many = range_up_to(10000);

	ck_assert(range_is_known(range_binary(OP_OR, maybe, yes)));
	ck_assert(!range_is_known(range_binary(OP_OR, many, yes)));
	ck_assert(range_is_known(range_binary(OP_AND, maybe, no)));
	ck_assert(range_is_known(range_binary(OP_AND, no, maybe)));
	ck_assert(!range_is_known(range_binary(OP_AND, yes, maybe)));
	ck_assert(range_is_known(range_binary(
	    OP_GT, range_binary(OP_ADD, maybe, maybe), range_of(2))));
	ck_assert(range_is_known(range_not(range_of(3))));
	ck_assert(range_is_known(range_choose(yes, no, maybe)));
}
END_TEST

/* ---- real rules ---- */

static void
compare_files(const struct bench *b, const char *folder)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;
	size_t n = 0;

	ck_assert_ptr_nonnull(dir);
	while ((entry = readdir(dir))) {
		struct buf raw = BUF_INIT(16 << 20);
		char path[8192];

		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		if (!sv_iends(sv_str(path), SV(".eml")) ||
		    file_read(path, &raw))
			continue;
		compare(b, message_parse(b->arena, buf_sv(&raw),
		                         &sample_conf()->message));
		arena_reset(b->arena);
		buf_done(&raw);
		n++;
	}
	closedir(dir);
	ck_assert_uint_gt(n, 0);
}

static void
compare_with(const char *rules)
{
	const char *top = getenv("top_srcdir");
	struct diags diags = DIAGS_INIT;
	struct conf_list list = { (char *[]){ (char *)(uintptr_t)rules }, 1 };
	struct rule_sources sources;
	struct bench b = { .rules = rules };
	char golden[4096];

	ck_assert_int_eq(rule_sources_read(&list, &sources, &diags), 0);
	b.rs = rule_set_compile(&sources, sample_conf(), &diags);
	ck_assert_ptr_nonnull(b.rs);
	b.worker = rule_worker_new();
	b.arena = arena_new();
	snprintf(golden, sizeof golden, "%s/tests/golden", top ? top : ".");
	compare_files(&b, golden);
	rule_set_unref(b.rs);
	rule_worker_free(b.worker);
	arena_free(b.arena);
	rule_sources_done(&sources);
	diags_done(&diags);
}

START_TEST(the_starter_rules_find_the_same_however_they_are_decided)
{
	const char *top = getenv("top_srcdir");
	char rules[4096];

	snprintf(rules, sizeof rules, "%s/rules", top ? top : ".");
	compare_with(rules);
}
END_TEST

/* Debian's package, where it is installed. */
START_TEST(the_rules_of_spamassassin_find_the_same_however_they_are_decided)
{
	const char *rules = "/usr/share/spamassassin";

	if (access(rules, R_OK) == 0)
		compare_with(rules);
}
END_TEST

UNIT_MAIN("lazy", random_metas_have_one_value_however_they_are_decided,
          a_shadow_is_what_it_was_and_gives_no_points,
          a_range_holds_whatever_an_operator_may_give,
          what_is_certain_is_known_before_all_parts_are,
          the_starter_rules_find_the_same_however_they_are_decided,
          the_rules_of_spamassassin_find_the_same_however_they_are_decided)
