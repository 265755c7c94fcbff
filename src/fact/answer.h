/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions to the domain name system (RFC 1034, 1035) and their answers, as
 * plain values: whoever asks neither knows nor cares who answered.
 *
 * As a line of text, which verdict records keep and zone files are made of:
 *
 *     example.org TXT found 300 "v=spf1 mx -all" "another"
 *     example.org MX found 300 10 mx.example.org 20 mx2.example.org
 *     7.2.0.192.list.example A no_name 60
 */
#ifndef FACT_ANSWER_H
#define FACT_ANSWER_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/ip.h"

enum dns_type { /* the numbers of RFC 1035 section 3.2.2, and RFC 3596 */
	        DNS_A = 1,
	        DNS_NS = 2,
	        DNS_CNAME = 5,
	        DNS_SOA = 6,
	        DNS_PTR = 12,
	        DNS_MX = 15,
	        DNS_TXT = 16,
	        DNS_AAAA = 28,
};
const char *dns_type_word(enum dns_type t); /* "TXT" */
bool dns_type_find(struct sv word, enum dns_type *ret);

enum dns_status {
	DNS_FOUND,
	DNS_NO_DATA,    /* the name exists, and has no such records */
	DNS_NO_NAME,    /* it does not: RFC 1035's name error */
	DNS_FAILED,     /* the server said so, or nothing that makes sense */
	DNS_TIMED_OUT,  /* nobody answered */
	DNS_SUSPENDED,  /* not asked: the zone is not to be trusted now */
	DNS_LATE,       /* the message could not wait for it */
	DNS_OVER_LIMIT, /* the message had asked too much already */
	DNS_STATUS_COUNT,
};
const char *dns_status_word(enum dns_status s); /* "no_name" */

/* Whether the status is an answer: yes, or no. */
static inline bool
dns_is_known(enum dns_status s)
{
	return s <= DNS_NO_NAME;
}

struct dns_question {
	enum dns_type type;
	struct sv name; /* small letters, no dot at the end */
	struct sv zone; /* of a list that is asked; else "" */
};

/* One record of the type that was asked for; aliases were followed. */
struct dns_record {
	struct ip ip;        /* A, AAAA */
	unsigned preference; /* MX */
	struct sv text;      /* TXT: its strings put together, any bytes;
	                        MX, NS, PTR, CNAME, SOA: a name as in questions,
	                        MX: "" is the null MX of RFC 7505 */
};

enum { DNS_RECORDS_MAX = 256, DNS_NAME_MAX = 253, DNS_LABEL_MAX = 63 };

struct dns_answer {
	enum dns_status status;
	uint32_t ttl_s; /* how long it may be kept; of a "no", too */
	bool is_stale;  /* older than that: the servers do not answer */
	bool is_cut;    /* there were more than DNS_RECORDS_MAX */
	size_t n_records;
	const struct dns_record *records;
};

/* "a.b" as a question has it, in the arena: small letters, no dot at the end.
 * False: it is no name (RFC 1035 section 2.3.4; labels may hold any bytes). */
bool dns_name(struct arena *a, struct sv text, struct sv *ret);

/* 192.0.2.7 and "list.example": "7.2.0.192.list.example"; of IPv6 addresses
 * the 32 digits (RFC 5782 section 2). */
struct sv dns_reversed(struct arena *a, const struct ip *ip, struct sv zone);

/* Appends the line, without a line end. */
void dns_answer_write(const struct dns_question *q, const struct dns_answer *r,
                      struct buf *out);

/* Reads one; what it returns hangs from the arena and refers to nothing else.
 * E_SYNTAX, E_LIMIT. */
int dns_answer_read(struct arena *a, struct sv line, struct dns_question *ret_q,
                    struct dns_answer *ret) __attribute__((warn_unused_result));

/* A copy in the arena, of everything it refers to. */
const struct dns_answer *dns_answer_copy(struct arena *a,
                                         const struct dns_answer *r);

/* Without records; lives for ever. */
const struct dns_answer *dns_answer_bare(enum dns_status s);

#endif
