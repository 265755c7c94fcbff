/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fixed-point numbers in 1/10,000: scores and thresholds. Sums are exact and
 * do not depend on their order or on the locale.
 */
#ifndef BASE_E4_H
#define BASE_E4_H

#include <stdint.h>

#include "base/sv.h"

#define E4_ONE 10000

/* "5", "-0.001", "12.3456": up to four decimals (further digits must be 0);
 * E_SYNTAX, E_RANGE beyond +-100,000. */
int e4_parse(struct sv text, int64_t *ret_e4)
    __attribute__((warn_unused_result));

/* The shortest exact form, "5", "-0.001"; returns text. */
enum { E4_TEXT = 32 };
char *e4_text(int64_t value_e4, char text[E4_TEXT]);

/* With one decimal at least, as mail headers have it: "5.0", "-0.1234". */
char *e4_text_1(int64_t value_e4, char text[E4_TEXT]);

#endif
