/* SPDX-License-Identifier: Apache-2.0 */
#include "tamisd/scanner.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "ingress/http.h"
#include "ingress/milter.h"
#include "ingress/spamd.h"
#include "learn/campaign.h"
#include "tamisd/child.h"
#include "tamisd/costs.h"
#include "tamisd/reports.h"
#include "tamisd/resolver.h"
#include "tamisd/sandbox.h"

enum { CONTROL_STACK_BYTES = 8 * 1024 * 1024 }; /* it compiles rules */

/* One a process. */
static struct {
	struct ingress ingress;
	struct http *http;
	struct spamd *spamd;
	struct snapshot *next; /* loaded, not in force yet */
	struct http_tokens *next_tokens;
	int fd; /* to the supervisor */
	int64_t stop_timeout_ms;
} scanner;

static void
forget_next(void)
{
	snapshot_unref(scanner.next);
	http_tokens_free(scanner.next_tokens);
	scanner.next = NULL;
	scanner.next_tokens = NULL;
}

/* Everything that can fail in a new configuration fails here. */
static void
load(int fd, char answer[CHILD_PACKET_MAX])
{
	struct rule_sources sources = { 0 };
	struct diags diags = DIAGS_INIT;
	char first[CHILD_PACKET_MAX - 8];

	forget_next();
	if (fd >= 0 && bundle_from_fd(fd, &sources) == 0)
		scanner.next = bundle_compile(&sources, &diags);
	if (scanner.next)
		resolver_attach(scanner.next, scanner.ingress.counters);
	if (scanner.next && http_tokens_read(&scanner.next->conf->http,
	                                     &scanner.next_tokens, &diags))
		forget_next();
	diags_first(&diags, first, sizeof first);
	if (!scanner.next)
		snprintf(answer, CHILD_PACKET_MAX, "%s",
		         *first ? first : "the bundle cannot be read");
	diags_done(&diags);
	rule_sources_done(&sources);
	if (fd >= 0)
		close(fd);
}

static void
commit(void)
{
	if (!scanner.next)
		return;
	log_set_level(scanner.next->conf->log.level);
	resolver_follow(scanner.next);
	hit_table_admit(scanner.ingress.hits, scanner.next->rules,
	                clock_unix_ms());
	ingress_swap(&scanner.ingress, scanner.next);
	http_set_tokens(scanner.http, scanner.next_tokens);
	scanner.next = NULL;
	scanner.next_tokens = NULL;
}

static void
tell_costs(int fd, char answer[CHILD_PACKET_MAX])
{
	struct snapshot *snapshot = ingress_snapshot(&scanner.ingress);

	if (fd < 0 || costs_write(snapshot->rules, fd))
		snprintf(answer, CHILD_PACKET_MAX, "costs cannot be written");
	if (fd >= 0)
		close(fd);
	snapshot_unref(snapshot);
}

static void
tell_hits(int fd, char answer[CHILD_PACKET_MAX])
{
	struct snapshot *snapshot = ingress_snapshot(&scanner.ingress);

	if (fd < 0 || hits_write(scanner.ingress.hits, snapshot->rules, fd))
		snprintf(answer, CHILD_PACKET_MAX, "hits cannot be written");
	if (fd >= 0)
		close(fd);
	snapshot_unref(snapshot);
}

static void
take_report(int fd, char answer[CHILD_PACKET_MAX])
{
	if (fd < 0 || reports_take(&scanner.ingress, fd))
		snprintf(answer, CHILD_PACKET_MAX,
		         "the report cannot be answered");
	if (fd >= 0)
		close(fd);
}

/* Messages in flight, and clients that are still writing theirs. */
static size_t
work_left(void)
{
	return atomic_load(scanner.ingress.in_flight) +
	       spamd_busy(scanner.spamd);
}

/* Waits for messages in flight, then ends the process: libmilter cannot stop
 * in less than five seconds, and its session threads never. */
static void __attribute__((noreturn)) stop(void)
{
	const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };
	int64_t end = clock_mono_us() + scanner.stop_timeout_ms * 1000;
	size_t left;

	milter_drain();
	http_drain(scanner.http);
	spamd_drain(scanner.spamd);
	while ((left = work_left()) && clock_mono_us() < end)
		nanosleep(&pause, NULL);
	if (left)
		log_warning("stopping with %zu messages in flight", left);
	if (scanner.ingress.store)
		store_flush(scanner.ingress.store);
	spool_close(scanner.ingress.spool);
	_exit(0);
}

