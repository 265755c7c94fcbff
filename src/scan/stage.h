/* SPDX-License-Identifier: Apache-2.0 */
/* The stages that pipeline.c runs in their order; private to scan/. */
#ifndef SCAN_STAGE_H
#define SCAN_STAGE_H

#include "scan/scan.h"

void scan_stage_facts(struct scan *s);   /* what is asked of the outside */
void scan_stage_signals(struct scan *s); /* what was learned says */
void scan_stage_verdict(struct scan *s); /* score, class, what is missing */
void scan_stage_plan(struct scan *s);    /* what to do about it */

/* What features of a message are made of. */
struct feature_source scan_feature_source(const struct scan *s);

#endif
