/* SPDX-License-Identifier: Apache-2.0 */
#include <ares.h>
#include <arpa/inet.h>

#include "fact/dns.h"

enum { PORT = 53 };

static size_t
read_configured(const struct conf_list *from,
                struct dns_resolver list[DNS_RESOLVERS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < from->n && n < DNS_RESOLVERS_MAX; i++) {
		struct dns_resolver *r = &list[n];

		/* The configuration was checked when it was read. */
		n +=
		    ip_port_parse(sv_str(from->list[i]), &r->ip, &r->port) == 0;
		if (!r->port)
			r->port = PORT;
	}
	return n;
}

static bool
read_node(const struct ares_addr_port_node *node, struct dns_resolver *ret)
{
	char text[IP_TEXT];

	ret->port = (uint16_t)(node->udp_port ? node->udp_port : PORT);
	return inet_ntop(node->family, &node->addr, text, sizeof text) &&
	       ip_parse(sv_str(text), &ret->ip) == 0;
}

/* As c-ares finds them: in /etc/resolv.conf, mostly. */
static size_t
read_system(struct dns_resolver list[DNS_RESOLVERS_MAX])
{
	struct ares_addr_port_node *nodes = NULL;
	ares_channel channel;
	size_t n = 0;

	if (ares_library_init(ARES_LIB_INIT_ALL))
		return 0;
	if (ares_init(&channel) == ARES_SUCCESS) {
		if (ares_get_servers_ports(channel, &nodes) == ARES_SUCCESS)
			for (const struct ares_addr_port_node *node = nodes;
			     node && n < DNS_RESOLVERS_MAX; node = node->next)
				n += read_node(node, &list[n]);
		ares_free_data(nodes);
		ares_destroy(channel);
	}
	ares_library_cleanup();
	return n;
}

size_t
dns_resolvers(const struct conf *conf,
              struct dns_resolver list[DNS_RESOLVERS_MAX])
{
	return conf->dns.resolvers.n
	           ? read_configured(&conf->dns.resolvers, list)
	           : read_system(list);
}
