/* SPDX-License-Identifier: Apache-2.0 */
/* From rule hits to a verdict. */
#include "record/words.h"
#include "scan/learned.h"
#include "scan/stage.h"

/* "dns:" and the list or name that nobody answered for. */
static void
collect_unanswered(struct scan *s)
{
	const struct rule_result *r = s->rules;
	size_t n = s->n_missing;
	const char **list =
	    ARENA_ARRAY(s->arena, const char *, n + r->n_unanswered + 2);

	for (size_t i = 0; i < n; i++)
		list[i] = s->missing[i];
	for (size_t i = 0; i < r->n_unanswered; i++)
		list[n++] = arena_printf(s->arena, "dns:" SV_FMT,
		                         SV_ARG(r->unanswered[i]))
		                .p;
	if (s->facts && lookup_is_over_limit(s->facts->lookup))
		list[n++] = "dns.questions_max";
	if (s->learned && s->learned->is_partial)
		list[n++] = "store";
	s->missing = list;
	s->n_missing = n;
}

/* What was left out, by the names that the documentation uses. */
static void
collect_missing(struct scan *s)
{
	const struct message *m = s->message;
	const struct rule_result *r = s->rules;
	const char **list = ARENA_ARRAY(s->arena, const char *,
	                                m->n_limits_hit + r->n_over_limit + 5);
	size_t n = 0;
	bool bytes_named = false;

	for (size_t i = 0; i < m->n_limits_hit; i++) {
		list[n++] = m->limits_hit[i];
		bytes_named |=
		    sv_eq_str(sv_str(m->limits_hit[i]), "message.bytes_max");
	}
	if (s->truncated && !bytes_named)
		list[n++] = "message.bytes_max";
	if (s->relays && s->relays->cut)
		list[n++] = "message.relays_max";
	for (size_t i = 0; i < r->n_over_limit; i++)
		list[n++] =
		    arena_printf(s->arena, "rule:%s", r->over_limit[i]->name).p;
	if (r->cut_element)
		list[n++] = "match.element_bytes_max";
	if (r->cut_view)
		list[n++] = "match.view_bytes_max";
	if (r->deadline_passed)
		list[n++] = "scan.deadline";
	s->missing = list;
	s->n_missing = n;
}

/* Whether a hit says what a message is about: "other" does not. */
static bool
names_category(const struct rule_hit *hit)
{
	return *hit->rule->category &&
	       !sv_eq_str(SV("other"), hit->rule->category);
}

/* The type and the category of the weightiest hit that names them. */
static void
classify(struct scan *s)
{
	int64_t best_type = 0, best_category = 0;

	s->ad_type = "none";
	s->category = "other";
	for (size_t i = 0; i < s->rules->n_hits; i++) {
		const struct rule_hit *hit = &s->rules->hits[i];

		if (*hit->rule->ad_type && hit->score_e4 > best_type) {
			best_type = hit->score_e4;
			s->ad_type = hit->rule->ad_type;
		}
		if (names_category(hit) && hit->score_e4 > best_category) {
			best_category = hit->score_e4;
			s->category = hit->rule->category;
		}
	}
}

static bool
is_mostly_abuse(const struct scan *s)
{
	int64_t abuse_e4 = 0, other_e4 = 0;

	for (size_t i = 0; i < s->rules->n_hits; i++) {
		const struct rule_hit *hit = &s->rules->hits[i];

		if (hit->score_e4 <= 0 || !names_category(hit))
			continue;
		if (words_is_abuse(sv_str(hit->rule->category)))
			abuse_e4 += hit->score_e4;
		else
			other_e4 += hit->score_e4;
	}
	return abuse_e4 > other_e4;
}

/* What a user says of the threshold comes before the configuration. */
static int64_t
threshold_e4(const struct scan *s)
{
	const struct rule_settings *user =
	    s->prefs.prefs ? rule_overlay_settings(s->prefs.prefs->overlay)
			   : NULL;

	return user && user->has_required
	           ? user->required_e4
	           : s->snapshot->conf->scan.threshold_e4;
}

void
scan_stage_verdict(struct scan *s)
{
	const struct conf_scan *conf = &s->snapshot->conf->scan;
	bool is_read_whole;

	collect_missing(s);
	is_read_whole = s->n_missing == 0;
	collect_unanswered(s);
	classify(s);
	s->score_e4 = s->rules->score_e4 + learned_points_e4(s);
	s->threshold_e4 = threshold_e4(s);
	if (s->score_e4 >= s->threshold_e4)
		s->verdict = is_mostly_abuse(s) ? VERDICT_OTHER_ABUSE
		                                : VERDICT_ADVERTISING_SPAM;
	else if (s->score_e4 >= conf->suspect_e4)
		s->verdict = VERDICT_SUSPECTED;
	else if (!is_read_whole)
		s->verdict = VERDICT_UNKNOWN;
	else
		s->verdict = VERDICT_LEGITIMATE;
	learned_verdict(s);
}
