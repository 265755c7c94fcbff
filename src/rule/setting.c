/* SPDX-License-Identifier: Apache-2.0 */
/* The directives that say something of a rule that is defined elsewhere. */
#include "base/e4.h"
#include "record/words.h"
#include "rule/lex.h"
#include "rule/parse.h"
#include "rule/vocabulary.h"

enum { SHORTCIRCUIT_PRIORITY = -200 };

/* "1.5", or "(0.5)": to be added to what is set already. */
static bool
read_points(struct sv word, int64_t *ret_e4, bool *ret_relative)
{
	*ret_relative =
	    word.n > 2 && word.p[0] == '(' && word.p[word.n - 1] == ')';
	if (*ret_relative)
		word = sv_sub(word, 1, word.n - 1);
	return e4_parse(word, ret_e4) == 0;
}

/* One score, or four: see rule.score_set of tamis.conf(5). If one is in
 * parentheses, all are to be added to what is set already. */
void
set_score(struct parser *p, struct sv value)
{
	struct draft *d = parse_name(p, &value);
	int64_t points_e4, sets_e4[SCORE_SETS] = { 0 };
	bool relative = false, r;
	unsigned n = 0;
	struct sv word;

	if (!d)
		return;
	for (; sv_word(&value, &word); n++) {
		if (!read_points(word, &points_e4, &r)) {
			parse_error(p,
			            "score %s: '" SV_FMT
			            "' is no number of at most 4 decimals",
			            d->rule.name, SV_ARG(word));
			return;
		}
		relative |= r;
		if (n < SCORE_SETS)
			sets_e4[n] = points_e4;
	}
	if (n != 1 && n != SCORE_SETS) {
		parse_error(p, "score %s: expected 1 number, or %d",
		            d->rule.name, SCORE_SETS);
		return;
	}
	if (p->drafts->site && d->state != DRAFT_DEFINED) {
		parse_warning(p,
		              "there is no rule %s here: its points have no "
		              "effect",
		              d->rule.name);
		return;
	}
	if (relative && !d->has_score && !p->drafts->site) {
		parse_error(p,
		            "score %s: nothing is set yet that could be "
		            "changed",
		            d->rule.name);
		return;
	}
	for (unsigned i = 0; i < SCORE_SETS; i++) {
		points_e4 = sets_e4[n == 1 ? 0 : i];
		d->scores_e4[i] =
		    relative ? d->scores_e4[i] + points_e4 : points_e4;
	}
	if (p->drafts->site && !d->has_score)
		*VEC_ADD(&p->drafts->list) = d;
	d->has_score = true;
}

void
set_describe(struct parser *p, struct sv value)
{
	struct draft *d = parse_name(p, &value);

	if (d)
		d->rule.describe = arena_str(p->drafts->arena, value);
}

void
set_subjprefix(struct parser *p, struct sv value)
{
	struct draft *d = parse_name(p, &value);

	if (d)
		d->rule.subject_prefix = arena_str(p->drafts->arena, value);
}

/* Matters for shortcircuit only: metas find what they need in any order. */
void
set_priority(struct parser *p, struct sv value)
{
	struct draft *d = parse_name(p, &value);
	bool negative = sv_starts(value, SV("-"));
	uint64_t n;

	if (!d)
		return;
	if (!sv_u64(sv_from(value, negative), &n) || n > INT32_MAX) {
		parse_error(p, "priority %s: expected a whole number",
		            d->rule.name);
		return;
	}
	d->rule.priority = negative ? -(int)n : (int)n;
}

/* "ham" and "spam" come early, and teach nobody. */
static void
come_early(struct draft *d, unsigned tflags)
{
	if (!d->rule.priority)
		d->rule.priority = SHORTCIRCUIT_PRIORITY;
	d->rule.tflags |= tflags;
}

