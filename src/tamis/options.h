/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Command lines. Each sub-command describes its options in one table, from
 * which they are parsed (getopt_long: short and long forms, in any order with
 * the operands) and from which `tamis help COMMAND` is printed.
 */
#ifndef TAMIS_OPTIONS_H
#define TAMIS_OPTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "conf/conf.h"
#include "tamis/command.h"

enum option_kind {
	OPTION_FLAG,  /* value is a bool *, set to true */
	OPTION_TEXT,  /* value is a const char ** */
	OPTION_LIST,  /* value is a struct conf_list *, grown with realloc() */
	OPTION_COUNT, /* value is a int64_t *; from 1 to 1,000,000,000 */
};

struct option_row {
	char letter; /* 0: there is only the long form */
	const char *name;
	const char *argument; /* what `help` calls it; NULL for a flag */
	const char *help;
	enum option_kind kind;
	void *value;
};

enum { OPTIONS_MAX = 16 };

/* The rows that several sub-commands share. */
#define OPTION_ROW_CONFIG(target)                                              \
	{                                                                      \
		'c', "config", "FILE", "use this configuration file",          \
		    OPTION_TEXT, (target)                                      \
	}
#define OPTION_ROW_RULES(target)                                               \
	{                                                                      \
		'r', "rules", "DIR|FILE", "use these rules; may be repeated",  \
		    OPTION_LIST, (target)                                      \
	}
#define OPTION_ROW_JSON(target, help)                                          \
	{                                                                      \
		0, "json", NULL, (help), OPTION_FLAG, (target)                 \
	}

struct operands {
	char **list; /* within argv */
	size_t n;
};

enum { OPTIONS_GO_ON = -1 };

/* Fills in the values of `rows` (ended by a row without a name). Returns
 * OPTIONS_GO_ON, or the code to exit with: --help was asked for, or something
 * is wrong and has been said to standard error. */
int options_parse(const struct command *command, const struct option_row *rows,
                  int argc, char **argv, struct operands *ret);

/* Says what is wrong and how the command is used; returns EXIT_USAGE. */
int options_error(const struct command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
