/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/dkim_key.h"

#include "fact/rsa_key.h"
#include "fact/tags.h"

enum {
	RSA_BITS_MAX = 4096,    /* RFC 8301 section 3.2 asks for no more */
	EXPONENT_BYTES_MAX = 8, /* larger ones only cost time */
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

static void
make_rsa(struct dkim_key *k, struct sv der)
{
	struct rsa_key rsa;

	if (!rsa_key_read(der, &rsa)) {
		refuse(k, DKIM_PERMERROR, "the key cannot be read");
		return;
	}
	k->bits = rsa_key_bits(&rsa);
	if (k->bits > RSA_BITS_MAX || rsa.exponent.n > EXPONENT_BYTES_MAX) {
		refuse(k, DKIM_POLICY, "the key is too large");
		return;
	}
	k->key = rsa_key_make(&rsa);
	if (!k->key)
		refuse(k, DKIM_PERMERROR, "the key cannot be read");
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
