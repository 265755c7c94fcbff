/* SPDX-License-Identifier: Apache-2.0 */
/* state.json of a channel. */
#include <jansson.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "channel/store.h"

enum { STATE_BYTES_MAX = 16 << 10 };

static void
state_path(const char *dir, const char *name, char path[STORE_PATH])
{
	snprintf(path, STORE_PATH, "%s/.%s/state.json", dir, name);
}

static void
read_text(const json_t *root, const char *name, char *ret, size_t size)
{
	const char *text = json_string_value(json_object_get(root, name));

	snprintf(ret, size, "%s", text ? text : "");
}

static uint64_t
read_serial(const json_t *root, const char *name)
{
	json_int_t n = json_integer_value(json_object_get(root, name));

	return n > 0 ? (uint64_t)n : 0;
}

static int64_t
read_time(const json_t *root, const char *name)
{
	const char *text = json_string_value(json_object_get(root, name));
	int64_t unix_ms = 0;

	if (text && clock_parse(sv_str(text), &unix_ms))
		return 0;
	return unix_ms;
}

void
channel_state_read(const char *dir, const char *name, struct channel_state *ret)
{
	struct buf text = BUF_INIT(STATE_BYTES_MAX);
	char path[STORE_PATH];
	json_t *root = NULL;

	*ret = (struct channel_state){ 0 };
	state_path(dir, name, path);
	if (file_read(path, &text) == 0)
		root = json_loadb(text.p, text.n, 0, NULL);
	buf_done(&text);
	ret->serial_max = read_serial(root, "serial_max");
	ret->previous = read_serial(root, "previous");
	ret->pending = read_serial(root, "pending");
	ret->checked_ms = read_time(root, "checked");
	ret->changed_ms = read_time(root, "changed");
	read_text(root, "result", ret->result, sizeof ret->result);
	read_text(root, "error", ret->error, sizeof ret->error);
	read_text(root, "etag", ret->etag, sizeof ret->etag);
	read_text(root, "last_modified", ret->last_modified,
	          sizeof ret->last_modified);
	json_decref(root);
}

static void
write_time(struct json *j, const char *name, int64_t unix_ms)
{
	char text[CLOCK_TEXT];

	if (unix_ms)
		json_text(j, name, clock_text(unix_ms, text));
}

int
channel_state_write(const struct channel_store *s,
                    const struct channel_state *state)
{
	struct buf text = BUF_INIT(STATE_BYTES_MAX);
	struct json j = json_start(&text);
	char path[STORE_PATH];
	int result;

	json_begin_object(&j, NULL);
	json_int(&j, "serial_max", (int64_t)state->serial_max);
	json_int(&j, "previous", (int64_t)state->previous);
	json_int(&j, "pending", (int64_t)state->pending);
	write_time(&j, "checked", state->checked_ms);
	write_time(&j, "changed", state->changed_ms);
	json_text(&j, "result", state->result);
	json_text(&j, "error", state->error);
	json_text(&j, "etag", state->etag);
	json_text(&j, "last_modified", state->last_modified);
	json_end(&j);
	buf_add_char(&text, '\n');
	state_path(s->dir, s->name, path);
	result = file_replace(path, buf_sv(&text), 0644);
	buf_done(&text);
	return result;
}
