/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include "base/error.h"
#include "channel/key.h"

/* Files that signify wrote (-G -n, -S), of a key for this test only: the same
 * bytes must serve here. */
#define PUBLIC "RWSenJmssZEd3v02p9klQAEVRC1dYHq0Ki2q7JbH8PouZZbB5scRb1QQ"
static const char secret_file[] =
    "untrusted comment: signify secret key\n"
    "RWRCSwAAAABSuR9kAngajiqldj7oGwWeuJfeKg9aTJ6enJmssZEd3qF6fbf4"
    "qgCiszyFtUC86CTqa2B1QCWrR2zoxxE4yIDX/Tan2SVAARVELV1gerQqLars"
    "lsfw+i5llsHmxxFvVBA=\n";
static const char signature_file[] =
    "untrusted comment: verify with k.pub\n"
    "RWSenJmssZEd3ls/tzWnpGxm24AFyEPBxfIPb7QQUFFYBdQdguc4z9SJyaF1"
    "jgzmeanU6plcXl/9GuE0vbAPfsRb5AKPZHCQGAY=\n";
static const char locked_file[] =
    "untrusted comment: signify secret key\n"
    "RWRCSwAAACpSuR9kAngajiqldj7oGwWeuJfeKg9aTJ6enJmssZEd3qF6fbf4"
    "qgCiszyFtUC86CTqa2B1QCWrR2zoxxE4yIDX/Tan2SVAARVELV1gerQqLars"
    "lsfw+i5llsHmxxFvVBA=\n";
#define SIGNED SV("rules\n")

static struct channel_key
known_key(void)
{
	struct channel_key key;

	ck_assert_int_eq(channel_key_parse(SV(PUBLIC), &key), 0);
	return key;
}

START_TEST(a_signature_by_signify_is_good)
{
	struct channel_key key = known_key();
	const struct channel_key *signer = NULL;
	char why[KEY_WHY], text[KEY_TEXT];

	ck_assert_int_eq(channel_verify(&key, 1, SIGNED, sv_str(signature_file),
	                                &signer, why),
	                 0);
	ck_assert_ptr_eq(signer, &key);
	ck_assert_str_eq(channel_key_text(&key, text), PUBLIC);
}
END_TEST

START_TEST(a_secret_key_of_signify_signs_as_signify_does)
{
	struct channel_secret secret;
	struct buf out = BUF_INIT(KEY_FILE_MAX);
	struct sv got, want = sv_str(signature_file), comment;

	ck_assert_int_eq(channel_secret_parse(sv_str(secret_file), &secret), 0);
	channel_sign(&secret, SIGNED, &out);
	got = buf_sv(&out);
	sv_line(&got, &comment);
	sv_line(&want, &comment);
	ck_assert(sv_eq(got, want)); /* Ed25519 leaves nothing to chance */
	buf_done(&out);
}
END_TEST

START_TEST(a_key_with_a_passphrase_is_named_as_one)
{
	struct channel_secret secret;

	ck_assert_int_eq(channel_secret_parse(sv_str(locked_file), &secret),
	                 E_AUTH);
}
END_TEST

START_TEST(a_new_key_survives_its_files)
{
	struct channel_secret secret, again;
	struct channel_key key, public;
	const struct channel_key *signer;
	struct buf file = BUF_INIT(KEY_FILE_MAX), sig = BUF_INIT(KEY_FILE_MAX);
	char text[KEY_TEXT], why[KEY_WHY];

	ck_assert_int_eq(channel_secret_new(&secret), 0);
	channel_secret_write(&secret, &file);
	ck_assert_int_eq(channel_secret_parse(buf_sv(&file), &again), 0);
	channel_secret_key(&again, &key);
	ck_assert_int_eq(
	    channel_key_parse(sv_str(channel_key_text(&key, text)), &public),
	    0);
	channel_sign(&again, SIGNED, &sig);
	ck_assert_int_eq(
	    channel_verify(&public, 1, SIGNED, buf_sv(&sig), &signer, why), 0);
	ck_assert_int_eq(
	    channel_verify(&public, 1, SV("rules"), buf_sv(&sig), &signer, why),
	    E_AUTH);
	buf_done(&file);
	buf_done(&sig);
}
END_TEST

