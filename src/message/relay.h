/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way of a mail through mail servers: one relay for each Received field,
 * the newest first, and in front of them the client that our own server is
 * talking to, which has no field yet. How far the chain can be believed
 * depends on the networks (network.h) that the administrator trusts:
 *
 *     relays   0 .. n_trusted    written down by servers we trust
 *              0 .. n_internal   all of them ours
 *
 * Reading never fails. A field that no known format explains stays in the
 * chain as RELAY_UNREAD.
 */
#ifndef MESSAGE_RELAY_H
#define MESSAGE_RELAY_H

#include "base/ip.h"
#include "message/message.h"
#include "message/network.h"

enum relay_kind {
	RELAY_HOST,    /* handed over by a host whose address is known */
	RELAY_LOCAL,   /* within one machine, or no address was noted */
	RELAY_FETCHED, /* taken from a mailbox: the chain begins behind it */
	RELAY_UNREAD,  /* says "from", and nothing else that is understood */
};

struct relay {
	enum relay_kind kind;
	struct ip ip;      /* RELAY_HOST */
	struct sv address; /* the same as it stands */
	struct sv rdns;    /* name of that address, as the server looked it up;
	                      "" when there is none, or it is not known */
	bool no_rdns;      /* the server looked, and there is none */
	struct sv helo;    /* how the client called itself */
	struct sv ident;   /* RFC 1413 */
	struct sv by;      /* the server that wrote the field */
	struct sv envelope_from;
	struct sv id;
	struct sv protocol; /* "ESMTPS", "Microsoft SMTP Server", ... */
	struct sv auth;     /* how the client authenticated itself; or "" */
	bool tls;
	struct sv date;
	bool trusted, internal, msa;
	int header; /* index in parts[0].headers; RELAY_CLIENT */
};

/* "host", "local", "fetched", "unread". */
const char *relay_kind_word(enum relay_kind kind);

enum { RELAY_CLIENT = -1 }; /* the client's own connection: no field */

/* What our own server knows of the client, to be put in front. */
struct relay_client {
	struct sv ip, name, helo;
	struct sv by, id, from; /* our server's name and queue id, MAIL FROM */
	struct sv protocol;     /* "ESMTPS" */
	bool is_auth, tls;
};

struct relays {
	struct relay *list;
	size_t n;
	size_t n_trusted, n_internal; /* of the list, from its beginning */
	size_t arrival; /* index: those before it moved the mail on, after it
	                   had been taken from a mailbox */
	size_t unread;  /* of RELAY_UNREAD */
	bool cut;       /* there were more than `max` */
};

/* Reads the Received fields of the message's own header, at most `max` of
 * them, from the newest. `client` may be NULL. The result hangs from `a` and
 * refers to m and client. */
struct relays *relays_read(struct arena *a, const struct message *m,
                           const struct relay_client *client,
                           const struct network *network, size_t max);

/* What one field says: an unfolded value. The pieces are views into it. */
void relay_parse(struct sv value, struct relay *ret);

/* Fills in trusted, internal and msa of all, n_trusted and n_internal. */
void relays_classify(struct relays *relays, const struct network *network);

/* The first relay with an address that is not trusted, or not internal; or
 * NULL. */
const struct relay *relays_first_untrusted(const struct relays *relays);
const struct relay *relays_first_external(const struct relays *relays);

/* The oldest relay with an address; or NULL. */
const struct relay *relays_oldest(const struct relays *relays);

/* SpamAssassin's pseudo headers. */
enum relay_set {
	RELAY_TRUSTED,
	RELAY_UNTRUSTED,
	RELAY_INTERNAL,
	RELAY_EXTERNAL,
};

/* "[ ip=192.0.2.1 rdns=... msa=0 ] [ ... ]", or "". */
struct sv relays_text(struct arena *a, const struct relays *relays,
                      enum relay_set set);

#endif
