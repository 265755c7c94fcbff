/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One conversation with a mail server: what its milter events have told so
 * far. Knows nothing of libmilter. One thread at a time.
 */
#ifndef INGRESS_SESSION_H
#define INGRESS_SESSION_H

#include "base/vec.h"
#include "ingress/ingress.h"

enum { SESSION_RECIPIENTS_MAX = 10000 };

/* Header fields that we write and therefore remove when somebody else did. */
enum own_header {
	OWN_STATUS,
	OWN_FLAG,
	OWN_LEVEL,
	OWN_SCORE,
	OWN_ID,
	OWN_COUNT,
};
extern const char *const own_header_names[OWN_COUNT];

struct session {
	struct ingress *ingress;
	struct arena *connection; /* texts of the whole connection */
	struct arena *message;    /* texts of the message at hand */

	/* of the connection */
	struct sv client_name, client_ip, helo;
	bool is_local;
	bool no_reply;      /* the server wants no answer before the end */
	bool leading_space; /* header values carry theirs, both ways */
	bool may_change_headers, may_quarantine;

	/* of the message; see session_begin() */
	bool in_message;
	bool overload; /* over in_flight_max: not judged */
	bool stopping; /* came while we stop: not judged */
	struct snapshot *snapshot;
	struct sv from, queue_id, auth_user, authserv_id, server;
	bool tls;
	VEC(struct sv) recipients;
	uint64_t recipient_count;
	struct buf raw; /* the mail as it will be judged */
	bool in_body;
	unsigned own_headers[OWN_COUNT]; /* how many came in */
	/* Authentication-Results: which of the `results_count` came with our
	 * own id, by position among them, from 1. */
	unsigned results_count;
	VEC(unsigned) forged_results;
	bool has_subject;
	struct sv subject;   /* value of the first one, raw */
	struct facts *facts; /* asked for, and not judged yet; or NULL */
	struct scan *scan;   /* the outcome, once it is judged */
};

struct session *session_new(struct ingress *in);
void session_free(struct session *s); /* takes NULL */

/* The client's address and name are known: asks about it, so that the answers
 * are remembered when a message comes. */
void session_connect(struct session *s);

/* A new message from this sender; ends the one before. */
void session_begin(struct session *s, struct sv from);
/* The message is over, one way or the other. */
void session_end(struct session *s);

/* The sender is known, and what else there is before recipients: asks about it
 * what can be asked. */
void session_ask(struct session *s);
void session_recipient(struct session *s, struct sv address);
void session_header(struct session *s, struct sv name, struct sv value);
void session_body(struct session *s, struct sv chunk);

/* Judges what came; the outcome lives until session_end(). */
struct scan *session_judge(struct session *s);

/* "<a@example.org> SIZE=1" without brackets. */
struct sv session_address(struct sv argument);

#endif
