/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps track of where a reporter with the url discover:DOMAIN sends: asked
 * before the first batch, and again when the answers are too old. Belongs to
 * one thread. */
#ifndef REPORT_FINDER_H
#define REPORT_FINDER_H

#include "report/reporter.h"

#define FINDER_SCHEME "discover:"

struct finder;

/* For setup->own->url. NULL, with the reason: it cannot be. */
struct finder *finder_new(const struct reporter_setup *setup,
                          char why[REPORTER_WHY]);
void finder_free(struct finder *f); /* takes NULL */

/* The place now, as the record has it: valid until the next call. NULL, with
 * the reason: nothing may be sent. */
const char *finder_find(struct finder *f, char why[REPORTER_WHY]);

/* Whether the last place found is within the domain. A name that is not may
 * be chosen by whoever lies to our resolver, and has no business with our
 * token. */
bool finder_is_within(const struct finder *f);

#endif
