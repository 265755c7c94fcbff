/* SPDX-License-Identifier: Apache-2.0 */
/* Authors whom a signature makes welcome, and ADSP (RFC 5617): what an author's
 * domain says of mail without its signature. */
#include "eval/auth.h"
#include "message/url.h"

enum { USERS_SIGNED_MAX = 100 }; /* lines of a user */

/* ---- welcome lists ---- */

static bool
is_sites(const struct eval_settings *s, int which)
{
	return s->site && s->ask.signed_by[which].list ==
	                      s->site->ask.signed_by[which].list;
}

static void
own_list(struct eval_settings *s, int which)
{
	const struct ask_signed *of_site = s->ask.signed_by[which].list;
	size_t n = s->ask.signed_by[which].n;

	if (!is_sites(s, which))
		return;
	s->ask.signed_by[which].list = NULL;
	s->ask.signed_by[which].n = s->ask.signed_by[which].size = 0;
	for (size_t i = 0; i < n; i++)
		*VEC_ADD(&s->ask.signed_by[which]) = of_site[i];
}

static struct sv
lower_copy(struct arena *a, struct sv text)
{
	char *p = arena_str(a, text);

	for (size_t i = 0; i < text.n; i++)
		p[i] = sv_lower_char(p[i]);
	return sv_make(p, text.n);
}

/* "ADDRESS [SIGNER]" */
static bool
read_pair(struct eval_settings *s, struct sv value, struct ask_signed *ret)
{
	struct sv address, signer = SV("");

	if (!sv_word(&value, &address))
		return false;
	sv_word(&value, &signer);
	ret->address = lower_copy(s->arena, address);
	ret->signer = lower_copy(s->arena, signer);
	return sv_trim(value).n == 0;
}

const char *
auth_read_signed(struct eval_settings *s, int which, struct sv value)
{
	struct ask_signed pair;

	if (!read_pair(s, value, &pair))
		return "expected an address, and a signing domain or nothing";
	own_list(s, which);
	if (s->site && s->ask.signed_by[which].n >=
	                   s->site->ask.signed_by[which].n + USERS_SIGNED_MAX)
		return globs_too_many;
	*VEC_ADD(&s->ask.signed_by[which]) = pair;
	return NULL;
}

const char *
auth_read_unsigned(struct eval_settings *s, int which, struct sv value)
{
	struct ask_signed pair;

	(void)which;
	if (!read_pair(s, value, &pair))
		return "expected an address, and a signing domain or nothing";
	for (int k = 0; k < 2; k++) {
		own_list(s, k);
		for (size_t i = 0; i < s->ask.signed_by[k].n; i++) {
			struct ask_signed *p = &s->ask.signed_by[k].list[i];

			if (sv_eq(p->address, pair.address) &&
			    sv_eq(p->signer, pair.signer))
				*p = s->ask.signed_by[k]
				         .list[--s->ask.signed_by[k].n];
		}
	}
	return NULL;
}

/* "*.example.org" means domains below it, and not that one itself. */
static bool
is_signer(struct sv signer, struct sv wanted)
{
	size_t at = sv_find_char(wanted, '@');

	if (at != SV_NOT_FOUND)
		wanted = sv_from(wanted, at + 1);
	if (sv_starts(wanted, SV("*.")))
		wanted = sv_from(wanted, 1);
	return sv_starts(wanted, SV(".")) ? sv_iends(signer, wanted)
	                                  : sv_ieq(signer, wanted);
}

/* Whether a valid signature of that signer, or one who may sign for the author,
 * makes the author welcome. */
static bool
is_author_welcome(struct eval_job *job, int which, struct sv address,
                  struct sv domain, struct sv signer)
{
	static const char *const auth[] = { "welcomelist_auth",
		                            "def_welcomelist_auth" };
	const struct eval_settings *s = job->settings;
	const struct globs *list = map_get(s->lists, sv_str(auth[which]));

	if (list && sv_eq(signer, domain) && globs_has(list, address))
		return true;
	for (size_t i = 0; i < s->ask.signed_by[which].n; i++) {
		const struct ask_signed *p = &s->ask.signed_by[which].list[i];

		if (sv_glob(p->address, address) &&
		    (p->signer.n ? is_signer(signer, p->signer)
		                 : sv_eq(signer, domain)))
			return true;
	}
	return false;
}

static bool
is_welcome(struct eval_job *job, int which)
{
	const struct dkim *dkim = auth_dkim(job);
	struct sv address, domain;

	if (!dkim || dkim->n == 0 || !auth_knows(job, FACT_DKIM))
		return false;
	for (size_t i = 0; i < dkim->n; i++) {
		struct sv signer = auth_signer(job, &dkim->signatures[i]);
		size_t pos = 0;

		if (!auth_is_valid(job, &dkim->signatures[i]))
			continue;
		while (auth_next_author(job, &pos, &address, &domain)) {
			if (!is_author_welcome(job, which, address, domain,
			                       signer))
				continue;
			job->note = address;
			return true;
		}
	}
	return false;
}

bool
auth_is_welcome(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return is_welcome(job, 0);
}

bool
auth_is_welcome_by_default(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return is_welcome(job, 1);
}

/* ---- ADSP ---- */

