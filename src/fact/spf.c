/* SPDX-License-Identifier: Apache-2.0 */
/* The check_host() function of RFC 7208 section 4. */
#include "fact/spf.h"

#include "fact/spf_run.h"
#include "message/url.h"

enum { EXPLANATION_MAX = 500 }; /* bytes; an SMTP reply holds no more */

/* Beside the results of enum spf_result. */
enum { RESULT_MISSING = SPF_RESULTS };

const char *
spf_result_word(enum spf_result r)
{
	static const char *const words[SPF_RESULTS] = {
		[SPF_NONE] = "none",           [SPF_NEUTRAL] = "neutral",
		[SPF_PASS] = "pass",           [SPF_FAIL] = "fail",
		[SPF_SOFTFAIL] = "softfail",   [SPF_TEMPERROR] = "temperror",
		[SPF_PERMERROR] = "permerror",
	};

	return words[r];
}

/* Where an evaluation is: one for each "include", in one another. */
struct level {
	unsigned depth;
	struct sv domain; /* as in questions */
	struct sv text;
	struct spf_record record;
	struct sv matched; /* the term that decided; or "" */
};

static int host_check(struct spf_run *run, struct sv domain, unsigned depth,
                      struct level *ret);

/* ---- the way, for people ---- */

/* Notes a step; returns its place. */
static size_t
note(struct spf_run *run, const struct level *l, struct sv term, struct sv said)
{
	size_t n = run->out->n_steps;

	if (!run->query->is_traced)
		return 0;
	if (n == run->steps_size) {
		run->steps_size = n ? 2 * n : 16;
		run->steps =
		    arena_grow(run->arena, run->steps, n * sizeof *run->steps,
		               run->steps_size * sizeof *run->steps);
	}
	run->steps[n] = (struct spf_step){ l->depth, l->domain, term, said };
	run->out->steps = run->steps;
	run->out->n_steps = n + 1;
	return n;
}

static const char *const match_words[] = {
	[SPF_MATCH_NO] = "does not match",
	[SPF_MATCH_YES] = "matches",
	[SPF_MATCH_MISSING] = "is waited for",
	[SPF_MATCH_TEMPERROR] = "cannot be told",
	[SPF_MATCH_PERMERROR] = "is an error",
};

/* ---- records ---- */

static int
result_of(enum spf_match m)
{
	return m == SPF_MATCH_MISSING     ? RESULT_MISSING
	       : m == SPF_MATCH_TEMPERROR ? SPF_TEMPERROR
	                                  : SPF_PERMERROR;
}

/* Of the TXT records, the one that is SPF's (section 4.5). SPF_PASS when there
 * is one, and only one. */
static int
record_choose(struct spf_run *run, const struct dns_answer *answer,
              struct level *l)
{
	size_t n = 0;

	for (size_t i = 0; i < answer->n_records; i++)
		if (spf_record_is(answer->records[i].text)) {
			l->text = answer->records[i].text;
			n++;
		}
	if (n == 1)
		return SPF_PASS;
	run->out->reason =
	    SPF_SAY(run, SV_FMT " has %s SPF record", SV_ARG(l->domain),
	            n ? "more than one" : "no");
	return n ? SPF_PERMERROR : SPF_NONE;
}

static int
record_fetch(struct spf_run *run, struct level *l)
{
	const struct dns_answer *answer;
	struct sv term;
	const char *wrong;
	enum spf_match m = spf_ask(run, DNS_TXT, l->domain, &answer);
	int result;

	if (m != SPF_MATCH_YES && m != SPF_MATCH_NO)
		return result_of(m);
	result = record_choose(run, answer, l);
	if (result != SPF_PASS)
		return result;
	note(run, l, SV(""), spf_printable(run->arena, l->text));
	wrong = spf_record_read(l->text, &l->record, &term);
	if (!wrong)
		return SPF_PASS;
	run->out->reason = SPF_SAY(
	    run, "\"" SV_FMT "\" in the record of " SV_FMT " is wrong: %s",
	    SV_ARG(term), SV_ARG(l->domain), wrong);
	note(run, l, term, run->out->reason);
	return SPF_PERMERROR;
}

/* ---- terms ---- */

/* Counts a term that needs questions; false when there are too many. */
static bool
count_lookup(struct spf_run *run, const struct level *l, struct sv term)
{
	if (++run->out->lookups <= SPF_LOOKUPS_MAX)
		return true;
	run->out->reason =
	    SPF_SAY(run,
	            "more than %d terms need questions: \"" SV_FMT
	            "\" in the record of " SV_FMT " is one too many",
	            SPF_LOOKUPS_MAX, SV_ARG(term), SV_ARG(l->domain));
	return false;
}

