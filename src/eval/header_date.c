/* SPDX-License-Identifier: Apache-2.0 */
/* HeaderEval's dates: how far the date of a mail is from the dates that its
 * servers wrote down. */
#include <stdlib.h>

#include "base/clock.h"
#include "eval/header.h"

enum {
	HOUR_S = 3600,
	YEAR_S = 31556952, /* of 365.2425 days */
	YEAR_MIN = 1970,
	YEAR_MAX = 2037,
	DATES_MAX = 200, /* of Received fields */
};

const char *const header_date_regexes[] = {
	[DATE_IN_RECEIVED] = "\\s.?[0-9]+ \\S{3} [0-9]+"
			     " [0-9]+:[0-9]+:[0-9]+ \\S+",
	[DATE_FROM_LOCAL] = "\\bfrom (?:localhost\\s|(?:\\S+ ){1,2}\\S*"
			    "\\b127\\.0\\.0\\.1\\b)",
	[DATE_BY_UID] = "qmail [0-9]+ invoked by uid [0-9]+",
	[DATE_FETCHMAIL] = "\\bby localhost with \\w+ \\(fetchmail-[0-9.]+",
	NULL,
};

/* ---- reading a date ---- */

static const char month_names[][4] = {
	"jan", "feb", "mar", "apr", "may", "jun",
	"jul", "aug", "sep", "oct", "nov", "dec"
};

/* Zones by name that SpamAssassin knows, in minutes. */
static const struct {
	const char *name;
	int minutes;
} zones[] = {
	{ "UT", 0 },      { "UTC", 0 },     { "NDT", -150 },  { "AST", -240 },
	{ "ADT", -180 },  { "NST", -210 },  { "EST", -300 },  { "EDT", -240 },
	{ "CST", -360 },  { "CDT", -300 },  { "MST", -420 },  { "MDT", -360 },
	{ "PST", -480 },  { "PDT", -420 },  { "HST", -600 },  { "AKST", -540 },
	{ "AKDT", -480 }, { "HADT", -540 }, { "HAST", -600 }, { "GMT", 0 },
	{ "BST", 60 },    { "IST", 60 },    { "WET", 0 },     { "WEST", 60 },
	{ "CET", 60 },    { "CEST", 120 },  { "EET", 120 },   { "EEST", 180 },
	{ "MSK", 180 },   { "MSD", 240 },   { "MET", 60 },    { "MEZ", 60 },
	{ "MEST", 120 },  { "MESZ", 120 },  { "BRST", -120 }, { "BRT", -180 },
	{ "AEST", 600 },  { "AEDT", 660 },  { "ACST", 570 },  { "ACDT", 630 },
	{ "AWST", 480 },  { "NZST", 720 },  { "NZDT", 780 },  { "JST", 540 },
	{ "KST", 540 },   { "HKT", 480 },   { "SGT", 480 },   { "PHT", 480 },
	{ "IDT", 180 },
};

struct words {
	struct sv *list;
	size_t n;
};

struct date {
	int day, month, year, hour, minute, second;
	int zone_minutes;
};

/* Blanks and commas stand between words. */
static bool
next_word(struct sv *rest, struct sv *ret)
{
	size_t n = 0;

	while (rest->n && (sv_is_space(rest->p[0]) || rest->p[0] == ','))
		*rest = sv_from(*rest, 1);
	while (n < rest->n && !sv_is_space(rest->p[n]) && rest->p[n] != ',')
		n++;
	*ret = sv_sub(*rest, 0, n);
	*rest = sv_from(*rest, n);
	return n > 0;
}

static struct words
split_words(struct arena *a, struct sv text)
{
	struct sv rest = text, word;
	struct words w = { NULL, 0 };

	while (next_word(&rest, &word))
		w.n++;
	w.list = ARENA_ARRAY(a, struct sv, w.n + 1);
	w.n = 0;
	while (next_word(&text, &word))
		w.list[w.n++] = word;
	return w;
}

static void
remove_words(struct words *w, size_t at, size_t n)
{
	memmove(w->list + at, w->list + at + n,
	        (w->n - at - n) * sizeof *w->list);
	w->n -= n;
}

/* A word of that many digits at least and at most. */
static bool
is_number(struct sv word, size_t min, size_t max, int *ret)
{
	uint64_t value;

	if (word.n < min || word.n > max || !sv_u64(word, &value))
		return false;
	*ret = value > 99999 ? 99999 : (int)value;
	return true;
}

static int
find_month(struct sv word)
{
	for (int i = 0; i < 12; i++)
		if (sv_ieq_str(word, month_names[i]))
			return i + 1;
	return 0;
}

/* "h:mm", "hh:mm:ss" */
static bool
read_time(struct sv word, struct date *d)
{
	struct sv rest = word, piece;
	int second = 0;

	if (!sv_split(&rest, ':', &piece) || !is_number(piece, 1, 2, &d->hour))
		return false;
	if (!sv_split(&rest, ':', &piece) ||
	    !is_number(piece, 2, 2, &d->minute))
		return false;
	if (sv_split(&rest, ':', &piece) &&
	    (!is_number(piece, 2, 2, &second) || rest.n))
		return false;
	d->second = second;
	return true;
}

