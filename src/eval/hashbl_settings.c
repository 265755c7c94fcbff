/* SPDX-License-Identifier: Apache-2.0 */
/* The arguments of calls of the plugin HashBL, and its settings. */
#include "base/error.h"
#include "eval/hashbl.h"

/* ---- arguments ---- */

const char *
hashbl_read_list(struct eval_settings *s, struct sv text,
                 struct hashbl_call *ret)
{
	ret->type = DNS_A;
	if (sv_iends(text, SV("/txt")))
		ret->type = DNS_TXT;
	if (sv_iends(text, SV("/txt")) || sv_iends(text, SV("/a")))
		text = sv_sub(text, 0, text.n - (ret->type == DNS_A ? 2 : 4));
	return dns_name(s->arena, text, &ret->zone)
	           ? NULL
	           : "the first argument is no domain";
}

static const struct {
	const char *word;
	unsigned option;
} options[] = {
	{ "raw", HASHBL_RAW },         { "md5", HASHBL_MD5 },
	{ "sha1", HASHBL_SHA1 },       { "sha256", HASHBL_SHA256 },
	{ "case", HASHBL_CASE },       { "nodot", HASHBL_NODOT },
	{ "notag", HASHBL_NOTAG },     { "nouri", HASHBL_NOURI },
	{ "noquote", HASHBL_NOQUOTE }, { "user", HASHBL_USER },
	{ "host", HASHBL_HOST },       { "domain", HASHBL_DOMAIN },
	{ "num", HASHBL_NUM },         { "ip", HASHBL_IP },
	{ "ipv4", HASHBL_IPV4 },       { "ipv6", HASHBL_IPV6 },
	{ "revip", HASHBL_REVIP },     { "fqdn", HASHBL_FQDN },
	{ "tld", HASHBL_TLD },         { "trim", HASHBL_TRIM },
	{ "shuffle", HASHBL_SHUFFLE },
};

static bool
read_number(struct sv item, const char *word, size_t *ret)
{
	struct sv name;
	uint64_t n;

	if (!sv_split(&item, '=', &name) || !sv_ieq_str(name, word) ||
	    !sv_u64(item, &n) || n == 0)
		return false;
	*ret = (size_t)n;
	return true;
}

static bool
read_option(struct sv item, struct hashbl_call *ret)
{
	for (size_t i = 0; i < sizeof options / sizeof *options; i++)
		if (sv_ieq_str(item, options[i].word)) {
			ret->options |= options[i].option;
			return true;
		}
	return read_number(item, "max", &ret->queries_max) ||
	       read_number(item, "minsize", &ret->bytes_min) ||
	       read_number(item, "maxsize", &ret->bytes_max);
}

const char *
hashbl_read_options(struct sv text, struct hashbl_call *ret)
{
	struct sv item;

	ret->queries_max = 10;
	while (sv_split(&text, '/', &item)) {
		item = sv_trim(item);
		if (item.n && !read_option(item, ret))
			return "the second argument has an unknown option";
	}
	if (ret->queries_max > HASHBL_QUERIES_MAX)
		ret->queries_max = HASHBL_QUERIES_MAX;
	if (hashbl_has(ret, HASHBL_TRIM))
		ret->options |= HASHBL_FQDN | HASHBL_TLD;
	return NULL;
}

/* Where the first group begins that has no name: behind its "(". */
static size_t
find_group(struct sv regex)
{
	bool in_class = false;

	for (size_t i = 0; i < regex.n; i++) {
		char c = regex.p[i];

		if (c == '\\')
			i++;
		else if (in_class)
			in_class = c != ']';
		else if (c == '[')
			in_class = true;
		else if (c == '(' && i + 1 < regex.n && regex.p[i + 1] != '?' &&
		         regex.p[i + 1] != '*')
			return i + 1;
	}
	return SV_NOT_FOUND;
}

const struct regex *
hashbl_read_regex(struct eval_settings *s, struct sv text)
{
	size_t at = find_group(text);

	if (at == SV_NOT_FOUND)
		return NULL;
	return eval_regex_add(s, ARENA_JOIN(s->arena, sv_sub(text, 0, at),
	                                    SV("?<" HASHBL_GROUP ">"),
	                                    sv_from(text, at)));
}

/* ---- settings ---- */

static const char *
read_ignored(struct eval_settings *s, int which, struct sv value)
{
	struct sv word;

	(void)which;
	if (!value.n)
		return "expected what is to be ignored";
	while (sv_word(&value, &word))
		ask_name_set(s->ask.ignored, word, true);
	return NULL;
}

/* "DOMAIN ALIAS..." */
static const char *
read_alias(struct eval_settings *s, int which, struct sv value)
{
	struct sv domain, word, *kept;

	(void)which;
	if (!sv_word(&value, &domain) || !sv_trim(value).n ||
	    sv_find_char(value, '@') != SV_NOT_FOUND ||
	    sv_find_char(domain, '@') != SV_NOT_FOUND)
		return "expected a domain, and domains that mean the same";
	kept = ARENA_NEW(s->arena, struct sv);
	if (!dns_name(s->arena, domain, kept))
		return "expected domains";
	while (sv_word(&value, &word)) {
		struct sv name;

		if (!dns_name(s->arena, word, &name))
			return "expected domains";
		map_set(s->ask.aliases, name, kept);
	}
	return NULL;
}

enum { REGEX_EMAILS, REGEX_WELCOME };

static const char *
read_regex(struct eval_settings *s, int which, struct sv value)
{
	const struct regex *regex = value.n ? eval_regex_add(s, value) : NULL;

	if (!regex)
		return "expected a regular expression";
	*(which == REGEX_EMAILS ? &s->ask.emails : &s->ask.emails_welcome) =
	    regex;
	return NULL;
}

/* hashbl_acl_NAME DOMAIN !DOMAIN ...: an exclusion wins. */
static const char *
read_acl(struct eval_settings *s, int which, struct sv value)
{
	struct sv acl, word;

	(void)which;
	sv_split(&value, ' ', &acl);
	if (!acl.n || acl.n > 32)
		return "expected a name of at most 32 letters and digits";
	ask_name_set(s->ask.acls, acl, true);
	while (sv_word(&value, &word)) {
		bool is_excluded = word.p[0] == '!';
		struct sv key = ARENA_JOIN(s->arena, acl, SV(" "),
		                           sv_from(word, is_excluded));

		if (is_excluded || !ask_name_known(s->ask.acls, key))
			ask_name_set(s->ask.acls, key, !is_excluded);
	}
	return NULL;
}

const struct eval_directive hashbl_directives[] = {
	{ "hashbl_ignore", read_ignored, 0, false },
	{ "hashbl_email_domain_alias", read_alias, 0, false },
	{ "hashbl_email_regex", read_regex, REGEX_EMAILS, false },
	{ "hashbl_email_welcomelist", read_regex, REGEX_WELCOME, false },
	{ "hashbl_email_whitelist", read_regex, REGEX_WELCOME, false },
	{ "hashbl_acl_", read_acl, DIRECTIVE_PREFIX, false },
	{ NULL, NULL, 0, false },
};
