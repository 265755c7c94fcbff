/* SPDX-License-Identifier: Apache-2.0 */
#include "base/socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

static int
parse_unix(struct sv path, struct socket_address *ret)
{
	struct sockaddr_un *u = (struct sockaddr_un *)&ret->address;

	if (path.n == 0 || path.n >= sizeof u->sun_path)
		return E_SYNTAX;
	u->sun_family = AF_UNIX;
	memcpy(u->sun_path, path.p, path.n);
	ret->length = sizeof *u;
	ret->is_unix = ret->is_loopback = true;
	return 0;
}

static int
parse_inet(struct sv port_text, struct sv host, int family,
           struct socket_address *ret)
{
	char text[INET6_ADDRSTRLEN + 1] = "";
	uint64_t port;

	if (host.n >= 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
		host = sv_sub(host, 1, host.n - 1);
	if (!sv_u64(port_text, &port) || port > 65535 || host.n == 0 ||
	    host.n >= sizeof text)
		return E_SYNTAX;
	memcpy(text, host.p, host.n);
	if (family == AF_INET) {
		struct sockaddr_in *a = (struct sockaddr_in *)&ret->address;

		a->sin_family = AF_INET;
		a->sin_port = htons((uint16_t)port);
		if (inet_pton(AF_INET, text, &a->sin_addr) != 1)
			return E_SYNTAX;
		ret->length = sizeof *a;
		ret->is_loopback = ntohl(a->sin_addr.s_addr) >> 24 == 127;
	} else {
		struct sockaddr_in6 *a = (struct sockaddr_in6 *)&ret->address;

		a->sin6_family = AF_INET6;
		a->sin6_port = htons((uint16_t)port);
		if (inet_pton(AF_INET6, text, &a->sin6_addr) != 1)
			return E_SYNTAX;
		ret->length = sizeof *a;
		ret->is_loopback = IN6_IS_ADDR_LOOPBACK(&a->sin6_addr);
	}
	return 0;
}

int
socket_parse(struct sv text, struct socket_address *ret)
{
	struct sv scheme, rest = text, port;

	*ret = (struct socket_address){ 0 };
	if (!sv_split(&rest, ':', &scheme) || !rest.p ||
	    sv_find_char(text, '\0') != SV_NOT_FOUND)
		return E_SYNTAX;
	if (sv_eq(scheme, SV("unix")) || sv_eq(scheme, SV("local")))
		return parse_unix(rest, ret);
	if (!sv_split(&rest, '@', &port) || !rest.p)
		return E_SYNTAX;
	if (sv_eq(scheme, SV("inet")))
		return parse_inet(port, rest, AF_INET, ret);
	if (sv_eq(scheme, SV("inet6")))
		return parse_inet(port, rest, AF_INET6, ret);
	return E_SYNTAX;
}

int
socket_connect(const struct socket_address *a)
{
	int fd = socket(a->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int saved;

	if (fd < 0)
		return E_IO;
	if (connect(fd, (const struct sockaddr *)&a->address, a->length)) {
		saved = errno;
		close(fd);
		errno = saved;
		return E_IO;
	}
	return fd;
}

/* Takes a socket file out of the way unless somebody answers on it. */
static int
remove_stale(const struct socket_address *a)
{
	const char *path = ((const struct sockaddr_un *)&a->address)->sun_path;
	struct stat st;
	bool stale;
	int fd;

	if (lstat(path, &st))
		return errno == ENOENT ? 0 : E_IO;
	if (!S_ISSOCK(st.st_mode)) {
		errno = EEXIST;
		return E_EXISTS;
	}
	/* Not to wait: the backlog of whoever is there may be full. */
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return E_IO;
	stale = connect(fd, (const struct sockaddr *)&a->address, a->length) &&
	        errno == ECONNREFUSED;
	close(fd);
	if (!stale) {
		errno = EADDRINUSE;
		return E_EXISTS;
	}
	return unlink(path) ? E_IO : 0;
}

int
socket_listen(const struct socket_address *a, unsigned mode)
{
	const struct sockaddr *address = (const struct sockaddr *)&a->address;
	int fd, saved, on = 1, result;

	if (a->is_unix && (result = remove_stale(a)))
		return result;
	fd = socket(a->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return E_IO;
	if (a->is_unix) {
		/* Linux takes the mode over when the file is made, so that
		 * nobody connects before the chmod below. */
		fchmod(fd, mode);
	} else {
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
		/* Accepted sockets inherit it. Without it two small answers
		 * in a row cost 40 ms against a delayed acknowledgement. */
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	}
	if (bind(fd, address, a->length) ||
	    (a->is_unix &&
	     chmod(((const struct sockaddr_un *)address)->sun_path, mode)) ||
	    listen(fd, 1024)) {
		saved = errno;
		close(fd);
		errno = saved;
		return E_IO;
	}
	return fd;
}
