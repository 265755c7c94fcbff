/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log of the programs: one line an event, "role: text key=value ...", to
 * standard error (with a "<N>" priority prefix when journald reads it) or to
 * syslog. Only tamisd/, tamis/, feedd/, ingress/ and report/ log; libraries
 * below them report through diagnostics. Any thread.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

enum log_level {
	LOG_LEVEL_ERROR,
	LOG_LEVEL_WARNING,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG
};
enum log_target { LOG_TARGET_STDERR, LOG_TARGET_SYSLOG };

/* Once a process, before threads; again after a fork with its new role.
 * `role` must outlive the process, e.g. "supervisor". */
void log_open(const char *program, const char *role, enum log_target target,
              enum log_level level);
void log_set_level(enum log_level level);

void log_line(enum log_level level, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#define log_error(...)   log_line(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_line(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_info(...)    log_line(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...)   log_line(LOG_LEVEL_DEBUG, __VA_ARGS__)

#endif