/* Three numbers with colons. */
static bool
is_time(struct sv word)
{
	struct sv piece;
	size_t n = 0;
	int value;

	while (sv_split(&word, ':', &piece))
		n += is_number(piece, 1, 9, &value) ? 1 : 10;
	return n == 3;
}

/* The day, in one of three forms; takes its words out. Of the form with the
 * year behind the time, the time is taken out with it. */
static bool
take_day(struct words *w, struct date *d)
{
	struct sv *l = w->list;

	for (size_t i = 0; i + 2 < w->n; i++)
		if ((d->month = find_month(l[i + 1])) &&
		    is_number(l[i], 1, 9, &d->day) &&
		    is_number(l[i + 2], 4, 4, &d->year)) {
			remove_words(w, i, 3);
			return true;
		}
	for (size_t i = 0; i + 3 < w->n; i++)
		if ((d->month = find_month(l[i])) &&
		    is_number(l[i + 1], 1, 9, &d->day) && is_time(l[i + 2]) &&
		    is_number(l[i + 3], 4, 4, &d->year)) {
			remove_words(w, i, 4);
			return true;
		}
	for (size_t i = 0; i + 2 < w->n; i++)
		if ((d->month = find_month(l[i + 1])) &&
		    is_number(l[i], 1, 9, &d->day) &&
		    is_number(l[i + 2], 2, 3, &d->year)) {
			d->year +=
			    l[i + 2].n == 2 && d->year < 50 ? 2000 : 1900;
			remove_words(w, i, 3);
			return true;
		}
	return false;
}

static void
take_time(struct words *w, struct date *d)
{
	struct date t;

	for (size_t i = 0; i < w->n; i++)
		if (read_time(w->list[i], &t)) {
			d->hour = t.hour > 23 ? 23 : t.hour;
			d->minute = t.minute > 59 ? 59 : t.minute;
			d->second = t.second > 59 ? 59 : t.second;
			remove_words(w, i, 1);
			return;
		}
}

static bool
is_capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* The first two to four capital letters that are a word by themselves; false
 * when there is none. */
static bool
find_capitals(struct sv word, struct sv *ret)
{
	for (size_t i = 0; i < word.n; i++) {
		size_t n = 0;

		while (i + n < word.n &&
		       (sv_is_alnum(word.p[i + n]) || word.p[i + n] == '_'))
			n++;
		if (n == 0)
			continue;
		*ret = sv_sub(word, i, i + n);
		for (size_t k = 0; k < ret->n; k++)
			if (!is_capital(ret->p[k]))
				n = 0;
		if (n >= 2 && n <= 4)
			return true;
		i += ret->n;
	}
	return false;
}

/* "+0200", else the first word in capitals if it is a zone. */
static void
read_zone(const struct words *w, struct date *d)
{
	struct sv name;
	int value;

	for (size_t i = 0; i < w->n; i++) {
		struct sv word = w->list[i];

		if (word.n != 5 || (word.p[0] != '+' && word.p[0] != '-') ||
		    !is_number(sv_from(word, 1), 4, 4, &value))
			continue;
		d->zone_minutes = value / 100 * 60 + value % 100;
		if (word.p[0] == '-')
			d->zone_minutes = -d->zone_minutes;
		return;
	}
	for (size_t i = 0; i < w->n; i++) {
		if (!find_capitals(w->list[i], &name))
			continue;
		for (size_t k = 0; k < sizeof zones / sizeof *zones; k++)
			if (sv_eq_str(name, zones[k].name))
				d->zone_minutes = zones[k].minutes;
		return;
	}
}

static int
days_in_month(const struct date *d)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30,
		                    31, 31, 30, 31, 30, 31 };
	bool leap = d->year % 4 == 0 && (d->year % 100 || d->year % 400 == 0);

	return d->month == 2 && leap ? 29 : days[d->month - 1];
}

/* Days since 1970 in the Gregorian calendar. */
static int64_t
days_since_1970(const struct date *d)
{
	int64_t y = d->month <= 2 ? d->year - 1 : d->year;
	int64_t months = (d->month + 9) % 12; /* since March */

	return y * 365 + y / 4 - y / 100 + y / 400 + (months * 153 + 2) / 5 +
	       d->day - 1 - 719468;
}

/* Makes a date of this world of it, as SpamAssassin does. */
static void
settle_date(struct date *d)
{
	if (d->day > days_in_month(d)) {
		d->day = 1;
		d->month++;
		if (d->month > 12) {
			d->month = 1;
			d->year++;
		}
	}
	if (d->year > YEAR_MAX)
		d->year = YEAR_MAX;
	else if (d->year < YEAR_MIN)
		d->year = YEAR_MIN;
}

bool
header_date_read(struct arena *a, struct sv text, int64_t *ret_unix_s)
{
	struct words w = split_words(a, text);
	struct date d = { 0 };
	int64_t s;

	if (!take_day(&w, &d))
		return false;
	take_time(&w, &d);
	read_zone(&w, &d);
	settle_date(&d);
	if (d.day == 0)
		return false;
	s = days_since_1970(&d) * 24 * HOUR_S + d.hour * HOUR_S +
	    d.minute * 60 + d.second - d.zone_minutes * 60;
	*ret_unix_s = s > 0 ? s : 0;
	return true;
}

