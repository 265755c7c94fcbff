/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of eval/ share: one call on one mail. */
#ifndef EVAL_SAMPLE_H
#define EVAL_SAMPLE_H

#include "../late.h"
#include "../sample_conf.h"
#include "../unit.h"

#include "eval/eval.h"
#include "message/network.h"

struct eval_case {
	const char *call;
	const char *mail;
	bool want;
	const char *settings; /* lines "directive value"; or NULL */
	enum view_kind view;  /* 0: of a header rule */
};

/* The same of a function that asks, for a rule named RULE. */
struct asked_case {
	const char *call;
	const char *mail;
	bool want;
	const char *settings;
	enum view_kind view;
	const char *zone; /* what is answered; NULL: nobody is asked */
	const char *also; /* a call of another rule; or NULL */
	unsigned flags;   /* of the rule */
};

static inline void
sample_settings(struct eval_settings *s, const char *text)
{
	struct sv rest = sv_str(text), line, key;

	while (sv_line(&rest, &line)) {
		const char *wrong;

		ck_assert(sv_word(&line, &key));
		ck_assert_msg(eval_setting_is(key), "no setting: %.*s",
		              SV_ARG(key));
		wrong = eval_setting_read(s, key, sv_trim(line));
		ck_assert_msg(!wrong, "%.*s: %s", SV_ARG(key), wrong);
	}
}

/* What functions of asked_case know of the sender; NULL: nothing. */
static struct facts *sample_facts;

/* Runs the call as long as it is open. Answers that come late, and one by one,
 * must say the same as those that are there. */
static inline bool
sample_run(struct eval_job *job, const struct eval_call *call, const char *zone,
           struct arena *a)
{
	struct late late = { .zone = zone ? late_zone(zone) : NULL };
	struct lookup *l;
	struct sv text;
	bool hit, late_hit;

	if (!zone)
		return eval_run(job, call, &text);
	eval_set_lookup(job, lookup_new(a, &zone_source, late.zone, 200),
	                sample_facts);
	hit = eval_run(job, call, &text);
	ck_assert(!eval_is_open(job));
	l = lookup_new(a, &late_source, &late, 200);
	eval_set_lookup(job, l, sample_facts);
	late_hit = eval_run(job, call, &text);
	while (!late_hit && eval_is_open(job) && lookup_wait(l, 1))
		late_hit = eval_run(job, call, &text);
	ck_assert_int_eq(hit, late_hit);
	zone_free(late.zone);
	return hit;
}

static inline bool
no_captures(void *ctx, struct sv name, size_t index, struct sv *ret)
{
	(void)ctx;
	(void)name;
	(void)index;
	*ret = SV_NONE;
	return false;
}

static inline const struct eval_call *
sample_bind(struct eval_settings *s, const struct asked_case *c,
            const char *text)
{
	const struct eval_rule rule = { "RULE", c->flags, false };
	const struct eval_call *call = NULL;
	const char *why = NULL;

	if (strncmp(text, "askdns ", 7) == 0) {
		why = eval_bind_askdns(s, sv_str(text + 7), &call);
	} else if (eval_bind(s, sv_str(text), c->view, &call, &why) ==
	           EVAL_BOUND) {
		why = NULL;
	} else if (!why) {
		why = "unknown";
	}
	ck_assert_msg(!why, "%s: %s", text, why ? why : "");
	eval_call_set_rule(call, &rule);
	return call;
}

/* Parses the mail and asks the function. */
static inline bool
sample_ask_with(const struct asked_case *c)
{
	static const char *const optional[] = {
		"Mail::SpamAssassin::Plugin::AntiVirus",
		"Mail::SpamAssassin::Plugin::FromNameSpoof",
	};
	struct eval_settings *s = eval_settings_new();
	struct header_names *names = header_names_new();
	struct network *network = network_new(&sample_conf()->network);
	struct eval_worker *worker = eval_worker_new();
	struct arena *a = arena_new();
	struct buf scratch = BUF_INIT(1 << 20);
	struct message *m =
	    message_parse(a, sv_str(c->mail), &sample_conf()->message);
	struct message_envelope envelope = {
		.relays = relays_read(a, m, NULL, network, 20),
	};
	struct selector_mail mail = {
		.arena = a, .m = m, .envelope = &envelope, .scratch = &scratch
	};
	const struct eval_call *call;
	struct eval_job *job;
	bool hit;

	for (size_t i = 0; i < sizeof optional / sizeof *optional; i++)
		eval_plugin_load(s, sv_str(optional[i]));
	sample_settings(s, c->settings ? c->settings : "");
	if (c->also)
		sample_bind(s, c, c->also);
	call = sample_bind(s, c, c->call);
	eval_settings_finish(s, &sample_conf()->match, names);
	header_index_make(&mail.headers, names, a, m);
	job = eval_begin(s, worker, &mail);
	eval_set_captured(job, no_captures, NULL);
	hit = sample_run(job, call, c->zone, a);
	buf_done(&scratch);
	arena_free(a);
	eval_worker_free(worker);
	network_free(network);
	header_names_free(names);
	eval_settings_free(s);
	return hit;
}

static inline bool
sample_ask(const struct eval_case *c)
{
	const struct asked_case asked = { .call = c->call,
		                          .mail = c->mail,
		                          .settings = c->settings,
		                          .view = c->view };

	return sample_ask_with(&asked);
}

static inline void
sample_check(const struct eval_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ck_assert_msg(sample_ask(&cases[i]) == cases[i].want,
		              "case %zu: %s should be %s of:\n%s", i,
		              cases[i].call, cases[i].want ? "true" : "false",
		              cases[i].mail);
}

static inline void
sample_check_asked(const struct asked_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ck_assert_msg(sample_ask_with(&cases[i]) == cases[i].want,
		              "case %zu: %s should be %s where there is:\n%s",
		              i, cases[i].call,
		              cases[i].want ? "true" : "false", cases[i].zone);
}

#define SAMPLE_CHECK(cases) sample_check(cases, sizeof cases / sizeof *cases)
#define SAMPLE_CHECK_ASKED(cases)                                              \
	sample_check_asked(cases, sizeof cases / sizeof *cases)

#endif
