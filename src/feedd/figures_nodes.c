/* SPDX-License-Identifier: Apache-2.0 */
/* Figures that need each node apart: rates by account, and one node among the
 * others. */
#include <stdlib.h>

#include "base/map.h"
#include "feedd/figures.h"

/* Counts of one node. */
struct node_counts {
	struct sv name;
	uint64_t accounts, items, spam, complaints, appeals;
};

struct counting {
	struct figures *figures;
	struct map *places; /* of a name in `list`, from 1 */
	struct node_counts *list;
	size_t n;
};

static void
take_total(void *ctx, const struct database_sum *sum)
{
	struct counting *c = ctx;
	size_t place = (size_t)(uintptr_t)map_get(c->places, sum->node);
	struct node_counts *node = place ? &c->list[place - 1] : NULL;

	if (!node)
		return;
	if (sv_eq(sum->cells[0], SV("items")))
		node->items += sum->count;
	if (sv_eq(sum->cells[0], SV("advertising_spam")) ||
	    sv_eq(sum->cells[0], SV("other_abuse")))
		node->spam += sum->count;
	if (sv_eq(sum->cells[0], SV("complaints")))
		node->complaints += sum->count;
	if (sv_eq(sum->cells[0], SV("appeals")))
		node->appeals += sum->count;
}

static int
count_nodes(struct figures *f, const struct coverage *c, struct counting *ret)
{
	struct database_query q = { .table = DATABASE_TOTALS,
		                    .dims = 1,
		                    .period = f->query.period,
		                    .node = f->query.node,
		                    .by_node = true };
	int result;

	*ret = (struct counting){ .figures = f, .places = map_new() };
	ret->list = ARENA_ARRAY(f->arena, struct node_counts, c->n_nodes + 1);
	for (size_t i = 0; i < c->n_nodes; i++) {
		ret->list[ret->n++] =
		    (struct node_counts){ .name = c->nodes[i].name,
			                  .accounts = c->nodes[i].accounts };
		map_set(ret->places, c->nodes[i].name,
		        (void *)(uintptr_t)ret->n);
	}
	result = database_read_sums(f->reader, &q, take_total, ret);
	map_free(ret->places);
	return result;
}

/* ---- by account ---- */

/* Minutes of the period for which there can be data. */
static uint64_t
minutes_of(const struct figures *f)
{
	const struct period *p = &f->query.period;
	const struct period *data = &f->extent.data;
	int64_t begin =
	    p->begin_min > data->begin_min ? p->begin_min : data->begin_min;
	int64_t end = p->end_min < data->end_min ? p->end_min : data->end_min;

	return end > begin ? (uint64_t)(end - begin) : 0;
}

/* `count` for every 1,000 accounts and day, in 1/100. */
static uint64_t
rate_e2(uint64_t count, uint64_t accounts, uint64_t minutes)
{
	unsigned __int128 account_minutes =
	    (unsigned __int128)accounts * minutes;

	if (account_minutes == 0)
		return 0;
	return (uint64_t)(((unsigned __int128)count * 100000 * 1440 +
	                   account_minutes / 2) /
	                  account_minutes);
}

struct figure
figures_per_account(const struct figures *f, const struct totals *t,
                    const struct coverage *c)
{
	struct figure rate = totals_get(t, "accounted_spam");

	rate.count = rate_e2(rate.count, c->accounts, minutes_of(f));
	rate.is_withheld |= c->accounts == 0;
	return rate;
}

/* ---- one among the others ---- */

static uint64_t
per_1000_e2(uint64_t part, uint64_t whole)
{
	return whole
	           ? (uint64_t)(((unsigned __int128)part * 100000 + whole / 2) /
	                        whole)
	           : 0;
}

static bool
rate_of(const struct figures *f, const struct node_counts *node, int rate,
        uint64_t *ret_e2)
{
	if (node->items == 0)
		return false;
	switch (rate) {
	case RATE_SPAM_SHARE:
		*ret_e2 = figures_percent_e2(node->spam, node->items);
		return true;
	case RATE_SPAM_ACCOUNTS:
		*ret_e2 = rate_e2(node->spam, node->accounts, minutes_of(f));
		return node->accounts > 0;
	case RATE_COMPLAINTS:
		*ret_e2 = per_1000_e2(node->complaints, node->items);
		return true;
	default:
		*ret_e2 = per_1000_e2(node->appeals, node->items);
		return true;
	}
}

static int
compare_values(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static uint64_t
median_of(uint64_t *values, size_t n)
{
	qsort(values, n, sizeof *values, compare_values);
	return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

static struct rate
rate_among(struct figures *f, const struct counting *c, struct sv own, int rate)
{
	uint64_t *values = ARENA_ARRAY(f->arena, uint64_t, c->n + 1);
	struct rate r = { 0 };

	for (size_t i = 0; i < c->n; i++) {
		uint64_t value_e2;

		if (!rate_of(f, &c->list[i], rate, &value_e2))
			continue;
		values[r.nodes++] = value_e2;
		if (sv_eq(c->list[i].name, own)) {
			r.has_own = true;
			r.own_e2 = value_e2;
		}
	}
	/* among three one's own and the median leave two others open */
	r.has_median =
	    r.nodes >= RATE_NODES_MIN && r.nodes >= (size_t)f->reporters_min;
	if (r.has_median)
		r.median_e2 = median_of(values, r.nodes);
	return r;
}

int
figures_rates(struct figures *f, const struct coverage *c, struct sv own,
              struct rate ret[RATES])
{
	struct counting counting;
	int result = count_nodes(f, c, &counting);

	for (int rate = 0; !result && rate < RATES; rate++)
		ret[rate] = rate_among(f, &counting, own, rate);
	return result;
}
