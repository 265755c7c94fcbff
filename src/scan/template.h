/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What SpamAssassin would write: the report, the X-Spam-* fields, the marked
 * mail. Templates come from the rules (rule/settings.h); "_SCORE_" and other
 * tags in them stand for what was found out about a message.
 *
 *     struct template_job job;
 *     template_begin(&job, s);              after scan_run(s)
 *     text = template_report(&job);
 */
#ifndef SCAN_TEMPLATE_H
#define SCAN_TEMPLATE_H

#include "base/buf.h"
#include "rule/settings.h"
#include "scan/scan.h"

/* A tag that only the caller knows: { "REMOTEHOSTNAME", "localhost" }. Comes
 * before those that are built in. */
struct template_tag {
	const char *name;
	struct sv text;
};

/* One message and its judgement. Everything may be changed between
 * template_begin() and the other functions; the texts they return live as
 * long as the arena. */
struct template_job {
	struct arena *arena;
	const struct rule_settings *settings;
	const struct message *message;
	struct sv rest; /* of the mail, behind message.bytes_max: never read,
	                   and passed on as it is */
	const struct message_envelope
	    *envelope;                   /* with relays; NULL: unknown */
	const struct rule_result *rules; /* with all hits if _SUBTESTS_ is to
	                                    name them */
	int64_t score_e4, required_e4;
	bool is_spam;
	int64_t unix_ms;
	const char *hostname; /* where settings->report_hostname is "" */
	const char *version, *subversion;
	const struct template_tag *tags;
	size_t n_tags;
};

/* Of a message that was judged: settings of its rule set, which also say what
 * is spam (required_score), the machine's name, the time of the scan. */
void template_begin(struct template_job *ret, const struct scan *s);

/* The text with its tags replaced. Tags that are not known stay. */
struct sv template_text(const struct template_job *job, struct sv text);

/* What `report` says; ends with two line ends. */
struct sv template_report(const struct template_job *job);

/* The fields that add_header asks for, in their order. */
struct template_header {
	struct sv name;  /* "X-Spam-Status" */
	struct sv value; /* folded with LF and TAB, encoded (RFC 2047) */
};
struct template_headers {
	struct template_header *list;
	size_t n;
};
struct template_headers template_headers(const struct template_job *job);

/* The marked mail, with the line ends of the message: by report_safe, that is
 * with its own body, or inside a new mail that holds the report. */
void template_mail(const struct template_job *job, struct buf *out);

#endif
