/* SPDX-License-Identifier: Apache-2.0 */
/* UUID version 7 (RFC 9562 section 5.7): sorts by time. Any thread. */
#ifndef BASE_UUID_H
#define BASE_UUID_H

#include <stdint.h>

#include "base/sv.h"

enum { UUID_TEXT = 37 };

/* A new one as lower-case text, NUL-terminated; returns text. */
char *uuid_new(int64_t unix_ms, char text[UUID_TEXT]);

bool uuid_valid(struct sv text); /* any version, 8-4-4-4-12 */

#endif
