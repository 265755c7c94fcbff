/* SPDX-License-Identifier: Apache-2.0 */
#include "tamisd/supervisor.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "report/report.h"
#include "tamisd/learner.h"
#include "tamisd/sandbox.h"
#include "tamisd/scanner.h"

enum {
	STOP_GRACE_US = 2 * 1000 * 1000,
	ANSWER_MS = 30000, /* for compiling a bundle */
};

/* ---- opening ---- */

/* A folder that the unprivileged processes may write to. */
static int
open_folder(const struct supervisor *s, const char *path, unsigned mode,
            struct diags *diags)
{
	if (file_mkdirs(path, mode) ||
	    (s->user.drop && chown(path, s->user.uid, s->user.gid))) {
		diags_add(diags, SEVERITY_ERROR, NULL, 0,
		          "cannot make the folder %s: %s", path,
		          strerror(errno));
		return E_IO;
	}
	return 0;
}

static int
open_listeners(const struct conf_list *addresses, unsigned mode,
               const struct process_user *owner, const char *group,
               struct listeners *ret, struct diags *diags)
{
	int result = 0;

	if (addresses->n > LISTENERS_MAX) {
		diags_add(diags, SEVERITY_ERROR, NULL, 0,
		          "at most %d addresses to listen on", LISTENERS_MAX);
		return E_LIMIT;
	}
	for (ret->n = 0; ret->n < addresses->n && result == 0; ret->n++)
		result =
		    listener_open(&ret->list[ret->n], addresses->list[ret->n],
		                  mode, owner, group, diags);
	return result;
}

static void
close_listeners(struct listeners *l)
{
	for (size_t i = 0; i < l->n; i++)
		listener_close(&l->list[i]);
}

