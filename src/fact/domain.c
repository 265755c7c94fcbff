/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/domain.h"

#include <idn2.h>
#include <stdlib.h>

#include "fact/answer.h"
#include "message/url.h"

static bool
to_ascii(struct arena *a, struct sv text, struct sv *ret)
{
	char *name = arena_str(a, text);
	uint8_t *ascii = NULL;

	if (strlen(name) != text.n ||
	    idn2_lookup_u8((const uint8_t *)name, &ascii,
	                   IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
		return false;
	*ret = arena_dup(a, sv_str((const char *)ascii));
	idn2_free(ascii);
	return true;
}

bool
domain_read(struct arena *a, struct sv text, struct sv *ret)
{
	if (text.n > 4 * DNS_NAME_MAX)
		return false;
	if (sv_ascii_span(text) < text.n && !to_ascii(a, text, &text))
		return false;
	for (size_t i = 0; i < text.n; i++)
		if (!sv_is_alnum(text.p[i]) && text.p[i] != '-' &&
		    text.p[i] != '_' && text.p[i] != '.')
			return false;
	return dns_name(a, text, ret);
}

bool
domain_is_below(struct sv name, struct sv domain)
{
	if (name.n == domain.n)
		return sv_ieq(name, domain);
	return name.n > domain.n + 1 && sv_iends(name, domain) &&
	       name.p[name.n - domain.n - 1] == '.';
}

struct sv
domain_organisation(struct sv name)
{
	return url_domain(name);
}

size_t
domain_labels(struct sv name)
{
	return name.n ? 1 + sv_count(name, '.') : 0;
}

struct sv
domain_last_labels(struct sv name, size_t n)
{
	size_t at = name.n;

	for (; at > 0; at--)
		if (name.p[at - 1] == '.' && --n == 0)
			break;
	return sv_from(name, at);
}
