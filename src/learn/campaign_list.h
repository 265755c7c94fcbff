/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Campaigns for people: those that had some messages lately, by the name that
 * campaign_judge() gives them. Each is a value "campaign:ID" of the store with
 * its keys and the verdict id of its latest message.
 */
#ifndef LEARN_CAMPAIGN_LIST_H
#define LEARN_CAMPAIGN_LIST_H

#include "learn/campaign.h"

enum { CAMPAIGN_LIST_MAX = 10000 };

struct campaign_row {
	char id[CAMPAIGN_ID_TEXT];
	struct campaign_keys keys;
	char verdict_id[UUID_TEXT]; /* of the latest message, or "" */
	int64_t seen_ms;            /* when that came */
	struct campaign campaign;   /* counts of today */
};

/* Part of campaign_learn(): from CAMPAIGN_LISTED messages on. */
void campaign_list_learn(const struct campaign *c, struct sv verdict_id,
                         struct exchange *x);

/* Reads a value; false: it is none. For bytes of any origin. */
bool campaign_row_read(struct sv value, struct campaign_row *ret);

/* The campaigns with most messages, the largest first, at most `max`; a
 * campaign that has several names is there once. They hang from the arena. */
struct campaign_row *campaign_list(struct store *s, struct arena *a,
                                   int64_t now_ms, size_t max, size_t *ret_n);

/* One of them; false: it is not known. */
bool campaign_find(struct store *s, struct arena *a, int64_t now_ms,
                   struct sv id, struct campaign_row *ret);

#endif
