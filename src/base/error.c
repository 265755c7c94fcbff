/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"

const char *
error_text(int code)
{
	switch (code) {
	case E_OK:
		return "no error";
	case E_SYNTAX:
		return "syntax error";
	case E_LIMIT:
		return "limit exceeded";
	case E_RANGE:
		return "value out of range";
	case E_UNKNOWN:
		return "unknown name";
	case E_EXISTS:
		return "exists already";
	case E_STATE:
		return "not possible now";
	case E_IO:
		return "input/output error";
	case E_REMOTE:
		return "refused by the other side";
	case E_AUTH:
		return "not allowed";
	default:
		return "error";
	}
}

void
diags_done(struct diags *d)
{
	for (size_t i = 0; i < d->n; i++) {
		free(d->list[i].file);
		free(d->list[i].text);
	}
	free(d->list);
	*d = (struct diags)DIAGS_INIT;
}

void
diags_add(struct diags *d, enum severity severity, const char *file, int line,
          const char *format, ...)
{
	struct buf text = BUF_INIT(1000);
	va_list ap;

	d->errors += severity == SEVERITY_ERROR;
	d->warnings += severity == SEVERITY_WARNING;
	if (d->n == DIAGS_MAX)
		return;
	if (d->n == d->size) {
		d->size = d->size ? d->size * 2 : 8;
		d->list = mem_realloc(d->list, d->size * sizeof *d->list);
	}
	va_start(ap, format);
	buf_vaddf(&text, format, ap);
	va_end(ap);
	d->list[d->n++] = (struct diag){
		.severity = severity,
		.file = file ? mem_strdup(file) : NULL,
		.line = line,
		.text = buf_take(&text),
	};
}

static int
print_one(const struct diag *g, char *text, size_t size)
{
	static const char *const word[] = { "note", "warning", "error" };

	if (g->file && g->line)
		return snprintf(text, size, "%s:%d: %s: %s", g->file, g->line,
		                word[g->severity], g->text);
	return snprintf(text, size, "%s%s%s: %s", g->file ? g->file : "",
	                g->file ? ": " : "", word[g->severity], g->text);
}

void
diags_print(const struct diags *d, void *stream)
{
	char line[1600];

	for (size_t i = 0; i < d->n; i++) {
		print_one(&d->list[i], line, sizeof line);
		fprintf(stream, "%s\n", line);
	}
	if (d->errors + d->warnings > DIAGS_MAX)
		fprintf(stream, "(only the first %d are shown)\n", DIAGS_MAX);
}

void
diags_first(const struct diags *d, char *text, size_t size)
{
	text[0] = '\0';
	for (size_t i = 0; i < d->n; i++)
		if (d->list[i].severity == SEVERITY_ERROR) {
			print_one(&d->list[i], text, size);
			return;
		}
	if (d->n)
		print_one(&d->list[0], text, size);
}
