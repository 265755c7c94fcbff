/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Errors. Functions that can fail return 0 or one of these negative codes;
 * what a person needs to know goes into diagnostics beside it. Library code
 * neither logs nor exits: it reports, and the programs decide.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>
#include <stddef.h>

enum {
	E_OK = 0,
	E_SYNTAX = -1000,  /* input breaks its grammar */
	E_LIMIT = -1001,   /* input is larger than a limit allows */
	E_RANGE = -1002,   /* a value is out of its range */
	E_UNKNOWN = -1003, /* no such name */
	E_EXISTS = -1004,  /* there is one already */
	E_STATE = -1005,   /* not now */
	E_IO = -1006,      /* the operating system said no: see the text */
	E_REMOTE = -1007,  /* the other side said no */
	E_AUTH = -1008,    /* not allowed */
};

const char *error_text(int code);

enum severity { SEVERITY_NOTE, SEVERITY_WARNING, SEVERITY_ERROR };

/* One thing found in a file. `file` and `text` belong to the list. */
struct diag {
	enum severity severity;
	char *file; /* NULL: no file */
	int line;   /* from 1; 0: the file as a whole */
	char *text;
};

/* A list of diagnostics, owned by whoever made it; at most DIAGS_MAX are
 * kept, all are counted. Start with DIAGS_INIT. One thread at a time. */
enum { DIAGS_MAX = 1000 };
struct diags {
	struct diag *list;
	size_t n, size;
	size_t errors, warnings;
};
#define DIAGS_INIT                                                             \
	{                                                                      \
		NULL, 0, 0, 0, 0                                               \
	}

void diags_done(struct diags *d);
void diags_add(struct diags *d, enum severity severity, const char *file,
               int line, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Prints one a line, as compilers do: "FILE:LINE: error: TEXT". `stream` is
 * a FILE *; it is void here so that headers need no stdio. */
void diags_print(const struct diags *d, void *stream);

/* The first error (else the first entry) as one line in `text`; "" if none. */
void diags_first(const struct diags *d, char *text, size_t size);

#endif
