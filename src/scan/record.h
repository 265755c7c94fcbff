/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of the verdict record; private to scan/. */
#ifndef SCAN_RECORD_H
#define SCAN_RECORD_H

#include "base/json.h"
#include "scan/scan.h"

enum { RECORD_TEXT_MAX = 500 }; /* of one value that a stranger wrote */

/* A member that is left out when there is nothing to say. */
static inline void
record_known(struct json *j, const char *name, struct sv value)
{
	if (value.n)
		json_str(j, name, sv_sub(value, 0, RECORD_TEXT_MAX));
}

/* What was answered to all that was asked, so that the message can be judged
 * again as it was; as far as dns.record_answers says so. */
void record_answers(struct json *j, const struct facts *f);

#endif
