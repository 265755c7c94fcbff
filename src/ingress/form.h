/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The body of a form: application/x-www-form-urlencoded, as the URL standard
 * (WHATWG) has it: "name=value&name=value", "+" is a space, "%41" a byte. What
 * is no escape stands for itself.
 */
#ifndef INGRESS_FORM_H
#define INGRESS_FORM_H

#include "base/arena.h"
#include "base/error.h"

enum { FORM_FIELDS_MAX = 1000 };

struct form_field {
	struct sv name, value; /* in the arena */
};

struct form {
	struct form_field *fields; /* in the order of the body */
	size_t n;
};

/* E_LIMIT: more fields than FORM_FIELDS_MAX; the first ones are there. */
int form_read(struct sv body, struct arena *a, struct form *ret);

/* The first value of that name; SV_NONE if it is not there. */
struct sv form_value(const struct form *f, const char *name);

#endif
