/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a user changes of a rule set, as evaluation reads it: which rules have
 * other points, and so which ones count at all. Private to rule/.
 */
#ifndef RULE_OVERLAY_H
#define RULE_OVERLAY_H

#include "rule/set.h"

struct overlay_points {
	uint32_t rule;
	int64_t score_e4;
	bool is_off; /* by the user alone */
	bool is_on;  /* likewise */
};

struct rule_overlay {
	struct arena *arena;
	const struct rule_set *rs;
	struct rule_settings settings;
	struct eval_settings *evals;   /* NULL: those of the set */
	struct overlay_points *points; /* in the order of rules */
	size_t n_points;
	const uint8_t *traits; /* by rule; NULL: those of the set */
};

/* What a rule gives this user. */
int64_t overlay_score_e4(const struct rule_overlay *o, uint32_t rule);

static inline const uint8_t *
overlay_traits(const struct rule_set *rs, const struct rule_overlay *o)
{
	return o && o->traits ? o->traits : rs->graph.traits;
}

#endif
