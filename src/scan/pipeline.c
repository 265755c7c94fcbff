/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way of a message, as one table. Every program runs this same table:
 * the daemon, `tamis check`, the tests, the fuzzers and the benchmarks.
 */
#include "base/clock.h"
#include "scan/learned.h"
#include "scan/stage.h"

/* The client is the newest relay of a mail that comes by SMTP: our server adds
 * its own field only when the filter has answered. */
static void
read_relays(struct scan *s)
{
	const struct envelope *e = &s->envelope;
	bool is_auth = e->auth_user.n > 0;
	struct relay_client client = {
		.ip = e->client_ip,
		.name = e->client_name,
		.helo = e->helo,
		.by = e->server,
		.id = e->queue_id,
		.from = e->from,
		.protocol = e->tls    ? is_auth ? SV("ESMTPSA") : SV("ESMTPS")
		               : is_auth ? SV("ESMTPA")
		                      : SV("ESMTP"),
		.is_auth = is_auth,
		.tls = e->tls,
	};

	s->relays =
	    relays_read(s->arena, s->message, e->client_ip.n ? &client : NULL,
	                s->snapshot->network,
	                (size_t)s->snapshot->conf->message.relays_max);
}

static const char *
read_image(void *ctx, struct arena *a, struct sv data, struct sv *ret_texts,
           size_t max, size_t *ret_n)
{
	return image_read(ctx, a, data, ret_texts, max, ret_n);
}

static void
parse_mail(struct scan *s)
{
	const struct conf *conf = s->snapshot->conf;
	struct image_session session;
	const struct message_images images = { read_image, &session };

	image_session_begin(&session, s->images, &conf->image);
	s->message =
	    message_parse_images(s->arena, s->raw, &conf->message, &images);
	s->images_read = session.images;
	s->images_failed = session.failed;
}

static void
stage_parse(struct scan *s)
{
	const struct conf_message *limits = &s->snapshot->conf->message;

	if (s->post) {
		s->message = message_from_post(s->arena, s->post, limits);
		return;
	}
	parse_mail(s);
	read_relays(s);
}

void
scan_rule_envelope(const struct scan *s, struct message_envelope *ret)
{
	*ret = (struct message_envelope){
		.from = s->envelope.from,
		.helo = s->envelope.helo,
		.client_ip = s->envelope.client_ip,
		.client_name = s->envelope.client_name,
		.relays = s->relays,
		.is_classified = s->classification.state == CLASSIFIER_JUDGED,
		.spam_probability = s->classification.probability,
		.signals = s->learned ? &s->learned->signals : NULL,
	};
}

static void
stage_rules(struct scan *s)
{
	struct message_envelope envelope;
	struct rule_job job = {
		.message = s->message,
		.envelope = &envelope,
		.deadline_mono_us = clock_mono_us() +
		                    s->snapshot->conf->scan.deadline_ms * 1000,
		.overlay = s->prefs.prefs ? s->prefs.prefs->overlay : NULL,
		.facts = s->facts,
		.lookup = s->facts ? s->facts->lookup : NULL,
		.lookup_deadline_mono_us =
		    clock_mono_us() + s->snapshot->conf->dns.deadline_ms * 1000,
		.all_hits = s->all_hits,
		.measured = s->measured,
		.settled = learned_settle,
		.settled_ctx = s,
	};

	scan_rule_envelope(s, &envelope);
	s->rules = rule_eval(s->snapshot->rules, s->worker, s->arena, &job);
	s->waited_us = s->rules->waited_us;
	facts_end(s->facts);
}

static void (*const stages[STAGE_COUNT])(struct scan *s) = {
	[STAGE_PARSE] = stage_parse,          [STAGE_FACTS] = scan_stage_facts,
	[STAGE_SIGNALS] = scan_stage_signals, [STAGE_RULES] = stage_rules,
	[STAGE_VERDICT] = scan_stage_verdict, [STAGE_PLAN] = scan_stage_plan,
};

void
scan_run(struct scan *s)
{
	int64_t cpu = clock_cpu_us(), begin = clock_mono_us(), before = begin;

	if (!s->unix_ms)
		s->unix_ms = clock_unix_ms();
	uuid_new(s->unix_ms, s->id);
	for (int i = 0; i < STAGE_COUNT; i++) {
		int64_t now;

		stages[i](s);
		now = clock_mono_us();
		s->times_us[i] = now - before;
		before = now;
	}
	s->total_us = before - begin;
	s->cpu_us = clock_cpu_us() - cpu;
}