static int
open_counters(struct supervisor *s, struct diags *diags)
{
	const char *folder = s->bundle.conf->tamisd.state_dir;
	char path[1024];

	snprintf(path, sizeof path, "%s/rule-hits", folder);
	s->hits = hit_table_open(path, s->user.uid, s->user.gid);
	if (s->hits) {
		snprintf(path, sizeof path, "%s/counters", folder);
		s->counters = counters_open(path, s->user.uid, s->user.gid);
	}
	s->in_flight =
	    mmap(NULL, sizeof *s->in_flight * SCANNERS_MAX,
	         PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (s->counters && s->in_flight != MAP_FAILED)
		return 0;
	diags_add(diags, SEVERITY_ERROR, NULL, 0, "cannot open %s: %s", path,
	          strerror(errno));
	return E_IO;
}

static int
plan_scanners(struct supervisor *s, struct diags *diags)
{
	/* libmilter is one per process. */
	size_t n = (size_t)s->bundle.conf->tamisd.scanners *
	           (s->milters.n ? s->milters.n : 1);

	if (n > SCANNERS_MAX) {
		diags_add(diags, SEVERITY_ERROR, NULL, 0,
		          "tamisd.scanners times milter.listen gives %zu "
		          "processes: %d are possible",
		          n, SCANNERS_MAX);
		return E_RANGE;
	}
	s->n_scanners = n;
	for (size_t i = 0; i < n; i++)
		s->scanners[i] = (struct child){ .role = "scanner", .fd = -1 };
	s->reporter = (struct child){ .role = "reporter", .fd = -1 };
	s->learner = (struct child){ .role = "learner", .fd = -1 };
	return 0;
}

static int
open_control(struct supervisor *s, struct diags *diags)
{
	const struct conf_tamisd *conf = &s->bundle.conf->tamisd;
	char address[1024];

	snprintf(address, sizeof address, "unix:%s", conf->control);
	return listener_open(&s->control, address, (unsigned)conf->control_mode,
	                     NULL, "", diags);
}

int
supervisor_open(struct supervisor *s, struct diags *diags)
{
	const struct conf *conf = s->bundle.conf;
	int result;

	s->control.fd = s->signal_fd = -1;
	if ((result = process_user_find("tamisd", conf->tamisd.user,
	                                conf->tamisd.group, &s->user, diags)) ||
	    (result = open_folder(s, conf->tamisd.state_dir, 0750, diags)) ||
	    (result = open_folder(s, conf->tamisd.run_dir, 0755, diags)) ||
	    (result = open_counters(s, diags)) ||
	    (result = open_listeners(
		 &conf->milter.listen, (unsigned)conf->milter.socket_mode,
		 &s->user, conf->milter.socket_group, &s->milters, diags)) ||
	    (result = open_listeners(&conf->http.listen,
	                             (unsigned)conf->http.socket_mode, &s->user,
	                             "", &s->https, diags)) ||
	    (result = open_listeners(&conf->spamd.listen,
	                             (unsigned)conf->spamd.socket_mode,
	                             &s->user, "", &s->spamds, diags)) ||
	    (result = plan_scanners(s, diags)))
		return result;
	return open_control(s, diags);
}

/* ---- children ---- */

/* What a child inherits and must not keep. */
static void
close_in_child(const struct supervisor *s)
{
	close(s->signal_fd);
	close(s->control.fd);
	for (size_t i = 0; i < s->n_scanners; i++)
		if (s->scanners[i].fd >= 0)
			close(s->scanners[i].fd);
	if (s->reporter.fd >= 0)
		close(s->reporter.fd);
	if (s->learner.fd >= 0)
		close(s->learner.fd);
}

/* In a child: the sockets stay open for others. */
static void
close_copies(const struct listeners *l)
{
	for (size_t i = 0; i < l->n; i++)
		close(l->list[i].fd);
}

const struct listener *
supervisor_milter(const struct supervisor *s, size_t scanner)
{
	if (s->milters.n == 0)
		return NULL;
	return &s->milters.list[scanner % s->milters.n];
}

struct scanner_start {
	const struct supervisor *supervisor;
	size_t index;
};

static int
scanner_body(void *ctx, int fd)
{
	const struct scanner_start *start = ctx;
	const struct supervisor *s = start->supervisor;
	const struct listener *milter = supervisor_milter(s, start->index);
	int http_fds[LISTENERS_MAX], spamd_fds[LISTENERS_MAX];
	bool http_trusted[LISTENERS_MAX];
	struct scanner_options options = {
		.bundle = &s->bundle,
		.log_target = s->log_target,
		.user = &s->user,
		.counters = s->counters,
		.hits = s->hits,
		.in_flight = &s->in_flight[start->index],
		.milter_fd = milter ? milter->fd : -1,
		.milter_address = milter ? milter->address : "",
		.http_fds = http_fds,
		.http_trusted = http_trusted,
		.n_http = s->https.n,
		.spamd_fds = spamd_fds,
		.n_spamd = s->spamds.n,
	};

	close_in_child(s);
	for (size_t i = 0; i < s->https.n; i++) {
		http_fds[i] = s->https.list[i].fd;
		http_trusted[i] = s->https.list[i].is_unix;
	}
	for (size_t i = 0; i < s->spamds.n; i++)
		spamd_fds[i] = s->spamds.list[i].fd;
	return scanner_main(&options, fd);
}

/* Of a process that serves nobody. */
static void
become(const struct supervisor *s, const char *role)
{
	close_in_child(s);
	close_copies(&s->milters);
	close_copies(&s->https);
	close_copies(&s->spamds);
	log_open("tamisd", role, s->log_target, s->bundle.conf->log.level);
	process_user_become(&s->user);
	sandbox_enter();
}

static int
reporter_body(void *ctx, int fd)
{
	const struct supervisor *s = ctx;

	become(s, "reporter");
	return report_run(s->bundle.conf, fd);
}

static int
learner_body(void *ctx, int fd)
{
	const struct supervisor *s = ctx;

	become(s, "learner");
	return learner_run(s->bundle.conf, s->counters, fd);
}

static void
start_scanner(struct supervisor *s, size_t i)
{
	struct scanner_start start = { s, i };

	if (child_start(&s->scanners[i], scanner_body, &start)) {
		log_error("cannot start a scanner: %s", strerror(errno));
		s->scanners[i].restart_us = clock_mono_us() + 1000000;
	}
}

static void
start_helper(struct supervisor *s, struct child *c,
             int (*body)(void *ctx, int fd))
{
	if (child_start(c, body, s)) {
		log_error("cannot start the %s: %s", c->role, strerror(errno));
		c->restart_us = clock_mono_us() + 1000000;
	}
}

static void
start_what_is_due(struct supervisor *s)
{
	int64_t now = clock_mono_us();

	for (size_t i = 0; i < s->n_scanners; i++)
		if (!s->scanners[i].pid && now >= s->scanners[i].restart_us)
			start_scanner(s, i);
	if (!s->reporter.pid && now >= s->reporter.restart_us)
		start_helper(s, &s->reporter, reporter_body);
	if (!s->learner.pid && now >= s->learner.restart_us)
		start_helper(s, &s->learner, learner_body);
}

/* Milliseconds until start_what_is_due() has something to do; -1: nothing. */
static int
next_start_ms(const struct supervisor *s)
{
	int64_t next = INT64_MAX, now = clock_mono_us();

	for (size_t i = 0; i < s->n_scanners; i++)
		if (!s->scanners[i].pid && s->scanners[i].restart_us < next)
			next = s->scanners[i].restart_us;
	if (!s->reporter.pid && s->reporter.restart_us < next)
		next = s->reporter.restart_us;
	if (!s->learner.pid && s->learner.restart_us < next)
		next = s->learner.restart_us;
	if (next == INT64_MAX)
		return -1;
	return next <= now ? 0 : (int)((next - now) / 1000 + 1);
}

static void
reap(struct supervisor *s)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (size_t i = 0; i < s->n_scanners; i++)
			if (s->scanners[i].pid == pid) {
				atomic_store(&s->in_flight[i], 0);
				child_gone(&s->scanners[i], status);
			}
		if (s->reporter.pid == pid)
			child_gone(&s->reporter, status);
		if (s->learner.pid == pid)
			child_gone(&s->learner, status);
	}
}

