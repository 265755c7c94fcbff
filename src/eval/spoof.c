/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin FromNameSpoof: another address where the name of the sender
 * belongs. */
#include "eval/addresses.h"
#include "message/url.h"

/* Parts of a list's name in the settings' lists of addresses. */
#define OWNER_PREFIX "FNS_"

enum { EXTRA_CHARS_DEFAULT = 50, CHECK_OWNER = 1, CHECK_DOMAIN = 2 };

void
spoof_init(struct eval_settings *s)
{
	s->spoof = (struct spoof_settings){
		.check = CHECK_OWNER,
		.extra_chars = EXTRA_CHARS_DEFAULT,
	};
}

/* fns_add_addrlist (OWNER) ADDRESS..., fns_remove_addrlist */
static const char *
read_owner(struct eval_settings *s, int which, struct sv value)
{
	size_t end = sv_find_char(value, ')');
	struct sv name, word;
	char *p;

	if (!sv_starts(value, SV("(")) || end == SV_NOT_FOUND || end < 2)
		return "expected (OWNER) and addresses";
	name = arena_printf(s->arena, OWNER_PREFIX SV_FMT,
	                    SV_ARG(sv_sub(value, 1, end)));
	p = (char *)(uintptr_t)name.p;
	for (size_t i = 4; i < name.n; i++)
		p[i] = sv_lower_char(p[i]);
	value = sv_from(value, end + 1);
	while (sv_word(&value, &word))
		if (which)
			globs_add(listed_addresses(s, name), word);
		else
			globs_remove(listed_addresses(s, name), word);
	return NULL;
}

static const char *
read_check(struct eval_settings *s, int which, struct sv value)
{
	uint64_t n;

	(void)which;
	if (!sv_u64(value, &n) || n > CHECK_DOMAIN)
		return "expected 0, 1 or 2";
	s->spoof.check = (unsigned)n;
	return NULL;
}

static const char *
read_extra(struct eval_settings *s, int which, struct sv value)
{
	uint64_t n;

	(void)which;
	if (!sv_u64(value, &n))
		return "expected a number";
	s->spoof.extra_chars = n;
	return NULL;
}

/* ---- names with addresses ---- */

struct spoof {
	bool has_email, other_address, other_domain, other_owner;
	bool is_recipient, is_reply_to;
};

static bool
is_address_char(char c)
{
	return sv_is_alnum(c) || (c && strchr("_.!#$%&'*+/=?^`{|}~-", c));
}

/* The first address in a text; "" when there is none. */
static struct sv
find_address(struct sv s)
{
	size_t at = 0, begin, end, found;

	while ((found = sv_find_char(sv_from(s, at), '@')) != SV_NOT_FOUND) {
		at += found;
		for (begin = at; begin > 0 && is_address_char(s.p[begin - 1]);)
			begin--;
		for (end = at + 1; end < s.n && (sv_is_alnum(s.p[end]) ||
		                                 strchr("_.-", s.p[end]));)
			end++;
		while (begin < at && !sv_is_alnum(s.p[begin]))
			begin++;
		while (end > at && !sv_is_alnum(s.p[end - 1]))
			end--;
		if (begin < at &&
		    sv_find_char(sv_sub(s, at, end), '.') != SV_NOT_FOUND)
			return sv_sub(s, begin, end);
		at++;
	}
	return SV("");
}

/* The registered domain; "" when nobody could have it. */
static struct sv
domain_of(struct sv address)
{
	size_t at = sv_find_char(address, '@');
	struct sv domain;

	if (at == SV_NOT_FOUND)
		return SV("");
	domain = url_domain(sv_from(address, at + 1));
	return url_host_is_known(domain) ? domain : SV("");
}

/* Who the rules say the address belongs to; else what its domain is called. */
static struct sv
find_owner(const struct eval_job *job, struct sv address, struct sv domain)
{
	const struct map *lists = job->settings->lists;
	struct sv name;
	void *list;
	size_t pos = 0;

	while (map_next(lists, &pos, &name, &list))
		if (sv_starts(name, SV(OWNER_PREFIX)) &&
		    globs_has(list, address))
			return sv_from(name, 4);
	return sv_sub(domain, 0, sv_find_char(domain, '.'));
}

