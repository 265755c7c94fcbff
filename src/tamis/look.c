/* SPDX-License-Identifier: Apache-2.0 */
#include "tamis/look.h"

#include <stdio.h>

#include "base/error.h"

static const struct {
	const char *word;
	enum tone tone;
} looks[VERDICT_COUNT] = {
	[VERDICT_LEGITIMATE] = { "ok", TONE_GOOD },
	[VERDICT_ADVERTISING_SPAM] = { "spam", TONE_BAD },
	[VERDICT_OTHER_ABUSE] = { "spam", TONE_BAD },
	[VERDICT_SUSPECTED] = { "suspect", TONE_DOUBT },
	[VERDICT_UNKNOWN] = { "unknown", TONE_DOUBT },
};

const char *
look_word(enum verdict v)
{
	return looks[v].word;
}

enum tone
look_tone(enum verdict v)
{
	return looks[v].tone;
}

int
look_verdict(struct sv word, enum verdict *ret)
{
	for (int v = 0; v < VERDICT_COUNT; v++)
		if (sv_eq_str(word, verdict_word(v))) {
			*ret = v;
			return 0;
		}
	return E_UNKNOWN;
}

const char *
look_score(const struct rule *r, char text[LOOK_SCORE])
{
	char score[E4_TEXT];

	e4_text_1(r->score_e4, score);
	snprintf(text, LOOK_SCORE, rule_is_shadow(r) ? "(%s)" : "%s",
	         r->is_sub ? "-" : score);
	return text;
}