static void *
control_thread(void *unused)
{
	char packet[CHILD_PACKET_MAX], answer[CHILD_PACKET_MAX];
	int passed, n;

	(void)unused;
	while ((n = child_receive(scanner.fd, packet, &passed, -1)) > 0) {
		if (sv_eq_str(sv_str(packet), "stop"))
			break;
		snprintf(answer, sizeof answer, "ok");
		if (sv_eq_str(sv_str(packet), "load"))
			load(passed, answer);
		else if (sv_eq_str(sv_str(packet), "commit"))
			commit();
		else if (sv_eq_str(sv_str(packet), "costs"))
			tell_costs(passed, answer);
		else if (sv_eq_str(sv_str(packet), "hits"))
			tell_hits(passed, answer);
		else if (sv_eq_str(sv_str(packet), "feedback"))
			take_report(passed, answer);
		else
			forget_next();
		child_send(scanner.fd, sv_str(answer), -1);
	}
	stop();
}

static void
start_control_thread(void)
{
	pthread_attr_t attr;
	pthread_t thread;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, CONTROL_STACK_BYTES);
	if (pthread_create(&thread, &attr, control_thread, NULL))
		mem_die("cannot start a thread");
	pthread_detach(thread);
	pthread_attr_destroy(&attr);
}

/* Only libmilter's own thread may get these: it waits for them. */
static void
block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
}

static struct http *
start_http(const struct scanner_options *o, struct http_tokens *tokens)
{
	struct http *http = http_new(&scanner.ingress, tokens);

	for (size_t i = 0; i < o->n_http; i++)
		if (http_listen(http, &o->bundle->conf->http, o->http_fds[i],
		                o->http_trusted[i]))
			mem_die("cannot serve HTTP");
	return http;
}

/* Mail goes on without it. */
static struct store *
open_store(const struct conf *conf)
{
	struct store *store;
	char why[STORE_WHY];

	if (store_open(&conf->store, &store, why) == 0)
		return store;
	log_error("cannot open the store: %s; messages are judged without "
	          "what was learned",
	          why);
	return NULL;
}

int
scanner_main(const struct scanner_options *o, int supervisor_fd)
{
	const struct conf *conf = o->bundle->conf;
	struct milter_options milter = {
		.listen_fd = o->milter_fd,
		.address = o->milter_address,
		.timeout_ms = conf->milter.timeout_ms,
	};
	struct diags diags = DIAGS_INIT;
	struct http_tokens *tokens = NULL;
	struct snapshot *snapshot;
	struct image_pool *images;
	struct spool *spool;
	char path[1024];

	log_open("tamisd", "scanner", o->log_target, conf->log.level);
	message_prepare(); /* it opens files: better now than in a sandbox */
	process_user_become(o->user);
	images = image_pool_new(&conf->image, NULL);
	if (!images && conf->image.qr && image_is_built())
		log_error("cannot start tamis-image: %s; QR codes are not read",
		          strerror(errno));
	sandbox_enter(); /* before there are threads: they inherit it */
	block_signals();
	milter_prepare_threads();
	snapshot = bundle_compile(&o->bundle->sources, &diags);
	if (!snapshot || http_tokens_read(&conf->http, &tokens, &diags)) {
		diags_first(&diags, path, sizeof path);
		log_error("%s", path);
		return 1;
	}
	diags_done(&diags);
	resolver_attach(snapshot, o->counters);
	spool = spool_open(spool_path(conf, path, sizeof path), &conf->report);
	if (!spool)
		log_error("cannot open the spool %s: messages are judged, "
		          "their records are lost",
		          path);
	atomic_store(o->in_flight, 0);
	ingress_init(&scanner.ingress, snapshot, o->counters, spool,
	             o->in_flight);
	ingress_recheck(&scanner.ingress);
	scanner.ingress.images = images;
	scanner.ingress.store = open_store(conf);
	if (scanner.ingress.store) {
		if (feedback_key(scanner.ingress.store,
		                 scanner.ingress.mark_key))
			log_warning("the store has no key for marks: mails "
			            "get no X-Tamis-Id");
		scanner.ingress.secret = campaign_secret_new();
		campaign_secret_load(scanner.ingress.secret,
		                     scanner.ingress.store, clock_unix_ms());
	}
	scanner.ingress.hits = o->hits;
	ingress_rejudge(&scanner.ingress);
	hit_table_admit(o->hits, snapshot->rules, clock_unix_ms());
	scanner.fd = supervisor_fd;
	scanner.stop_timeout_ms = conf->tamisd.stop_timeout_ms;
	scanner.http = start_http(o, tokens);
	scanner.spamd = spamd_new(&scanner.ingress, o->spamd_fds, o->n_spamd);
	start_control_thread();
	child_send(supervisor_fd, SV("ready"), -1);
	if (o->milter_fd < 0)
		for (;;) /* the control thread ends the process */
			pause();
	if (milter_run(&scanner.ingress, &milter)) {
		log_error("libmilter cannot serve %s (it must know \"fd:N\", "
		          "as Debian's does)",
		          o->milter_address);
		return 1;
	}
	stop();
}