/* What include and redirect name must have a record (sections 5.2, 6.1). */
static enum spf_match
no_record(struct spf_run *run, const struct level *l, struct sv term)
{
	run->out->reason = SPF_SAY(run,
	                           "\"" SV_FMT "\" in the record of " SV_FMT
	                           " names a domain without an SPF record",
	                           SV_ARG(term), SV_ARG(l->domain));
	return SPF_MATCH_PERMERROR;
}

static enum spf_match
match_include(struct spf_run *run, const struct level *l,
              const struct spf_term *t)
{
	struct level inner;
	struct sv name;
	enum spf_match m = spf_target(run, t->domain, &name);

	if (m == SPF_MATCH_NO)
		return no_record(run, l, t->text);
	if (m != SPF_MATCH_YES)
		return m;
	switch (host_check(run, name, l->depth + 1, &inner)) {
	case SPF_PASS:
		return SPF_MATCH_YES;
	case RESULT_MISSING:
		return SPF_MATCH_MISSING;
	case SPF_TEMPERROR:
		return SPF_MATCH_TEMPERROR;
	case SPF_PERMERROR:
		return SPF_MATCH_PERMERROR;
	case SPF_NONE:
		return no_record(run, l, t->text);
	default:
		return SPF_MATCH_NO;
	}
}

static enum spf_match
match_term(struct spf_run *run, const struct level *l, const struct spf_term *t)
{
	if (t->mechanism == SPF_ALL)
		return SPF_MATCH_YES;
	if (t->mechanism == SPF_IP4 || t->mechanism == SPF_IP6)
		return spf_term_match(run, t);
	if (!count_lookup(run, l, t->text))
		return SPF_MATCH_PERMERROR;
	return t->mechanism == SPF_INCLUDE ? match_include(run, l, t)
	                                   : spf_term_match(run, t);
}

/* Goes through the terms up to the one that decides: its result, or SPF_NONE
 * when none does. When an answer is missing, the rest is gone through all the
 * same, for what it asks. */
static int
terms_check(struct spf_run *run, struct level *l, bool *missing)
{
	struct sv rest = l->record.terms;
	struct spf_term t;

	while (spf_record_next(&rest, &t)) {
		size_t step = note(run, l, t.text, SV(""));
		enum spf_match m;

		run->values.domain = l->domain;
		m = match_term(run, l, &t);
		if (run->query->is_traced)
			run->steps[step].said = sv_str(match_words[m]);
		*missing |= m == SPF_MATCH_MISSING;
		if (m == SPF_MATCH_NO || m == SPF_MATCH_MISSING)
			continue;
		l->matched = t.text;
		return m == SPF_MATCH_YES ? (int)t.result : result_of(m);
	}
	return SPF_NONE;
}

/* Section 6.1: the domain to go on with. SPF_PASS, or what is wrong. */
static int
redirect_follow(struct spf_run *run, struct level *l, struct sv *ret_domain)
{
	enum spf_match m;

	run->values.domain = l->domain;
	if (!count_lookup(run, l, l->record.redirect_text))
		return SPF_PERMERROR;
	m = spf_target(run, l->record.redirect, ret_domain);
	if (m == SPF_MATCH_NO)
		m = no_record(run, l, l->record.redirect_text);
	if (m != SPF_MATCH_YES)
		return result_of(m);
	note(run, l, l->record.redirect_text, SV("goes on there"));
	return SPF_PASS;
}

/* One of the results, or RESULT_MISSING. *ret is the record that decided. It
 * calls itself for "include", which is counted: ten levels at most. */
static int
host_check(struct spf_run *run, struct sv domain, unsigned depth,
           struct level *ret)
{
	struct level from = { 0 }; /* the record with the redirect */
	bool missing = false;
	int result;

	*ret = (struct level){ .depth = depth, .domain = domain };
	while ((result = record_fetch(run, ret)) == SPF_PASS) {
		result = terms_check(run, ret, &missing);
		if (result != SPF_NONE)
			break;
		if (!ret->record.redirect.n) {
			result = SPF_NEUTRAL;
			break;
		}
		result = redirect_follow(run, ret, &domain);
		if (result != SPF_PASS)
			break;
		from = *ret;
		*ret = (struct level){ .depth = depth, .domain = domain };
	}
	if (result == SPF_NONE && from.record.redirect.n)
		result =
		    result_of(no_record(run, &from, from.record.redirect_text));
	return missing ? RESULT_MISSING : result;
}

