/* SPDX-License-Identifier: Apache-2.0 */
/* What calls of the plugin DNSEval ask, and of whom. Private to eval/. */
#ifndef EVAL_DNSBL_H
#define EVAL_DNSBL_H

#include "eval/ask.h"

/* One rule's look at what one call asks. */
struct pass {
	struct eval_job *job;
	const struct eval_call *asker;
	const struct subtest *test;
	bool hit;
};

struct dnsbl_call {
	struct sv set;
	struct sv zone; /* without a dot at the end */
	enum dns_type type;
	struct subtest test;
	/* Asks for all of it by pass_ask() and its like; NULL: check_rbl_sub,
	 * which looks at what `askers` ask. */
	void (*gather)(struct pass *p);
	struct sv argument; /* the last one: of what gather() needs */
	const struct eval_call **askers;
	size_t n_askers;
};

static inline const struct dnsbl_call *
pass_own(const struct pass *p)
{
	return p->asker->own;
}

static inline bool
pass_has_flag(const struct pass *p, enum eval_rule_flag flag)
{
	return p->asker->rule.flags & flag;
}

void pass_ask_ip(struct pass *p, const struct ip *ip);

/* An address or a name, as far as the rule is about such. */
void pass_ask_host(struct pass *p, struct sv host);

/* The host of a mail address, if that is one. */
void pass_ask_host_of(struct pass *p, struct sv address);

/* ---- what calls are about: dnsbl_relays.c, dnsbl_senders.c ---- */

void gather_relays(struct pass *p); /* which of them, the set says */
void gather_accredited(struct pass *p);
void gather_received(struct pass *p);
void gather_from_hosts(struct pass *p);
void gather_from_domains(struct pass *p);
void gather_envelope(struct pass *p);
void gather_headers(struct pass *p);
void gather_name_servers(struct pass *p);

/* Names of headers, with commas between, for gather_headers(). */
void dnsbl_add_headers(struct eval_settings *s, struct sv names);

/* check_dns_sender: no mail can be sent back there. */
bool dnsbl_sender_is_gone(struct eval_job *job, const struct eval_call *call);

#endif
