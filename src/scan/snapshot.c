/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/scan.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/mem.h"
#include "fact/geo.h"

/* The networks of tamis.conf(5), or when it has none, those of the rules. */
static struct network *
make_network(const struct conf *conf, const struct rule_settings *rules)
{
	const struct conf_network *own = &conf->network;
	bool has_own = own->trusted.n || own->internal.n || own->msa.n;
	struct network *n = network_new(has_own ? own : &rules->networks.ip);

	if (rules->networks.has_origins)
		network_set_origins(n, &rules->networks.origins);
	return n;
}

struct snapshot *
snapshot_new(struct conf *conf, struct rule_set *rules)
{
	struct snapshot *s = mem_calloc(1, sizeof *s);

	s->conf = conf;
	s->rules = rules;
	s->network = make_network(conf, rule_set_settings(rules));
	s->prefs = prefs_store_new(conf, rules);
	if (conf->classifier.enabled)
		s->classifier = classifier_new(conf->classifier.model,
		                               conf->classifier.messages_min);
	s->sender = sender_finder_new();
	s->references = 1;
	return s;
}

void
snapshot_open_geo(struct snapshot *s, struct diags *diags)
{
	s->sources.geo = s->geo = geo_open(s->conf, diags);
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
	geo_close(s->geo);
	sender_finder_free(s->sender);
	classifier_free(s->classifier);
	prefs_store_free(s->prefs);
	network_free(s->network);
	rule_set_unref(s->rules);
	conf_unref(s->conf);
	free(s);
}
