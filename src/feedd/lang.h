/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The languages of the site: its texts (texts.def), the words of the feed
 * (words.def, countries.def), and how numbers and dates are written. A text
 * that lacks a language does not compile; a word that lacks one fails a test.
 *
 * Texts are HTML of ours. {1} to {9} stand for what is put in. Any thread.
 */
#ifndef FEEDD_LANG_H
#define FEEDD_LANG_H

#include "base/buf.h"

enum lang { LANG_EN, LANG_FR, LANG_ZH, LANGS };

enum text {
#define TEXT(name, en, fr, zh) TEXT_##name,
#include "feedd/texts.def"
#undef TEXT
	TEXTS
};

/* "en", "fr", "zh"; as a tag of BCP 47: "zh-Hans"; "English", "Français" ... */
extern const char *const lang_codes[LANGS], *const lang_tags[LANGS],
						*const lang_names[LANGS];

bool lang_known(struct sv code);
enum lang lang_of(struct sv code); /* of a known one */

/* What was asked for, else what the browser wants most (RFC 9110, 12.5.4;
 * NULL: no such header), else English. */
enum lang lang_choose(const char *asked, const char *accept_language);

const char *lang_text(enum lang lang, enum text text);

/* The name of a word of the feed, as text; "" where there is none. */
const char *lang_word(enum lang lang, struct sv word);

/* The name of a country (ISO 3166-1 alpha-2); "" where there is none. */
const char *lang_country(enum lang lang, struct sv code);

/* "1,234,567"; "1.2 M" for axes; "12.3%" of 1/100 percent; "0.42" of
 * 1/100; "0.4" of 1/10. */
void lang_count(struct buf *out, enum lang lang, uint64_t n);
void lang_count_short(struct buf *out, enum lang lang, uint64_t n);
void lang_percent(struct buf *out, enum lang lang, uint64_t e2);
void lang_decimal(struct buf *out, enum lang lang, uint64_t e2);
void lang_decimal1(struct buf *out, enum lang lang, uint64_t e1);

/* "22 Nov 2026", "22 nov. 2026", "2026年11月22日"; with the time of day;
 * "Nov 2026"; "22 Nov". UTC. */
void lang_date(struct buf *out, enum lang lang, int64_t minute);
void lang_time(struct buf *out, enum lang lang, int64_t minute);
void lang_month(struct buf *out, enum lang lang, int64_t minute);
void lang_day(struct buf *out, enum lang lang, int64_t minute);

#endif
