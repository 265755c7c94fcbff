/* SPDX-License-Identifier: Apache-2.0 */
#include "message/inline.h"

#include "message/charset.h"
#include "message/mime.h"

/* Looks for attachments in one text. */
struct scanner {
	struct sv s;
	size_t at;
	struct buf out;     /* the decoded bytes of the last one */
	bool no_yenc_ahead; /* no "=yend" follows */
};

/* An attachment in a text: the bytes from its first line to behind its last,
 * and what it says about itself. */
struct block {
	size_t from, end;
	struct sv name;
};

size_t
uu_line_decode(struct sv line, char *out)
{
	size_t bytes, n = 0;

	if (line.n == 0 || line.p[0] < ' ' || line.p[0] > '`')
		return SV_NOT_FOUND;
	bytes = (size_t)(line.p[0] - ' ') & 63;
	line = sv_from(line, 1);
	/* Spaces at the end of a line get lost; anything more is no data. */
	if (bytes > 45 || line.n > (bytes + 2) / 3 * 4 + 2)
		return SV_NOT_FOUND;
	for (size_t i = 0; n < bytes; i += 4) {
		unsigned bits = 0;

		for (size_t k = i; k < i + 4; k++) {
			char c = k < line.n ? line.p[k] : ' ';

			if (c < ' ' || c > '`')
				return SV_NOT_FOUND;
			bits = bits << 6 | ((unsigned)(c - ' ') & 63);
		}
		for (int shift = 16; shift >= 0 && n < bytes; shift -= 8)
			out[n++] = (char)(bits >> shift);
	}
	return n;
}

/* "begin 644 name" */
static bool
uu_begin(struct sv line, struct sv *ret_name)
{
	struct sv word;
	size_t digits = 0;

	if (!sv_starts(line, SV("begin ")))
		return false;
	line = sv_from(line, 6);
	if (!sv_word(&line, &word))
		return false;
	while (digits < word.n && word.p[digits] >= '0' &&
	       word.p[digits] <= '7')
		digits++;
	*ret_name = sv_trim(line);
	return digits == word.n && (digits == 3 || digits == 4) &&
	       ret_name->n > 0;
}

/* Reads the lines after "begin". False when they are no uuencoded file;
 * *rest then stands where that was seen. */
static bool
uu_read(struct buf *out, struct sv *rest)
{
	struct sv line, before = *rest;
	char bytes[48];
	size_t n;

	while (sv_line(rest, &line)) {
		if (sv_eq_str(sv_trim(line), "end"))
			return out->n > 0;
		n = line.n ? uu_line_decode(line, bytes) : 0;
		if (n == SV_NOT_FOUND) {
			*rest = before;
			return false;
		}
		buf_add(out, sv_make(bytes, n));
		before = *rest;
	}
	return false;
}

/* "=ybegin line=128 size=1024 name=file.bin" */
static bool
yenc_begin(struct sv line, struct sv *ret_name)
{
	size_t at = sv_find(line, SV(" name="));

	if (!sv_starts(line, SV("=ybegin ")) || at == SV_NOT_FOUND ||
	    sv_find(line, SV(" size=")) == SV_NOT_FOUND)
		return false;
	*ret_name = sv_trim(sv_from(line, at + 6));
	return true;
}

static void
yenc_line_decode(struct buf *out, struct sv line)
{
	char *to = buf_room(out, line.n);

	for (size_t i = 0; to && i < line.n; i++) {
		unsigned char c = (unsigned char)line.p[i];

		if (c == '=' && i + 1 < line.n)
			c = (unsigned char)((unsigned char)line.p[++i] - 64);
		*to++ = (char)(c - 42);
		out->n++;
	}
}

static bool
yenc_read(struct buf *out, struct sv *rest)
{
	struct sv line;

	while (sv_line(rest, &line)) {
		if (sv_starts(line, SV("=yend")))
			return true;
		if (!sv_starts(line, SV("=ypart ")))
			yenc_line_decode(out, line);
	}
	return false;
}

/* The next attachment. Each byte is looked at once or twice, however many
 * lines pretend to begin one. */
static bool
next_block(struct scanner *sc, struct block *ret)
{
	while (sc->at < sc->s.n) {
		struct sv rest = sv_from(sc->s, sc->at), line, all = rest;
		bool found = false;

		buf_reset(&sc->out);
		sc->out.max = sc->s.n + 48;
		sv_line(&rest, &line);
		if (uu_begin(line, &ret->name)) {
			found = uu_read(&sc->out, &rest);
		} else if (!sc->no_yenc_ahead && yenc_begin(line, &ret->name)) {
			found = yenc_read(&sc->out, &rest);
			sc->no_yenc_ahead = !found;
			if (!found) {
				rest = all;
				sv_line(&rest, &line);
			}
		}
		ret->from = sc->at;
		ret->end = sc->at = sc->s.n - rest.n;
		if (found)
			return true;
	}
	return false;
}

static bool
has_block(struct sv s)
{
	size_t end;

	for (;; s = sv_from(s, end + 1)) {
		if (sv_starts(s, SV("begin ")) || sv_starts(s, SV("=ybegin ")))
			return true;
		end = sv_find_char(s, '\n');
		if (end == SV_NOT_FOUND)
			return false;
	}
}

struct sv
uu_decode(struct arena *a, struct sv s)
{
	struct scanner sc = { .s = s };
	struct block b;

	if (has_block(s) && next_block(&sc, &b))
		s = arena_dup(a, buf_sv(&sc.out));
	buf_done(&sc.out);
	return s;
}

/* Appends the part; false at a limit. */
static bool
add_part(struct reader *r, int beside, const struct block *b, struct sv raw,
         struct sv data)
{
	size_t left = (size_t)r->limits->decoded_bytes_max - r->decoded_bytes;
	struct message_part *part;

	if (data.n > left) {
		reader_limit(r, LIMIT_DECODED_BYTES);
		return false;
	}
	part = mime_part_add(r, r->m->parts[beside].parent);
	if (!part)
		return false;
	r->decoded_bytes += data.n;
	part->type = SV("application/octet-stream");
	part->disposition = SV("attachment");
	part->filename = charset_to_utf8(r, b->name, SV_NONE);
	part->is_inline = true;
	part->raw = raw;
	part->data = arena_dup(r->arena, data);
	return true;
}

struct sv
inline_extract(struct reader *r, int index)
{
	struct sv s = r->m->parts[index].data;
	struct scanner sc = { .s = s };
	size_t at = 0, n = 0;
	struct block b;
	char *out;

	if (!has_block(s))
		return s;
	out = arena_alloc(r->arena, s.n + 1);
	while (next_block(&sc, &b)) {
		if (!add_part(r, index, &b, sv_sub(s, b.from, b.end),
		              buf_sv(&sc.out)))
			break;
		memcpy(out + n, s.p + at, b.from - at);
		n += b.from - at;
		at = b.end;
	}
	memcpy(out + n, s.p + at, s.n - at);
	buf_done(&sc.out);
	return sv_make(out, n + s.n - at);
}
