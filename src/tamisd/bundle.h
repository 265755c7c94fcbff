/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bundle: the exact text of a configuration and of all its rule files. The
 * supervisor reads it once, has it checked by a process of its own, and hands
 * the same bytes to every scanner: now, on reload, and when one is restarted
 * after the files on disk have changed or broken.
 */
#ifndef TAMISD_BUNDLE_H
#define TAMISD_BUNDLE_H

#include "scan/scan.h"

struct bundle {
	struct rule_sources sources; /* [0] is the configuration */
	struct conf *conf;           /* parsed from it */
};

/* Reads the files. `path` NULL: built-in defaults. On failure (negative) the
 * bundle is empty and `diags` says why. */
int bundle_read(const char *path, struct bundle *ret, struct diags *diags);
void bundle_done(struct bundle *b);

/* Compiles it; NULL when something is wrong with it. */
struct snapshot *bundle_compile(const struct rule_sources *sources,
                                struct diags *diags);

/* What a check says of a bundle. */
struct bundle_report {
	bool ok;
	uint64_t rules;
	char ruleset[80];
	char *text; /* diagnostics, one a line; freed by the caller */
};

/* Compiles the bundle and runs its tests in a process of its own, so that
 * nothing in it can harm the caller. `strict`: a failed test is a reason to
 * refuse it, otherwise it is only told. */
void bundle_check(const struct bundle *b, bool strict,
                  struct bundle_report *ret);

/* The sources as an anonymous file to pass on; the descriptor or -1. */
int bundle_to_fd(const struct bundle *b);
int bundle_from_fd(int fd, struct rule_sources *ret);

#endif
