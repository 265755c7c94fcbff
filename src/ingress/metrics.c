/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "base/clock.h"
#include "ingress/http.h"

/* Units go into the name: microseconds are written as seconds. */
static void
write_counter(struct buf *out, const char *name, const char *help, uint64_t n)
{
	struct sv base = sv_str(name);

	if (sv_iends(base, SV("_us"))) {
		base.n -= 3;
		buf_addf(out,
		         "# TYPE tamis_" SV_FMT "_seconds counter\n"
		         "# HELP tamis_" SV_FMT "_seconds %s\n"
		         "tamis_" SV_FMT "_seconds_total %" PRIu64 ".%06" PRIu64
		         "\n",
		         SV_ARG(base), SV_ARG(base), help, SV_ARG(base),
		         n / 1000000, n % 1000000);
		return;
	}
	buf_addf(out,
	         "# TYPE tamis_%s counter\n# HELP tamis_%s %s\n"
	         "tamis_%s_total %" PRIu64 "\n",
	         name, name, help, name, n);
}

static void
write_over_limit(struct buf *out, const struct counters *c)
{
	buf_add_str(out, "# TYPE tamis_rule_over_limit counter\n"
	                 "# HELP tamis_rule_over_limit How often a rule met a "
	                 "match limit.\n");
	for (size_t i = 0; i <= COUNTER_RULES; i++) {
		uint64_t n;
		const char *rule = counter_over_limit(c, i, &n);

		if (rule)
			buf_addf(out,
			         "tamis_rule_over_limit_total{rule=\"%s\"} "
			         "%" PRIu64 "\n",
			         rule, n);
	}
}

static void
write_zones(struct buf *out, const struct counters *c)
{
	int64_t now_ms = clock_unix_ms(), seconds;
	const char *name;

	buf_add_str(out, "# TYPE tamis_dns_left_alone gauge\n"
	                 "# HELP tamis_dns_left_alone DNS lists that are not "
	                 "asked now; without a name: the resolver.\n");
	for (size_t i = 0; i < ZONE_ENTRIES; i++) {
		enum zone_state s =
		    zone_table_get(&c->zones, i, now_ms, &name, &seconds);

		if (s != ZONE_WELL)
			buf_addf(out,
			         "tamis_dns_left_alone{zone=\"%s\","
			         "state=\"%s\"} 1\n",
			         name, zone_state_word(s));
	}
}

static void
write_channel(struct buf *out, const char *name, const char *help,
              const struct rule_channel *list, size_t n, bool created)
{
	buf_addf(out,
	         "# TYPE tamis_channel_%s gauge\n"
	         "# HELP tamis_channel_%s %s\n",
	         name, name, help);
	for (size_t i = 0; i < n; i++)
		if (!created || list[i].created_ms)
			buf_addf(out,
			         "tamis_channel_%s{channel=\"%s\"} %" PRIu64
			         "\n",
			         name, list[i].name,
			         created ? (uint64_t)list[i].created_ms / 1000
			                 : list[i].version);
}

/* Of the rules in force, whichever the newest on disk are. */
static void
write_channels(struct buf *out, const struct rule_set *rules)
{
	const struct rule_channel *list;
	size_t n = rule_set_channels(rules, &list);

	if (n == 0)
		return;
	write_channel(out, "version", "Version in force of a rule channel.",
	              list, n, false);
	write_channel(out, "created_seconds",
	              "When that version was made, in seconds since 1970.",
	              list, n, true);
}

void
metrics_write(struct ingress *in, struct buf *out)
{
	struct snapshot *snapshot = ingress_snapshot(in);

	for (int i = 0; i < COUNTER_COUNT; i++)
		write_counter(out, counter_names[i], counter_helps[i],
		              counter_get(in->counters, (enum counter)i));
	write_over_limit(out, in->counters);
	write_zones(out, in->counters);
	write_channels(out, snapshot->rules);
	snapshot_unref(snapshot);
	buf_addf(out,
	         "# TYPE tamis_in_flight gauge\n"
	         "# HELP tamis_in_flight Messages in this scanner now.\n"
	         "tamis_in_flight %u\n# EOF\n",
	         atomic_load(in->in_flight));
}
