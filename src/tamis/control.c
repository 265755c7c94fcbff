/* SPDX-License-Identifier: Apache-2.0 */
#include "tamis/control.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/socket.h"

enum {
	ANSWER_BYTES_MAX = 16 << 20,
	ANSWER_SECONDS = 60, /* a reload compiles all rules first */
};

static int
control_connect(const char *path, char *why)
{
	struct socket_address address;
	struct timeval patience = { .tv_sec = ANSWER_SECONDS };
	struct buf text = BUF_INIT(200);
	int fd = -1;

	if (*path == '/')
		buf_add_str(&text, "unix:");
	buf_add_str(&text, path);
	if (socket_parse(buf_sv(&text), &address)) {
		snprintf(why, CONTROL_WHY,
		         "tamisd.control is no socket "
		         "address: %s",
		         path);
		goto out;
	}
	fd = socket_connect(&address);
	if (fd < 0) {
		snprintf(why, CONTROL_WHY, "no daemon answers at %s: %s%s",
		         path, strerror(errno),
		         errno == EACCES ? " (its user or root may ask)" : "");
		goto out;
	}
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
out:
	buf_done(&text);
	return fd;
}

json_t *
control_send(const struct conf *conf, struct sv request, struct sv tail,
             char why[CONTROL_WHY])
{
	int fd = control_connect(conf->tamisd.control, why);
	struct buf answer = BUF_INIT(ANSWER_BYTES_MAX);
	json_error_t error;
	json_t *root = NULL;

	if (fd < 0)
		return NULL;
	signal(SIGPIPE, SIG_IGN); /* a daemon that closes is an error to tell */
	errno = 0;
	if (file_write_fd(fd, request) || file_write_fd(fd, SV("\n")) ||
	    file_write_fd(fd, tail) || file_read_fd(fd, &answer)) {
		snprintf(why, CONTROL_WHY, "the daemon did not answer: %s",
		         errno == EAGAIN ? "no answer in time"
		         : errno         ? strerror(errno)
		                         : "too long an answer");
		goto out;
	}
	root = json_loadb(buf_str(&answer), answer.n, 0, &error);
	if (!json_is_object(root)) {
		snprintf(why, CONTROL_WHY,
		         "the daemon's answer makes no sense: "
		         "%s",
		         root ? "not an object" : error.text);
		json_decref(root);
		root = NULL;
	}
out:
	close(fd);
	buf_done(&answer);
	return root;
}

json_t *
control_ask(const struct conf *conf, const char *command, char why[CONTROL_WHY])
{
	struct buf request = BUF_INIT(200);
	struct json j = json_start(&request);
	json_t *root;

	json_begin_object(&j, NULL);
	json_text(&j, "command", command);
	json_end(&j);
	root = control_send(conf, buf_sv(&request), SV(""), why);
	buf_done(&request);
	return root;
}

bool
control_is_absent(const struct conf *conf)
{
	char why[CONTROL_WHY];
	int fd;

	errno = 0;
	fd = control_connect(conf->tamisd.control, why);
	if (fd >= 0) {
		close(fd);
		return false;
	}
	return errno == ENOENT || errno == ECONNREFUSED;
}
