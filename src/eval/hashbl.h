/* SPDX-License-Identifier: Apache-2.0 */
/* What calls of the plugin HashBL ask. Private to eval/. */
#ifndef EVAL_HASHBL_H
#define EVAL_HASHBL_H

#include "eval/ask.h"

enum hashbl_option {
	HASHBL_RAW = 1 << 0,
	HASHBL_MD5 = 1 << 1,
	HASHBL_SHA1 = 1 << 2,
	HASHBL_SHA256 = 1 << 3,
	HASHBL_CASE = 1 << 4,
	HASHBL_NODOT = 1 << 5,
	HASHBL_NOTAG = 1 << 6,
	HASHBL_NOURI = 1 << 7,
	HASHBL_NOQUOTE = 1 << 8,
	HASHBL_USER = 1 << 9,
	HASHBL_HOST = 1 << 10,
	HASHBL_DOMAIN = 1 << 11,
	HASHBL_NUM = 1 << 12,
	HASHBL_IP = 1 << 13,
	HASHBL_IPV4 = 1 << 14,
	HASHBL_IPV6 = 1 << 15,
	HASHBL_REVIP = 1 << 16,
	HASHBL_FQDN = 1 << 17,
	HASHBL_TLD = 1 << 18,
	HASHBL_TRIM = 1 << 19,
	HASHBL_SHUFFLE = 1 << 20, /* known: the first ones are asked for */
};

struct hashbl_call {
	struct sv zone;
	enum dns_type type;
	unsigned options;                         /* of enum hashbl_option */
	size_t queries_max, bytes_min, bytes_max; /* bytes_max 0: any */
	struct sv headers; /* of check_hashbl_emails, with "/" between */
	struct sv acl;     /* or "" */
	struct sv tag;
	const struct regex *regex; /* of check_hashbl_bodyre */
	struct subtest test;
};

/* What is asked for in one call: each once, and no more than it may. */
enum { HASHBL_QUERIES_MAX = 100 };

struct hashbl_values {
	struct sv list[HASHBL_QUERIES_MAX];
	size_t n;
};

void hashbl_add(struct hashbl_values *values, struct sv value);

static inline bool
hashbl_has(const struct hashbl_call *own, enum hashbl_option option)
{
	return own->options & option;
}

/* In small letters, unless the call says otherwise. */
struct sv hashbl_case(struct eval_job *job, const struct hashbl_call *own,
                      struct sv text);

/* Addresses of the mail, as the call wants them asked for. */
void hashbl_collect_emails(struct eval_job *job, const struct eval_call *call,
                           struct hashbl_values *ret);
enum { HASHBL_EMAIL_WELCOME };
extern const char *const hashbl_email_regexes[];

/* "list.example/A", "sha1/max=10": NULL, or what is wrong. */
const char *hashbl_read_list(struct eval_settings *s, struct sv text,
                             struct hashbl_call *ret);
const char *hashbl_read_options(struct sv text, struct hashbl_call *ret);

/* An expression whose first group is the one named HASHBL_GROUP. */
#define HASHBL_GROUP "HASHBL"
const struct regex *hashbl_read_regex(struct eval_settings *s, struct sv text);

extern const struct eval_directive hashbl_directives[];

#endif
