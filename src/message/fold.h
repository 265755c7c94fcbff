/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Folding: a text as a reader takes it, whatever characters it was disguised
 * with, so that one rule for "casino" finds "C\u0430s\u00edn0" and "c a s i n
 * o" as well. In this order:
 *
 * - case folding and compatibility forms (NFKC_Casefold), which also drop
 *   what is not seen: zero-width characters, soft hyphens, variation
 *   selectors; styled and enclosed letters become letters, spaces " ";
 * - Latin and Greek letters lose their marks, in all scripts the marks that
 *   belong to no script go, unless Cyrillic or kana has a letter with them;
 * - look-alikes (UTS 39) become Latin letters in a word that is Latin for the
 *   rest of it: it has Latin letters and none that only another script has;
 *   or it consists of look-alikes alone and stands in Latin text. A word with
 *   letters that only Cyrillic has becomes Cyrillic. A word with both stays;
 * - digits and signs in a word become letters: 0 o, 1 i or l, 3 e, 4 a, 5 s,
 *   7 t, @ a, $ s; numbers at the end of a word and addresses stay;
 * - four and more single letters with the same separator between them become
 *   a word: "v i a g r a", "v.i.a.g.r.a".
 *
 * Folding never fails: bytes that are not UTF-8 stay as they are. The result
 * has no ASCII capitals, and FOLD_FACTOR times the bytes of the text at most.
 * Time is linear. Offsets of the result lead back to the text it was made of.
 */
#ifndef MESSAGE_FOLD_H
#define MESSAGE_FOLD_H

#include "message/message.h"

enum { FOLD_FACTOR = 3 };

/* From `to` in the folded text up to the `to` of the next run, it was made of
 * the original from `from` up to the next run's `from`: byte for byte where
 * both have the same length, else as a whole. */
struct fold_run {
	uint32_t to, from;
};

struct fold {
	struct sv text, original;
	const struct fold_run *runs; /* ascending */
	size_t n_runs;
};

/* The elements of a view, folded one by one. */
struct fold_view {
	struct view view;
	struct fold *folds; /* of each element */
};

/* Folds a text; the result hangs from `a`, and refers to the original. */
struct fold fold_text(struct arena *a, struct sv original);

/* Folds elements up to bytes_max bytes of result; those that would begin
 * behind that are left as they are, for nobody looks at them. */
struct fold_view fold_view(struct arena *a, const struct view *original,
                           size_t bytes_max);

/* The first character of a regular expression that no folded text has, such
 * as "É" (or "E", unless it is without case); empty if there is none. What is
 * escaped is not looked at. */
struct sv fold_never(struct sv regex, bool is_caseless);

/* The part of f->original that f->text from `offset` was made of. */
struct sv fold_origin(const struct fold *f, size_t offset, size_t length,
                      size_t *ret_offset);

#endif
