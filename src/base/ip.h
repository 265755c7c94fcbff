/* SPDX-License-Identifier: Apache-2.0 */
/*
 * IP addresses, networks, and sets of networks in which the most specific
 * entry decides:
 *
 *     192.0.2.7   2001:db8::/32   10.1/16   192.168.   !192.0.2.128/25
 *
 * An IPv4 address is held as the IPv6 address ::ffff:a.b.c.d, so that both
 * kinds are one type. A set is immutable once sealed; any thread may read it.
 */
#ifndef BASE_IP_H
#define BASE_IP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/sv.h"

struct ip {
	unsigned char bytes[16];
};

enum { IP_TEXT = 46 }; /* longest text of an address, with its NUL */

/* A plain address, without brackets, port or scope; E_SYNTAX. */
int ip_parse(struct sv text, struct ip *ret)
    __attribute__((warn_unused_result));
bool ip_is_v4(const struct ip *ip);
uint32_t ip_v4_number(const struct ip *ip); /* 192.0.2.1: 0xc0000201 */
const char *ip_text(const struct ip *ip, char text[IP_TEXT]);

/* "192.0.2.7", "192.0.2.7:53", "2001:db8::1" or "[2001:db8::1]:53"; the port
 * is 0 where there is none. E_SYNTAX; E_RANGE: no such port. */
int ip_port_parse(struct sv text, struct ip *ret, uint16_t *ret_port)
    __attribute__((warn_unused_result));

/* The address of a socket, of one that is IPv4 or IPv6; else false. */
struct sockaddr;
bool ip_from_socket(const struct sockaddr *address, struct ip *ret);

struct ip_net {
	struct ip base;
	unsigned bits; /* of 128 */
	bool except;   /* written with "!": what is in it is not meant */
};

/* A network: an address (brackets are allowed) with "/BITS", without it (one
 * host), or the leading octets of an IPv4 network. Bits behind the mask are
 * ignored. E_SYNTAX; E_RANGE when the mask is too long. */
int ip_net_parse(struct sv text, struct ip_net *ret)
    __attribute__((warn_unused_result));

/* Whether the address is in the network, except or not. */
bool ip_net_has(const struct ip_net *net, const struct ip *ip);

struct ip_set;

struct ip_set *ip_set_new(void);
void ip_set_free(struct ip_set *s); /* takes NULL */
void ip_set_add(struct ip_set *s, const struct ip_net *net);

/* Ends the adding. Of a network that was added twice, the first counts. */
void ip_set_seal(struct ip_set *s);

/* Whether the most specific network with the address means it. */
bool ip_set_has(const struct ip_set *s, const struct ip *ip);
size_t ip_set_count(const struct ip_set *s);

#endif
