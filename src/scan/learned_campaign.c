/* SPDX-License-Identifier: Apache-2.0 */
/* The campaign of a message, what was reported about it, and the trace that
 * reports on this message will need. */
#include <math.h>

#include "base/e4.h"
#include "learn/feature_pack.h"
#include "learn/trace.h"
#include "scan/learned.h"
#include "scan/record.h"
#include "scan/stage.h"

/* From here on the classifier is a sign of its own. */
#define PROBABLY 0.9

void
learned_ask_campaign(struct scan *s)
{
	const struct conf *conf = s->snapshot->conf;
	struct learned *l = s->learned;

	l->scene = (struct campaign_scene){
		.origin = &l->origin,
		.targets = s->post ? &s->site : l->recipients,
		.n_targets = s->post ? s->site.n > 0 : l->n_recipients,
	};
	if (conf->campaign.enabled)
		l->campaign_secret = s->secret;
	campaign_sign(&l->campaign, l->campaign_secret, s->message, s->arena);
	campaign_gather(&l->campaign, l->campaign_secret, &l->scene,
	                &l->exchange);
	recognition_gather(&l->recognition, &l->campaign.keys,
	                   conf->feedback.half_life_ms, &l->exchange);
}

void
learned_judge_campaign(struct scan *s)
{
	struct learned *l = s->learned;

	campaign_judge(&l->campaign, l->campaign_secret, &l->exchange);
	l->signals.campaign = &l->campaign;
}

/* ---- recognition ---- */

/* Besides reports: what rules and lists say, what was learned of other
 * messages, that it is all over the place. */
static bool
has_sign(const struct scan *s)
{
	const struct conf_recognition *conf = &s->snapshot->conf->recognition;
	const struct learned *l = s->learned;
	const struct classification *c = &s->classification;

	return s->rules->score_e4 >= conf->rule_score_e4 ||
	       l->campaign.volume >= (double)conf->spread ||
	       (c->state == CLASSIFIER_JUDGED && c->probability >= PROBABLY) ||
	       l->reputation.points_e4 >= conf->rule_score_e4;
}

/* Reports raise a verdict, and never lower one. */
void
learned_recognize(struct scan *s)
{
	struct learned *l = s->learned;

	if (!l->is_settled)
		return;
	if (s->store)
		recognition_judge(&l->recognition,
		                  &s->snapshot->conf->recognition, &l->exchange,
		                  has_sign(s));
	if (verdict_is_spam(s->verdict))
		return;
	if (l->recognition.state == RECOGNITION_SPAM)
		s->verdict = VERDICT_ADVERTISING_SPAM;
	else if (l->recognition.state == RECOGNITION_SUSPECTED &&
	         s->verdict != VERDICT_SUSPECTED)
		s->verdict = VERDICT_SUSPECTED;
	else
		return;
	l->is_recognized = true;
}

/* ---- the trace ---- */

/* Whether our own verdict is among what its counter is told. */
static bool
is_told(const struct exchange *x, struct sv name)
{
	for (size_t i = 0; i < x->n_ops; i++)
		if (x->ops[i].kind == STORE_ADD && sv_eq(x->ops[i].name, name))
			return x->ops[i].amounts[0] != 0 ||
			       x->ops[i].amounts[1] != 0;
	return false;
}

static void
add_subjects(const struct learned *l, struct trace *t)
{
	const struct reputation *r = &l->reputation;

	for (size_t i = 0; i < r->n; i++)
		t->subjects[t->n_subjects++] = (struct trace_subject){
			.name = r->subjects[i].name,
			.is_learned =
			    is_told(&l->exchange, r->subjects[i].name),
		};
}

/* Those of the classifier; as long as it does not judge, reports are what it
 * is to be taught by. NULL: nobody is taught. */
static const struct features *
features_of(const struct scan *s)
{
	const struct feature_source source = scan_feature_source(s);
	struct features *f;

	if (s->classification.made)
		return s->classification.made;
	if (!s->snapshot->classifier || !s->snapshot->conf->feedback.teach)
		return NULL;
	f = ARENA_NEW(s->arena, struct features);
	features_make(s->arena, &source, f);
	return f;
}

