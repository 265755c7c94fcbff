/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/dkim_key.h"

#include <openssl/core_names.h>
#include <openssl/x509.h>

#include "fact/tags.h"

enum {
	RSA_BITS_MAX = 4096,    /* RFC 8301 section 3.2 asks for no more */
	EXPONENT_BITS_MAX = 64, /* larger ones only cost time */
	ED25519_BYTES = 32,
	ED25519_BITS = 256,
};

static void
refuse(struct dkim_key *k, enum dkim_status status, const char *reason)
{
	EVP_PKEY_free(k->key);
	k->key = NULL;
	k->status = status;
	k->reason = reason;
}

/* As most write it, or without its wrapping, as the RFC has it. */
static EVP_PKEY *
read_rsa(struct sv der)
{
	const unsigned char *p = (const unsigned char *)der.p;
	EVP_PKEY *key = d2i_PUBKEY(NULL, &p, (long)der.n);

	p = (const unsigned char *)der.p;
	return key ? key : d2i_PublicKey(EVP_PKEY_RSA, NULL, &p, (long)der.n);
}

static bool
has_small_exponent(const EVP_PKEY *key)
{
	BIGNUM *e = NULL;
	bool is_small = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e) &&
	                BN_num_bits(e) <= EXPONENT_BITS_MAX;

	BN_free(e);
	return is_small;
}

static void
make_rsa(struct dkim_key *k, struct sv der)
{
	k->key = read_rsa(der);
	if (!k->key || EVP_PKEY_get_base_id(k->key) != EVP_PKEY_RSA) {
		refuse(k, DKIM_PERMERROR, "the key cannot be read");
		return;
	}
	k->bits = (unsigned)EVP_PKEY_get_bits(k->key);
	if (k->bits > RSA_BITS_MAX || !has_small_exponent(k->key))
		refuse(k, DKIM_POLICY, "the key is too large");
}

static void
make_ed25519(struct dkim_key *k, struct sv bytes)
{
	k->bits = ED25519_BITS;
	if (bytes.n == ED25519_BYTES)
		k->key = EVP_PKEY_new_raw_public_key(
		    EVP_PKEY_ED25519, NULL, (const unsigned char *)bytes.p,
		    bytes.n);
	if (!k->key)
		refuse(k, DKIM_PERMERROR, "the key cannot be read");
}

/* Whether the key may be used like this; NULL: yes. */
static const char *
misuse(const struct tags *tags, enum dkim_algorithm algorithm)
{
	const struct tag *type = tags_find(tags, "k");
	const struct tag *hash = tags_find(tags, "h");
	const struct tag *service = tags_find(tags, "s");
	const char *wanted =
	    algorithm == DKIM_ED25519_SHA256 ? "ed25519" : "rsa";

	if (!sv_ieq_str(type ? type->value : SV("rsa"), wanted))
		return "the key is of another type";
	if (hash && !tag_has(hash->value, "sha256"))
		return "the key is not for this hash";
	if (service && !tag_has(service->value, "*") &&
	    !tag_has(service->value, "email"))
		return "the key is not for mail";
	return NULL;
}

/* Says why there is no key in it; NULL: there is. */
static const char *
read_record(struct sv record, enum dkim_algorithm algorithm, struct tags *tags,
            struct dkim_key *ret)
{
	const struct tag *version, *data;

	if (tags_read(record, tags))
		return "the key record cannot be read";
	version = tags_find(tags, "v");
	/* It should come first; nobody insists. */
	if (version && !sv_eq_str(version->value, "DKIM1"))
		return "the key record is of another version";
	ret->is_testing = tag_has(tags_get(tags, "t"), "y");
	ret->is_strict = tag_has(tags_get(tags, "t"), "s");
	data = tags_find(tags, "p");
	if (!data)
		return "the key record has no key";
	if (data->value.n == 0)
		return "the key has been revoked";
	return misuse(tags, algorithm);
}

void
dkim_key_read(struct arena *a, struct sv record, enum dkim_algorithm algorithm,
              struct dkim_key *ret)
{
	struct tags tags;
	struct sv data;
	const char *wrong;

	*ret = (struct dkim_key){ .reason = "" };
	wrong = read_record(record, algorithm, &tags, ret);
	if (!wrong && !tag_base64(a, tags_get(&tags, "p"), &data))
		wrong = "the key cannot be read";
	if (wrong)
		refuse(ret, DKIM_PERMERROR, wrong);
	else if (algorithm == DKIM_ED25519_SHA256)
		make_ed25519(ret, data);
	else
		make_rsa(ret, data);
}
