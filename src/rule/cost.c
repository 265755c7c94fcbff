/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/json.h"
#include "rule/set.h"

void
costs_make(struct rule_set *rs)
{
	rs->costs = ARENA_NEW(rs->arena, struct costs);
	rs->costs->list = ARENA_ARRAY(rs->arena, struct cost, rs->n + 1);
}

uint64_t
rule_set_measured(const struct rule_set *rs)
{
	return atomic_load_explicit(&rs->costs->measured, memory_order_relaxed);
}

struct rule_cost
rule_set_cost(const struct rule_set *rs, const struct rule *rule)
{
	const struct cost *c = &rs->costs->list[rule_index(rs, rule)];

	return (struct rule_cost){
		.decided =
		    atomic_load_explicit(&c->decided, memory_order_relaxed),
		.hits = atomic_load_explicit(&c->hits, memory_order_relaxed),
		.cpu_ns =
		    atomic_load_explicit(&c->cpu_ns, memory_order_relaxed),
		.over_limit =
		    atomic_load_explicit(&c->over_limit, memory_order_relaxed),
	};
}

struct entry {
	const struct rule *rule;
	struct rule_cost cost;
};

static int
compare_entries(const void *a, const void *b)
{
	const struct entry *ea = a, *eb = b;

	if (ea->cost.cpu_ns != eb->cost.cpu_ns)
		return ea->cost.cpu_ns > eb->cost.cpu_ns ? -1 : 1;
	if (ea->cost.over_limit != eb->cost.over_limit)
		return ea->cost.over_limit > eb->cost.over_limit ? -1 : 1;
	return ea->rule < eb->rule ? -1 : ea->rule > eb->rule;
}

static void
write_entry(struct json *j, const struct entry *e)
{
	json_begin_object(j, NULL);
	json_text(j, "name", e->rule->name);
	json_text(j, "file", e->rule->file);
	json_int(j, "line", e->rule->line);
	json_int(j, "decided", (int64_t)e->cost.decided);
	json_int(j, "cpu_ns", (int64_t)e->cost.cpu_ns);
	json_int(j, "hits", (int64_t)e->cost.hits);
	json_int(j, "over_limit", (int64_t)e->cost.over_limit);
	json_end(j);
}

void
rule_set_costs_json(const struct rule_set *rs, size_t rules_max,
                    struct buf *out)
{
	struct entry *list = mem_calloc(rs->n + 1, sizeof *list);
	struct json j = json_start(out);
	size_t n = 0;

	for (size_t i = 0; i < rs->n; i++) {
		struct entry e = { &rs->rules[i],
			           rule_set_cost(rs, &rs->rules[i]) };

		if (e.cost.decided || e.cost.hits || e.cost.over_limit)
			list[n++] = e;
	}
	if (n)
		qsort(list, n, sizeof *list, compare_entries);
	json_begin_object(&j, NULL);
	json_int(&j, "messages", (int64_t)rule_set_measured(rs));
	json_begin_array(&j, "rules");
	for (size_t i = 0; i < n && i < rules_max; i++)
		write_entry(&j, &list[i]);
	json_end(&j);
	json_end(&j);
	free(list);
}
