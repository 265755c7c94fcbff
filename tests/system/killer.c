/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loaded into a program (LD_PRELOAD): kills it with SIGKILL just before the
 * KILLER_AT-th time that it changes something on disk or says something to a
 * socket, counting from 1. So a test can end it at each step.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static void
step(void)
{
	static long steps;
	const char *at = getenv("KILLER_AT");

	if (at && ++steps == atol(at))
		kill(getpid(), SIGKILL);
}

#define STAND_IN(result, name, parameters, arguments)                          \
	result name parameters                                                 \
	{                                                                      \
		result(*real) parameters =                                     \
		    (result(*) parameters)dlsym(RTLD_NEXT, #name);             \
		step();                                                        \
		return real arguments;                                         \
	}

STAND_IN(int, rename, (const char *a, const char *b), (a, b))
STAND_IN(int, mkdir, (const char *path, mode_t mode), (path, mode))
STAND_IN(int, rmdir, (const char *path), (path))
STAND_IN(int, unlink, (const char *path), (path))
STAND_IN(int, unlinkat, (int fd, const char *path, int flags),
         (fd, path, flags))
STAND_IN(int, fsync, (int fd), (fd))
STAND_IN(ssize_t, write, (int fd, const void *p, size_t n), (fd, p, n))
STAND_IN(int, connect, (int fd, const struct sockaddr *a, socklen_t n),
         (fd, a, n))
