/* SPDX-License-Identifier: Apache-2.0 */
/* tamisd: options, first check of configuration and rules, background. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "tamisd/supervisor.h"

static const char usage[] =
    "usage: tamisd [-c FILE] [-f] [--check] [--version]\n"
    "  -c, --config FILE  configuration (" SYSCONFDIR "/tamis/tamis.conf)\n"
    "  -f, --foreground   stay in the foreground, log to standard error\n"
    "      --check        check configuration and rules, then exit\n"
    "See tamisd(8).\n";

struct options {
	const char *conf_path;
	bool foreground, check;
};

/* The status to exit with, or -1 to go on. */
static int
read_options(int argc, char **argv, struct options *ret)
{
	static const struct option longs[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "foreground", no_argument, NULL, 'f' },
		{ "check", no_argument, NULL, 'k' },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int o;

	while ((o = getopt_long(argc, argv, "c:fh", longs, NULL)) != -1)
		switch (o) {
		case 'c':
			ret->conf_path = optarg;
			break;
		case 'f':
			ret->foreground = true;
			break;
		case 'k':
			ret->check = true;
			break;
		case 'V':
			puts("tamisd " PACKAGE_VERSION);
			return 0;
		case 'h':
			fputs(usage, stdout);
			return 0;
		default:
			fputs(usage, stderr);
			return 2;
		}
	if (optind < argc) {
		fputs(usage, stderr);
		return 2;
	}
	return -1;
}

/* An absolute path, so that a reload finds the file from anywhere. */
static const char *
find_conf(const char *named)
{
	const char *path = conf_find(named);
	char *absolute = path ? realpath(path, NULL) : NULL;

	return absolute ? absolute : path;
}

/* Reads and checks; problems go to standard error. A failed test of a rule
 * does not keep mail unfiltered: only --check and a reload insist on it. */
static bool
read_bundle(struct supervisor *s, bool strict)
{
	struct diags diags = DIAGS_INIT;
	bool ok = bundle_read(s->conf_path, &s->bundle, &diags) == 0;

	diags_print(&diags, stderr);
	diags_done(&diags);
	if (!ok)
		return false;
	bundle_check(&s->bundle, strict, &s->report);
	fputs(s->report.text, stderr);
	return s->report.ok;
}

static void
write_pid(const struct conf *conf)
{
	char path[1024], text[32];

	snprintf(path, sizeof path, "%s/tamisd.pid", conf->tamisd.run_dir);
	snprintf(text, sizeof text, "%ld\n", (long)getpid());
	if (file_replace(path, sv_str(text), 0644))
		log_warning("cannot write %s: %s", path, strerror(errno));
}

static void
remove_pid(const struct conf *conf)
{
	char path[1024];

	snprintf(path, sizeof path, "%s/tamisd.pid", conf->tamisd.run_dir);
	unlink(path);
}

static int
serve(struct supervisor *s, const struct options *o)
{
	const struct conf *conf = s->bundle.conf;
	struct diags diags = DIAGS_INIT;
	int status;

	umask(022); /* what is private says so when it is made */
	s->log_target = o->foreground ? conf->log.target : LOG_TARGET_SYSLOG;
	log_open("tamisd", "supervisor", s->log_target, conf->log.level);
	if (supervisor_open(s, &diags)) {
		diags_print(&diags, stderr);
		return 1;
	}
	diags_done(&diags);
	s->ready_fd = o->foreground ? -1 : process_background("tamisd");
	write_pid(conf);
	status = supervisor_run(s);
	remove_pid(s->bundle.conf);
	return status;
}

int
main(int argc, char **argv)
{
	static struct supervisor s;
	struct options o = { 0 };
	int status = read_options(argc, argv, &o);

	if (status >= 0)
		return status;
	s.conf_path = find_conf(o.conf_path);
	if (!read_bundle(&s, o.check)) {
		fputs("tamisd: not started: see above\n", stderr);
		return 2;
	}
	if (o.check) {
		printf("ok rules=%llu ruleset=%s\n",
		       (unsigned long long)s.report.rules, s.report.ruleset);
		return 0;
	}
	return serve(&s, &o);
}
