/* SPDX-License-Identifier: Apache-2.0 */
/* The table of reporters: a new kind is one file, its word in
 * conf_reporter_words, and one row here. */
#include "report/reporter.h"

static const struct reporter_kind *const kinds[] = {
	[REPORTER_HISTORY] = &history_kind,
	[REPORTER_FILE] = &file_kind,
	[REPORTER_SYSLOG] = &syslog_kind,
	[REPORTER_HTTP] = &http_kind,
#ifdef HAVE_NATS
	[REPORTER_NATS] = &nats_kind,
#endif
	[REPORTER_WEBHOOK] = &webhook_kind,
	[REPORTER_INTELMQ] = &intelmq_kind,
	[REPORTER_XARF] = &xarf_kind,
	[REPORTER_ARF] = &arf_kind,
	[REPORTER_SITE_HOOK] = &site_hook_kind,
};

const struct reporter_kind *
reporter_kind_of(enum reporter_type type)
{
	return (size_t)type < sizeof kinds / sizeof *kinds ? kinds[type] : NULL;
}
