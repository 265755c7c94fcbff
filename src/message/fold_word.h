/* SPDX-License-Identifier: Apache-2.0 */
/* Words, while a text is folded; private to message/fold*.c. */
#ifndef MESSAGE_FOLD_WORD_H
#define MESSAGE_FOLD_WORD_H

#include "message/fold_table.h"

static inline bool
fold_is_letter(enum fold_kind kind)
{
	return kind >= FOLD_LETTER && kind <= FOLD_CYRILLIC_FIRM;
}

static inline bool
fold_is_digit_or_sign(enum fold_kind kind)
{
	return kind == FOLD_DIGIT || kind == FOLD_SIGN;
}

/* Letters of scripts that take no part stand between words. */
static inline bool
fold_is_in_word(enum fold_kind kind)
{
	return fold_is_digit_or_sign(kind) || kind > FOLD_LETTER;
}

enum fold_script {
	FOLD_SCRIPT_UNKNOWN,
	FOLD_SCRIPT_LATIN,
	FOLD_SCRIPT_CYRILLIC,
	FOLD_SCRIPT_OTHER, /* or several: letters stay what they are */
};

/* Letters, digits and signs without a gap, or single ones that are kept apart
 * by the same separator. */
struct fold_word {
	size_t end;          /* in the text */
	struct sv gap;       /* the separator between its letters; or empty */
	unsigned letters;    /* how many, without marks */
	unsigned others;     /* digits and signs */
	unsigned latin;      /* of the letters: Latin ones */
	unsigned only_latin; /* of these: those that Cyrillic has not */
	unsigned alike, loose, firm;
	unsigned cyrillic, only_cyrillic;
};

/* Reads the word at `at`; one without characters when there is none. */
struct fold_word fold_word_read(struct sv text, size_t at);

/* Reads single letters kept apart; false if they are too few. *ret_next is
 * where such a run may begin next. */
bool fold_spaced_read(struct sv text, size_t at, struct fold_word *ret,
                      size_t *ret_next);

/* The script a word is folded to; `around` is that of the text. */
enum fold_script fold_word_script(const struct fold_word *w,
                                  enum fold_script around);

/* The script of a text for words that leave a doubt: Latin only if no word
 * is certainly of another one; never UNKNOWN. */
enum fold_script fold_text_script(struct sv text);

/* The Cyrillic letter (UTF-8) that an ASCII one is taken for; or NULL. */
const char *fold_cyrillic(char c);

#endif
