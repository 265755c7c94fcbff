/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Browsers cannot send a token in a header, so they post it once, in a form,
 * and get a cookie: a random number that stands for the token for some hours,
 * in the memory of this process alone. The token is asked about at each
 * request, so a revoked one ends its sessions. With a cookie one can only
 * read. Whoever guesses too often waits.
 *
 * Any thread.
 */
#ifndef FEEDD_LOGIN_H
#define FEEDD_LOGIN_H

#include "feedd/site.h"

struct login;

enum {
	LOGIN_BODY_MAX = 1024,
	LOGIN_HEADER = 300, /* "Bearer TOKEN" with its NUL */
};

#define LOGIN_COOKIE "tamis_session"

struct login *login_new(struct access *access); /* which it borrows */
void login_free(struct login *l);               /* takes NULL */

/* The header Authorization that a cookie stands for; false: it has ended. */
bool login_recall(struct login *l, const char *cookie, int64_t now_unix_ms,
                  char ret[LOGIN_HEADER]);

enum login_answer {
	LOGIN_DONE,     /* signed in or out: ret_cookie is to be set */
	LOGIN_WRONG,    /* not a good token */
	LOGIN_TOO_MANY, /* such tries from this address in this hour */
	LOGIN_ELSEWHERE /* the form is of another site */
};

enum { LOGIN_SET_COOKIE = 160 };

/* A form of members "token", or "action" with "out", and "lang", of which
 * ret_lang becomes a known one or NULL. */
enum login_answer login_post(struct login *l, const struct site_request *q,
                             struct sv body, int64_t now_unix_ms,
                             char ret_cookie[LOGIN_SET_COOKIE],
                             const char **ret_lang);

#endif
