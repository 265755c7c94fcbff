/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reports on their way in, whichever way: POST /v1/feedback, the control
 * socket, mail to feedback.address, TELL of spamc, Akismet's submit calls.
 * Each becomes a struct feedback and ends in intake_submit().
 *
 * A report names a verdict, or brings the message along. That has our mark
 * (learn/mark.h) if it was judged here; else it is judged now, as a test, and
 * what is remembered of it is the same.
 */
#ifndef INGRESS_INTAKE_H
#define INGRESS_INTAKE_H

#include "ingress/ingress.h"
#include "learn/feedback.h"

enum { INTAKE_WHY = 200 };

/* Whether whoever asks may decide (corrections), and name another source. */
struct intake_rights {
	bool may_correct, may_name_source;
};

/* Reads the members of a JSON object; texts are in the arena. E_SYNTAX, E_AUTH
 * with the reason in `why`. docs/feedback.md has the members. */
int intake_read(struct sv json, struct arena *a,
                const struct intake_rights *rights, struct feedback *ret,
                char why[INTAKE_WHY]);

/* Records a report; counts and logs it. As feedback_submit(); E_STATE: there
 * is no store. */
int intake_submit(struct ingress *in, const struct feedback *f,
                  struct feedback_answer *ret);

/* The same of a message: by its mark, or judged now as a test with what is
 * filled in of `s` (a mail or a post). */
int intake_scan(struct ingress *in, struct scan *s, struct feedback *f,
                struct feedback_answer *ret);

/* The same of a mail as it was delivered. */
int intake_message(struct ingress *in, struct sv mail, struct feedback *f,
                   struct feedback_answer *ret);

/* A report as a mail: RFC 5965, or with the reported message attached, or the
 * message itself. What it does not say itself is in `f`. */
int intake_mail(struct ingress *in, struct sv mail, struct feedback *f,
                struct feedback_answer *ret);

/* {"report": ID, "repeated": false}, or {"error": ...}. */
void intake_answer(int result, const struct feedback_answer *answer,
                   struct buf *out);
/* The status of HTTP (RFC 9110) for a result. */
unsigned intake_status(int result, const struct feedback_answer *answer);

#endif
