/* SPDX-License-Identifier: Apache-2.0 */
/* How verdicts and points look to people. */
#ifndef TAMIS_LOOK_H
#define TAMIS_LOOK_H

#include "base/e4.h"
#include "scan/scan.h"
#include "tamis/term.h"

/* A short word for the eye: "ok", "spam", "suspect", "unknown". */
const char *look_word(enum verdict v);
enum tone look_tone(enum verdict v);

/* The verdict that verdict_word() has this word for; E_UNKNOWN. */
int look_verdict(struct sv word, enum verdict *ret);

/* The points of a rule: those of a shadow in brackets, as it does not give
 * them, and "-" for a sub-rule; returns text. */
enum { LOOK_SCORE = E4_TEXT + 2 };
const char *look_score(const struct rule *r, char text[LOOK_SCORE]);

#endif
