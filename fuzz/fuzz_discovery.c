/* SPDX-License-Identifier: Apache-2.0 */
/* Records that name a feed, of any bytes: what is read of one may be put into
 * a question, a URL and a log as it stands. */
#include <stdint.h>
#include <stdlib.h>

#include "report/discovery.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool what)
{
	if (!what)
		abort();
}

static bool
is_inside(struct sv part, struct sv text)
{
	return part.p >= text.p && part.p + part.n <= text.p + text.n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sv text = sv_make((const char *)data, size);
	struct discovery_record record;
	char why[DISCOVERY_WHY] = "";

	(void)discovery_is_host(text);
	if (discovery_read(text, &record, why)) {
		must(*why);
		return 0;
	}
	must(discovery_is_record(text) && size <= DISCOVERY_TEXT_MAX);
	must(is_inside(record.feed, text) && is_inside(record.host, text));
	must(record.feed.n <= DISCOVERY_URL_MAX);
	must(sv_istarts(record.feed, SV("https://")));
	must(discovery_is_host(record.host));
	for (size_t i = 0; i < record.feed.n; i++)
		must(record.feed.p[i] > ' ' && record.feed.p[i] < 0x7f &&
		     !strchr("@?#%\\", record.feed.p[i]));
	return 0;
}
