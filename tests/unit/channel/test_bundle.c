/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include <archive.h>
#include <archive_entry.h>

#include "base/error.h"
#include "channel/bundle.h"

enum { ARCHIVE_BYTES_MAX = 1 << 20 };

static void
sample(struct channel_bundle *b)
{
	channel_bundle_init(b);
	b->name = "acme";
	b->serial = 17;
	b->created_ms = 1774864800000;
	b->tamis = "0.1.0";
	channel_bundle_add(b, "10_words.cf", SV("body A /a/\n"));
	channel_bundle_add(b, "20_empty.cf", SV(""));
	channel_bundle_add(b, "hosts.txt", SV("spam.example.net\n"));
}

START_TEST(a_bundle_comes_out_as_it_went_in)
{
	struct buf first = BUF_INIT(ARCHIVE_BYTES_MAX);
	struct buf second = BUF_INIT(ARCHIVE_BYTES_MAX);
	struct channel_bundle b, copy;
	char why[BUNDLE_WHY];

	sample(&b);
	channel_bundle_init(&copy);
	ck_assert_int_eq(channel_bundle_pack(&b, &first, why), 0);
	ck_assert_int_eq(channel_bundle_unpack(buf_sv(&first), &copy, why), 0);
	ck_assert_str_eq(copy.name, "acme");
	ck_assert_uint_eq(copy.serial, 17);
	ck_assert_int_eq(copy.created_ms, 1774864800000);
	ck_assert_uint_eq(copy.n_files, 3);
	for (size_t i = 0; i < 3; i++) {
		ck_assert_str_eq(copy.files[i].name, b.files[i].name);
		ck_assert(sv_eq(copy.files[i].text, b.files[i].text));
	}
	ck_assert_int_eq(channel_bundle_pack(&copy, &second, why), 0);
	ck_assert(sv_eq(buf_sv(&first), buf_sv(&second)));
	channel_bundle_done(&b);
	channel_bundle_done(&copy);
	buf_done(&first);
	buf_done(&second);
}
END_TEST

/* ---- manifests ---- */

#define SHA "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define FILE_OF(name, bytes)                                                   \
	"{\"path\":\"" name "\",\"bytes\":" bytes ",\"sha256\":\"" SHA "\"}"
#define MANIFEST_OF(v, name, serial, tamis, files)                             \
	"{\"v\":\"" v "\",\"name\":\"" name "\",\"serial\":" serial            \
	",\"created\":\"2026-03-30T10:00:00Z\",\"tamis\":\"" tamis             \
	"\",\"files\":[" files "]}"
#define FILES(files) MANIFEST_OF("1", "acme", "17", "0.1.0", files)

static const struct {
	const char *json;
	int result;
	const char *why;
} manifests[] = {
	{ FILES(FILE_OF("a.cf", "1")), 0, "" },
	{ FILES(FILE_OF("a.cf", "1") "," FILE_OF("b.cf", "0")), 0, "" },
	{ "", E_SYNTAX, "MANIFEST: not a JSON object" },
	{ "[]", E_SYNTAX, "MANIFEST: must be an object" },
	{ "{\"v\":\"1\"}", E_SYNTAX, "MANIFEST at /name: is missing" },
	{ FILES(""), E_SYNTAX, "MANIFEST at /files: no array of files" },
	{ MANIFEST_OF("2", "acme", "17", "0.1.0", FILE_OF("a.cf", "1")),
	  E_SYNTAX,
	  "MANIFEST at /v: a version of the format that this tamis does not "
	  "know" },
	{ MANIFEST_OF("1", "../x", "17", "0.1.0", FILE_OF("a.cf", "1")),
	  E_SYNTAX, "MANIFEST at /name: no name" },
	{ MANIFEST_OF("1", "acme", "0", "0.1.0", FILE_OF("a.cf", "1")),
	  E_SYNTAX, "MANIFEST at /serial: must not be 0" },
	{ MANIFEST_OF("1", "acme", "-1", "0.1.0", FILE_OF("a.cf", "1")),
	  E_RANGE, "MANIFEST at /serial: must be between 0 and 2^53" },
	{ MANIFEST_OF("1", "acme", "9007199254740993", "0.1.0",
	              FILE_OF("a.cf", "1")),
	  E_RANGE, "MANIFEST at /serial: must be between 0 and 2^53" },
	{ "{\"v\":\"1\",\"name\":\"acme\",\"serial\":17,"
	  "\"created\":\"1969-12-31T23:59:59Z\",\"tamis\":\"0.1.0\","
	  "\"files\":[" FILE_OF("a.cf", "1") "]}",
	  E_RANGE, "MANIFEST at /created: must be between 1970 and 2242" },
	{ MANIFEST_OF("1", "acme", "17", "new", FILE_OF("a.cf", "1")), E_SYNTAX,
	  "MANIFEST at /tamis: no version" },
	{ FILES(FILE_OF("../a.cf", "1")), E_SYNTAX,
	  "MANIFEST at /files/0/path: no name for a file of a bundle" },
	{ FILES(FILE_OF("x/a.cf", "1")), E_SYNTAX,
	  "MANIFEST at /files/0/path: no name for a file of a bundle" },
	{ FILES(FILE_OF(".a.cf", "1")), E_SYNTAX,
	  "MANIFEST at /files/0/path: no name for a file of a bundle" },
	{ FILES(FILE_OF("MANIFEST", "1")), E_SYNTAX,
	  "MANIFEST at /files/0/path: no name for a file of a bundle" },
	{ FILES(FILE_OF("a.cf", "1") "," FILE_OF("a.cf", "1")), E_SYNTAX,
	  "MANIFEST at /files/1/path: files are not in the order of names" },
	{ FILES(FILE_OF("b.cf", "1") "," FILE_OF("a.cf", "1")), E_SYNTAX,
	  "MANIFEST at /files/1/path: files are not in the order of names" },
	{ FILES(FILE_OF("a.cf", "16777217")), E_LIMIT,
	  "MANIFEST at /files/0/bytes: too many bytes" },
	{ FILES(
	      FILE_OF("a.cf", "16777216") "," FILE_OF("b.cf", "16777216") "," FILE_OF(
		  "c.cf",
		  "16777216") "," FILE_OF("d.cf",
	                                  "16777216") "," FILE_OF("e.cf", "1")),
	  E_LIMIT, "MANIFEST at /files/4/bytes: too many bytes" },
	{ FILES("{\"path\":\"a.cf\",\"bytes\":1,\"sha256\":\"ABC\"}"), E_SYNTAX,
	  "MANIFEST at /files/0/sha256: no SHA-256" },
};

