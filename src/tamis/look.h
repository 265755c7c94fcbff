/* SPDX-License-Identifier: Apache-2.0 */
/* How verdicts look to people. */
#ifndef TAMIS_LOOK_H
#define TAMIS_LOOK_H

#include "scan/scan.h"
#include "tamis/term.h"

/* A short word for the eye: "ok", "spam", "suspect", "unknown". */
const char *look_word(enum verdict v);
enum tone look_tone(enum verdict v);

/* The verdict that verdict_word() has this word for; E_UNKNOWN. */
int look_verdict(struct sv word, enum verdict *ret);

#endif
