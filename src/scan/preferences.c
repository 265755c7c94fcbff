/* SPDX-License-Identifier: Apache-2.0 */
/* Whose preferences a message is judged by. */
#include "base/clock.h"
#include "scan/scan.h"

enum {
	ASKED_MAX = 50,    /* recipients of one message */
	QUESTIONS_MAX = 3, /* the time of so many, for all of them */
};

const char *
scan_prefs_word(enum scan_prefs_state state)
{
	static const char *const words[SCAN_PREFS_COUNT] = {
		[SCAN_PREFS_NONE] = "none",
		[SCAN_PREFS_APPLIED] = "applied",
		[SCAN_PREFS_STALE] = "stale",
		[SCAN_PREFS_UNAVAILABLE] = "unavailable",
	};

	return words[state];
}

static void
note_found(struct scan_prefs *p, const struct prefs_found *found)
{
	if (found->failed)
		p->failed = found->failed;
	if (*found->why)
		memcpy(p->why, found->why, sizeof p->why);
}

/* Those of one name become those of the message. */
static void
take(struct scan_prefs *p, const struct prefs_found *found, struct sv name)
{
	prefs_unref(p->prefs);
	note_found(p, found);
	p->prefs = found->prefs;
	p->name = name;
	if (p->prefs)
		p->state = p->failed ? SCAN_PREFS_STALE : SCAN_PREFS_APPLIED;
	else
		p->state = p->failed ? SCAN_PREFS_UNAVAILABLE : SCAN_PREFS_NONE;
}

static void
find(struct scan *s, struct sv name)
{
	struct prefs_found found;

	prefs_find(s->snapshot->prefs, name, &found);
	take(&s->prefs, &found, name);
}

/* ---- recipients ---- */

/* Servers take the names of mailboxes in any case. */
static struct sv
lower(struct arena *a, struct sv s)
{
	char *p = arena_str(a, s);

	for (size_t i = 0; i < s.n; i++)
		p[i] = sv_lower_char(p[i]);
	return sv_make(p, s.n);
}

/* "@example.org" of "a@example.org"; "" of a name without. */
static struct sv
domain_of(struct sv address)
{
	size_t at = address.n;

	while (at > 0 && address.p[at - 1] != '@')
		at--;
	return at > 0 ? sv_from(address, at - 1) : SV("");
}

/* The name all recipients have in common: an address, a domain, or nobody. */
static struct sv
common_name(const struct scan *s, struct sv first)
{
	struct sv domain = domain_of(first);

	for (size_t i = 1; i < s->envelope.n_recipients; i++)
		if (!sv_ieq(domain, domain_of(s->envelope.recipients[i])))
			return SV("");
	return domain;
}

/* Whether all of them have what the first has. Where that takes long to find
 * out, they count as different. */
static bool
agree(struct scan *s, const struct prefs_found *first)
{
	int64_t timeout_us = s->snapshot->conf->prefs.timeout_ms * 1000;
	int64_t deadline_us = clock_mono_us() + QUESTIONS_MAX * timeout_us;
	bool same = true;

	if (s->envelope.n_recipients > ASKED_MAX)
		return false;
	for (size_t i = 1; i < s->envelope.n_recipients && same; i++) {
		struct prefs_found found;

		prefs_find(s->snapshot->prefs,
		           lower(s->arena, s->envelope.recipients[i]), &found);
		note_found(&s->prefs, &found);
		same = prefs_equal(first->prefs, found.prefs) &&
		       clock_mono_us() < deadline_us;
		prefs_unref(found.prefs);
	}
	return same;
}

/* One verdict for all of them: by the preferences that they share, else by
 * those of their domain, else by those of everybody. */
static void
find_of_recipients(struct scan *s)
{
	struct sv name = lower(s->arena, s->envelope.recipients[0]);
	struct prefs_found first;

	prefs_find(s->snapshot->prefs, name, &first);
	if (agree(s, &first)) {
		take(&s->prefs, &first, name);
		return;
	}
	prefs_unref(first.prefs);
	s->prefs.is_shared = true;
	find(s, common_name(s, name));
}

void
scan_find_prefs(struct scan *s)
{
	if (!prefs_store_is_used(s->snapshot->prefs))
		return;
	if (s->user.n == 0 && s->envelope.n_recipients)
		find_of_recipients(s);
	else
		find(s, s->user);
}

void
scan_drop_prefs(struct scan *s)
{
	prefs_unref(s->prefs.prefs);
	s->prefs.prefs = NULL;
}

const struct rule_settings *
scan_settings(const struct scan *s)
{
	return s->prefs.prefs ? rule_overlay_settings(s->prefs.prefs->overlay)
	                      : rule_set_settings(s->snapshot->rules);
}
