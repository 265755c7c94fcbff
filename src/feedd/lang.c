/* SPDX-License-Identifier: Apache-2.0 */
#include "feedd/lang.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#define NBSP  "\xc2\xa0"
#define THIN  "\xe2\x80\xaf" /* narrow, no break */
#define YEAR  "\xe5\xb9\xb4"
#define MONTH "\xe6\x9c\x88"
#define DAY   "\xe6\x97\xa5"

const char *const lang_codes[LANGS] = { "en", "fr", "zh" };
const char *const lang_tags[LANGS] = { "en", "fr", "zh-Hans" };
const char *const lang_names[LANGS] = {
	"English",
	"Fran\xc3\xa7"
	"ais",
	"\xe4\xb8\xad\xe6\x96\x87",
};

static const char *const texts[TEXTS][LANGS] = {
#define TEXT(name, en, fr, zh) [TEXT_##name] = { en, fr, zh },
#include "feedd/texts.def"
#undef TEXT
};

struct name {
	const char *word, *names[LANGS];
};

static const struct name words[] = {
#define WORD(word, en, fr, zh) { word, { en, fr, zh } },
#include "feedd/words.def"
#undef WORD
};

static const struct name countries[] = {
#define COUNTRY(code, en, fr, zh) { code, { en, fr, zh } },
#include "feedd/countries.def"
#undef COUNTRY
};

/* ---- choosing ---- */

static bool
find_lang(struct sv code, enum lang *ret)
{
	for (int lang = 0; lang < LANGS; lang++)
		if (sv_ieq_str(code, lang_codes[lang])) {
			*ret = (enum lang)lang;
			return true;
		}
	return false;
}

bool
lang_known(struct sv code)
{
	enum lang lang;

	return find_lang(code, &lang);
}

enum lang
lang_of(struct sv code)
{
	enum lang lang = LANG_EN;

	find_lang(code, &lang);
	return lang;
}

/* "0.8" as 800; what is not a weight is 0. */
static unsigned
weight_e3(struct sv text)
{
	unsigned weight = 0, unit = 1000;

	for (size_t i = 0; i < text.n && i < 5; i++) {
		if (i == 1 && text.p[i] == '.')
			continue;
		if (!sv_is_digit(text.p[i]))
			return 0;
		weight += unit * (unsigned)(text.p[i] - '0');
		unit /= 10;
	}
	return weight < 1000 ? weight : 1000;
}

/* One range of the header, as "fr-CA;q=0.8". */
static unsigned
read_range(struct sv range, enum lang *ret)
{
	struct sv tag, primary, param;
	unsigned weight = 1000;

	if (!sv_split(&range, ';', &tag))
		return 0;
	while (sv_split(&range, ';', &param)) {
		param = sv_trim(param);
		if (sv_istarts(param, SV("q=")))
			weight = weight_e3(sv_from(param, 2));
	}
	tag = sv_trim(tag);
	return sv_split(&tag, '-', &primary) && find_lang(primary, ret) ? weight
	                                                                : 0;
}

enum lang
lang_choose(const char *asked, const char *accept_language)
{
	struct sv rest = sv_str(accept_language), range;
	enum lang best = LANG_EN, lang;
	unsigned most = 0;

	if (asked && find_lang(sv_str(asked), &lang))
		return lang;
	while (sv_split(&rest, ',', &range)) {
		unsigned weight = read_range(range, &lang);

		if (weight > most) {
			most = weight;
			best = lang;
		}
	}
	return best;
}

/* ---- texts ---- */

const char *
lang_text(enum lang lang, enum text text)
{
	return texts[text][lang];
}

static const char *
find_name(const struct name *list, size_t n, struct sv word, enum lang lang)
{
	for (size_t i = 0; i < n; i++)
		if (sv_eq_str(word, list[i].word))
			return list[i].names[lang];
	return "";
}

const char *
lang_word(enum lang lang, struct sv word)
{
	return find_name(words, sizeof words / sizeof *words, word, lang);
}

const char *
lang_country(enum lang lang, struct sv code)
{
	return find_name(countries, sizeof countries / sizeof *countries, code,
	                 lang);
}

/* ---- numbers ---- */

static const char *const groups[LANGS] = { ",", THIN, "," };
static const char points[LANGS] = { '.', ',', '.' };

void
lang_count(struct buf *out, enum lang lang, uint64_t n)
{
	char digits[24];
	int length = snprintf(digits, sizeof digits, "%" PRIu64, n);

	for (int i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0)
			buf_add_str(out, groups[lang]);
		buf_add_char(out, digits[i]);
	}
}