/* A scanner said that it listens. When all have for the first time, we are
 * up. */
static void
note_ready(struct supervisor *s, struct child *c)
{
	size_t ready = 0;

	c->ready = true;
	log_debug("%s pid=%ld is ready", c->role, (long)c->pid);
	for (size_t i = 0; i < s->n_scanners; i++)
		ready += s->scanners[i].ready;
	if (ready == s->n_scanners && !s->announced) {
		s->announced = true;
		log_info("ready scanners=%zu rules=%llu ruleset=%s",
		         s->n_scanners, (unsigned long long)s->report.rules,
		         s->report.ruleset);
		process_say_ready(s->ready_fd);
	}
}

/* ---- reload ---- */

/* A scanner's answer to a word; it may still have to say that it is ready. */
static int
take_answer(struct supervisor *s, struct child *c,
            char answer[CHILD_PACKET_MAX])
{
	int n = child_receive(c->fd, answer, NULL, ANSWER_MS);

	if (n > 0 && sv_eq_str(sv_str(answer), "ready")) {
		note_ready(s, c);
		n = child_receive(c->fd, answer, NULL, ANSWER_MS);
	}
	return n;
}

bool
supervisor_ask(struct supervisor *s, struct child *c, const char *word,
               int pass_fd, char why[CHILD_PACKET_MAX])
{
	char answer[CHILD_PACKET_MAX];
	int n;

	if (!c->pid || child_send(c->fd, sv_str(word), pass_fd))
		return true;
	n = take_answer(s, c, answer);
	if (n == E_STATE) {
		kill(c->pid, SIGKILL);
		snprintf(why, CHILD_PACKET_MAX,
		         "a scanner did not answer to %s", word);
		return false;
	}
	if (n <= 0 || sv_eq_str(sv_str(answer), "ok"))
		return true;
	memcpy(why, answer, sizeof answer);
	return false;
}

/* Sends a word to every scanner, those that still start included: they have
 * the bundle before this one. True when all said "ok"; otherwise `why` gets
 * what the first said. */
static bool
tell_scanners(struct supervisor *s, const char *word, int pass_fd,
              char why[CHILD_PACKET_MAX])
{
	char later[CHILD_PACKET_MAX];
	bool all = true;

	for (size_t i = 0; i < s->n_scanners; i++)
		if (!supervisor_ask(s, &s->scanners[i], word, pass_fd,
		                    all ? why : later))
			all = false;
	return all;
}

static bool
same_list(const struct conf_list *a, const struct conf_list *b)
{
	bool same = a->n == b->n;

	for (size_t i = 0; same && i < a->n; i++)
		same = strcmp(a->list[i], b->list[i]) == 0;
	return same;
}

/* Scanners have it open for as long as they live. */
static bool
same_store(const struct conf_store *a, const struct conf_store *b)
{
	return a->backend == b->backend && strcmp(a->dir, b->dir) == 0 &&
	       a->bytes_max == b->bytes_max && a->commit_ms == b->commit_ms &&
	       a->queue_max == b->queue_max &&
	       strcmp(a->redis, b->redis) == 0 &&
	       strcmp(a->redis_prefix, b->redis_prefix) == 0 &&
	       strcmp(a->redis_password_file, b->redis_password_file) == 0 &&
	       a->redis_database == b->redis_database &&
	       a->redis_timeout_ms == b->redis_timeout_ms &&
	       a->backlog_bytes_max == b->backlog_bytes_max;
}

