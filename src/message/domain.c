/* SPDX-License-Identifier: Apache-2.0 */
/* What the Public Suffix List says about a host name. */
#include <libpsl.h>
#include <pthread.h>

#include "message/url.h"

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

enum { HOST_BYTES_MAX = 253 };

struct sv
url_domain(struct sv host)
{
	char name[HOST_BYTES_MAX + 1];
	const char *domain;

	if (host.n == 0 || host.n > HOST_BYTES_MAX || is_numeric_host(host))
		return host;
	pthread_once(&psl_once, load_psl);
	memcpy(name, host.p, host.n);
	name[host.n] = '\0';
	if (!psl || strlen(name) != host.n)
		return host;
	domain = psl_registrable_domain(psl, name);
	return domain ? sv_from(host, (size_t)(domain - name)) : host;
}

bool
url_host_is_known(struct sv host)
{
	char tld[64];
	size_t start = host.n, n = 0;

	for (size_t i = 0, label = 0; i <= host.n; i++) {
		if (i < host.n && host.p[i] != '.')
			continue;
		if (i == label || !sv_is_alnum(host.p[label]) ||
		    !sv_is_alnum(host.p[i - 1]) || i - label >= sizeof tld)
			return false;
		start = label;
		label = i + 1;
	}
	if (host.n > HOST_BYTES_MAX || start == 0)
		return false;
	for (; start + n < host.n; n++)
		tld[n] = sv_lower_char(host.p[start + n]);
	tld[n] = '\0';
	pthread_once(&psl_once, load_psl);
	/* Not the private part: "iki.fi" stands there, and has mail. */
	return psl && psl_is_public_suffix2(
			  psl, tld, PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE);
}
