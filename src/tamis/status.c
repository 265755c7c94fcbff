/* SPDX-License-Identifier: Apache-2.0 */
/* tamis status: what the daemon is doing, as a page or as JSON. */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "tamis/control.h"
#include "tamis/member.h"
#include "tamis/options.h"
#include "tamis/setup.h"
#include "tamis/term.h"

enum { WATCH_SECONDS = 2 };

struct counter {
	const char *name;  /* in the answer */
	const char *label; /* on the page */
	bool is_trouble;   /* anything but 0 deserves attention */
};

static const struct counter verdict_rows[] = {
	{ "legitimate", "legitimate", false },
	{ "advertising_spam", "advertising spam", false },
	{ "other_abuse", "other abuse", false },
	{ "suspected", "suspected", false },
	{ "unknown", "unknown", false },
	{ "incomplete", "incomplete", true },
	{ 0 },
};
static const struct counter action_rows[] = {
	{ "accept", "accept", false },
	{ "tag", "tag", false },
	{ "reject", "reject", false },
	{ "tempfail", "tempfail", false },
	{ "discard", "discard", false },
	{ "quarantine", "quarantine", false },
	{ "hold_for_review", "hold for review", false },
	{ 0 },
};
static const struct counter channel_rows[] = {
	{ "smtp", "by SMTP", false },
	{ "http", "by HTTP", false },
	{ "spamd", "by spamc", false },
	{ "milter_connections", "milter connections", false },
	{ "milter_aborted", "milter aborted", false },
	{ "milter_failed", "plans not taken", true },
	{ "http_requests", "HTTP requests", false },
	{ "http_refused", "HTTP refused", false },
	{ "spamd_connections", "spamc connections", false },
	{ "spamd_refused", "spamc refused", false },
	{ "overload", "refused for load", true },
	{ "dns_questions", "DNS questions", false },
	{ "dns_sent", "not in the cache", false },
	{ "dns_failed", "failed", false },
	{ "dns_timed_out", "not answered", false },
	{ "dns_suspended", "not asked", true },
	{ "rechecked", "rechecked by PCRE2", false },
	{ "recheck_failed", "engine was wrong", true },
	{ "spool_lost", "lost by the spool", true },
	{ 0 },
};

/* One page; `before` is the previous answer's counters, to show rates. */
struct page {
	struct term term;
	struct arena *arena;
	json_t *answer;
	const json_t *before;
	double seconds; /* since `before` */
};

/* "3 d 4 h", "12 min", "8 s" since an RFC 3339 time; "" when it is none. */
static struct sv
age(struct arena *a, struct sv time)
{
	int64_t then, s;

	if (clock_parse(time, &then))
		return SV("");
	s = (clock_unix_ms() - then) / 1000;
	if (s < 120)
		return arena_printf(a, "%" PRId64 " s", s < 0 ? 0 : s);
	if (s < 7200)
		return arena_printf(a, "%" PRId64 " min", s / 60);
	if (s < 172800)
		return arena_printf(a, "%" PRId64 " h %" PRId64 " min",
		                    s / 3600, s / 60 % 60);
	return arena_printf(a, "%" PRId64 " d %" PRId64 " h", s / 86400,
	                    s / 3600 % 24);
}

static void
print_counters(const struct page *p, const char *title,
               const struct counter *rows)
{
	const json_t *now = json_object_get(p->answer, "counters");

	printf("\n");
	term_print(&p->term, TONE_BOLD, title);
	printf("\n");
	for (; rows->name; rows++) {
		int64_t value = member_int(now, rows->name);
		bool alarm = rows->is_trouble && value;

		printf("  %-20s %s%12" PRId64 "%s", rows->label,
		       alarm ? term_tone(&p->term, TONE_BAD) : "", value,
		       alarm ? term_plain(&p->term) : "");
		if (p->before)
			printf("  %8.1f/s",
			       (double)(value -
			                member_int(p->before, rows->name)) /
			           p->seconds);
		printf("\n");
	}
}

