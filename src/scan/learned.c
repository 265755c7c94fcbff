/* SPDX-License-Identifier: Apache-2.0 */
/* The signals of the store: when each asks, judges and learns. */
#include "scan/learned.h"

#include <math.h>

#include "base/e4.h"

/* Digests of them are made, which takes a while. */
enum { IDS_MAX = 4 };

/* ---- reputation ---- */

/* Which site a sender uses is known when it is known who vouches for it: the
 * author's own domain, another one, or nobody. */
static void
ask_reputation(struct scan *s)
{
	struct learned *l = s->learned;
	const struct origin *claimed = &l->origin;
	struct origin o = *claimed;

	if (!s->snapshot->conf->reputation.enabled)
		return;
	reputation_gather(&l->reputation, &o, &l->exchange);
	if (claimed->spf_domain.n == 0 && claimed->n_dkim == 0)
		return;
	o.n_dkim = 0;
	reputation_gather(&l->reputation, &o, &l->exchange);
	o.spf_domain = SV("");
	reputation_gather(&l->reputation, &o, &l->exchange);
	if (claimed->n_dkim &&
	    !sv_eq(claimed->dkim_domains[0], claimed->from_domain)) {
		o.n_dkim = 1;
		reputation_gather(&l->reputation, &o, &l->exchange);
	}
}

static void
judge_reputation(struct scan *s)
{
	struct learned *l = s->learned;
	const struct conf_reputation *conf = &s->snapshot->conf->reputation;
	const struct reputation_caps caps = { conf->bad_max_e4,
		                              conf->good_max_e4 };

	if (!conf->enabled)
		return;
	reputation_gather(&l->reputation, &l->origin, &l->exchange);
	reputation_judge(&l->reputation, &l->exchange, &caps);
	l->signals.reputation = &l->reputation;
}

double
learned_own_weight(const struct scan *s)
{
	int64_t score_e4 = learned_base_e4(s);
	double weight = reputation_verdict_weight(score_e4, s->threshold_e4);

	if (s->verdict == VERDICT_UNKNOWN || !s->learned->signals.reputation)
		return 0;
	return score_e4 >= s->threshold_e4 ? weight : -weight;
}

static void
learn_reputation(struct scan *s)
{
	struct learned *l = s->learned;
	double weight = learned_own_weight(s);
	const struct reputation_lesson lesson = {
		.is_spam = weight > 0,
		.weight = fabs(weight),
		.score_e4 = learned_base_e4(s),
		.is_new = true,
	};

	if (l->signals.reputation)
		reputation_learn(&l->reputation, &lesson, &l->exchange);
}

/* ---- known senders and replies ---- */

/* The identifiers in a field, "<a@b> <c@d>", from its end, where those of the
 * last messages of a thread are; at most IDS_MAX in all. */
static size_t
add_ids(const struct message *m, const char *field, struct sv *ids, size_t n)
{
	const struct message_header *h = message_header(m, field);
	struct sv rest = h ? h->raw : SV("");
	size_t end = 0;

	for (size_t i = rest.n; i-- > 0 && n < IDS_MAX;) {
		struct sv id = sv_sub(rest, i + 1, end);

		if (rest.p[i] == '>')
			end = i;
		if (rest.p[i] != '<' || id.n == 0)
			continue;
		if (n == 0 || !sv_eq(ids[0], id))
			ids[n++] = id;
		end = 0;
	}
	return n;
}

/* With In-Reply-To and References of others' mail, or the Message-ID of ours;
 * `ids` has room for IDS_MAX. */
static struct known_mail
known_mail(const struct scan *s, bool is_ours, struct sv *ids)
{
	const struct learned *l = s->learned;
	struct known_mail ret = {
		.from = l->origin.from,
		.addresses = l->recipients,
		.n_addresses = l->n_recipients,
		.from_is_aligned = origin_is_aligned(&l->origin),
		.ids = ids,
	};

	if (is_ours) {
		ret.n_ids = add_ids(s->message, "Message-ID", ids, 0);
	} else {
		ret.n_ids = add_ids(s->message, "In-Reply-To", ids, 0);
		ret.n_ids = add_ids(s->message, "References", ids, ret.n_ids);
	}
	return ret;
}

