/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What clients of Akismet's protocol send, as a post: the parameters that its
 * public documentation names, and no others. docs/akismet.md has the table.
 */
#ifndef INGRESS_AKISMET_H
#define INGRESS_AKISMET_H

#include "ingress/form.h"
#include "scan/scan.h"

enum { AKISMET_DIGEST = 65 };

/* What the site has decided before us, for its own tests. */
enum akismet_preset {
	AKISMET_JUDGE,
	AKISMET_ALWAYS_SPAM,
	AKISMET_ALWAYS_HAM,
};

struct akismet {
	enum akismet_preset preset;
	struct sv guid;              /* of the judgement, if the client says */
	struct sv reporter;          /* who submits, if it says; or "" */
	char digest[AKISMET_DIGEST]; /* of who wrote what */
	bool is_recheck;             /* it may have been judged before */
	const char *help;            /* for a developer; or NULL */
};

/* The key: of the form ("api_key", "key"), or else the first label of the host
 * name it was sent to ("KEY.rest.example.org"). */
struct sv akismet_key(const struct form *f, struct sv host);

/* Fills in the post, its surface and its envelope; all texts are those of the
 * form. E_SYNTAX: there is nothing to judge; ret->help says so. */
int akismet_read(const struct form *f, struct scan *s, struct akismet *ret);

/* "true" or "false" of a judged post: whether the site should not show it. */
bool akismet_is_spam(const struct scan *s);

#endif
