/* SPDX-License-Identifier: Apache-2.0 */
/* The rules that were true, as templates show them. Private to scan/. */
#ifndef SCAN_TEMPLATE_HITS_H
#define SCAN_TEMPLATE_HITS_H

#include "scan/template.h"

enum hits_form {
	HITS_NAMES,     /* "A,B,B" sorted; sub-rules left out */
	HITS_SCORES,    /* "A=1,B=0.5,B=0.5" */
	HITS_SUBS,      /* the same as HITS_NAMES, of sub-rules alone */
	HITS_SUBS_ONCE, /* "__A,__B(2)" */
};

/* "none" when there are none. */
void hits_list(const struct template_job *job, enum hits_form form,
               struct sv separator, struct buf *out);

/* One rule a line with points and description: of reports ("_SUMMARY_"), or
 * with a "*" before them, of headers ("_REPORT_"). */
void hits_describe(const struct template_job *job, bool is_header,
                   struct buf *out);

/* What `subjprefix` of those rules says, if subjects are rewritten. */
struct sv hits_subject_prefix(const struct template_job *job);

/* The points of those that learners heed: not of tflags noautolearn, userconf
 * and learn. */
int64_t hits_learn_score_e4(const struct template_job *job);

#endif
