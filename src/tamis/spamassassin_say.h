/* SPDX-License-Identifier: Apache-2.0 */
/* What SpamAssassin's programs say on standard error, in their form:
 * "Apr  6 10:00:00.000 [123] warn: config: ...". One thread. */
#ifndef TAMIS_SPAMASSASSIN_SAY_H
#define TAMIS_SPAMASSASSIN_SAY_H

#include <stdbool.h>

/* Whether say_debug() says anything, and about what: "" is everything, else
 * names with commas between them. */
void say_debug_about(bool on, const char *areas);
bool say_debug_is_on(const char *area);

void say_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void say_debug(const char *area, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
