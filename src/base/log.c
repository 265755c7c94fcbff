/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>
#include <unistd.h>

#include "base/clock.h"

/* The one piece of global state besides the process itself. */
static struct {
	const char *program, *role;
	enum log_target target;
	_Atomic int level;
	bool journal; /* standard error goes to journald */
} state = { "tamis", "", LOG_TARGET_STDERR, LOG_LEVEL_INFO, false };

static const int priority[] = { LOG_ERR, LOG_WARNING, LOG_INFO, LOG_DEBUG };
static const char *const word[] = { "error: ", "warning: ", "", "debug: " };

void
log_open(const char *program, const char *role, enum log_target target,
         enum log_level level)
{
	state.program = program;
	state.role = role;
	state.target = target;
	state.level = (int)level;
	state.journal = getenv("JOURNAL_STREAM") != NULL;
	if (target == LOG_TARGET_SYSLOG)
		openlog(program, LOG_PID, LOG_MAIL);
}

void
log_set_level(enum log_level level)
{
	state.level = (int)level;
}

void
log_line(enum log_level level, const char *format, ...)
{
	char text[2048], time[CLOCK_TEXT];
	va_list ap;

	if ((int)level > state.level)
		return;
	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	/* One line an event, whatever a stranger put into the text. */
	for (char *c = text; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = ' ';
	if (state.target == LOG_TARGET_SYSLOG)
		syslog(priority[level], "%s: %s%s", state.role, word[level],
		       text);
	else if (state.journal)
		fprintf(stderr, "<%d>%s: %s%s\n", priority[level], state.role,
		        word[level], text);
	else
		fprintf(stderr, "%s %s[%ld] %s: %s%s\n",
		        clock_text(clock_unix_ms(), time), state.program,
		        (long)getpid(), state.role, word[level], text);
}
