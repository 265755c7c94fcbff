/* SPDX-License-Identifier: Apache-2.0 */
#include "message/network.h"

#include <stdlib.h>

#include "base/mem.h"

enum { TRUSTED, INTERNAL, MSA, PRIVATE, SETS };

struct network {
	struct ip_set *sets[SETS];
	bool inferred;
	const struct conf_list *origins;
};

/* The names that SpamAssassin's rules start from. */
static char *default_names[] = {
	(char[]){ "X-Yahoo-Post-IP" },
	(char[]){ "X-Originating-IP" },
	(char[]){ "X-Apparently-From" },
	(char[]){ "X-SenderIP" },
	(char[]){ "X-AOL-IP" },
	(char[]){
	    "X-MS-Exchange-CrossTenant-OriginalAttributedTenantConnectingIp" },
};

static const struct conf_list default_origins = {
	default_names, sizeof default_names / sizeof *default_names
};

/* This machine is trusted by all, whatever is configured. */
static const char *const loopback[] = { "127.0.0.0/8", "::1" };

static const char *const private_networks[] = {
	"10.0.0.0/8",    "127.0.0.0/8",    "169.254.0.0/16",
	"172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10",
	"::1",           "fe80::/10",
};

static void
add_text(struct ip_set *set, const char *text)
{
	struct ip_net net;

	if (ip_net_parse(sv_str(text), &net) == 0)
		ip_set_add(set, &net);
}

static struct ip_set *
make_set(const struct conf_list *list, bool with_loopback)
{
	struct ip_set *set = ip_set_new();

	for (size_t i = 0; i < list->n; i++)
		add_text(set, list->list[i]);
	for (size_t i = 0; with_loopback && i < 2; i++)
		add_text(set, loopback[i]);
	ip_set_seal(set);
	return set;
}

static struct ip_set *
make_private(void)
{
	struct ip_set *set = ip_set_new();

	for (size_t i = 0;
	     i < sizeof private_networks / sizeof *private_networks; i++)
		add_text(set, private_networks[i]);
	ip_set_seal(set);
	return set;
}

struct network *
network_new(const struct conf_network *conf)
{
	struct network *n = mem_calloc(1, sizeof *n);
	const struct conf_list *trusted = &conf->trusted;
	const struct conf_list *internal = &conf->internal;

	n->origins = &default_origins;
	n->inferred = !trusted->n && !internal->n;
	n->sets[TRUSTED] = make_set(trusted->n ? trusted : internal, true);
	n->sets[INTERNAL] = make_set(internal->n ? internal : trusted, true);
	n->sets[MSA] = make_set(&conf->msa, false);
	n->sets[PRIVATE] = make_private();
	return n;
}

void
network_set_origins(struct network *n, const struct conf_list *names)
{
	n->origins = names;
}

const struct conf_list *
network_origins(const struct network *n)
{
	return n->origins;
}

void
network_free(struct network *n)
{
	if (!n)
		return;
	for (int i = 0; i < SETS; i++)
		ip_set_free(n->sets[i]);
	free(n);
}

bool
network_is_trusted(const struct network *n, const struct ip *ip)
{
	return ip_set_has(n->sets[TRUSTED], ip);
}

bool
network_is_internal(const struct network *n, const struct ip *ip)
{
	return ip_set_has(n->sets[INTERNAL], ip);
}

bool
network_is_msa(const struct network *n, const struct ip *ip)
{
	return ip_set_has(n->sets[MSA], ip);
}

bool
network_is_inferred(const struct network *n)
{
	return n->inferred;
}

bool
network_is_private(const struct network *n, const struct ip *ip)
{
	return ip_set_has(n->sets[PRIVATE], ip);
}
