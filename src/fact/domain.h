/* SPDX-License-Identifier: Apache-2.0 */
/* Domains as mails name them. Private to fact/. */
#ifndef FACT_DOMAIN_H
#define FACT_DOMAIN_H

#include "base/arena.h"

/* The name as questions have it: small letters, A-labels (RFC 8616), without
 * a dot at the end. False: no host can have it. */
bool domain_read(struct arena *a, struct sv text, struct sv *ret);

/* Whether a name is the other one, or below it. */
bool domain_is_below(struct sv name, struct sv domain);

/* That of the organisation, by the Public Suffix List; of a suffix, itself. A
 * view of the name. */
struct sv domain_organisation(struct sv name);

size_t domain_labels(struct sv name);
/* The last `n` labels: a view. */
struct sv domain_last_labels(struct sv name, size_t n);

#endif