/* Rules are still being compiled there. */
static bool
is_starting(const json_t *scanner)
{
	return json_is_false(json_object_get(scanner, "ready"));
}

/* A process that serves nobody. */
static void
add_helper(const struct page *p, struct table *t, const char *name)
{
	json_t *helper = json_object_get(p->answer, name);

	if (!helper)
		return;
	table_cellf(t, "%s", name);
	table_cellf(t, "%" PRId64, member_int(helper, "pid"));
	table_cell(t, age(p->arena, member_text(helper, "started")));
	table_cellf(t, "%" PRId64, member_int(helper, "restarts"));
	table_cell(t, SV(""));
	table_cell(t, SV(""));
}

static void
print_scanners(const struct page *p)
{
	json_t *list = json_object_get(p->answer, "scanners"), *s;
	struct table t;
	size_t i;

	table_init(&t, p->arena, "lrlrrl");
	table_cell(&t, SV("process"));
	table_cell(&t, SV("pid"));
	table_cell(&t, SV("up"));
	table_cell(&t, SV("restarts"));
	table_cell(&t, SV("in flight"));
	table_cell(&t, SV("listens on"));
	json_array_foreach (list, i, s) {
		table_cellf(&t, "scanner %zu", i + 1);
		table_cellf(&t, "%" PRId64, member_int(s, "pid"));
		table_cell(&t, is_starting(s)
		                   ? SV("starting")
		                   : age(p->arena, member_text(s, "started")));
		table_cellf(&t, "%" PRId64, member_int(s, "restarts"));
		table_cellf(&t, "%" PRId64, member_int(s, "in_flight"));
		table_cell(&t, member_text(s, "listen"));
	}
	add_helper(p, &t, "reporter");
	add_helper(p, &t, "learner");
	printf("\n");
	table_print(&t, &p->term, 0, true);
}

static void
print_last_reload(const struct page *p)
{
	json_t *last = json_object_get(p->answer, "last_reload");
	struct sv error = member_text(last, "error");
	struct sv time = member_text(last, "time");
	bool ok = json_is_true(json_object_get(last, "ok"));

	printf("  reloads    %" PRId64, member_int(p->answer, "reloads"));
	if (time.n) {
		printf(", the last at " SV_FMT " ", SV_ARG(time));
		term_print(&p->term, ok ? TONE_GOOD : TONE_BAD,
		           ok ? "succeeded" : "was refused");
		if (!ok && error.n)
			printf("\n             " SV_FMT, SV_ARG(error));
	}
	printf("\n");
}

static void
print_channels(const struct page *p)
{
	json_t *channel;
	size_t i;

	json_array_foreach (json_object_get(p->answer, "channels"), i,
	                    channel) {
		struct sv created = member_text(channel, "created");
		struct sv name = member_text(channel, "name");

		printf("  channel    " SV_FMT " %" PRId64, SV_ARG(name),
		       member_int(channel, "version"));
		if (created.n)
			printf(", made " SV_FMT " ago",
			       SV_ARG(age(p->arena, created)));
		printf("\n");
	}
}

/* DNS lists, and the resolver, that are not asked now. */
static void
print_left_alone(const struct page *p)
{
	json_t *zone;
	size_t i;

	json_array_foreach (json_object_get(p->answer, "left_alone"), i, zone) {
		struct sv name = member_text(zone, "zone");
		struct sv state = member_text(zone, "state");
		bool suspended = sv_eq(state, SV("suspended"));

		printf("  DNS        ");
		term_print(&p->term, TONE_BAD,
		           suspended ? "refuses: " : "silent: ");
		if (!name.n)
			name = SV("the resolver");
		printf(SV_FMT, SV_ARG(name));
		if (suspended)
			printf(", not asked for %" PRId64
			       " s (tamis dns test " SV_FMT ")",
			       member_int(zone, "seconds"), SV_ARG(name));
		printf("\n");
	}
}

