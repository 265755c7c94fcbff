/* SPDX-License-Identifier: Apache-2.0 */
#include "match/byteset.h"

#include <string.h>

enum { LANES = 32 };

typedef unsigned char lanes __attribute__((vector_size(LANES)));
typedef uint64_t words __attribute__((vector_size(LANES)));

static inline bool
is_any(const lanes *hits)
{
	words w = (words)*hits;
	uint64_t any = 0;

	for (unsigned i = 0; i < LANES / 8; i++)
		any |= w[i];
	return any;
}

/* The dynamic linker chooses by processor. Sanitizers start too late for it. */
#if defined __x86_64__ && !defined __SANITIZE_ADDRESS__ &&                     \
    !defined __SANITIZE_THREAD__ && !defined __clang__
__attribute__((target_clones("avx2", "default")))
#endif
static size_t
skip_blocks(const struct byteset *set, const unsigned char *p, size_t from,
            size_t n)
{
	lanes wanted[BYTESET_MAX];

	for (unsigned k = 0; k < set->n; k++)
		wanted[k] = (lanes){ 0 } + set->list[k];
	for (; from + LANES <= n; from += LANES) {
		lanes block, hits = { 0 };

		memcpy(&block, p + from, LANES);
		for (unsigned k = 0; k < set->n; k++)
			hits |= (lanes)(block == wanted[k]);
		if (is_any(&hits))
			break;
	}
	return from;
}

size_t
byteset_next(const struct byteset *set, struct sv text, size_t from)
{
	const unsigned char *p = (const unsigned char *)text.p;
	size_t end;

	for (;;) {
		from = skip_blocks(set, p, from, text.n);
		end = from + LANES < text.n ? from + LANES : text.n;
		for (; from < end; from++)
			for (unsigned k = 0; k < set->n; k++)
				if (p[from] == set->list[k])
					return from;
		if (from == text.n)
			return from;
	}
}
