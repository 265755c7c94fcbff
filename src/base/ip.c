/* SPDX-License-Identifier: Apache-2.0 */
#include "base/ip.h"

#include <arpa/inet.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/vec.h"

enum { V4_AT = 12, V4_BITS = 96, ALL_BITS = 128 };
#define NO_PARENT ((size_t)-1)

static const unsigned char v4_prefix[V4_AT] = { 0, 0, 0, 0, 0,    0,
	                                        0, 0, 0, 0, 0xff, 0xff };

int
ip_parse(struct sv text, struct ip *ret)
{
	char copy[IP_TEXT] = "";
	struct ip ip;

	if (text.n == 0 || text.n >= sizeof copy ||
	    memchr(text.p, '\0', text.n))
		return E_SYNTAX;
	memcpy(copy, text.p, text.n);
	memcpy(ip.bytes, v4_prefix, V4_AT);
	if (inet_pton(AF_INET, copy, ip.bytes + V4_AT) != 1 &&
	    inet_pton(AF_INET6, copy, ip.bytes) != 1)
		return E_SYNTAX;
	*ret = ip;
	return 0;
}

bool
ip_is_v4(const struct ip *ip)
{
	return memcmp(ip->bytes, v4_prefix, V4_AT) == 0;
}

uint32_t
ip_v4_number(const struct ip *ip)
{
	const unsigned char *b = &ip->bytes[12];

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
	       (uint32_t)b[2] << 8 | b[3];
}

static size_t
put_decimal(unsigned char value, char *out)
{
	size_t n = 0;

	if (value >= 100)
		out[n++] = (char)('0' + value / 100);
	if (value >= 10)
		out[n++] = (char)('0' + value / 10 % 10);
	out[n++] = (char)('0' + value % 10);
	return n;
}

const char *
ip_text(const struct ip *ip, char text[IP_TEXT])
{
	size_t n = 0;

	if (!ip_is_v4(ip))
		return inet_ntop(AF_INET6, ip->bytes, text, IP_TEXT);
	for (size_t i = V4_AT; i < sizeof ip->bytes; i++) {
		n += put_decimal(ip->bytes[i], text + n);
		text[n++] = i + 1 < sizeof ip->bytes ? '.' : '\0';
	}
	return text;
}

bool
ip_from_socket(const struct sockaddr *address, struct ip *ret)
{
	if (address->sa_family == AF_INET) {
		struct sockaddr_in v4;

		memcpy(&v4, address, sizeof v4);
		memcpy(ret->bytes, v4_prefix, V4_AT);
		memcpy(ret->bytes + V4_AT, &v4.sin_addr, 4);
		return true;
	}
	if (address->sa_family == AF_INET6) {
		struct sockaddr_in6 v6;

		memcpy(&v6, address, sizeof v6);
		memcpy(ret->bytes, &v6.sin6_addr, sizeof ret->bytes);
		return true;
	}
	return false;
}

int
ip_port_parse(struct sv text, struct ip *ret, uint16_t *ret_port)
{
	size_t end = sv_find_char(text, ']');
	bool bracket = text.n && text.p[0] == '[';
	struct sv host = text, port = SV_NONE;
	uint64_t value = 0;
	int code;

	if (bracket && end == SV_NOT_FOUND)
		return E_SYNTAX;
	if (bracket) {
		host = sv_sub(text, 1, end);
		port = sv_from(text, end + 1);
	} else if (sv_count(text, ':') == 1) {
		host = sv_sub(text, 0, sv_find_char(text, ':'));
		port = sv_from(text, host.n);
	}
	if (port.n && (port.p[0] != ':' || !sv_u64(sv_from(port, 1), &value)))
		return E_SYNTAX;
	if (port.n && (value == 0 || value > UINT16_MAX))
		return E_RANGE;
	code = ip_parse(host, ret);
	if (code == 0)
		*ret_port = (uint16_t)value;
	return code;
}

/* ---- networks ---- */

/* "10", "10.1", "192.168." and so on: the first octets of an address.
 * Returns how many there are, or 0. */
static unsigned
parse_octets(struct sv text, struct ip *ret)
{
	unsigned n = 0;
	struct sv octet;
	uint64_t value;

	*ret = (struct ip){ 0 };
	memcpy(ret->bytes, v4_prefix, V4_AT);
	if (text.n && text.p[text.n - 1] == '.')
		text.n--;
	while (sv_split(&text, '.', &octet)) {
		if (n == 4 || octet.n > 3 || !sv_u64(octet, &value) ||
		    value > 255)
			return 0;
		ret->bytes[V4_AT + n++] = (unsigned char)value;
	}
	return n;
}

