/* SPDX-License-Identifier: Apache-2.0 */
#include "ingress/background.h"

#include <stdlib.h>
#include <sys/resource.h>

#include "base/log.h"
#include "base/mem.h"

enum { NICE = 19 };

struct job {
	const char *what;
	void *(*work)(void *ctx);
	void *ctx;
};

static void *
run(void *own)
{
	struct job job = *(struct job *)own;

	free(own);
	/* Of this thread alone, on Linux. Where it fails it is of no matter. */
	if (setpriority(PRIO_PROCESS, 0, NICE))
		log_debug("%s: at the usual priority", job.what);
	return job.work(job.ctx);
}

void
background_start(pthread_t *ret, const char *what, size_t stack_bytes,
                 void *(*work)(void *ctx), void *ctx)
{
	struct job *job = mem_alloc(sizeof *job);
	pthread_attr_t attr;

	*job = (struct job){ what, work, ctx };
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, stack_bytes);
	if (pthread_create(ret, &attr, run, job))
		mem_die("cannot start a thread");
	pthread_attr_destroy(&attr);
}
