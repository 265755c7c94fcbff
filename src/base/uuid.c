/* SPDX-License-Identifier: Apache-2.0 */
#include "base/uuid.h"

#include <stdio.h>
#include <sys/random.h>

#include "base/mem.h"

char *
uuid_new(int64_t unix_ms, char text[UUID_TEXT])
{
	uint64_t ms = (uint64_t)unix_ms;
	unsigned char r[10];

	if (getrandom(r, sizeof r, 0) != sizeof r)
		mem_die("no random numbers");
	snprintf(text, UUID_TEXT,
	         "%08x-%04x-7%03x-%04x-%02x%02x%02x%02x%02x%02x",
	         (unsigned)(ms >> 16 & 0xffffffff), (unsigned)(ms & 0xffff),
	         (r[0] << 8 | r[1]) & 0xfffU,
	         ((r[2] << 8 | r[3]) & 0x3fffU) | 0x8000U, r[4], r[5], r[6],
	         r[7], r[8], r[9]);
	return text;
}

bool
uuid_valid(struct sv s)
{
	if (s.n != UUID_TEXT - 1)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = sv_lower_char(s.p[i]);

		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (c != '-')
				return false;
		} else if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
			return false;
		}
	}
	return true;
}
