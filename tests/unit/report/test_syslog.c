/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include <fcntl.h>
#include <syslog.h>

#include "base/file.h"
#include "report/reporter.h"

#include "samples.h"

/* What syslog(3) also writes to standard error is what the test reads. */
static void
deliver(struct sv *records, size_t n, uint64_t *ret_bad, struct buf *out)
{
	char *dir = folder_new(), path[100], why[REPORTER_WHY] = "";
	struct conf *conf = sample_conf(dir, "report { syslog = yes; }");
	struct range range = { .records = records, .n = n };
	_Atomic int64_t stop_ms = 0;
	const struct reporter_setup setup = { conf,
		                              sample_own(conf, REPORTER_SYSLOG),
		                              &stop_ms };
	struct delivery d = { 0 };
	void *state = syslog_kind.open(&setup, why);
	int fd, before = dup(STDERR_FILENO);

	snprintf(path, sizeof path, "%s/stderr", dir);
	fd = open(path, O_RDWR | O_CREAT, 0600);
	dup2(fd, STDERR_FILENO);
	openlog("tamis", LOG_PERROR, LOG_MAIL);
	ck_assert_int_eq(syslog_kind.deliver(state, &range, &d, why), 0);
	*ret_bad = d.bad;
	closelog();
	dup2(before, STDERR_FILENO);
	close(before);
	close(fd);
	ck_assert_int_eq(file_read(path, out), 0);
	syslog_kind.close(state);
	conf_unref(conf);
	folder_remove(dir);
}

START_TEST(a_verdict_is_one_line_that_no_stranger_can_forge)
{
	struct buf good = BUF_INIT(4096), out = BUF_INIT(8192);
	char id[UUID_TEXT];
	struct sv records[3];
	uint64_t bad = 0;

	if (access("/run/systemd/journal/socket", W_OK) == 0)
		return; /* it all goes there */
	records[0] = SV("{\"id\":1}");
	sample_record(1, id, &good);
	records[1] = buf_sv(&good);
	records[2] = SV("{\"id\":\"01a2068f-2245-7958-8a2f-dcebb545e140\","
	                "\"time\":\"2026-11-23T03:04:00Z\","
	                "\"verdict\":\"suspected\",\"envelope\":{\"from\":"
	                "\"a\\nverdict=legitimate id=x@example.net\"}}");
	deliver(records, 3, &bad, &out);
	ck_assert_uint_eq(bad, 1);
	ck_assert_ptr_nonnull(
	    strstr(buf_str(&out),
	           "verdict=advertising_spam score=5.5/5 action=accept id="));
	ck_assert_ptr_nonnull(
	    strstr(buf_str(&out),
	           "client=192.0.2.1 from=alice@example.net rules=URIBL_X\n"));
	ck_assert_ptr_nonnull(
	    strstr(buf_str(&out), "verdict=suspected score=0/0 action=- "));
	ck_assert_ptr_nonnull(
	    strstr(buf_str(&out),
	           "from=a?verdict?legitimate?id?x@example.net rules=\n"));
	buf_done(&good);
	buf_done(&out);
}
END_TEST

UNIT_MAIN("syslog", a_verdict_is_one_line_that_no_stranger_can_forge)
