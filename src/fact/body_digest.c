/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Digests of the canonical body (RFC 6376 sections 3.4.3, 3.4.4). Signatures
 * that cover a part of it (l=) have the digest of a beginning of what others
 * cover, so that each of the two forms is hashed once, and what has been
 * hashed is set aside at the lengths that are asked for.
 */
#include <openssl/evp.h>

#include "base/mem.h"
#include "fact/signed_mail.h"

enum { BLOCK_BYTES = 16384 };

/* One form of the body on its way. */
struct stream {
	EVP_MD_CTX *hash, *copy;
	struct body_digest **want; /* those not done, by their limits */
	size_t n;
	uint64_t bytes;
	char block[BLOCK_BYTES];
	size_t used;
};

size_t
signed_mail_want(struct signed_mail *m, bool is_relaxed, uint64_t limit)
{
	size_t n = m->n_digests;

	for (size_t i = 0; i < n; i++)
		if (m->digests[i].is_relaxed == is_relaxed &&
		    m->digests[i].limit == limit)
			return i;
	m->digests = arena_grow(m->arena, m->digests, n * sizeof *m->digests,
	                        (n + 1) * sizeof *m->digests);
	m->digests[n] =
	    (struct body_digest){ .is_relaxed = is_relaxed, .limit = limit };
	return m->n_digests++;
}

static void
must(int is_done)
{
	if (!is_done)
		mem_die("SHA-256 is not available");
}

/* ---- hashing ---- */

/* The digest of what has been hashed so far is the next one wanted. */
static void
set_aside(struct stream *s)
{
	must(EVP_MD_CTX_copy_ex(s->copy, s->hash) &&
	     EVP_DigestFinal_ex(s->copy, s->want[0]->sha256, NULL));
	s->want++;
	s->n--;
}

static void
hash(struct stream *s, const char *p, size_t bytes)
{
	while (s->n && bytes >= s->want[0]->limit - s->bytes) {
		size_t part = (size_t)(s->want[0]->limit - s->bytes);

		must(EVP_DigestUpdate(s->hash, p, part));
		s->bytes += part;
		p += part;
		bytes -= part;
		set_aside(s);
	}
	if (s->n)
		must(EVP_DigestUpdate(s->hash, p, bytes));
	s->bytes += bytes;
}

static void
flush(struct stream *s)
{
	hash(s, s->block, s->used);
	s->used = 0;
}

static void
add(struct stream *s, const char *p, size_t bytes)
{
	if (bytes > sizeof s->block - s->used)
		flush(s);
	if (bytes > sizeof s->block) {
		hash(s, p, bytes);
		return;
	}
	memcpy(s->block + s->used, p, bytes);
	s->used += bytes;
}

/* ---- the two forms ---- */

/* Without the line end at the end, if one is there. */
static bool
cut_line_end(struct sv *s)
{
	if (s->n == 0 || s->p[s->n - 1] != '\n')
		return false;
	s->n--;
	if (s->n && s->p[s->n - 1] == '\r')
		s->n--;
	return true;
}

static void
cut_blanks(struct sv *s)
{
	while (s->n && sv_is_blank(s->p[s->n - 1]))
		s->n--;
}

/* The next line without its end; false: there is none. */
static bool
next_line(struct sv *rest, struct sv *ret)
{
	size_t n = sv_find_char(*rest, '\n');

	if (rest->n == 0)
		return false;
	*ret = sv_sub(*rest, 0, n == SV_NOT_FOUND ? rest->n : n + 1);
	*rest = sv_from(*rest, ret->n);
	cut_line_end(ret);
	return true;
}

static void
add_simple(struct stream *s, struct sv body)
{
	struct sv line;

	while (cut_line_end(&body))
		;
	while (next_line(&body, &line)) {
		add(s, line.p, line.n);
		add(s, "\r\n", 2);
	}
	if (s->used == 0 && s->bytes == 0)
		add(s, "\r\n", 2);
}

/* Makes one space of each run of blanks; returns the bytes written. */
static size_t
squeeze(const char *p, size_t bytes, bool *was_blank, char *out)
{
	bool before = *was_blank;
	size_t n = 0;

	for (size_t i = 0; i < bytes; i++) {
		bool is_blank = p[i] == ' ' || p[i] == '\t';

		out[n] = is_blank ? ' ' : p[i];
		n += !(is_blank & before);
		before = is_blank;
	}
	*was_blank = before;
	return n;
}

static void
add_relaxed_line(struct stream *s, struct sv line)
{
	bool was_blank = false;

	cut_blanks(&line);
	while (line.n) {
		size_t n = line.n;

		if (sizeof s->block == s->used)
			flush(s);
		if (n > sizeof s->block - s->used)
			n = sizeof s->block - s->used;
		s->used += squeeze(line.p, n, &was_blank, s->block + s->used);
		line = sv_from(line, n);
	}
	add(s, "\r\n", 2);
}

static void
add_relaxed(struct stream *s, struct sv body)
{
	struct sv line;

	do
		cut_blanks(&body);
	while (cut_line_end(&body));
	while (next_line(&body, &line))
		add_relaxed_line(s, line);
}

/* ---- */

static int
by_limit(const void *a, const void *b)
{
	const struct body_digest *const *x = a, *const *y = b;

	return ((*x)->limit > (*y)->limit) - ((*x)->limit < (*y)->limit);
}

/* Those of one form that are not there yet, by their limits. */
static size_t
collect(struct signed_mail *m, bool is_relaxed, struct body_digest **ret)
{
	size_t n = 0;

	for (size_t i = m->n_digested; i < m->n_digests; i++)
		if (m->digests[i].is_relaxed == is_relaxed)
			ret[n++] = &m->digests[i];
	qsort(ret, n, sizeof *ret, by_limit);
	return n;
}

static void
digest_form(struct signed_mail *m, bool is_relaxed)
{
	struct body_digest **want =
	    ARENA_ARRAY(m->arena, struct body_digest *, m->n_digests);
	size_t n = collect(m, is_relaxed, want);
	struct stream s = { .want = want, .n = n };

	if (n == 0)
		return;
	s.hash = EVP_MD_CTX_new();
	s.copy = EVP_MD_CTX_new();
	must(s.hash && s.copy && EVP_DigestInit_ex(s.hash, EVP_sha256(), NULL));
	if (is_relaxed)
		add_relaxed(&s, m->body);
	else
		add_simple(&s, m->body);
	flush(&s);
	/* What is left covers all, or asks for more than there is. */
	while (s.n)
		set_aside(&s);
	for (size_t i = 0; i < n; i++)
		want[i]->bytes = s.bytes;
	EVP_MD_CTX_free(s.hash);
	EVP_MD_CTX_free(s.copy);
}

const struct body_digest *
signed_mail_digest(struct signed_mail *m, size_t number)
{
	if (number >= m->n_digested) {
		digest_form(m, false);
		digest_form(m, true);
		m->n_digested = m->n_digests;
	}
	return &m->digests[number];
}
