/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of src/message share: one arena a test, generous limits. */
#ifndef TEST_PARSE_H
#define TEST_PARSE_H

#include "../unit.h"
#include "message/message.h"
#include "message/reader.h"

static struct arena *test_arena __attribute__((unused));

static const struct conf_message test_limits __attribute__((unused)) = {
	.bytes_max = 64 << 20,
	.headers_max = 2000,
	.header_bytes_max = 1 << 20,
	.parts_max = 1000,
	.depth_max = 50,
	.decoded_bytes_max = 128 << 20,
	.urls_max = 1000,
};

static inline struct arena *
arena(void)
{
	if (!test_arena)
		test_arena = arena_new();
	return test_arena;
}

static inline struct message *
parse(const char *mail)
{
	return message_parse(arena(), sv_str(mail), &test_limits);
}

static inline struct message *
post_text(const char *text)
{
	struct message_post post = { .text = sv_str(text) };

	return message_from_post(arena(), &post, &test_limits);
}

static inline struct message *
post_html(const char *html)
{
	struct message_post post = { .html = sv_str(html) };

	return message_from_post(arena(), &post, &test_limits);
}

/* A reader for functions below message_parse(). */
static inline struct reader
test_reader(void)
{
	return (struct reader){ .arena = arena(),
		                .limits = &test_limits,
		                .m = ARENA_NEW(arena(), struct message) };
}

/* All elements of a view, each followed by "|". */
static inline struct sv
joined(const struct message *m, enum view_kind kind)
{
	struct buf all = BUF_INIT(1 << 20);
	struct sv result;

	for (size_t i = 0; i < m->views[kind].n; i++) {
		buf_add(&all, m->views[kind].elements[i]);
		buf_add_char(&all, '|');
	}
	result = arena_dup(arena(), buf_sv(&all));
	buf_done(&all);
	return result;
}

#endif