/* At most one decimal: axes have round numbers. */
static void
add_short(struct buf *out, enum lang lang, uint64_t n, uint64_t unit,
          const char *name)
{
	uint64_t e1 = n / (unit / 10);

	lang_count(out, lang, e1 / 10);
	if (e1 % 10)
		buf_addf(out, "%c%" PRIu64, points[lang], e1 % 10);
	buf_add_str(out, name);
}

void
lang_count_short(struct buf *out, enum lang lang, uint64_t n)
{
	static const struct {
		uint64_t unit;
		const char *name;
	} units[LANGS][3] = {
		{ { 1000000000, NBSP "bn" },
		  { 1000000, NBSP "M" },
		  { 1000, "k" } },
		{ { 1000000000, NBSP "Md" },
		  { 1000000, NBSP "M" },
		  { 1000, NBSP "k" } },
		{ { 100000000, "\xe4\xba\xbf" }, { 10000, "\xe4\xb8\x87" } },
	};

	for (size_t i = 0; i < 3; i++)
		if (units[lang][i].unit && n >= units[lang][i].unit) {
			add_short(out, lang, n, units[lang][i].unit,
			          units[lang][i].name);
			return;
		}
	lang_count(out, lang, n);
}

void
lang_decimal1(struct buf *out, enum lang lang, uint64_t e1)
{
	lang_count(out, lang, e1 / 10);
	buf_addf(out, "%c%" PRIu64, points[lang], e1 % 10);
}

void
lang_percent(struct buf *out, enum lang lang, uint64_t e2)
{
	lang_decimal1(out, lang, (e2 + 5) / 10);
	buf_add_str(out, lang == LANG_FR ? NBSP "%" : "%");
}

void
lang_decimal(struct buf *out, enum lang lang, uint64_t e2)
{
	lang_count(out, lang, e2 / 100);
	buf_addf(out, "%c%02" PRIu64, points[lang], e2 % 100);
}

/* ---- dates ---- */

static const char *const months[LANGS][12] = {
	{ "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct",
	  "Nov", "Dec" },
	{ "janv.", "f\xc3\xa9vr.", "mars", "avr.", "mai", "juin", "juil.",
	  "ao\xc3\xbbt", "sept.", "oct.", "nov.",
	  "d\xc3\xa9"
	  "c." },
	{ 0 }, /* in figures */
};

static struct tm
calendar(int64_t minute)
{
	time_t s = (time_t)minute * 60;
	struct tm tm = { 0 };

	gmtime_r(&s, &tm);
	return tm;
}

static void
add_day(struct buf *out, enum lang lang, const struct tm *tm)
{
	if (lang == LANG_ZH)
		buf_addf(out, "%d" MONTH "%d" DAY, tm->tm_mon + 1, tm->tm_mday);
	else
		buf_addf(out, "%d%s" NBSP "%s", tm->tm_mday,
		         lang == LANG_FR && tm->tm_mday == 1 ? "er" : "",
		         months[lang][tm->tm_mon]);
}

void
lang_day(struct buf *out, enum lang lang, int64_t minute)
{
	struct tm tm = calendar(minute);

	add_day(out, lang, &tm);
}

void
lang_date(struct buf *out, enum lang lang, int64_t minute)
{
	struct tm tm = calendar(minute);

	if (lang == LANG_ZH)
		buf_addf(out, "%d" YEAR, tm.tm_year + 1900);
	add_day(out, lang, &tm);
	if (lang != LANG_ZH)
		buf_addf(out, NBSP "%d", tm.tm_year + 1900);
}

void
lang_time(struct buf *out, enum lang lang, int64_t minute)
{
	struct tm tm = calendar(minute);

	lang_date(out, lang, minute);
	buf_addf(out, "%s%02d:%02d", lang == LANG_EN ? ", " : " ", tm.tm_hour,
	         tm.tm_min);
}

void
lang_month(struct buf *out, enum lang lang, int64_t minute)
{
	struct tm tm = calendar(minute);

	if (lang == LANG_ZH)
		buf_addf(out, "%d" YEAR "%d" MONTH, tm.tm_year + 1900,
		         tm.tm_mon + 1);
	else
		buf_addf(out, "%s" NBSP "%d", months[lang][tm.tm_mon],
		         tm.tm_year + 1900);
}
