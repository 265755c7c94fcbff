/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plugin DNSEval: lists of relays, and of the hosts that senders name.
 * Rules of one set share the answers: check_rbl and its like ask and test,
 * check_rbl_sub tests what those of its set are answered.
 */
#include "eval/dnsbl.h"

#include "message/url.h"

/* ---- asking ---- */

static void
ask(struct pass *p, struct sv name, struct sv shown)
{
	const struct dnsbl_call *own = pass_own(p);
	struct asked q = { own->type, name, own->zone, shown };

	p->hit = eval_asks(p->job, &q, p->test) || p->hit;
}

void
pass_ask_ip(struct pass *p, const struct ip *ip)
{
	struct arena *a = p->job->arena;
	char text[IP_TEXT];

	ask(p, dns_reversed(a, ip, pass_own(p)->zone),
	    arena_dup(a, sv_str(ip_text(ip, text))));
}

void
pass_ask_host(struct pass *p, struct sv host)
{
	struct arena *a = p->job->arena;
	struct ip ip;

	if (ip_parse(host, &ip) == 0) {
		if (!pass_has_flag(p, EVAL_RULE_DOMAINS_ONLY))
			pass_ask_ip(p, &ip);
		return;
	}
	host = url_host_to_ascii(a, host);
	if (!pass_has_flag(p, EVAL_RULE_IPS_ONLY) &&
	    url_host_is_fqdn(a, host) && url_host_has_tld(host))
		ask(p, ARENA_JOIN(a, host, SV("."), pass_own(p)->zone), host);
}

/* Without dots around it, and with no more than one between its labels. */
static struct sv
tidy_host(struct arena *a, struct sv host)
{
	struct sv copy;
	char *p;
	size_t n = 0;

	while (host.n && host.p[0] == '.')
		host = sv_from(host, 1);
	while (host.n && host.p[host.n - 1] == '.')
		host.n--;
	copy = arena_dup(a, host);
	p = (char *)(uintptr_t)copy.p;
	for (size_t i = 0; i < host.n; i++)
		if (i == 0 || host.p[i] != '.' || host.p[i - 1] != '.')
			p[n++] = sv_lower_char(host.p[i]);
	return sv_make(p, n);
}

void
pass_ask_host_of(struct pass *p, struct sv address)
{
	size_t at = sv_find_char(address, '@'), end = 0;
	struct sv host = at == SV_NOT_FOUND ? SV("") : sv_from(address, at + 1);

	while (end < host.n && host.p[end] != '@' && !sv_is_space(host.p[end]))
		end++;
	host = tidy_host(p->job->arena, sv_sub(host, 0, end));
	if (sv_find_char(host, '.') != SV_NOT_FOUND)
		pass_ask_host(p, host);
}

/* ---- functions ---- */

static bool
is_listed(struct eval_job *job, const struct eval_call *asker,
          const struct subtest *test)
{
	struct pass p = { .job = job, .asker = asker, .test = test };

	((const struct dnsbl_call *)asker->own)->gather(&p);
	return p.hit;
}

/* check_rbl and its like */
static bool
check(struct eval_job *job, const struct eval_call *call)
{
	const struct dnsbl_call *own = call->own;

	return eval_asks_lists(job) && !job->settings->ask.skip_rbl &&
	       is_listed(job, call, &own->test);
}

/* check_rbl_sub */
static bool
check_sub(struct eval_job *job, const struct eval_call *call)
{
	const struct dnsbl_call *own = call->own;
	bool hit = false;

	if (!eval_asks_lists(job) || job->settings->ask.skip_rbl)
		return false;
	for (size_t i = 0; i < own->n_askers && !hit; i++)
		hit = is_listed(job, own->askers[i], &own->test);
	return hit;
}

static bool
check_sender(struct eval_job *job, const struct eval_call *call)
{
	return eval_asks_lists(job) && !job->settings->ask.skip_rbl &&
	       dnsbl_sender_is_gone(job, call);
}

