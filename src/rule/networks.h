/* SPDX-License-Identifier: Apache-2.0 */
/* trusted_networks and its relatives; private to rule/. */
#ifndef RULE_NETWORKS_H
#define RULE_NETWORKS_H

#include "rule/settings.h"

/* As settings_has() and settings_read() have it. */
bool networks_has(struct sv key);
const char *networks_read(struct settings_networks *n, struct arena *a,
                          struct sv key, struct sv value);

#endif