static struct sv
make_trace(const struct scan *s)
{
	const struct features *features = features_of(s);
	const struct learned *l = s->learned;
	double weight = s->test ? 0 : learned_own_weight(s);
	struct buf packed = BUF_INIT(STORE_VALUE_MAX);
	struct buf bytes = BUF_INIT(STORE_VALUE_MAX);
	struct trace t = {
		.unix_ms = s->unix_ms,
		.verdict = s->verdict,
		.channel = s->channel,
		.score_e4 = s->score_e4,
		.own_score_e4 = learned_base_e4(s),
		.surface = sv_str(s->surface),
		.domain = scan_common_domain(&s->envelope),
		.node = sv_str(s->snapshot->conf->node.name),
		.keys = l->campaign.keys,
		.learned_e4 = llround(weight * E4_ONE),
	};
	struct sv value;
	size_t room;

	if (l->signals.reputation)
		add_subjects(l, &t);
	room = trace_room(&t);
	if (features && room >= FEATURE_PACK_BYTES_MIN)
		features_pack(features,
		              room < FEATURE_PACK_BYTES ? room
		                                        : FEATURE_PACK_BYTES,
		              &packed);
	t.features = buf_sv(&packed);
	trace_write(&t, &bytes);
	value = arena_dup(s->arena, buf_sv(&bytes));
	buf_done(&packed);
	buf_done(&bytes);
	return value;
}

static void
tell_trace(struct scan *s, struct exchange *x)
{
	struct store_op *op = exchange_tell(
	    x, STORE_SET, ARENA_JOIN(s->arena, SV("trace:"), sv_str(s->id)));

	if (!op)
		return;
	op->value = make_trace(s);
	op->expires_ms = s->unix_ms + s->snapshot->conf->feedback.window_ms;
}

void
learned_learn_campaign(struct scan *s)
{
	struct learned *l = s->learned;

	campaign_learn(&l->campaign, l->campaign_secret, sv_str(s->id),
	               &l->exchange);
	tell_trace(s, &l->exchange);
}

int
learned_trace(struct scan *s)
{
	struct store_batch b = { .unix_ms = s->unix_ms };
	struct exchange *x;

	if (!s->learned || !s->store)
		return E_STATE;
	x = ARENA_NEW(s->arena, struct exchange);
	exchange_begin(x, s->arena, s->unix_ms);
	tell_trace(s, x);
	b.ops = x->ops;
	b.n = x->n_ops;
	return store_commit(s->store, &b);
}

/* ---- the record ---- */

static void
write_number(struct json *j, const char *name, double value)
{
	json_e4(j, name, llround(value * E4_ONE));
}

static void
write_recognition(struct json *j, const struct learned *l)
{
	const struct recognition *r = &l->recognition;

	json_begin_object(j, "recognition");
	json_text(j, "state", recognition_word(r->state));
	write_number(j, "spam", r->spam);
	write_number(j, "ham", r->ham);
	write_number(j, "reporters", r->reporters);
	write_number(j, "defenders", r->defenders);
	json_bool(j, "reviewed", r->is_reviewed);
	json_bool(j, "sign", r->has_sign);
	json_bool(j, "decided", l->is_recognized);
	json_end(j);
}

static void
write_campaign(struct json *j, const struct campaign *c)
{
	json_text(j, "id", c->id);
	write_number(j, "volume", c->volume);
	write_number(j, "senders", c->senders);
	write_number(j, "targets", c->targets);
	write_number(j, "networks", c->networks);
	json_int(j, "age_ms", c->age_ms);
}

void
learned_record_campaign(struct json *j, const struct scan *s)
{
	const struct learned *l = s->learned;
	const struct campaign *c = &l->campaign;

	if (c->volume > 0 || c->sender_targets > 0) {
		json_begin_object(j, "campaign");
		if (c->volume > 0)
			write_campaign(j, c);
		write_number(j, "sender_targets", c->sender_targets);
		json_end(j);
	}
	if (l->recognition.spam > 0 || l->recognition.ham > 0)
		write_recognition(j, l);
}
