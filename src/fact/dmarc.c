/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/dmarc.h"

#include "base/digest.h"
#include "fact/dmarc_policy.h"
#include "fact/domain.h"
#include "message/address.h"

/* Addresses of From that are looked at, and different domains of them. */
enum { ADDRESSES_MAX = 50, AUTHORS_MAX = 5 };

/* One domain in From, and what became of it. */
struct author {
	struct sv domain;
	struct dmarc outcome;
};

struct dmarc_work {
	struct arena *arena;
	const struct signed_mail *mail;
	const struct conf_dmarc *conf;
	struct author authors[AUTHORS_MAX];
	size_t n;
};

static const char *const status_words[DMARC_STATUS_COUNT] = {
	[DMARC_NONE] = "none",           [DMARC_PASS] = "pass",
	[DMARC_FAIL] = "fail",           [DMARC_TEMPERROR] = "temperror",
	[DMARC_PERMERROR] = "permerror",
};

const char *
dmarc_status_word(enum dmarc_status s)
{
	return status_words[s];
}

bool
dmarc_status_find(struct sv word, enum dmarc_status *ret)
{
	for (int i = 0; i < DMARC_STATUS_COUNT; i++)
		if (sv_ieq_str(word, status_words[i])) {
			*ret = (enum dmarc_status)i;
			return true;
		}
	return false;
}

static void
say(struct dmarc *d, enum dmarc_status status, const char *reason)
{
	d->status = status;
	d->reason = reason;
}

/* ---- From (RFC 7489 section 6.6.1) ---- */

/* False: there are more than can be. */
static bool
add_author(struct dmarc_work *w, struct sv address)
{
	size_t at = address.n;
	struct sv domain;

	while (at && address.p[at - 1] != '@')
		at--;
	if (!at || !domain_read(w->arena, sv_from(address, at), &domain))
		return true;
	for (size_t i = 0; i < w->n; i++)
		if (sv_eq(w->authors[i].domain, domain))
			return true;
	if (w->n == AUTHORS_MAX)
		return false;
	w->authors[w->n++].domain = domain;
	return true;
}

/* What is wrong with From; NULL: nothing. */
static const char *
read_from(struct dmarc_work *w)
{
	struct mail_field *f = signed_mail_last(w->mail, SV("From"));
	struct address_list list;
	struct address address;
	size_t n = 0;

	if (!f)
		return "there is no From";
	if (f->before)
		return "there are several From";
	list = address_list_make(f->value);
	while (address_next(&list, w->arena, &address))
		if (n++ == ADDRESSES_MAX || !add_author(w, address.addr))
			return "From names too many domains";
	return w->n ? NULL : "From names no domain";
}

struct dmarc *
dmarc_read(const struct signed_mail *mail, const struct conf_dmarc *conf)
{
	struct dmarc *d = ARENA_NEW(mail->arena, struct dmarc);
	const char *wrong;

	d->reason = "";
	d->work = ARENA_NEW(mail->arena, struct dmarc_work);
	d->work->arena = mail->arena;
	d->work->mail = mail;
	d->work->conf = conf;
	wrong = read_from(d->work);
	if (wrong) {
		d->work->n = 0;
		say(d, DMARC_PERMERROR, wrong);
	} else {
		d->domain = d->work->authors[0].domain;
	}
	return d;
}

void
dmarc_ask(struct dmarc *d, struct lookup *l)
{
	struct dmarc_published unused;

	for (size_t i = 0; i < d->work->n; i++)
		dmarc_policy(d->work->arena, l, d->work->authors[i].domain,
		             d->work->conf->tree_walk, &unused);
}

/* ---- alignment (section 3.1) ---- */

enum aligned { ALIGNED_PENDING, ALIGNED_NO, ALIGNED_YES };

static enum aligned
align(const struct dmarc_work *w, struct lookup *l, struct sv author,
      struct sv domain, bool is_strict)
{
	struct sv a, b;
	bool is_there;

	if (sv_ieq(author, domain))
		return ALIGNED_YES;
	if (is_strict || domain.n == 0)
		return ALIGNED_NO;
	is_there =
	    dmarc_organisation(w->arena, l, author, w->conf->tree_walk, &a);
	is_there &=
	    dmarc_organisation(w->arena, l, domain, w->conf->tree_walk, &b);
	if (!is_there)
		return ALIGNED_PENDING;
	return sv_ieq(a, b) ? ALIGNED_YES : ALIGNED_NO;
}

/* What the evidence comes to. */
struct finding {
	bool is_pending, is_temporary;
};

static void
align_spf(const struct dmarc_work *w, struct lookup *l,
          const struct spf_outcome *spf, struct dmarc *d, struct finding *f)
{
	enum aligned aligned;

	if (!spf || (spf->result != SPF_PASS && spf->result != SPF_TEMPERROR))
		return;
	aligned = align(w, l, d->domain, spf->domain, d->record.is_spf_strict);
	if (aligned == ALIGNED_PENDING)
		f->is_pending = true;
	else if (aligned == ALIGNED_NO)
		return;
	else if (spf->result == SPF_TEMPERROR)
		f->is_temporary = true;
	else
		d->spf_is_aligned = true;
}

