/* SPDX-License-Identifier: Apache-2.0 */
#include "message/header.h"

#include "message/charset.h"
#include "message/transfer.h"

size_t
header_name_bytes(struct sv line)
{
	size_t n = 0, colon;

	while (n < line.n && line.p[n] > ' ' && line.p[n] < 0x7f &&
	       line.p[n] != ':')
		n++;
	colon = n;
	while (colon < line.n && sv_is_blank(line.p[colon]))
		colon++;
	return colon < line.n && line.p[colon] == ':' ? n : 0;
}

/* Whether encoded words have no meaning in a field (RFC 2047 section 5): the
 * list that SpamAssassin has. A Message-ID may well hold "=?". */
static bool
is_machine_field(struct sv name)
{
	static const char *const names[] = {
		"received",    "date",
		"message-id",  "references",
		"in-reply-to", "mime-version",
		"resent-date", "resent-message-id",
	};

	if (sv_istarts(name, SV("list-")))
		return true;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (sv_ieq_str(name, names[i]))
			return true;
	return false;
}

void
header_add(struct reader *r, struct message_part *part, size_t *headers_size,
           struct sv field)
{
	struct message_header *h;
	size_t name = header_name_bytes(field);

	if (r->n_headers >= (size_t)r->limits->headers_max) {
		reader_limit(r, LIMIT_HEADERS);
		return;
	}
	if (field.n > (size_t)r->limits->header_bytes_max - r->header_bytes) {
		reader_limit(r, LIMIT_HEADER_BYTES);
		return;
	}
	r->n_headers++;
	r->header_bytes += field.n;
	part->headers = reader_grow(r, part->headers, part->n_headers,
	                            headers_size, sizeof *part->headers);
	h = &part->headers[part->n_headers++];
	h->name = sv_sub(field, 0, name);
	h->raw =
	    sv_from(field, name + sv_find_char(sv_from(field, name), ':') + 1);
	h->value = is_machine_field(h->name)
	               ? charset_to_utf8(r, header_unfold(r, h->raw), SV_NONE)
	               : header_decode(r, h->raw);
}

/* RFC 5322 section 2.2.3, but a line end and all the white space after it
 * become one space: what rules written for SpamAssassin expect. */
static struct sv
unfold(struct reader *r, struct sv raw)
{
	char *out;
	size_t n = 0;

	if (sv_find_char(raw, '\n') == SV_NOT_FOUND)
		return raw;
	out = arena_alloc(r->arena, raw.n);
	for (struct sv line; sv_line(&raw, &line); n += line.n) {
		bool folded = n && line.n && sv_is_blank(line.p[0]);

		while (folded && line.n && sv_is_blank(line.p[0]))
			line = sv_from(line, 1);
		if (folded)
			out[n++] = ' ';
		memcpy(out + n, line.p, line.n);
	}
	return sv_make(out, n);
}

/* One encoded word, "=?charset*language?B?text?=". */
struct word {
	struct sv charset, text;
	char encoding; /* 'b' or 'q' */
	size_t bytes;  /* of all of it */
};

enum { CHARSET_LABEL_MAX = 64 };

/* Reads the encoded word that s begins with ("=?"). Spaces in its text are
 * tolerated, as mail programs do. */
static bool
word_read(struct sv s, struct word *ret)
{
	size_t q, end;
	struct sv head = sv_sub(s, 2, 2 + CHARSET_LABEL_MAX);

	q = sv_find_char(head, '?');
	if (q == SV_NOT_FOUND || q == 0 || 2 + q + 2 >= s.n ||
	    s.p[2 + q + 2] != '?')
		return false;
	ret->encoding = sv_lower_char(s.p[2 + q + 1]);
	if (ret->encoding != 'b' && ret->encoding != 'q')
		return false;
	ret->charset = sv_sub(head, 0, q);
	if (sv_find_char(ret->charset, '*') != SV_NOT_FOUND)
		ret->charset.n = sv_find_char(ret->charset, '*');
	end = sv_find(sv_from(s, 2 + q + 3), SV("?="));
	if (end == SV_NOT_FOUND)
		return false;
	ret->text = sv_sub(s, 2 + q + 3, 2 + q + 3 + end);
	ret->bytes = 2 + q + 3 + end + 2;
	return true;
}

