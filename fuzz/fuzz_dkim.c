/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of a zone, a line with a dot, and a mail: all is judged, whatever it
 * is, and what is said of it can be written and read. */
#include <stdint.h>
#include <stdlib.h>

#include "../tests/unit/sample_conf.h"
#include "fact/dmarc.h"
#include "fact/zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct conf_dkim dkim_conf = { .signatures_max = 10,
	                                    .key_bits_min = 1024,
	                                    .partial_body = true };
static const struct conf_arc arc_conf = { .sets_max = 50 };

static void
must(bool is_so)
{
	if (!is_so)
		abort();
}

static void
check_results(struct arena *a, const struct dkim *dkim, const struct arc *arc,
              const struct dmarc *dmarc)
{
	struct results *r = results_new(a, SV("mx.example.org")), *again;
	struct buf field = BUF_INIT(1 << 20);

	results_add_dkim(r, dkim);
	results_add_arc(r, arc);
	results_add_dmarc(r, dmarc);
	results_write(r, &field);
	must(results_read(a, buf_sv(&field), &again) == 0);
	must(again->n == r->n);
	buf_done(&field);
}

static void
check_mail(struct zone *zone, struct sv raw, bool tree_walk)
{
	struct conf_dmarc dmarc_conf = { true, tree_walk };
	struct arena *a = arena_new();
	struct lookup *l = lookup_new(a, &zone_source, zone, 200);
	struct signed_mail *m =
	    signed_mail_read(a, raw, &sample_conf()->message);
	struct dkim *dkim = dkim_read(m, &dkim_conf, 1700000000);
	struct arc *arc = arc_read(m, &arc_conf, &dkim_conf);
	struct dmarc *dmarc = dmarc_read(m, &dmarc_conf);
	struct dmarc_evidence e = { NULL, dkim, arc };

	must(dkim_check(dkim, l) && arc_check(arc, l) &&
	     dmarc_check(dmarc, &e, l));
	for (size_t i = 0; i < dkim->n; i++)
		must(dkim->signatures[i].status != DKIM_NONE);
	must(arc->status != ARC_NONE || arc->n_sets == 0);
	must(dmarc->disposition <= dmarc->policy);
	check_results(a, dkim, arc, dmarc);
	arena_free(a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sv all = sv_make((const char *)data, size);
	size_t dot = sv_find(all, SV("\n.\n"));
	struct diags diags = DIAGS_INIT;
	struct zone *zone;

	if (dot == SV_NOT_FOUND)
		return 0;
	zone = zone_read("zone", sv_sub(all, 0, dot + 1), DNS_NO_NAME, &diags);
	diags_done(&diags);
	if (!zone)
		return 0;
	check_mail(zone, sv_from(all, dot + 3), size % 2);
	zone_free(zone);
	return 0;
}
