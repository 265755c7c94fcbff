/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge ZONE: what SPF says of each line "IP TAB SENDER TAB HELO" of standard
 * input, as one JSON object a line. Each is judged three times: with answers
 * that are there at once, that come together a wave at a time, and that come
 * one by one, the last first. All must say the same.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/vec.h"
#include "fact/spf.h"
#include "fact/zone.h"

enum { INPUT_MAX = 64 << 20, OUTPUT_MAX = 1 << 20, QUESTIONS_MAX = 1000 };

/* ---- a source that lets people wait ---- */

struct waiting {
	size_t ticket;
	const struct dns_answer *answer;
};

struct late {
	struct zone *zone;
	VEC(struct waiting) waiting;
	bool one_by_one;
	size_t waves;
};

static const struct dns_answer *
late_ask(void *ctx, struct arena *a, const struct dns_question *q,
         size_t ticket)
{
	struct late *l = ctx;

	*VEC_ADD(&l->waiting) =
	    (struct waiting){ ticket, zone_source.ask(l->zone, a, q, ticket) };
	return NULL;
}

static bool
late_next(void *ctx, struct arena *a, int64_t deadline_mono_us,
          size_t *ret_ticket, const struct dns_answer **ret)
{
	struct late *l = ctx;
	const struct waiting *w;

	(void)a;
	if (l->waiting.n == 0 || (deadline_mono_us == 0 && l->one_by_one))
		return false;
	l->waves += deadline_mono_us != 0;
	w = &l->waiting.list[--l->waiting.n];
	*ret_ticket = w->ticket;
	*ret = w->answer;
	return true;
}

static const struct lookup_source late_source = { late_ask, late_next };

/* ---- judging ---- */

struct judged {
	struct spf_outcome outcome;
	size_t questions;
};

static struct judged
judge(struct arena *a, const struct lookup_source *source, void *ctx,
      const struct spf_query *query)
{
	struct lookup *l = lookup_new(a, source, ctx, QUESTIONS_MAX);
	const struct dns_question *question;
	const struct dns_answer *answer;
	struct judged ret = { 0 };
	size_t pos = 0;
	bool done;

	do
		done = spf_check(a, l, query, &ret.outcome);
	while (!done && lookup_wait(l, 1));
	if (!done)
		abort();
	while (lookup_next(l, &pos, &question, &answer))
		ret.questions++;
	return ret;
}

static bool
is_same(const struct spf_outcome *a, const struct spf_outcome *b)
{
	return a->result == b->result && a->lookups == b->lookups &&
	       a->void_lookups == b->void_lookups && sv_eq(a->term, b->term) &&
	       sv_eq(a->explanation, b->explanation) &&
	       sv_eq(a->reason, b->reason);
}

static struct judged
judge_late(struct arena *a, struct zone *zone, bool one_by_one,
           const struct spf_query *query, size_t *ret_waves)
{
	struct late late = { .zone = zone, .one_by_one = one_by_one };
	struct judged ret = judge(a, &late_source, &late, query);

	VEC_DONE(&late.waiting);
	*ret_waves = late.waves;
	return ret;
}

static void
say(const struct judged *at_once, const struct judged *waves, size_t n_waves)
{
	const struct spf_outcome *o = &at_once->outcome;
	struct buf out = BUF_INIT(OUTPUT_MAX);
	struct json j = json_start(&out);

	json_begin_object(&j, NULL);
	json_text(&j, "result", spf_result_word(o->result));
	json_str(&j, "explanation", o->explanation);
	json_str(&j, "domain", o->domain);
	json_str(&j, "term", o->term);
	json_str(&j, "reason", o->reason);
	json_int(&j, "lookups", o->lookups);
	json_int(&j, "voids", o->void_lookups);
	json_int(&j, "questions", (int64_t)at_once->questions);
	json_int(&j, "questions_ahead", (int64_t)waves->questions);
	json_int(&j, "waves", (int64_t)n_waves);
	json_end(&j);
	printf("%s\n", buf_str(&out));
	buf_done(&out);
}

static bool
judge_line(struct arena *a, struct zone *zone, struct sv line)
{
	struct spf_query query = { .is_explained = true, .is_traced = true };
	struct judged at_once, waves, one_by_one;
	struct sv ip;
	size_t n_waves, unused;

	if (!sv_split(&line, '\t', &ip) || ip_parse(ip, &query.ip) != 0 ||
	    !sv_split(&line, '\t', &query.sender))
		return false;
	query.helo = line;
	at_once = judge(a, &zone_source, zone, &query);
	waves = judge_late(a, zone, false, &query, &n_waves);
	one_by_one = judge_late(a, zone, true, &query, &unused);
	say(&at_once, &waves, n_waves);
	return is_same(&at_once.outcome, &waves.outcome) &&
	       is_same(&at_once.outcome, &one_by_one.outcome) &&
	       waves.questions <= SPF_QUESTIONS_MAX;
}

int
main(int argc, char **argv)
{
	struct buf text = BUF_INIT(INPUT_MAX), lines = BUF_INIT(INPUT_MAX);
	struct diags diags = DIAGS_INIT;
	struct arena *a = arena_new();
	struct zone *zone = NULL;
	struct sv rest, line;
	int status = 0;

	if (argc == 2 && file_read(argv[1], &text) == 0 &&
	    file_read("-", &lines) == 0)
		zone = zone_read(argv[1], buf_sv(&text), DNS_NO_NAME, &diags);
	diags_print(&diags, stderr);
	if (!zone)
		return 2;
	for (rest = buf_sv(&lines); sv_line(&rest, &line); arena_reset(a))
		if (!judge_line(a, zone, line)) {
			fprintf(stderr, "judge: wrong: " SV_FMT "\n",
			        SV_ARG(line));
			status = 1;
		}
	zone_free(zone);
	diags_done(&diags);
	buf_done(&text);
	buf_done(&lines);
	arena_free(a);
	return status;
}
