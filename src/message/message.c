/* SPDX-License-Identifier: Apache-2.0 */
#include "message/message.h"

#include "message/charset.h"
#include "message/header.h"
#include "message/html.h"
#include "message/inline.h"
#include "message/mime.h"
#include "message/transfer.h"
#include "message/uri.h"
#include "message/url.h"
#include "message/view.h"

enum { LACKS_MAX = LIMIT_COUNT + 8, CODES_MAX = 8 };

static const char *const limit_names[LIMIT_COUNT] = {
	[LIMIT_BYTES] = "message.bytes_max",
	[LIMIT_HEADERS] = "message.headers_max",
	[LIMIT_HEADER_BYTES] = "message.header_bytes_max",
	[LIMIT_PARTS] = "message.parts_max",
	[LIMIT_DEPTH] = "message.depth_max",
	[LIMIT_DECODED_BYTES] = "message.decoded_bytes_max",
	[LIMIT_URLS] = "message.urls_max",
};

void
reader_lacks(struct reader *r, const char *name)
{
	struct message *m = r->m;

	if (!m->limits_hit)
		m->limits_hit = ARENA_ARRAY(r->arena, const char *, LACKS_MAX);
	for (size_t i = 0; i < m->n_limits_hit; i++)
		if (m->limits_hit[i] == name)
			return;
	if (m->n_limits_hit < LACKS_MAX)
		m->limits_hit[m->n_limits_hit++] = name;
}

void
reader_limit(struct reader *r, enum limit limit)
{
	reader_lacks(r, limit_names[limit]);
}

void *
reader_grow(struct reader *r, void *list, size_t n, size_t *size,
            size_t item_bytes)
{
	if (n < *size)
		return list;
	*size = n ? n * 2 : 16;
	return arena_grow(r->arena, list, n * item_bytes, *size * item_bytes);
}

static void
reader_init(struct reader *r, struct arena *a,
            const struct conf_message *limits)
{
	*r = (struct reader){ .arena = a, .limits = limits };
	r->m = ARENA_NEW(a, struct message);
}

static struct message *
reader_done(struct reader *r)
{
	view_make_all(r);
	buf_done(&r->scratch);
	buf_done(&r->words);
	map_free(r->urls_seen);
	map_free(r->uris_seen);
	map_free(r->uri_raw_seen);
	map_free(r->uri_forms_seen);
	map_free(r->uri_hosts_seen);
	map_free(r->domains_seen);
	return r->m;
}

/* What is decoded counts against one limit for all parts. */
static struct sv
decode(struct reader *r, const struct message_part *part, bool is_top)
{
	size_t left = (size_t)r->limits->decoded_bytes_max - r->decoded_bytes;
	struct sv data = part->raw;

	if (part->is_text)
		data = blank_lines_limit(r->arena, data, is_top);
	data = transfer_decode(r->arena, data, part->encoding);
	if (data.n > left) {
		reader_limit(r, LIMIT_DECODED_BYTES);
		data = sv_sub(data, 0, left);
	}
	r->decoded_bytes += data.n;
	return data;
}

/* Messages that are attached in base64 or quoted-printable (which RFC 2046
 * section 5.2.1 forbids, and mail programs open). New parts are appended, so
 * this meets those inside of them as well. */
static void
read_encoded_messages(struct reader *r)
{
	for (size_t i = 0; i < r->m->n_parts; i++) {
		struct message_part *part = &r->m->parts[i];
		size_t before = r->m->n_parts;
		struct sv data;

		if (!part->is_leaf || !sv_eq_str(part->type, "message/rfc822"))
			continue;
		if (part->depth >= (unsigned)r->limits->depth_max) {
			reader_limit(r, LIMIT_DEPTH);
			continue;
		}
		data = decode(r, part, false);
		mime_read(r, data, (int)i);
		r->m->parts[i].is_leaf = r->m->n_parts == before;
	}
}

