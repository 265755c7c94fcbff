/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The facts of one message: what is asked of the outside, and worked out from
 * the answers. Whoever drives says what becomes known of the message, as it
 * becomes known, and takes a step now and then; nothing here waits:
 *
 *     f = facts_new(arena, conf, &source, now);
 *     facts_client(f, &ip, name, helo);      at MAIL, or when it is read
 *     facts_sender(f, from);
 *     facts_step(f);                         questions go out
 *     facts_mail(f, raw);
 *     facts_complete(f);
 *     while (!facts_step(f) && lookup_wait(f->lookup, deadline))
 *         ;
 *     facts_end(f);                          what is open is settled as late
 *
 * One thread at a time. All hangs from the arena; the questions are the
 * resolver's, until facts_end().
 */
#ifndef FACT_FACT_H
#define FACT_FACT_H

#include "conf/conf.h"
#include "fact/lookup.h"

enum fact {
	FACT_PLACE,
	FACT_RDNS,
	FACT_SPF_HELO,
	FACT_SPF,
	FACT_DKIM,
	FACT_ARC,
	FACT_DMARC,
	FACT_COUNT,
};
const char *fact_word(enum fact which); /* "spf_helo" */

/* Who answers. */
struct facts_source {
	struct dns *dns;         /* NULL: nobody is asked */
	const struct zone *zone; /* answers that were kept: asked instead */
	const struct geo *geo;   /* databases of places; or NULL */
};

struct facts {
	struct arena *arena;
	const struct conf *conf;
	struct lookup *lookup;
	struct dns_batch *batch; /* of the resolver; or NULL */
	const struct geo *geo;
	int64_t unix_ms; /* when the message came */

	bool has_client, has_sender, is_complete; /* said so far */
	struct ip client;
	struct sv client_name, helo, sender, receiver;
	struct signed_mail *mail; /* NULL: there is none, or not yet */

	bool is_known[FACT_COUNT];
	/* What came out. NULL: not known yet, or not looked for, as it is
	 * switched off or the message has nothing to look at. */
	const struct geo_place *place;
	const struct rdns *rdns;
	const struct spf_outcome *spf, *spf_helo;
	struct dkim *dkim;
	struct arc *arc;
	struct dmarc *dmarc;
};

/* NULL when the source has nobody to ask. */
struct facts *facts_new(struct arena *a, const struct conf *conf,
                        const struct facts_source *source, int64_t unix_ms);

/* The client that handed the mail over to us; texts must live as long as the
 * facts. `name` is what our server looked up. */
void facts_client(struct facts *f, const struct ip *ip, struct sv name,
                  struct sv helo);
void facts_sender(struct facts *f, struct sv from); /* "": the null sender */
void facts_mail(struct facts *f, struct sv raw);    /* as it came */
/* All has been said that will be. */
void facts_complete(struct facts *f);

/* Works out what can be, and asks for what it takes to know the rest; takes
 * in answers that are there. True: all is known of what was said so far. */
bool facts_step(struct facts *f);

/* The same for one fact: true when it is known. */
bool facts_know(struct facts *f, enum fact which);

/* Settles all facts, with what was not answered as late; gives the questions
 * back. Takes NULL, and may be called again. */
void facts_end(struct facts *f);

#endif