void
set_shortcircuit(struct parser *p, struct sv value)
{
	struct draft *d = parse_name(p, &value);

	if (!d)
		return;
	if (sv_eq_str(value, "on")) {
		d->rule.shortcircuit = SHORTCIRCUIT_ON;
	} else if (sv_eq_str(value, "off")) {
		d->rule.shortcircuit = SHORTCIRCUIT_OFF;
	} else if (sv_eq_str(value, "ham")) {
		d->rule.shortcircuit = SHORTCIRCUIT_HAM;
		come_early(d, TFLAG_NICE | TFLAG_NOAUTOLEARN);
	} else if (sv_eq_str(value, "spam")) {
		d->rule.shortcircuit = SHORTCIRCUIT_SPAM;
		come_early(d, TFLAG_NOAUTOLEARN);
	} else {
		parse_error(p, "shortcircuit %s: expected on, ham, spam or off",
		            d->rule.name);
	}
}

static void
read_shortcircuit_score(struct parser *p, struct sv value, int64_t *ret_e4)
{
	if (e4_parse(value, ret_e4))
		parse_error(p, "expected a number of at most 4 decimals");
}

void
set_shortcircuit_ham_score(struct parser *p, struct sv value)
{
	read_shortcircuit_score(p, value, &p->drafts->shortcircuit_ham_e4);
}

void
set_shortcircuit_spam_score(struct parser *p, struct sv value)
{
	read_shortcircuit_score(p, value, &p->drafts->shortcircuit_spam_e4);
}

/* "NAME OLD...": what a mass check may take for the rule. Here the rule is
 * just known. */
void
set_reuse(struct parser *p, struct sv value)
{
	struct draft *d = parse_name(p, &value);

	if (d && d->state == DRAFT_MENTIONED)
		d->state = DRAFT_SKIPPED;
}

static bool
read_maxhits(struct sv word, unsigned *ret)
{
	uint64_t n;

	if (!sv_starts(word, SV("maxhits=")) || !sv_u64(sv_from(word, 8), &n) ||
	    n > UINT32_MAX)
		return false;
	*ret = (unsigned)n;
	return true;
}

static const struct {
	const char *word;
	unsigned flag; /* 0: of parts of SpamAssassin that tamis has not */
} tflags[] = {
	{ "nice", TFLAG_NICE },
	{ "learn", TFLAG_LEARN },
	{ "net", TFLAG_NET },
	{ "userconf", TFLAG_USERCONF },
	{ "noautolearn", TFLAG_NOAUTOLEARN },
	{ "autolearn_force", TFLAG_AUTOLEARN_FORCE },
	{ "nolog", TFLAG_NOLOG },
	{ "nosubject", TFLAG_NOSUBJECT },
	{ "concat", TFLAG_CONCAT },
	{ "shadow", TFLAG_SHADOW },
	{ "autolearn_header", 0 },
	{ "autolearn_body", 0 },
	{ "publish", 0 },
	{ "nopublish", 0 },
	{ "noawl", 0 },
	{ "a", TFLAG_A },
	{ "ns", TFLAG_NS },
	{ "ips_only", TFLAG_IPS_ONLY },
	{ "domains_only", TFLAG_DOMAINS_ONLY },
	{ "notrim", TFLAG_NOTRIM },
	{ "dnsbl", 0 },
};

static bool
find_tflag(struct sv word, unsigned *ret_flag)
{
	for (size_t i = 0; i < sizeof tflags / sizeof *tflags; i++)
		if (sv_eq_str(word, tflags[i].word)) {
			*ret_flag = tflags[i].flag;
			return true;
		}
	return false;
}

/* "3", "2-", "-3", "2-3": parts of a mail; the first is 1. */
static bool
read_range(struct sv word, unsigned *ret_from, unsigned *ret_to)
{
	uint64_t from = 0, to = PARTS_ALL;
	size_t dash;

	if (!sv_starts(word, SV("range=")))
		return false;
	word = sv_from(word, 6);
	dash = sv_find_char(word, '-');
	if (dash != 0 && !sv_u64(sv_sub(word, 0, dash), &from))
		return false;
	if (dash == SV_NOT_FOUND)
		to = from;
	else if (dash + 1 < word.n && !sv_u64(sv_from(word, dash + 1), &to))
		return false;
	if (word.n == 1 && dash == 0)
		return false;
	if (from > PARTS_ALL || to > PARTS_ALL)
		return false;
	*ret_from = (unsigned)from;
	*ret_to = (unsigned)to;
	return true;
}