static void
align_dkim(const struct dmarc_work *w, struct lookup *l,
           const struct dkim_signature *s, struct dmarc *d, struct finding *f)
{
	enum aligned aligned;

	if (s->status != DKIM_PASS && s->status != DKIM_TEMPERROR)
		return;
	aligned = align(w, l, d->domain, s->domain, d->record.is_dkim_strict);
	if (aligned == ALIGNED_PENDING) {
		f->is_pending = true;
	} else if (aligned == ALIGNED_YES && s->status == DKIM_TEMPERROR) {
		f->is_temporary = true;
	} else if (aligned == ALIGNED_YES && !d->dkim_is_aligned) {
		d->dkim_is_aligned = true;
		d->dkim_domain = s->domain;
	}
}

/* ---- what is to be done (section 6.6.4) ---- */

/* A number below 100 that is the same whenever the mail is judged. */
static unsigned
sample_of(const struct signed_mail *mail)
{
	const struct mail_field *last = &mail->fields[mail->n_fields - 1];
	const char *begin = mail->fields[0].all.p;
	size_t n = (size_t)(last->all.p + last->all.n - begin);
	char text[DIGEST_TEXT];
	unsigned number = 0;

	digest_sha256(sv_make(begin, n), text);
	for (int i = 0; i < 6; i++)
		number = number * 16 + (unsigned)sv_hex_value(text[i]);
	return number % 100;
}

static bool
is_spared(const struct dmarc_work *w, const struct dmarc_record *r)
{
	if (w->conf->tree_walk) /* RFC 7489's successor has no pct= */
		return r->is_testing;
	return r->pct < 100 && sample_of(w->mail) >= r->pct;
}

static void
judge_failure(const struct dmarc_work *w, const struct dmarc_evidence *e,
              struct dmarc *d)
{
	say(d, DMARC_FAIL, "neither SPF nor DKIM is of the domain in From");
	d->disposition = d->policy;
	d->is_vouched = e->arc && arc_vouches(e->arc, d->domain);
	if (d->is_vouched) {
		d->disposition = DMARC_POLICY_NONE;
	} else if (d->policy != DMARC_POLICY_NONE && is_spared(w, &d->record)) {
		d->is_sampled_out = true;
		d->disposition = d->policy == DMARC_POLICY_REJECT
		                     ? DMARC_POLICY_QUARANTINE
		                     : DMARC_POLICY_NONE;
	}
}

/* ---- one domain ---- */

/* False: an answer is missing. */
static bool
judge_alignment(const struct dmarc_work *w, const struct dmarc_evidence *e,
                struct lookup *l, struct dmarc *d)
{
	struct finding f = { false, false };

	align_spf(w, l, e->spf, d, &f);
	for (size_t i = 0; e->dkim && i < e->dkim->n; i++)
		align_dkim(w, l, &e->dkim->signatures[i], d, &f);
	if (d->spf_is_aligned || d->dkim_is_aligned) {
		/* What is not known yet cannot make it worse, but would be
		 * missing among what is said. */
		if (f.is_pending)
			return false;
		say(d, DMARC_PASS, "");
	} else if (f.is_pending) {
		return false;
	} else if (f.is_temporary) {
		say(d, DMARC_TEMPERROR, "SPF or DKIM could not be checked");
	} else {
		judge_failure(w, e, d);
	}
	return true;
}

static bool
judge_author(const struct dmarc_work *w, const struct dmarc_evidence *e,
             struct lookup *l, struct author *author)
{
	struct dmarc *d = &author->outcome;
	struct dmarc_published p;

	*d = (struct dmarc){ .domain = author->domain, .reason = "" };
	switch (
	    dmarc_policy(w->arena, l, author->domain, w->conf->tree_walk, &p)) {
	case DMARC_PENDING:
		return false;
	case DMARC_ABSENT:
		say(d, DMARC_NONE, "there is no policy");
		return true;
	case DMARC_UNREADABLE:
		say(d, DMARC_PERMERROR, "the policy cannot be read");
		return true;
	case DMARC_UNANSWERED:
		say(d, DMARC_TEMPERROR, "no answer about the policy");
		return true;
	case DMARC_FOUND:
		break;
	}
	d->policy_domain = p.domain;
	d->record = p.record;
	d->policy = p.policy;
	return judge_alignment(w, e, l, d);
}

/* ---- all of them ---- */

/* Whether one outcome weighs more than another: the strictest of those that
 * fail (section 6.6.1), else what is not known, else the first. */
static bool
is_graver(const struct dmarc *a, const struct dmarc *b)
{
	static const int weight[DMARC_STATUS_COUNT] = {
		[DMARC_FAIL] = 4, [DMARC_TEMPERROR] = 3, [DMARC_PERMERROR] = 2,
		[DMARC_NONE] = 1, [DMARC_PASS] = 0,
	};

	if (a->status != b->status)
		return weight[a->status] > weight[b->status];
	return a->disposition > b->disposition;
}

bool
dmarc_check(struct dmarc *d, const struct dmarc_evidence *evidence,
            struct lookup *l)
{
	struct dmarc_work *w = d->work;
	const struct dmarc *gravest;
	bool is_done = true;

	if (w->n == 0)
		return true;
	for (size_t i = 0; i < w->n; i++)
		is_done &= judge_author(w, evidence, l, &w->authors[i]);
	if (!is_done)
		return false;
	gravest = &w->authors[0].outcome;
	for (size_t i = 1; i < w->n; i++)
		if (is_graver(&w->authors[i].outcome, gravest))
			gravest = &w->authors[i].outcome;
	*d = *gravest;
	d->work = w;
	return true;
}
