/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the plugin HeaderEval share. Private to eval/. */
#ifndef EVAL_HEADER_H
#define EVAL_HEADER_H

#include "eval/theme.h"

/* ---- header_date.c ---- */

enum {
	DATE_IN_RECEIVED,
	DATE_FROM_LOCAL,
	DATE_BY_UID,
	DATE_FETCHMAIL,
};
extern const char *const header_date_regexes[];

/* Seconds since 1970, as SpamAssassin (Util::parse_rfc822_date) reads a date:
 * with other zones than message/date.h, and years from 1970 to 2037. */
bool header_date_read(struct arena *a, struct sv text, int64_t *ret_unix_s);

bool header_shifted_date(struct eval_job *job, const struct eval_call *call);
bool header_within_months(struct eval_job *job, const struct eval_call *call);

/* ---- header_forged.c: mail that is not from whom it says ---- */

enum { GATED_LIST, GATED_DELIVERED, GATED_QMAIL, GATED_MSN, GATED_END };

/* The first ones of each list of a function that asks header_gated(). */
#define HEADER_GATED_REGEXES                                                   \
	[GATED_LIST] = "(?m)^contact \\S+@\\S+; run by ezmlm$",                \
	[GATED_DELIVERED] = "(?m)^mailing list \\S+@\\S+",                     \
	[GATED_QMAIL] = "qmail [0-9]+ invoked (?:from network|by .{3,20})\\);" \
			" [0-9]+ ... [0-9]+",                                  \
	[GATED_MSN] = "from groups\\.msn\\.com \\(\\S+\\.msn\\.com "

extern const char *const header_hotmail_regexes[];
extern const char *const header_eudoramail_regexes[];
extern const char *const header_yahoo_regexes[];
extern const char *const header_juno_regexes[];
extern const char *const header_gmail_regexes[];
extern const char *const header_gated_regexes[];

bool header_forged_hotmail(struct eval_job *job, const struct eval_call *call);
bool header_no_hotmail(struct eval_job *job, const struct eval_call *call);
bool header_msn_groups(struct eval_job *job, const struct eval_call *call);
bool header_forged_eudoramail(struct eval_job *job,
                              const struct eval_call *call);
bool header_forged_yahoo(struct eval_job *job, const struct eval_call *call);
bool header_forged_juno(struct eval_job *job, const struct eval_call *call);
bool header_forged_gmail(struct eval_job *job, const struct eval_call *call);
bool header_gated(struct eval_job *job, const struct eval_call *call);

#endif
