/* SPDX-License-Identifier: Apache-2.0 */
/* What tamis itself understands of messages. */
#include "dump.h"

static void
dump_headers(struct json *j, const struct message_part *part)
{
	json_begin_array(j, "headers");
	for (size_t i = 0; i < part->n_headers; i++) {
		json_begin_array(j, NULL);
		json_str(j, NULL, part->headers[i].name);
		json_str(j, NULL, part->headers[i].value);
		json_end(j);
	}
	json_end(j);
}

static void
dump_part(struct json *j, const struct message_part *part)
{
	json_begin_object(j, NULL);
	json_int(j, "parent", part->parent);
	json_bool(j, "leaf", part->is_leaf);
	json_str(j, "type", part->type);
	json_str(j, "charset", part->charset);
	json_str(j, "encoding", part->encoding);
	json_str(j, "filename", part->filename);
	if (part->is_leaf) {
		json_bool(j, "is_text", part->is_text);
		json_bool(j, "is_html", dump_is_html(part));
		dump_content(j, part->data);
	}
	if (part->is_leaf && part->is_text) {
		json_str(j, "text", part->text);
		json_str(j, "rendered", part->rendered);
	}
	json_end(j);
}

static void
dump_urls(struct json *j, const struct message *m)
{
	static const char *const sources[] = {
		[URL_TEXT] = "text",
		[URL_LINK] = "link",
		[URL_IMAGE] = "image",
		[URL_FORM] = "form",
	};

	json_begin_array(j, "urls");
	for (size_t i = 0; i < m->n_urls; i++) {
		const struct message_url *u = &m->urls[i];

		json_begin_object(j, NULL);
		json_str(j, "url", u->url);
		json_str(j, "raw", u->raw);
		json_str(j, "host", u->host);
		json_str(j, "domain", u->domain);
		json_text(j, "source",
		          (size_t)u->source < sizeof sources / sizeof *sources
		              ? sources[u->source]
		              : "other");
		json_int(j, "part", u->part);
		json_end(j);
	}
	json_end(j);
}

static void
dump_view(struct json *j, const struct message *m, enum view_kind kind)
{
	json_begin_array(j, view_word(kind));
	for (size_t i = 0; i < m->views[kind].n; i++)
		dump_bytes(j, m->views[kind].elements[i]);
	json_end(j);
}

static void
dump(struct json *j, struct arena *a, struct sv raw,
     const struct conf_message *limits)
{
	struct message *m = message_parse(a, raw, limits);

	dump_headers(j, &m->parts[0]);
	json_begin_array(j, "parts");
	for (size_t i = 0; i < m->n_parts; i++)
		dump_part(j, &m->parts[i]);
	json_end(j);
	dump_urls(j, m);
	dump_view(j, m, VIEW_BODY);
	dump_view(j, m, VIEW_RAWBODY);
	json_begin_array(j, "limits");
	for (size_t i = 0; i < m->n_limits_hit; i++)
		json_text(j, NULL, m->limits_hit[i]);
	json_end(j);
	json_int(j, "arena_bytes", (int64_t)arena_used(a));
}

int
main(void)
{
	return dump_all(dump);
}
