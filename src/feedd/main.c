/* SPDX-License-Identifier: Apache-2.0 */
/* The program: options, privileges, signals. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/process.h"
#include "base/socket.h"
#include "conf/conf.h"
#include "feedd/correct.h"
#include "feedd/held.h"
#include "feedd/http.h"

enum { PURGE_S = 3600, ROLL_UP_S = 10, ROLL_UP_STEPS = 20, EXIT_USAGE = 2 };

struct options {
	const char *conf;
	bool foreground, check, held;
	const char *confirm, *reject, *show; /* a batch; NULL: none */
	const char *batches;                 /* a period; NULL: none */
	const char *correct;                 /* a file; NULL: none */
};

struct program {
	struct options options;
	struct conf *conf;
	struct tokens *tokens; /* until access.h takes them */
	struct socket_address address;
	int fd;
	int ready_fd; /* for process_say_ready() */
	struct database *database;
	struct access *access;
	struct intake *intake;
	struct site *site;
	struct http *http;
};

static int
usage(FILE *out)
{
	fprintf(out, "usage: tamis-feedd [-c FILE] [-f] [--check]\n"
	             "       tamis-feedd [-c FILE] --held | --confirm BATCH | "
	             "--reject BATCH\n"
	             "       tamis-feedd [-c FILE] --batches PERIOD | "
	             "--show BATCH | "
	             "--correct FILE\n"
	             "  -c, --config FILE  configuration (" SYSCONFDIR
	             "/tamis/tamis.conf)\n"
	             "  -f, --foreground   stay in the foreground\n"
	             "      --check        check configuration and tokens, "
	             "then exit\n"
	             "      --held         list batches that wait for your "
	             "word\n"
	             "      --confirm BATCH, --reject BATCH\n"
	             "                     count one, or drop it; NODE/*: all "
	             "of a node\n"
	             "      --batches PERIOD\n"
	             "                     list those of a day, or of "
	             "FROM/TO\n"
	             "      --show BATCH   print a batch as its own "
	             "correction, to be edited\n"
	             "      --correct FILE count it instead of the other\n"
	             "  -h, --help, -V, --version\n");
	return out == stdout ? 0 : EXIT_USAGE;
}

/* Returns -1 to go on, else the exit code. */
static int
read_options(int argc, char **argv, struct options *ret)
{
	static const struct option longs[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "foreground", no_argument, NULL, 'f' },
		{ "check", no_argument, NULL, 'k' },
		{ "held", no_argument, NULL, 'l' },
		{ "confirm", required_argument, NULL, 'y' },
		{ "reject", required_argument, NULL, 'n' },
		{ "batches", required_argument, NULL, 'b' },
		{ "show", required_argument, NULL, 's' },
		{ "correct", required_argument, NULL, 'r' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "c:fhV", longs, NULL)) != -1) {
		switch (c) {
		case 'c':
			ret->conf = optarg;
			break;
		case 'f':
			ret->foreground = true;
			break;
		case 'k':
			ret->check = true;
			break;
		case 'l':
			ret->held = true;
			break;
		case 'y':
			ret->confirm = optarg;
			break;
		case 'n':
			ret->reject = optarg;
			break;
		case 'b':
			ret->batches = optarg;
			break;
		case 's':
			ret->show = optarg;
			break;
		case 'r':
			ret->correct = optarg;
			break;
		case 'h':
			return usage(stdout);
		case 'V':
			printf("tamis-feedd %s\n", PACKAGE_VERSION);
			return 0;
		default:
			return usage(stderr);
		}
	}
	return optind < argc ? usage(stderr) : -1;
}

/* ---- configuration ---- */