/* ---- explanations (section 6.2) ---- */

static struct sv
explanation_expand(struct spf_run *run, struct sv text)
{
	struct buf out;
	struct sv ret;

	if (spf_macro_check(text, SPF_TEXT_EXPLANATION))
		return SV("");
	buf_init(&out, EXPLANATION_MAX);
	spf_macro_expand(text, &run->values, &out);
	ret = spf_printable(run->arena, buf_sv(&out));
	buf_done(&out);
	return ret;
}

/* False: an answer is missing. Whatever goes wrong, there is none. */
static bool
explanation_fetch(struct spf_run *run, const struct level *l)
{
	const struct dns_answer *answer;
	struct sv name, text;
	enum spf_match m;

	run->values.domain = l->domain;
	if (!l->record.exp.n)
		return true;
	m = spf_target(run, l->record.exp, &name);
	if (m != SPF_MATCH_YES)
		return m != SPF_MATCH_MISSING;
	answer = lookup_ask(run->lookup, DNS_TXT, name, SV(""));
	if (!answer)
		return false;
	if (answer->status != DNS_FOUND || answer->n_records != 1)
		return true;
	text = answer->records[0].text;
	m = spf_validate(run, text);
	if (m == SPF_MATCH_YES)
		run->out->explanation = explanation_expand(run, text);
	return m != SPF_MATCH_MISSING;
}

/* ---- the check ---- */

/* The identity: MAIL FROM, or HELO when that is empty (section 2.4), with a
 * local part in any case (4.3). */
static void
identity_read(struct spf_run *run)
{
	const struct spf_query *q = run->query;
	struct sv domain = q->helo, local = SV(""), sender = q->sender;
	size_t at = sender.n;

	run->out->is_helo = sender.n == 0;
	while (at > 0 && sender.p[at - 1] != '@')
		at--;
	if (sender.n)
		domain = sv_from(sender, at);
	if (at > 0)
		local = sv_sub(sender, 0, at - 1);
	if (!local.n)
		local = SV("postmaster");
	if (domain.n && domain.p[domain.n - 1] == '.')
		domain.n--;
	if (sv_ascii_span(domain) < domain.n)
		domain = url_host_to_ascii(run->arena, domain);
	run->out->sender = ARENA_JOIN(run->arena, local, SV("@"), domain);
	run->values = (struct spf_macro_values){
		.ip = q->ip,
		.sender = run->out->sender,
		.local_part = local,
		.sender_domain = domain,
		.domain = domain,
		.helo = q->helo,
		.receiver = q->receiver.n ? q->receiver : SV("unknown"),
		.unix_s = q->unix_s,
	};
}

static void
reason_write(struct spf_run *run, const struct level *l)
{
	struct spf_outcome *out = run->out;
	char ip[IP_TEXT];

	ip_text(&run->query->ip, ip);
	if (out->term.n)
		out->reason = SPF_SAY(run,
		                      "\"" SV_FMT "\" in the record of " SV_FMT
		                      " matches %s",
		                      SV_ARG(out->term), SV_ARG(l->domain), ip);
	else
		out->reason = SPF_SAY(
		    run, "nothing in the record of " SV_FMT " matches %s",
		    SV_ARG(l->domain), ip);
}

bool
spf_check(struct arena *a, struct lookup *l, const struct spf_query *query,
          struct spf_outcome *ret)
{
	struct spf_run run = {
		.arena = a, .lookup = l, .query = query, .out = ret
	};
	struct level level;
	int result;

	*ret = (struct spf_outcome){ 0 };
	identity_read(&run);
	if (!spf_macro_ends_well(run.values.domain) ||
	    !dns_name(a, run.values.domain, &ret->domain)) {
		ret->reason = SPF_SAY(&run, "\"" SV_FMT "\" is no domain name",
		                      SV_ARG(run.values.domain));
		return true;
	}
	result = host_check(&run, ret->domain, 0, &level);
	if (result == RESULT_MISSING)
		return false;
	ret->result = (enum spf_result)result;
	ret->record_domain = level.domain;
	ret->record = level.text;
	ret->term = level.matched;
	if (result != SPF_NONE && result != SPF_TEMPERROR &&
	    result != SPF_PERMERROR)
		reason_write(&run, &level);
	return result != SPF_FAIL || !query->is_explained ||
	       explanation_fetch(&run, &level);
}