/* The conf sections that only a restart can change. */
static bool
needs_restart(const struct conf *a, const struct conf *b)
{
	return a->tamisd.scanners != b->tamisd.scanners ||
	       !same_list(&a->milter.listen, &b->milter.listen) ||
	       !same_list(&a->http.listen, &b->http.listen) ||
	       !same_list(&a->spamd.listen, &b->spamd.listen) ||
	       !same_store(&a->store, &b->store) ||
	       strcmp(a->tamisd.state_dir, b->tamisd.state_dir) != 0 ||
	       strcmp(a->tamisd.control, b->tamisd.control) != 0 ||
	       strcmp(a->report.spool_dir, b->report.spool_dir) != 0;
}

static void
replace_helper(struct child *c)
{
	if (c->pid)
		c->replaced = child_send(c->fd, SV("stop"), -1) == 0;
}

/* Reporter and learner read the configuration once: they are replaced. What
 * they work from, spool and store, makes that safe at any moment. */
static void
replace_helpers(struct supervisor *s, const struct bundle *old)
{
	const struct rule_source *a = &old->sources.list[0];
	const struct rule_source *b = &s->bundle.sources.list[0];

	if (sv_eq(sv_make(a->text, a->bytes), sv_make(b->text, b->bytes)))
		return;
	replace_helper(&s->reporter);
	replace_helper(&s->learner);
}

/* Puts a checked bundle in force in all scanners, or in none. */
static bool
distribute(struct supervisor *s, const struct bundle *next,
           char answer[CHILD_PACKET_MAX])
{
	int fd = bundle_to_fd(next);
	bool ok = fd >= 0 && tell_scanners(s, "load", fd, answer);

	if (fd >= 0)
		close(fd);
	tell_scanners(s, ok ? "commit" : "abort", -1,
	              (char[CHILD_PACKET_MAX]){ 0 });
	return ok;
}

static void
note_reload(struct supervisor *s, bool ok, char *error)
{
	s->reloads++;
	s->last_reload_ms = clock_unix_ms();
	s->last_reload_ok = ok;
	free(s->last_reload_error);
	s->last_reload_error = error;
	if (!ok)
		log_error("reload refused, the old configuration and rules "
		          "stay in force: %s",
		          error);
}

/* " channels=NAME:VERSION,..." for the log, or "". */
static void
list_channels(const struct rule_sources *sources, struct buf *out)
{
	struct rule_channel c;

	for (size_t i = 0; i < sources->n; i++)
		if (rule_source_channel(&sources->list[i], &c))
			buf_addf(out, "%s%s:%llu",
			         out->n ? "," : " channels=", c.name,
			         (unsigned long long)c.version);
}

static void
log_reload(const struct bundle *b, const struct bundle_report *report)
{
	struct buf channels = BUF_INIT(1000);

	list_channels(&b->sources, &channels);
	log_info("reloaded rules=%llu ruleset=%s%s",
	         (unsigned long long)report->rules, report->ruleset,
	         buf_str(&channels));
	buf_done(&channels);
}

bool
supervisor_reload(struct supervisor *s)
{
	char answer[CHILD_PACKET_MAX] = "";
	struct diags diags = DIAGS_INIT;
	struct bundle_report report = { 0 };
	struct bundle next, old = s->bundle;
	bool ok = bundle_read(s->conf_path, &next, &diags) == 0;

	process_notify("RELOADING=1");
	if (ok) {
		bundle_check(&next, true, &report);
		ok = report.ok;
		if (!ok)
			snprintf(answer, sizeof answer, "%s", report.text);
	} else {
		diags_first(&diags, answer, sizeof answer);
	}
	ok = ok && distribute(s, &next, answer);
	note_reload(s, ok, ok ? NULL : mem_strdup(answer));
	diags_done(&diags);
	if (ok) {
		s->needs_restart = needs_restart(old.conf, next.conf);
		if (s->needs_restart)
			log_warning("some changed options (listen, scanners, "
			            "state_dir, control, spool_dir, the "
			            "section store) need a restart of tamisd");
		log_reload(&next, &report);
		free(s->report.text);
		s->report = report;
		s->bundle = next;
		log_set_level(next.conf->log.level);
		replace_helpers(s, &old);
		bundle_done(&old);
	} else {
		free(report.text);
		bundle_done(&next);
	}
	process_notify("READY=1");
	return ok;
}

