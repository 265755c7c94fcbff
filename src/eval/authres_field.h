/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One Authentication-Results or ARC-Authentication-Results field (RFC 8601
 * section 2.2, RFC 8617 section 4.1.1), as strictly as SpamAssassin reads it:
 * what names an unknown method, result or property counts for nothing.
 * Private to eval/.
 */
#ifndef EVAL_AUTHRES_FIELD_H
#define EVAL_AUTHRES_FIELD_H

#include "base/sv.h"

enum { AUTHRES_METHODS = 14, AUTHRES_RESULTS_MAX = 50 };

/* "arc", "auth", ...: in alphabetical order. */
const char *authres_method(size_t index);
/* AUTHRES_METHODS: there is no such method. */
size_t authres_method_find(struct sv name);

struct authres_result {
	size_t method;
	struct sv value; /* "pass", a view into the field */
};

struct authres_field {
	struct sv authserv; /* as written; set when the reading came so far */
	struct authres_result results[AUTHRES_RESULTS_MAX];
	size_t n;
};

/* Reads up to the identity of the server, and all of it. NULL, or what is
 * wrong (static). */
const char *authres_read_authserv(struct sv text, bool is_arc,
                                  struct authres_field *ret);
const char *authres_read(struct sv text, bool is_arc,
                         struct authres_field *ret);

#endif
