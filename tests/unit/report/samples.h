/* SPDX-License-Identifier: Apache-2.0 */
/* Verdict records, a spool with them, and a configuration for a folder. */
#ifndef TESTS_REPORT_SAMPLES_H
#define TESTS_REPORT_SAMPLES_H

#include <errno.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/uuid.h"
#include "report/report.h"

#include "folder.h"

#define SAMPLE_UNIX_MS INT64_C(1795403040000) /* 2026-11-23T03:04:00Z */

/* A configuration whose state is in `dir`; `more` is added to the file. */
static inline struct conf *
sample_conf(const char *dir, const char *more)
{
	struct diags diags = DIAGS_INIT;
	struct conf *conf;
	char text[2000];

	snprintf(text, sizeof text,
	         "node { name = mx1; organisation = \"Example\";"
	         " domain = example.org; contact = abuse@example.org; }\n"
	         "tamisd { state_dir = %s; }\n%s",
	         dir, more);
	conf = conf_parse(sv_str(text), "test.conf", &diags);
	if (!conf) {
		diags_print(&diags, stderr);
		abort();
	}
	diags_done(&diags);
	return conf;
}

/* The reporter of that type; of tests that have none, one with the options
 * of section report. */
static inline const struct conf_reporter *
sample_own(const struct conf *conf, enum reporter_type type)
{
	static struct conf_reporter none;

	for (size_t i = 0; i < conf->n_reporters; i++)
		if (conf->reporters[i].type == type)
			return &conf->reporters[i];
	none = (struct conf_reporter){
		.name = "fake",
		.url = "",
		.k_min = conf->report.k_min,
		.profile = conf->report.profile,
		.interval_ms = conf->report.http_interval_ms,
		.timeout_ms = conf->report.http_timeout_ms,
		.retry_max_ms = conf->report.http_retry_max_ms,
		.batch_max = conf->report.batch_max,
	};
	return &none;
}

static const char *const sample_verdicts[] = { "legitimate", "advertising_spam",
	                                       "other_abuse", "suspected" };

/* The n-th record: one each second. Returns its identifier. */
static inline char *
sample_record(unsigned n, char id[UUID_TEXT], struct buf *out)
{
	int64_t unix_ms = SAMPLE_UNIX_MS + n * INT64_C(1000);
	char time[CLOCK_TEXT];

	snprintf(id, UUID_TEXT, "%08x-%04x-7000-8000-%012x",
	         (unsigned)(unix_ms >> 16), (unsigned)(unix_ms & 0xffff), n);
	buf_reset(out);
	buf_addf(out,
	         "{\"v\":\"1\",\"id\":\"%s\",\"time\":\"%s\","
	         "\"node\":\"mx1\",\"channel\":\"smtp\",\"surface\":\"mail\","
	         "\"envelope\":{\"client_ip\":\"192.0.2.1\","
	         "\"from\":\"alice@example.net\","
	         "\"recipients\":[\"bob@example.org\"],"
	         "\"recipient_count\":2},"
	         "\"message\":{\"bytes\":1000,\"subject\":\"hello bob\"},"
	         "\"ruleset\":\"sha256:0123\",\"score\":5.5,\"threshold\":5,"
	         "\"verdict\":\"%s\",\"ad_type\":\"none\","
	         "\"category\":\"other\",\"complete\":true,\"missing\":[],"
	         "\"hits\":[{\"rule\":\"URIBL_X\",\"score\":1.5},"
	         "{\"rule\":\"FREE\",\"score\":0}],"
	         "\"plan\":{\"action\":\"accept\"},\"times_us\":{\"cpu\":300}}",
	         id, clock_text(unix_ms, time), sample_verdicts[n % 4]);
	return id;
}

/* Appends the records [from, to). A full spool is waited for, up to 20 s: on
 * a busy machine the reporter may make room late. */
static inline void
sample_append(struct spool *s, unsigned from, unsigned to)
{
	struct buf record = BUF_INIT(4096);
	char id[UUID_TEXT];

	for (; from < to; from++) {
		sample_record(from, id, &record);
		for (int tries = 0; spool_append(s, buf_sv(&record)); tries++) {
			if (errno != ENOSPC || tries == 400)
				abort();
			usleep(50000);
		}
	}
	buf_done(&record);
}

/* Opens the spool of a configuration, appends, and closes it. */
static inline void
sample_spool(const struct conf *conf, unsigned from, unsigned to)
{
	char dir[4096];
	struct spool *s =
	    spool_open(spool_path(conf, dir, sizeof dir), &conf->report);

	sample_append(s, from, to);
	spool_close(s);
}

#endif
