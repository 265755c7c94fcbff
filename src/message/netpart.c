/* SPDX-License-Identifier: Apache-2.0 */
#include "message/netpart.h"

#include "message/url.h"

enum { REVERSED_BYTES_MAX = 128 };

/* ---- hosts ---- */

static bool
is_joint(char c)
{
	return c == '.' || c == '_' || c == '-';
}

/* The run of non-blanks that s begins with. */
static struct sv
cut_run(struct sv s)
{
	size_t n = 0;

	while (n < s.n && !sv_is_space(s.p[n]))
		n++;
	return sv_sub(s, 0, n);
}

static bool
is_label_char(char c)
{
	return sv_is_alnum(c) || c == '-';
}

/* Whether the labels run[from, to) are a suffix under which there are hosts. */
static bool
is_suffix(struct sv run, size_t from, size_t to)
{
	char host[URL_HOST_BYTES_MAX + 3] = "a.";

	memcpy(host + 2, run.p + from, to - from);
	return url_host_is_known(sv_make(host, to - from + 2));
}

/* Some top-level domains are known by what is below them: "co.za". */
static bool
is_tld(struct sv run, size_t dot, size_t end)
{
	size_t before = dot;

	while (before > 0 && is_label_char(run.p[before - 1]))
		before--;
	return is_suffix(run, dot + 1, end) || is_suffix(run, before, end);
}

/* The longest beginning of a run that ends with a top-level domain, or "";
 * of more than a host may have, only the beginning is looked at. */
static struct sv
up_to_tld(struct sv run)
{
	run = sv_sub(run, 0, URL_HOST_BYTES_MAX);
	for (size_t dot = run.n; dot-- > 1;) {
		size_t end = dot + 1;

		if (run.p[dot] != '.')
			continue;
		while (end < run.n && is_label_char(run.p[end]))
			end++;
		if ((end == run.n || !is_joint(run.p[end])) &&
		    is_tld(run, dot, end))
			return sv_sub(run, 0, end);
	}
	return SV("");
}

static struct sv
find_host(struct arena *a, struct sv text)
{
	size_t at = text.n;
	struct sv host;

	while (at > 0 && text.p[at - 1] != '@')
		at--;
	if (at > 0) {
		host = up_to_tld(cut_run(sv_from(text, at)));
		if (host.n && url_host_is_fqdn(a, host))
			return host;
	}
	while (text.n) {
		struct sv run = cut_run(text);

		host = up_to_tld(run);
		if (host.n && url_host_is_fqdn(a, host))
			return host;
		text = sv_from(text, run.n ? run.n : 1);
	}
	return SV("");
}

/* What stands behind the last "@" of an address. */
static struct sv
host_of_address(struct sv text)
{
	for (size_t at = text.n; at-- > 0;)
		if (text.p[at] == '@')
			return cut_run(sv_from(text, at + 1));
	return SV("");
}

/* In lower case, as the list of suffixes has it. */
static struct sv
domain_of(struct arena *a, struct sv host)
{
	char *p = arena_str(a, host);

	for (size_t i = 0; i < host.n; i++)
		p[i] = sv_lower_char(p[i]);
	return url_domain(sv_make(p, host.n));
}

/* ---- addresses ---- */

static bool
is_word_char(char c)
{
	return sv_is_alnum(c) || c == '_';
}

static bool
is_ip_char(char c)
{
	return sv_hex_value(c) >= 0 || c == ':' || c == '.';
}

/* The address that a run of such characters is, or an IPv4 address and a port
 * behind it; what stands after the run is no part of a word. */
static bool
read_ip(struct sv run, struct sv *ret, struct ip *ret_ip)
{
	size_t colon = sv_find_char(run, ':');
	struct sv v4 = sv_sub(run, 0, colon);

	*ret = v4;
	if (v4.n && ip_parse(v4, ret_ip) == 0)
		return true;
	*ret = run;
	return run.n && sv_hex_value(run.p[0]) >= 0 &&
	       sv_hex_value(run.p[run.n - 1]) >= 0 &&
	       ip_parse(run, ret_ip) == 0;
}

static bool
find_ip(struct sv text, struct sv *ret, struct ip *ret_ip)
{
	const struct sv prefix = SV("IPv6:");
	size_t i = 0, end;

	while (i < text.n) {
		bool in_word = i > 0 && is_word_char(text.p[i - 1]);
		bool has_prefix =
		    !in_word && sv_istarts(sv_from(text, i), prefix);
		size_t begin = i + (has_prefix ? prefix.n : 0);

		for (end = begin; end < text.n && is_ip_char(text.p[end]);)
			end++;
		if (!in_word && (end == text.n || !is_word_char(text.p[end])) &&
		    read_ip(sv_sub(text, begin, end), ret, ret_ip)) {
			if (has_prefix)
				*ret = sv_sub(text, i, end);
			return true;
		}
		i = end > i ? end : i + 1;
	}
	return false;
}

void
netpart_reverse(const struct ip *ip, struct buf *out)
{
	const unsigned char *b = ip->bytes;

	if (ip_is_v4(ip)) {
		buf_addf(out, "%u.%u.%u.%u", b[15], b[14], b[13], b[12]);
		return;
	}
	for (int i = 15; i >= 0; i--)
		buf_addf(out, "%s%x.%x", i < 15 ? "." : "", b[i] & 15,
		         b[i] >> 4);
}

static bool
reverse_ip(struct arena *a, const struct ip *ip, struct sv *ret)
{
	struct buf out = BUF_INIT(REVERSED_BYTES_MAX);

	netpart_reverse(ip, &out);
	*ret = arena_dup(a, buf_sv(&out));
	buf_done(&out);
	return true;
}

bool
netpart_find(enum netpart kind, struct arena *a, struct sv text,
             bool is_address, struct sv *ret)
{
	struct ip ip;

	switch (kind) {
	case NETPART_HOST:
	case NETPART_DOMAIN:
		*ret = is_address ? host_of_address(text) : find_host(a, text);
		if (ret->n && kind == NETPART_DOMAIN)
			*ret = domain_of(a, *ret);
		return ret->n > 0;
	case NETPART_IP:
		return find_ip(text, ret, &ip);
	case NETPART_REVIP:
		/* There is no reversed form of what has "IPv6:" before it. */
		return find_ip(text, ret, &ip) &&
		       !sv_istarts(*ret, SV("IPv6:")) &&
		       reverse_ip(a, &ip, ret);
	case NETPART_NONE:
		break;
	}
	return false;
}
