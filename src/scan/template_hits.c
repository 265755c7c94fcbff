/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/template_hits.h"

#include <stdlib.h>

#include "base/e4.h"
#include "scan/text_shape.h"

/* ---- lists ---- */

static int
compare_names(const void *a, const void *b)
{
	const struct rule_hit *ha = *(const struct rule_hit *const *)a;
	const struct rule_hit *hb = *(const struct rule_hit *const *)b;

	return strcmp(ha->rule->name, hb->rule->name);
}

/* As SpamAssassin has it, a rule with tflags multiple is there for each of
 * its matches; of metas the count is a value. */
static unsigned
repetitions(const struct rule_hit *hit)
{
	return hit->rule->multiple && hit->rule->type != RULE_META ? hit->count
	                                                           : 1;
}

/* The points of each. */
static int64_t
points_e4(const struct rule_hit *hit)
{
	return hit->score_e4 / (int64_t)repetitions(hit);
}

static void
add_hit(const struct rule_hit *hit, enum hits_form form, struct buf *out)
{
	char score[E4_TEXT];

	buf_add_str(out, hit->rule->name);
	if (form == HITS_SCORES)
		buf_addf(out, "=%s", e4_text(points_e4(hit), score));
	if (form == HITS_SUBS_ONCE && repetitions(hit) > 1)
		buf_addf(out, "(%u)", repetitions(hit));
}

void
hits_list(const struct template_job *job, enum hits_form form,
          struct sv separator, struct buf *out)
{
	const struct rule_result *r = job->rules;
	const struct rule_hit **list =
	    ARENA_ARRAY(job->arena, const struct rule_hit *, r->n_hits + 1);
	bool subs = form == HITS_SUBS || form == HITS_SUBS_ONCE;
	size_t n = 0;

	for (size_t i = 0; i < r->n_hits; i++)
		if (r->hits[i].rule->is_sub == subs)
			list[n++] = &r->hits[i];
	qsort(list, n, sizeof *list, compare_names);
	for (size_t i = 0; i < n && !out->full; i++) {
		unsigned times =
		    form == HITS_SUBS_ONCE ? 1 : repetitions(list[i]);

		for (unsigned k = 0; k < times && !out->full; k++) {
			if (i || k)
				buf_add(out, separator);
			add_hit(list[i], form, out);
		}
	}
	if (n == 0)
		buf_add_str(out, "none");
}

/* ---- descriptions ---- */

static bool
is_eval(const struct rule *r)
{
	return sv_starts(sv_str(r->definition), SV("eval:"));
}

/* What stands before a description: where the rule looks. */
static const char *
area_of(const struct rule *r)
{
	switch (r->type) {
	case RULE_BODY:
	case RULE_SKELETON:
	case RULE_URI_DETAIL:
		return "BODY: ";
	case RULE_URI:
	case RULE_URI_SKELETON:
		return "URI: ";
	case RULE_RAWBODY:
		return "RAW: ";
	case RULE_FULL:
		return is_eval(r) ? "" : "FULL: ";
	case RULE_ASKDNS:
		return "ASKDNS: ";
	case RULE_HEADER:
	case RULE_LIST:
	case RULE_MIMEHEADER:
	case RULE_META:
		break;
	}
	return "";
}

