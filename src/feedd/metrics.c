/* SPDX-License-Identifier: Apache-2.0 */
/* OpenMetrics 1.0 text. */
#include <inttypes.h>

#include "feedd/export.h"

static void
head(struct buf *out, const char *name, const char *type, const char *help)
{
	buf_addf(out, "# TYPE tamis_feedd_%s %s\n# HELP tamis_feedd_%s %s\n",
	         name, type, name, help);
}

static void
gauge(struct buf *out, const char *name, const char *help, uint64_t value)
{
	head(out, name, "gauge", help);
	buf_addf(out, "tamis_feedd_%s %" PRIu64 "\n", name, value);
}

/* Counts that only grow, over all nodes and all time. */
static void
counter(struct buf *out, const char *name, const char *help, uint64_t value)
{
	head(out, name, "counter", help);
	buf_addf(out, "tamis_feedd_%s_total %" PRIu64 "\n", name, value);
}

static void
label(struct buf *out, struct sv text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\\' || text.p[i] == '"')
			buf_add_char(out, '\\');
		buf_add_char(out, text.p[i]);
	}
}

static void
write_verdicts(const struct totals *t, struct buf *out)
{
	head(out, "items", "counter", "Items accepted, by verdict.");
	for (size_t v = 0; v < FIGURES_VERDICTS; v++)
		if (!t->verdicts[v].is_withheld)
			buf_addf(out,
			         "tamis_feedd_items_total{verdict=\"%s\"} "
			         "%" PRIu64 "\n",
			         figures_verdicts[v], t->verdicts[v].count);
}

static void
write_nodes(const struct coverage *c, struct buf *out)
{
	head(out, "last_batch_timestamp_seconds", "gauge",
	     "When a node last sent a batch; 0: never.");
	for (size_t i = 0; i < c->n_nodes; i++) {
		buf_add_str(out, "tamis_feedd_last_batch_timestamp_seconds"
		                 "{node=\"");
		label(out, c->nodes[i].name);
		buf_addf(out, "\"} %" PRId64 "\n",
		         c->nodes[i].last_unix_ms / 1000);
	}
}

void
export_metrics(const struct figures *f, const struct totals *t,
               const struct coverage *c, struct buf *out)
{
	counter(out, "batches", "Batches accepted.",
	        (uint64_t)f->extent.batches);
	write_verdicts(t, out);
	counter(out, "items_lost", "Items that nodes say they lost.", t->lost);
	gauge(out, "nodes_known", "Nodes that may or did send.", c->n_nodes);
	write_nodes(c, out);
	buf_add_str(out, "# EOF\n");
}
