/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One conversation of the spamd protocol: bytes of a request in, bytes of its
 * answer out. Knows no socket; one thread at a time.
 *
 * Answers are those of spamd 4.0, to the byte where spamc and other clients
 * look, so that they need not know who answers.
 */
#ifndef INGRESS_SPAMD_SESSION_H
#define INGRESS_SPAMD_SESSION_H

#include "ingress/ingress.h"
#include "ingress/spamd_request.h"

struct spamd_session {
	struct ingress *ingress;
	struct snapshot *snapshot; /* in force when it began */
	struct sv host, ip;        /* of the client, for templates */
	struct spamd_request request;
	struct buf in;  /* the request so far, until the answer is there */
	struct buf out; /* the answer */
	bool answered;  /* `out` is complete */
	bool whole;     /* the request was read to its end */
};

/* `host` and `ip` live as long as the session. */
void spamd_session_init(struct spamd_session *s, struct ingress *in,
                        struct sv host, struct sv ip);
void spamd_session_done(struct spamd_session *s);

/* More of the request; what comes after the answer is ignored. Judges the
 * mail when it is complete. */
void spamd_session_read(struct spamd_session *s, struct sv bytes);

/* The client has said all, or has taken too long over it. */
void spamd_session_end(struct spamd_session *s);
void spamd_session_late(struct spamd_session *s);

#endif
