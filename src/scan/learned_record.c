/* SPDX-License-Identifier: Apache-2.0 */
/* What the record says of signals of the store: docs/verdict-record.md. */
#include <math.h>

#include "base/e4.h"
#include "scan/learned.h"
#include "scan/record.h"

static void
write_number(struct json *j, const char *name, double value)
{
	json_e4(j, name, llround(value * E4_ONE));
}

static void
write_subject(struct json *j, const struct reputation_subject *s)
{
	json_begin_object(j, NULL);
	json_str(j, "name", sv_sub(s->name, 0, RECORD_TEXT_MAX));
	write_number(j, "spam", s->spam);
	write_number(j, "ham", s->ham);
	write_number(j, "signal", s->signal);
	json_end(j);
}

static void
write_reputation(struct json *j, const struct reputation *r)
{
	json_begin_object(j, "reputation");
	json_e4(j, "points", r->points_e4);
	write_number(j, "signal", r->signal);
	write_number(j, "confidence", r->confidence);
	if (r->messages > 1e-6) {
		write_number(j, "messages", r->messages);
		json_e4(j, "mean_score", r->mean_score_e4);
	}
	json_begin_array(j, "subjects");
	for (size_t i = 0; i < r->n; i++)
		write_subject(j, &r->subjects[i]);
	json_end(j);
	json_end(j);
}

static void
write_known(struct json *j, const struct known *k)
{
	json_begin_object(j, "known");
	json_int(j, "senders", (int64_t)k->senders);
	json_bool(j, "reply", k->is_reply);
	json_end(j);
}

static void
write_rates(struct json *j, const struct learned *l)
{
	json_begin_array(j, "rates");
	for (size_t i = 0; i < l->n_rates; i++) {
		const struct rate *r = &l->rates[i];

		json_begin_object(j, NULL);
		json_text(j, "kind", r->limit->kind);
		json_str(j, "name", sv_sub(r->name, 0, RECORD_TEXT_MAX));
		write_number(j, "used", r->used);
		write_number(j, "limit", r->limit->limit);
		json_int(j, "window_ms", r->limit->window_ms);
		json_bool(j, "exceeded", r->is_exceeded);
		if (r->is_news)
			json_bool(j, "alert", true);
		json_end(j);
	}
	json_end(j);
}

static void
write_greylist(struct json *j, const struct learned *l)
{
	const struct greylist *g = &l->greylist;

	json_begin_object(j, "greylist");
	json_text(j, "state", greylist_state_word(g->state));
	json_str(j, "site", sv_sub(g->site, 0, RECORD_TEXT_MAX));
	json_bool(j, "put_off", l->is_greylisted);
	if (l->is_greylisted)
		json_int(j, "left_ms", g->left_ms);
	json_end(j);
}

void
learned_record(struct json *j, const struct scan *s)
{
	const struct learned *l = s->learned;

	if (!l || !l->is_settled)
		return;
	if (l->is_partial)
		json_bool(j, "partial", true);
	if (l->signals.reputation)
		write_reputation(j, &l->reputation);
	if (l->signals.known)
		write_known(j, &l->known);
	if (l->n_rates)
		write_rates(j, l);
	if (l->may_greylist)
		write_greylist(j, l);
	learned_record_campaign(j, s);
}
