/* SPDX-License-Identifier: Apache-2.0 */
/* Dates in header values: RFC 5322 sections 3.3 and 4.3, and what programs
 * write instead (asctime, ISO 8601, "Aug 22, 2002", zones by name). */
#ifndef MESSAGE_DATE_H
#define MESSAGE_DATE_H

#include <stdint.h>

#include "base/sv.h"

/* Reads the date and time in `value` as seconds since 1970, UTC. An unknown
 * zone counts as UTC (RFC 5322 section 4.3). E_SYNTAX when something is
 * missing, E_RANGE for a time that does not exist; *ret_wrong (may be NULL)
 * then says what, as a constant text. */
int date_parse(struct sv value, int64_t *ret_unix_s, const char **ret_wrong);

#endif