static void
ask_known(struct scan *s)
{
	struct learned *l = s->learned;
	struct sv ids[IDS_MAX];
	struct known_mail mail;

	if (!s->snapshot->conf->known.enabled || s->post ||
	    s->envelope.auth_user.n)
		return;
	mail = known_mail(s, false, ids);
	known_gather(&l->known, &mail, &l->exchange);
	l->signals.known = &l->known;
}

static void
judge_known(struct scan *s)
{
	struct learned *l = s->learned;

	if (!l->signals.known)
		return;
	if (!origin_is_aligned(&l->origin))
		l->known.n_senders = 0; /* anybody can write in that name */
	known_judge(&l->known, &l->exchange);
}

/* Of our users' own mail, unless somebody else has their password. */
static void
learn_known(struct scan *s)
{
	const struct conf_known *conf = &s->snapshot->conf->known;
	struct sv ids[IDS_MAX];
	struct known_mail mail;

	if (!conf->enabled || s->post || s->envelope.auth_user.n == 0 ||
	    s->verdict != VERDICT_LEGITIMATE)
		return;
	mail = known_mail(s, true, ids);
	known_learn(&mail, &s->learned->exchange, conf->keep_ms);
}

/* ---- rates ---- */

static struct sv
rate_subject(const struct scan *s, enum rate_kind kind)
{
	const struct origin *o = &s->learned->origin;

	switch (kind) {
	case RATE_SENDER:
		return o->envelope_from.n ? o->envelope_from : o->from;
	case RATE_ACCOUNT:
		return s->post ? o->account : SV("");
	case RATE_NETWORK:
		return origin_network(s->arena, o->ip);
	case RATE_USER:
		return s->envelope.auth_user;
	case RATE_KINDS:
		break;
	}
	return SV("");
}

static void
ask_rates(struct scan *s)
{
	const struct conf_list *limits = &s->snapshot->conf->rate.limits;
	struct learned *l = s->learned;

	for (size_t i = 0; i < limits->n && l->n_rates < LEARNED_RATES_MAX;
	     i++) {
		struct rate_limit *limit = &l->limits[l->n_rates];
		struct conf_rate r;
		struct sv whom;

		if (!conf_rate_read(sv_str(limits->list[i]), &r))
			continue;
		whom = rate_subject(s, r.kind);
		if (whom.n == 0)
			continue;
		limit->kind = rate_kind_word(r.kind);
		limit->limit = (double)r.max;
		limit->window_ms = r.window_ms;
		rate_gather(&l->rates[l->n_rates++], limit, whom, &l->exchange);
	}
}

static void
judge_rates(struct scan *s)
{
	struct learned *l = s->learned;
	size_t n = s->envelope.n_recipients;

	for (size_t i = 0; i < l->n_rates; i++)
		rate_judge(&l->rates[i], s->post || n == 0 ? 1 : (double)n,
		           &l->exchange);
	l->signals.rates = l->rates;
	l->signals.n_rates = l->n_rates;
}

static void
learn_rates(struct scan *s)
{
	for (size_t i = 0; i < s->learned->n_rates; i++)
		rate_learn(&s->learned->rates[i], &s->learned->exchange);
}

/* ---- greylisting ---- */

static struct greylist_times
greylist_times(const struct scan *s)
{
	const struct conf_greylist *conf = &s->snapshot->conf->greylist;

	return (struct greylist_times){ conf->delay_ms, conf->window_ms,
		                        conf->keep_ms };
}

static void
gather_greylist(struct learned *l, const struct origin *o)
{
	greylist_gather(&l->greylist, o,
	                l->n_recipients ? l->recipients[0] : SV(""),
	                &l->exchange);
}

static void
ask_greylist(struct scan *s)
{
	struct learned *l = s->learned;
	struct origin o = l->origin;

	/* What is from outside has an address. */
	l->may_greylist = s->snapshot->conf->greylist.enabled &&
	                  s->channel == CHANNEL_SMTP && l->origin.ip.n &&
	                  s->envelope.auth_user.n == 0;
	if (!l->may_greylist)
		return;
	gather_greylist(l, &o);
	o.n_dkim = 0;
	gather_greylist(l, &o);
	o.spf_domain = SV("");
	gather_greylist(l, &o);
	if (l->origin.n_dkim) {
		o.n_dkim = 1;
		gather_greylist(l, &o);
	}
}