START_TEST(manifests_are_read_strictly)
{
	for (size_t i = 0; i < sizeof manifests / sizeof *manifests; i++) {
		char why[BUNDLE_WHY] = "";
		struct channel_bundle b;

		channel_bundle_init(&b);
		ck_assert_int_eq(
		    channel_manifest_parse(sv_str(manifests[i].json), &b, why),
		    manifests[i].result);
		ck_assert_str_eq(why, manifests[i].why);
		channel_bundle_done(&b);
	}
}
END_TEST

static const struct {
	const char *have, *want;
	bool enough;
} versions[] = {
	{ "0.1.0", "0.1.0", true },       { "0.1.0", "0.1.1", false },
	{ "0.2.0", "0.1.9", true },       { "0.10.0", "0.9.0", true },
	{ "1.0", "0.9.9", true },         { "0.1.0-3-gabc", "0.1.0", true },
	{ "0.1.0-3-gabc", "0.2", false }, { "2", "1.9.9", true },
};

START_TEST(versions_are_compared_number_by_number)
{
	for (size_t i = 0; i < sizeof versions / sizeof *versions; i++)
		ck_assert_int_eq(channel_version_is_enough(versions[i].have,
		                                           versions[i].want),
		                 versions[i].enough);
}
END_TEST

/* ---- archives that others made ---- */

struct member {
	const char *path, *text, *link;
	mode_t type;
};

static la_ssize_t
take_bytes(struct archive *a, void *ctx, const void *p, size_t n)
{
	(void)a;
	return buf_add(ctx, sv_make(p, n)) ? (la_ssize_t)n : -1;
}

static void
write_archive(const struct member *members, size_t n, struct buf *out)
{
	struct archive *a = archive_write_new();

	archive_write_set_format_pax_restricted(a);
	archive_write_add_filter_gzip(a);
	ck_assert_int_eq(archive_write_open(a, out, NULL, take_bytes, NULL), 0);
	for (size_t i = 0; i < n; i++) {
		struct archive_entry *e = archive_entry_new();
		size_t bytes = members[i].text ? strlen(members[i].text) : 0;

		archive_entry_set_pathname(e, members[i].path);
		archive_entry_set_filetype(e, members[i].type);
		archive_entry_set_perm(e, 0644);
		archive_entry_set_size(e, (la_int64_t)bytes);
		if (members[i].link && members[i].type == AE_IFLNK)
			archive_entry_set_symlink(e, members[i].link);
		else if (members[i].link)
			archive_entry_set_hardlink(e, members[i].link);
		ck_assert_int_eq(archive_write_header(a, e), ARCHIVE_OK);
		archive_write_data(a, members[i].text, bytes);
		archive_entry_free(e);
	}
	archive_write_close(a);
	archive_write_free(a);
}

/* A manifest of the file a.cf with the content "a\n". */
#define GOOD                                                                   \
	"{\"v\":\"1\",\"name\":\"acme\",\"serial\":17,"                        \
	"\"created\":\"2026-03-30T10:00:00Z\",\"tamis\":\"0.1.0\",\"files\":"  \
	"[{\"path\":\"a.cf\",\"bytes\":2,\"sha256\":"                          \
	"\"87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7"   \
	"\"}]}"
#define M                                                                      \
	{                                                                      \
		"MANIFEST", GOOD, NULL, AE_IFREG                               \
	}
#define A                                                                      \
	{                                                                      \
		"a.cf", "a\n", NULL, AE_IFREG                                  \
	}

