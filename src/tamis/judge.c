/* SPDX-License-Identifier: Apache-2.0 */
#include "tamis/judge.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"

enum { WHY_SIZE = 160 };

struct judge {
	struct snapshot *snapshot;
	struct arena *arena;
	struct rule_worker *worker;
	struct buf raw;
	struct message_post post;
	struct scan scan;
};

struct judge *
judge_new(struct snapshot *snapshot)
{
	struct judge *j = mem_calloc(1, sizeof *j);

	j->snapshot = snapshot;
	j->arena = arena_new();
	j->worker = rule_worker_new();
	buf_init(&j->raw, (size_t)snapshot->conf->message.bytes_max);
	return j;
}

void
judge_free(struct judge *j)
{
	if (!j)
		return;
	buf_done(&j->raw);
	rule_worker_free(j->worker);
	arena_free(j->arena);
	free(j);
}

/* Reads what the path names into the scan; a file beyond message.bytes_max
 * is judged by its beginning. */
static int
take_file(struct judge *j, const char *path, char *why)
{
	int result;

	buf_reset(&j->raw);
	errno = 0;
	result = file_read(path, &j->raw);
	j->scan.truncated = result == E_LIMIT;
	if (result == 0 || result == E_LIMIT)
		return 0;
	snprintf(why, WHY_SIZE, "%s", strerror(errno));
	return result;
}

static struct sv
take_string(struct judge *j, json_t *root, const char *name)
{
	json_t *value = json_object_get(root, name);

	if (!json_is_string(value))
		return SV_NONE;
	return arena_dup(j->arena, sv_make(json_string_value(value),
	                                   json_string_length(value)));
}

static int
take_post(struct judge *j, const struct judge_input *input, char *why)
{
	json_error_t error;
	json_t *root =
	    json_loadb(input->json.p, input->json.n, JSON_ALLOW_NUL, &error);
	struct sv surface;

	if (!json_is_object(root)) {
		snprintf(why, WHY_SIZE, "%s",
		         root ? "not a JSON object" : error.text);
		json_decref(root);
		return E_SYNTAX;
	}
	j->post = (struct message_post){
		.title = take_string(j, root, "title"),
		.text = take_string(j, root, "text"),
		.html = take_string(j, root, "html"),
		.author = take_string(j, root, "author"),
		.email = take_string(j, root, "email"),
		.url = take_string(j, root, "url"),
	};
	j->scan.envelope.client_ip = take_string(j, root, "ip");
	surface = take_string(j, root, "surface");
	if (surface.n)
		j->scan.surface = surface_word(surface);
	json_decref(root);
	return 0;
}

const struct scan *
judge_run(struct judge *j, const struct judge_input *input, char why[WHY_SIZE])
{
	int result;

	arena_reset(j->arena);
	j->scan = (struct scan){
		.arena = j->arena,
		.snapshot = j->snapshot,
		.worker = j->worker,
		.channel = CHANNEL_FILE,
		.surface = input->kind == INPUT_MAIL ? "mail" : input->surface,
		.test = true,
	};
	if (input->kind == INPUT_POST)
		result = take_post(j, input, why);
	else
		result = take_file(j, input->path, why);
	if (result)
		return NULL;
	if (input->kind == INPUT_MAIL) {
		j->scan.raw = buf_sv(&j->raw);
	} else {
		if (input->kind == INPUT_TEXT)
			j->post =
			    (struct message_post){ .text = buf_sv(&j->raw) };
		j->scan.post = &j->post;
	}
	scan_run(&j->scan);
	return &j->scan;
}
