/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/public_resolver.h"

/* As their operators publish them. */
static const struct {
	const char *net, *name;
} table[] = {
	{ "8.8.8.8", "Google Public DNS" },
	{ "8.8.4.4", "Google Public DNS" },
	{ "2001:4860:4860::/48", "Google Public DNS" },
	{ "1.1.1.0/24", "Cloudflare" },
	{ "1.0.0.0/24", "Cloudflare" },
	{ "2606:4700:4700::/48", "Cloudflare" },
	{ "9.9.9.0/24", "Quad9" },
	{ "149.112.112.0/24", "Quad9" },
	{ "2620:fe::/48", "Quad9" },
	{ "208.67.220.0/22", "OpenDNS" },
	{ "2620:119:35::/48", "OpenDNS" },
	{ "2620:119:53::/48", "OpenDNS" },
	{ "4.2.2.0/29", "Level 3" },
	{ "209.244.0.3", "Level 3" },
	{ "209.244.0.4", "Level 3" },
	{ "64.6.64.6", "UltraDNS Public" },
	{ "64.6.65.6", "UltraDNS Public" },
	{ "8.26.56.26", "Comodo Secure DNS" },
	{ "8.20.247.20", "Comodo Secure DNS" },
	{ "94.140.14.0/24", "AdGuard DNS" },
	{ "94.140.15.0/24", "AdGuard DNS" },
	{ "2a10:50c0::/32", "AdGuard DNS" },
	{ "185.228.168.0/24", "CleanBrowsing" },
	{ "185.228.169.0/24", "CleanBrowsing" },
	{ "76.76.2.0/24", "Control D" },
	{ "76.76.10.0/24", "Control D" },
	{ "77.88.8.0/24", "Yandex DNS" },
	{ "114.114.114.114", "114DNS" },
	{ "114.114.115.115", "114DNS" },
	{ "223.5.5.5", "AliDNS" },
	{ "223.6.6.6", "AliDNS" },
	{ "119.29.29.29", "DNSPod" },
	{ "84.200.69.80", "DNS.WATCH" },
	{ "84.200.70.40", "DNS.WATCH" },
	{ "193.110.81.0", "dns0.eu" },
	{ "185.253.5.0", "dns0.eu" },
	{ "86.54.11.0/24", "DNS4EU" },
};

const char *
public_resolver_name(const struct ip *ip)
{
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct ip_net net;

		if (ip_net_parse(sv_str(table[i].net), &net) == 0 &&
		    ip_net_has(&net, ip))
			return table[i].name;
	}
	return NULL;
}
