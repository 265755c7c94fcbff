/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/arc.h"

#include "fact/signature.h"

enum { FIELDS_OF_SET = 3 };

struct arc_work {
	struct mail_field *results, *message, *seal;
};

const char *
arc_status_word(enum arc_status s)
{
	static const char *const words[ARC_STATUS_COUNT] = {
		[ARC_NONE] = "none",
		[ARC_PASS] = "pass",
		[ARC_FAIL] = "fail",
	};

	return words[s];
}

static void
say(struct arc *arc, enum arc_status status, const char *reason)
{
	arc->status = status;
	arc->reason = reason;
}

/* ---- reading: RFC 8617 section 5.2, steps 1 to 3 ---- */

static size_t
count_fields(const struct signed_mail *mail, const char *name)
{
	struct mail_field *f = signed_mail_last(mail, sv_str(name));
	size_t n = 0;

	for (; f; f = signed_mail_before(mail, f))
		n++;
	return n;
}

static enum arc_status
read_cv(const struct dkim_signature *seal)
{
	struct sv cv = tags_get(&seal->work->tags, "cv");

	return sv_ieq_str(cv, "pass")   ? ARC_PASS
	       : sv_ieq_str(cv, "none") ? ARC_NONE
	                                : ARC_FAIL;
}

/* The set of the instance that the text names; or NULL. */
static struct arc_set *
set_of(const struct arc *arc, struct sv instance)
{
	uint64_t i;

	if (!sv_u64(instance, &i) || i < 1 || i > arc->n_sets)
		return NULL;
	return &arc->sets[i - 1];
}

static bool
put_results(struct arc *arc, struct mail_field *f)
{
	struct results *results = NULL;
	unsigned i = 0;

	if (results_read_arc(arc->mail->arena, f->value, &i, &results))
		results = NULL;
	if (i < 1 || i > arc->n_sets || arc->sets[i - 1].work->results)
		return false;
	arc->sets[i - 1].work->results = f;
	arc->sets[i - 1].results = results;
	return true;
}

static bool
put_message(struct arc *arc, struct mail_field *f)
{
	struct dkim_signature s;
	struct arc_set *set;

	signature_read(arc->mail, f, SIGNATURE_ARC_MESSAGE, arc->dkim_conf, 0,
	               &s);
	set = set_of(arc, tags_get(&s.work->tags, "i"));
	if (!set || set->work->message)
		return false;
	set->work->message = f;
	set->message = s;
	return true;
}

static bool
put_seal(struct arc *arc, struct mail_field *f)
{
	struct dkim_signature s;
	struct arc_set *set;

	signature_read(arc->mail, f, SIGNATURE_ARC_SEAL, arc->dkim_conf, 0, &s);
	set = set_of(arc, tags_get(&s.work->tags, "i"));
	if (!set || set->work->seal)
		return false;
	set->work->seal = f;
	set->seal = s;
	set->cv = read_cv(&s);
	return true;
}

static bool
put_all(struct arc *arc, const char *name,
        bool (*put)(struct arc *arc, struct mail_field *f))
{
	struct mail_field *f = signed_mail_last(arc->mail, sv_str(name));

	for (; f; f = signed_mail_before(arc->mail, f))
		if (!put(arc, f))
			return false;
	return true;
}

/* A seal covers all sets up to its own, in the order of RFC 8617 section
 * 5.1.1. */
static void
cover(struct arc *arc, struct arc_set *set)
{
	struct dkim_work *w = set->seal.work;

	w->sealed = ARENA_ARRAY(arc->mail->arena, struct mail_field *,
	                        FIELDS_OF_SET * arc->n_sets);
	for (unsigned i = 0; i < set->instance; i++) {
		w->sealed[w->n_sealed++] = arc->sets[i].work->results;
		w->sealed[w->n_sealed++] = arc->sets[i].work->message;
		w->sealed[w->n_sealed++] = arc->sets[i].work->seal;
	}
	w->n_sealed--; /* itself */
}

static void
make_sets(struct arc *arc, size_t n)
{
	arc->n_sets = n;
	arc->sets = ARENA_ARRAY(arc->mail->arena, struct arc_set, n);
	for (size_t i = 0; i < n; i++) {
		arc->sets[i].instance = (unsigned)i + 1;
		arc->sets[i].work =
		    ARENA_NEW(arc->mail->arena, struct arc_work);
	}
}

/* Fills the sets; false: they are not one of each, of all instances. */
static bool
fill_sets(struct arc *arc, size_t n)
{
	make_sets(arc, n);
	if (!put_all(arc, "ARC-Authentication-Results", put_results) ||
	    !put_all(arc, "ARC-Message-Signature", put_message) ||
	    !put_all(arc, "ARC-Seal", put_seal))
		return false;
	for (size_t i = 0; i < n; i++)
		cover(arc, &arc->sets[i]);
	return true;
}

/* What the seals say of the chain before them. */
static void
judge_seals(struct arc *arc)
{
	if (arc->sets[arc->n_sets - 1].cv == ARC_FAIL) {
		say(arc, ARC_FAIL, "the newest seal says so");
		return;
	}
	for (size_t i = 0; i < arc->n_sets; i++)
		if (arc->sets[i].cv != (i ? ARC_PASS : ARC_NONE)) {
			say(arc, ARC_FAIL, "cv= does not fit the chain");
			return;
		}
}

