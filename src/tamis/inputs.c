/* SPDX-License-Identifier: Apache-2.0 */
#include "tamis/inputs.h"

#include <errno.h>
#include <stdio.h>

#include "base/file.h"
#include "base/vec.h"

enum { NDJSON_BYTES_MAX = 1 << 30 };

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

void
inputs_add(struct inputs *in, const char *operand)
{
	errno = 0;
	if (file_walk(operand, NULL,
	              in->options.ndjson ? add_objects : add_file, in)) {
		fprintf(stderr, "tamis: %s: %s\n", operand,
		        errno ? strerror(errno) : "too large");
		in->unreadable++;
	}
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
}
