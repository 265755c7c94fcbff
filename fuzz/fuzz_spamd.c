/* SPDX-License-Identifier: Apache-2.0 */
/* A request of the spamd protocol, in pieces and at once: both must read the
 * same; and the unpacking of a compressed mail. */
#include <stdint.h>
#include <stdlib.h>

#include "ingress/spamd_inflate.h"
#include "ingress/spamd_request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
read_in_pieces(struct sv bytes, size_t piece, struct spamd_request *r)
{
	char why[SPAMD_WHY_MAX];
	int result = E_STATE;

	for (size_t n = 0; n < bytes.n && result == E_STATE; n += piece)
		result = spamd_request_read(r, sv_sub(bytes, 0, n), false, why);
	return result == E_STATE ? spamd_request_read(r, bytes, true, why)
	                         : result;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sv bytes = sv_make((const char *)data, size);
	struct spamd_request once = { 0 }, pieces = { 0 };
	struct buf mail = BUF_INIT(64 * 1024);
	char why[SPAMD_WHY_MAX];
	int result = spamd_request_read(&once, bytes, true, why);

	if (result != read_in_pieces(bytes, 7, &pieces) ||
	    once.used != pieces.used || once.used > size ||
	    once.length != pieces.length || strcmp(once.user, pieces.user) != 0)
		abort();
	if (result == 0 && once.compressed &&
	    spamd_inflate(sv_from(bytes, once.used), &mail) == 0 && mail.full)
		abort();
	buf_done(&mail);
	return 0;
}