START_TEST(any_of_several_keys_will_do_and_no_other)
{
	struct channel_secret secret;
	struct channel_key keys[2];
	const struct channel_key *signer;
	char why[KEY_WHY];

	ck_assert_int_eq(channel_secret_new(&secret), 0);
	channel_secret_key(&secret, &keys[0]);
	keys[1] = known_key();
	ck_assert_int_eq(channel_verify(keys, 2, SIGNED, sv_str(signature_file),
	                                &signer, why),
	                 0);
	ck_assert_ptr_eq(signer, &keys[1]);
	ck_assert_int_eq(channel_verify(keys, 1, SIGNED, sv_str(signature_file),
	                                &signer, why),
	                 E_AUTH);
	ck_assert_ptr_nonnull(strstr(why, "channel.keys"));
	/* an identifier is no proof */
	memcpy(keys[0].id, keys[1].id, sizeof keys[0].id);
	ck_assert_int_eq(channel_verify(keys, 1, SIGNED, sv_str(signature_file),
	                                &signer, why),
	                 E_AUTH);
	ck_assert_int_eq(channel_verify(NULL, 0, SIGNED, sv_str(signature_file),
	                                &signer, why),
	                 E_AUTH);
}
END_TEST

START_TEST(each_changed_character_of_a_signature_is_noticed)
{
	struct channel_key key = known_key();
	const struct channel_key *signer;
	size_t from = strcspn(signature_file, "\n") + 1;
	size_t to = strlen(signature_file) - 3; /* the last has spare bits */
	char copy[sizeof signature_file], why[KEY_WHY];

	for (size_t i = from; i < to; i++) {
		memcpy(copy, signature_file, sizeof copy);
		copy[i] = copy[i] == 'A' ? 'B' : 'A';
		ck_assert_int_ne(
		    channel_verify(&key, 1, SIGNED, sv_str(copy), &signer, why),
		    0);
	}
}
END_TEST

START_TEST(what_is_no_signature_or_key_is_said_to_be_none)
{
	static const char *const files[] = {
		"",
		"\n",
		"untrusted comment: x\n",
		"untrusted comment: x\nRWQ=\n",
		"RWSenJmssZEd3ls/tzWnpGxm24AFyEPBxfIPb7QQUFFYBdQdguc4z9SJyaF1"
		"jgzmeanU6plcXl/9GuE0vbAPfsRb5AKPZHCQGAY=\n",
		"untrusted comment: "
		"x\nRWSenJmssZEd3ls/"
		"tzWnpGxm24AFyEPBxfIPb7QQUFFYBdQdguc4z9SJyaF1"
		"jgzmeanU6plcXl/9GuE0vbAPfsRb5AKPZHCQGAY=\nmore\n",
		"untrusted comment: "
		"x\nRWSenJmssZEd3v02p9klQAEVRC1dYHq0Ki2q7JbH8PouZZbB5scRb1QQ\n",
	};
	static const char *const keys[] = { "", "RWQ", "x" PUBLIC, PUBLIC "x" };
	struct channel_key key = known_key(), other;
	const struct channel_key *signer;
	struct channel_secret secret;
	char why[KEY_WHY];

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		ck_assert_int_eq(channel_verify(&key, 1, SIGNED,
		                                sv_str(files[i]), &signer, why),
		                 E_SYNTAX);
		ck_assert_int_eq(
		    channel_secret_parse(sv_str(files[i]), &secret), E_SYNTAX);
	}
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		ck_assert_int_eq(channel_key_parse(sv_str(keys[i]), &other),
		                 E_SYNTAX);
}
END_TEST

UNIT_MAIN("key", a_signature_by_signify_is_good,
          a_secret_key_of_signify_signs_as_signify_does,
          a_key_with_a_passphrase_is_named_as_one, a_new_key_survives_its_files,
          any_of_several_keys_will_do_and_no_other,
          each_changed_character_of_a_signature_is_noticed,
          what_is_no_signature_or_key_is_said_to_be_none)
