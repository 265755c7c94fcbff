/* SPDX-License-Identifier: Apache-2.0 */
#include "tamis/asker.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "fact/dns.h"
#include "fact/zone.h"

enum { ANSWERS_BYTES_MAX = 64 << 20 };

struct asker {
	struct dns *dns;   /* one of them */
	struct zone *zone; /* is there */
	size_t questions_max;
	int64_t deadline_us;
};

static struct zone *
answers_read(const char *path)
{
	struct diags diags = DIAGS_INIT;
	struct buf text = BUF_INIT(ANSWERS_BYTES_MAX);
	struct zone *zone = NULL;

	if (file_read(path, &text) == 0)
		zone = zone_read(path, buf_sv(&text), DNS_NO_NAME, &diags);
	else
		fprintf(stderr, "tamis: %s: %s\n", path, strerror(errno));
	diags_print(&diags, stderr);
	diags_done(&diags);
	buf_done(&text);
	return zone;
}

static struct dns *
resolver_start(const struct conf *conf)
{
	char why[DNS_WHY] = "dns.enabled is no";
	struct dns *dns = conf->dns.enabled ? dns_new(conf, NULL, why) : NULL;

	if (!dns)
		fprintf(stderr, "tamis: cannot ask DNS: %s\n", why);
	return dns;
}

struct asker *
asker_open(const struct conf *conf, const char *answers)
{
	struct asker *k = mem_calloc(1, sizeof *k);

	k->questions_max = (size_t)conf->dns.questions_max;
	k->deadline_us = conf->dns.deadline_ms * 1000;
	if (answers)
		k->zone = answers_read(answers);
	else
		k->dns = resolver_start(conf);
	if (k->zone || k->dns)
		return k;
	free(k);
	return NULL;
}

void
asker_source(const struct asker *k, struct facts_source *source)
{
	source->dns = k->dns;
	source->zone = k->zone;
}

void
asker_close(struct asker *k)
{
	if (!k)
		return;
	zone_free(k->zone);
	dns_free(k->dns);
	free(k);
}

static struct lookup *
ask_source(const struct asker *k, struct arena *a,
           const struct lookup_source *source, void *source_ctx,
           bool (*work_out)(void *ctx, struct lookup *l), void *ctx)
{
	struct lookup *l = lookup_new(a, source, source_ctx, k->questions_max);
	int64_t deadline = clock_mono_us() + k->deadline_us;
	bool done;

	do
		done = work_out(ctx, l);
	while (!done && lookup_wait(l, deadline));
	if (!done) {
		lookup_end(l);
		work_out(ctx, l);
	}
	return l;
}

struct lookup *
asker_ask(struct asker *k, struct arena *a,
          bool (*work_out)(void *ctx, struct lookup *l), void *ctx)
{
	struct dns_batch *batch;
	struct lookup *l;

	if (k->zone)
		return ask_source(k, a, &zone_source, k->zone, work_out, ctx);
	batch = dns_batch_new(k->dns);
	l = ask_source(k, a, &dns_source, batch, work_out, ctx);
	dns_batch_free(batch);
	return l;
}
