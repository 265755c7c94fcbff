/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of the hosts in URIs. Private to eval/. */
#ifndef EVAL_URIBL_H
#define EVAL_URIBL_H

#include "eval/ask.h"

enum uri_list_kind {
	BY_ADDRESS, /* uridnsbl, uridnssub */
	BY_NAME,    /* urirhsbl, urirhssub */
	BY_SERVER,  /* urinsrhsbl, urinsrhssub: domains of name servers */
	BY_FULL_SERVER,
	WITH_SUBTEST = 16,
};

struct uri_list {
	enum uri_list_kind kind;
	struct sv zone;
	enum dns_type type;
	struct subtest test;
};

extern const struct eval_directive uribl_directives[];

struct uri_hosts {
	struct message_uri_host *list; /* A-labels, lower case */
	size_t n;
};

/* Those of the message's URIs and signatures, each once and no more than
 * uridnsbl_max_domains; links that a reader can see come first. */
const struct uri_hosts *uri_hosts(struct eval_job *job);

/* Whether uridnsbl_skip_domain names the host or its domain. */
bool uri_host_is_skipped(const struct eval_job *job,
                         const struct message_uri_host *host);

#endif
