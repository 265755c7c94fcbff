/* SPDX-License-Identifier: Apache-2.0 */
#include "tamis/options.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/mem.h"
#include "base/sv.h"

enum {
	VALUE_HELP = 256, /* what getopt_long returns for --help ... */
	VALUE_ROW,        /* ... and for the first row, then counting up */
	NUMBER_MAX = 1000000000,
};

int
options_error(const struct command *command, const char *format, ...)
{
	va_list ap;

	fprintf(stderr, "tamis %s: ", command->name);
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	fprintf(stderr, "\nusage: tamis %s %s\n(tamis help %s says more)\n",
	        command->name, command->synopsis, command->name);
	return EXIT_USAGE;
}

static void
print_help(const struct command *command, const struct option_row *rows)
{
	printf("usage: tamis %s %s\n\n%s\n\n", command->name, command->synopsis,
	       command->help);
	for (; rows->name; rows++) {
		char form[64];

		snprintf(form, sizeof form, "%c%c%s--%s%s%s",
		         rows->letter ? '-' : ' ',
		         rows->letter ? rows->letter : ' ',
		         rows->letter ? ", " : "  ", rows->name,
		         rows->argument ? " " : "",
		         rows->argument ? rows->argument : "");
		printf("  %-26s  %s\n", form, rows->help);
	}
	printf("  %-26s  %s\n", "-h, --help", "print this and exit");
}

static int
take_count(const struct command *command, const struct option_row *row,
           const char *text)
{
	uint64_t value;

	if (!sv_u64(sv_str(text), &value) || value < 1 || value > NUMBER_MAX)
		return options_error(command,
		                     "--%s wants a number from 1 on, "
		                     "not '%s'",
		                     row->name, text);
	*(int64_t *)row->value = (int64_t)value;
	return OPTIONS_GO_ON;
}

static int
take_value(const struct command *command, const struct option_row *row,
           char *text)
{
	struct conf_list *list;

	switch (row->kind) {
	case OPTION_FLAG:
		*(bool *)row->value = true;
		break;
	case OPTION_TEXT:
		*(const char **)row->value = text;
		break;
	case OPTION_LIST:
		list = row->value;
		list->list =
		    mem_realloc(list->list, (list->n + 1) * sizeof *list->list);
		list->list[list->n++] = text;
		break;
	case OPTION_COUNT:
		return take_count(command, row, text);
	}
	return OPTIONS_GO_ON;
}

/* The forms of getopt_long(3): a leading ':' in `letters` because we word
 * the errors ourselves. */
static size_t
make_tables(const struct option_row *rows, struct option *longs, char *letters)
{
	size_t n = 0;

	*letters++ = ':';
	*letters++ = 'h';
	for (; rows[n].name && n < OPTIONS_MAX; n++) {
		longs[n] = (struct option){
			rows[n].name,
			rows[n].argument ? required_argument : no_argument,
			NULL,
			VALUE_ROW + (int)n,
		};
		if (!rows[n].letter)
			continue;
		*letters++ = rows[n].letter;
		if (rows[n].argument)
			*letters++ = ':';
	}
	longs[n] = (struct option){ "help", no_argument, NULL, VALUE_HELP };
	longs[n + 1] = (struct option){ 0 };
	*letters = '\0';
	return n;
}

static const struct option_row *
find_row(const struct option_row *rows, int value)
{
	if (value >= VALUE_ROW)
		return &rows[value - VALUE_ROW];
	while (rows->letter != value)
		rows++;
	return rows;
}

int
options_parse(const struct command *command, const struct option_row *rows,
              int argc, char **argv, struct operands *ret)
{
	struct option longs[OPTIONS_MAX + 2];
	char letters[2 * OPTIONS_MAX + 3];
	int value, result = OPTIONS_GO_ON;

	make_tables(rows, longs, letters);
	optind = 0; /* glibc: forget an earlier command line */
	while (result == OPTIONS_GO_ON &&
	       (value = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		if (value == 'h' || value == VALUE_HELP) {
			print_help(command, rows);
			return EXIT_YES;
		}
		if (value == ':')
			return options_error(command, "%s wants an argument",
			                     argv[optind - 1]);
		if (value == '?' && optopt && optopt < VALUE_HELP)
			return options_error(command, "no option -%c", optopt);
		if (value == '?')
			return options_error(command, "no option %s",
			                     argv[optind - 1]);
		result = take_value(command, find_row(rows, value), optarg);
	}
	if (result != OPTIONS_GO_ON)
		return result;
	*ret = (struct operands){ argv + optind, (size_t)(argc - optind) };
	return OPTIONS_GO_ON;
}
