/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/fact.h"

#include "fact/arc.h"
#include "fact/dkim.h"
#include "fact/dmarc.h"
#include "fact/dns.h"
#include "fact/geo.h"
#include "fact/rdns.h"
#include "fact/results.h"
#include "fact/signed_mail.h"
#include "fact/spf.h"
#include "fact/zone.h"

struct facts *
facts_new(struct arena *a, const struct conf *conf,
          const struct facts_source *source, int64_t unix_ms)
{
	struct facts *f;
	void *ctx = (void *)(uintptr_t)source->zone;

	if (!source->zone && !source->dns)
		return NULL;
	f = ARENA_NEW(a, struct facts);
	*f = (struct facts){
		.arena = a,
		.conf = conf,
		.geo = source->geo,
		.unix_ms = unix_ms,
		.receiver = sv_str(conf->milter.authserv_id),
	};
	if (!ctx)
		ctx = f->batch = dns_batch_new(source->dns);
	f->lookup = lookup_new(a, f->batch ? &dns_source : &zone_source, ctx,
	                       (size_t)conf->dns.questions_max);
	return f;
}

void
facts_client(struct facts *f, const struct ip *ip, struct sv name,
             struct sv helo)
{
	f->has_client = true;
	f->client = *ip;
	f->client_name = name;
	f->helo = helo;
}

void
facts_sender(struct facts *f, struct sv from)
{
	f->has_sender = true;
	f->sender = from;
}

void
facts_mail(struct facts *f, struct sv raw)
{
	const struct results *trusted;

	f->mail = signed_mail_read(f->arena, raw, &f->conf->message);
	trusted = results_trusted(f->mail, &f->conf->results);
	if (!trusted)
		return;
	f->spf = results_spf(trusted);
	f->dkim = results_dkim(trusted);
	f->dmarc = results_dmarc(trusted);
	f->is_known[FACT_SPF] = f->is_known[FACT_SPF_HELO] = true;
	f->is_known[FACT_DKIM] = f->is_known[FACT_DMARC] = true;
}

/* ---- one fact each: false while an answer is missing ---- */

static bool
know_place(struct facts *f)
{
	struct geo_place *place = ARENA_NEW(f->arena, struct geo_place);

	geo_find(f->geo, f->arena, &f->client, place);
	if (place->country.n || place->asn)
		f->place = place;
	return true;
}

static bool
know_rdns(struct facts *f)
{
	struct rdns *rdns = ARENA_NEW(f->arena, struct rdns);

	if (!f->conf->dns.client_names)
		return true;
	if (!rdns_check(f->arena, f->lookup, &f->client, f->helo, rdns))
		return false;
	f->rdns = rdns;
	return true;
}

static const struct spf_outcome *
check_spf(struct facts *f, struct sv sender)
{
	const struct spf_query query = {
		.ip = f->client,
		.sender = sender,
		.helo = f->helo,
		.receiver = f->receiver,
		.unix_s = f->unix_ms / 1000,
	};
	struct spf_outcome *outcome = ARENA_NEW(f->arena, struct spf_outcome);

	return spf_check(f->arena, f->lookup, &query, outcome) ? outcome : NULL;
}

/* What another filter found may come with the mail, instead of our own. */
static bool
is_too_early(const struct facts *f)
{
	return f->conf->results.trusted_authserv_ids.n && !f->is_complete;
}

/* An address literal, or a name without a dot, says nothing of a domain. */
static bool
know_spf_helo(struct facts *f)
{
	if (is_too_early(f))
		return false;
	if (!f->conf->spf.enabled ||
	    sv_find_char(f->helo, '.') == SV_NOT_FOUND || f->helo.p[0] == '[')
		return true;
	f->spf_helo = check_spf(f, SV_NONE);
	return f->spf_helo;
}

static bool
know_spf(struct facts *f)
{
	if (is_too_early(f))
		return false;
	if (!f->conf->spf.enabled)
		return true;
	f->spf = check_spf(f, f->sender);
	return f->spf;
}

static bool
know_dkim(struct facts *f)
{
	if (!f->conf->dkim.enabled)
		return true;
	if (!f->dkim)
		f->dkim = dkim_read(f->mail, &f->conf->dkim, f->unix_ms / 1000);
	return dkim_check(f->dkim, f->lookup);
}

static bool
know_arc(struct facts *f)
{
	if (!f->conf->arc.enabled)
		return true;
	if (!f->arc)
		f->arc = arc_read(f->mail, &f->conf->arc, &f->conf->dkim);
	return arc_check(f->arc, f->lookup);
}

/* Its own questions do not wait for the answers to the others'. */
static bool
know_dmarc(struct facts *f)
{
	struct dmarc_evidence evidence;

	if (!f->conf->dmarc.enabled)
		return true;
	if (!f->dmarc)
		f->dmarc = dmarc_read(f->mail, &f->conf->dmarc);
	dmarc_ask(f->dmarc, f->lookup);
	if (!facts_know(f, FACT_SPF) || !facts_know(f, FACT_DKIM) ||
	    !facts_know(f, FACT_ARC))
		return false;
	evidence = (struct dmarc_evidence){ f->spf, f->dkim, f->arc };
	return dmarc_check(f->dmarc, &evidence, f->lookup);
}

/* What a fact needs to be known of the message. */
enum { NEEDS_CLIENT = 1, NEEDS_SENDER = 2, NEEDS_MAIL = 4 };

static const struct {
	const char *word;
	unsigned needs;
	bool (*know)(struct facts *f);
} facts[FACT_COUNT] = {
	[FACT_PLACE] = { "place", NEEDS_CLIENT, know_place },
	[FACT_RDNS] = { "rdns", NEEDS_CLIENT, know_rdns },
	[FACT_SPF_HELO] = { "spf_helo", NEEDS_CLIENT, know_spf_helo },
	[FACT_SPF] = { "spf", NEEDS_CLIENT | NEEDS_SENDER, know_spf },
	[FACT_DKIM] = { "dkim", NEEDS_MAIL, know_dkim },
	[FACT_ARC] = { "arc", NEEDS_MAIL, know_arc },
	[FACT_DMARC] = { "dmarc", NEEDS_MAIL, know_dmarc },
};

const char *
fact_word(enum fact which)
{
	return facts[which].word;
}

static unsigned
said_so_far(const struct facts *f)
{
	return (f->has_client ? NEEDS_CLIENT : 0) |
	       (f->has_sender ? NEEDS_SENDER : 0) | (f->mail ? NEEDS_MAIL : 0);
}

bool
facts_know(struct facts *f, enum fact which)
{
	if (f->is_known[which])
		return true;
	if (facts[which].needs & ~said_so_far(f)) {
		if (!f->is_complete)
			return false;
	} else if (!facts[which].know(f)) {
		return false;
	}
	f->is_known[which] = true;
	return true;
}

bool
facts_step(struct facts *f)
{
	bool all = true;

	lookup_wait(f->lookup, 0);
	for (int i = 0; i < FACT_COUNT; i++)
		all &= facts_know(f, (enum fact)i);
	return all;
}

void
facts_complete(struct facts *f)
{
	f->is_complete = true;
}

void
facts_end(struct facts *f)
{
	if (!f)
		return;
	lookup_end(f->lookup);
	f->is_complete = true;
	facts_step(f);
	dns_batch_free(f->batch);
	f->batch = NULL;
}
