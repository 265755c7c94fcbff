/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold for every message, whatever it was made of. */
#ifndef MESSAGE_CHECK_H
#define MESSAGE_CHECK_H

#include <stdint.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "message/message.h"

/* Small, so that a fuzzer meets them. */
static const struct conf_message fuzz_limits = {
	.bytes_max = 64 * 1024,
	.headers_max = 50,
	.header_bytes_max = 16 * 1024,
	.parts_max = 30,
	.depth_max = 6,
	.decoded_bytes_max = 64 * 1024,
	.urls_max = 20,
	.body_part_bytes_max = 5000,
	.rawbody_part_bytes_max = 20000,
};

static inline void
must(bool holds)
{
	if (!holds)
		abort();
}

static inline void
html_check(const struct message_part *part)
{
	const struct message_html *html = part->html;
	size_t spans = 0, bytes = 0, end = 0;

	/* A reference grows a text by a fifth at most, a tag never. */
	must(part->rendered.n <= part->text.n + part->text.n / 5);
	must(html->n_hidden <= 256 && html->hidden_bytes[HIDDEN_NOT] == 0);
	for (size_t i = 0; i < html->n_hidden; i++) {
		const struct message_hidden *h = &html->hidden[i];

		must(h->from >= end && h->from < h->to);
		must(h->reason > HIDDEN_NOT && h->reason < HIDDEN_COUNT);
		must(part->rendered.p[h->from] != ' ');
		must(part->rendered.p[h->to - 1] != ' ');
		end = h->to;
		spans += h->to - h->from;
	}
	must(end <= part->rendered.n);
	for (int reason = 0; reason < HIDDEN_COUNT; reason++)
		bytes += html->hidden_bytes[reason];
	must(html->n_hidden == 256 ? spans <= bytes : spans == bytes);
	must(bytes <= part->rendered.n && utf8_valid(html->title));
	must(html->comment_bytes + html->script_bytes + html->style_bytes <=
	     part->text.n);
	must(html->n_data_images + html->n_tiny_images <= 2 * html->n_images);
}

static inline void
message_check(const struct message *m)
{
	size_t headers = 0, decoded = 0;

	must(m->n_parts >= 1);
	must(m->n_parts <= (size_t)fuzz_limits.parts_max);
	must(m->n_urls <= (size_t)fuzz_limits.urls_max);
	for (size_t i = 0; i < m->n_parts; i++) {
		const struct message_part *part = &m->parts[i];

		must(part->parent < (int)i);
		must(part->depth <= (unsigned)fuzz_limits.depth_max);
		must(part->type.n > 0);
		must(utf8_valid(part->text) && utf8_valid(part->rendered));
		must(utf8_valid(part->filename));
		if (part->html)
			html_check(part);
		headers += part->n_headers;
		decoded += part->data.n;
		for (size_t j = 0; j < part->n_headers; j++)
			must(utf8_valid(part->headers[j].value));
	}
	must(headers <= (size_t)fuzz_limits.headers_max);
	must(decoded <= (size_t)fuzz_limits.decoded_bytes_max);
	for (size_t i = 1; i < m->views[VIEW_BODY].n; i++)
		must(m->views[VIEW_BODY].elements[i].n <= 2049);
	for (size_t i = 0; i < m->n_urls; i++)
		must(m->urls[i].url.n > 0 && m->urls[i].part >= 0);
}

#endif
