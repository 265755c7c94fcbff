/* SPDX-License-Identifier: Apache-2.0 */
/* tamis report: how verdict records are getting out. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "report/report.h"
#include "tamis/options.h"
#include "tamis/setup.h"

static int
report_failed(const char *what, int code)
{
	fprintf(stderr, "tamis: report %s: %s%s\n", what,
	        code == E_IO ? strerror(errno) : error_text(code),
	        code == E_IO && errno == ENOENT
	            ? " (has a daemon run with this configuration?)"
	            : "");
	return EXIT_INPUT;
}

static int
report_print(const struct conf *conf, bool json)
{
	int result;

	errno = 0;
	result = report_status_print(conf, json, stdout);
	return result ? report_failed("status", result) : EXIT_YES;
}

static int
report_flush_now(const struct conf *conf, int64_t timeout_s)
{
	int result;

	errno = 0;
	result = report_flush(conf, timeout_s * 1000);
	if (result == 0) {
		printf("delivered\n");
		return EXIT_YES;
	}
	if (result != E_STATE)
		return report_failed("flush", result);
	fprintf(stderr,
	        "tamis: not all was delivered within %" PRId64
	        " s (tamis report status says what waits)\n",
	        timeout_s);
	return EXIT_NO;
}

int
report_command_run(const struct command *self, int argc, char **argv)
{
	const char *given = NULL, *word;
	bool json = false;
	int64_t timeout_s = 10;
	const struct option_row rows[] = {
		OPTION_ROW_CONFIG(&given),
		OPTION_ROW_JSON(&json, "status: print one JSON object"),
		{ 't', "timeout", "SECONDS", "flush: wait that long (10)",
		  OPTION_COUNT, &timeout_s },
		{ 0 },
	};
	struct operands operands;
	struct conf *conf;
	int result = options_parse(self, rows, argc, argv, &operands);

	if (result != OPTIONS_GO_ON)
		return result;
	word = operands.n == 1 ? operands.list[0] : "";
	if (strcmp(word, "status") != 0 && strcmp(word, "flush") != 0)
		return options_error(self, "wants one word: status or flush");
	conf = setup_conf(given);
	if (!conf)
		return EXIT_USAGE;
	if (strcmp(word, "flush") == 0)
		result = report_flush_now(conf, timeout_s);
	else
		result = report_print(conf, json);
	conf_unref(conf);
	return result;
}
