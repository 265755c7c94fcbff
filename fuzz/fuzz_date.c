/* SPDX-License-Identifier: Apache-2.0 */
/* The value of a Date field. */
#include "message/date.h"
#include "message_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sv value = sv_make((const char *)data, size);
	const char *wrong = NULL;
	int64_t time_s = 0;

	if (date_parse(value, &time_s, &wrong) != 0)
		must(wrong != NULL);
	else
		must(time_s > INT64_C(-2208988800) - 86400 * 2 &&
		     time_s < INT64_C(253402300800) + 86400 * 2);
	return 0;
}
