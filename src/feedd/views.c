/* SPDX-License-Identifier: Apache-2.0 */
/* The published tables: their stable names and what they mean. */
#include "feedd/figures.h"

#define DIM(d) (1u << (d))

const struct view views[] = {
	{ "channel_verdict_action", "channel_verdict_action",
	  DIM(0) | DIM(1) | DIM(2), "Channel, verdict and action",
	  "How items arrived, what they were judged to be and what was done "
	  "with them." },
	{ "surface_adtype", "surface_adtype", DIM(0) | DIM(1),
	  "Surface and type of advertisement",
	  "What kind of item it was and how the advertisement was made." },
	{ "category_channel", "category_channel", DIM(0) | DIM(1),
	  "Category and channel",
	  "What was advertised, and how the items arrived." },
	{ "rule", "rule", DIM(0), "Rules",
	  "Items that a rule was true for. An item counts for each of its "
	  "rules, so these rows do not add up to the items." },
	{ "channel", "channel_verdict_action", DIM(0), "Channels",
	  "How items arrived." },
	{ "verdict", "channel_verdict_action", DIM(1), "Verdicts",
	  "What items were judged to be." },
	{ "action", "channel_verdict_action", DIM(2), "Actions",
	  "What was done with items." },
	{ "surface", "surface_adtype", DIM(0), "Surfaces",
	  "What kind of item it was." },
	{ "ad_type", "surface_adtype", DIM(1), "Types of advertisement",
	  "How the advertisement was made; \"none\" where no rule that "
	  "matched names a type." },
	{ "category", "category_channel", DIM(0), "Categories",
	  "What was advertised; \"other\" where no rule that matched names a "
	  "category, legitimate items included." },
};
const size_t views_count = sizeof views / sizeof *views;
