/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plugin URIDNSBL: lists of the hosts in URIs, by their names, by those of
 * their name servers, or by the addresses of either. What a rule asks is said
 * by a directive with its name; check_uridnsbl() has no arguments that count.
 */
#include "eval/uribl.h"

#include "message/url.h"

enum { RECORDS_MAX = 10 }; /* name servers, addresses that are followed */

/* One rule's look at the lists. */
struct pass {
	struct eval_job *job;
	const struct uri_list *list;
	unsigned flags; /* of the rule */
	bool hit;
};

static void
ask(struct pass *p, struct sv name, struct sv shown)
{
	struct asked q = { p->list->type, name, p->list->zone, shown };

	p->hit = eval_asks(p->job, &q, &p->list->test) || p->hit;
}

static void
ask_name(struct pass *p, struct sv host)
{
	ask(p, ARENA_JOIN(p->job->arena, host, SV("."), p->list->zone), host);
}

/* "host/address", as SpamAssassin writes it. */
static void
ask_ip(struct pass *p, const struct ip *ip, struct sv host)
{
	struct arena *a = p->job->arena;
	char text[IP_TEXT];
	struct sv address = sv_str(ip_text(ip, text));

	ask(p, dns_reversed(a, ip, p->list->zone),
	    host.n ? ARENA_JOIN(a, host, SV("/"), address)
	           : arena_dup(a, address));
}

/* ---- following names ---- */

static void
ask_addresses(struct pass *p, struct sv host)
{
	const struct dns_answer *answer = eval_ask(p->job, DNS_A, host, SV(""));

	for (size_t i = 0; answer && i < answer->n_records && i < RECORDS_MAX;
	     i++)
		ask_ip(p, &answer->records[i].ip, host);
}

static void
ask_server(struct pass *p, struct sv server)
{
	struct ip ip;

	if (ip_parse(server, &ip) == 0)
		return; /* no name server has such a name */
	if (p->list->kind == BY_FULL_SERVER)
		ask_name(p, server);
	else if (p->list->kind == BY_SERVER)
		ask_name(p, url_domain(server));
	else
		ask_addresses(p, server);
}

static void
ask_servers(struct pass *p, struct sv domain)
{
	const struct dns_answer *answer =
	    eval_ask(p->job, DNS_NS, domain, SV(""));

	for (size_t i = 0; answer && i < answer->n_records && i < RECORDS_MAX;
	     i++)
		ask_server(p, answer->records[i].text);
}

/* ---- hosts ---- */

/* Only lists of names are asked for addresses that stand in URIs. */
static void
check_ip(struct pass *p, struct sv host)
{
	struct ip ip;

	if (p->list->kind == BY_NAME && ip_parse(host, &ip) == 0 &&
	    ip_is_v4(&ip) &&
	    !network_is_private(p->job->settings->network, &ip) &&
	    (!(p->flags & EVAL_RULE_DOMAINS_ONLY) ||
	     p->flags & EVAL_RULE_IPS_ONLY))
		ask_ip(p, &ip, SV(""));
}

static void
check_name(struct pass *p, const struct message_uri_host *host)
{
	unsigned which = p->flags & (EVAL_RULE_A | EVAL_RULE_NS);

	switch (p->list->kind) {
	case BY_NAME:
		if (!(p->flags & EVAL_RULE_IPS_ONLY))
			ask_name(p, p->flags & EVAL_RULE_NOTRIM ? host->host
			                                        : host->domain);
		break;
	case BY_ADDRESS:
		if (which & EVAL_RULE_A)
			ask_addresses(p, host->host);
		if (which != EVAL_RULE_A)
			ask_servers(p, host->domain);
		break;
	default:
		ask_servers(p, host->domain);
		break;
	}
}

static bool
is_address(struct sv host)
{
	struct ip ip;

	return host.n && (host.p[0] == '[' || ip_parse(host, &ip) == 0);
}

/* check_uridnsbl */
static bool
check(struct eval_job *job, const struct eval_call *call)
{
	struct pass p = { .job = job };
	const struct uri_hosts *hosts;

	if (!call->rule.name || !eval_asks_lists(job) ||
	    job->settings->ask.skip_uribl)
		return false;
	p.list = map_get(job->settings->ask.uri_lists, sv_str(call->rule.name));
	if (!p.list)
		return false;
	p.flags = call->rule.flags;
	hosts = uri_hosts(job);
	for (size_t i = 0; i < hosts->n; i++)
		if (is_address(hosts->list[i].host))
			check_ip(&p, hosts->list[i].host);
		else
			check_name(&p, &hosts->list[i]);
	return p.hit;
}

static const struct eval_function functions[] = {
	{ "check_uridnsbl", "?t*", check, NULL },
	{ NULL, NULL, NULL, NULL },
};

static const char *const features[] = {
	"has_tflags_domains_only",
	"has_subtest_for_ranges",
	"has_uridnsbl_for_a",
	"has_uridnsbl_a_ns",
	"has_tflags_notrim",
	"has_uridnsbl_skip_mailto",
	NULL,
};

const struct eval_plugin eval_plugin_uridnsbl = {
	.name = "URIDNSBL",
	.is_default = true,
	.source = EVAL_NETWORK,
	.functions = functions,
	.directives = uribl_directives,
	.features = features,
};
