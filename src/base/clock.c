/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include <stdio.h>
#include <time.h>

#include "base/error.h"

static int64_t
read_ns(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t
read_us(clockid_t id)
{
	return read_ns(id) / 1000;
}

int64_t
clock_unix_ms(void)
{
	return read_us(CLOCK_REALTIME) / 1000;
}

int64_t
clock_mono_us(void)
{
	return read_us(CLOCK_MONOTONIC);
}

int64_t
clock_mono_ns(void)
{
	return read_ns(CLOCK_MONOTONIC);
}

int64_t
clock_cpu_ns(void)
{
	return read_ns(CLOCK_THREAD_CPUTIME_ID);
}

int64_t
clock_cpu_us(void)
{
	return read_us(CLOCK_THREAD_CPUTIME_ID);
}

char *
clock_text(int64_t unix_ms, char text[CLOCK_TEXT])
{
	int64_t ms = unix_ms % 1000;
	time_t s = (time_t)(unix_ms / 1000);
	struct tm tm;

	if (ms < 0) { /* before 1970 */
		ms += 1000;
		s--;
	}
	gmtime_r(&s, &tm);
	snprintf(text, CLOCK_TEXT, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ",
	         (unsigned)(tm.tm_year + 1900) % 10000,
	         (unsigned)(tm.tm_mon + 1) % 100, (unsigned)tm.tm_mday % 100,
	         (unsigned)tm.tm_hour % 100, (unsigned)tm.tm_min % 100,
	         (unsigned)tm.tm_sec % 100, (unsigned)ms);
	return text;
}

/* `width` decimal digits at *s. */
static bool
digits(struct sv *s, size_t width, int *ret)
{
	uint64_t value;

	if (s->n < width || !sv_u64(sv_sub(*s, 0, width), &value))
		return false;
	*ret = (int)value;
	*s = sv_from(*s, width);
	return true;
}

static bool
mark(struct sv *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	*s = sv_from(*s, 1);
	return true;
}

static int
days_of_month(int year, int month)
{
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	if (month == 2)
		return leap ? 29 : 28;
	return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

int
clock_parse(struct sv s, int64_t *ret_unix_ms)
{
	struct tm tm = { 0 };
	int ms = 0, scale = 100, digit;

	if (!digits(&s, 4, &tm.tm_year) || !mark(&s, '-') ||
	    !digits(&s, 2, &tm.tm_mon) || !mark(&s, '-') ||
	    !digits(&s, 2, &tm.tm_mday) || !mark(&s, 'T') ||
	    !digits(&s, 2, &tm.tm_hour) || !mark(&s, ':') ||
	    !digits(&s, 2, &tm.tm_min) || !mark(&s, ':') ||
	    !digits(&s, 2, &tm.tm_sec))
		return E_SYNTAX;
	if (mark(&s, '.')) {
		if (s.n && s.p[0] == 'Z')
			return E_SYNTAX;
		for (; digits(&s, 1, &digit); scale /= 10)
			ms += digit * scale;
	}
	if (!mark(&s, 'Z') || s.n || tm.tm_mon < 1 || tm.tm_mon > 12 ||
	    tm.tm_mday < 1 ||
	    tm.tm_mday > days_of_month(tm.tm_year, tm.tm_mon) ||
	    tm.tm_hour > 23 || tm.tm_min > 59 || tm.tm_sec > 60)
		return E_SYNTAX;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	*ret_unix_ms = (int64_t)timegm(&tm) * 1000 + ms;
	return 0;
}
