/* SPDX-License-Identifier: Apache-2.0 */
/* The tools' end of status.h. */
#include "report/status.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "report/report.h"

enum { LOOK_MS = 50 };

static int
read_status(const struct conf *conf, struct buf *out)
{
	char path[STATUS_PATH + 20], dir[STATUS_PATH];

	snprintf(path, sizeof path, "%s/" STATUS_FILE,
	         spool_path(conf, dir, sizeof dir));
	return file_read(path, out);
}

static json_int_t
number(json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

static const char *
text(json_t *object, const char *name)
{
	const char *s = json_string_value(json_object_get(object, name));

	return s && *s ? s : "-";
}

static bool
is_running(json_t *status)
{
	pid_t pid = (pid_t)number(status, "pid");

	return json_is_true(json_object_get(status, "running")) && pid > 0 &&
	       (kill(pid, 0) == 0 || errno == EPERM);
}

static void
print_reporter(json_t *r, FILE *out)
{
	fprintf(out, "%-8s  %s\n", text(r, "name"),
	        number(r, "failures") ? "failing" : "ok");
	fprintf(out,
	        "          backlog    %" JSON_INTEGER_FORMAT
	        " records, %" JSON_INTEGER_FORMAT " bytes\n",
	        number(r, "backlog_records"), number(r, "backlog_bytes"));
	fprintf(out,
	        "          delivered  %" JSON_INTEGER_FORMAT
	        ", lost %" JSON_INTEGER_FORMAT "\n",
	        number(r, "delivered"), number(r, "lost"));
	fprintf(out, "          success    %s\n", text(r, "last_success"));
	if (number(r, "failures"))
		fprintf(out, "          failure    %s: %s\n",
		        text(r, "last_failure"), text(r, "last_error"));
	fprintf(out,
	        "          cursor     %016" PRIx64 "/%" JSON_INTEGER_FORMAT
	        "\n",
	        (uint64_t)number(r, "segment"), number(r, "offset"));
}

static void
print_status(json_t *status, FILE *out)
{
	json_t *reporters = json_object_get(status, "reporters"), *r;
	size_t i;

	if (is_running(status))
		fprintf(out, "reporter process %" JSON_INTEGER_FORMAT " runs\n",
		        number(status, "pid"));
	else
		fputs("no reporter process; these are its last figures\n", out);
	fprintf(out,
	        "spool of %" JSON_INTEGER_FORMAT
	        " bytes, at most %" JSON_INTEGER_FORMAT
	        "; %" JSON_INTEGER_FORMAT " torn lines\n",
	        number(status, "spool_bytes"),
	        number(status, "spool_bytes_max"),
	        number(status, "torn_lines"));
	json_array_foreach (reporters, i, r)
		print_reporter(r, out);
}

int
report_status_print(const struct conf *conf, bool json, void *out)
{
	struct buf content = BUF_INIT(STATUS_BYTES_MAX);
	int result = read_status(conf, &content);
	json_t *status;

	if (result == 0 && json) {
		fprintf(out, "%s\n", buf_str(&content));
	} else if (result == 0) {
		status = json_loads(buf_str(&content), 0, NULL);
		if (status)
			print_status(status, out);
		else
			result = E_SYNTAX;
		json_decref(status);
	}
	buf_done(&content);
	return result;
}

/* Whether the reporter has seen this flush and has nothing left to do. */
static bool
is_flushed(const struct conf *conf, int64_t flush)
{
	struct buf content = BUF_INIT(STATUS_BYTES_MAX);
	json_t *status = NULL, *r;
	bool done = false;
	size_t i;

	if (read_status(conf, &content) == 0)
		status = json_loads(buf_str(&content), 0, NULL);
	if (status && number(status, "flush") >= flush) {
		done = true;
		json_array_foreach (json_object_get(status, "reporters"), i, r)
			if (number(r, "backlog_records") ||
			    number(r, "lost_pending"))
				done = false;
	}
	json_decref(status);
	buf_done(&content);
	return done;
}

int
report_flush(const struct conf *conf, int64_t timeout_ms)
{
	const struct timespec pause = { 0, LOOK_MS * 1000000L };
	int64_t flush = clock_unix_ms();
	int64_t until_us = clock_mono_us() + timeout_ms * 1000;
	char path[STATUS_PATH + 20], dir[STATUS_PATH], content[32];

	snprintf(path, sizeof path, "%s/" FLUSH_FILE,
	         spool_path(conf, dir, sizeof dir));
	snprintf(content, sizeof content, "%" PRId64 "\n", flush);
	if (file_replace(path, sv_str(content), 0644))
		return E_IO;
	while (!is_flushed(conf, flush)) {
		if (clock_mono_us() >= until_us)
			return E_STATE;
		nanosleep(&pause, NULL);
	}
	return 0;
}
