/* SPDX-License-Identifier: Apache-2.0 */
#include "message/part_header.h"

#include "base/buf.h"
#include "message/header_index.h"

enum { ALL_BYTES_MAX = 64 * 1024 }; /* as in SpamAssassin */

bool
part_header_parse(struct sv text, struct part_header *ret)
{
	struct sv rest = text, modifier = SV_NONE;

	if (!sv_split(&rest, ':', &ret->name) || ret->name.n == 0)
		return false;
	sv_split(&rest, ':', &modifier);
	ret->raw = sv_eq_str(modifier, "raw");
	ret->all = sv_eq_str(ret->name, "ALL");
	return !rest.p && (modifier.n == 0 || ret->raw);
}

/* Line ends are LF; `unfold`: each with the white space behind it is a
 * blank. */
static void
add_raw(struct buf *out, struct sv raw, bool unfold)
{
	size_t i = 0;

	while (i < raw.n) {
		char c = raw.p[i++];

		if (c == '\r' && i < raw.n && raw.p[i] == '\n')
			continue;
		if (c != '\n' || !unfold) {
			buf_add_char(out, c);
			continue;
		}
		buf_add_char(out, ' ');
		while (i < raw.n && sv_is_space(raw.p[i]))
			i++;
	}
	buf_add_char(out, '\n');
}

static void
add_value(struct buf *out, const struct part_header *which,
          const struct message_header *h)
{
	if (which->raw) {
		add_raw(out, h->raw, which->all);
	} else {
		buf_add(out, h->value);
		buf_add_char(out, '\n');
	}
}

/* Those that filters write into the message's own header are not seen. */
static bool
is_hidden(const struct message_part *part, const struct message_header *h)
{
	return part->parent < 0 && header_is_ours(h->name);
}

static void
add_all(struct buf *out, const struct part_header *which,
        const struct message_part *part)
{
	for (size_t i = 0; i < part->n_headers; i++) {
		const struct message_header *h = &part->headers[i];

		if (is_hidden(part, h))
			continue;
		buf_add(out, h->name);
		buf_add_str(out, ": ");
		add_value(out, which, h);
	}
}

static const struct message_header *
find_last(const struct message_part *part, struct sv name)
{
	for (size_t i = part->n_headers; i-- > 0;)
		if (sv_ieq(part->headers[i].name, name) &&
		    !is_hidden(part, &part->headers[i]))
			return &part->headers[i];
	return NULL;
}

bool
part_header_text(const struct part_header *which, struct arena *a,
                 const struct message_part *part, struct sv *ret_text)
{
	const struct message_header *h = NULL;
	struct buf out = BUF_INIT(ALL_BYTES_MAX);

	if (which->all)
		add_all(&out, which, part);
	else if ((h = find_last(part, which->name)))
		add_value(&out, which, h);
	*ret_text = arena_dup(a, buf_sv(&out));
	buf_done(&out);
	return which->all || h;
}
