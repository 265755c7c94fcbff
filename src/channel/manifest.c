/* SPDX-License-Identifier: Apache-2.0 */
/* Bundles in memory, and their manifest as JSON. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "channel/bundle.h"
#include "record/reader.h"

enum { READER_WHY = 128, VERSION_MAX = 32 };

void
channel_bundle_init(struct channel_bundle *b)
{
	*b = (struct channel_bundle){ .arena = arena_new(),
		                      .name = "",
		                      .tamis = "" };
}

void
channel_bundle_done(struct channel_bundle *b)
{
	arena_free(b->arena);
	*b = (struct channel_bundle){ .arena = NULL };
}

static bool
is_name_char(char c)
{
	return sv_is_alnum(c) || c == '-' || c == '_';
}

bool
channel_name_is_good(struct sv name)
{
	if (name.n == 0 || name.n > BUNDLE_CHANNEL_MAX ||
	    !sv_is_alnum(name.p[0]))
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!is_name_char(name.p[i]))
			return false;
	return true;
}

/* No folder, nothing hidden, nothing that a shell or an option reader could
 * take for something else; and not the manifest. */
bool
channel_file_is_good(struct sv name)
{
	if (name.n == 0 || name.n > BUNDLE_NAME_MAX || name.p[0] == '.' ||
	    name.p[0] == '-' || sv_eq(name, SV(BUNDLE_MANIFEST)))
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!is_name_char(name.p[i]) && name.p[i] != '.')
			return false;
	return true;
}

void
channel_bundle_add(struct channel_bundle *b, const char *name, struct sv text)
{
	size_t bytes = b->n_files * sizeof *b->files;
	struct channel_file *f;

	if ((b->n_files & (b->n_files - 1)) == 0) /* it is full */
		b->files = arena_grow(b->arena, b->files, bytes,
		                      bytes ? 2 * bytes : sizeof *b->files);
	f = &b->files[b->n_files++];
	f->name = arena_str(b->arena, sv_str(name));
	f->text = arena_dup(b->arena, text);
	f->bytes = text.n;
	digest_sha256(text, f->sha256);
}

/* ---- writing ---- */

void
channel_manifest_write(const struct channel_bundle *b, struct buf *out)
{
	struct json j = json_start(out);
	char time[CLOCK_TEXT];

	json_begin_object(&j, NULL);
	json_text(&j, "v", "1");
	json_text(&j, "name", b->name);
	json_int(&j, "serial", (int64_t)b->serial);
	json_text(&j, "created", clock_text(b->created_ms, time));
	json_text(&j, "tamis", b->tamis);
	json_begin_array(&j, "files");
	for (size_t i = 0; i < b->n_files; i++) {
		json_begin_object(&j, NULL);
		json_text(&j, "path", b->files[i].name);
		json_int(&j, "bytes", (int64_t)b->files[i].bytes);
		json_text(&j, "sha256", b->files[i].sha256);
		json_end(&j);
	}
	json_end(&j);
	json_end(&j);
	buf_add_char(out, '\n');
}

/* ---- reading ---- */

static bool
is_sha256(struct sv text)
{
	for (size_t i = 0; i < text.n; i++)
		if (sv_hex_value(text.p[i]) < 0 ||
		    sv_lower_char(text.p[i]) != text.p[i])
			return false;
	return text.n == DIGEST_TEXT - 1;
}

static bool
read_file(struct reader *r, json_t *object, struct channel_bundle *b,
          uint64_t *left)
{
	struct channel_file *f = &b->files[b->n_files];
	struct sv name, sha256;
	uint64_t bytes;

	if (!READER_MEMBERS(r, object, "path", "bytes", "sha256") ||
	    !reader_text(r, object, "path", BUNDLE_NAME_MAX, &name) ||
	    !reader_count(r, object, "bytes", &bytes) ||
	    !reader_text(r, object, "sha256", DIGEST_TEXT, &sha256))
		return false;
	if (!channel_file_is_good(name))
		return reader_fail_at(r, "path", E_SYNTAX,
		                      "no name for a file of a bundle");
	/* Names are in byte order, so none is there twice. */
	if (b->n_files && sv_cmp(sv_str(f[-1].name), name) >= 0)
		return reader_fail_at(r, "path", E_SYNTAX,
		                      "files are not in the order of names");
	if (bytes > BUNDLE_FILE_BYTES_MAX || bytes > *left)
		return reader_fail_at(r, "bytes", E_LIMIT, "too many bytes");
	if (!is_sha256(sha256))
		return reader_fail_at(r, "sha256", E_SYNTAX, "no SHA-256");
	*left -= bytes;
	f->name = arena_str(b->arena, name);
	f->bytes = bytes;
	memcpy(f->sha256, sha256.p, sha256.n);
	b->n_files++;
	return true;
}

