/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reports as mails: the Abuse Reporting Format (RFC 5965), or a mail with the
 * reported one attached, as mail programs forward it, or the reported mail
 * itself. Any bytes are safe to read.
 */
#ifndef INGRESS_ARF_H
#define INGRESS_ARF_H

#include "learn/feedback.h"
#include "message/message.h"

struct arf {
	bool is_report; /* RFC 5965: it says itself what it is */
	enum feedback_kind kind;
	struct sv reason;   /* its Feedback-Type, in small letters */
	struct sv original; /* the mail it is about, or its header */
	const char *why;    /* of an error; a sentence */
};

/* Texts are in the arena or the mail. E_SYNTAX: a report that breaks RFC 5965:
 * without Feedback-Type, User-Agent or Version, with two of these, of another
 * version, or without the reported mail. */
int arf_read(struct arena *a, struct sv mail, const struct conf_message *limits,
             struct arf *ret) __attribute__((warn_unused_result));

#endif