static int
parse_bits(struct sv text, bool v4, unsigned *ret)
{
	uint64_t bits;

	if (!sv_u64(text, &bits))
		return E_SYNTAX;
	if (bits > (v4 ? ALL_BITS - V4_BITS : ALL_BITS))
		return E_RANGE;
	*ret = (unsigned)bits + (v4 ? V4_BITS : 0);
	return 0;
}

static void
clear_behind_mask(struct ip_net *net)
{
	for (unsigned bit = net->bits; bit < ALL_BITS; bit++)
		net->base.bytes[bit / 8] &=
		    (unsigned char)~(0x80u >> (bit % 8));
}

int
ip_net_parse(struct sv text, struct ip_net *ret)
{
	struct ip_net net = { .bits = ALL_BITS };
	struct sv address = text, mask = SV_NONE;
	size_t slash;
	unsigned octets;
	int result;

	if (address.n && address.p[0] == '!') {
		net.except = true;
		address = sv_from(address, 1);
	}
	slash = sv_find_char(address, '/');
	if (slash != SV_NOT_FOUND) {
		mask = sv_from(address, slash + 1);
		address = sv_sub(address, 0, slash);
	}
	if (address.n > 2 && address.p[0] == '[' &&
	    address.p[address.n - 1] == ']')
		address = sv_sub(address, 1, address.n - 1);
	if (ip_parse(address, &net.base) != 0) {
		octets = parse_octets(address, &net.base);
		if (octets == 0 || (!mask.p && address.p[address.n - 1] != '.'))
			return E_SYNTAX;
		net.bits = V4_BITS + octets * 8;
	}
	if (mask.p) {
		result = parse_bits(mask, ip_is_v4(&net.base), &net.bits);
		if (result)
			return result;
	}
	clear_behind_mask(&net);
	*ret = net;
	return 0;
}

bool
ip_net_has(const struct ip_net *net, const struct ip *ip)
{
	unsigned bytes = net->bits / 8, rest = net->bits % 8;

	if (memcmp(net->base.bytes, ip->bytes, bytes) != 0)
		return false;
	return rest == 0 ||
	       (net->base.bytes[bytes] ^ ip->bytes[bytes]) >> (8 - rest) == 0;
}

/* ---- sets ---- */

struct entry {
	struct ip_net net;
	size_t order;
	size_t parent; /* the smallest network around this one */
};

struct ip_set {
	VEC(struct entry) entries; /* sealed: by base, wider ones first */
};

struct ip_set *
ip_set_new(void)
{
	return mem_calloc(1, sizeof(struct ip_set));
}

void
ip_set_free(struct ip_set *s)
{
	if (!s)
		return;
	VEC_DONE(&s->entries);
	free(s);
}

void
ip_set_add(struct ip_set *s, const struct ip_net *net)
{
	size_t order = s->entries.n;

	*VEC_ADD(&s->entries) = (struct entry){ *net, order, NO_PARENT };
}

static int
compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = memcmp(&x->net.base, &y->net.base, sizeof x->net.base);

	if (order)
		return order;
	if (x->net.bits != y->net.bits)
		return x->net.bits < y->net.bits ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

static void
drop_repeated(struct ip_set *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->entries.n; i++) {
		const struct ip_net *net = &s->entries.list[i].net;
		const struct ip_net *last =
		    n ? &s->entries.list[n - 1].net : NULL;

		if (last && last->bits == net->bits &&
		    memcmp(&last->base, &net->base, sizeof net->base) == 0)
			continue;
		s->entries.list[n++] = s->entries.list[i];
	}
	s->entries.n = n;
}

void
ip_set_seal(struct ip_set *s)
{
	size_t around = NO_PARENT;

	if (s->entries.n == 0)
		return;
	qsort(s->entries.list, s->entries.n, sizeof *s->entries.list,
	      compare_entries);
	drop_repeated(s);
	for (size_t i = 0; i < s->entries.n; i++) {
		struct entry *e = &s->entries.list[i];

		while (around != NO_PARENT &&
		       !ip_net_has(&s->entries.list[around].net, &e->net.base))
			around = s->entries.list[around].parent;
		e->parent = around;
		around = i;
	}
}

/* All networks around an address are around the last one that does not begin
 * behind it, or are that one. */
bool
ip_set_has(const struct ip_set *s, const struct ip *ip)
{
	size_t low = 0, high = s->entries.n, at;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (memcmp(&s->entries.list[middle].net.base, ip, sizeof *ip) <=
		    0)
			low = middle + 1;
		else
			high = middle;
	}
	for (at = low ? low - 1 : NO_PARENT; at != NO_PARENT;
	     at = s->entries.list[at].parent)
		if (ip_net_has(&s->entries.list[at].net, ip))
			return !s->entries.list[at].net.except;
	return false;
}

size_t
ip_set_count(const struct ip_set *s)
{
	return s->entries.n;
}
