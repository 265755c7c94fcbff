/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mail to feedback.address: a report of one of our own users, which is read
 * and not delivered. With "+ham" or "+withdrawn" before the "@" it says that
 * the mail in it is not spam, or takes a report back.
 */
#ifndef INGRESS_SESSION_REPORT_H
#define INGRESS_SESSION_REPORT_H

#include "ingress/session.h"
#include "learn/feedback.h"

/* Whether the message of this session is one: all its recipients are that
 * address. */
bool session_is_report(const struct session *s);

/* Takes it. 0: recorded. E_AUTH: not from one of our users. Others: as
 * intake_mail(). */
int session_report(struct session *s, struct feedback_answer *ret);

#endif
