/* SPDX-License-Identifier: Apache-2.0 */
/* Another filter's results, in the form of our own. */
#include "fact/dmarc.h"
#include "fact/domain.h"
#include "fact/results.h"

static bool
is_trusted(const struct conf_results *conf, struct sv id)
{
	for (size_t i = 0; i < conf->trusted_authserv_ids.n; i++)
		if (sv_ieq_str(id, conf->trusted_authserv_ids.list[i]))
			return true;
	return false;
}

/* Takes what a field says of methods that fields above it did not speak of. */
static void
merge(struct results *all, const struct results *field)
{
	size_t above = all->n;

	for (size_t i = 0; i < field->n; i++) {
		const struct results_item *item = &field->items[i];
		struct results before = *all;

		before.n = above;
		if (!results_find(&before, item->method))
			*results_add(all, item->method, item->result) = *item;
	}
}

const struct results *
results_trusted(const struct signed_mail *mail, const struct conf_results *conf)
{
	struct results *all = NULL, *field;

	if (conf->trusted_authserv_ids.n == 0)
		return NULL;
	for (size_t i = 0; i < mail->n_fields; i++) {
		if (!sv_ieq_str(mail->fields[i].name,
		                "Authentication-Results") ||
		    results_read(mail->arena, mail->fields[i].value, &field) ||
		    !is_trusted(conf, field->authserv_id))
			continue;
		if (all)
			merge(all, field);
		else
			all = field;
	}
	return all;
}

static struct sv
domain_of_address(struct sv address)
{
	size_t at = address.n;

	while (at && address.p[at - 1] != '@')
		at--;
	return sv_from(address, at);
}

static enum dkim_algorithm
find_algorithm(struct sv word)
{
	int a = 0;

	while (a < DKIM_ALGORITHM_COUNT &&
	       !sv_ieq_str(word, dkim_algorithm_word((enum dkim_algorithm)a)))
		a++;
	return (enum dkim_algorithm)a;
}

static void
read_signature(const struct results *r, const struct results_item *item,
               struct dkim_signature *s)
{
	struct sv domain = results_get(item, "header", "d");

	*s = (struct dkim_signature){
		.reason = "",
		.selector = results_get(item, "header", "s"),
		.identity = results_get(item, "header", "i"),
		.signature = results_get(item, "header", "b"),
		.algorithm = find_algorithm(results_get(item, "header", "a")),
	};
	if (domain.n == 0)
		domain = domain_of_address(s->identity);
	domain_read(r->arena, domain, &s->domain);
	if (s->identity.n == 0 && s->domain.n)
		s->identity = ARENA_JOIN(r->arena, SV("@"), s->domain);
}

struct dkim *
results_dkim(const struct results *r)
{
	struct dkim *dkim = NULL;
	enum dkim_status status;

	for (size_t i = 0; i < r->n; i++) {
		const struct results_item *item = &r->items[i];

		if (!sv_eq_str(item->method, "dkim") ||
		    !dkim_status_find(item->result, &status))
			continue;
		if (!dkim) {
			dkim = ARENA_NEW(r->arena, struct dkim);
			dkim->is_reported = true;
			dkim->signatures =
			    ARENA_ARRAY(r->arena, struct dkim_signature, r->n);
		}
		if (status == DKIM_NONE)
			continue;
		read_signature(r, item, &dkim->signatures[dkim->n]);
		dkim->signatures[dkim->n++].status = status;
	}
	return dkim;
}

/* "p=reject dis=none": what others write as a comment. */
static void
read_policy(struct sv comment, const char *name, enum dmarc_policy *ret)
{
	struct sv word;

	while (sv_word(&comment, &word))
		if (sv_istarts(word, sv_str(name)))
			dmarc_policy_find(sv_from(word, strlen(name)), ret);
}

struct dmarc *
results_dmarc(const struct results *r)
{
	const struct results_item *item = results_find(r, SV("dmarc"));
	enum dmarc_status status;
	struct dmarc *dmarc;

	if (!item || !dmarc_status_find(item->result, &status))
		return NULL;
	dmarc = ARENA_NEW(r->arena, struct dmarc);
	dmarc->is_reported = true;
	dmarc->status = status;
	dmarc->reason = "";
	domain_read(r->arena, results_get(item, "header", "from"),
	            &dmarc->domain);
	read_policy(item->comment, "p=", &dmarc->policy);
	dmarc_policy_find(results_get(item, "policy", "dmarc"), &dmarc->policy);
	if (status == DMARC_FAIL)
		dmarc->disposition = dmarc->policy;
	read_policy(item->comment, "dis=", &dmarc->disposition);
	return dmarc;
}

struct spf_outcome *
results_spf(const struct results *r)
{
	const struct results_item *item = results_find(r, SV("spf"));
	struct spf_outcome *spf;
	int result = 0;

	while (
	    item && result < SPF_RESULTS &&
	    !sv_ieq_str(item->result, spf_result_word((enum spf_result)result)))
		result++;
	if (!item || result == SPF_RESULTS)
		return NULL;
	spf = ARENA_NEW(r->arena, struct spf_outcome);
	spf->result = (enum spf_result)result;
	spf->reason = SV("");
	spf->sender = results_get(item, "smtp", "mailfrom");
	spf->is_helo = spf->sender.n == 0;
	if (spf->is_helo)
		spf->sender = results_get(item, "smtp", "helo");
	domain_read(r->arena, domain_of_address(spf->sender), &spf->domain);
	return spf;
}
