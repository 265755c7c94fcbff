/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines to the recursive resolvers: c-ares channels. Each has sockets of its
 * own and serves some questions for some time; then the next one, with other
 * ports and what /etc/resolv.conf says by then, takes over. One thread.
 */
#ifndef FACT_DNS_LINE_H
#define FACT_DNS_LINE_H

#include <ares.h>

#include "conf/conf.h"

enum {
	DNS_LINES = 8, /* the one in use, and those whose answers are to come */
	DNS_LINE_QUESTIONS = 1000,
	DNS_LINE_US = 60 * 1000 * 1000,
};

struct dns_lines;

struct dns_line {
	struct dns_lines *lines;
	ares_channel channel; /* NULL: not in use */
	bool is_retired;
	size_t n_sent, n_pending;
	int64_t until_us;
};

struct dns_lines {
	int epoll_fd; /* its events are told apart by dns_line_events() */
	void *owner;
	struct dns_line list[DNS_LINES];
	struct dns_line *current; /* or NULL */
};

/* False with errno. */
bool dns_lines_open(struct dns_lines *l, void *owner);
void dns_lines_close(struct dns_lines *l); /* ends what is on its way */

/* No more questions over those there are. */
void dns_lines_retire(struct dns_lines *l);

/* Puts a question; the callback may come before this returns. False: nothing
 * can be asked, and there will be no callback. */
bool dns_lines_ask(struct dns_lines *l, const struct conf_dns *conf,
                   const char *resolvers, const char *name, int type,
                   int64_t now_us, ares_callback callback, void *arg,
                   struct dns_line **ret_line);

/* Handles one event of epoll that is about a line. */
void dns_lines_event(struct dns_lines *l, uint64_t data, uint32_t events);

/* Sends again what is due; closes lines that are done. To be called every now
 * and then, while dns_lines_busy(). */
void dns_lines_tick(struct dns_lines *l, int64_t now_us);
bool dns_lines_busy(const struct dns_lines *l); /* answers are to come */
bool dns_lines_any(const struct dns_lines *l);  /* sockets are open */

#endif
