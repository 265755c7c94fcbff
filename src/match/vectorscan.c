/* SPDX-License-Identifier: Apache-2.0 */
#include "match/vectorscan.h"

#include <stdlib.h>

#include "base/mem.h"

#ifdef HAVE_VECTORSCAN

#include <hs.h>

struct vectorscan {
	hs_database_t *database;
};

/* Debian's build for x86 ends with an illegal instruction on processors that
 * lack SSE4.2, before its own check. */
bool
vectorscan_is_available(void)
{
#if defined __x86_64__
	if (!__builtin_cpu_supports("sse4.2"))
		return false;
#endif
	return hs_valid_platform() == HS_SUCCESS;
}

struct vectorscan *
vectorscan_new(const struct sv *strings, const bool *is_caseless, size_t n)
{
	const char **texts = mem_calloc(n + 1, sizeof *texts);
	unsigned *flags = mem_calloc(n + 1, sizeof *flags);
	unsigned *ids = mem_calloc(n + 1, sizeof *ids);
	size_t *bytes = mem_calloc(n + 1, sizeof *bytes);
	struct vectorscan *v = mem_calloc(1, sizeof *v);
	hs_compile_error_t *error = NULL;

	for (size_t i = 0; i < n; i++) {
		texts[i] = strings[i].p;
		bytes[i] = strings[i].n;
		ids[i] = (unsigned)i;
		flags[i] = is_caseless[i] ? HS_FLAG_CASELESS : 0;
	}
	if (!vectorscan_is_available() ||
	    hs_compile_lit_multi(texts, flags, ids, bytes, (unsigned)n,
	                         HS_MODE_BLOCK, NULL, &v->database,
	                         &error) != HS_SUCCESS) {
		hs_free_compile_error(error);
		free(v);
		v = NULL;
	}
	free(texts);
	free(flags);
	free(ids);
	free(bytes);
	return v;
}

void
vectorscan_free(struct vectorscan *v)
{
	if (v)
		hs_free_database(v->database);
	free(v);
}

size_t
vectorscan_bytes(const struct vectorscan *v)
{
	size_t bytes = 0;

	if (v)
		hs_database_size(v->database, &bytes);
	return bytes;
}

struct call {
	void (*found)(void *ctx, uint32_t string, size_t end);
	void *ctx;
};

static int
on_match(unsigned id, unsigned long long from, unsigned long long to,
         unsigned flags, void *ctx)
{
	const struct call *call = ctx;

	(void)from;
	(void)flags;
	call->found(call->ctx, id, (size_t)to);
	return 0;
}

/* A scratch that is too small is not valid: it is made larger. */
void
vectorscan_scan(const struct vectorscan *v, void **scratch, struct sv text,
                void (*found)(void *ctx, uint32_t string, size_t end),
                void *ctx)
{
	struct call call = { found, ctx };
	hs_scratch_t *s = *scratch;
	hs_error_t error;

	if (text.n == 0)
		return;
	error = s ? hs_scan(v->database, text.p, (unsigned)text.n, 0, s,
	                    on_match, &call)
	          : HS_INVALID;
	if (error != HS_INVALID)
		return;
	if (hs_alloc_scratch(v->database, &s) != HS_SUCCESS)
		mem_die("out of memory");
	*scratch = s;
	hs_scan(v->database, text.p, (unsigned)text.n, 0, s, on_match, &call);
}

void
vectorscan_scratch_free(void *scratch)
{
	hs_free_scratch(scratch);
}

#else

bool
vectorscan_is_available(void)
{
	return false;
}

struct vectorscan *
vectorscan_new(const struct sv *strings, const bool *is_caseless, size_t n)
{
	(void)strings;
	(void)is_caseless;
	(void)n;
	return NULL;
}

void
vectorscan_free(struct vectorscan *v)
{
	(void)v;
}

size_t
vectorscan_bytes(const struct vectorscan *v)
{
	(void)v;
	return 0;
}

void
vectorscan_scan(const struct vectorscan *v, void **scratch, struct sv text,
                void (*found)(void *ctx, uint32_t string, size_t end),
                void *ctx)
{
	(void)v;
	(void)scratch;
	(void)text;
	(void)found;
	(void)ctx;
}

void
vectorscan_scratch_free(void *scratch)
{
	(void)scratch;
}

#endif
