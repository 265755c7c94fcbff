/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which networks are ours, as SpamAssassin's trusted_networks,
 * internal_networks and msa_networks say it:
 *
 *     trusted    their servers do not lie in Received fields
 *     internal   of those, our own: MX hosts and what stands behind them
 *     msa        of those, servers that take mail from our users only
 *
 * Immutable; any thread may read it.
 */
#ifndef MESSAGE_NETWORK_H
#define MESSAGE_NETWORK_H

#include "base/ip.h"
#include "conf/conf.h"

struct network;

/* The lists must be valid networks, as conf_parse() makes sure. Where only
 * one of trusted and internal is given, the other is the same; where neither
 * is, trust is inferred from the chain. */
struct network *network_new(const struct conf_network *conf);

/* Names of headers in which web mail and the like note the address a mail was
 * written at, in place of those that are known by default. Before the first
 * use; the list must outlive it. */
void network_set_origins(struct network *n, const struct conf_list *names);
const struct conf_list *network_origins(const struct network *n);
void network_free(struct network *n); /* takes NULL */

bool network_is_trusted(const struct network *n, const struct ip *ip);
bool network_is_internal(const struct network *n, const struct ip *ip);
bool network_is_msa(const struct network *n, const struct ip *ip);

/* Whether nothing is configured. */
bool network_is_inferred(const struct network *n);

/* Addresses that no packet from the internet has: RFC 1918, loopback, link
 * local (RFC 3927, RFC 4291), and those of carriers' NAT (RFC 6598). */
bool network_is_private(const struct network *n, const struct ip *ip);

#endif
