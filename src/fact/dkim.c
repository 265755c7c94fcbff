/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/dkim.h"

#include "fact/domain.h"
#include "fact/signature.h"

static const char *const status_words[DKIM_STATUS_COUNT] = {
	[DKIM_NONE] = "none",           [DKIM_PASS] = "pass",
	[DKIM_FAIL] = "fail",           [DKIM_POLICY] = "policy",
	[DKIM_NEUTRAL] = "neutral",     [DKIM_TEMPERROR] = "temperror",
	[DKIM_PERMERROR] = "permerror",
};

const char *
dkim_status_word(enum dkim_status s)
{
	return status_words[s];
}

bool
dkim_status_find(struct sv word, enum dkim_status *ret)
{
	for (int i = 0; i < DKIM_STATUS_COUNT; i++)
		if (sv_ieq_str(word, status_words[i])) {
			*ret = (enum dkim_status)i;
			return true;
		}
	return false;
}

/* The fields of all signatures, from the top. */
static size_t
find_fields(const struct signed_mail *mail, struct mail_field **ret)
{
	struct mail_field *f = signed_mail_last(mail, SV("DKIM-Signature"));
	size_t n = 0;

	for (; f; f = signed_mail_before(mail, f))
		ret[n++] = f;
	for (size_t i = 0; i < n / 2; i++) {
		f = ret[i];
		ret[i] = ret[n - 1 - i];
		ret[n - 1 - i] = f;
	}
	return n;
}

struct dkim *
dkim_read(struct signed_mail *mail, const struct conf_dkim *conf, int64_t now_s)
{
	struct dkim *dkim = ARENA_NEW(mail->arena, struct dkim);
	struct mail_field **fields =
	    ARENA_ARRAY(mail->arena, struct mail_field *, mail->n_fields + 1);
	size_t n = find_fields(mail, fields);

	dkim->mail = mail;
	dkim->conf = conf;
	if (n > (size_t)conf->signatures_max) {
		dkim->n_left_out = n - (size_t)conf->signatures_max;
		n = (size_t)conf->signatures_max;
	}
	dkim->signatures =
	    ARENA_ARRAY(mail->arena, struct dkim_signature, n + 1);
	for (; dkim->n < n; dkim->n++)
		signature_read(mail, fields[dkim->n], SIGNATURE_DKIM, conf,
		               now_s, &dkim->signatures[dkim->n]);
	return dkim;
}

bool
dkim_check(struct dkim *dkim, struct lookup *l)
{
	bool is_done = true;

	for (size_t i = 0; i < dkim->n; i++)
		is_done &= signature_check(dkim->mail, &dkim->signatures[i],
		                           dkim->conf, l);
	return is_done;
}

/* What says more about a mail comes first. */
static const enum dkim_status by_weight[] = {
	DKIM_PASS,   DKIM_TEMPERROR, DKIM_FAIL,
	DKIM_POLICY, DKIM_PERMERROR, DKIM_NEUTRAL,
};

enum dkim_status
dkim_best(const struct dkim *dkim)
{
	for (size_t w = 0; w < sizeof by_weight / sizeof *by_weight; w++)
		for (size_t i = 0; i < dkim->n; i++)
			if (dkim->signatures[i].status == by_weight[w])
				return by_weight[w];
	return DKIM_NONE;
}

const struct dkim_signature *
dkim_find(const struct dkim *dkim, struct sv domain, bool or_below)
{
	for (size_t i = 0; i < dkim->n; i++) {
		const struct dkim_signature *s = &dkim->signatures[i];

		if (s->status == DKIM_PASS &&
		    (or_below ? domain_is_below(s->domain, domain)
		              : sv_ieq(s->domain, domain)))
			return s;
	}
	return NULL;
}
