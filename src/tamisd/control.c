/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The control socket: one JSON object a line in, one out, then the end.
 *
 *     {"command":"status"}  {"command":"reload"}  {"command":"rules"}
 *     {"command":"hits"}
 *     {"command":"feedback","form":"mail","report":{...},"bytes":N} and
 *     N bytes behind the line: a mail (or a report: "arf"), or none
 *
 * Who may connect is a matter of the socket's owner and mode.
 */
#include <jansson.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "tamisd/costs.h"
#include "tamisd/reports.h"
#include "tamisd/supervisor.h"

enum {
	REQUEST_BYTES_MAX = 4096,
	ANSWER_BYTES_MAX = 16 << 20,
	REQUEST_MS = 1000,
	ANSWER_MS = 1000,
};

/* Reads up to the first line end, and perhaps beyond; a slow client is given
 * up. */
static bool
read_line(int fd, struct buf *line)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	int64_t end = clock_mono_us() + REQUEST_MS * 1000;
	char block[512];

	while (sv_find_char(buf_sv(line), '\n') == SV_NOT_FOUND) {
		int64_t left_ms = (end - clock_mono_us()) / 1000;
		ssize_t n;

		if (left_ms <= 0 || poll(&wait, 1, (int)left_ms) <= 0)
			return false;
		n = read(fd, block, sizeof block);
		if (n <= 0 || !buf_add(line, sv_make(block, (size_t)n)))
			return false;
	}
	return true;
}

static void
write_error(struct json *j, struct sv text)
{
	struct sv line;

	json_bool(j, "ok", false);
	json_str(j, "error", sv_sub(text, 0, sv_find_char(text, '\n')));
	json_begin_array(j, "diagnostics");
	while (sv_line(&text, &line))
		json_str(j, NULL, line);
	json_end(j);
}

static void
write_child(struct json *j, const struct child *c, const char *listen,
            unsigned in_flight)
{
	char time[CLOCK_TEXT];

	json_int(j, "pid", c->pid);
	json_text(j, "started", clock_text(c->started_ms, time));
	json_int(j, "restarts", (int64_t)c->restarts);
	if (!listen)
		return;
	json_bool(j, "ready", c->ready);
	json_text(j, "listen", listen);
	json_int(j, "in_flight", in_flight);
}

static void
write_last_reload(struct json *j, const struct supervisor *s)
{
	char time[CLOCK_TEXT];

	json_int(j, "reloads", (int64_t)s->reloads);
	if (!s->last_reload_ms)
		return;
	json_begin_object(j, "last_reload");
	json_text(j, "time", clock_text(s->last_reload_ms, time));
	json_bool(j, "ok", s->last_reload_ok);
	if (s->last_reload_error)
		json_text(j, "error", s->last_reload_error);
	json_end(j);
}

static void
write_channels(struct json *j, const struct rule_sources *sources)
{
	char time[CLOCK_TEXT];
	struct rule_channel c;

	json_begin_array(j, "channels");
	for (size_t i = 0; i < sources->n; i++) {
		if (!rule_source_channel(&sources->list[i], &c))
			continue;
		json_begin_object(j, NULL);
		json_text(j, "name", c.name);
		json_int(j, "version", (int64_t)c.version);
		if (c.created_ms)
			json_text(j, "created", clock_text(c.created_ms, time));
		json_end(j);
	}
	json_end(j);
}

/* DNS lists that are left alone, and the resolver, whose name is "". */
static void
write_zones(struct json *j, const struct counters *c)
{
	int64_t now_ms = clock_unix_ms(), seconds;
	const char *name;

	json_begin_array(j, "left_alone");
	for (size_t i = 0; i < ZONE_ENTRIES; i++) {
		enum zone_state s =
		    zone_table_get(&c->zones, i, now_ms, &name, &seconds);

		if (s == ZONE_WELL)
			continue;
		json_begin_object(j, NULL);
		json_text(j, "zone", name);
		json_text(j, "state", zone_state_word(s));
		if (s == ZONE_SUSPENDED)
			json_int(j, "seconds", seconds);
		json_end(j);
	}
	json_end(j);
}

