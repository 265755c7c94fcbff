/* SPDX-License-Identifier: Apache-2.0 */
#include "tamis/net.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "tamis/asker.h"

struct net {
	struct asker *asker; /* NULL: nobody is asked */
};

struct setup_changes
net_changes(const struct net_options *o)
{
	return (struct setup_changes){
		.asks = o->answers,
		.asks_not = o->off,
	};
}

static bool
open_asker(struct net *n, const struct net_options *o,
           struct snapshot *snapshot)
{
	if (!snapshot->conf->dns.enabled)
		return true;
	n->asker = asker_open(snapshot->conf, o->answers);
	if (n->asker)
		asker_source(n->asker, &snapshot->sources);
	return n->asker;
}

struct net *
net_open(const struct net_options *o, struct snapshot *snapshot)
{
	struct net *n = mem_calloc(1, sizeof *n);
	struct diags diags = DIAGS_INIT;

	if (!open_asker(n, o, snapshot)) {
		net_close(n);
		return NULL;
	}
	snapshot_open_geo(snapshot, &diags);
	diags_print(&diags, stderr);
	diags_done(&diags);
	return n;
}

void
net_close(struct net *n)
{
	if (!n)
		return;
	asker_close(n->asker);
	free(n);
}
