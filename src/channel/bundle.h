/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bundle: one version of a channel's rules as it travels. A tar archive
 * (ustar, gzip), flat, whose first member MANIFEST is a JSON object:
 *
 *     {"v":"1","name":"acme","serial":20261123120000,
 *      "created":"2026-11-23T12:00:00.000Z","tamis":"0.1.0",
 *      "files":[{"path":"10_words.cf","bytes":812,"sha256":"6f1c..."}]}
 *
 * "tamis" is the oldest version that understands the rules. The other members
 * are exactly the files it names. Bundles come from strangers until their
 * signature has been checked (key.h), which is done before they are opened.
 */
#ifndef CHANNEL_BUNDLE_H
#define CHANNEL_BUNDLE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"

enum {
	BUNDLE_FILES_MAX = 500,
	BUNDLE_NAME_MAX = 100,            /* of a file; flat */
	BUNDLE_FILE_BYTES_MAX = 16 << 20, /* of a file */
	BUNDLE_BYTES_MAX = 64 << 20,      /* of all of them */
	BUNDLE_MANIFEST_MAX = 256 << 10,
	BUNDLE_CHANNEL_MAX = 40, /* of a channel's name */
	BUNDLE_WHY = 300,
};
#define BUNDLE_SERIAL_MAX ((uint64_t)1 << 53)
#define BUNDLE_MANIFEST   "MANIFEST"

struct channel_file {
	const char *name; /* letters, digits, . _ - and no dot in front */
	size_t bytes;
	char sha256[DIGEST_TEXT];
	struct sv text; /* SV_NONE: only the manifest is known */
};

struct channel_bundle {
	struct arena *arena; /* of all texts */
	const char *name;    /* of the channel */
	uint64_t serial;     /* from 1; a later version has a higher one */
	int64_t created_ms;
	const char *tamis; /* the oldest version that will do */
	struct channel_file *files;
	size_t n_files;
};

void channel_bundle_init(struct channel_bundle *b);
void channel_bundle_done(struct channel_bundle *b);

/* Letters, digits, - and _, as the name of a channel has them. */
bool channel_name_is_good(struct sv name);
/* What a bundle may call a file. */
bool channel_file_is_good(struct sv name);

/* Adds a file (its name must be good) with a copy of the text. */
void channel_bundle_add(struct channel_bundle *b, const char *name,
                        struct sv text);

/* Fills in all but the texts; b is initialised. E_SYNTAX, E_LIMIT with the
 * reason. */
int channel_manifest_parse(struct sv json, struct channel_bundle *b,
                           char why[BUNDLE_WHY])
    __attribute__((warn_unused_result));
void channel_manifest_write(const struct channel_bundle *b, struct buf *out);

/* Whether tamis of version `have` is new enough for `want`: numbers with dots,
 * of which three count. What follows is no part of them. */
bool channel_version_is_enough(const char *have, const char *want);

/* The archive. The same bundle always gives the same bytes. */
int channel_bundle_pack(const struct channel_bundle *b, struct buf *out,
                        char why[BUNDLE_WHY])
    __attribute__((warn_unused_result));

/* Takes an archive apart; nothing is written anywhere. E_SYNTAX, E_LIMIT. */
int channel_bundle_unpack(struct sv archive, struct channel_bundle *b,
                          char why[BUNDLE_WHY])
    __attribute__((warn_unused_result));

#endif
