/* SPDX-License-Identifier: Apache-2.0 */
/* Messages, features and models that the tests of learn/ share. */
#ifndef SAMPLE_H
#define SAMPLE_H

#include "../unit.h"
#include "conf/conf.h"
#include "learn/learner.h"

static struct arena *sample_arena;
static struct conf *sample_conf;

static inline void
sample_begin(void)
{
	struct diags diags = DIAGS_INIT;

	sample_arena = arena_new();
	sample_conf = conf_parse(SV(""), "sample", &diags);
	ck_assert_ptr_nonnull(sample_conf);
	diags_done(&diags);
}

static inline void
sample_end(void)
{
	conf_unref(sample_conf);
	arena_free(sample_arena);
}

static inline const struct message *
sample_post(const char *text)
{
	const struct message_post post = { .text = sv_str(text) };

	return message_from_post(sample_arena, &post, &sample_conf->message);
}

static inline const struct message *
sample_mail(const char *text)
{
	return message_parse(sample_arena, sv_str(text), &sample_conf->message);
}

static inline struct features
sample_features(const struct message *m)
{
	const struct feature_source source = { .message = m, .names = true };
	struct features f;

	features_make(sample_arena, &source, &f);
	return f;
}

/* Number `i` of many spams, or of many hams. */
static inline struct features
sample_of(enum model_class class, int i)
{
	static const char *const spam[] = { "casino bonus", "cheap pills",
		                            "win cash now", "free crypto" };
	static const char *const ham[] = { "meeting minutes", "train tickets",
		                           "patch review", "see you" };
	const char *text = class == MODEL_SPAM ? spam[i % 4] : ham[i % 4];

	return sample_features(sample_post(
	    arena_printf(sample_arena, "%s, number %d of a list", text, i).p));
}

static inline struct learner *
sample_learner(const char *path)
{
	const struct learner_options options = {
		.path = path,
		.bits = 14,
		.ledger_max = 1000,
	};
	char why[LEARNER_WHY];
	struct learner *l = learner_open(&options, why);

	ck_assert_msg(l != NULL, "%s", why);
	return l;
}

static inline void
sample_teach(struct learner *l, int from, int to)
{
	for (int i = from; i < to; i++) {
		struct features ham = sample_of(MODEL_HAM, i);
		struct features spam = sample_of(MODEL_SPAM, i);

		ck_assert_int_eq(learner_learn(l, &ham, MODEL_HAM, 1),
		                 LEARNER_LEARNED);
		ck_assert_int_eq(learner_learn(l, &spam, MODEL_SPAM, 1),
		                 LEARNER_LEARNED);
	}
}

#endif
