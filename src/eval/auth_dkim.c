/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin DKIM: signatures of DKIM and ARC, and who made them. */
#include "eval/auth.h"
#include "fact/arc.h"

enum { KEY_BITS_LIMIT = 65536 };

/* Which signatures count. */
enum {
	MUST_BE_VALID = 1,
	MUST_BE_AUTHORS = 2,
};

static bool
is_author(struct eval_job *job, struct sv domain)
{
	struct sv address, author;
	size_t pos = 0;

	while (auth_next_author(job, &pos, &address, &author))
		if (sv_eq(author, domain))
			return true;
	return false;
}

/* Without arguments any signer will do. */
static bool
is_wanted(const struct eval_call *call, struct sv signer)
{
	for (size_t i = 0; i < call->n_args; i++)
		if (auth_domain_is(signer, call->args[i].text))
			return true;
	return call->n_args == 0;
}

static bool
has_signature(struct eval_job *job, const struct eval_call *call,
              unsigned which)
{
	const struct dkim *dkim = auth_dkim(job);

	if (!dkim || (which & MUST_BE_VALID && !auth_knows(job, FACT_DKIM)))
		return false;
	for (size_t i = 0; i < dkim->n; i++) {
		const struct dkim_signature *s = &dkim->signatures[i];
		struct sv signer = auth_signer(job, s);

		if ((which & MUST_BE_VALID && !auth_is_valid(job, s)) ||
		    (which & MUST_BE_AUTHORS && !is_author(job, signer)) ||
		    !is_wanted(call, signer))
			continue;
		job->note = signer;
		return true;
	}
	return false;
}

/* check_dkim_signed */
static bool
is_signed(struct eval_job *job, const struct eval_call *call)
{
	return has_signature(job, call, 0);
}

/* check_dkim_valid, check_dkim_verified */
static bool
is_valid(struct eval_job *job, const struct eval_call *call)
{
	return has_signature(job, call, MUST_BE_VALID);
}

/* check_dkim_valid_author_sig */
static bool
is_valid_authors(struct eval_job *job, const struct eval_call *call)
{
	return has_signature(job, call, MUST_BE_VALID | MUST_BE_AUTHORS);
}

/* check_dkim_valid_envelopefrom */
static bool
is_valid_senders(struct eval_job *job, const struct eval_call *call)
{
	struct sv address = eval_header_first(job, "EnvelopeFrom:addr");
	size_t at = sv_find_char(address, '@');
	struct eval_call of_sender = *call;

	if (at == SV_NOT_FOUND)
		return false;
	of_sender.args[0].text = sv_from(address, at + 1);
	of_sender.n_args = 1;
	return has_signature(job, &of_sender, MUST_BE_VALID);
}

/* check_dkim_dependable: all signatures were looked at, on the whole mail. */
static bool
is_dependable(struct eval_job *job, const struct eval_call *call)
{
	const struct dkim *dkim = auth_dkim(job);

	(void)call;
	return dkim && dkim->n_left_out == 0 &&
	       (!dkim->mail || !dkim->mail->is_cut);
}

/* check_dkim_testing: a signer says that it is only trying. */
static bool
is_testing(struct eval_job *job, const struct eval_call *call)
{
	const struct dkim *dkim = auth_dkim(job);

	(void)call;
	if (!dkim || !auth_knows(job, FACT_DKIM))
		return false;
	for (size_t i = 0; i < dkim->n; i++)
		if (dkim->signatures[i].is_testing)
			return true;
	return false;
}

/* check_dkim_signsome: nobody can say that any more. */
static bool
signs_some(struct eval_job *job, const struct eval_call *call)
{
	(void)job;
	(void)call;
	return false;
}

/* ---- ARC ---- */

static const struct arc *
known_arc(struct eval_job *job)
{
	return auth_knows(job, FACT_ARC) ? job->outside->arc : NULL;
}

static bool
has_sealer(const struct arc *arc, const struct eval_call *call)
{
	for (size_t i = 0; i < arc->n_sets; i++)
		if (is_wanted(call, arc->sets[i].seal.domain))
			return true;
	return call->n_args == 0;
}

/* check_arc_signed */
static bool
is_sealed(struct eval_job *job, const struct eval_call *call)
{
	const struct arc *arc = known_arc(job);

	return arc && arc->status != ARC_NONE && has_sealer(arc, call);
}

/* check_arc_valid */
static bool
is_valid_chain(struct eval_job *job, const struct eval_call *call)
{
	const struct arc *arc = known_arc(job);

	return arc && arc->status == ARC_PASS && has_sealer(arc, call);
}

/* ---- settings ---- */

static const char *
read_bits(struct eval_settings *s, int which, struct sv value)
{
	uint64_t n;

	(void)which;
	if (!sv_u64(value, &n) || n > KEY_BITS_LIMIT)
		return "expected a number of bits";
	s->ask.dkim_bits_min = (unsigned)n;
	return NULL;
}

static const struct eval_function functions[] = {
	{ "check_dkim_signed", "?t*", is_signed, NULL },
	{ "check_arc_signed", "?t*", is_sealed, NULL },
	{ "check_dkim_valid", "?t*", is_valid, NULL },
	{ "check_arc_valid", "?t*", is_valid_chain, NULL },
	{ "check_dkim_valid_author_sig", "?t*", is_valid_authors, NULL },
	{ "check_dkim_testing", "?t*", is_testing, NULL },
	{ "check_dkim_valid_envelopefrom", "", is_valid_senders, NULL },
	{ "check_dkim_adsp", "t?t*", auth_check_adsp, NULL },
	{ "check_dkim_dependable", "", is_dependable, NULL },
	{ "check_for_dkim_welcomelist_from", "", auth_is_welcome, NULL },
	{ "check_for_dkim_whitelist_from", "", auth_is_welcome, NULL },
	{ "check_for_def_dkim_welcomelist_from", "", auth_is_welcome_by_default,
	  NULL },
	{ "check_for_def_dkim_whitelist_from", "", auth_is_welcome_by_default,
	  NULL },
	{ "check_dkim_verified", "?t*", is_valid, NULL },
	{ "check_dkim_signall", "", auth_check_signs_all, NULL },
	{ "check_dkim_signsome", "", signs_some, NULL },
	{ NULL, NULL, NULL, NULL },
};

static const struct eval_directive directives[] = {
	{ "dkim_minimum_key_bits", read_bits, 0, false },
	{ "adsp_override", auth_read_adsp, 0, true },
	{ "welcomelist_from_dkim", auth_read_signed, false, true },
	{ "whitelist_from_dkim", auth_read_signed, false, true },
	{ "def_welcomelist_from_dkim", auth_read_signed, true, true },
	{ "def_whitelist_from_dkim", auth_read_signed, true, true },
	{ "unwelcomelist_from_dkim", auth_read_unsigned, 0, true },
	{ "unwhitelist_from_dkim", auth_read_unsigned, 0, true },
	{ NULL, NULL, 0, false },
};

static const char *const features[] = { "has_arc", NULL };

const struct eval_plugin eval_plugin_dkim = {
	.name = "DKIM",
	.is_default = true,
	.source = EVAL_NETWORK,
	.functions = functions,
	.directives = directives,
	.features = features,
};
