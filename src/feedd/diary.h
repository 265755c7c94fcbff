/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The diary: what no node can count, entered by hand into a file. An entry is
 * a line "DATE KIND TEXT"; indented lines below it have the text in another
 * language:
 *
 *     2026-10-03 penalty Example Trading Ltd: 20 000 EUR, no consent
 *         fr Example Trading Ltd : 20 000 EUR, absence de consentement
 *
 * Lines that begin with '#' are comments.
 */
#ifndef FEEDD_DIARY_H
#define FEEDD_DIARY_H

#include "base/arena.h"
#include "base/error.h"
#include "feedd/lang.h"

enum { DIARY_BYTES_MAX = 1 << 20 };

struct diary_entry {
	int64_t minute;         /* a midnight, UTC */
	struct sv kind;         /* of diary_kinds */
	struct sv texts[LANGS]; /* empty: only in another language */
};

struct diary {
	struct diary_entry *list; /* the newest first */
	size_t n;
};

/* "warning", "notice", "undertaking", "order", "penalty", "other", and
 * "method", which marks a break of method in charts; NULL-terminated. */
extern const char *const diary_kinds[];

/* The text in a language, or whichever there is. */
struct sv diary_text(const struct diary_entry *e, enum lang lang);

/* Strings are borrowed from `text`, the list lives in the arena. A line that
 * cannot be understood is in `diags`, and left out: E_SYNTAX. */
int diary_parse(struct sv text, const char *file, struct arena *a,
                struct diags *diags, struct diary *ret);

/* Reads a file; everything lives in the arena. E_IO. */
int diary_read(const char *path, struct arena *a, struct diags *diags,
               struct diary *ret);

#endif
