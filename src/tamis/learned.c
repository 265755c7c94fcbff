/* SPDX-License-Identifier: Apache-2.0 */
#include "tamis/learned.h"

#include <math.h>
#include <stdio.h>

#include "base/e4.h"
#include "scan/learned.h"
#include "store/store.h"
#include "tamis/member.h"

bool
learned_open(bool wanted, const struct conf *conf, struct store **ret)
{
	char why[STORE_WHY];

	*ret = NULL;
	if (!wanted || store_open(&conf->store, ret, why) == 0)
		return true;
	fprintf(stderr, "tamis: cannot open the store: %s\n", why);
	return false;
}

/* ---- from a record ---- */

static double
number(const json_t *object, const char *name)
{
	return json_number_value(json_object_get(object, name));
}

static int64_t
number_e4(const json_t *object, const char *name)
{
	return llround(number(object, name) * E4_ONE);
}

static bool
flag(const json_t *object, const char *name)
{
	return json_is_true(json_object_get(object, name));
}

static void
recall_reputation(const json_t *from, struct learned *l)
{
	const json_t *subjects = json_object_get(from, "subjects"), *subject;
	struct reputation *r = &l->reputation;
	size_t i;

	if (!from)
		return;
	r->points_e4 = number_e4(from, "points");
	r->signal = number(from, "signal");
	r->confidence = number(from, "confidence");
	r->messages = number(from, "messages");
	r->mean_score_e4 = number_e4(from, "mean_score");
	json_array_foreach (subjects, i, subject) {
		struct sv name = member_text(subject, "name"), rest = name;
		struct reputation_subject *s = &r->subjects[r->n];
		struct sv kind;

		if (r->n == REPUTATION_SUBJECTS_MAX ||
		    !sv_split(&rest, ':', &kind))
			break;
		*s = (struct reputation_subject){
			.kind = reputation_kind_find(kind),
			.name = name,
			.spam = number(subject, "spam"),
			.ham = number(subject, "ham"),
			.signal = number(subject, "signal"),
		};
		r->n += s->kind < REPUTATION_KINDS;
	}
	l->signals.reputation = r;
}

static void
recall_rates(const json_t *from, struct learned *l)
{
	const json_t *rate;
	size_t i;

	json_array_foreach (from, i, rate) {
		enum rate_kind kind = rate_kind_find(member_text(rate, "kind"));

		if (l->n_rates == LEARNED_RATES_MAX || kind == RATE_KINDS)
			break;
		l->limits[l->n_rates] = (struct rate_limit){
			.kind = rate_kind_word(kind),
			.limit = number(rate, "limit"),
			.window_ms = member_int(rate, "window_ms"),
		};
		l->rates[l->n_rates] = (struct rate){
			.limit = &l->limits[l->n_rates],
			.name = member_text(rate, "name"),
			.used = number(rate, "used"),
			.is_exceeded = flag(rate, "exceeded"),
			.is_news = flag(rate, "alert"),
		};
		l->n_rates++;
	}
	l->signals.rates = l->rates;
	l->signals.n_rates = l->n_rates;
}

static void
recall_greylist(const json_t *from, struct learned *l)
{
	if (!from)
		return;
	l->may_greylist = true;
	l->greylist.state = greylist_state_find(member_text(from, "state"));
	l->greylist.site = member_text(from, "site");
	l->greylist.left_ms = member_int(from, "left_ms");
}

static void
recall_campaign(const json_t *campaign, const json_t *recognition,
                struct learned *l)
{
	if (campaign) {
		l->campaign.volume = number(campaign, "volume");
		l->campaign.senders = number(campaign, "senders");
		l->campaign.targets = number(campaign, "targets");
		l->campaign.networks = number(campaign, "networks");
		l->signals.campaign = &l->campaign;
	}
	if (!recognition)
		return;
	l->recognition.state =
	    recognition_find(member_text(recognition, "state"));
	l->recognition.spam = number(recognition, "spam");
	l->recognition.ham = number(recognition, "ham");
}

const struct learned *
learned_recall(struct arena *a, const json_t *record)
{
	const json_t *from = json_object_get(record, "signals");
	const json_t *known = json_object_get(from, "known");
	struct learned *l;

	if (!json_object_get(from, "reputation") && !known &&
	    !json_object_get(from, "rates") &&
	    !json_object_get(from, "campaign"))
		return NULL;
	l = ARENA_NEW(a, struct learned);
	l->is_settled = true;
	l->is_partial = flag(from, "partial");
	recall_reputation(json_object_get(from, "reputation"), l);
	recall_rates(json_object_get(from, "rates"), l);
	recall_greylist(json_object_get(from, "greylist"), l);
	recall_campaign(json_object_get(from, "campaign"),
	                json_object_get(from, "recognition"), l);
	if (known) {
		l->known.senders = (unsigned)member_int(known, "senders");
		l->known.is_reply = flag(known, "reply");
		l->signals.known = &l->known;
	}
	return l;
}
