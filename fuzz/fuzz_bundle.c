/* SPDX-License-Identifier: Apache-2.0 */
/* A bundle whose signature somebody forgot to check. What is taken has only
 * files of good names and sizes, and comes out of packing again the same. */
#include <stdint.h>
#include <stdlib.h>

#include "channel/bundle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_files(const struct channel_bundle *b)
{
	size_t bytes = 0;

	for (size_t i = 0; i < b->n_files; i++) {
		if (!channel_file_is_good(sv_str(b->files[i].name)) ||
		    b->files[i].text.n != b->files[i].bytes)
			abort();
		bytes += b->files[i].bytes;
	}
	if (b->n_files > BUNDLE_FILES_MAX || bytes > BUNDLE_BYTES_MAX)
		abort();
}

static void
pack_and_unpack(const struct channel_bundle *b)
{
	struct buf archive = BUF_INIT(2 * BUNDLE_BYTES_MAX);
	struct channel_bundle again;
	char why[BUNDLE_WHY];

	channel_bundle_init(&again);
	if (channel_bundle_pack(b, &archive, why) ||
	    channel_bundle_unpack(buf_sv(&archive), &again, why) ||
	    again.serial != b->serial || again.n_files != b->n_files)
		abort();
	for (size_t i = 0; i < b->n_files; i++)
		if (!sv_eq(b->files[i].text, again.files[i].text))
			abort();
	channel_bundle_done(&again);
	buf_done(&archive);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char why[BUNDLE_WHY] = "";
	struct channel_bundle b;

	channel_bundle_init(&b);
	if (channel_bundle_unpack(sv_make((const char *)data, size), &b, why) ==
	    0) {
		check_files(&b);
		pack_and_unpack(&b);
	} else if (!*why) {
		abort();
	}
	channel_bundle_done(&b);
	return 0;
}