static void
judge_greylist(struct scan *s)
{
	struct learned *l = s->learned;
	const struct greylist_times times = greylist_times(s);

	if (!l->may_greylist)
		return;
	gather_greylist(l, &l->origin);
	greylist_judge(&l->greylist, &l->exchange, &times);
}

static void
learn_greylist(struct scan *s)
{
	struct learned *l = s->learned;
	const struct greylist_times times = greylist_times(s);

	/* Whoever was not put off has nothing to come again for. */
	if (l->may_greylist &&
	    (l->is_greylisted || l->greylist.state >= GREYLIST_PASSED))
		greylist_learn(&l->greylist, &l->exchange, &times);
}

/* ---- all of them ---- */

static const struct {
	/* Adds questions, by an origin that all who are named vouch for. */
	void (*ask)(struct scan *s);
	/* By the answers, and the origin that holds. */
	void (*judge)(struct scan *s);
	/* Adds operations. */
	void (*learn)(struct scan *s);
} rows[] = {
	{ ask_reputation, judge_reputation, learn_reputation },
	{ ask_known, judge_known, learn_known },
	{ ask_rates, judge_rates, learn_rates },
	{ ask_greylist, judge_greylist, learn_greylist },
	{ learned_ask_campaign, learned_judge_campaign,
	  learned_learn_campaign },
};

enum { ROWS = sizeof rows / sizeof *rows };

static struct sv
lower(struct arena *a, struct sv s)
{
	char *p = arena_str(a, s);

	for (size_t i = 0; i < s.n; i++)
		p[i] = sv_lower_char(p[i]);
	return sv_make(p, s.n);
}

static void
read_envelope(struct scan *s)
{
	const struct envelope *e = &s->envelope;
	struct learned *l = s->learned;

	l->sender = lower(s->arena, e->from);
	l->n_recipients =
	    e->n_recipients < KNOWN_MAX ? e->n_recipients : KNOWN_MAX;
	l->recipients = ARENA_ARRAY(s->arena, struct sv, l->n_recipients + 1);
	for (size_t i = 0; i < l->n_recipients; i++)
		l->recipients[i] = lower(s->arena, e->recipients[i]);
}

void
learned_ask(struct scan *s)
{
	struct learned *l;

	if (!s->store)
		return; /* it may have what a record remembers */
	l = s->learned = ARENA_NEW(s->arena, struct learned);
	exchange_begin(&l->exchange, s->arena, s->unix_ms);
	read_envelope(s);
	learned_claims(s, &l->origin);
	for (size_t i = 0; i < ROWS; i++)
		rows[i].ask(s);
	l->is_partial = !exchange_get(&l->exchange, s->store);
}

void
learned_settle(void *scan)
{
	struct scan *s = scan;
	struct learned *l = s->learned;

	if (!l || l->is_settled)
		return;
	learned_vouched(s, &l->origin);
	for (size_t i = 0; i < ROWS; i++)
		rows[i].judge(s);
	l->is_settled = true;
}

bool
learned_tell(struct scan *s)
{
	struct learned *l = s->learned;

	if (!l || !s->store || s->test)
		return true;
	for (size_t i = 0; i < ROWS; i++)
		rows[i].learn(s);
	return exchange_put(&l->exchange, s->store) == 0;
}

/* ---- verdict and plan ---- */

int64_t
learned_points_e4(const struct scan *s)
{
	/* A rule that ends the judging says it all. */
	if (!s->learned || s->rules->shortcircuit)
		return 0;
	return s->learned->reputation.points_e4;
}

int64_t
learned_base_e4(const struct scan *s)
{
	int64_t score_e4 = s->rules->score_e4;

	for (size_t i = 0; i < s->rules->n_hits; i++) {
		const struct rule_hit *hit = &s->rules->hits[i];

		if (sv_eq_str(SV("signals"), hit->rule->needs))
			score_e4 -= hit->score_e4;
	}
	return score_e4;
}