static const struct {
	const char *function;
	void (*gather)(struct pass *p);
	enum dns_type type;
} gatherers[] = {
	{ "check_rbl", gather_relays, DNS_A },
	{ "check_rbl_txt", gather_relays, DNS_TXT },
	{ "check_rbl_accreditor", gather_accredited, DNS_A },
	{ "check_rbl_rcvd", gather_received, DNS_A },
	{ "check_rbl_from_host", gather_from_hosts, DNS_A },
	{ "check_rbl_from_domain", gather_from_domains, DNS_A },
	{ "check_rbl_envfrom", gather_envelope, DNS_A },
	{ "check_rbl_headers", gather_headers, DNS_A },
	{ "check_rbl_ns_from", gather_name_servers, DNS_A },
};

static struct sv
arg_text(const struct eval_call *call, size_t i)
{
	return eval_is_undef(call, i) ? SV("") : call->args[i].text;
}

static const char *
bind_sub(struct eval_settings *s, struct dnsbl_call *own,
         const struct eval_call *call)
{
	own->set = call->args[0].text;
	*VEC_ADD(&s->ask.rbl_calls) = call;
	return subtest_read_rbl(s, call->args[1].text, &own->test);
}

static const char *
bind(struct eval_settings *s, struct eval_call *call)
{
	const char *name = call->function->name;
	struct dnsbl_call *own = ARENA_NEW(s->arena, struct dnsbl_call);

	call->own = own;
	if (call->function->run == check_sub)
		return bind_sub(s, own, call);
	if (call->function->run != check)
		return NULL;
	for (size_t i = 0; i < sizeof gatherers / sizeof *gatherers; i++)
		if (strcmp(gatherers[i].function, name) == 0) {
			own->gather = gatherers[i].gather;
			own->type = gatherers[i].type;
		}
	own->set = call->args[0].text;
	if (!dns_name(s->arena, call->args[1].text, &own->zone))
		return "the second argument is no domain";
	own->argument = arg_text(call, 3);
	if (own->gather == gather_headers)
		dnsbl_add_headers(s, own->argument);
	*VEC_ADD(&s->ask.rbl_calls) = call;
	if (arg_text(call, 2).n)
		return subtest_read_rbl(s, call->args[2].text, &own->test);
	own->test.kind = SUBTEST_ANY;
	return NULL;
}

/* Calls that look at what others are answered, and those others. */
static void
link_sub(struct eval_settings *s, struct dnsbl_call *own)
{
	own->askers =
	    ARENA_ARRAY(s->arena, const struct eval_call *, s->ask.rbl_calls.n);
	for (size_t i = 0; i < s->ask.rbl_calls.n; i++) {
		const struct eval_call *asker = s->ask.rbl_calls.list[i];
		const struct dnsbl_call *of = asker->own;

		if (of->gather && !asker->rule.is_off &&
		    sv_eq(of->set, own->set))
			own->askers[own->n_askers++] = asker;
	}
}

void
dnsbl_finish(struct eval_settings *s)
{
	dnsbl_add_headers(s, s->ask.rbl_headers);
	for (size_t i = 0; i < s->ask.rbl_calls.n; i++) {
		struct dnsbl_call *own = s->ask.rbl_calls.list[i]->own;

		if (!own->gather)
			link_sub(s, own);
	}
}

static const struct eval_function functions[] = {
	{ "check_rbl", "tt?t", check, NULL },
	{ "check_rbl_txt", "tt?t", check, NULL },
	{ "check_rbl_sub", "tt", check_sub, NULL },
	{ "check_rbl_accreditor", "tttt", check, NULL },
	{ "check_rbl_rcvd", "tt?t", check, NULL },
	{ "check_rbl_from_host", "tt?t", check, NULL },
	{ "check_rbl_from_domain", "tt?t", check, NULL },
	{ "check_rbl_envfrom", "tt?t", check, NULL },
	{ "check_rbl_headers", "tt?tt", check, NULL },
	{ "check_rbl_ns_from", "tt?t", check, NULL },
	{ "check_dns_sender", "", check_sender, NULL },
	{ NULL, NULL, NULL, NULL },
};

static const char *const features[] = { "has_tflags_domains_only",
	                                "has_tflags_ips_only", NULL };

const struct eval_plugin eval_plugin_dnseval = {
	.name = "DNSEval",
	.is_default = true,
	.source = EVAL_NETWORK,
	.functions = functions,
	.directives = ask_rbl_directives,
	.features = features,
	.bind = bind,
};
