/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include "base/error.h"
#include "base/file.h"
#include "report/sign.h"

#include "folder.h"

/* The first key pair of RFC 8032 section 7.1, and what it signs: nothing. */
static const char pem[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
    "-----END PRIVATE KEY-----\n";

static int
sign_with(const char *key, struct buf *out)
{
	char *dir = folder_new(), path[200];
	int result;

	snprintf(path, sizeof path, "%s/key", dir);
	ck_assert_int_eq(file_replace(path, sv_str(key), 0600), 0);
	result = sign_header(path, SV(""), out);
	folder_remove(dir);
	return result;
}

START_TEST(the_first_example_of_rfc_8032_is_signed_as_there)
{
	struct buf out = BUF_INIT(300);

	ck_assert_int_eq(sign_with(pem, &out), 0);
	ck_assert_str_eq(buf_str(&out),
	                 "Tamis-Signature: key=21fe31dfa154a261, "
	                 "ed25519=5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVf"
	                 "uIIVkKM7rMYeOXAc+bRr0lv18FlbviRlUUFDjnoQCw==");
	buf_done(&out);
}
END_TEST

START_TEST(what_is_no_such_key_signs_nothing)
{
	struct buf out = BUF_INIT(300);

	ck_assert_int_eq(sign_with("no key", &out), E_SYNTAX);
	ck_assert_int_eq(sign_header("/nonexistent/key", SV(""), &out), E_IO);
	ck_assert_uint_eq(out.n, 0);
	buf_done(&out);
}
END_TEST

UNIT_MAIN("sign", the_first_example_of_rfc_8032_is_signed_as_there,
          what_is_no_such_key_signs_nothing)
