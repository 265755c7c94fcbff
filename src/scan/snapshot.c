/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/scan.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/mem.h"

struct snapshot *
snapshot_new(struct conf *conf, struct rule_set *rules)
{
	struct snapshot *s = mem_calloc(1, sizeof *s);

	s->conf = conf;
	s->rules = rules;
	s->network = network_new(&conf->network);
	s->references = 1;
	return s;
}

struct snapshot *
snapshot_ref(struct snapshot *s)
{
	atomic_fetch_add(&s->references, 1);
	return s;
}

void
snapshot_unref(struct snapshot *s)
{
	if (!s || atomic_fetch_sub(&s->references, 1) > 1)
		return;
	network_free(s->network);
	rule_set_unref(s->rules);
	conf_unref(s->conf);
	free(s);
}
