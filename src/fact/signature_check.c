/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "base/mem.h"
#include "fact/dkim_key.h"
#include "fact/signature.h"

enum { SHA256_BYTES = 32 };

/* ---- the header ---- */

static void
add(EVP_MD_CTX *hash, struct sv s)
{
	if (s.n && !EVP_DigestUpdate(hash, s.p, s.n))
		mem_die("SHA-256 is not available");
}

/* As it stands, with CRLF where lines end. */
static void
add_lines(EVP_MD_CTX *hash, struct sv text)
{
	size_t n;

	while ((n = sv_find_char(text, '\n')) != SV_NOT_FOUND) {
		size_t line = n && text.p[n - 1] == '\r' ? n - 1 : n;

		add(hash, sv_sub(text, 0, line));
		add(hash, SV("\r\n"));
		text = sv_from(text, n + 1);
	}
	add(hash, text);
}

static void
add_field(EVP_MD_CTX *hash, struct signed_mail *mail, struct mail_field *f,
          bool is_relaxed)
{
	if (is_relaxed)
		add(hash, signed_mail_relaxed(mail, f));
	else
		add_lines(hash, f->all);
	add(hash, SV("\r\n"));
}

enum { NONE_LEFT = UINT32_MAX };

/* The next field of the name, from the last one up (RFC 6376 section 5.4.2),
 * without the signature itself. `next` is by the index of the last field of a
 * name: which one is next, + 1; 0: that one. */
static struct mail_field *
take_field(const struct signed_mail *mail, struct sv name,
           const struct mail_field *self, uint32_t *next)
{
	struct mail_field *f = signed_mail_last(mail, name);
	uint32_t *at;

	if (!f)
		return NULL;
	at = &next[f - mail->fields];
	if (*at == NONE_LEFT)
		return NULL;
	if (*at)
		f = &mail->fields[*at - 1];
	if (f == self)
		f = signed_mail_before(mail, f);
	*at = f && f->before ? f->before : NONE_LEFT;
	return f;
}

static void
add_covered(EVP_MD_CTX *hash, struct signed_mail *mail,
            const struct dkim_signature *s)
{
	uint32_t *next = mem_calloc(mail->n_fields + 1, sizeof *next);

	for (size_t i = 0; i < s->n_covered; i++) {
		struct mail_field *f =
		    take_field(mail, s->covered[i], s->work->field, next);

		if (f)
			add_field(hash, mail, f, s->is_header_relaxed);
	}
	free(next);
}

/* The signature itself, without what b= says and without a line end. */
static void
add_self(EVP_MD_CTX *hash, struct signed_mail *mail,
         const struct dkim_signature *s)
{
	const struct mail_field *f = s->work->field;
	struct sv hole = s->work->hole, name_and_value = f->all;
	const char *begin = s->is_header_relaxed ? f->value.p : f->all.p;
	struct sv before = sv_make(begin, (size_t)(hole.p - begin));
	struct sv after =
	    sv_from(name_and_value, (size_t)(hole.p + hole.n - f->all.p));

	if (s->is_header_relaxed) {
		add(hash,
		    signed_mail_relax(mail->arena, f->name,
		                      ARENA_JOIN(mail->arena, before, after)));
		return;
	}
	add_lines(hash, before);
	add_lines(hash, after);
}

static void
hash_header(struct signed_mail *mail, const struct dkim_signature *s,
            unsigned char ret[SHA256_BYTES])
{
	EVP_MD_CTX *hash = EVP_MD_CTX_new();

	if (!hash || !EVP_DigestInit_ex(hash, EVP_sha256(), NULL))
		mem_die("SHA-256 is not available");
	for (size_t i = 0; i < s->work->n_sealed; i++)
		add_field(hash, mail, s->work->sealed[i], true);
	add_covered(hash, mail, s);
	add_self(hash, mail, s);
	if (!EVP_DigestFinal_ex(hash, ret, NULL))
		mem_die("SHA-256 is not available");
	EVP_MD_CTX_free(hash);
}

/* ---- the signature ---- */

static bool
is_rsa_valid(EVP_PKEY *key, struct sv bytes,
             const unsigned char digest[SHA256_BYTES])
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	bool is_valid =
	    ctx && EVP_PKEY_verify_init(ctx) > 0 &&
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) > 0 &&
	    EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()) > 0 &&
	    EVP_PKEY_verify(ctx, (const unsigned char *)bytes.p, bytes.n,
	                    digest, SHA256_BYTES) == 1;

	EVP_PKEY_CTX_free(ctx);
	return is_valid;
}

