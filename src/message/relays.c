/* SPDX-License-Identifier: Apache-2.0 */
/* The chain: which relays there are, and how far they can be believed. */
#include "message/relay.h"

static void
add_client(struct relays *rs, const struct relay_client *client)
{
	struct relay r = {
		.kind = RELAY_HOST,
		.address = client->ip,
		.rdns = client->name,
		.helo = client->helo,
		.by = client->by,
		.id = client->id,
		.envelope_from = client->from,
		.protocol = client->protocol,
		.auth = client->is_auth ? client->protocol : SV(""),
		.tls = client->tls,
		.header = RELAY_CLIENT,
	};

	if (ip_parse(client->ip, &r.ip) != 0)
		return;
	/* Where there is no name, the server says "[192.0.2.1]". */
	if ((r.rdns.n && r.rdns.p[0] == '[') || sv_ieq_str(r.rdns, "unknown"))
		r.rdns = SV("");
	r.no_rdns = r.rdns.n == 0;
	rs->list[rs->n++] = r;
}

/* Some servers show filters the field they are about to add: then the client
 * is in the chain already. */
static bool
is_client(const struct relay *r, const struct relay_client *client)
{
	struct ip ip;

	return r->kind == RELAY_HOST && client->id.n &&
	       sv_eq(r->id, client->id) && ip_parse(client->ip, &ip) == 0 &&
	       memcmp(&ip, &r->ip, sizeof ip) == 0;
}

static size_t
count_received(const struct message_part *top)
{
	size_t n = 0;

	for (size_t i = 0; i < top->n_headers; i++)
		n += sv_ieq_str(top->headers[i].name, "Received");
	return n;
}

/* The first address in a text. */
static bool
find_address(struct sv text, struct sv *ret_text, struct ip *ret)
{
	size_t from, to = 0;

	for (from = 0; from < text.n; from = to + 1) {
		for (to = from;
		     to < text.n && (sv_hex_value(text.p[to]) >= 0 ||
		                     text.p[to] == '.' || text.p[to] == ':');)
			to++;
		*ret_text = sv_sub(text, from, to);
		if (to - from > 1 && ip_parse(*ret_text, ret) == 0)
			return true;
	}
	return false;
}

/* Behind all servers that say from whom they took it. */
static void
add_origins(struct relays *rs, const struct message_part *top,
            const struct conf_list *names)
{
	struct relay r = { .kind = RELAY_HOST, .envelope_from = SV_NONE };

	for (size_t i = 0; i < names->n; i++) {
		const struct message_header *last = NULL;
		struct sv name = sv_str(names->list[i]);

		for (size_t j = 0; j < top->n_headers; j++)
			if (sv_ieq(top->headers[j].name, name))
				last = &top->headers[j];
		if (!last || !find_address(last->value, &r.address, &r.ip))
			continue;
		r.header = (int)(top->n_headers - 1);
		rs->list[rs->n++] = r;
	}
}

struct relays *
relays_read(struct arena *a, const struct message *m,
            const struct relay_client *client, const struct network *network,
            size_t max)
{
	const struct message_part *top = &m->parts[0];
	size_t n = count_received(top);
	struct relays *rs = ARENA_NEW(a, struct relays);
	size_t fields = 0;

	rs->cut = n > max;
	n = rs->cut ? max : n;
	rs->list =
	    ARENA_ARRAY(a, struct relay, n + 1 + network_origins(network)->n);
	for (size_t i = 0; i < top->n_headers && fields < n; i++) {
		struct relay r;

		if (!sv_ieq_str(top->headers[i].name, "Received"))
			continue;
		relay_parse(top->headers[i].value, &r);
		r.header = (int)i;
		if (fields++ == 0 && client && !is_client(&r, client))
			add_client(rs, client);
		rs->unread += r.kind == RELAY_UNREAD;
		rs->list[rs->n++] = r;
	}
	if (client && rs->n == 0)
		add_client(rs, client);
	add_origins(rs, top, network_origins(network));
	relays_classify(rs, network);
	return rs;
}

/* ---- trust ---- */

/* How far trust reaches while the chain is walked, from us outwards. */
struct walk {
	const struct network *network;
	bool trusted, internal;
	bool behind_msa; /* the rest is what the submission server is */
};

/* A client that has authenticated itself to a server that is believed, or one
 * of a network that is. */
static void
step(struct walk *w, struct relay *r)
{
	const struct network *n = w->network;
	bool known = r->auth.n > 0;

	if (w->behind_msa || !w->trusted)
		return;
	if (network_is_inferred(n)) {
		w->trusted = known || network_is_private(n, &r->ip);
		w->internal = w->trusted;
		return;
	}
	w->trusted = known || network_is_trusted(n, &r->ip);
	w->internal &= w->trusted && (known || network_is_internal(n, &r->ip));
	r->msa = w->behind_msa = w->trusted && network_is_msa(n, &r->ip);
}

void
relays_classify(struct relays *rs, const struct network *network)
{
	struct walk w = { network, true, true, false };

	rs->n_trusted = rs->n_internal = rs->arrival = 0;
	for (size_t i = 0; i < rs->n; i++) {
		struct relay *r = &rs->list[i];

		if (r->kind == RELAY_HOST)
			step(&w, r);
		else if (r->kind == RELAY_FETCHED && w.trusted)
			rs->arrival = i + 1;
		r->trusted = w.trusted;
		r->internal = w.internal;
		rs->n_trusted += r->trusted;
		rs->n_internal += r->internal;
	}
}

static const struct relay *
first_host(const struct relays *rs, size_t from)
{
	for (size_t i = from; i < rs->n; i++)
		if (rs->list[i].kind == RELAY_HOST)
			return &rs->list[i];
	return NULL;
}

const struct relay *
relays_first_untrusted(const struct relays *rs)
{
	return first_host(rs, rs->n_trusted);
}

const struct relay *
relays_first_external(const struct relays *rs)
{
	return first_host(rs, rs->n_internal);
}

const struct relay *
relays_oldest(const struct relays *rs)
{
	for (size_t i = rs->n; i > rs->arrival; i--)
		if (rs->list[i - 1].kind == RELAY_HOST)
			return &rs->list[i - 1];
	return NULL;
}
