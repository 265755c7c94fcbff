/* SPDX-License-Identifier: Apache-2.0 */
/* Policy records (RFC 7489 section 6.3). Whatever is wrong in one has its
 * default (section 6.6.3), so that tags are read more kindly than DKIM's. */
#include "fact/dmarc.h"

static const char *const policy_words[DMARC_POLICY_COUNT] = {
	[DMARC_POLICY_NONE] = "none",
	[DMARC_POLICY_QUARANTINE] = "quarantine",
	[DMARC_POLICY_REJECT] = "reject",
};

const char *
dmarc_policy_word(enum dmarc_policy p)
{
	return policy_words[p];
}

bool
dmarc_policy_find(struct sv word, enum dmarc_policy *ret)
{
	for (int i = 0; i < DMARC_POLICY_COUNT; i++)
		if (sv_ieq_str(word, policy_words[i])) {
			*ret = (enum dmarc_policy)i;
			return true;
		}
	return false;
}

/* Cuts "name = value" off; false: nothing is left. What has no "=" is a name
 * without a value. */
static bool
next_tag(struct sv *rest, struct sv *ret_name, struct sv *ret_value)
{
	struct sv spec;

	if (!sv_split(rest, ';', &spec))
		return false;
	sv_split(&spec, '=', ret_name);
	*ret_name = sv_trim(*ret_name);
	*ret_value = sv_trim(spec);
	return true;
}

static void
read_percent(struct sv value, struct dmarc_record *r)
{
	uint64_t pct;

	if (sv_u64(value, &pct) && pct <= 100)
		r->pct = (unsigned)pct;
}

static void
read_tag(struct sv name, struct sv value, bool *has_policy,
         struct dmarc_record *r)
{
	if (sv_ieq_str(name, "p"))
		*has_policy |= dmarc_policy_find(value, &r->p);
	else if (sv_ieq_str(name, "sp"))
		r->has_sp |= dmarc_policy_find(value, &r->sp);
	else if (sv_ieq_str(name, "np"))
		r->has_np |= dmarc_policy_find(value, &r->np);
	else if (sv_ieq_str(name, "adkim"))
		r->is_dkim_strict = sv_ieq_str(value, "s");
	else if (sv_ieq_str(name, "aspf"))
		r->is_spf_strict = sv_ieq_str(value, "s");
	else if (sv_ieq_str(name, "pct"))
		read_percent(value, r);
	else if (sv_ieq_str(name, "rua"))
		r->rua = value;
	else if (sv_ieq_str(name, "t"))
		r->is_testing = sv_ieq_str(value, "y");
	else if (sv_ieq_str(name, "psd") && value.n == 1)
		r->psd = sv_lower_char(value.p[0]);
}

int
dmarc_record_read(struct sv text, struct dmarc_record *ret)
{
	struct sv rest = text, name, value;
	bool has_policy = false;

	*ret = (struct dmarc_record){ .pct = 100, .psd = 'u' };
	if (!next_tag(&rest, &name, &value) || !sv_ieq_str(name, "v") ||
	    !sv_eq_str(value, "DMARC1"))
		return E_SYNTAX;
	while (next_tag(&rest, &name, &value))
		read_tag(name, value, &has_policy, ret);
	if (ret->psd != 'y' && ret->psd != 'n')
		ret->psd = 'u';
	/* Whoever wants reports at least has published something. */
	if (!has_policy && !sv_istarts(ret->rua, SV("mailto:")))
		return E_SYNTAX;
	if (!has_policy) {
		ret->p = DMARC_POLICY_NONE;
		ret->has_sp = ret->has_np = false;
	}
	if (!ret->has_sp)
		ret->sp = ret->p;
	if (!ret->has_np)
		ret->np = ret->sp;
	return 0;
}