struct arc *
arc_read(struct signed_mail *mail, const struct conf_arc *conf,
         const struct conf_dkim *dkim_conf)
{
	struct arc *arc = ARENA_NEW(mail->arena, struct arc);
	size_t seals = count_fields(mail, "ARC-Seal");
	size_t messages = count_fields(mail, "ARC-Message-Signature");
	size_t results = count_fields(mail, "ARC-Authentication-Results");

	*arc = (struct arc){
		.mail = mail, .conf = conf, .dkim_conf = dkim_conf, .reason = ""
	};
	if (seals + messages + results == 0)
		return arc;
	if (mail->is_cut) {
		say(arc, ARC_FAIL, "the header is too large");
	} else if (seals > (size_t)conf->sets_max) {
		say(arc, ARC_FAIL, "there are too many sets");
	} else if (seals != messages || seals != results ||
	           !fill_sets(arc, seals)) {
		say(arc, ARC_FAIL, "the chain is not whole");
		arc->n_sets = 0;
	} else {
		judge_seals(arc);
	}
	return arc;
}

/* ---- checking: steps 4 to 7 ---- */

static bool
check(const struct arc *arc, struct dkim_signature *s, struct lookup *l)
{
	return signature_check(arc->mail, s, arc->dkim_conf, l);
}

/* Sends all questions, so that their answers come together. */
static void
ask(const struct arc *arc, struct lookup *l)
{
	for (size_t i = 0; i < arc->n_sets; i++) {
		const struct arc_set *set = &arc->sets[i];

		if (set->message.status == DKIM_NONE)
			lookup_ask(l, DNS_TXT, set->message.work->question,
			           SV(""));
		if (set->seal.status == DKIM_NONE)
			lookup_ask(l, DNS_TXT, set->seal.work->question,
			           SV(""));
	}
}

/* Whether the signature ends the chain. */
static bool
breaks(struct arc *arc, const struct dkim_signature *s, const char *reason)
{
	if (s->status == DKIM_NONE || s->status == DKIM_PASS)
		return false;
	arc->is_temporary = s->status == DKIM_TEMPERROR;
	say(arc, ARC_FAIL,
	    arc->is_temporary ? "no answer about a key" : reason);
	return true;
}

/* False: answers are missing. */
static bool
check_chain(struct arc *arc, struct lookup *l)
{
	struct dkim_signature *newest = &arc->sets[arc->n_sets - 1].message;
	bool is_done = check(arc, newest, l);

	if (breaks(arc, newest, "the newest message signature is not valid"))
		return true;
	for (size_t i = arc->n_sets; i-- > 0;) {
		is_done &= check(arc, &arc->sets[i].seal, l);
		if (breaks(arc, &arc->sets[i].seal, "a seal is not valid"))
			return true;
	}
	return is_done;
}

/* Since when the message has not changed; false: an answer is missing. */
static bool
find_oldest_pass(struct arc *arc, struct lookup *l)
{
	for (size_t i = arc->n_sets - 1; i-- > 0;) {
		if (!check(arc, &arc->sets[i].message, l))
			return false;
		if (arc->sets[i].message.status != DKIM_PASS) {
			arc->oldest_pass = arc->sets[i + 1].instance;
			return true;
		}
	}
	return true;
}

bool
arc_check(struct arc *arc, struct lookup *l)
{
	if (arc->status != ARC_NONE || arc->n_sets == 0)
		return true;
	ask(arc, l);
	if (!check_chain(arc, l))
		return false;
	if (arc->status == ARC_FAIL)
		return true;
	if (!find_oldest_pass(arc, l))
		return false;
	say(arc, ARC_PASS, "");
	return true;
}

/* ---- what a chain is good for ---- */

static bool
is_trusted(const struct arc *arc, const struct arc_set *set)
{
	const struct conf_list *trusted = &arc->conf->trusted_forwarders;

	for (size_t i = 0; i < trusted->n; i++)
		if (sv_ieq_str(set->seal.domain, trusted->list[i]))
			return true;
	return false;
}

const struct arc_set *
arc_trusted(const struct arc *arc)
{
	const struct arc_set *found = NULL;

	if (arc->status != ARC_PASS)
		return NULL;
	for (size_t i = arc->n_sets; i-- > 0;) {
		if (!is_trusted(arc, &arc->sets[i]))
			break;
		found = &arc->sets[i];
	}
	return found;
}

static bool
says_dmarc_pass(const struct results *r, struct sv domain)
{
	for (size_t i = 0; r && i < r->n; i++)
		if (sv_eq_str(r->items[i].method, "dmarc") &&
		    sv_eq_str(r->items[i].result, "pass") &&
		    sv_ieq(results_get(&r->items[i], "header", "from"), domain))
			return true;
	return false;
}

const struct arc_set *
arc_vouches(const struct arc *arc, struct sv domain)
{
	const struct arc_set *set = arc_trusted(arc);

	for (; set && set < arc->sets + arc->n_sets; set++)
		if (says_dmarc_pass(set->results, domain))
			return set;
	return NULL;
}