static void
write_status(struct json *j, const struct supervisor *s)
{
	char time[CLOCK_TEXT];

	json_bool(j, "ok", true);
	json_text(j, "version", PACKAGE_VERSION);
	json_int(j, "pid", getpid());
	json_text(j, "started", clock_text(s->started_ms, time));
	json_text(j, "configuration", s->bundle.sources.list[0].file);
	json_text(j, "ruleset", s->report.ruleset);
	json_int(j, "rules", (int64_t)s->report.rules);
	write_channels(j, &s->bundle.sources);
	write_last_reload(j, s);
	write_zones(j, s->counters);
	json_begin_array(j, "scanners");
	for (size_t i = 0; i < s->n_scanners; i++) {
		json_begin_object(j, NULL);
		write_child(j, &s->scanners[i],
		            supervisor_milter(s, i)
		                ? supervisor_milter(s, i)->address
		                : NULL,
		            atomic_load(&s->in_flight[i]));
		json_end(j);
	}
	json_end(j);
	json_begin_object(j, "reporter");
	write_child(j, &s->reporter, NULL, 0);
	json_end(j);
	json_begin_object(j, "learner");
	write_child(j, &s->learner, NULL, 0);
	json_end(j);
	json_begin_object(j, "counters");
	for (int i = 0; i < COUNTER_COUNT; i++)
		json_int(j, counter_names[i],
		         (int64_t)counter_get(s->counters, (enum counter)i));
	json_end(j);
}

static void
write_hits(struct json *j, struct supervisor *s)
{
	struct buf hits = BUF_INIT(ANSWER_BYTES_MAX);

	if (hits_ask(s, &hits)) {
		json_bool(j, "ok", true);
		json_raw(j, "hits", buf_sv(&hits));
	} else {
		write_error(j, SV("no scanner is ready"));
	}
	buf_done(&hits);
}

static void
answer(struct supervisor *s, const char *command, struct json *j)
{
	struct sv c = sv_str(command ? command : "");

	if (sv_eq(c, SV("status"))) {
		write_status(j, s);
	} else if (sv_eq(c, SV("reload"))) {
		if (supervisor_reload(s)) {
			json_bool(j, "ok", true);
			json_text(j, "ruleset", s->report.ruleset);
			json_int(j, "rules", (int64_t)s->report.rules);
			json_bool(j, "needs_restart", s->needs_restart);
		} else {
			write_error(j, sv_str(s->last_reload_error));
		}
	} else if (sv_eq(c, SV("rules"))) {
		json_bool(j, "ok", true);
		costs_gather(s, j);
	} else if (sv_eq(c, SV("hits"))) {
		write_hits(j, s);
	} else {
		write_error(j, SV("unknown command: status, reload, rules, "
		                  "hits and feedback are understood"));
	}
}

/* A client that is gone or does not read is not our problem: it is given up
 * after a while. */
static void
send_all(int fd, struct sv text)
{
	struct pollfd wait = { .fd = fd, .events = POLLOUT };
	int64_t end = clock_mono_us() + ANSWER_MS * 1000;

	while (text.n) {
		int64_t left_ms = (end - clock_mono_us()) / 1000;
		ssize_t n;

		if (left_ms <= 0 || poll(&wait, 1, (int)left_ms) <= 0)
			return;
		n = send(fd, text.p, text.n, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0)
			return;
		text = sv_from(text, (size_t)n);
	}
}

/* What a scanner says to a report; the mail goes from the client to it through
 * a file in memory, as this process reads none. */
static void
take_report(struct supervisor *s, int client_fd, const struct buf *line,
            json_t *request, struct buf *out)
{
	size_t end = sv_find_char(buf_sv(line), '\n') + 1;
	char *report =
	    json_dumps(json_object_get(request, "report"), JSON_COMPACT);
	const char *form = json_string_value(json_object_get(request, "form"));
	const struct report_request r = {
		.form = form ? form : "",
		.client_fd = client_fd,
		.begin = sv_from(buf_sv(line), end),
		.bytes = json_integer_value(json_object_get(request, "bytes")),
		.report = report,
	};

	reports_ask(s, &r, out);
	free(report);
}

static void
serve(struct supervisor *s, int fd, const struct buf *line, json_t *request,
      struct buf *out)
{
	const char *command =
	    json_string_value(json_object_get(request, "command"));
	struct json j = json_start(out);

	if (command && strcmp(command, "feedback") == 0) {
		take_report(s, fd, line, request, out);
		return;
	}
	json_begin_object(&j, NULL);
	if (request)
		answer(s, command, &j);
	else
		write_error(&j, SV("one line with a JSON object is expected"));
	json_end(&j);
	buf_add_char(out, '\n');
}

void
control_serve(struct supervisor *s, int fd)
{
	struct buf line = BUF_INIT(REQUEST_BYTES_MAX);
	struct buf out = BUF_INIT(ANSWER_BYTES_MAX);
	json_t *request = NULL;

	if (read_line(fd, &line))
		request = json_loadb(line.p, sv_find_char(buf_sv(&line), '\n'),
		                     JSON_REJECT_DUPLICATES, NULL);
	serve(s, fd, &line, request, &out);
	send_all(fd, buf_sv(&out));
	json_decref(request);
	buf_done(&line);
	buf_done(&out);
}
