/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records of reports for the spool: what the feed counts of them. A report is
 * recorded before it is applied; after a crash in between, what the spool has
 * already is not recorded again.
 */
#ifndef TAMISD_REPORT_RECORD_H
#define TAMISD_REPORT_RECORD_H

#include "learn/ledger.h"

struct report_recorder;

/* Reads the end of the spool. Logs what cannot be had; never NULL. */
struct report_recorder *report_recorder_new(const struct conf *conf);
void report_recorder_free(struct report_recorder *r);

/* A report, and the message it is about (NULL: nothing is known of it). */
void report_record(struct report_recorder *r, const struct receipt *p,
                   const struct trace *t);

/* A campaign that reports have made suspected, or spam. */
void report_record_campaign(struct report_recorder *r, const struct receipt *p,
                            enum recognition_state to, int64_t age_ms);

#endif
