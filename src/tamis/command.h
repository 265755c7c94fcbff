/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sub-commands of tamis(1): one file each, one row each in the table of
 * main.c. A row's function gets the command line from the command's name on
 * and returns the exit code.
 */
#ifndef TAMIS_COMMAND_H
#define TAMIS_COMMAND_H

struct command {
	const char *name;
	const char *synopsis; /* what may follow the name */
	const char *help;     /* one line */
	int (*run)(const struct command *self, int argc, char **argv);
};

/* Exit codes of all sub-commands; tamis(1) explains them. */
enum {
	EXIT_YES = 0,   /* all is well: legitimate, no errors, done */
	EXIT_NO = 1,    /* something is spam, has errors or was refused */
	EXIT_USAGE = 2, /* wrong command line or configuration */
	EXIT_INPUT = 3, /* something could not be read or reached */
};

int campaign_run(const struct command *self, int argc, char **argv);
int check_run(const struct command *self, int argc, char **argv);
int explain_run(const struct command *self, int argc, char **argv);
int lint_run(const struct command *self, int argc, char **argv);
int rules_run(const struct command *self, int argc, char **argv);
int masscheck_run(const struct command *self, int argc, char **argv);
int learn_run(const struct command *self, int argc, char **argv);
int feed_run(const struct command *self, int argc, char **argv);
int feedback_run(const struct command *self, int argc, char **argv);
int hits_run(const struct command *self, int argc, char **argv);
int config_run(const struct command *self, int argc, char **argv);
int dns_run(const struct command *self, int argc, char **argv);
int reload_run(const struct command *self, int argc, char **argv);
int status_run(const struct command *self, int argc, char **argv);
int report_command_run(const struct command *self, int argc, char **argv);
int history_run(const struct command *self, int argc, char **argv);
int review_run(const struct command *self, int argc, char **argv);
int prefs_run(const struct command *self, int argc, char **argv);
int store_run(const struct command *self, int argc, char **argv);
int rescore_run(const struct command *self, int argc, char **argv);
int dkim_run(const struct command *self, int argc, char **argv);
int spf_run(const struct command *self, int argc, char **argv);
int spamassassin_run(const struct command *self, int argc, char **argv);

#endif
