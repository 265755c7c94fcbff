/* SPDX-License-Identifier: Apache-2.0 */
/* A source of answers for tests: they come one at a time, when somebody waits;
 * names with "never" in them are not answered at all. */
#ifndef LATE_H
#define LATE_H

#include "unit.h"

#include "fact/zone.h"

enum { LATE_MAX = 400 };

struct late {
	struct zone *zone;
	const struct dns_answer *answers[LATE_MAX]; /* of a ticket */
	size_t tickets[LATE_MAX];                   /* to be given out */
	size_t n, given;
	size_t asked; /* questions in all */
};

static inline const struct dns_answer *
late_ask(void *ctx, struct arena *a, const struct dns_question *q,
         size_t ticket)
{
	struct late *late = ctx;

	late->asked++;
	ck_assert(ticket < LATE_MAX);
	if (sv_find(q->name, SV("never")) != SV_NOT_FOUND)
		return NULL;
	late->answers[ticket] = zone_source.ask(late->zone, a, q, ticket);
	late->tickets[late->n++] = ticket;
	return NULL;
}

static inline bool
late_next(void *ctx, struct arena *a, int64_t deadline_mono_us,
          size_t *ret_ticket, const struct dns_answer **ret)
{
	struct late *late = ctx;

	(void)a;
	if (deadline_mono_us == 0 || late->given == late->n)
		return false;
	*ret_ticket = late->tickets[late->given++];
	*ret = late->answers[*ret_ticket];
	return true;
}

static const struct lookup_source late_source = { late_ask, late_next };

static inline struct zone *
late_zone(const char *text)
{
	struct diags diags = DIAGS_INIT;
	struct zone *zone =
	    zone_read("zone", sv_str(text), DNS_NO_NAME, &diags);

	ck_assert_msg(zone != NULL, "%s",
	              diags.n ? diags.list[0].text : "no zone");
	diags_done(&diags);
	return zone;
}

#endif
