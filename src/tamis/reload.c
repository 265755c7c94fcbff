/* SPDX-License-Identifier: Apache-2.0 */
/* tamis reload: new rules and configuration for the running daemon. */
#include <stdio.h>

#include "tamis/control.h"
#include "tamis/options.h"
#include "tamis/setup.h"

static void
print_refusal(json_t *answer)
{
	json_t *diagnostics = json_object_get(answer, "diagnostics"), *line;
	const char *error = json_string_value(json_object_get(answer, "error"));
	size_t i;

	json_array_foreach (diagnostics, i, line)
		if (json_is_string(line))
			fprintf(stderr, "%s\n", json_string_value(line));
	if (json_array_size(diagnostics) == 0)
		fprintf(stderr, "%s\n", error ? error : "no reason was given");
	fprintf(stderr, "tamis: refused; the daemon keeps what it had\n");
}

static void
print_success(json_t *answer)
{
	const char *hash =
	    json_string_value(json_object_get(answer, "ruleset"));
	json_t *rules = json_object_get(answer, "rules");

	printf("reloaded");
	if (json_is_integer(rules))
		printf(": %lld rules", (long long)json_integer_value(rules));
	if (hash)
		printf(", ruleset %s", hash);
	putchar('\n');
	if (json_is_true(json_object_get(answer, "needs_restart")))
		printf("some changed options need a restart of tamisd: its log "
		       "says which\n");
}

int
reload_run(const struct command *self, int argc, char **argv)
{
	const char *given = NULL;
	bool json = false, ok;
	const struct option_row rows[] = {
		OPTION_ROW_CONFIG(&given),
		OPTION_ROW_JSON(&json, "print the daemon's answer as it is"),
		{ 0 },
	};
	char why[CONTROL_WHY];
	struct operands operands;
	struct conf *conf;
	json_t *answer;
	int result = options_parse(self, rows, argc, argv, &operands);

	if (result != OPTIONS_GO_ON)
		return result;
	if (operands.n)
		return options_error(self, "takes no operands");
	conf = setup_conf(given);
	if (!conf)
		return EXIT_USAGE;
	answer = control_ask(conf, "reload", why);
	conf_unref(conf);
	if (!answer) {
		fprintf(stderr, "tamis: %s\n", why);
		return EXIT_INPUT;
	}
	ok = json_is_true(json_object_get(answer, "ok"));
	if (json) {
		json_dumpf(answer, stdout, JSON_COMPACT);
		putchar('\n');
	} else if (ok) {
		print_success(answer);
	} else {
		print_refusal(answer);
	}
	json_decref(answer);
	return ok ? EXIT_YES : EXIT_NO;
}
