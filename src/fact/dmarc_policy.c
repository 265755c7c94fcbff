/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/dmarc_policy.h"

#include "fact/domain.h"

/* What the walk up the tree asks at most, and where it goes on from names
 * that have more labels. */
enum { WALK_MAX = 8 };

/* ---- one name ---- */

static bool
is_record(struct sv text)
{
	struct sv name = SV(""), version = SV("");

	sv_split(&text, '=', &name);
	sv_split(&text, ';', &version);
	return sv_ieq_str(sv_trim(name), "v") &&
	       sv_eq_str(sv_trim(version), "DMARC1");
}

static enum dmarc_found
read_records(const struct dns_answer *answer, struct dmarc_record *ret)
{
	const struct dns_record *found = NULL;

	for (size_t i = 0; i < answer->n_records; i++) {
		if (!is_record(answer->records[i].text))
			continue;
		if (found)
			return DMARC_UNREADABLE; /* which of them? */
		found = &answer->records[i];
	}
	if (!found)
		return DMARC_ABSENT;
	return dmarc_record_read(found->text, ret) ? DMARC_UNREADABLE
	                                           : DMARC_FOUND;
}

static enum dmarc_found
record_at(struct arena *a, struct lookup *l, struct sv domain,
          struct dmarc_record *ret)
{
	struct sv name = ARENA_JOIN(a, SV("_dmarc."), domain);
	const struct dns_answer *answer = lookup_ask(l, DNS_TXT, name, SV(""));

	if (!answer)
		return DMARC_PENDING;
	if (!dns_is_known(answer->status))
		return DMARC_UNANSWERED;
	return read_records(answer, ret);
}

/* ---- the walk up the tree ---- */

struct step {
	struct sv domain;
	enum dmarc_found found;
	struct dmarc_record record;
};

struct walk {
	struct step steps[WALK_MAX];
	size_t n; /* of those that count: to where the walk ends */
};

/* Asks for all steps at once. False: an answer is missing that decides. */
static bool
walk_up(struct arena *a, struct lookup *l, struct sv domain, struct walk *w)
{
	size_t labels = domain_labels(domain);
	bool is_done = true, is_ended = false;

	w->n = 0;
	for (size_t i = 0; i < WALK_MAX && labels > 0; i++) {
		struct step *s = &w->steps[w->n];

		s->domain = domain_last_labels(domain, labels);
		s->found = record_at(a, l, s->domain, &s->record);
		if (!is_ended) {
			w->n++;
			is_done &= s->found != DMARC_PENDING;
			is_ended =
			    s->found == DMARC_FOUND && s->record.psd != 'u';
		}
		labels = labels >= WALK_MAX ? WALK_MAX - 1 : labels - 1;
		if (w->n == WALK_MAX)
			break;
	}
	return is_done;
}

/* The step that stands for the organisation's domain, or above it; *ret is
 * that domain. */
static const struct step *
top_of(const struct walk *w, struct sv domain, struct sv *ret)
{
	const struct step *top = NULL;

	for (size_t i = 0; i < w->n; i++)
		if (w->steps[i].found == DMARC_FOUND)
			top = &w->steps[i];
	*ret = top ? top->domain : domain;
	if (top && top->record.psd == 'y' && top != w->steps)
		*ret =
		    domain_last_labels(domain, domain_labels(top->domain) + 1);
	return top;
}

static enum dmarc_found
walk_result(const struct walk *w, struct sv domain, struct dmarc_published *ret)
{
	struct sv organisation;
	const struct step *top = top_of(w, domain, &organisation),
			  *s = w->steps;

	for (size_t i = 0; i < w->n; i++)
		if (w->steps[i].found == DMARC_UNANSWERED)
			return DMARC_UNANSWERED;
	if (!top)
		return DMARC_ABSENT;
	/* Its own, that of its organisation, that above it. */
	if (s->found != DMARC_FOUND)
		for (s = w->steps; s < top; s++)
			if (s->found == DMARC_FOUND &&
			    sv_eq(s->domain, organisation))
				break;
	ret->domain = s->domain;
	ret->record = s->record;
	return DMARC_FOUND;
}

/* ---- by the Public Suffix List ---- */

static enum dmarc_found
listed_result(struct arena *a, struct lookup *l, struct sv domain,
              struct dmarc_published *ret)
{
	struct sv organisation = domain_organisation(domain);
	struct dmarc_record above;
	enum dmarc_found own = record_at(a, l, domain, &ret->record), found;

	ret->domain = domain;
	if (sv_eq(organisation, domain))
		return own;
	found = record_at(a, l, organisation, &above);
	if (own != DMARC_ABSENT)
		return own;
	ret->domain = organisation;
	ret->record = above;
	return found;
}

/* ---- */

/* Whether a name is there at all (RFC 9091 section 2.7). */
static enum dmarc_found
existence(struct lookup *l, struct sv domain)
{
	static const enum dns_type types[] = { DNS_A, DNS_AAAA, DNS_MX };
	enum dmarc_found found = DMARC_ABSENT;

	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		const struct dns_answer *answer =
		    lookup_ask(l, types[i], domain, SV(""));

		if (!answer)
			found = DMARC_PENDING;
		else if (found == DMARC_ABSENT &&
		         (answer->status == DNS_FOUND ||
		          !dns_is_known(answer->status)))
			found = DMARC_FOUND;
	}
	return found;
}

enum dmarc_found
dmarc_policy(struct arena *a, struct lookup *l, struct sv domain,
             bool tree_walk, struct dmarc_published *ret)
{
	const struct dmarc_record *r = &ret->record;
	enum dmarc_found found;
	struct walk walk;

	if (!tree_walk)
		found = listed_result(a, l, domain, ret);
	else if (walk_up(a, l, domain, &walk))
		found = walk_result(&walk, domain, ret);
	else
		found = DMARC_PENDING;
	if (found != DMARC_FOUND)
		return found;
	ret->policy = r->p;
	if (sv_eq(ret->domain, domain))
		return found;
	ret->policy = r->sp;
	if (!r->has_np)
		return found;
	found = existence(l, domain);
	if (found == DMARC_PENDING)
		return found;
	if (found == DMARC_ABSENT)
		ret->policy = r->np;
	return DMARC_FOUND;
}

bool
dmarc_organisation(struct arena *a, struct lookup *l, struct sv domain,
                   bool tree_walk, struct sv *ret)
{
	struct walk walk;

	if (!tree_walk) {
		*ret = domain_organisation(domain);
		return true;
	}
	if (!walk_up(a, l, domain, &walk))
		return false;
	top_of(&walk, domain, ret);
	return true;
}
