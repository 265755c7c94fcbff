/* SPDX-License-Identifier: Apache-2.0 */
#include "tamis/mails.h"

#include <errno.h>

#include "base/file.h"

static const struct {
	const char *word;
	enum mail_format format;
} formats[] = {
	{ "detect", MAIL_DETECT },
	{ "dir", MAIL_FILE },
	{ "file", MAIL_FILE },
	{ "mbox", MAIL_MAILBOX },
};

enum { FILE_BYTES_MAX = 1 << 30 };

struct walk {
	bool mbox;
	void (*each)(void *ctx, struct sv mail);
	void *ctx;
	int error; /* the last errno */
};

struct mail_target
mail_target_read(const char *text)
{
	struct sv rest = sv_str(text), class, format;

	if (sv_split(&rest, ':', &class) && rest.p &&
	    sv_split(&rest, ':', &format) && rest.p)
		for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
			if (sv_eq_str(format, formats[i].word))
				return (struct mail_target){
					class,
					formats[i].format,
					rest.p,
				};
	return (struct mail_target){ SV(""), MAIL_DETECT, text };
}

/* "From ann@example.org Mon Apr  6 10:00:00 2026": a time of day tells it from
 * text that begins so. */
static bool
is_separator(struct sv line)
{
	if (!sv_starts(line, SV("From ")))
		return false;
	for (size_t i = 5; i + 5 <= line.n; i++)
		if (sv_is_digit(line.p[i]) && sv_is_digit(line.p[i + 1]) &&
		    line.p[i + 2] == ':' && sv_is_digit(line.p[i + 3]) &&
		    sv_is_digit(line.p[i + 4]))
			return true;
	return false;
}

bool
mailbox_is_named(const char *path)
{
	return sv_iends(sv_str(path), SV(".mbox"));
}

void
mailbox_each(struct sv text, void (*each)(void *ctx, struct sv mail), void *ctx)
{
	const char *begin = text.p;
	struct sv rest = text, line;

	while (sv_line(&rest, &line)) {
		if (line.p == begin || !is_separator(line))
			continue;
		each(ctx, sv_make(begin, (size_t)(line.p - begin)));
		begin = line.p;
	}
	if (begin < text.p + text.n)
		each(ctx, sv_make(begin, (size_t)(text.p + text.n - begin)));
}

static int
take_file(void *ctx, const char *path)
{
	struct walk *w = ctx;
	struct buf text = BUF_INIT(FILE_BYTES_MAX);

	errno = 0;
	if (file_read(path, &text))
		w->error = errno ? errno : EFBIG;
	else if (w->mbox || mailbox_is_named(path))
		mailbox_each(buf_sv(&text), w->each, w->ctx);
	else
		w->each(w->ctx, buf_sv(&text));
	buf_done(&text);
	return 0;
}

bool
mails_each(const char *path, bool mbox, void (*each)(void *ctx, struct sv mail),
           void *ctx)
{
	struct walk w = { .mbox = mbox, .each = each, .ctx = ctx };

	if (strcmp(path, "-") == 0) {
		take_file(&w, path);
	} else if (file_walk(path, NULL, take_file, &w)) {
		w.error = errno ? errno : EIO;
	}
	errno = w.error;
	return w.error == 0;
}
