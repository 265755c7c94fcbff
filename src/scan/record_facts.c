/* SPDX-License-Identifier: Apache-2.0 */
/* The verdict record's members "facts" and "answers". */
#include "base/json.h"
#include "fact/arc.h"
#include "fact/dkim.h"
#include "fact/dmarc.h"
#include "fact/geo.h"
#include "fact/rdns.h"
#include "fact/spf.h"
#include "scan/record.h"

enum {
	RECORD_SIGNATURES_MAX = 10,
	RECORD_ANSWERS_BYTES_MAX = 96 * 1024,
};

static void
write_place(struct json *j, const struct geo_place *place)
{
	if (!place)
		return;
	json_begin_object(j, "place");
	record_known(j, "country", place->country);
	if (place->asn)
		json_int(j, "asn", place->asn);
	record_known(j, "organisation", place->organisation);
	json_end(j);
}

static void
write_spf(struct json *j, const char *name, const struct spf_outcome *spf)
{
	if (!spf)
		return;
	json_begin_object(j, name);
	json_text(j, "result", spf_result_word(spf->result));
	record_known(j, "domain", spf->domain);
	record_known(j, "term", spf->term);
	record_known(j, "reason", spf->reason);
	json_end(j);
}

static void
write_signature(struct json *j, const struct dkim_signature *sig)
{
	json_begin_object(j, NULL);
	json_text(j, "result", dkim_status_word(sig->status));
	record_known(j, "domain", sig->domain);
	record_known(j, "selector", sig->selector);
	if (sig->algorithm != DKIM_ALGORITHM_COUNT)
		json_text(j, "algorithm", dkim_algorithm_word(sig->algorithm));
	if (sig->key_bits)
		json_int(j, "key_bits", sig->key_bits);
	if (sig->is_testing)
		json_bool(j, "testing", true);
	record_known(j, "reason", sv_str(sig->reason));
	json_end(j);
}

static void
write_dkim(struct json *j, const struct dkim *dkim)
{
	if (!dkim)
		return;
	json_begin_array(j, "dkim");
	for (size_t i = 0; i < dkim->n && i < RECORD_SIGNATURES_MAX; i++)
		write_signature(j, &dkim->signatures[i]);
	json_end(j);
}

static void
write_arc(struct json *j, const struct arc *arc)
{
	if (!arc || arc->status == ARC_NONE)
		return;
	json_begin_object(j, "arc");
	json_text(j, "result", arc_status_word(arc->status));
	json_int(j, "sets", (int64_t)arc->n_sets);
	record_known(j, "reason", sv_str(arc->reason));
	json_end(j);
}

static void
write_dmarc(struct json *j, const struct dmarc *dmarc)
{
	if (!dmarc)
		return;
	json_begin_object(j, "dmarc");
	json_text(j, "result", dmarc_status_word(dmarc->status));
	record_known(j, "domain", dmarc->domain);
	if (dmarc->status == DMARC_PASS || dmarc->status == DMARC_FAIL)
		json_text(j, "policy", dmarc_policy_word(dmarc->policy));
	record_known(j, "reason", sv_str(dmarc->reason));
	json_end(j);
}

static void
write_rdns(struct json *j, const struct rdns *r)
{
	if (!r)
		return;
	json_begin_object(j, "client");
	json_text(j, "iprev", rdns_iprev_word(r->iprev));
	record_known(j, "name", r->name);
	json_text(j, "helo", rdns_helo_word(r->helo_kind));
	json_text(j, "helo_is_client", rdns_answer_word(r->helo_is_client));
	json_end(j);
}

void
scan_record_facts(struct json *j, const struct scan *s)
{
	const struct facts *f = s->facts;

	json_begin_object(j, "facts");
	if (f) {
		write_place(j, f->place);
		write_rdns(j, f->rdns);
		write_spf(j, "spf", f->spf);
		write_spf(j, "spf_helo", f->spf_helo);
		write_dkim(j, f->dkim);
		write_arc(j, f->arc);
		write_dmarc(j, f->dmarc);
	}
	json_end(j);
}

void
record_answers(struct json *j, const struct facts *f)
{
	struct buf line = BUF_INIT(RECORD_ANSWERS_BYTES_MAX);
	const struct dns_question *q;
	const struct dns_answer *r;
	size_t pos = 0, bytes = 0;

	if (!f || !f->conf->dns.record_answers)
		return;
	json_begin_array(j, "answers");
	while (lookup_next(f->lookup, &pos, &q, &r)) {
		buf_reset(&line);
		dns_answer_write(q, r, &line);
		bytes += line.n;
		if (line.full || bytes > RECORD_ANSWERS_BYTES_MAX)
			break;
		json_str(j, NULL, buf_sv(&line));
	}
	json_end(j);
	if (bytes > RECORD_ANSWERS_BYTES_MAX || line.full)
		json_bool(j, "answers_cut", true);
	buf_done(&line);
}
