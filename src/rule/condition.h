/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions of `if` and `ifplugin`. tamis answers as SpamAssassin 4.0.1
 * without network tests would, with the plugins and features it has itself.
 */
#ifndef RULE_CONDITION_H
#define RULE_CONDITION_H

#include <stdbool.h>

#include "base/sv.h"

struct eval_settings;
struct map;

struct condition {
	const struct eval_settings
	    *evals;               /* given: which plugins are loaded, */
	const struct map *compat; /* and what enable_compat named */
	bool is_true;
	struct sv missing; /* the first plugin or feature that is not there */
};

/* NULL, or what is wrong. */
const char *condition_read(struct sv text, struct condition *ret);

/* The condition of `ifplugin NAME`. */
void condition_plugin(struct sv name, struct condition *ret);

#endif
