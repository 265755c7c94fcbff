/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of the header fields that a plan adds. */
#include "base/e4.h"
#include "fact/rdns.h"
#include "fact/results.h"
#include "fact/spf.h"
#include "scan/scan.h"

enum { LEVEL_MAX = 50, STATUS_BYTES_MAX = 8000, STATUS_LINE = 72 };

/* Adds ",NAME" and folds where a line would grow past STATUS_LINE (RFC 5322
 * section 2.2.3); *column is the length of the last line so far. */
static void
add_name(struct buf *out, size_t *column, const char *name, bool first)
{
	size_t width = strlen(name) + 1;

	if (!first)
		buf_add_char(out, ',');
	if (*column + width > STATUS_LINE) {
		buf_add_str(out, "\n\t");
		*column = 8;
	}
	buf_add_str(out, name);
	*column += width;
}

struct sv
scan_status_header(const struct scan *s)
{
	struct buf out = BUF_INIT(STATUS_BYTES_MAX);
	char score[E4_TEXT], threshold[E4_TEXT];
	size_t column = 8;
	bool first = true;
	struct sv result;

	buf_addf(&out, "%s, score=%s required=%s verdict=%s%s\n\ttests=",
	         verdict_is_spam(s->verdict) ? "Yes" : "No",
	         e4_text_1(s->score_e4, score),
	         e4_text_1(s->threshold_e4, threshold),
	         verdict_word(s->verdict), s->n_missing ? " incomplete" : "");
	column += strlen("tests=");
	for (size_t i = 0; i < s->rules->n_hits; i++) {
		const struct rule *rule = s->rules->hits[i].rule;

		if (rule->is_sub)
			continue;
		add_name(&out, &column, rule->name, first);
		first = false;
	}
	if (first)
		buf_add_str(&out, "none");
	buf_addf(&out, "\n\tid=%s version=" PACKAGE_NAME "/" PACKAGE_VERSION,
	         s->id);
	result = arena_dup(s->arena, buf_sv(&out));
	buf_done(&out);
	return result;
}

struct sv
scan_level_header(const struct scan *s)
{
	int64_t points = s->score_e4 / E4_ONE;
	char *stars;

	if (points < 0)
		points = 0;
	if (points > LEVEL_MAX)
		points = LEVEL_MAX;
	stars = arena_alloc(s->arena, (size_t)points + 1);
	memset(stars, '*', (size_t)points);
	return sv_make(stars, (size_t)points);
}

struct sv
scan_authentication_results(const struct scan *s, struct sv authserv_id)
{
	struct results *results = results_new(s->arena, authserv_id);
	const struct facts *f = s->facts;
	struct buf out = BUF_INIT(RESULTS_BYTES_MAX);
	struct sv value;

	if (s->envelope.auth_user.n)
		results_add_auth(results, s->envelope.auth_user);
	if (f) {
		if (f->rdns)
			results_add_iprev(
			    results, sv_str(rdns_iprev_word(f->rdns->iprev)),
			    &f->client, f->rdns->name);
		results_add_spf(results, f->spf);
		results_add_dkim(results, f->dkim);
		results_add_arc(results, f->arc);
		results_add_dmarc(results, f->dmarc);
	}
	results_write(results, &out);
	value = arena_dup(s->arena, buf_sv(&out));
	buf_done(&out);
	return value;
}
