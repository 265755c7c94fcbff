/* SPDX-License-Identifier: Apache-2.0 */
/* What the Public Suffix List says about a host name. */
#include <libpsl.h>
#include <pthread.h>

#include "message/url.h"

enum { LABEL_BYTES_MAX = 63 * 4 }; /* in UTF-8 */

static pthread_once_t psl_once = PTHREAD_ONCE_INIT;
static const psl_ctx_t *psl;

static void
load_psl(void)
{
	/* The distribution's list when there is one, else the built-in. */
	psl = psl_latest(NULL);
}

static bool
is_numeric_host(struct sv host)
{
	for (size_t i = 0; i < host.n; i++)
		if ((host.p[i] < '0' || host.p[i] > '9') && host.p[i] != '.')
			return host.n && host.p[0] == '[';
	return true;
}

struct sv
url_domain_of(struct reader *r, struct sv host)
{
	struct sv domain;
	void *value;

	if (!r->domains_seen)
		r->domains_seen = map_new();
	value = map_get(r->domains_seen, host);
	if (value)
		return sv_from(host, host.n - ((uintptr_t)value - 1));
	domain = url_domain(host);
	map_set(r->domains_seen, host, (void *)(uintptr_t)(domain.n + 1));
	return domain;
}

struct sv
url_domain(struct sv host)
{
	char name[URL_HOST_BYTES_MAX + 1];
	const char *domain;

	if (host.n == 0 || host.n > URL_HOST_BYTES_MAX || is_numeric_host(host))
		return host;
	pthread_once(&psl_once, load_psl);
	memcpy(name, host.p, host.n);
	name[host.n] = '\0';
	if (!psl || strlen(name) != host.n)
		return host;
	domain = psl_registrable_domain(psl, name);
	return domain ? sv_from(host, (size_t)(domain - name)) : host;
}

/* Letters of other scripts count: the name may be an IDN. */
static bool
is_label(struct sv s)
{
	if (s.n == 0 || s.n > LABEL_BYTES_MAX || s.p[0] == '-' ||
	    s.p[s.n - 1] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!sv_is_alnum(s.p[i]) && s.p[i] != '-' && s.p[i] != '_' &&
		    (unsigned char)s.p[i] < 0x80)
			return false;
	return true;
}

static bool
ask_psl(const char *name)
{
	/* Not the private part: "iki.fi" stands there, and has mail. */
	return psl_is_public_suffix2(psl, name,
	                             PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE);
}

/* Answers about names of up to 8 bytes, nearly all that are asked about: the
 * list takes some 2,300 instructions for each, and never changes. */
enum { ASKED_BITS = 8, ASKED_NAME_BYTES = 8 };

struct asked {
	uint64_t name; /* its bytes; 0: free */
	bool is_suffix;
};

static bool
is_suffix(struct sv name)
{
	static _Thread_local struct asked asked[1 << ASKED_BITS];
	char text[2 * LABEL_BYTES_MAX + 2];
	struct asked *a;
	uint64_t key = 0;

	for (size_t i = 0; i < name.n; i++)
		text[i] = sv_lower_char(name.p[i]);
	text[name.n] = '\0';
	if (name.n > ASKED_NAME_BYTES)
		return ask_psl(text);
	memcpy(&key, text, name.n);
	a = &asked[key * UINT64_C(0x9e3779b97f4a7c15) >> (64 - ASKED_BITS)];
	if (a->name != key || key == 0)
		*a = (struct asked){ key, ask_psl(text) };
	return a->is_suffix;
}

bool
url_host_is_known(struct sv host)
{
	struct sv rest = host, label, last = SV(""), before = SV("");
	size_t labels = 0;

	if (host.n > URL_HOST_BYTES_MAX)
		return false;
	for (; sv_split(&rest, '.', &label); labels++) {
		if (!is_label(label))
			return false;
		before = last;
		last = label;
	}
	/* Names of services have a "_", registered ones do not. */
	if (labels < 2 || sv_find_char(before, '_') != SV_NOT_FOUND)
		return false;
	pthread_once(&psl_once, load_psl);
	if (!psl)
		return false;
	/* Some top-level domains are known by what is below them: "co.za". */
	return is_suffix(last) ||
	       (labels > 2 &&
	        is_suffix(sv_make(before.p, before.n + 1 + last.n)));
}

/* Some countries are known by what is below them: "co.za". */
static bool
is_tld(struct sv label)
{
	char below[] = "co.xx";

	if (label.n == 0 || label.n > LABEL_BYTES_MAX)
		return false;
	if (sv_ieq_str(label, "com") || is_suffix(label))
		return true;
	if (label.n != 2)
		return false;
	memcpy(below + 3, label.p, 2);
	return is_suffix(sv_str(below));
}

/* Letters, or an A-label: no version, no file of C. */
static bool
can_be_tld(struct sv label)
{
	if (label.n < 2 || sv_istarts(label, SV("xn--")))
		return label.n > 4;
	for (size_t i = 0; i < label.n; i++)
		if (sv_is_digit(label.p[i]) || label.p[i] == '-')
			return false;
	return true;
}

bool
url_host_has_tld(struct sv host)
{
	size_t at = host.n;

	while (at > 0 && host.p[at - 1] != '.')
		at--;
	if (at == 0 || !can_be_tld(sv_from(host, at)))
		return false;
	pthread_once(&psl_once, load_psl);
	return psl && is_tld(sv_from(host, at));
}

static bool
is_dns_label(struct sv label, size_t labels_behind)
{
	if (label.n == 0 || label.n > 63 || label.p[0] == '-' ||
	    label.p[label.n - 1] == '-')
		return false;
	for (size_t i = 0; i < label.n; i++)
		if (!sv_is_alnum(label.p[i]) && label.p[i] != '-' &&
		    (label.p[i] != '_' || labels_behind < 2))
			return false;
	return true;
}

bool
url_host_is_fqdn(struct arena *a, struct sv host)
{
	struct url_host read;
	struct sv rest, label;
	size_t behind = 0;

	for (size_t i = 0; i < host.n; i++)
		if ((unsigned char)host.p[i] >= 0x80) {
			url_host_read(a, host, &read);
			host = read.name;
			break;
		}
	while (host.n && host.p[host.n - 1] == '.')
		host.n--;
	for (size_t i = 0; i < host.n; i++)
		behind += host.p[i] == '.';
	if (host.n > URL_HOST_BYTES_MAX || behind == 0)
		return false;
	rest = host;
	for (; sv_split(&rest, '.', &label); behind--)
		if (!is_dns_label(label, behind))
			return false;
	return true;
}