/* Without tokens anybody who can reach the socket can send. */
static bool
check_address(struct program *p, struct diags *diags)
{
	const struct conf_feedd *c = &p->conf->feedd;

	if (socket_parse(sv_str(c->listen), &p->address)) {
		diags_add(diags, SEVERITY_ERROR, p->options.conf, 0,
		          "feedd.listen: not an address: %s", c->listen);
		return false;
	}
	if (!p->address.is_loopback && !*c->token_file) {
		diags_add(diags, SEVERITY_ERROR, p->options.conf, 0,
		          "feedd.listen: %s is not a loopback address: "
		          "set feedd.token_file",
		          c->listen);
		return false;
	}
	return true;
}

static bool
load(struct program *p)
{
	struct diags diags = DIAGS_INIT;
	bool good = false;

	p->options.conf = conf_find(p->options.conf);
	p->conf = conf_load(p->options.conf, &diags);
	if (p->conf && check_address(p, &diags)) {
		const char *file = p->conf->feedd.token_file;

		if (*file)
			p->tokens = tokens_read(file, &diags);
		good = !*file || p->tokens;
	}
	diags_print(&diags, stderr);
	diags_done(&diags);
	return good;
}

/* A bad new file leaves the old tokens in force. */
static void
reload_tokens(struct program *p)
{
	struct diags diags = DIAGS_INIT;
	const char *file = p->conf->feedd.token_file;
	struct tokens *tokens = *file ? tokens_read(file, &diags) : NULL;
	char text[512];

	if (tokens) {
		log_info("tokens read lines=%zu", tokens_count(tokens));
		access_set_tokens(p->access, tokens);
	} else if (*file) {
		diags_first(&diags, text, sizeof text);
		log_error("tokens not read, the old ones stay reason=\"%s\"",
		          text);
	}
	diags_done(&diags);
}

/* ---- privileges ---- */

static bool
fail(const char *what)
{
	log_error("%s: %s", what, strerror(errno));
	return false;
}

/* The folder of a file must belong to whoever writes it. */
static bool
make_folder(const char *database, const struct process_user *user)
{
	char *folder = mem_strdup(database), *slash = strrchr(folder, '/');
	struct stat st;
	bool done = true;

	if (*folder == '/' && slash != folder) {
		*slash = '\0';
		if (stat(folder, &st) && errno == ENOENT)
			done = file_mkdirs(folder, 0750) == 0 &&
			       chown(folder, user->uid, user->gid) == 0;
	}
	if (!done)
		fail(folder);
	free(folder);
	return done;
}

/* As root, the collector works as feedd.user. */
static bool
change_user(const struct conf_feedd *c)
{
	struct diags diags = DIAGS_INIT;
	struct process_user user;
	char text[512];
	bool done = false;

	if (process_user_find("feedd", c->user, c->group, &user, &diags)) {
		diags_first(&diags, text, sizeof text);
		log_error("%s", text);
	} else if (make_folder(c->database, &user)) {
		process_user_become(&user);
		done = true;
	}
	diags_done(&diags);
	return done;
}

static void
set_finest(struct program *p)
{
	bool hours = p->conf->feedd.finest == FINEST_HOUR;

	database_set_finest(p->database, hours ? LEVEL_HOUR : LEVEL_MINUTE);
}

/* ---- what waits ---- */

static bool
is_review(const struct options *o)
{
	return o->held || o->confirm || o->reject || o->batches || o->show ||
	       o->correct;
}

/* Beside a collector that runs. */
static int
review(struct program *p)
{
	const struct conf_feedd *c = &p->conf->feedd;
	const struct options *o = &p->options;
	char why[DATABASE_TEXT];

	if (!change_user(c))
		return 1;
	if (database_open(c->database, &p->database, why)) {
		fprintf(stderr, "tamis-feedd: database: %s\n", why);
		return 1;
	}
	set_finest(p);
	if (o->batches)
		return correct_list(p->database, o->batches);
	if (o->show)
		return correct_show(p->database, o->show);
	if (o->correct)
		return correct_take(p->database, o->correct);
	if (o->held)
		return held_list(p->database);
	return held_review(p->database, o->confirm ? o->confirm : o->reject,
	                   o->confirm != NULL);
}

/* ---- life ---- */

