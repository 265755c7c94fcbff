/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Authentication-Results (RFC 8601): what is told to whoever reads the mail
 * next, and what another filter tells us.
 *
 *     results = results_new(arena, SV("mx.example.org"));
 *     results_add_spf(results, ...); results_add_dkim(results, dkim); ...
 *     results_write(results, &buf);
 *
 *     mx.example.org;
 *      dkim=pass (2048-bit key) header.d=example.com header.s=k1
 *      header.b="dGhpcyBp";
 *      dmarc=pass header.from=example.com
 *
 * Whatever strangers wrote is quoted or left out; see results_write().
 */
#ifndef FACT_RESULTS_H
#define FACT_RESULTS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/ip.h"
#include "conf/conf.h"

struct dkim;
struct dmarc;
struct arc;
struct signed_mail;
struct spf_outcome;

enum {
	RESULTS_MAX = 50,            /* of a field */
	RESULTS_PROPERTIES_MAX = 20, /* of a result */
	RESULTS_BYTES_MAX = 16384,   /* of a field that is read or written */
};

struct results_property {
	struct sv type, name; /* "header", "d" */
	struct sv value;      /* without quotes */
};

struct results_item {
	struct sv method;          /* "dkim", in small letters */
	struct sv result;          /* "pass", in small letters */
	struct sv comment, reason; /* or "" */
	struct results_property *properties;
	size_t n_properties;
};

struct results {
	struct arena *arena;
	struct sv authserv_id;
	struct results_item *items;
	size_t n;
};

struct results *results_new(struct arena *a, struct sv authserv_id);

/* More than RESULTS_MAX are left out. */
struct results_item *results_add(struct results *r, struct sv method,
                                 struct sv result);
/* Values that are empty are left out. */
void results_set(struct results *r, struct results_item *item, const char *type,
                 const char *name, struct sv value);

/* What was found; NULL: it was not looked for. `result` of the client's name
 * is a word of RFC 8601 section 2.7.3. */
void results_add_spf(struct results *r, const struct spf_outcome *spf);
void results_add_iprev(struct results *r, struct sv result, const struct ip *ip,
                       struct sv reason);
void results_add_auth(struct results *r, struct sv user);
void results_add_dkim(struct results *r, const struct dkim *dkim);
void results_add_arc(struct results *r, const struct arc *arc);
void results_add_dmarc(struct results *r, const struct dmarc *dmarc);

/* Appends the value of the field, folded by "\n" and a blank at 78 columns
 * where it can be; "id; none" without results. Never more than
 * RESULTS_BYTES_MAX: results that do not fit are left out, whole. Any byte
 * that may not stand in a quoted string is written as "?". */
void results_write(const struct results *r, struct buf *out);

/* Reads a value, folded or not. Texts hang from the arena. E_SYNTAX,
 * E_LIMIT. */
int results_read(struct arena *a, struct sv value, struct results **ret)
    __attribute__((warn_unused_result));

/* The same of an ARC-Authentication-Results (RFC 8617 section 4.1.1), which
 * begins with its instance: that is set if it could be read, whatever follows.
 */
int results_read_arc(struct arena *a, struct sv value, unsigned *ret_instance,
                     struct results **ret) __attribute__((warn_unused_result));

/* ---- another filter's results instead of our own ---- */

/* What trusted filters say (results.trusted_authserv_ids), whose fields stand
 * there because a server of ours removes what only claims to be (RFC 8601
 * section 5). Of each method, the topmost field that speaks of it counts.
 * NULL: there is none. */
const struct results *results_trusted(const struct signed_mail *mail,
                                      const struct conf_results *conf);

/* What it says, in the form of our own checks, `is_reported`; NULL: nothing
 * about it. */
struct dkim *results_dkim(const struct results *r);
struct dmarc *results_dmarc(const struct results *r);
struct spf_outcome *results_spf(const struct results *r);

/* The first result of the method, or NULL; and one of its properties, or "". */
const struct results_item *results_find(const struct results *r,
                                        struct sv method);
struct sv results_get(const struct results_item *item, const char *type,
                      const char *name);

#endif
