/* SPDX-License-Identifier: Apache-2.0 */
/* The thread that asks recursive resolvers, and finds out when they are of no
 * use. */
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "fact/dns_line.h"
#include "fact/dns_message.h"
#include "fact/dns_private.h"

enum {
	TICK_MS = 50, /* while answers are to come */
	EVENTS = 64,
	/* The resolver is asked for the root after so many times as many
	 * failures as a list may have. */
	SILENCE_FACTOR = 4,
};
#define WAKE UINT64_MAX /* the event of dns_wake() */

struct asker {
	struct dns *dns;
	struct dns_lines lines;
	struct arena *arena; /* of one response */
	struct conf_dns conf;
	char *resolvers;
	unsigned generation;             /* of both */
	struct dns_flight *young, *last; /* sent, and not overdue; by age */
	struct dns_flight *again;        /* to be sent, for an alias */
	unsigned unanswered;             /* in a row */
	struct breaker silence;          /* of the resolver */
	struct dns_line *probe;          /* the root is asked for */
	int64_t probe_us;
	bool probe_is_overdue;
};

void
dns_wake(struct dns *d)
{
	const uint64_t one = 1;

	if (write(d->wake_fd, &one, sizeof one) < 0)
		return; /* it is being woken already */
}

/* ---- whether the resolver answers ---- */

static void
tell(struct dns *d, enum dns_event event, int64_t seconds)
{
	if (d->observer.notify)
		d->observer.notify(
		    d->observer.ctx, event, "",
		    event == DNS_RESOLVER_SILENT ? "it does not answer" : "",
		    seconds);
}

static struct breaker_rules
rules_of(const struct conf_dns *conf)
{
	return (struct breaker_rules){
		.failures = (unsigned)conf->breaker_failures,
		.pause_us = conf->breaker_pause_ms * 1000,
		.pause_max_us = conf->breaker_pause_max_ms * 1000,
	};
}

static void
resolver_answers(struct asker *k)
{
	k->unanswered = 0;
	if (breaker_good(&k->silence)) {
		atomic_store(&k->dns->is_silent, false);
		tell(k->dns, DNS_RESOLVER_ANSWERS, 0);
	}
}

/* It does not even know the root. */
static void
resolver_fails(struct asker *k, int64_t now_us)
{
	struct breaker_rules rules = rules_of(&k->conf);
	bool opens;

	rules.failures = 1;
	opens = breaker_bad(&k->silence, &rules, now_us, breaker_random());
	atomic_store(&k->dns->retry_us, k->silence.retry_us);
	atomic_store(&k->dns->is_silent, true);
	if (opens)
		tell(k->dns, DNS_RESOLVER_SILENT,
		     k->silence.pause_us / 1000000);
}

static void
on_probe(void *arg, int status, int timeouts, unsigned char *bytes, int n)
{
	struct asker *k = arg;

	(void)timeouts, (void)n;
	k->probe->n_pending--;
	k->probe = NULL;
	if (bytes)
		resolver_answers(k);
	else if (!k->probe_is_overdue && status != ARES_EDESTRUCTION)
		resolver_fails(k, clock_mono_us());
}

static void
probe(struct asker *k, int64_t now_us)
{
	k->probe_us = now_us;
	k->probe_is_overdue = false;
	if (!dns_lines_ask(&k->lines, &k->conf, k->resolvers, ".", DNS_NS,
	                   now_us, on_probe, k, &k->probe))
		resolver_fails(k, now_us);
}

/* Whoever sends mail can name domains that nobody answers for. So that is not
 * held against the resolver before it was asked for something it must know. */
static void
look_after_resolver(struct asker *k, int64_t now_us)
{
	unsigned max = (unsigned)k->conf.breaker_failures * SILENCE_FACTOR;

	if (k->probe) {
		if (!k->probe_is_overdue &&
		    now_us - k->probe_us >= k->conf.timeout_ms * 1000) {
			k->probe_is_overdue = true;
			resolver_fails(k, now_us);
		}
		return;
	}
	if (k->silence.is_open ? breaker_lets(&k->silence, now_us)
	                       : k->unanswered >= max) {
		k->unanswered = 0;
		probe(k, now_us);
	}
}

