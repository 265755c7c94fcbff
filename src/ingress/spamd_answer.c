/* SPDX-License-Identifier: Apache-2.0 */
#include "ingress/spamd_answer.h"

#include "base/e4.h"

enum { FIELDS_BYTES_MAX = 256, TEXT_BYTES_MAX = 64 * 1024 };

/* ---- what needs no mail ---- */

void
spamd_answer_ping(struct buf *out)
{
	buf_add_str(out, "SPAMD/1.5 0 PONG\r\n");
}

/* A spamd that learns nothing and reports nowhere says so: by neither DidSet
 * nor DidRemove. */
void
spamd_answer_tell(struct buf *out)
{
	buf_add_str(out, "SPAMD/1.1 0 EX_OK\r\n\r\n\r\n");
}

void
spamd_answer_error(enum spamd_code code, const char *why, struct buf *out)
{
	const char *kind = code == SPAMD_PROTOCOL  ? "Bad header line"
	                   : code == SPAMD_TIMEOUT ? "Timeout"
	                                           : "Service Unavailable";

	buf_addf(out, "SPAMD/1.0 %d %s: %s\r\n", code, kind, why);
}

/* ---- judgements ---- */

/* "Spam: True ; 15.0 / 5.0" */
static void
add_judgement(const struct scan *scan, struct buf *out)
{
	buf_addf(out, "Spam: %s ; %.1f / %.1f\r\n\r\n",
	         verdict_is_spam(scan->verdict) ? "True" : "False",
	         (double)scan->score_e4 / E4_ONE,
	         (double)scan->threshold_e4 / E4_ONE);
}

static void
add_symbols(const struct scan *scan, struct buf *out)
{
	for (size_t i = 0; i < scan->rules->n_hits; i++)
		if (!scan->rules->hits[i].rule->is_sub)
			buf_addf(out, "%s%s", out->n ? "," : "",
			         scan->rules->hits[i].rule->name);
}

void
spamd_answer(struct spamd_session *s, struct scan *scan)
{
	struct buf text = BUF_INIT(TEXT_BYTES_MAX);

	buf_init(&s->out, TEXT_BYTES_MAX + FIELDS_BYTES_MAX);
	if (s->request.command == SPAMD_SYMBOLS)
		add_symbols(scan, &text);
	else if (s->request.command != SPAMD_CHECK) {
		spamd_answer_error(SPAMD_UNAVAILABLE, "not in this version",
		                   &s->out);
		return;
	}
	buf_add_str(&s->out, "SPAMD/1.1 0 EX_OK\r\n");
	if (s->request.command != SPAMD_CHECK)
		buf_addf(&s->out, "Content-length: %zu\r\n", text.n);
	add_judgement(scan, &s->out);
	buf_add(&s->out, buf_sv(&text));
	buf_done(&text);
}