struct decoder {
	struct reader *r;
	struct buf out;
	struct sv charset; /* of the bytes waiting in r->words */
};

/* Converts what neighbouring words of one charset have gathered: a character
 * may begin in one word and end in the next. */
static void
words_flush(struct decoder *d)
{
	struct reader *r = d->r;

	if (r->words.n)
		buf_add(&d->out,
		        charset_to_utf8(r, buf_sv(&r->words), d->charset));
	buf_reset(&r->words);
}

static void
words_add(struct decoder *d, const struct word *w)
{
	struct buf *to = &d->r->words;
	char *room;

	if (!sv_ieq(w->charset, d->charset))
		words_flush(d);
	d->charset = w->charset;
	room = buf_room(to, w->text.n);
	if (!room)
		return;
	to->n += w->encoding == 'b' ? base64_decode(w->text, room)
	                            : q_word_decode(w->text, room);
}

/* Text between encoded words; what is only white space between two of them
 * is no text (RFC 2047 section 6.2). */
static void
between_add(struct decoder *d, struct sv s, bool after_word, bool before_word)
{
	if (after_word && before_word && sv_trim(s).n == 0)
		return;
	words_flush(d);
	buf_add(&d->out, charset_to_utf8(d->r, s, SV_NONE));
}

/* Where the last "?=" stands, or 0: no encoded word can begin behind it. */
static size_t
last_word_end(struct sv s)
{
	size_t at = 0, next;

	while ((next = sv_find(sv_from(s, at), SV("?="))) != SV_NOT_FOUND)
		at += next + 1;
	return at;
}

static struct sv
words_decode(struct reader *r, struct sv s)
{
	struct decoder d = { r, BUF_INIT(s.n * 4 + 64), SV_NONE };
	size_t from = 0, at = 0, next, last = last_word_end(s);
	bool after_word = false;
	struct word w;
	struct sv result;

	r->words.max = s.n + 8;
	while (at < last &&
	       (next = sv_find(sv_from(s, at), SV("=?"))) != SV_NOT_FOUND) {
		at += next;
		if (!word_read(sv_from(s, at), &w)) {
			at += 2;
			continue;
		}
		between_add(&d, sv_sub(s, from, at), after_word, true);
		words_add(&d, &w);
		at += w.bytes;
		from = at;
		after_word = true;
	}
	between_add(&d, sv_from(s, from), after_word, false);
	result = arena_dup(r->arena, buf_sv(&d.out));
	buf_done(&d.out);
	return result;
}

struct sv
header_unfold(struct reader *r, struct sv raw)
{
	return sv_trim(unfold(r, raw));
}

struct sv
header_decode(struct reader *r, struct sv raw)
{
	struct sv value = header_unfold(r, raw);

	/* The "?" first: signatures are full of "=", and have none. */
	if (sv_find_char(value, '?') != SV_NOT_FOUND &&
	    sv_find(value, SV("=?")) != SV_NOT_FOUND)
		return words_decode(r, value);
	return charset_to_utf8(r, value, SV_NONE);
}

const struct message_header *
header_find(const struct message_part *part, const char *name)
{
	struct sv wanted = sv_str(name);

	for (size_t i = 0; i < part->n_headers; i++)
		if (sv_ieq(part->headers[i].name, wanted))
			return &part->headers[i];
	return NULL;
}

struct sv
header_lower(struct reader *r, struct sv s)
{
	struct sv copy = arena_dup(r->arena, s);
	char *p = (char *)(uintptr_t)copy.p;

	for (size_t i = 0; i < copy.n; i++)
		p[i] = sv_lower_char(p[i]);
	return copy;
}