static const struct {
	const char *word;
	char letter; /* what check_dkim_adsp() is asked for */
} practices[] = {
	{ "nxdomain", 'N' },    { "unknown", 'U' },    { "all", 'A' },
	{ "discardable", 'D' }, { "custom_low", '1' }, { "custom_med", '2' },
	{ "custom_high", '3' },
};

enum { N_PRACTICES = sizeof practices / sizeof *practices };

static const char *
find_practice(struct sv word)
{
	for (size_t i = 0; i < N_PRACTICES; i++)
		if (sv_ieq_str(word, practices[i].word))
			return &practices[i].letter;
	return NULL;
}

/* "DOMAIN [PRACTICE]" */
const char *
auth_read_adsp(struct eval_settings *s, int which, struct sv value)
{
	struct map *own;
	struct sv domain, word = SV("discardable");
	const char *letter;

	(void)which;
	if (!sv_word(&value, &domain))
		return "expected a domain";
	sv_word(&value, &word);
	letter = find_practice(word);
	if (!letter || sv_trim(value).n)
		return "expected nxdomain, unknown, all, discardable, "
		       "custom_low, custom_med or custom_high";
	if (sv_starts(domain, SV("@")))
		domain = sv_from(domain, 1);
	own = ask_own_names(s, &s->ask.adsp,
	                    s->site ? s->site->ask.adsp : s->ask.adsp);
	map_set(own, lower_copy(s->arena, domain), (void *)(uintptr_t)letter);
	return NULL;
}

/* The domain itself, or "*." and one above it. */
static const char *
find_override(struct eval_job *job, struct sv domain)
{
	const struct map *overrides = job->settings->ask.adsp;
	const char *letter = map_get(overrides, domain);
	struct sv rest = domain, label;

	while (!letter && sv_split(&rest, '.', &label) && rest.n)
		letter =
		    map_get(overrides, ARENA_JOIN(job->arena, SV("*."), rest));
	return letter;
}

/* "dkim=discardable; ..." (RFC 5617 section 4.2.1). */
static char
read_record(struct sv text)
{
	struct sv tag, name;
	const char *letter;

	sv_split(&text, ';', &tag);
	if (!sv_split(&tag, '=', &name) || !sv_ieq_str(sv_trim(name), "dkim"))
		return 'U';
	letter = find_practice(sv_trim(tag));
	return letter && (*letter == 'A' || *letter == 'D') ? *letter : 'U';
}

/* What the domain publishes; 0: not known yet, or not to be had. */
static char
ask_practice(struct eval_job *job, struct sv domain)
{
	const struct dns_answer *record = eval_ask(
	    job, DNS_TXT,
	    ARENA_JOIN(job->arena, SV("_adsp._domainkey."), domain), SV(""));
	const struct dns_answer *mx = eval_ask(job, DNS_MX, domain, SV(""));

	if (!record || !dns_is_known(record->status))
		return 0;
	for (size_t i = 0; i < record->n_records; i++)
		if (sv_istarts(sv_trim(record->records[i].text), SV("dkim")))
			return read_record(record->records[i].text);
	if (!mx || !dns_is_known(mx->status))
		return 0;
	return mx->status == DNS_NO_NAME ? 'N' : 'U';
}

/* With a valid signature of the author nobody has to be asked; where its key
 * could not be, nothing is said. */
static char
practice_of(struct eval_job *job, const struct dkim *dkim, struct sv domain)
{
	const char *override;

	for (size_t i = 0; i < dkim->n; i++) {
		const struct dkim_signature *s = &dkim->signatures[i];

		if (sv_eq(auth_signer(job, s), domain) &&
		    (auth_is_valid(job, s) || s->status == DKIM_TEMPERROR))
			return 0;
	}
	override = find_override(job, domain);
	return override ? *override : ask_practice(job, domain);
}

/* As all authors that a mail can have: with a dot, and a word behind it. */
static bool
can_publish(struct sv domain)
{
	size_t at = domain.n;

	while (at > 0 && domain.p[at - 1] != '.')
		at--;
	return at > 1 && domain.n - at >= 2 && !sv_is_digit(domain.p[at]);
}

static bool
has_practice(struct eval_job *job, const struct eval_call *call,
             struct sv letters)
{
	const struct dkim *dkim = auth_dkim(job);
	struct sv address, domain;
	bool hit = false;
	size_t pos = 0;

	if (!dkim || !auth_knows(job, FACT_DKIM))
		return false;
	while (auth_next_author(job, &pos, &address, &domain)) {
		char letter =
		    can_publish(domain) ? practice_of(job, dkim, domain) : 0;
		bool is_wanted = call->n_args < 2;

		for (size_t i = 1; i < call->n_args; i++)
			is_wanted |= auth_domain_is(domain, call->args[i].text);
		if (!letter || !is_wanted ||
		    sv_find_char(letters, letter) == SV_NOT_FOUND)
			continue;
		job->note = domain;
		hit = true;
	}
	return hit;
}

bool
auth_check_adsp(struct eval_job *job, const struct eval_call *call)
{
	struct sv letters = call->args[0].text;

	return has_practice(job, call,
	                    sv_eq_str(letters, "*") ? SV("NAD123") : letters);
}

bool
auth_check_signs_all(struct eval_job *job, const struct eval_call *call)
{
	return has_practice(job, call, SV("A"));
}