/* ---- the loop ---- */

static void
take_packet(struct supervisor *s, struct child *c)
{
	char packet[CHILD_PACKET_MAX];

	if (child_receive(c->fd, packet, NULL, 0) > 0 &&
	    sv_eq_str(sv_str(packet), "ready"))
		note_ready(s, c);
}

static void
take_signal(struct supervisor *s)
{
	struct signalfd_siginfo info;

	if (read(s->signal_fd, &info, sizeof info) != sizeof info)
		return;
	if (info.ssi_signo == SIGCHLD)
		reap(s);
	else if (info.ssi_signo == SIGHUP)
		supervisor_reload(s);
	else
		s->stopping = true;
}

static void
take_client(struct supervisor *s)
{
	int client = accept4(s->control.fd, NULL, NULL, SOCK_CLOEXEC);

	if (client < 0)
		return;
	control_serve(s, client);
	close(client);
}

static void
wait_once(struct supervisor *s)
{
	struct pollfd fds[SCANNERS_MAX + 2] = {
		{ .fd = s->signal_fd, .events = POLLIN },
		{ .fd = s->control.fd, .events = POLLIN },
	};
	size_t n = 2;

	for (size_t i = 0; i < s->n_scanners; i++, n++)
		fds[n] = (struct pollfd){ .fd = s->scanners[i].fd,
			                  .events = POLLIN };
	if (poll(fds, n, next_start_ms(s)) < 0)
		return;
	/* Packets first: a scanner may have said something and died. */
	for (size_t i = 0; i < s->n_scanners; i++)
		if (fds[i + 2].revents & POLLIN)
			take_packet(s, &s->scanners[i]);
	if (fds[0].revents)
		take_signal(s);
	if (fds[1].revents)
		take_client(s);
	/* A closed socket means a dying child: its SIGCHLD is on the way. */
	for (size_t i = 0; i < s->n_scanners; i++)
		if (fds[i + 2].revents == POLLHUP)
			reap(s);
}

static void
open_signals(struct supervisor *s)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	s->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (s->signal_fd < 0)
		mem_die("no signalfd");
}

static size_t
children_left(const struct supervisor *s)
{
	size_t left = (s->reporter.pid != 0) + (s->learner.pid != 0);

	for (size_t i = 0; i < s->n_scanners; i++)
		left += s->scanners[i].pid != 0;
	return left;
}

/* Tells one kind of children to end and waits; what does not end is killed. */
static void
stop_children(struct child *list, size_t n, int64_t us)
{
	int64_t end = clock_mono_us() + us;
	size_t left = n;
	int status;

	for (size_t i = 0; i < n; i++)
		if (list[i].pid)
			child_send(list[i].fd, SV("stop"), -1);
	while (left) {
		left = 0;
		for (size_t i = 0; i < n; i++) {
			if (list[i].pid &&
			    waitpid(list[i].pid, &status, WNOHANG) > 0)
				list[i].pid = 0;
			left += list[i].pid != 0;
		}
		if (left && clock_mono_us() > end)
			for (size_t i = 0; i < n; i++)
				if (list[i].pid)
					kill(list[i].pid, SIGKILL);
		if (left)
			poll(NULL, 0, 10);
	}
}

static void
stop_all(struct supervisor *s)
{
	int64_t grace =
	    s->bundle.conf->tamisd.stop_timeout_ms * 1000 + STOP_GRACE_US;

	process_notify("STOPPING=1");
	/* No new connections are taken once every copy is closed. */
	close_listeners(&s->milters);
	close_listeners(&s->https);
	close_listeners(&s->spamds);
	stop_children(s->scanners, s->n_scanners, grace);
	stop_children(&s->learner, 1, grace);
	stop_children(&s->reporter, 1, grace);
	listener_close(&s->control);
}

int
supervisor_run(struct supervisor *s)
{
	s->started_ms = clock_unix_ms();
	open_signals(s);
	while (!s->stopping) {
		start_what_is_due(s);
		wait_once(s);
	}
	log_info("stopping children=%zu", children_left(s));
	stop_all(s);
	log_info("stopped");
	return 0;
}
