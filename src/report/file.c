/* SPDX-License-Identifier: Apache-2.0 */
/* Reporter `file`: each record as a line of JSON at the end of a file. */
#include "report/each.h"

static void *
file_open(const struct reporter_setup *setup, char why[REPORTER_WHY])
{
	return each_open(setup, each_record, why);
}

const struct reporter_kind file_kind = {
	.open = file_open,
	.close = each_close,
	.deliver = each_deliver,
};
