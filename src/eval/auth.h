/* SPDX-License-Identifier: Apache-2.0 */
/* What functions know of who sent a mail, by the facts of it. All is asked for
 * like answers (ask.h): NULL while it is not known. Private to eval/. */
#ifndef EVAL_AUTH_H
#define EVAL_AUTH_H

#include "eval/ask.h"
#include "fact/dkim.h"
#include "fact/fact.h"

/* Whether a fact is known; else, if there is somebody to ask, the call is
 * open. */
bool auth_knows(struct eval_job *job, enum fact which);

/* The signatures; or NULL: nobody looks at them. Their validity is known when
 * FACT_DKIM is. */
const struct dkim *auth_dkim(struct eval_job *job);

/* Whether a signature is valid, and its key long enough. */
bool auth_is_valid(const struct eval_job *job, const struct dkim_signature *s);

/* The domain that takes responsibility: of i=, or d=; small letters. */
struct sv auth_signer(struct eval_job *job, const struct dkim_signature *s);

/* The address and the domain of an author in From, in small letters; false at
 * the end. Start with *pos = 0. */
bool auth_next_author(struct eval_job *job, size_t *pos, struct sv *ret_address,
                      struct sv *ret_domain);

/* Whether a domain is that; of "*.example.org" or ".example.org", also one
 * below it. */
bool auth_domain_is(struct sv domain, struct sv wanted);

/* check_dkim_adsp and its like */
bool auth_check_adsp(struct eval_job *job, const struct eval_call *call);
bool auth_check_signs_all(struct eval_job *job, const struct eval_call *call);
const char *auth_read_adsp(struct eval_settings *s, int which, struct sv value);

/* check_for_dkim_welcomelist_from and its like */
bool auth_is_welcome(struct eval_job *job, const struct eval_call *call);
bool auth_is_welcome_by_default(struct eval_job *job,
                                const struct eval_call *call);
const char *auth_read_signed(struct eval_settings *s, int which,
                             struct sv value);
const char *auth_read_unsigned(struct eval_settings *s, int which,
                               struct sv value);

#endif
