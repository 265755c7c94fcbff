/* SPDX-License-Identifier: Apache-2.0 */
#include "tamis/net.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "fact/dns.h"
#include "fact/zone.h"

enum { ANSWERS_BYTES_MAX = 64 << 20 };

struct net {
	struct dns *dns;
	struct zone *zone;
};

static struct zone *
read_answers(const char *path)
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

struct setup_changes
net_changes(const struct net_options *o)
{
	return (struct setup_changes){
		.asks = o->answers,
		.asks_not = o->off,
	};
}

static bool
find_sources(struct net *n, const struct net_options *o,
             const struct conf *conf)
{
	char why[DNS_WHY];

	if (o->answers)
		return (n->zone = read_answers(o->answers));
	if (!conf->dns.enabled)
		return true;
	n->dns = dns_new(conf, NULL, why);
	if (!n->dns)
		fprintf(stderr, "tamis: cannot ask DNS: %s\n", why);
	return n->dns;
}

struct net *
net_open(const struct net_options *o, struct snapshot *snapshot)
{
	struct net *n = mem_calloc(1, sizeof *n);
	struct diags diags = DIAGS_INIT;

	if (!find_sources(n, o, snapshot->conf)) {
		net_close(n);
		return NULL;
	}
	snapshot_open_geo(snapshot, &diags);
	diags_print(&diags, stderr);
	diags_done(&diags);
	snapshot->sources.dns = n->dns;
	snapshot->sources.zone = n->zone;
	return n;
}

void
net_close(struct net *n)
{
	if (!n)
		return;
	dns_free(n->dns);
	zone_free(n->zone);
	free(n);
}
