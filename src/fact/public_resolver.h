/* SPDX-License-Identifier: Apache-2.0 */
/* Resolvers that all the world uses. DNS lists refuse them, or answer them
 * wrongly: they cannot tell who asks. */
#ifndef FACT_PUBLIC_RESOLVER_H
#define FACT_PUBLIC_RESOLVER_H

#include "base/ip.h"

/* Who runs the resolver at that address; NULL: it is none of them. */
const char *public_resolver_name(const struct ip *ip);

#endif