/* What an earlier line said is forgotten. */
void
set_tflags(struct parser *p, struct sv value)
{
	struct draft *d = parse_name(p, &value);
	struct sv word;
	unsigned flag;

	if (!d)
		return;
	d->rule.multiple = false;
	d->rule.tflags = d->rule.maxhits = 0;
	d->parts_from = 0;
	d->parts_to = PARTS_ALL;
	while (sv_word(&value, &word)) {
		if (sv_eq_str(word, "multiple"))
			d->rule.multiple = true;
		else if (find_tflag(word, &flag))
			d->rule.tflags |= flag;
		else if (!read_maxhits(word, &d->rule.maxhits) &&
		         !read_range(word, &d->parts_from, &d->parts_to))
			parse_warning(p, "tflags %s: unknown flag '" SV_FMT "'",
			              d->rule.name, SV_ARG(word));
	}
}

void
set_test(struct parser *p, struct sv value)
{
	struct draft *d = parse_name(p, &value);
	struct test_line *t;
	struct sv word = SV_NONE;
	bool ok;

	if (!d)
		return;
	sv_word(&value, &word);
	ok = sv_eq_str(word, "ok");
	if (!ok && !sv_eq_str(word, "fail")) {
		parse_error(p, "test %s: expected ok or fail, and a text",
		            d->rule.name);
		return;
	}
	t = VEC_ADD(&p->drafts->tests);
	t->draft = d;
	t->ok = ok;
	t->text = arena_dup(p->drafts->arena, sv_trim(value));
	t->file = p->file;
	t->line = p->line;
}

static const char *
read_word(struct parser *p, const char *const *words, const char *what,
          struct draft *d, struct sv value)
{
	const char *word = vocabulary_find(words, value);

	if (!word)
		parse_error(p, "%s %s: unknown word '" SV_FMT "'%s", what,
		            d->rule.name, SV_ARG(value),
		            vocabulary_hint(p->drafts->arena,
		                            vocabulary_suggest(words, value)));
	return word ? word : "";
}

void
set_ad_type(struct parser *p, struct sv value)
{
	struct draft *d = parse_name(p, &value);

	if (d)
		d->rule.ad_type = read_word(p, words_list(WORDS_AD_TYPE),
		                            "ad_type", d, value);
}

void
set_category(struct parser *p, struct sv value)
{
	struct draft *d = parse_name(p, &value);

	if (d)
		d->rule.category = read_word(p, words_list(WORDS_CATEGORY),
		                             "category", d, value);
}

static void
keep_tag(struct parser *p, const char *kind, struct sv value)
{
	struct arena *a = p->drafts->arena;
	struct sv name, *text;

	if (!sv_word(&value, &name) || sv_trim(value).n == 0) {
		parse_error(p, "expected a tag and a regular expression");
		return;
	}
	text = ARENA_NEW(a, struct sv);
	*text = arena_dup(a, sv_trim(value));
	map_set(p->drafts->tags,
	        arena_printf(a, "%s " SV_FMT, kind, SV_ARG(name)), text);
}

void
set_replace_tag(struct parser *p, struct sv value)
{
	keep_tag(p, "tag", value);
}

void
set_replace_pre(struct parser *p, struct sv value)
{
	keep_tag(p, "pre", value);
}

void
set_replace_inter(struct parser *p, struct sv value)
{
	keep_tag(p, "inter", value);
}

void
set_replace_post(struct parser *p, struct sv value)
{
	keep_tag(p, "post", value);
}

void
set_replace_start(struct parser *p, struct sv value)
{
	p->drafts->tag_start = arena_dup(p->drafts->arena, value);
}

void
set_replace_end(struct parser *p, struct sv value)
{
	p->drafts->tag_end = arena_dup(p->drafts->arena, value);
}

void
set_replace_rules(struct parser *p, struct sv value)
{
	while (sv_trim(value).n) {
		struct draft *d = parse_name(p, &value);

		if (!d)
			return;
		d->use_tags = true;
	}
}
