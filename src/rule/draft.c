/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/draft.h"

#include "base/e4.h"

void
drafts_init(struct drafts *d)
{
	*d = (struct drafts){
		.arena = arena_new(),
		.evals = eval_settings_new(),
		.by_name = map_new(),
		.tags = map_new(),
		.tag_start = SV("<"),
		.tag_end = SV(">"),
		.compat = map_new(),
		.shortcircuit_spam_e4 = 100 * E4_ONE,
		.shortcircuit_ham_e4 = -100 * E4_ONE,
	};
	settings_default(&d->settings);
}

void
drafts_done(struct drafts *d)
{
	map_free(d->by_name);
	map_free(d->tags);
	map_free(d->compat);
	VEC_DONE(&d->list);
	VEC_DONE(&d->mentioned);
	VEC_DONE(&d->tests);
}
