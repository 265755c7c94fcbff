/* SPDX-License-Identifier: Apache-2.0 */
/* The manifest of a bundle. What is taken, written and read again, is the
 * same. */
#include <stdint.h>
#include <stdlib.h>

#include "channel/bundle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
write_and_read(const struct channel_bundle *b)
{
	struct buf first = BUF_INIT(1 << 20), second = BUF_INIT(1 << 20);
	struct channel_bundle again;
	char why[BUNDLE_WHY];

	channel_bundle_init(&again);
	channel_manifest_write(b, &first);
	if (first.n <= BUNDLE_MANIFEST_MAX) {
		if (channel_manifest_parse(buf_sv(&first), &again, why))
			abort();
		channel_manifest_write(&again, &second);
		if (!sv_eq(buf_sv(&first), buf_sv(&second)))
			abort();
	}
	channel_bundle_done(&again);
	buf_done(&first);
	buf_done(&second);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char why[BUNDLE_WHY] = "";
	struct channel_bundle b;

	channel_bundle_init(&b);
	if (channel_manifest_parse(sv_make((const char *)data, size), &b,
	                           why) == 0)
		write_and_read(&b);
	else if (!*why)
		abort();
	channel_bundle_done(&b);
	return 0;
}
