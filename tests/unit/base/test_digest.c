/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include "base/digest.h"

START_TEST(digests_agree_with_fips_180)
{
	char text[DIGEST_TEXT];

	ck_assert_str_eq(digest_sha256(SV("abc"), text),
	                 "ba7816bf8f01cfea414140de5dae2223"
	                 "b00361a396177a9cb410ff61f20015ad");
	ck_assert_str_eq(digest_sha256(SV_NONE, text),
	                 "e3b0c44298fc1c149afbf4c8996fb924"
	                 "27ae41e4649b934ca495991b7852b855");
	ck_assert_str_eq(digest_sha256(SV("a\0b"), text),
	                 "59b271ae1bbcb1d31d41929817f4b16f"
	                 "b439eb4f31520b5ad1d5ce98920a7138");
}
END_TEST

START_TEST(md5_agrees_with_rfc_1321)
{
	char text[DIGEST_MD5_TEXT];

	ck_assert_str_eq(digest_md5(SV("abc"), text),
	                 "900150983cd24fb0d6963f7d28e17f72");
}
END_TEST

START_TEST(sha_1_agrees_with_fips_180)
{
	char text[DIGEST_SHA1_TEXT];

	ck_assert_str_eq(digest_sha1(SV("abc"), text),
	                 "a9993e364706816aba3e25717850c26c9cd0d89d");
}
END_TEST

/* As `openssl dgst -sha256 -binary | base32` has it. */
START_TEST(base_32_is_that_of_rfc_4648)
{
	char text[DIGEST_BASE32_TEXT];

	ck_assert_str_eq(
	    digest_sha256_base32(SV("abc"), text),
	    "xj4bnp4pahh6uqkbidpf3lrceoyagyndsylxvhfucd7wd4qacwwq");
}
END_TEST

START_TEST(secrets_are_equal_only_when_all_bytes_are)
{
	ck_assert(digest_equal_secret(SV("secret"), SV("secret")));
	ck_assert(!digest_equal_secret(SV("secret"), SV("Secret")));
	ck_assert(!digest_equal_secret(SV("secret"), SV("secret ")));
	ck_assert(!digest_equal_secret(SV("a\0b"), SV("a\0c")));
	ck_assert(!digest_equal_secret(SV_NONE, SV("x")));
	ck_assert(digest_equal_secret(SV_NONE, SV("")));
}
END_TEST

/* RFC 4231 section 4.3 */
START_TEST(keyed_digests_agree_with_rfc_4231)
{
	static const unsigned char want[] = { 0x5b, 0xdc, 0xc1, 0x46,
		                              0xbf, 0x60, 0x75, 0x4e };
	unsigned char got[DIGEST_BYTES];

	digest_hmac(SV("Jefe"), SV("what do ya want for nothing?"), got);
	ck_assert_mem_eq(got, want, sizeof want);
	digest_hmac(SV_NONE, SV_NONE, got); /* an empty key is a key */
	ck_assert_int_eq(got[0], 0xb6);
}
END_TEST

UNIT_MAIN("base/digest", digests_agree_with_fips_180, md5_agrees_with_rfc_1321,
          sha_1_agrees_with_fips_180, base_32_is_that_of_rfc_4648,
          keyed_digests_agree_with_rfc_4231,
          secrets_are_equal_only_when_all_bytes_are)
