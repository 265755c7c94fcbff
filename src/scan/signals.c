/* SPDX-License-Identifier: Apache-2.0 */
/* What tamis itself has learned, as it bears on this message. */
#include "base/json.h"
#include "scan/learned.h"
#include "scan/stage.h"

struct sv
scan_common_domain(const struct envelope *e)
{
	struct sv common = SV("");

	for (size_t i = 0; i < e->n_recipients; i++) {
		struct sv address = e->recipients[i];
		size_t at = address.n;

		while (at && address.p[at - 1] != '@')
			at--;
		if (i && !sv_ieq(sv_from(address, at), common))
			return SV("");
		common = at ? sv_from(address, at) : SV("");
	}
	return common;
}

struct feature_source
scan_feature_source(const struct scan *s)
{
	return (struct feature_source){
		.message = s->message,
		.client_ip = s->envelope.client_ip,
		.helo = s->envelope.helo,
		.domain = scan_common_domain(&s->envelope),
		.names = s->all_hits,
	};
}

void
scan_stage_signals(struct scan *s)
{
	const struct feature_source source = scan_feature_source(s);

	if (s->snapshot->classifier)
		classifier_judge(s->snapshot->classifier, s->arena, &source,
		                 &s->classification);
	else
		s->classification = (struct classification){ 0 };
	learned_ask(s);
}

static void
write_number(struct json *j, const char *name, float value)
{
	json_e4(j, name,
	        (int64_t)((double)value * 10000 + (value < 0 ? -0.5 : 0.5)));
}

static void
write_classifier(struct json *j, const struct classification *c)
{
	json_begin_object(j, "classifier");
	json_text(j, "state", classifier_state_word(c->state));
	if (c->state == CLASSIFIER_JUDGED) {
		write_number(j, "probability", c->probability);
		write_number(j, "confidence", c->confidence);
		json_int(j, "features", (int64_t)c->features);
		json_int(j, "generation", (int64_t)c->generation);
	}
	if (c->n_reasons) {
		json_begin_array(j, "reasons");
		for (size_t i = 0; i < c->n_reasons; i++) {
			json_begin_object(j, NULL);
			json_str(j, "feature", c->reasons[i].name);
			write_number(j, "weight", c->reasons[i].score);
			json_end(j);
		}
		json_end(j);
	}
	json_end(j);
}

void
scan_record_signals(struct json *j, const struct scan *s)
{
	json_begin_object(j, "signals");
	if (s->classification.state != CLASSIFIER_OFF)
		write_classifier(j, &s->classification);
	learned_record(j, s);
	json_end(j);
}
