/* SPDX-License-Identifier: Apache-2.0 */
/* Headers, parts and decoded content as GMime 3 reads them. */
#include <gmime/gmime.h>

#include "dump.h"

static void
dump_header_list(struct json *j, GMimeHeaderList *list)
{
	int n = g_mime_header_list_get_count(list);

	for (int i = 0; i < n; i++) {
		GMimeHeader *h = g_mime_header_list_get_header_at(list, i);
		const char *value = g_mime_header_get_value(h);

		json_begin_array(j, NULL);
		json_text(j, NULL, g_mime_header_get_name(h));
		json_text(j, NULL, value ? value : "");
		json_end(j);
	}
}

/* Those of the message, and the Content- ones, which belong to its part. */
static void
dump_headers(struct json *j, GMimeMessage *m)
{
	GMimeObject *part = g_mime_message_get_mime_part(m);

	json_begin_array(j, "headers");
	dump_header_list(j, g_mime_object_get_header_list(GMIME_OBJECT(m)));
	if (part)
		dump_header_list(j, g_mime_object_get_header_list(part));
	json_end(j);
}

static void
dump_type(struct json *j, GMimeObject *object)
{
	GMimeContentType *type = g_mime_object_get_content_type(object);
	char *name = type ? g_mime_content_type_get_mime_type(type) : NULL;

	json_text(j, "type", name ? name : "");
	g_free(name);
}

static void
dump_leaf(struct json *j, GMimePart *part)
{
	GMimeStream *memory = g_mime_stream_mem_new();
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	const char *filename = g_mime_part_get_filename(part);
	GByteArray *bytes;

	if (content)
		g_mime_data_wrapper_write_to_stream(content, memory);
	bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory));
	json_text(j, "filename", filename ? filename : "");
	json_text(j, "encoding",
	          g_mime_content_encoding_to_string(
		      g_mime_part_get_content_encoding(part)));
	dump_content(j, sv_make((const char *)bytes->data, bytes->len));
	if (GMIME_IS_TEXT_PART(part)) {
		char *text = g_mime_text_part_get_text(GMIME_TEXT_PART(part));

		json_text(j, "text", text ? text : "");
		g_free(text);
	}
	g_object_unref(memory);
}

/* An entity that waits to be printed, and where it belongs. */
struct waiting {
	GMimeObject *object;
	int parent;
};

static void
push(GArray *stack, GMimeObject *object, int parent)
{
	struct waiting w = { object, parent };

	if (object)
		g_array_append_val(stack, w);
}

static void
dump_object(struct json *j, GArray *stack, struct waiting w, int index)
{
	json_begin_object(j, NULL);
	json_int(j, "parent", w.parent);
	dump_type(j, w.object);
	json_bool(j, "leaf", GMIME_IS_PART(w.object));
	if (GMIME_IS_PART(w.object))
		dump_leaf(j, GMIME_PART(w.object));
	json_end(j);
	if (GMIME_IS_MULTIPART(w.object)) {
		GMimeMultipart *multipart = GMIME_MULTIPART(w.object);

		/* The last one on the stack is the next one printed. */
		for (int i = g_mime_multipart_get_count(multipart); i-- > 0;)
			push(stack, g_mime_multipart_get_part(multipart, i),
			     index);
	} else if (GMIME_IS_MESSAGE_PART(w.object)) {
		GMimeMessage *m = g_mime_message_part_get_message(
		    GMIME_MESSAGE_PART(w.object));

		if (m)
			push(stack, g_mime_message_get_mime_part(m), index);
	}
}

static void
dump_message_parts(struct json *j, GMimeMessage *m)
{
	GArray *stack = g_array_new(FALSE, FALSE, sizeof(struct waiting));
	int index = 0;

	json_begin_array(j, "parts");
	push(stack, g_mime_message_get_mime_part(m), -1);
	while (stack->len) {
		struct waiting w =
		    g_array_index(stack, struct waiting, stack->len - 1);

		g_array_set_size(stack, stack->len - 1);
		dump_object(j, stack, w, index++);
	}
	json_end(j);
	g_array_free(stack, TRUE);
}

static void
dump(struct json *j, struct arena *a, struct sv raw,
     const struct conf_message *limits)
{
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(raw.p, raw.n);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *m;

	(void)a;
	(void)limits;
	if (sv_starts(raw, SV("From ")))
		g_mime_parser_set_format(parser, GMIME_FORMAT_MBOX);
	m = g_mime_parser_construct_message(parser, NULL);
	json_bool(j, "ok", m != NULL);
	if (m) {
		dump_headers(j, m);
		dump_message_parts(j, m);
		g_object_unref(m);
	}
	g_object_unref(parser);
	g_object_unref(stream);
}

int
main(void)
{
	int status;

	g_mime_init();
	status = dump_all(dump);
	g_mime_shutdown();
	return status;
}
