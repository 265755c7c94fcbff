/* SPDX-License-Identifier: Apache-2.0 */
/* Relays as SpamAssassin's pseudo headers have them. */
#include "base/buf.h"
#include "message/relay.h"

enum { TEXT_BYTES_MAX = 64 * 1024, ID_BYTES_MIN = 3 };

const char *
relay_kind_word(enum relay_kind kind)
{
	static const char *const words[] = {
		[RELAY_HOST] = "host",
		[RELAY_LOCAL] = "local",
		[RELAY_FETCHED] = "fetched",
		[RELAY_UNREAD] = "unread",
	};

	return words[kind];
}

/* Bytes that would end a field of the text become "!". */
static const bool is_structure[256] = {
	['\0'] = true, ['\t' ... '\r'] = true, [' '] = true, ['#'] = true,
	['['] = true,  [']'] = true,           ['('] = true, [')'] = true,
	['<'] = true,  ['>'] = true,           ['|'] = true,
};

static void
add_field(struct buf *out, const char *name, struct sv value)
{
	size_t from;

	buf_add_char(out, ' ');
	buf_add_str(out, name);
	buf_add_char(out, '=');
	from = out->n;
	buf_add(out, value);
	for (size_t i = from; i < out->n; i++)
		if (is_structure[(unsigned char)out->p[i]])
			out->p[i] = '!';
}

/* SpamAssassin takes no id that is shorter or has such bytes inside, and none
 * of what Exchange moves within itself. */
static struct sv
shown_id(const struct relay *r)
{
	for (size_t i = 0; i < r->id.n; i++)
		if (sv_is_space(r->id.p[i]) || r->id.p[i] == '\0' ||
		    r->id.p[i] == '<' || r->id.p[i] == '>')
			return SV("");
	return r->id.n < ID_BYTES_MIN || sv_eq_str(r->protocol, "mapi") ? SV("")
	                                                                : r->id;
}

static void
add_relay(struct buf *out, const struct relay *r)
{
	buf_add_str(out, "[");
	add_field(out, "ip", r->address);
	add_field(out, "rdns", r->rdns);
	add_field(out, "helo", r->helo);
	add_field(out, "by", r->by);
	add_field(out, "ident", r->ident);
	add_field(out, "envfrom", r->envelope_from);
	add_field(out, "intl", r->internal ? SV("1") : SV("0"));
	buf_add_str(out, " id=");
	buf_add(out, shown_id(r));
	add_field(out, "auth", r->auth);
	add_field(out, "msa", r->msa ? SV("1") : SV("0"));
	buf_add_str(out, " ]");
}

static bool
is_in_set(const struct relay *r, enum relay_set set)
{
	switch (set) {
	case RELAY_TRUSTED:
		return r->trusted;
	case RELAY_UNTRUSTED:
		return !r->trusted;
	case RELAY_INTERNAL:
		return r->internal;
	case RELAY_EXTERNAL:
		return !r->internal;
	}
	return false;
}

struct sv
relays_text(struct arena *a, const struct relays *relays, enum relay_set set)
{
	struct buf out = BUF_INIT(TEXT_BYTES_MAX);
	struct sv text;

	for (size_t i = relays->arrival; i < relays->n; i++) {
		const struct relay *r = &relays->list[i];

		if (r->kind != RELAY_HOST || !is_in_set(r, set))
			continue;
		if (out.n)
			buf_add_char(&out, ' ');
		add_relay(&out, r);
	}
	text = arena_dup(a, buf_sv(&out));
	buf_done(&out);
	return text;
}
