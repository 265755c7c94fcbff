/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/dns_line.h"

#include <sys/epoll.h>
#include <unistd.h>

enum { CLASS_IN = 1 };

/* ---- sockets ---- */

static uint64_t
event_data(const struct dns_line *line, int fd)
{
	return (uint64_t)(line - line->lines->list) << 32 | (uint32_t)fd;
}

/* c-ares says what it wants to know of a socket; nothing: it closes it. */
static void
watch(void *arg, ares_socket_t fd, int readable, int writable)
{
	const struct dns_line *line = arg;
	int epoll_fd = line->lines->epoll_fd;
	struct epoll_event event = {
		.events =
		    (readable ? EPOLLIN : 0U) | (writable ? EPOLLOUT : 0U),
		.data.u64 = event_data(line, fd),
	};

	if (!event.events)
		epoll_ctl(epoll_fd, EPOLL_CTL_DEL, fd, NULL);
	else if (epoll_ctl(epoll_fd, EPOLL_CTL_MOD, fd, &event))
		epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

void
dns_lines_event(struct dns_lines *l, uint64_t data, uint32_t events)
{
	const struct dns_line *line = &l->list[data >> 32];
	int fd = (int)(uint32_t)data;
	bool broken = events & (EPOLLERR | EPOLLHUP);

	if (line->channel)
		ares_process_fd(
		    line->channel,
		    broken || (events & EPOLLIN) ? fd : ARES_SOCKET_BAD,
		    broken || (events & EPOLLOUT) ? fd : ARES_SOCKET_BAD);
}

/* ---- lines ---- */

bool
dns_lines_open(struct dns_lines *l, void *owner)
{
	*l = (struct dns_lines){ .owner = owner };
	for (size_t i = 0; i < DNS_LINES; i++)
		l->list[i].lines = l;
	l->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	return l->epoll_fd >= 0;
}

static void
line_close(struct dns_line *line)
{
	ares_destroy(line->channel);
	*line = (struct dns_line){ .lines = line->lines };
}

void
dns_lines_close(struct dns_lines *l)
{
	for (size_t i = 0; i < DNS_LINES; i++)
		if (l->list[i].channel)
			line_close(&l->list[i]);
	close(l->epoll_fd);
}

void
dns_lines_retire(struct dns_lines *l)
{
	if (l->current)
		l->current->is_retired = true;
	l->current = NULL;
}

static bool
line_open(struct dns_line *line, const struct conf_dns *conf,
          const char *resolvers, int64_t now_us)
{
	struct ares_options options = {
		.flags = ARES_FLAG_EDNS | ARES_FLAG_STAYOPEN |
		         ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES,
		.timeout = (int)conf->timeout_ms,
		.tries = (int)conf->tries,
		.ednspsz = (int)conf->udp_bytes,
		.sock_state_cb = watch,
		.sock_state_cb_data = line,
	};

	if (ares_init_options(&line->channel, &options,
	                      ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS |
	                          ARES_OPT_TRIES | ARES_OPT_EDNSPSZ |
	                          ARES_OPT_SOCK_STATE_CB)) {
		line->channel = NULL;
		return false;
	}
	if (*resolvers &&
	    ares_set_servers_ports_csv(line->channel, resolvers)) {
		line_close(line);
		return false;
	}
	line->until_us = now_us + DNS_LINE_US;
	return true;
}

/* The line in use; it is replaced when it has served, if there is room. */
static struct dns_line *
line_now(struct dns_lines *l, const struct conf_dns *conf,
         const char *resolvers, int64_t now_us)
{
	struct dns_line *line = l->current;

	if (line && now_us < line->until_us &&
	    line->n_sent < DNS_LINE_QUESTIONS)
		return line;
	for (size_t i = 0; i < DNS_LINES; i++)
		if (!l->list[i].channel) {
			if (!line_open(&l->list[i], conf, resolvers, now_us))
				return line;
			dns_lines_retire(l);
			l->current = &l->list[i];
			break;
		}
	return l->current;
}

bool
dns_lines_ask(struct dns_lines *l, const struct conf_dns *conf,
              const char *resolvers, const char *name, int type, int64_t now_us,
              ares_callback callback, void *arg, struct dns_line **ret_line)
{
	struct dns_line *line = line_now(l, conf, resolvers, now_us);

	*ret_line = line;
	if (!line)
		return false;
	line->n_sent++;
	line->n_pending++;
	ares_query(line->channel, name, CLASS_IN, type, callback, arg);
	return true;
}

void
dns_lines_tick(struct dns_lines *l, int64_t now_us)
{
	for (size_t i = 0; i < DNS_LINES; i++) {
		struct dns_line *line = &l->list[i];

		if (!line->channel)
			continue;
		ares_process_fd(line->channel, ARES_SOCKET_BAD,
		                ARES_SOCKET_BAD);
		if (line->n_pending ||
		    (!line->is_retired && now_us < line->until_us))
			continue;
		if (line == l->current)
			l->current = NULL;
		line_close(line);
	}
}

bool
dns_lines_busy(const struct dns_lines *l)
{
	for (size_t i = 0; i < DNS_LINES; i++)
		if (l->list[i].n_pending)
			return true;
	return false;
}

bool
dns_lines_any(const struct dns_lines *l)
{
	for (size_t i = 0; i < DNS_LINES; i++)
		if (l->list[i].channel)
			return true;
	return false;
}
