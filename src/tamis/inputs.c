/* SPDX-License-Identifier: Apache-2.0 */
#include "tamis/inputs.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/vec.h"

enum { NDJSON_BYTES_MAX = 1 << 30, MAILBOX_BYTES_MAX = 1 << 30 };

int
input_options_check(const struct command *command, struct input_options *o)
{
	const char *surface = o->surface;

	if (o->text && o->ndjson)
		return options_error(command, "--text and --ndjson exclude "
		                              "each other");
	if (surface && !o->text && !o->ndjson)
		return options_error(command, "--surface goes with --text or "
		                              "--ndjson; a file is a mail");
	o->surface = surface_word(sv_str(surface ? surface : "post"));
	if (surface && strcmp(surface, o->surface) != 0)
		return options_error(command,
		                     "no surface '%s'; there are: "
		                     "comment, post, review, profile, "
		                     "private-message, other",
		                     surface);
	return OPTIONS_GO_ON;
}

void
inputs_init(struct inputs *in, const struct input_options *options)
{
	*in = (struct inputs){ .options = *options };
}

static int
add_file(void *ctx, const char *path)
{
	struct inputs *in = ctx;

	*VEC_ADD(in) = (struct judge_input){
		.kind = in->options.text ? INPUT_TEXT : INPUT_MAIL,
		.path = mem_strdup(path),
		.surface = in->options.surface,
	};
	return 0;
}

static int
add_objects(void *ctx, const char *path)
{
	struct inputs *in = ctx;
	struct buf *text;
	struct sv rest, line;
	size_t number = 0;

	in->texts =
	    mem_realloc(in->texts, (in->n_texts + 1) * sizeof *in->texts);
	text = &in->texts[in->n_texts++];
	buf_init(text, NDJSON_BYTES_MAX);
	if (file_read(path, text))
		return E_IO;
	rest = buf_sv(text);
	while (sv_line(&rest, &line)) {
		number++;
		if (sv_trim(line).n == 0)
			continue;
		*VEC_ADD(in) = (struct judge_input){
			.kind = INPUT_POST,
			.path = mem_strdup(path),
			.json = line,
			.line = number,
			.surface = in->options.surface,
		};
	}
	return 0;
}

/* Says what could not be read. */
static void
add_unreadable(struct inputs *in, const char *path)
{
	fprintf(stderr, "tamis: %s: %s\n", path,
	        errno ? strerror(errno) : "too large");
	in->unreadable++;
}

void
inputs_add(struct inputs *in, const char *operand)
{
	errno = 0;
	if (file_walk(operand, NULL,
	              in->options.ndjson ? add_objects : add_file, in))
		add_unreadable(in, operand);
}

/* ---- mails ---- */

struct mail_walk {
	struct inputs *in;
	enum mail_format format;
	const char *top;     /* where the walk began */
	const char *mailbox; /* its path, and where its content begins */
	const char *content;
	/* The folder of the last file, with its '/', and whether it has any. */
	struct buf folder;
	bool has_mail;
};

static void
add_mail_of_mailbox(void *ctx, struct sv mail)
{
	const struct mail_walk *w = ctx;

	*VEC_ADD(w->in) = (struct judge_input){
		.kind = INPUT_MAIL,
		.path = mem_strdup(w->mailbox),
		.begin = (size_t)(mail.p - w->content),
		.bytes = mail.n,
		.surface = w->in->options.surface,
	};
}

static void
add_mailbox(struct mail_walk *w, const char *path)
{
	struct buf text = BUF_INIT(MAILBOX_BYTES_MAX);

	errno = 0;
	if (file_read(path, &text)) {
		add_unreadable(w->in, path);
	} else {
		w->mailbox = path;
		w->content = text.p;
		mailbox_each(buf_sv(&text), add_mail_of_mailbox, w);
	}
	buf_done(&text);
}

static bool
is_maildir(struct sv folder)
{
	static const char *const parts[] = { "cur", "new" };
	bool is_one = true;

	for (size_t i = 0; is_one && i < 2; i++) {
		struct buf path = BUF_INIT(PATH_MAX);
		struct stat st;

		buf_addf(&path, SV_FMT "%s", SV_ARG(folder), parts[i]);
		is_one = stat(buf_str(&path), &st) == 0 && S_ISDIR(st.st_mode);
		buf_done(&path);
	}
	return is_one;
}

/* Beside the mails of a Maildir there are indexes of servers, and in its
 * "tmp" mails that are not whole. */
static bool
folder_has_mail(struct sv folder)
{
	const struct sv tmp = SV("tmp/");

	if (is_maildir(folder))
		return false;
	return !sv_iends(folder, tmp) ||
	       !is_maildir(sv_sub(folder, 0, folder.n - tmp.n));
}

static int
add_mail(void *ctx, const char *path)
{
	struct mail_walk *w = ctx;
	const char *slash = strrchr(path, '/');
	struct sv folder =
	    sv_make(path, slash ? (size_t)(slash - path) + 1 : 0);

	if (!sv_eq(folder, buf_sv(&w->folder)) || !w->folder.p) {
		buf_reset(&w->folder);
		buf_add(&w->folder, folder);
		w->has_mail = path == w->top || folder_has_mail(folder);
	}
	if (!w->has_mail)
		return 0;
	if (w->format == MAIL_MAILBOX ||
	    (w->format == MAIL_DETECT && mailbox_is_named(path)))
		add_mailbox(w, path);
	else
		add_file(w->in, path);
	return 0;
}

void
inputs_add_mails(struct inputs *in, enum mail_format format, const char *path)
{
	struct mail_walk w = {
		.in = in,
		.format = format,
		.top = path,
		.folder = BUF_INIT(PATH_MAX),
	};

	errno = 0;
	if (file_walk(path, NULL, add_mail, &w))
		add_unreadable(in, path);
	buf_done(&w.folder);
}

void
inputs_done(struct inputs *in)
{
	for (size_t i = 0; i < in->n; i++)
		free(in->list[i].path);
	for (size_t i = 0; i < in->n_texts; i++)
		buf_done(&in->texts[i]);
	free(in->texts);
	VEC_DONE(in);
}

void
input_name(const struct judge_input *input, struct buf *out)
{
	buf_add_str(out, input->path);
	if (input->line)
		buf_addf(out, ":%zu", input->line);
	if (input->bytes)
		buf_addf(out, ".%zu", input->begin);
}