static void
describe_hit(const struct template_job *job, const struct rule_hit *hit,
             bool is_header, struct buf *out)
{
	static const char blanks[] = "                            ";
	const struct rule *r = hit->rule;
	double points = (double)points_e4(hit) / E4_ONE;
	const char *area = area_of(r);
	struct buf text = BUF_INIT(64 * 1024);
	size_t line = out->n, begin;
	struct sv wrapped;
	struct wrapping w = {
		.prefix = is_header ? SV("*      ") : SV(blanks),
		.width = job->settings->report_wrap_width
		             ? job->settings->report_wrap_width
		             : 77,
	};

	buf_addf(out, points >= 10 || points <= -10 ? "%s%4.0f " : "%s%4.1f ",
	         is_header ? "* " : "", points);
	begin = out->n - line;
	buf_addf(out, is_header ? "%s " : "%-22s ", r->name);
	buf_add_str(out, area);
	/* The width of short names in reports is not theirs: see wrap. */
	begin += strlen(r->name) + strlen(area) + (is_header ? 1 : 2);
	w.first = arena_printf(job->arena, "%*s", (int)begin, "");
	wrap_text(*r->describe ? sv_str(r->describe)
	                       : SV("No description available."),
	          &w, &text);
	wrapped = buf_sv(&text);
	while (wrapped.n && sv_is_space(wrapped.p[0]))
		wrapped = sv_from(wrapped, 1);
	buf_add(out, wrapped);
	buf_add_char(out, '\n');
	buf_done(&text);
}

enum { RANK_MAX = 5 };

/* SpamAssassin runs header rules first, then those of the body, and metas
 * when all they need is there: people are used to that order. */
static int
rank_of(const struct rule *r)
{
	static const int ranks[] = {
		[RULE_HEADER] = 0,     [RULE_LIST] = 0,
		[RULE_BODY] = 1,       [RULE_SKELETON] = 1,
		[RULE_URI] = 2,        [RULE_URI_SKELETON] = 2,
		[RULE_MIMEHEADER] = 2, [RULE_URI_DETAIL] = 2,
		[RULE_RAWBODY] = 3,    [RULE_FULL] = 4,
		[RULE_ASKDNS] = 4,     [RULE_META] = RANK_MAX,
	};

	return ranks[r->type];
}

/* All hits but those of sub-rules, in that order. */
static const struct rule_hit **
ordered_hits(const struct template_job *job, size_t *ret_n)
{
	const struct rule_result *r = job->rules;
	const struct rule_hit **list =
	    ARENA_ARRAY(job->arena, const struct rule_hit *, r->n_hits + 1);
	size_t n = 0;

	for (int rank = 0; rank <= RANK_MAX; rank++)
		for (size_t i = 0; i < r->n_hits; i++)
			if (!r->hits[i].rule->is_sub &&
			    rank_of(r->hits[i].rule) == rank)
				list[n++] = &r->hits[i];
	*ret_n = n;
	return list;
}

void
hits_describe(const struct template_job *job, bool is_header, struct buf *out)
{
	size_t n;
	const struct rule_hit **list = ordered_hits(job, &n);

	for (size_t i = 0; i < n; i++)
		for (unsigned k = 0; k < repetitions(list[i]) && !out->full;
		     k++)
			describe_hit(job, list[i], is_header, out);
}

/* ---- subjects ---- */

enum { PREFIX_BYTES_MAX = 8 * 1024 };

struct sv
hits_subject_prefix(const struct template_job *job)
{
	struct buf out = BUF_INIT(PREFIX_BYTES_MAX);
	size_t n;
	const struct rule_hit **list = ordered_hits(job, &n);
	struct sv result;

	for (size_t i = 0; job->settings->rewrite_subject && i < n; i++) {
		struct sv prefix = sv_str(list[i]->rule->subject_prefix);

		if (prefix.n && sv_find(buf_sv(&out), prefix) == SV_NOT_FOUND)
			buf_addf(&out, SV_FMT " ", SV_ARG(prefix));
	}
	result = template_text(job, buf_sv(&out));
	buf_done(&out);
	return result;
}

/* ---- learning ---- */

int64_t
hits_learn_score_e4(const struct template_job *job)
{
	const unsigned silent =
	    TFLAG_NOAUTOLEARN | TFLAG_USERCONF | TFLAG_LEARN;
	int64_t sum_e4 = 0;

	for (size_t i = 0; i < job->rules->n_hits; i++)
		if (!(job->rules->hits[i].rule->tflags & silent))
			sum_e4 += job->rules->hits[i].score_e4;
	return sum_e4;
}
