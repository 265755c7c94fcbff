/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers from text, for tests and to judge again: lines as in answer.h, blank
 * ones and those that begin with "#" aside. Immutable; any thread may ask.
 *
 * A name under which only longer names have records is DNS_NO_DATA, as it is
 * on a server; a CNAME line is followed; "*.example.org" stands for all names
 * below that have no line (RFC 4592).
 */
#ifndef FACT_ZONE_H
#define FACT_ZONE_H

#include "base/error.h"
#include "fact/lookup.h"

struct zone;

/* NULL, and diagnostics, when a line is wrong. `otherwise` is the answer to
 * what the text does not have: DNS_NO_NAME, with the exceptions above; any
 * other status, without them. */
struct zone *zone_read(const char *file, struct sv text,
                       enum dns_status otherwise, struct diags *diags);
void zone_free(struct zone *z); /* takes NULL */

/* A source of lookups, whose ctx is the zone. */
extern const struct lookup_source zone_source;

#endif
