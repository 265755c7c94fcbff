/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/rsa_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>

/* Tags of ITU-T X.690. */
enum { DER_INTEGER = 0x02, DER_BITS = 0x03, DER_OID = 0x06, DER_LIST = 0x30 };

/* 1.2.840.113549.1.1.1 */
static const char rsa_encryption[] = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";

/* The length at the front, cut off; false: it is none, or too much. */
static bool
cut_length(struct sv *s, size_t *ret)
{
	size_t n, digits;

	if (s->n == 0)
		return false;
	n = (unsigned char)s->p[0];
	*s = sv_from(*s, 1);
	if (n >= 0x80) {
		digits = n & 0x7f;
		if (digits == 0 || digits > 2 || digits > s->n)
			return false;
		n = 0;
		for (size_t i = 0; i < digits; i++)
			n = n << 8 | (unsigned char)s->p[i];
		*s = sv_from(*s, digits);
	}
	*ret = n;
	return n <= s->n;
}

/* Cuts off a value of that tag. */
static bool
cut_value(struct sv *s, int tag, struct sv *ret)
{
	size_t n;

	if (s->n == 0 || (unsigned char)s->p[0] != tag)
		return false;
	*s = sv_from(*s, 1);
	if (!cut_length(s, &n))
		return false;
	*ret = sv_sub(*s, 0, n);
	*s = sv_from(*s, n);
	return true;
}

/* One that is above zero, without its leading zeros. */
static bool
cut_number(struct sv *s, struct sv *ret)
{
	if (!cut_value(s, DER_INTEGER, ret) || ret->n == 0 ||
	    (unsigned char)ret->p[0] >= 0x80)
		return false;
	while (ret->n && ret->p[0] == '\0')
		*ret = sv_from(*ret, 1);
	return ret->n > 0;
}

/* RSAPublicKey */
static bool
read_bare(struct sv der, struct rsa_key *ret)
{
	struct sv list;

	return cut_value(&der, DER_LIST, &list) &&
	       cut_number(&list, &ret->modulus) &&
	       cut_number(&list, &ret->exponent) && list.n == 0;
}

/* What a SubjectPublicKeyInfo holds, if it says that this is RSA. */
static bool
unwrap(struct sv der, struct sv *ret)
{
	struct sv info, algorithm, oid;

	if (!cut_value(&der, DER_LIST, &info) ||
	    !cut_value(&info, DER_LIST, &algorithm) ||
	    !cut_value(&algorithm, DER_OID, &oid) ||
	    !sv_eq(oid, SV(rsa_encryption)) ||
	    !cut_value(&info, DER_BITS, ret) || ret->n == 0 ||
	    ret->p[0] != '\0')
		return false;
	*ret = sv_from(*ret, 1);
	return true;
}

bool
rsa_key_read(struct sv der, struct rsa_key *ret)
{
	struct sv bare;

	return read_bare(unwrap(der, &bare) ? bare : der, ret);
}

static unsigned
bits_of(struct sv number)
{
	unsigned bits = (unsigned)number.n * 8;
	unsigned char first = (unsigned char)number.p[0];

	for (; first < 0x80; first = (unsigned char)(first << 1))
		bits--;
	return bits;
}

unsigned
rsa_key_bits(const struct rsa_key *k)
{
	return bits_of(k->modulus);
}

static BIGNUM *
number(struct sv s)
{
	return BN_bin2bn((const unsigned char *)s.p, (int)s.n, NULL);
}

EVP_PKEY *
rsa_key_make(const struct rsa_key *k)
{
	BIGNUM *n = number(k->modulus), *e = number(k->exponent);
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	OSSL_PARAM *params = NULL;
	EVP_PKEY *key = NULL;

	if (n && e && build && ctx &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) &&
	    (params = OSSL_PARAM_BLD_to_param(build)) &&
	    EVP_PKEY_fromdata_init(ctx) > 0 &&
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) <= 0)
		key = NULL;
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	EVP_PKEY_CTX_free(ctx);
	BN_free(n);
	BN_free(e);
	return key;
}