static const struct {
	struct member members[3];
	const char *why; /* "": it is good */
} archives[] = {
	{ { M, A }, "" },
	{ { A, M }, "the bundle does not begin with MANIFEST" },
	{ { A }, "the bundle does not begin with MANIFEST" },
	{ { M }, "the bundle has other files than its MANIFEST" },
	{ { M, A, { "b.cf", "b\n", NULL, AE_IFREG } },
	  "the bundle has other files than its MANIFEST" },
	{ { M, A, A }, "the bundle has other files than its MANIFEST" },
	{ { M, { "../a.cf", "a\n", NULL, AE_IFREG } },
	  "the bundle has other files than its MANIFEST" },
	{ { M, { "/etc/a.cf", "a\n", NULL, AE_IFREG } },
	  "the bundle has other files than its MANIFEST" },
	{ { M, { "./a.cf", "a\n", NULL, AE_IFREG } },
	  "the bundle has other files than its MANIFEST" },
	{ { M, { "a.cf", "b\n", NULL, AE_IFREG } },
	  "the bundle has a file that its MANIFEST has a different SHA-256 "
	  "of" },
	{ { M, { "a.cf", "a\na\n", NULL, AE_IFREG } },
	  "the bundle has other files than its MANIFEST" },
	{ { M, { "a.cf", NULL, "/etc/passwd", AE_IFLNK } },
	  "the bundle has something else than plain files" },
	{ { M, { "a.cf", NULL, "MANIFEST", AE_IFREG } },
	  "the bundle has something else than plain files" },
	{ { M, { "a.cf", NULL, NULL, AE_IFDIR } },
	  "the bundle has something else than plain files" },
	{ { M, { "a.cf", NULL, NULL, AE_IFIFO } },
	  "the bundle has something else than plain files" },
	{ { M, { "a.cf", NULL, NULL, AE_IFCHR } },
	  "the bundle has something else than plain files" },
};

START_TEST(only_plain_files_of_the_manifest_are_taken)
{
	for (size_t i = 0; i < sizeof archives / sizeof *archives; i++) {
		struct buf bytes = BUF_INIT(ARCHIVE_BYTES_MAX);
		char why[BUNDLE_WHY] = "";
		struct channel_bundle b;
		size_t n = 0;
		int result;

		while (n < 3 && archives[i].members[n].path)
			n++;
		write_archive(archives[i].members, n, &bytes);
		channel_bundle_init(&b);
		result = channel_bundle_unpack(buf_sv(&bytes), &b, why);
		ck_assert_str_eq(why, archives[i].why);
		ck_assert_int_eq(result, *archives[i].why ? E_SYNTAX : 0);
		channel_bundle_done(&b);
		buf_done(&bytes);
	}
}
END_TEST

START_TEST(a_bundle_that_is_cut_off_or_changed_is_refused)
{
	struct buf bytes = BUF_INIT(ARCHIVE_BYTES_MAX);
	struct channel_bundle b, copy;
	char why[BUNDLE_WHY];

	sample(&b);
	ck_assert_int_eq(channel_bundle_pack(&b, &bytes, why), 0);
	for (size_t n = 0; n + 30 < bytes.n; n += 7) {
		channel_bundle_init(&copy);
		ck_assert_int_ne(
		    channel_bundle_unpack(sv_make(bytes.p, n), &copy, why), 0);
		channel_bundle_done(&copy);
	}
	channel_bundle_done(&b);
	buf_done(&bytes);
}
END_TEST

/* 30 MiB of zeros are 30 kB. */
START_TEST(a_bomb_is_not_unpacked)
{
	static char zeros[30 << 20];
	struct buf bytes = BUF_INIT(ARCHIVE_BYTES_MAX);
	struct channel_bundle b;
	char why[BUNDLE_WHY];

	memset(zeros, ' ', sizeof zeros - 1);
	write_archive(
	    (struct member[]){ { "MANIFEST", zeros, NULL, AE_IFREG } }, 1,
	    &bytes);
	channel_bundle_init(&b);
	ck_assert_int_eq(channel_bundle_unpack(buf_sv(&bytes), &b, why),
	                 E_LIMIT);
	ck_assert_uint_lt(arena_used(b.arena), 1 << 20);
	channel_bundle_done(&b);
	buf_reset(&bytes);
	write_archive((struct member[]){ M, { "a.cf", zeros, NULL, AE_IFREG } },
	              2, &bytes);
	channel_bundle_init(&b);
	ck_assert_int_eq(channel_bundle_unpack(buf_sv(&bytes), &b, why),
	                 E_SYNTAX);
	ck_assert_uint_lt(arena_used(b.arena), 1 << 20);
	channel_bundle_done(&b);
	buf_done(&bytes);
}
END_TEST

UNIT_MAIN("bundle", a_bundle_comes_out_as_it_went_in,
          manifests_are_read_strictly, versions_are_compared_number_by_number,
          only_plain_files_of_the_manifest_are_taken,
          a_bundle_that_is_cut_off_or_changed_is_refused,
          a_bomb_is_not_unpacked)
