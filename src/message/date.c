/* SPDX-License-Identifier: Apache-2.0 */
#include "message/date.h"

#include "base/error.h"

enum { UNSET = -1 };

/* What has been found so far. */
struct date {
	int day, month, year; /* month from 1 */
	int hour, minute, second;
	int zone_minutes; /* east of Greenwich */
	bool has_zone, is_pm, is_am;
};

static const char month_names[][4] = {
	"jan", "feb", "mar", "apr", "may", "jun",
	"jul", "aug", "sep", "oct", "nov", "dec"
};

/* RFC 822 section 5.1, and others that mail of this century has. */
static const struct zone {
	const char *name;
	int minutes;
} zones[] = {
	{ "UT", 0 },     { "UTC", 0 },    { "GMT", 0 },    { "Z", 0 },
	{ "WET", 0 },    { "WEST", 60 },  { "BST", 60 },   { "CET", 60 },
	{ "MET", 60 },   { "CEST", 120 }, { "MEST", 120 }, { "EET", 120 },
	{ "EEST", 180 }, { "MSK", 180 },  { "MSD", 240 },  { "IST", 330 },
	{ "SGT", 480 },  { "HKT", 480 },  { "JST", 540 },  { "KST", 540 },
	{ "AEST", 600 }, { "AEDT", 660 }, { "NZST", 720 }, { "NZDT", 780 },
	{ "EST", -300 }, { "EDT", -240 }, { "CST", -360 }, { "CDT", -300 },
	{ "MST", -420 }, { "MDT", -360 }, { "PST", -480 }, { "PDT", -420 },
	{ "AST", -240 }, { "ADT", -180 }, { "HST", -600 }, { "BRT", -180 },
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Cuts the digits off the front of *s; at most nine count. */
static int
take_number(struct sv *s, size_t *ret_digits)
{
	int value = 0;
	size_t n = 0;

	for (; n < s->n && is_digit(s->p[n]); n++)
		if (n < 9)
			value = value * 10 + (s->p[n] - '0');
	*s = sv_from(*s, n);
	*ret_digits = n;
	return value;
}

/* RFC 5322 section 4.3: two digits, and the three of broken programs. */
static int
full_year(int year, size_t digits)
{
	if (digits == 2)
		return year < 50 ? year + 2000 : year + 1900;
	return digits == 3 ? year + 1900 : year;
}

/* "17:13:01", with the cursor behind the hour. */
static void
take_time(struct date *d, int hour, struct sv *s)
{
	size_t digits;

	d->hour = hour;
	d->minute = d->second = 0;
	for (int *to = &d->minute;
	     s->n > 1 && s->p[0] == ':' && is_digit(s->p[1]);) {
		*s = sv_from(*s, 1);
		*to = take_number(s, &digits);
		if (to == &d->second)
			break;
		to = &d->second;
	}
	/* Fractions of a second. */
	if (s->n > 1 && s->p[0] == '.' && is_digit(s->p[1])) {
		*s = sv_from(*s, 1);
		take_number(s, &digits);
	}
}

/* "+0200", "+02:00", "-5", with the cursor on the sign. */
static void
take_offset(struct date *d, struct sv *s)
{
	int sign = s->p[0] == '-' ? -1 : 1, value, minutes = 0;
	size_t digits;

	*s = sv_from(*s, 1);
	value = take_number(s, &digits);
	if (digits > 2) {
		minutes = value % 100;
		value /= 100;
	} else if (s->n > 1 && s->p[0] == ':' && is_digit(s->p[1])) {
		*s = sv_from(*s, 1);
		minutes = take_number(s, &digits);
	}
	d->has_zone = true;
	d->zone_minutes = sign * (value % 10000 * 60 + minutes);
}

static void
take_word(struct date *d, struct sv *s)
{
	struct sv word;
	size_t n = 0;

	while (n < s->n && sv_is_alnum(s->p[n]) && !is_digit(s->p[n]))
		n++;
	word = sv_sub(*s, 0, n);
	*s = sv_from(*s, n);
	d->is_pm |= sv_ieq_str(word, "pm");
	d->is_am |= sv_ieq_str(word, "am");
	for (int i = 0; i < 12 && n >= 3 && d->month == UNSET; i++)
		if (sv_istarts(word, sv_str(month_names[i]))) {
			d->month = i + 1;
			return;
		}
	for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
		if (d->hour != UNSET && !d->has_zone &&
		    sv_ieq_str(word, zones[i].name)) {
			d->has_zone = true;
			d->zone_minutes = zones[i].minutes;
		}
}

/* "2002-08-22" or "2002/08/22", with the cursor behind the year. */
static bool
take_iso_date(struct date *d, int year, struct sv *s)
{
	struct sv rest = *s;
	size_t digits;
	char sep = rest.n ? rest.p[0] : '\0';
	int month, day;

	if (rest.n < 4 || (sep != '-' && sep != '/') || !is_digit(rest.p[1]))
		return false;
	rest = sv_from(rest, 1);
	month = take_number(&rest, &digits);
	if (rest.n < 2 || rest.p[0] != sep || !is_digit(rest.p[1]))
		return false;
	rest = sv_from(rest, 1);
	day = take_number(&rest, &digits);
	*d = (struct date){ day,       month, year,  d->hour, d->minute,
		            d->second, 0,     false, false,   false };
	*s = rest;
	return true;
}

static void
take_digits(struct date *d, struct sv *s)
{
	size_t digits;
	int value = take_number(s, &digits);

	if (s->n && s->p[0] == ':' && d->hour == UNSET)
		take_time(d, value, s);
	else if (digits == 4 && d->year == UNSET && d->day == UNSET &&
	         take_iso_date(d, value, s))
		return;
	else if (d->day == UNSET && digits <= 2)
		d->day = value;
	else if (d->year == UNSET && digits >= 2)
		d->year = full_year(value, digits);
}

/* Skips a comment; they nest (RFC 5322 section 3.2.2). */
static void
skip_comment(struct sv *s)
{
	size_t depth = 0, i = 0;

	for (; i < s->n; i++) {
		if (s->p[i] == '(')
			depth++;
		else if (s->p[i] == ')' && --depth == 0)
			break;
	}
	*s = sv_from(*s, i + 1);
}

static void
read_date(struct date *d, struct sv s)
{
	while (s.n) {
		char c = s.p[0];

		if (c == '(')
			skip_comment(&s);
		else if (is_digit(c))
			take_digits(d, &s);
		else if ((c == '+' || c == '-') && d->hour != UNSET &&
		         s.n > 1 && is_digit(s.p[1]) &&
		         (!d->has_zone || d->zone_minutes == 0))
			take_offset(d, &s);
		else if (sv_is_alnum(c))
			take_word(d, &s);
		else
			s = sv_from(s, 1);
	}
}

static int
days_in_month(int month, int year)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30,
		                    31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

/* Days since 1970-01-01 in the Gregorian calendar. */
static int64_t
days_since_1970(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t months = (month + 9) % 12; /* since March */

	return y * 365 + y / 4 - y / 100 + y / 400 + (months * 153 + 2) / 5 +
	       day - 1 - 719468;
}

static const char *
find_wrong(const struct date *d, int *ret_error)
{
	*ret_error = E_SYNTAX;
	if (d->day == UNSET || d->month == UNSET || d->year == UNSET)
		return "it has no day, month or year";
	if (d->hour == UNSET)
		return "it has no time of day";
	*ret_error = E_RANGE;
	if (d->month < 1 || d->month > 12)
		return "there is no such month";
	if (d->year < 1900 || d->year > 9999)
		return "the year is before 1900 or after 9999";
	if (d->day < 1 || d->day > days_in_month(d->month, d->year))
		return "the month has no such day";
	if (d->hour > 23 || d->minute > 59 || d->second > 60)
		return "there is no such time of day";
	if (d->zone_minutes < -24 * 60 || d->zone_minutes > 24 * 60)
		return "there is no such time zone";
	*ret_error = 0;
	return NULL;
}

int
date_parse(struct sv value, int64_t *ret_unix_s, const char **ret_wrong)
{
	struct date d = {
		.day = UNSET, .month = UNSET, .year = UNSET, .hour = UNSET
	};
	const char *wrong;
	int error;

	read_date(&d, value);
	if (d.is_pm && d.hour >= 1 && d.hour < 12)
		d.hour += 12;
	else if (d.is_am && d.hour == 12)
		d.hour = 0;
	wrong = find_wrong(&d, &error);
	if (wrong) {
		if (ret_wrong)
			*ret_wrong = wrong;
		return error;
	}
	*ret_unix_s = days_since_1970(d.year, d.month, d.day) * 86400 +
	              d.hour * 3600 + d.minute * 60 + d.second -
	              d.zone_minutes * 60;
	return 0;
}
