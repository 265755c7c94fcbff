/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of eval/ share: one call on one mail. */
#ifndef EVAL_SAMPLE_H
#define EVAL_SAMPLE_H

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

/* Parses the mail and asks the function. */
static inline bool
sample_ask(const struct eval_case *c)
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
	const char *why = "unknown";
	struct sv text;
	bool hit;

	for (size_t i = 0; i < sizeof optional / sizeof *optional; i++)
		eval_plugin_load(s, sv_str(optional[i]));
	sample_settings(s, c->settings ? c->settings : "");
	ck_assert_msg(eval_bind(s, sv_str(c->call), c->view, &call, &why) ==
	                  EVAL_BOUND,
	              "%s: %s", c->call, why);
	eval_settings_finish(s, &sample_conf()->match, names);
	header_index_make(&mail.headers, names, a, m);
	hit = eval_run(eval_begin(s, worker, &mail), call, &text);
	buf_done(&scratch);
	arena_free(a);
	eval_worker_free(worker);
	network_free(network);
	header_names_free(names);
	eval_settings_free(s);
	return hit;
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

#define SAMPLE_CHECK(cases) sample_check(cases, sizeof cases / sizeof *cases)

#endif
