/* SPDX-License-Identifier: Apache-2.0 */
/* Reports as mails, through what says whether they are reports. */
#include <stdint.h>
#include <stdlib.h>

#include "ingress/arf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct conf *conf;
	struct diags diags = DIAGS_INIT;
	struct arena *a = arena_new();
	struct arf arf;

	if (!conf)
		conf = conf_parse(SV(""), "defaults", &diags);
	if (arf_read(a, sv_make((const char *)data, size), &conf->message,
	             &arf) == 0 &&
	    arf.kind >= FEEDBACK_KINDS)
		abort();
	arena_free(a);
	return 0;
}
