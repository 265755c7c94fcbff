/* SPDX-License-Identifier: Apache-2.0 */
/* tamis config: checks the configuration, or prints it. */
#include <stdio.h>

#include "tamis/options.h"
#include "tamis/setup.h"

static int
config_show(const char *given)
{
	struct conf *conf = setup_conf(given);

	if (!conf)
		return EXIT_USAGE;
	conf_print(conf, CONF_FORM_SHOW, stdout);
	conf_unref(conf);
	return EXIT_YES;
}

static int
config_defaults(const char *given)
{
	struct diags none = DIAGS_INIT;
	struct conf *conf = conf_load(NULL, &none);

	(void)given;
	conf_print(conf, CONF_FORM_DEFAULTS, stdout);
	conf_unref(conf);
	diags_done(&none);
	return EXIT_YES;
}

static int
config_check(const char *given)
{
	const char *path = setup_conf_path(given);
	struct conf *conf = setup_conf(given);

	if (!conf)
		return EXIT_USAGE;
	conf_unref(conf);
	printf("%s: no errors\n", path ? path : "built-in defaults");
	return EXIT_YES;
}

int
config_run(const struct command *self, int argc, char **argv)
{
	static const struct {
		const char *word;
		int (*run)(const char *given);
	} words[] = {
		{ "check", config_check },
		{ "show", config_show },
		{ "defaults", config_defaults },
	};
	const char *conf = NULL;
	const struct option_row rows[] = {
		OPTION_ROW_CONFIG(&conf),
		{ 0 },
	};
	struct operands operands;
	int result = options_parse(self, rows, argc, argv, &operands);

	if (result != OPTIONS_GO_ON)
		return result;
	if (operands.n != 1)
		return options_error(self, "wants one word: check, show or "
		                           "defaults");
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(operands.list[0], words[i].word) == 0)
			return words[i].run(conf);
	return options_error(self, "no '%s'; there are: check, show, defaults",
	                     operands.list[0]);
}
