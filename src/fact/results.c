/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/results.h"

#include "fact/dmarc.h"

enum {
	VALUE_BYTES_MAX = 400, /* longer ones say nothing to anybody */
	DKIM_ID_BYTES = 8,     /* of header.b, at least: RFC 6008 section 4 */
};

struct results *
results_new(struct arena *a, struct sv authserv_id)
{
	struct results *r = ARENA_NEW(a, struct results);

	r->arena = a;
	r->authserv_id = authserv_id;
	r->items = ARENA_ARRAY(a, struct results_item, RESULTS_MAX + 1);
	return r;
}

struct results_item *
results_add(struct results *r, struct sv method, struct sv result)
{
	/* The last place is for what nobody will see. */
	struct results_item *item = &r->items[r->n];

	if (r->n < RESULTS_MAX)
		r->n++;
	*item = (struct results_item){ .method = method, .result = result };
	return item;
}

void
results_set(struct results *r, struct results_item *item, const char *type,
            const char *name, struct sv value)
{
	if (value.n == 0 || value.n > VALUE_BYTES_MAX ||
	    item->n_properties == RESULTS_PROPERTIES_MAX)
		return;
	if (!item->properties)
		item->properties = ARENA_ARRAY(
		    r->arena, struct results_property, RESULTS_PROPERTIES_MAX);
	item->properties[item->n_properties++] = (struct results_property){
		.type = sv_str(type), .name = sv_str(name), .value = value
	};
}

const struct results_item *
results_find(const struct results *r, struct sv method)
{
	for (size_t i = 0; i < r->n; i++)
		if (sv_ieq(r->items[i].method, method))
			return &r->items[i];
	return NULL;
}

struct sv
results_get(const struct results_item *item, const char *type, const char *name)
{
	for (size_t i = 0; i < item->n_properties; i++)
		if (sv_ieq_str(item->properties[i].type, type) &&
		    sv_ieq_str(item->properties[i].name, name))
			return item->properties[i].value;
	return SV("");
}

/* ---- what was found ---- */

void
results_add_spf(struct results *r, const struct spf_outcome *spf)
{
	struct results_item *item;

	if (!spf)
		return;
	item = results_add(r, SV("spf"), sv_str(spf_result_word(spf->result)));
	item->reason = spf->reason;
	if (spf->is_helo)
		results_set(r, item, "smtp", "helo", spf->domain);
	else
		results_set(r, item, "smtp", "mailfrom", spf->sender);
}

void
results_add_iprev(struct results *r, struct sv result, const struct ip *ip,
                  struct sv reason)
{
	struct results_item *item = results_add(r, SV("iprev"), result);
	char text[IP_TEXT];

	item->reason = reason;
	results_set(r, item, "policy", "iprev",
	            arena_dup(r->arena, sv_str(ip_text(ip, text))));
}

void
results_add_auth(struct results *r, struct sv user)
{
	struct results_item *item;

	if (user.n == 0)
		return;
	item = results_add(r, SV("auth"), SV("pass"));
	results_set(r, item, "smtp", "auth", user);
}

/* How much of b= tells the signatures apart. */
static size_t
id_bytes(const struct dkim *dkim, size_t of)
{
	struct sv b = dkim->signatures[of].signature;
	size_t n = DKIM_ID_BYTES;

	for (size_t i = 0; i < dkim->n; i++) {
		struct sv other = dkim->signatures[i].signature;

		while (i != of && n < b.n &&
		       sv_eq(sv_sub(other, 0, n), sv_sub(b, 0, n)))
			n++;
	}
	return n;
}

static void
add_signature(struct results *r, const struct dkim *dkim, size_t i)
{
	const struct dkim_signature *s = &dkim->signatures[i];
	struct sv word = sv_str(dkim_status_word(s->status));
	struct results_item *item = results_add(r, SV("dkim"), word);

	if (s->key_bits)
		item->comment =
		    arena_printf(r->arena, "%u-bit key%s", s->key_bits,
		                 s->is_testing ? ", testing" : "");
	item->reason = sv_str(s->reason);
	results_set(r, item, "header", "d", s->domain);
	if (s->identity.n && s->identity.p[0] != '@')
		results_set(r, item, "header", "i", s->identity);
	results_set(r, item, "header", "s", s->selector);
	results_set(r, item, "header", "a",
	            sv_str(dkim_algorithm_word(s->algorithm)));
	results_set(r, item, "header", "b",
	            sv_sub(s->signature, 0, id_bytes(dkim, i)));
}

void
results_add_dkim(struct results *r, const struct dkim *dkim)
{
	if (!dkim)
		return;
	for (size_t i = 0; i < dkim->n; i++)
		add_signature(r, dkim, i);
	if (dkim->n == 0)
		results_add(r, SV("dkim"), SV("none"));
	if (dkim->n_left_out)
		results_add(r, SV("dkim"), SV("policy"))->reason = arena_printf(
		    r->arena, "%zu more signatures were not looked at",
		    dkim->n_left_out);
}

void
results_add_arc(struct results *r, const struct arc *arc)
{
	struct results_item *item;

	if (!arc)
		return;
	item = results_add(r, SV("arc"), sv_str(arc_status_word(arc->status)));
	item->reason = sv_str(arc->reason);
	if (arc->n_sets)
		item->comment = arena_printf(r->arena, "i=%zu", arc->n_sets);
	if (arc->status == ARC_PASS)
		results_set(r, item, "header", "oldest-pass",
		            arena_printf(r->arena, "%u", arc->oldest_pass));
}

void
results_add_dmarc(struct results *r, const struct dmarc *dmarc)
{
	struct results_item *item;
	const char *policy;

	if (!dmarc)
		return;
	policy = dmarc_policy_word(dmarc->policy);
	item = results_add(r, SV("dmarc"),
	                   sv_str(dmarc_status_word(dmarc->status)));
	item->reason = sv_str(dmarc->reason);
	if (dmarc->policy_domain.n)
		item->comment =
		    arena_printf(r->arena, "p=%s dis=%s%s", policy,
		                 dmarc_policy_word(dmarc->disposition),
		                 dmarc->is_vouched ? " arc=trusted" : "");
	results_set(r, item, "header", "from", dmarc->domain);
	if (dmarc->policy_domain.n)
		results_set(r, item, "policy", "dmarc", sv_str(policy));
}