static void
purge(struct program *p)
{
	char why[DATABASE_TEXT];

	if (database_purge(p->database, clock_unix_ms(),
	                   p->conf->feedd.retention_days,
	                   p->conf->feedd.correction_days, why))
		log_error("purge failed, tried again in an hour "
		          "reason=\"%s\"",
		          why);
}

static bool
start(struct program *p, const sigset_t *signals)
{
	const struct conf_feedd *c = &p->conf->feedd;
	char why[DATABASE_TEXT];

	p->fd = socket_listen(&p->address, (unsigned)c->socket_mode);
	if (p->fd < 0)
		return fail(c->listen);
	if (!change_user(c))
		return false;
	if (!p->options.foreground)
		p->ready_fd = process_background("tamis-feedd");
	if (database_open(c->database, &p->database, why)) {
		log_error("database: %s", why);
		return false;
	}
	set_finest(p);
	/* before there are threads, which inherit it */
	sigprocmask(SIG_BLOCK, signals, NULL);
	p->access = access_new(p->tokens);
	p->tokens = NULL;
	p->intake = intake_new(c, p->database, p->access);
	p->site = site_new(c, p->database, p->access, p->intake);
	p->http = http_start(p->fd, c, p->site, p->intake);
	if (!p->http) {
		log_error("the HTTP server does not start");
		return false;
	}
	p->fd = -1;
	return true;
}

/* A few steps each time, so that signals are not kept waiting. */
static void
roll_up(struct program *p)
{
	char why[DATABASE_TEXT];

	if (database_roll_up(p->database, clock_unix_ms(), ROLL_UP_STEPS, why) <
	    0)
		log_error("roll-up failed, tried again reason=\"%s\"", why);
}

/* What is done every second, every ten seconds, every hour. */
static void
tick(struct program *p, uint64_t second)
{
	http_tick(p->http);
	if (second % ROLL_UP_S == 0)
		roll_up(p);
	if (second % PURGE_S == 0)
		purge(p);
}

static void
run(struct program *p, const sigset_t *signals)
{
	const struct timespec interval = { .tv_sec = 1 };
	int64_t begin = clock_mono_us();
	uint64_t last = UINT64_MAX;

	log_info("ready listen=%s database=%s", p->conf->feedd.listen,
	         database_kind(p->database));
	process_say_ready(p->ready_fd);
	for (;;) {
		uint64_t second = (uint64_t)(clock_mono_us() - begin) / 1000000;
		int signal;

		for (; last != second; last++)
			tick(p, last + 1);
		signal = sigtimedwait(signals, NULL, &interval);
		if (signal == SIGHUP)
			reload_tokens(p);
		else if (signal > 0)
			break;
	}
	process_notify("STOPPING=1");
	log_info("stopping");
}

static void
stop(struct program *p)
{
	http_stop(p->http);
	site_free(p->site);
	intake_free(p->intake);
	access_free(p->access);
	database_close(p->database);
	if (p->fd >= 0)
		close(p->fd);
	tokens_free(p->tokens);
	conf_unref(p->conf);
}

int
main(int argc, char **argv)
{
	struct program p = { .fd = -1, .ready_fd = -1 };
	int code = read_options(argc, argv, &p.options);
	sigset_t signals;

	if (code >= 0)
		return code;
	if (!load(&p)) {
		stop(&p);
		return EXIT_USAGE;
	}
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	signal(SIGPIPE, SIG_IGN);
	log_open("tamis-feedd", "collector",
	         p.options.foreground || p.options.check ||
	                 is_review(&p.options)
	             ? p.conf->log.target
	             : LOG_TARGET_SYSLOG,
	         p.conf->log.level);
	if (p.options.check) {
		printf("configuration is good\n");
	} else if (is_review(&p.options)) {
		code = review(&p);
	} else if (start(&p, &signals)) {
		run(&p, &signals);
	} else {
		code = 1;
	}
	stop(&p);
	return code < 0 ? 0 : code;
}
