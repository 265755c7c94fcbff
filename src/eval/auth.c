/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/auth.h"

bool
auth_knows(struct eval_job *job, enum fact which)
{
	if (!job->outside || job->settings->ask.is_off)
		return false;
	if (facts_know(job->outside, which))
		return true;
	job->is_open = true;
	return false;
}

const struct dkim *
auth_dkim(struct eval_job *job)
{
	if (!job->outside || job->settings->ask.is_off)
		return NULL;
	facts_know(job->outside, FACT_DKIM); /* reads them at least */
	return job->outside->dkim;
}

bool
auth_is_valid(const struct eval_job *job, const struct dkim_signature *s)
{
	unsigned least = job->settings->ask.dkim_bits_min;

	return s->status == DKIM_PASS && !s->is_expired &&
	       (s->key_bits == 0 || s->key_bits >= least ||
	        s->algorithm == DKIM_ED25519_SHA256);
}

struct sv
auth_signer(struct eval_job *job, const struct dkim_signature *s)
{
	size_t at = sv_find_char(s->identity, '@');

	return eval_lower(
	    job, at == SV_NOT_FOUND ? s->domain : sv_from(s->identity, at + 1));
}

bool
auth_next_author(struct eval_job *job, size_t *pos, struct sv *ret_address,
                 struct sv *ret_domain)
{
	struct sv rest = sv_from(eval_header(job, "From:addr"), *pos), line;
	size_t before = rest.n;

	while (sv_split(&rest, '\n', &line)) {
		size_t at = sv_find_char(line, '@');

		*pos += before - rest.n;
		before = rest.n;
		if (at == SV_NOT_FOUND)
			continue;
		*ret_address = eval_lower(job, sv_trim(line));
		*ret_domain = sv_from(*ret_address, at + 1);
		return true;
	}
	return false;
}

bool
auth_domain_is(struct sv domain, struct sv wanted)
{
	if (sv_starts(wanted, SV("*.")))
		wanted = sv_from(wanted, 1);
	if (!sv_starts(wanted, SV(".")))
		return sv_ieq(domain, wanted);
	return sv_iends(domain, wanted) || sv_ieq(domain, sv_from(wanted, 1));
}