/* The type by which a part is shown: a file called .html opens as such. */
static struct sv
shown_type(const struct message_part *part)
{
	if (sv_iends(part->filename, SV(".html")) ||
	    sv_iends(part->filename, SV(".htm")) ||
	    sv_iends(part->filename, SV(".shtml")))
		return SV("text/html");
	return part->type;
}

/* Text types are shown as they are, but for those that are data. Messages
 * that were not opened (parts of one, reports of delivery) are looked at only
 * raw. */
static bool
is_rendered(struct sv type)
{
	return sv_starts(type, SV("text/")) &&
	       !sv_eq_str(type, "text/calendar") &&
	       !sv_eq_str(type, "text/x-vcard");
}

/* What is left of the data of a part as text. */
static struct sv
read_text(struct reader *r, int index, struct sv data)
{
	struct message_part *part = &r->m->parts[index];
	const char *guessed = NULL;
	struct sv text = charset_read_text(r, data, part->charset, &guessed);

	part->guessed = guessed;
	r->m->guessed += guessed != NULL;
	return text;
}

/* A code that holds a URL and nothing else is one, whatever is in it. */
static void
read_code(struct reader *r, int index, struct sv text)
{
	struct message *m = r->m;

	text = charset_to_utf8(r, text, SV("utf-8"));
	m->codes = reader_grow(r, m->codes, m->n_codes, &r->codes_size,
	                       sizeof *m->codes);
	m->codes[m->n_codes++] = (struct message_code){ index, text };
	text = sv_trim(text);
	r->text_source = URL_QR;
	if (sv_istarts(text, SV("http://")) ||
	    sv_istarts(text, SV("https://"))) {
		url_add_text(r, index, "", text, text);
		uri_add(r, text, URI_PARSED, false);
	} else {
		url_find(r, index, text);
		uri_find(r, text);
	}
	r->text_source = URL_TEXT;
}

static void
read_codes(struct reader *r, int index)
{
	struct sv texts[CODES_MAX];
	const char *lacks;
	size_t n = 0;

	if (!r->images)
		return;
	lacks = r->images->read(r->images->ctx, r->arena,
	                        r->m->parts[index].data, texts, CODES_MAX, &n);
	if (lacks)
		reader_lacks(r, lacks);
	for (size_t i = 0; i < n; i++)
		read_code(r, index, texts[i]);
}

static void
read_leaf(struct reader *r, int index)
{
	struct message_part *part = &r->m->parts[index];
	struct sv type = shown_type(part), data;

	part->is_text =
	    sv_starts(type, SV("text/")) || sv_starts(type, SV("message/"));
	part->data = decode(r, part, index == 0);
	if (!part->is_text) {
		read_codes(r, index);
		return;
	}
	part->data = line_ends_unify(r->arena, part->data);
	data = is_rendered(type) ? inline_extract(r, index) : part->data;
	part = &r->m->parts[index];
	part->text = read_text(r, index, data);
	if (sv_eq_str(type, "text/html"))
		html_render(r, index, part->text);
	else if (is_rendered(type))
		part->rendered = part->text;
	url_find(r, index, part->rendered);
}

/* A mail program makes links of what stands in the subject, too. */
static void
find_in_subject(struct reader *r)
{
	const struct message_header *h = message_header(r->m, "Subject");

	if (h)
		url_find(r, 0, h->value);
}

/* A mail whose lines end in CR alone is read as if they were LF. */
static struct sv
with_line_feeds(struct arena *a, struct sv raw)
{
	struct sv copy;
	char *p;

	if (sv_find_char(raw, '\n') != SV_NOT_FOUND ||
	    sv_find_char(raw, '\r') == SV_NOT_FOUND)
		return raw;
	copy = arena_dup(a, raw);
	p = (char *)(uintptr_t)copy.p;
	for (size_t i = 0; i < copy.n; i++)
		if (p[i] == '\r')
			p[i] = '\n';
	return copy;
}

void
message_prepare(void)
{
	charset_prepare();
	url_domain(SV("example.org"));
}

struct message *
message_parse(struct arena *a, struct sv raw, const struct conf_message *limits)
{
	return message_parse_images(a, raw, limits, NULL);
}