static void
print_messages(const json_t *counters)
{
	int64_t n = member_int(counters, "messages");

	printf("  messages   %" PRId64, n);
	if (n)
		printf(", each %.2f ms of processor time, %.1f kB",
		       (double)member_int(counters, "cpu_us") / 1e3 / (double)n,
		       (double)member_int(counters, "bytes") / 1e3 / (double)n);
	printf("\n");
}

static void
print_page(const struct page *p)
{
	const json_t *counters = json_object_get(p->answer, "counters");
	struct sv version = member_text(p->answer, "version");
	struct sv started = member_text(p->answer, "started");
	struct sv ruleset = member_text(p->answer, "ruleset");
	struct sv config = member_text(p->answer, "configuration");
	struct sv up = age(p->arena, started);

	term_print(&p->term, TONE_BOLD, "tamisd ");
	printf(SV_FMT ", pid %" PRId64 ", up " SV_FMT " (since " SV_FMT ")\n",
	       SV_ARG(version), member_int(p->answer, "pid"), SV_ARG(up),
	       SV_ARG(started));
	printf("  config     " SV_FMT "\n", SV_ARG(config));
	printf("  rules      %" PRId64 ", " SV_FMT "\n",
	       member_int(p->answer, "rules"), SV_ARG(ruleset));
	print_channels(p);
	print_last_reload(p);
	print_left_alone(p);
	print_messages(counters);
	print_scanners(p);
	print_counters(p, "verdicts", verdict_rows);
	print_counters(p, "plans", action_rows);
	print_counters(p, "traffic", channel_rows);
	fflush(stdout);
}

/* Asks once and prints; *state has the counters of the last time. */
static int
show_once(const struct conf *conf, bool json, bool watch, json_t **state,
          int64_t *state_mono_us)
{
	char why[CONTROL_WHY];
	json_t *answer = control_ask(conf, "status", why);
	int64_t now = clock_mono_us();
	struct page page = {
		.term = term_open(stdout),
		.answer = answer,
		.before = *state,
		.seconds = (double)(now - *state_mono_us) / 1e6,
	};

	if (!answer) {
		fprintf(stderr, "tamis: %s\n", why);
		return EXIT_INPUT;
	}
	if (json) {
		json_dumpf(answer, stdout, JSON_COMPACT);
		putchar('\n');
		fflush(stdout);
	} else {
		page.arena = arena_new();
		if (watch && page.term.is_tty)
			fputs("\033[H\033[2J", stdout);
		print_page(&page);
		arena_free(page.arena);
	}
	json_decref(*state);
	*state = json_incref(json_object_get(answer, "counters"));
	*state_mono_us = now;
	json_decref(answer);
	return EXIT_YES;
}

int
status_run(const struct command *self, int argc, char **argv)
{
	const char *given = NULL;
	bool json = false, watch = false;
	const struct option_row rows[] = {
		OPTION_ROW_CONFIG(&given),
		OPTION_ROW_JSON(&json, "print the daemon's answer as it is"),
		{ 'w', "watch", NULL, "again every two seconds, with rates",
		  OPTION_FLAG, &watch },
		{ 0 },
	};
	struct operands operands;
	struct conf *conf;
	json_t *state = NULL;
	int64_t state_mono_us = 0;
	int result = options_parse(self, rows, argc, argv, &operands);

	if (result != OPTIONS_GO_ON)
		return result;
	if (operands.n)
		return options_error(self, "takes no operands");
	conf = setup_conf(given);
	if (!conf)
		return EXIT_USAGE;
	do {
		result = show_once(conf, json, watch, &state, &state_mono_us);
	} while (watch && result == EXIT_YES && !ferror(stdout) &&
	         sleep(WATCH_SECONDS) == 0);
	json_decref(state);
	conf_unref(conf);
	return result;
}