static size_t
count_signs(struct sv s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += !sv_is_alnum(s.p[i]);
	return n;
}

static void
compare(struct eval_job *job, struct spoof *f, struct sv name, struct sv from)
{
	struct sv domain = domain_of(name), from_domain = domain_of(from);
	const struct addresses *to = addresses_to(job);

	f->other_address = !sv_eq(name, from);
	f->other_domain = !sv_eq(domain, from_domain);
	f->other_owner = !sv_eq(find_owner(job, name, domain),
	                        find_owner(job, from, from_domain));
	f->is_reply_to = sv_ieq(name, eval_header_first(job, "Reply-To:addr"));
	for (size_t i = 0; i < to->n; i++)
		f->is_recipient |= sv_eq(name, to->list[i]);
}

/* FromNameSpoof::_check_fromnamespoof */
static const struct spoof *
find_spoof(struct eval_job *job)
{
	struct spoof *f = job->facts[FACTS_SPOOF];
	struct sv name, from, address;

	if (f)
		return f;
	f = job->facts[FACTS_SPOOF] = ARENA_NEW(job->arena, struct spoof);
	name = eval_lower(job, eval_header_first(job, "From:name"));
	from = eval_lower(job, eval_header_first(job, "From:addr"));
	address = find_address(name);
	if (domain_of(from).n == 0 || domain_of(address).n == 0)
		return f;
	f->has_email = true;
	if (name.n - address.n + count_signs(name) - count_signs(address) <=
	    job->settings->spoof.extra_chars)
		compare(job, f, address, from);
	return f;
}

/* check_fromname_spoof */
static bool
spoofed(struct eval_job *job, const struct eval_call *call)
{
	const struct spoof *f = find_spoof(job);
	unsigned check = job->settings->spoof.check;

	if (eval_has_arg(call, 0))
		check = (unsigned)call->args[0].number;
	return f->other_address && (check != CHECK_OWNER || f->other_owner) &&
	       (check != CHECK_DOMAIN || f->other_domain);
}

/* check_fromname_different */
static bool
different(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return find_spoof(job)->other_address;
}

/* check_fromname_domain_differ */
static bool
domain_differs(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return find_spoof(job)->other_domain;
}

/* check_fromname_contains_email */
static bool
contains_email(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return find_spoof(job)->has_email;
}

/* check_fromname_equals_to */
static bool
equals_to(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return find_spoof(job)->is_recipient;
}

/* check_fromname_owners_differ */
static bool
owners_differ(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return find_spoof(job)->other_owner;
}

/* check_fromname_equals_replyto */
static bool
equals_reply_to(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return find_spoof(job)->is_reply_to;
}

static const struct eval_function functions[] = {
	{ "check_fromname_spoof", "?n", spoofed, NULL },
	{ "check_fromname_different", "", different, NULL },
	{ "check_fromname_domain_differ", "", domain_differs, NULL },
	{ "check_fromname_contains_email", "", contains_email, NULL },
	{ "check_fromname_equals_to", "", equals_to, NULL },
	{ "check_fromname_owners_differ", "", owners_differ, NULL },
	{ "check_fromname_equals_replyto", "", equals_reply_to, NULL },
	{ NULL, NULL, NULL, NULL },
};

static const struct eval_directive directives[] = {
	{ "fns_add_addrlist", read_owner, true, false },
	{ "fns_remove_addrlist", read_owner, false, false },
	{ "fns_check", read_check, 0, false },
	{ "fns_extrachars", read_extra, 0, false },
	{ NULL, NULL, 0, false },
};

const struct eval_plugin eval_plugin_spoof = {
	.name = "FromNameSpoof",
	.is_default = false,
	.functions = functions,
	.directives = directives,
};
