/* SPDX-License-Identifier: Apache-2.0 */
/* Reporter `syslog`: one line for each verdict, facility mail; with fields
 * of its own where journald listens. */
#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>
#include <unistd.h>

#ifdef HAVE_SYSTEMD
#include <systemd/sd-journal.h>
#endif

#include "base/error.h"
#include "base/mem.h"
#include "report/item.h"
#include "report/reporter.h"

enum { VALUE_MAX = 200, LINE_BYTES_MAX = 2000 };

static void *
syslog_open(const struct reporter_setup *setup, char why[REPORTER_WHY])
{
	struct buf *line = mem_calloc(1, sizeof *line);

	(void)setup, (void)why;
	buf_init(line, LINE_BYTES_MAX);
	return line;
}

static void
syslog_close(void *state)
{
	buf_done(state);
	free(state);
}

/* Values that strangers wrote cannot make up fields or lines. */
static void
add_value(struct buf *line, const char *name, struct sv value)
{
	buf_addf(line, " %s=", name);
	if (value.n == 0)
		buf_add_char(line, '-');
	for (size_t i = 0; i < value.n && i < VALUE_MAX; i++) {
		char c = value.p[i];

		buf_add_char(line, c > ' ' && c < 0x7f && c != '=' ? c : '?');
	}
}

static void
write_line(struct buf *line, const struct item *i)
{
	buf_reset(line);
	buf_addf(line, "verdict=" SV_FMT, SV_ARG(i->counted.verdict));
	buf_addf(line, " score=%.4g/%.4g", i->score, i->threshold);
	add_value(line, "action", i->counted.action);
	add_value(line, "id", i->id);
	add_value(line, "channel", i->counted.channel);
	add_value(line, "client", i->client_ip);
	add_value(line, "from", i->from);
	buf_add_str(line, " rules=");
	for (size_t n = 0; n < i->counted.n_rules; n++)
		buf_addf(line, "%s" SV_FMT, n ? "," : "", SV_ARG(i->rules[n]));
}

#ifdef HAVE_SYSTEMD
static bool
has_journal(void)
{
	return access("/run/systemd/journal/socket", W_OK) == 0;
}

static int
send_line(struct buf *line, const struct item *i)
{
	if (!has_journal()) {
		syslog(LOG_MAIL | LOG_INFO, "%s", buf_str(line));
		return 0;
	}
	return sd_journal_send(
	    "MESSAGE=%s", buf_str(line), "PRIORITY=%i", LOG_INFO,
	    "SYSLOG_FACILITY=%i", LOG_MAIL >> 3, "TAMIS_ID=" SV_FMT,
	    SV_ARG(i->id), "TAMIS_VERDICT=" SV_FMT, SV_ARG(i->counted.verdict),
	    "TAMIS_ACTION=" SV_FMT, SV_ARG(i->counted.action),
	    "TAMIS_SCORE=%.4f", i->score, NULL);
}
#else
static int
send_line(struct buf *line, const struct item *i)
{
	(void)i;
	syslog(LOG_MAIL | LOG_INFO, "%s", buf_str(line));
	return 0;
}
#endif

static int
syslog_deliver(void *state, const struct range *range, struct delivery *ret,
               char why[REPORTER_WHY])
{
	struct buf *line = state;

	for (size_t n = 0; n < range->n; n++) {
		struct item item;
		int result;

		if (!item_read(range->records[n], &item)) {
			ret->bad++;
			continue;
		}
		result = 0;
		if (item.kind == ITEM_VERDICT) {
			write_line(line, &item);
			result = send_line(line, &item);
		}
		item_done(&item);
		if (result < 0) {
			ret->done = n;
			snprintf(why, REPORTER_WHY, "journal: %s",
			         strerror(-result));
			return E_IO;
		}
	}
	return 0;
}

const struct reporter_kind syslog_kind = {
	.open = syslog_open,
	.close = syslog_close,
	.deliver = syslog_deliver,
};
