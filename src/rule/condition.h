/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions of `if` and `ifplugin`. tamis answers as SpamAssassin 4.0.1
 * without network tests would, with the plugins and features it has itself.
 */
#ifndef RULE_CONDITION_H
#define RULE_CONDITION_H

#include <stdbool.h>

#include "base/sv.h"

/* Nobody loads it unless rules say so. */
#define PLUGIN_SHORTCIRCUIT "Mail::SpamAssassin::Plugin::Shortcircuit"

struct condition {
	bool is_true;
	bool with_shortcircuit; /* given: its plugin was loaded */
	struct sv missing; /* the first plugin or feature that tamis lacks */
};

/* NULL, or what is wrong. */
const char *condition_read(struct sv text, struct condition *ret);

/* The condition of `ifplugin NAME`. */
void condition_plugin(struct sv name, struct condition *ret);

#endif
