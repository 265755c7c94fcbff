/* SPDX-License-Identifier: Apache-2.0 */
#include "learn/mark.h"

#include <stdio.h>

#include "base/digest.h"

enum { MARK_BYTES = 16 };

char *
mark_write(struct sv key, const char *id, char text[MARK_TEXT])
{
	unsigned char mac[DIGEST_BYTES];
	char named[UUID_TEXT + 8];
	int n = snprintf(named, sizeof named, "mark:%s", id), at;

	digest_hmac(key, sv_make(named, (size_t)n), mac);
	at = snprintf(text, MARK_TEXT, "%s.", id);
	for (int i = 0; i < MARK_BYTES; i++)
		at += snprintf(text + at, (size_t)(MARK_TEXT - at), "%02x",
		               mac[i]);
	return text;
}

bool
mark_read(struct sv key, struct sv mark, char ret_id[UUID_TEXT])
{
	char expected[MARK_TEXT];
	struct sv id = sv_sub(mark, 0, UUID_TEXT - 1);

	if (mark.n != MARK_TEXT - 1 || !uuid_valid(id))
		return false;
	memcpy(ret_id, id.p, id.n);
	ret_id[id.n] = '\0';
	mark_write(key, ret_id, expected);
	return digest_equal_secret(mark, sv_str(expected));
}