/* ---- questions without an answer ---- */

static void
young_add(struct asker *k, struct dns_flight *f, int64_t now_us)
{
	f->sent_us = now_us;
	f->is_young = true;
	f->younger = NULL;
	f->older = k->last;
	*(k->last ? &k->last->younger : &k->young) = f;
	k->last = f;
}

static void
young_remove(struct asker *k, struct dns_flight *f)
{
	*(f->older ? &f->older->younger : &k->young) = f->younger;
	*(f->younger ? &f->younger->older : &k->last) = f->older;
	f->is_young = false;
}

/* Held against its zone and the resolver, once. */
static void
unanswered(struct asker *k, struct dns_flight *f, int64_t now_us)
{
	young_remove(k, f);
	k->unanswered++;
	dns_zones_bad(k->dns->zones, f->question.zone, now_us);
}

/* One try without an answer is enough to know: the others may take long. */
static void
find_overdue(struct asker *k, int64_t now_us)
{
	while (k->young &&
	       now_us - k->young->sent_us >= k->conf.timeout_ms * 1000)
		unanswered(k, k->young, now_us);
}

/* ---- questions and answers ---- */

static void on_answer(void *arg, int status, int timeouts, unsigned char *bytes,
                      int n);

/* As c-ares reads names: a backslash stands before what is meant as it is. */
static bool
escape(struct sv name, char out[2 * DNS_NAME_MAX + 1])
{
	size_t n = 0;

	for (size_t i = 0; i < name.n; i++) {
		if (!name.p[i])
			return false;
		if (name.p[i] == '\\')
			out[n++] = '\\';
		out[n++] = name.p[i];
	}
	out[n] = '\0';
	return n > 0;
}

static struct sv
name_asked(const struct dns_flight *f)
{
	return f->alias ? sv_str(f->alias) : f->question.name;
}

static void
end(struct asker *k, struct dns_flight *f, const struct dns_answer *answer,
    int64_t now_us)
{
	if (dns_is_known(answer->status))
		dns_zones_good(k->dns->zones, f->question.zone);
	else if (f->is_young)
		unanswered(k, f, now_us);
	if (f->is_young)
		young_remove(k, f);
	dns_flight_end(f, answer);
}

static void
send_question(struct asker *k, struct dns_flight *f, int64_t now_us)
{
	char name[2 * DNS_NAME_MAX + 1];

	if (!f->alias)
		young_add(k, f, now_us);
	if (!escape(name_asked(f), name) ||
	    !dns_lines_ask(&k->lines, &k->conf, k->resolvers, name,
	                   (int)f->question.type, now_us, on_answer, f,
	                   &f->line))
		end(k, f, dns_answer_bare(DNS_FAILED), now_us);
}

/* Asks on for an alias that the response did not follow. False: enough. */
static bool
ask_alias(struct asker *k, struct dns_flight *f, const struct dns_message *m)
{
	if (!m->alias.n || f->n_aliases > DNS_CHAIN_MAX ||
	    memchr(m->alias.p, '\0', m->alias.n))
		return false;
	free(f->alias);
	f->alias = mem_dup(m->alias.p, m->alias.n);
	f->queued = k->again;
	k->again = f;
	return true;
}

static void
read_response(struct asker *k, struct dns_flight *f, struct sv bytes,
              int64_t now_us)
{
	const struct dns_question q = { f->question.type, name_asked(f),
		                        f->question.zone };
	struct dns_message m;

	if (!dns_message_read(k->arena, bytes, &q, &m)) {
		end(k, f, dns_answer_bare(DNS_FAILED), now_us);
		return;
	}
	f->n_aliases += m.n_aliases;
	if (f->alias_ttl_s < m.answer.ttl_s)
		m.answer.ttl_s = f->alias_ttl_s;
	f->alias_ttl_s = m.answer.ttl_s;
	if (!m.alias.n)
		end(k, f, &m.answer, now_us);
	else if (!ask_alias(k, f, &m))
		end(k, f, dns_answer_bare(DNS_FAILED), now_us);
}