/* ---- the dates of a mail ---- */

struct dates {
	bool has_date, has_fetched;
	int64_t date_s, fetched_s;
	int64_t received_s[DATES_MAX];
	size_t n_received;
	int64_t diff_s; /* of the date to the nearest of those; or 0 */
};

static bool
read_received(const struct eval_job *job, const struct eval_call *call,
              struct sv line, int64_t *ret_s)
{
	size_t span[2];

	return eval_find(job, call->regexes[DATE_IN_RECEIVED], line, 0, span) &&
	       header_date_read(job->arena, sv_sub(line, span[0], span[1]),
	                        ret_s);
}

static void
read_date_header(struct eval_job *job, struct dates *d)
{
	static const char *const names[] = { "Resent-Date", "Date" };

	for (int i = 0; i < 2 && !d->has_date; i++) {
		struct sv rest = eval_header(job, names[i]), line;

		while (!d->has_date && sv_split(&rest, '\n', &line))
			d->has_date =
			    header_date_read(job->arena, line, &d->date_s);
	}
}

static void
read_fetched(struct eval_job *job, const struct eval_call *call,
             struct dates *d, struct sv line)
{
	int64_t s;

	if (!read_received(job, call, line, &s) || s > clock_unix_ms() / 1000)
		return;
	if (!d->has_fetched || s > d->fetched_s)
		d->fetched_s = s;
	d->has_fetched = true;
}

/* The first lines are those of a fetchmail, when it says so. */
static size_t
count_fetched(struct eval_job *job, const struct eval_call *call,
              const struct sv *lines, size_t n)
{
	bool is_local =
	    eval_matches(job, call->regexes[DATE_FROM_LOCAL], lines[0]) ||
	    eval_matches(job, call->regexes[DATE_BY_UID], lines[0]);

	if (is_local < n &&
	    eval_matches(job, call->regexes[DATE_FETCHMAIL], lines[is_local]))
		return is_local + 1;
	return 0;
}

static void
read_all_received(struct eval_job *job, const struct eval_call *call,
                  struct dates *d)
{
	struct sv rest = eval_header(job, "Received"), line;
	struct sv lines[DATES_MAX];
	size_t n = 0, fetched;

	while (n < DATES_MAX && sv_split(&rest, '\n', &line))
		if (sv_trim(line).n)
			lines[n++] = line;
	if (n == 0)
		return;
	fetched = count_fetched(job, call, lines, n);
	for (size_t i = 0; i < fetched; i++)
		read_fetched(job, call, d, lines[i]);
	for (size_t i = fetched; i < n; i++)
		d->n_received += read_received(job, call, lines[i],
		                               &d->received_s[d->n_received]);
}

/* The date against the nearest of its servers'. When it is that of the oldest
 * server, that one has put it there and says nothing. */
static void
find_diff(struct dates *d)
{
	size_t n = d->n_received;

	if (!d->has_date || n == 0)
		return;
	if (n > 1 && d->received_s[n - 1] == d->date_s)
		n--;
	d->diff_s = d->date_s - d->received_s[0];
	for (size_t i = 1; i < n; i++) {
		int64_t diff = d->date_s - d->received_s[i];

		if (llabs(diff) < llabs(d->diff_s))
			d->diff_s = diff;
	}
}

static const struct dates *
find_dates(struct eval_job *job, const struct eval_call *call)
{
	struct dates *d = job->facts[FACTS_DATES];

	if (d)
		return d;
	d = job->facts[FACTS_DATES] = ARENA_NEW(job->arena, struct dates);
	read_date_header(job, d);
	read_all_received(job, call, d);
	find_diff(d);
	return d;
}

/* check_for_shifted_date: by hours, from the first on, below the second. */
bool
header_shifted_date(struct eval_job *job, const struct eval_call *call)
{
	double hours = (double)find_dates(job, call)->diff_s / HOUR_S;

	return eval_at_least(call, 0, hours) && eval_below(call, 1, hours);
}

static int
compare_newest(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x > *y ? -1 : *x < *y;
}

/* received_within_months: when the mail came, by the median of what is said
 * of it. */
bool
header_within_months(struct eval_job *job, const struct eval_call *call)
{
	const struct dates *d = find_dates(job, call);
	int64_t times[4], received_s = 0;
	double months;
	size_t n = 0;

	if (d->has_date)
		times[n++] = d->date_s;
	if (d->n_received)
		times[n++] = d->received_s[0];
	if (d->has_fetched)
		times[n++] = d->fetched_s;
	if (d->has_date && d->n_received)
		times[n++] = d->date_s - d->diff_s;
	if (n) {
		qsort(times, n, sizeof *times, compare_newest);
		received_s = times[(n - 1) / 2];
	}
	months = (double)(clock_unix_ms() / 1000 - received_s) / YEAR_S * 12;
	return eval_at_least(call, 0, months) && eval_below(call, 1, months);
}
