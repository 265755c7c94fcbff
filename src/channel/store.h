/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules of channels on disk, in channel.dir (for a channel "acme"):
 *
 *     acme.cf                  what is in force: "include .acme/17/10_x.cf" ...
 *     .acme/17/                a version: its files, and MANIFEST
 *     .acme/16/                the one before
 *     .acme/state.json         what was last tried, and what came of it
 *     .lock                    held by whoever changes anything
 *
 * acme.cf is the only switch, and replaced as a whole: who reads the folder
 * sees all of one version or all of the other, because the lines of acme.cf
 * name the version. Names with a dot in front are not read as rules. A version
 * is complete before it has its name. So a process that is killed anywhere
 * leaves the old rules or the new ones, and at worst a folder that the next
 * update removes.
 */
#ifndef CHANNEL_STORE_H
#define CHANNEL_STORE_H

#include "channel/bundle.h"

enum { STORE_PATH = 4096, STORE_TEXT = 256, STORE_WORD = 16 };

struct channel_store {
	const char *dir, *name; /* live longer than the store */
	int lock_fd;
};

/* Makes the folders, waits for the lock, and removes what a killed update has
 * left. A channel that has no rules yet gets an acme.cf without any. */
int channel_store_open(const char *dir, const char *name,
                       struct channel_store *ret, char why[BUNDLE_WHY])
    __attribute__((warn_unused_result));
void channel_store_close(struct channel_store *s);

/* The path of acme.cf, and of the folder of a version. */
void channel_store_switch_path(const char *dir, const char *name,
                               char path[STORE_PATH]);
void channel_store_version_path(const struct channel_store *s, uint64_t serial,
                                char path[STORE_PATH]);

/* The version in force; 0: none. */
uint64_t channel_store_current(const char *dir, const char *name);

/* Those on disk, the newest first; the caller frees *ret. */
size_t channel_store_versions(const char *dir, const char *name,
                              uint64_t **ret);

/* Writes a version to the disk; it is not in force. */
int channel_store_add(const struct channel_store *s,
                      const struct channel_bundle *b, char why[BUNDLE_WHY])
    __attribute__((warn_unused_result));
void channel_store_remove(const struct channel_store *s, uint64_t serial);

/* The manifest of a version on disk, into an initialised bundle. */
int channel_store_manifest(const char *dir, const char *name, uint64_t serial,
                           struct channel_bundle *ret, char why[BUNDLE_WHY])
    __attribute__((warn_unused_result));

/* What acme.cf is with that version (0: none) in force. */
int channel_store_switch_text(const struct channel_store *s, uint64_t serial,
                              struct buf *out, char why[BUNDLE_WHY])
    __attribute__((warn_unused_result));

/* Puts it in force, for whoever reads the folder next. */
int channel_store_switch(const struct channel_store *s, uint64_t serial,
                         char why[BUNDLE_WHY])
    __attribute__((warn_unused_result));

/* Removes versions that are older than the one in force, but for the newest
 * `keep` of them and for `also`. */
void channel_store_prune(const struct channel_store *s, size_t keep,
                         uint64_t also);

/* ---- state.json ---- */

struct channel_state {
	uint64_t serial_max;     /* the highest that was ever in force */
	uint64_t previous;       /* in force before this one; 0: none */
	uint64_t pending;        /* put in force, but the daemon has not been
	                            asked yet; 0: nothing is pending */
	int64_t checked_ms;      /* when it was last asked for */
	int64_t changed_ms;      /* when the version in force became so */
	char result[STORE_WORD]; /* updated, unchanged, refused, failed,
	                            "rolled back"; or "" */
	char error[STORE_TEXT];  /* of the last try; or "" */
	/* of the last bundle that was taken: what it need not be sent for */
	char etag[STORE_TEXT], last_modified[STORE_TEXT];
};

/* All zero when there is none, or one that cannot be read. */
void channel_state_read(const char *dir, const char *name,
                        struct channel_state *ret);
int channel_state_write(const struct channel_store *s,
                        const struct channel_state *state)
    __attribute__((warn_unused_result));

#endif