/* Of the digest, not of the text: RFC 8463 section 3. */
static bool
is_ed25519_valid(EVP_PKEY *key, struct sv bytes,
                 const unsigned char digest[SHA256_BYTES])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool is_valid = ctx &&
	                EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, key) > 0 &&
	                EVP_DigestVerify(ctx, (const unsigned char *)bytes.p,
	                                 bytes.n, digest, SHA256_BYTES) == 1;

	EVP_MD_CTX_free(ctx);
	return is_valid;
}

static void
judge_signature(struct signed_mail *mail, struct dkim_signature *s,
                const struct dkim_key *key)
{
	unsigned char digest[SHA256_BYTES];
	bool is_valid;

	hash_header(mail, s, digest);
	if (s->algorithm == DKIM_ED25519_SHA256)
		is_valid = is_ed25519_valid(key->key, s->work->bytes, digest);
	else
		is_valid = is_rsa_valid(key->key, s->work->bytes, digest);
	if (is_valid)
		signature_say(s, DKIM_PASS, "");
	else
		signature_say(s, DKIM_FAIL, "the signature is not valid");
	ERR_clear_error();
}

/* ---- the key ---- */

/* Whether i= is of d= itself, and not of a domain below it. */
static bool
is_of_domain(const struct dkim_signature *s)
{
	struct sv i = s->identity;

	return i.n > s->domain.n && sv_iends(i, s->domain) &&
	       i.p[i.n - s->domain.n - 1] == '@';
}

static void
judge_key(struct signed_mail *mail, struct dkim_signature *s,
          const struct conf_dkim *conf, const struct dkim_key *key)
{
	s->key_bits = key->bits;
	s->is_testing = key->is_testing;
	s->is_strict = key->is_strict;
	if (!key->key)
		signature_say(s, key->status, key->reason);
	else if (s->algorithm != DKIM_ED25519_SHA256 &&
	         key->bits < (unsigned)conf->key_bits_min)
		signature_say(s, DKIM_POLICY, "the key is too short");
	else if (key->is_strict && !is_of_domain(s))
		signature_say(s, DKIM_PERMERROR,
		              "the key is only for i= of d= itself");
	else
		judge_signature(mail, s, key);
}

static void
judge_answer(struct signed_mail *mail, struct dkim_signature *s,
             const struct conf_dkim *conf, const struct dns_answer *answer)
{
	struct dkim_key key;

	if (!dns_is_known(answer->status)) {
		signature_say(s, DKIM_TEMPERROR, "no answer about the key");
		return;
	}
	if (answer->status != DNS_FOUND || answer->n_records == 0) {
		signature_say(s, DKIM_PERMERROR, "there is no such key");
		return;
	}
	/* Which of them comes first is chance (RFC 6376 section 3.6.2.2). */
	if (answer->n_records > 1) {
		signature_say(s, DKIM_PERMERROR, "there are several keys");
		return;
	}
	dkim_key_read(mail->arena, answer->records[0].text, s->algorithm, &key);
	judge_key(mail, s, conf, &key);
	EVP_PKEY_free(key.key);
	ERR_clear_error();
}

/* ---- the body ---- */

static void
judge_body(struct signed_mail *mail, struct dkim_signature *s,
           const struct conf_dkim *conf)
{
	const struct body_digest *d = signed_mail_digest(mail, s->work->digest);

	s->work->is_body_checked = true;
	if (s->has_length && s->length > d->bytes) {
		signature_say(s, DKIM_PERMERROR, "l= is longer than the body");
		return;
	}
	s->uncovered_bytes = s->has_length ? d->bytes - s->length : 0;
	if (memcmp(d->sha256, s->work->body_sha256.p, SHA256_BYTES) != 0)
		signature_say(s, DKIM_FAIL, "the body has changed");
	else if (s->uncovered_bytes && !conf->partial_body)
		signature_say(s, DKIM_POLICY,
		              "the end of the body is not covered");
}

bool
signature_check(struct signed_mail *mail, struct dkim_signature *s,
                const struct conf_dkim *conf, struct lookup *l)
{
	const struct dns_answer *answer;

	if (s->status == DKIM_NONE && s->work->kind != SIGNATURE_ARC_SEAL &&
	    !s->work->is_body_checked)
		judge_body(mail, s, conf);
	if (s->status != DKIM_NONE)
		return true;
	answer = lookup_ask(l, DNS_TXT, s->work->question, SV(""));
	if (answer)
		judge_answer(mail, s, conf, answer);
	return answer != NULL;
}
