/* SPDX-License-Identifier: Apache-2.0 */
/* Keys that are made by a test, and mails that they sign. */
#ifndef SIGNER_H
#define SIGNER_H

#include <check.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include "../sample_conf.h"
#include "fact/arc.h"
#include "fact/zone.h"

struct signer {
	struct arena *arena;
	EVP_PKEY *rsa;
	struct buf zone_text;
	struct zone *zone;
};

static inline struct sv
base64(struct arena *a, const void *bytes, size_t n)
{
	char *text = arena_alloc(a, n / 3 * 4 + 5);
	int length = EVP_EncodeBlock((unsigned char *)text, bytes, (int)n);

	return sv_make(text, (size_t)length);
}

static inline void
publish(struct signer *s, const char *selector, const char *tags)
{
	unsigned char *der = NULL;
	int n = i2d_PUBKEY(s->rsa, &der);
	struct sv text = base64(s->arena, der, (size_t)n);

	buf_addf(&s->zone_text,
	         "%s._domainkey.example.com TXT found 300 \"%sp=" SV_FMT "\"\n",
	         selector, tags, SV_ARG(text));
	OPENSSL_free(der);
}

static inline void
signer_begin(struct signer *s, unsigned bits)
{
	s->arena = arena_new();
	s->rsa = EVP_RSA_gen(bits);
	ck_assert_ptr_nonnull(s->rsa);
	buf_init(&s->zone_text, 100000);
	s->zone = NULL;
	publish(s, "k1", "v=DKIM1; ");
}

static inline void
signer_end(struct signer *s)
{
	zone_free(s->zone);
	buf_done(&s->zone_text);
	EVP_PKEY_free(s->rsa);
	arena_free(s->arena);
}

static inline struct sv
sha256_base64(struct signer *s, struct sv text)
{
	unsigned char digest[32];

	ck_assert(EVP_Digest(text.p, text.n, digest, NULL, EVP_sha256(), NULL));
	return base64(s->arena, digest, sizeof digest);
}

/* b= of a text that is canonical already. */
static inline struct sv
sign(struct signer *s, struct sv text)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char bytes[512];
	size_t n = sizeof bytes;

	ck_assert(EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, s->rsa));
	ck_assert(EVP_DigestSign(ctx, bytes, &n, (const unsigned char *)text.p,
	                         text.n));
	EVP_MD_CTX_free(ctx);
	return base64(s->arena, bytes, n);
}

/* A simple/simple signature of From and of a body, with other tags besides;
 * and the mail with as many of them as wanted. */
static inline struct sv
signed_text(struct signer *s, const char *tags, const char *body, int copies)
{
	struct sv hash = sha256_base64(s, sv_str(body));
	struct sv head =
	    arena_printf(s->arena,
	                 "DKIM-Signature: v=1; a=rsa-sha256; d=example.com; "
	                 "h=from; %s; bh=" SV_FMT "; b=",
	                 tags, SV_ARG(hash));
	struct sv from = SV("From: anna@example.com\r\n");
	struct sv b = sign(s, ARENA_JOIN(s->arena, from, head));
	struct buf mail = BUF_INIT(1 << 20);
	struct sv copy;

	while (copies--) {
		buf_add(&mail, head);
		buf_add(&mail, b);
		buf_add(&mail, SV("\r\n"));
	}
	buf_add(&mail, from);
	buf_add(&mail, SV("\r\n"));
	buf_add_str(&mail, body);
	copy = arena_dup(s->arena, buf_sv(&mail));
	buf_done(&mail);
	return copy;
}

static inline struct lookup *
signer_lookup(struct signer *s)
{
	struct diags diags = DIAGS_INIT;

	if (!s->zone)
		s->zone = zone_read("zone", buf_sv(&s->zone_text), DNS_NO_NAME,
		                    &diags);
	ck_assert_ptr_nonnull(s->zone);
	diags_done(&diags);
	return lookup_new(s->arena, &zone_source, s->zone, 100);
}

#endif
