/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Figures for machines: JSON (RFC 8259), CSV (RFC 4180, with a header line)
 * and OpenMetrics text. Names of members and columns are stable;
 * docs/feed.md lists them. Withheld numbers are null in JSON and empty in
 * CSV, never 0.
 */
#ifndef FEEDD_EXPORT_H
#define FEEDD_EXPORT_H

#include "base/buf.h"
#include "base/json.h"
#include "feedd/figures.h"

void export_stats_json(const struct figures *f, const char *title,
                       const struct totals *t, const struct coverage *c,
                       struct buf *out);
void export_table_json(const struct figures *f, const struct table *t,
                       struct buf *out);
void export_table_csv(const struct table *t, struct buf *out);
void export_totals_csv(const struct totals *t, struct buf *out);
void export_series_json(const struct figures *f, const struct series *s,
                        struct buf *out);
void export_series_csv(const struct series *s, struct buf *out);
void export_nodes_csv(const struct coverage *c, struct buf *out);

/* Everything of the period in one document. E_IO, E_LIMIT. */
int export_all_csv(struct figures *f, struct buf *out);
int export_all_json(struct figures *f, const char *title, struct buf *out);

/* Campaigns with the days on which they were seen. E_IO, E_LIMIT. */
int export_campaigns_csv(struct figures *f, struct buf *out);
int export_campaigns_json(struct figures *f, struct buf *out);

/* What a transparency report under the Digital Services Act asks for, as far
 * as nodes count it. E_IO, E_LIMIT. */
int export_dsa_csv(struct figures *f, struct buf *out);
int export_dsa_json(struct figures *f, struct buf *out);

/* What every answer in JSON begins with: what was asked and how it was
 * understood; and one figure. */
void json_head(struct json *j, const struct figures *f);
void json_figure(struct json *j, const char *name, const struct figure *f);

/* Entries of the diary whose day is in the period. */
void export_diary_csv(const struct figures *f, struct buf *out);
void export_diary_json(const struct figures *f, struct buf *out);

/* OpenMetrics; after those of intake.h. */
void export_metrics(const struct figures *f, const struct totals *t,
                    const struct coverage *c, struct buf *out);

/* One CSV field, quoted where needed. Text that a spreadsheet would take for
 * a formula gets an apostrophe before it. */
void csv_text(struct buf *out, struct sv text);

#endif