static void
on_answer(void *arg, int status, int timeouts, unsigned char *bytes, int n)
{
	struct dns_flight *f = arg;
	struct asker *k = f->line->lines->owner;
	int64_t now_us = clock_mono_us();

	(void)timeouts;
	f->line->n_pending--;
	if (status == ARES_EDESTRUCTION) {
		dns_flight_end(f, dns_answer_bare(DNS_FAILED));
	} else if (bytes) {
		resolver_answers(k);
		read_response(k, f, sv_make((const char *)bytes, (size_t)n),
		              now_us);
		arena_reset(k->arena);
	} else {
		/* c-ares itself refuses what is below "onion" (RFC 7686). */
		end(k, f,
		    dns_answer_bare(status == ARES_ENOTFOUND  ? DNS_NO_NAME
		                    : status == ARES_ETIMEOUT ? DNS_TIMED_OUT
		                                              : DNS_FAILED),
		    now_us);
	}
}

/* ---- the thread ---- */

static void
read_conf(struct asker *k)
{
	struct dns *d = k->dns;

	pthread_mutex_lock(&d->lock);
	if (k->generation != d->generation) {
		k->conf = d->conf;
		k->generation = d->generation;
		free(k->resolvers);
		k->resolvers = mem_strdup(d->resolvers);
		dns_lines_retire(&k->lines);
	}
	pthread_mutex_unlock(&d->lock);
}

static void
send_all(struct asker *k, struct dns_flight *list)
{
	int64_t now_us = clock_mono_us();

	while (list) {
		struct dns_flight *f = list;

		list = f->queued;
		f->queued = NULL;
		send_question(k, f, now_us);
	}
}

static int
pause_ms(const struct asker *k)
{
	int64_t left_us = k->silence.retry_us - clock_mono_us();

	if (dns_lines_busy(&k->lines))
		return TICK_MS;
	if (k->silence.is_open)
		return left_us > 0 ? (int)(left_us / 1000) + 1 : TICK_MS;
	return dns_lines_any(&k->lines) ? DNS_LINE_US / 1000 : -1;
}

static void
handle_events(struct asker *k, const struct epoll_event *events, int n)
{
	uint64_t count;

	for (int i = 0; i < n; i++) {
		if (events[i].data.u64 != WAKE)
			dns_lines_event(&k->lines, events[i].data.u64,
			                events[i].events);
		else if (read(k->dns->wake_fd, &count, sizeof count) < 0)
			continue; /* as good as read */
	}
}

static void
serve(struct asker *k)
{
	struct epoll_event events[EVENTS];
	int64_t tick_us = 0;

	while (!atomic_load(&k->dns->is_stopping)) {
		int n = epoll_wait(k->lines.epoll_fd, events, EVENTS,
		                   k->again ? 0 : pause_ms(k));
		struct dns_flight *again;
		int64_t now_us;

		handle_events(k, events, n);
		now_us = clock_mono_us();
		if (now_us - tick_us >= TICK_MS * 1000) {
			tick_us = now_us;
			dns_lines_tick(&k->lines, now_us);
			find_overdue(k, now_us);
			look_after_resolver(k, now_us);
		}
		again = k->again;
		k->again = NULL;
		read_conf(k);
		send_all(k, again);
		send_all(k, dns_flights_take(k->dns));
		dns_batches_ring(k->dns);
	}
}

/* What is still to be sent when it ends. */
static void
end_all(struct dns_flight *list)
{
	while (list) {
		struct dns_flight *f = list;

		list = f->queued;
		dns_flight_end(f, dns_answer_bare(DNS_FAILED));
	}
}

void *
dns_thread(void *dns)
{
	struct asker *k = mem_calloc(1, sizeof *k);
	struct epoll_event wake = { .events = EPOLLIN, .data.u64 = WAKE };
	struct dns *d = dns;

	k->dns = d;
	k->arena = arena_new();
	if (!dns_lines_open(&k->lines, k) ||
	    epoll_ctl(k->lines.epoll_fd, EPOLL_CTL_ADD, d->wake_fd, &wake))
		mem_die("epoll does not work");
	read_conf(k);
	serve(k);
	dns_lines_close(&k->lines);
	end_all(k->again);
	end_all(dns_flights_take(d));
	dns_batches_ring(d);
	arena_free(k->arena);
	free(k->resolvers);
	free(k);
	return NULL;
}
