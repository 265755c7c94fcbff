/* SPDX-License-Identifier: Apache-2.0 */
/* Clocks, and times as text (RFC 3339, UTC). Any thread. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

#include "base/sv.h"

int64_t clock_unix_ms(void); /* wall clock: milliseconds since 1970 */
int64_t clock_mono_us(void); /* monotonic: for deadlines and durations */
int64_t clock_mono_ns(void); /* the same, in nanoseconds */
int64_t clock_cpu_us(void);  /* CPU time of this thread */
int64_t clock_cpu_ns(void);  /* the same, in nanoseconds */

/* "2026-11-23T03:04:05.678Z" into text[CLOCK_TEXT]; returns text. */
enum { CLOCK_TEXT = 32 };
char *clock_text(int64_t unix_ms, char text[CLOCK_TEXT]);

/* Reads that form back (fraction optional, "Z" required); E_SYNTAX. */
int clock_parse(struct sv text, int64_t *ret_unix_ms);

#endif
