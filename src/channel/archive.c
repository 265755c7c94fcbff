/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bundles as tar archives, by libarchive. Of all that it can read only tar
 * and gzip are switched on, and nothing is written to the disk here: what an
 * archive says of paths, links and owners is compared with what a bundle may
 * have, never followed.
 */
#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>

#include "base/error.h"
#include "base/mem.h"
#include "channel/bundle.h"

/* ---- writing ---- */

static la_ssize_t
take_bytes(struct archive *a, void *ctx, const void *p, size_t n)
{
	(void)a;
	return buf_add(ctx, sv_make(p, n)) ? (la_ssize_t)n : -1;
}

static bool
write_member(struct archive *a, const char *name, struct sv text, time_t time)
{
	struct archive_entry *e = archive_entry_new();
	bool ok;

	archive_entry_set_pathname(e, name);
	archive_entry_set_size(e, (la_int64_t)text.n);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_mtime(e, time, 0);
	ok = archive_write_header(a, e) == ARCHIVE_OK &&
	     archive_write_data(a, text.p ? text.p : "", text.n) ==
	         (la_ssize_t)text.n;
	archive_entry_free(e);
	return ok;
}

static bool
write_members(struct archive *a, const struct channel_bundle *b)
{
	struct buf manifest = BUF_INIT(BUNDLE_MANIFEST_MAX);
	time_t time = (time_t)(b->created_ms / 1000);
	bool ok;

	channel_manifest_write(b, &manifest);
	ok = !manifest.full &&
	     write_member(a, BUNDLE_MANIFEST, buf_sv(&manifest), time);
	for (size_t i = 0; i < b->n_files && ok; i++)
		ok = write_member(a, b->files[i].name, b->files[i].text, time);
	buf_done(&manifest);
	return ok;
}

int
channel_bundle_pack(const struct channel_bundle *b, struct buf *out,
                    char why[BUNDLE_WHY])
{
	struct archive *a = archive_write_new();
	bool ok;

	if (!a)
		mem_die("no memory for an archive");
	archive_write_set_format_ustar(a);
	archive_write_add_filter_gzip(a);
	/* no time of packing: the same files give the same bytes */
	archive_write_set_filter_option(a, "gzip", "timestamp", NULL);
	archive_write_set_bytes_in_last_block(a, 1);
	ok = archive_write_open(a, out, NULL, take_bytes, NULL) == ARCHIVE_OK &&
	     write_members(a, b) && archive_write_close(a) == ARCHIVE_OK;
	if (!ok)
		snprintf(why, BUNDLE_WHY, "cannot pack: %.150s",
		         archive_error_string(a) ? archive_error_string(a)
		                                 : "too large");
	archive_write_free(a);
	return ok ? 0 : E_LIMIT;
}

/* ---- reading ---- */

struct unpack {
	struct archive *archive;
	char *why;
};

static int
fail(const struct unpack *u, int result, const char *what)
{
	snprintf(u->why, BUNDLE_WHY, "the bundle %s", what);
	return result;
}

static int
fail_library(const struct unpack *u)
{
	const char *text = archive_error_string(u->archive);

	snprintf(u->why, BUNDLE_WHY, "cannot unpack the bundle: %.150s",
	         text ? text : "it ends too early");
	return E_SYNTAX;
}

/* The next member, which must be a plain file; *ret NULL at the end. */
static int
next_member(const struct unpack *u, struct archive_entry **ret)
{
	int code = archive_read_next_header(u->archive, ret);
	int64_t read = archive_filter_bytes(u->archive, 0);

	if (code == ARCHIVE_EOF) {
		*ret = NULL;
		return 0;
	}
	if (code != ARCHIVE_OK)
		return fail_library(u);
	if (read > BUNDLE_BYTES_MAX + 2 * BUNDLE_MANIFEST_MAX)
		return fail(u, E_LIMIT, "is too large when unpacked");
	if (archive_entry_filetype(*ret) != AE_IFREG ||
	    archive_entry_hardlink(*ret) || archive_entry_symlink(*ret) ||
	    archive_entry_sparse_count(*ret))
		return fail(u, E_SYNTAX, "has something else than plain files");
	if (!archive_entry_pathname(*ret) || !archive_entry_size_is_set(*ret))
		return fail(u, E_SYNTAX, "has a file without name or size");
	return 0;
}

/* All of a member, which is as large as its header says. */
static int
read_member(const struct unpack *u, struct archive_entry *e, size_t bytes_max,
            struct arena *a, struct sv *ret)
{
	int64_t size = archive_entry_size(e);
	char *text;

	if (size < 0 || (uint64_t)size > bytes_max)
		return fail(u, E_LIMIT, "has a file that is too large");
	text = arena_alloc(a, (size_t)size + 1);
	if (archive_read_data(u->archive, text, (size_t)size) !=
	    (la_ssize_t)size)
		return fail_library(u);
	*ret = sv_make(text, (size_t)size);
	return 0;
}

static int
read_manifest(const struct unpack *u, struct channel_bundle *b)
{
	struct archive_entry *e;
	struct sv text;
	int result = next_member(u, &e);

	if (result)
		return result;
	if (!e || strcmp(archive_entry_pathname(e), BUNDLE_MANIFEST) != 0)
		return fail(u, E_SYNTAX,
		            "does not begin with " BUNDLE_MANIFEST);
	result = read_member(u, e, BUNDLE_MANIFEST_MAX, b->arena, &text);
	return result ? result : channel_manifest_parse(text, b, u->why);
}

/* Members come in the order of the manifest. */
static int
read_next(const struct unpack *u, struct channel_bundle *b,
          struct channel_file *f)
{
	struct archive_entry *e;
	char sha256[DIGEST_TEXT];
	int result = next_member(u, &e);

	if (result)
		return result;
	if (!e || strcmp(archive_entry_pathname(e), f->name) != 0 ||
	    archive_entry_size(e) != (la_int64_t)f->bytes)
		return fail(u, E_SYNTAX,
		            "has other files than its " BUNDLE_MANIFEST);
	result = read_member(u, e, f->bytes, b->arena, &f->text);
	if (result == 0 &&
	    strcmp(digest_sha256(f->text, sha256), f->sha256) != 0)
		result = fail(u, E_SYNTAX,
		              "has a file that its " BUNDLE_MANIFEST
		              " has a different SHA-256 of");
	return result;
}

static int
read_all(const struct unpack *u, struct channel_bundle *b)
{
	struct archive_entry *e;
	int result = read_manifest(u, b);

	for (size_t i = 0; i < b->n_files && result == 0; i++)
		result = read_next(u, b, &b->files[i]);
	if (result == 0)
		result = next_member(u, &e);
	if (result == 0 && e)
		result = fail(u, E_SYNTAX,
		              "has other files than its " BUNDLE_MANIFEST);
	return result;
}

int
channel_bundle_unpack(struct sv archive, struct channel_bundle *b,
                      char why[BUNDLE_WHY])
{
	struct unpack u = { archive_read_new(), why };
	int result;

	if (!u.archive)
		mem_die("no memory for an archive");
	archive_read_support_format_tar(u.archive);
	archive_read_support_filter_gzip(u.archive);
	if (archive_read_open_memory(u.archive, archive.p, archive.n) ==
	    ARCHIVE_OK)
		result = read_all(&u, b);
	else
		result = fail_library(&u);
	archive_read_free(u.archive);
	return result;
}
