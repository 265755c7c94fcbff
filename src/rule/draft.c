/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/draft.h"

void
drafts_init(struct drafts *d)
{
	*d = (struct drafts){
		.arena = arena_new(),
		.evals = eval_settings_new(),
		.by_name = map_new(),
		.tags = map_new(),
	};
	settings_default(&d->settings);
}

void
drafts_done(struct drafts *d)
{
	map_free(d->by_name);
	map_free(d->tags);
	VEC_DONE(&d->list);
	VEC_DONE(&d->mentioned);
	VEC_DONE(&d->tests);
}
