/* SPDX-License-Identifier: Apache-2.0 */
#include "tamis/logs.h"

#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/buf.h"

enum { WARNINGS_SHOWN = 10 };

static bool
is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* What masscheck leaves in a folder. */
static int
read_folder(struct mass_log *log, const char *folder, struct diags *diags)
{
	static const char *const names[] = { "ham.log", "spam.log" };
	int result = 0;

	for (size_t i = 0; result == 0 && i < 2; i++) {
		struct buf path = BUF_INIT(PATH_MAX);

		buf_addf(&path, "%s/%s", folder, names[i]);
		result = mass_log_read(log, buf_str(&path), i == 1, diags);
		buf_done(&path);
	}
	return result;
}

static int
read_one(const struct command *command, struct mass_log *log, const char *path,
         struct diags *diags)
{
	bool is_spam;
	int result;

	if (is_folder(path))
		result = read_folder(log, path, diags);
	else if (mass_log_label(path, &is_spam) == 0)
		result = mass_log_read(log, path, is_spam, diags);
	else
		return options_error(command,
		                     "does %s hold ham or spam? The name of a "
		                     "log begins with one of these words",
		                     path);
	return result ? EXIT_INPUT : OPTIONS_GO_ON;
}

/* A file of another kind is nothing but bad lines. */
static void
print_some(struct diags *diags, size_t n_bad)
{
	struct diags some = *diags;

	if (some.n > WARNINGS_SHOWN && diags->errors == 0)
		some.n = WARNINGS_SHOWN;
	diags_print(&some, stderr);
	if (n_bad > some.n)
		fprintf(stderr, "tamis: %zu lines are no results in all\n",
		        n_bad);
}

int
logs_read(const struct command *command, const struct operands *operands,
          struct mass_log *log)
{
	struct diags diags = DIAGS_INIT;
	int result = OPTIONS_GO_ON;

	for (size_t i = 0; result == OPTIONS_GO_ON && i < operands->n; i++)
		result = read_one(command, log, operands->list[i], &diags);
	print_some(&diags, log->n_bad);
	diags_done(&diags);
	if (result == OPTIONS_GO_ON && log->messages.n == 0) {
		fprintf(stderr, "tamis: there are no results in the logs\n");
		result = EXIT_INPUT;
	}
	return result;
}