static bool
read_files(struct reader *r, json_t *root, struct channel_bundle *b)
{
	json_t *files = json_object_get(root, "files"), *file;
	size_t at = reader_enter(r, "files"), i, n = json_array_size(files);
	uint64_t left = BUNDLE_BYTES_MAX;

	if (!json_is_array(files) || n == 0)
		return reader_fail(r, E_SYNTAX, "no array of files");
	if (n > BUNDLE_FILES_MAX)
		return reader_fail(r, E_LIMIT, "more than %d files",
		                   BUNDLE_FILES_MAX);
	b->files = ARENA_ARRAY(b->arena, struct channel_file, n);
	json_array_foreach (files, i, file) {
		size_t in = reader_enter_index(r, i);

		if (!read_file(r, file, b, &left) || !reader_leave(r, in))
			return false;
	}
	return reader_leave(r, at);
}

static bool
is_version(struct sv text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!sv_is_alnum(text.p[i]) && text.p[i] != '.' &&
		    text.p[i] != '-' && text.p[i] != '+')
			return false;
	return text.n && sv_is_digit(text.p[0]);
}

static bool
read_root(struct reader *r, json_t *root, struct channel_bundle *b)
{
	struct sv v, name, tamis;

	if (!READER_MEMBERS(r, root, "v", "name", "serial", "created", "tamis",
	                    "files") ||
	    !reader_text(r, root, "v", 10, &v) ||
	    !reader_text(r, root, "name", BUNDLE_CHANNEL_MAX, &name) ||
	    !reader_count(r, root, "serial", &b->serial) ||
	    !reader_time(r, root, "created", &b->created_ms) ||
	    !reader_text(r, root, "tamis", VERSION_MAX, &tamis))
		return false;
	if (!sv_eq(v, SV("1")))
		return reader_fail_at(r, "v", E_SYNTAX,
		                      "a version of the format that this "
		                      "tamis does not know");
	if (!channel_name_is_good(name))
		return reader_fail_at(r, "name", E_SYNTAX, "no name");
	/* what tar can say, too */
	if (b->created_ms < 0 || b->created_ms / 1000 >= (int64_t)1 << 33)
		return reader_fail_at(r, "created", E_RANGE,
		                      "must be between 1970 and 2242");
	if (b->serial == 0)
		return reader_fail_at(r, "serial", E_SYNTAX, "must not be 0");
	if (!is_version(tamis))
		return reader_fail_at(r, "tamis", E_SYNTAX, "no version");
	b->name = arena_str(b->arena, name);
	b->tamis = arena_str(b->arena, tamis);
	return read_files(r, root, b);
}

int
channel_manifest_parse(struct sv json, struct channel_bundle *b,
                       char why[BUNDLE_WHY])
{
	char reason[READER_WHY] = "not a JSON object";
	struct reader r = { .why = reason };
	json_t *root = NULL;

	if (json.n <= BUNDLE_MANIFEST_MAX)
		root = json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES, NULL);
	if (!root)
		r.error = E_SYNTAX;
	else
		read_root(&r, root, b);
	json_decref(root);
	if (r.error)
		snprintf(why, BUNDLE_WHY, BUNDLE_MANIFEST "%s%s: %s",
		         *r.path ? " at " : "", r.path, reason);
	return r.error;
}

/* ---- versions ---- */

static uint64_t
cut_number(struct sv *s)
{
	uint64_t value = 0;

	while (s->n && sv_is_digit(s->p[0]) && value < UINT32_MAX) {
		value = value * 10 + (uint64_t)(s->p[0] - '0');
		*s = sv_from(*s, 1);
	}
	if (s->n && s->p[0] == '.')
		*s = sv_from(*s, 1);
	return value;
}

bool
channel_version_is_enough(const char *have, const char *want)
{
	struct sv a = sv_str(have), b = sv_str(want);

	for (int i = 0; i < 3; i++) {
		uint64_t x = cut_number(&a), y = cut_number(&b);

		if (x != y)
			return x > y;
	}
	return true;
}
