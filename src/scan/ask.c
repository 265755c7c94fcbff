/* SPDX-License-Identifier: Apache-2.0 */
/* What the facts of a message are about: its client and its sender. */
#include "base/clock.h"
#include "scan/stage.h"

/* Whether mail from there is from outside: what SPF and names can be asked
 * about. */
static bool
is_outside(const struct snapshot *snapshot, const struct ip *ip)
{
	return !network_is_internal(snapshot->network, ip) &&
	       !network_is_private(snapshot->network, ip);
}

/* What rules ask about any mail from that client. */
static void
ask_rules(struct facts *f, struct rule_worker *w,
          const struct snapshot *snapshot, const struct envelope *e)
{
	const struct relay_client client = {
		.ip = e->client_ip,
		.name = e->client_name,
		.helo = e->helo,
		.by = e->server,
		.from = e->from,
	};
	const struct message *nothing =
	    message_parse(f->arena, SV("\n"), &snapshot->conf->message);
	const struct message_envelope envelope = {
		.from = e->from,
		.helo = e->helo,
		.client_ip = e->client_ip,
		.client_name = e->client_name,
		.relays = relays_read(f->arena, nothing, &client,
		                      snapshot->network, 1),
	};
	const struct rule_job job = {
		.message = nothing,
		.envelope = &envelope,
		.lookup = f->lookup,
	};

	rule_ask(snapshot->rules, w, f->arena, &job);
}

struct facts *
scan_ask_early(struct arena *a, const struct snapshot *snapshot,
               struct rule_worker *w, const struct envelope *e)
{
	struct facts *f;
	struct ip ip;

	if (e->auth_user.n || e->is_local || ip_parse(e->client_ip, &ip) != 0 ||
	    !is_outside(snapshot, &ip))
		return NULL;
	f = facts_new(a, snapshot->conf, &snapshot->sources, clock_unix_ms());
	if (!f)
		return NULL;
	facts_client(f, &ip, e->client_name, e->helo);
	if (e->from.p)
		facts_sender(f, e->from);
	facts_step(f);
	ask_rules(f, w, snapshot, e);
	return f;
}

/* Of a mail that came by other ways: the host that handed it to our servers,
 * and what they noted. */
static void
ask_about_relay(struct scan *s)
{
	const struct relay *from = relays_first_external(s->relays);
	struct message_envelope envelope;
	struct sv sender;

	if (!s->facts->has_client && from && !from->auth.n)
		facts_client(s->facts, &from->ip, from->rdns, from->helo);
	if (s->facts->has_sender)
		return;
	scan_rule_envelope(s, &envelope);
	if (sender_find(s->snapshot->sender, s->arena, s->message, &envelope,
	                &sender))
		facts_sender(s->facts, sender);
}

void
scan_stage_facts(struct scan *s)
{
	if (!s->facts)
		s->facts = facts_new(s->arena, s->snapshot->conf,
		                     &s->snapshot->sources, s->unix_ms);
	if (!s->facts)
		return;
	if (s->relays)
		ask_about_relay(s);
	if (!s->post)
		facts_mail(s->facts, s->raw);
	facts_complete(s->facts);
	facts_step(s->facts);
}
