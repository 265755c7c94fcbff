/* SPDX-License-Identifier: Apache-2.0 */
#include "tamis/spamassassin_say.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/sv.h"

enum { LINE_BYTES = 4096 };

static struct {
	bool on;
	const char *areas;
} debug;

void
say_debug_about(bool on, const char *areas)
{
	debug.on = on;
	debug.areas = areas ? areas : "";
}

/* "noall" and the like take areas away again. */
bool
say_debug_is_on(const char *area)
{
	struct sv rest = sv_str(debug.areas), one;
	bool on = rest.n == 0;

	while (debug.on && sv_split(&rest, ',', &one)) {
		bool no = sv_starts(one, SV("no"));

		if (no)
			one = sv_from(one, 2);
		if (sv_eq_str(one, area) || sv_eq(one, SV("all")) || one.n == 0)
			on = !no;
	}
	return debug.on && on;
}

static void
say(const char *kind, const char *area, const char *format, va_list ap)
{
	int64_t ms = clock_unix_ms();
	time_t seconds = (time_t)(ms / 1000);
	char text[LINE_BYTES], at[32];
	struct tm tm;

	localtime_r(&seconds, &tm);
	strftime(at, sizeof at, "%b %e %H:%M:%S", &tm);
	vsnprintf(text, sizeof text, format, ap);
	fprintf(stderr, "%s.%03d [%ld] %s: %s%s%s\n", at, (int)(ms % 1000),
	        (long)getpid(), kind, area, *area ? ": " : "", text);
}

void
say_warning(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	say("warn", "", format, ap);
	va_end(ap);
}

void
say_debug(const char *area, const char *format, ...)
{
	va_list ap;

	if (!say_debug_is_on(area))
		return;
	va_start(ap, format);
	say("dbg", area, format, ap);
	va_end(ap);
}