struct message *
message_parse_images(struct arena *a, struct sv raw,
                     const struct conf_message *limits,
                     const struct message_images *images)
{
	struct reader r;

	reader_init(&r, a, limits);
	r.images = images;
	if (raw.n > (size_t)limits->bytes_max) {
		reader_limit(&r, LIMIT_BYTES);
		raw = sv_sub(raw, 0, (size_t)limits->bytes_max);
	}
	r.m->raw = r.m->mail = raw;
	mime_read(&r, with_line_feeds(a, raw), -1);
	read_encoded_messages(&r);
	for (size_t i = 0; i < r.m->n_parts; i++)
		if (r.m->parts[i].is_leaf && !r.m->parts[i].is_inline)
			read_leaf(&r, (int)i);
	find_in_subject(&r);
	return reader_done(&r);
}

/* ---- posts ---- */

static struct sv
post_charset(const struct message_post *post)
{
	return post->charset.n ? post->charset : SV("utf-8");
}

static void
add_field(struct reader *r, size_t *size, const struct message_post *post,
          const char *name, struct sv value)
{
	struct message_part *part = &r->m->parts[0];
	struct message_header *h;

	if (value.n == 0)
		return;
	part->headers = reader_grow(r, part->headers, part->n_headers, size,
	                            sizeof *part->headers);
	h = &part->headers[part->n_headers++];
	h->name = sv_str(name);
	h->raw = value;
	h->value = sv_trim(charset_to_utf8(r, value, post_charset(post)));
}

static void
add_from(struct reader *r, size_t *size, const struct message_post *post)
{
	struct sv from = post->author;

	if (post->email.n)
		from = ARENA_JOIN(r->arena, post->author,
		                  post->author.n ? SV(" <") : SV("<"),
		                  post->email, SV(">"));
	add_field(r, size, post, "From", from);
}

static void
add_author_link(struct reader *r, const struct message_post *post)
{
	struct sv url = sv_trim(post->url);
	bool has_scheme = sv_find_char(url, ':') != SV_NOT_FOUND;

	if (url.n == 0)
		return;
	url_add(r, 0, URL_LINK, has_scheme ? "" : "http://", url,
	        sv_trim(post->author));
	uri_add(r, url, URI_A, false);
}

struct message *
message_from_post(struct arena *a, const struct message_post *post,
                  const struct conf_message *limits)
{
	bool is_html = post->html.n > 0;
	struct sv raw = is_html ? post->html : post->text;
	struct message_part *part;
	size_t headers_size = 0;
	struct reader r;

	reader_init(&r, a, limits);
	if (raw.n > (size_t)limits->bytes_max) {
		reader_limit(&r, LIMIT_BYTES);
		raw = sv_sub(raw, 0, (size_t)limits->bytes_max);
	}
	r.m->raw = r.m->mail = raw;
	part = mime_part_add(&r, -1);
	part->type = is_html ? SV("text/html") : SV("text/plain");
	part->charset = post_charset(post);
	part->raw = raw;
	add_from(&r, &headers_size, post);
	add_field(&r, &headers_size, post, "Subject", post->title);
	add_field(&r, &headers_size, post, "X-Post-User-Agent",
	          post->user_agent);
	add_field(&r, &headers_size, post, "X-Post-Referrer", post->referrer);
	add_field(&r, &headers_size, post, "X-Post-Honeypot", post->honeypot);
	read_leaf(&r, 0);
	find_in_subject(&r);
	add_author_link(&r, post);
	return reader_done(&r);
}

const struct message_header *
message_header(const struct message *m, const char *name)
{
	return header_find(&m->parts[0], name);
}

struct sv
message_decode_text(struct arena *a, struct sv raw)
{
	struct reader r = { .arena = a };
	struct message m = { 0 };
	struct sv text;

	r.m = &m;
	text = header_decode(&r, raw);
	buf_done(&r.scratch);
	buf_done(&r.words);
	return text;
}
