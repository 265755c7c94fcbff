/* SPDX-License-Identifier: Apache-2.0 */
/* tamis: the command-line tool. One table has all its sub-commands. */
#include <stdio.h>
#include <string.h>

#include "tamis/command.h"

static int version_run(const struct command *self, int argc, char **argv);
static int help_run(const struct command *self, int argc, char **argv);

static const struct command commands[] = {
	{ "check",
	  "[-c CONF] [--rules DIR|FILE]... [--json] [-j N] FILE|DIR|-...",
	  "judge mails or posts in files: one line or JSON object each",
	  check_run },
	{ "explain", "[-c CONF] [--rules DIR|FILE]... FILE|ID",
	  "show why a message got its verdict", explain_run },
	{ "lint", "[-c CONF] [--json] [--strict] [DIR|FILE]...",
	  "find errors in rules, and run their test lines", lint_run },
	{ "rules",
	  "list|show NAME...|stats [FILE|DIR...] [-c CONF] "
	  "[--rules DIR|FILE]... [--json]\n"
	  "       tamis rules update|rollback|channels|pack|keygen ...",
	  "list rules, show some, or what they cost; follow or publish "
	  "channels",
	  rules_run },
	{ "learn",
	  "--spam|--ham|--forget FILE|DIR|MBOX...\n"
	  "       tamis learn --status|--reset|--import FILE|--export FILE",
	  "teach the classifier what is spam and what is not", learn_run },
	{ "feedback",
	  "[-c CONF] ID spam|ham|appeal|withdrawn [--by WHO] [--correction]\n"
	  "       tamis feedback --arf | --message spam|ham\n"
	  "       tamis feedback list|show ID|status [--json]",
	  "report what a message really was, and see what became of it",
	  feedback_run },
	{ "masscheck",
	  "[-c CONF] [--rules DIR|FILE]... [--ham PATH]... [--spam PATH]... "
	  "[-o DIR] [--resume] [-j N]",
	  "log which rules hit which mails of a collection", masscheck_run },
	{ "hits",
	  "[--json] [--sort WORD] [--name REGEX] [--overlap] "
	  "[--rules DIR|FILE]... DIR|LOG...",
	  "show from such logs how often rules hit ham and spam", hits_run },
	{ "rescore",
	  "[-c CONF] [--rules DIR|FILE]... [--max-fp PERCENT] "
	  "[-o FILE] DIR|LOG...",
	  "fit the points of rules to logs of labelled mail", rescore_run },
	{ "config", "check|show|defaults [-c FILE]",
	  "check the configuration, or print it", config_run },
	{ "dns", "test [-c CONF] [--rules DIR|FILE]... [--json] [ZONE...]",
	  "check resolvers and DNS lists", dns_run },
	{ "reload", "[-c CONF] [--json]",
	  "have the daemon read its rules and configuration anew", reload_run },
	{ "status", "[-c CONF] [--json] [--watch]",
	  "show what the daemon is doing", status_run },
	{ "report", "status|flush [-c CONF] [--json]",
	  "show how the reporters are doing, or deliver now",
	  report_command_run },
	{ "feed", "discover DOMAIN [-c CONF] [--answers FILE] [--json]",
	  "show where the statistics of a domain may be sent", feed_run },
	{ "history", "[-c CONF] [--verdict V] [--limit N] [--json]",
	  "list what was judged, newest first", history_run },
	{ "campaign", "list|show ID [-c CONF] [--limit N] [--json]",
	  "show which texts came often lately, and of how many senders",
	  campaign_run },
	{ "review",
	  "list|show ID|decide ID spam|ham [--by NAME] [--state WORD] "
	  "[-c CONF] [--json]",
	  "show what waits for a decision, and decide it", review_run },
	{ "prefs",
	  "show NAME|lint NAME|FILE... [-c CONF] [--rules DIR|FILE]...",
	  "show the preferences of a user or domain, or what is wrong with "
	  "them",
	  prefs_run },
	{ "dkim", "[-c CONF] [--answers FILE] MAIL",
	  "show what the signatures of a mail are worth, and why", dkim_run },
	{ "spf", "[-c CONF] [--answers FILE] [--json] IP SENDER [HELO]",
	  "show whether a host may send mail for a domain, and why", spf_run },
	{ "store",
	  "status|get NAME|list [PREFIX]|backup FILE|restore FILE|migrate "
	  "TARGET|compact [-c CONF] [--json] [--merge]",
	  "show what has been learned, copy it, or put it back", store_run },
	{ "spamassassin", "[-t] [-e] [-d] [-C DIR] [-p FILE] [FILE...]",
	  "mark mails as spamassassin does, with its options",
	  spamassassin_run },
	{ "version", "", "print the version", version_run },
	{ "help", "[COMMAND]", "explain a command", help_run },
	{ 0 },
};

static const struct command *
command_find(const char *name)
{
	for (const struct command *c = commands; c->name; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

static int
unknown_command(const char *name)
{
	fprintf(stderr, "tamis: no command '%s'\n(tamis help lists them)\n",
	        name);
	return EXIT_USAGE;
}

static int
version_run(const struct command *self, int argc, char **argv)
{
	(void)self, (void)argc, (void)argv;
	printf("tamis " PACKAGE_VERSION "\n");
	return EXIT_YES;
}

static void
print_commands(void)
{
	printf("usage: tamis COMMAND ...\n\n");
	for (const struct command *c = commands; c->name; c++)
		printf("  %-12s  %s\n", c->name, c->help);
	printf("\ntamis help COMMAND explains one of them; tamis(1) has it "
	       "all.\n");
}

static int
help_run(const struct command *self, int argc, char **argv)
{
	char help[] = "--help";
	const struct command *c;

	if (argc < 2 || argv[1][0] == '-') {
		print_commands();
		return EXIT_YES;
	}
	c = command_find(argv[1]);
	if (!c)
		return unknown_command(argv[1]);
	if (c == self || c->run == version_run) {
		printf("usage: tamis %s %s\n\n%s\n", c->name, c->synopsis,
		       c->help);
		return EXIT_YES;
	}
	return c->run(c, 2, (char *[]){ argv[1], help, NULL });
}

int
main(int argc, char **argv)
{
	const struct command *c;
	const char *name;

	if (argc < 2) {
		fprintf(stderr, "usage: tamis COMMAND ...\n"
		                "(tamis help lists the commands)\n");
		return EXIT_USAGE;
	}
	name = argv[1];
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		name = "help";
	if (strcmp(name, "--version") == 0)
		name = "version";
	c = command_find(name);
	if (!c)
		return unknown_command(name);
	return c->run(c, argc - 1, argv + 1);
}
