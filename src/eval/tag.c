/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/tag.h"

#include "message/netpart.h"
#include "message/selector.h"

enum { TEXT_BYTES_MAX = 512 * 1024 };

static bool
add_header(const struct tag_source *s, struct sv selector, struct buf *out)
{
	struct buf scratch = BUF_INIT(TEXT_BYTES_MAX);
	struct header_names *names = header_names_new();
	struct selector_mail mail = {
		.arena = s->arena,
		.m = s->message,
		.envelope = s->envelope,
		.scratch = &scratch,
	};
	struct selector parsed;
	struct sv text = SV_NONE;
	bool found = false;

	if (!selector_parse(selector, s->arena, &parsed)) {
		selector_number(&parsed, names);
		header_index_make(&mail.headers, names, s->arena, s->message);
		found = selector_text(&parsed, &mail, &text);
	}
	buf_add(out, text);
	header_names_free(names);
	buf_done(&scratch);
	return found;
}

static bool
add_relays(const struct tag_source *s, enum relay_set set, struct buf *out)
{
	if (s->envelope && s->envelope->relays)
		buf_add(out, relays_text(s->arena, s->envelope->relays, set));
	return true;
}

static bool
relays_trusted(const struct tag_source *s, struct sv arg, struct buf *out)
{
	(void)arg;
	return add_relays(s, RELAY_TRUSTED, out);
}

static bool
relays_untrusted(const struct tag_source *s, struct sv arg, struct buf *out)
{
	(void)arg;
	return add_relays(s, RELAY_UNTRUSTED, out);
}

static bool
relays_internal(const struct tag_source *s, struct sv arg, struct buf *out)
{
	(void)arg;
	return add_relays(s, RELAY_INTERNAL, out);
}

static bool
relays_external(const struct tag_source *s, struct sv arg, struct buf *out)
{
	(void)arg;
	return add_relays(s, RELAY_EXTERNAL, out);
}

/* The client of the oldest server we trust, and the client of the oldest
 * server of ours; or NULL. */
static const struct relay *
first_trusted(const struct tag_source *s)
{
	const struct relays *r = s->envelope ? s->envelope->relays : NULL;

	for (size_t i = r ? r->n_trusted : 0; i > 0; i--)
		if (r->list[i - 1].kind == RELAY_HOST)
			return &r->list[i - 1];
	return NULL;
}

static const struct relay *
last_external(const struct tag_source *s)
{
	const struct relays *r = s->envelope ? s->envelope->relays : NULL;

	return r ? relays_first_external(r) : NULL;
}

static void
add_reversed(const struct relay *r, struct buf *out)
{
	if (r)
		netpart_reverse(&r->ip, out);
}

static bool
first_trusted_ip(const struct tag_source *s, struct sv arg, struct buf *out)
{
	const struct relay *r = first_trusted(s);

	(void)arg;
	buf_add(out, r ? r->address : SV(""));
	return true;
}

static bool
first_trusted_revip(const struct tag_source *s, struct sv arg, struct buf *out)
{
	(void)arg;
	add_reversed(first_trusted(s), out);
	return true;
}

static bool
last_external_ip(const struct tag_source *s, struct sv arg, struct buf *out)
{
	const struct relay *r = last_external(s);

	(void)arg;
	buf_add(out, r ? r->address : SV(""));
	return true;
}

static bool
last_external_revip(const struct tag_source *s, struct sv arg, struct buf *out)
{
	(void)arg;
	add_reversed(last_external(s), out);
	return true;
}

static bool
last_external_rdns(const struct tag_source *s, struct sv arg, struct buf *out)
{
	const struct relay *r = last_external(s);

	(void)arg;
	buf_add(out, r ? r->rdns : SV(""));
	return true;
}

static bool
last_external_helo(const struct tag_source *s, struct sv arg, struct buf *out)
{
	const struct relay *r = last_external(s);

	(void)arg;
	buf_add(out, r ? r->helo : SV(""));
	return true;
}

static bool
sender_domain(const struct tag_source *s, struct sv arg, struct buf *out)
{
	(void)arg;
	return add_header(s, SV("X-SenderDomain"), out);
}

static bool
author_domain(const struct tag_source *s, struct sv arg, struct buf *out)
{
	(void)arg;
	return add_header(s, SV("X-AuthorDomain"), out);
}

/* Nothing here tells languages apart: known, and always empty. */
static bool
languages(const struct tag_source *s, struct sv arg, struct buf *out)
{
	(void)s;
	(void)arg;
	(void)out;
	return true;
}

static bool
header(const struct tag_source *s, struct sv arg, struct buf *out)
{
	add_header(s, arg, out);
	return true;
}

static const struct {
	const char *name;
	bool (*add)(const struct tag_source *s, struct sv arg, struct buf *out);
} tags[] = {
	{ "RELAYSTRUSTED", relays_trusted },
	{ "RELAYSUNTRUSTED", relays_untrusted },
	{ "RELAYSINTERNAL", relays_internal },
	{ "RELAYSEXTERNAL", relays_external },
	{ "FIRSTTRUSTEDIP", first_trusted_ip },
	{ "FIRSTTRUSTEDREVIP", first_trusted_revip },
	{ "LASTEXTERNALIP", last_external_ip },
	{ "LASTEXTERNALREVIP", last_external_revip },
	{ "LASTEXTERNALRDNS", last_external_rdns },
	{ "LASTEXTERNALHELO", last_external_helo },
	{ "SENDERDOMAIN", sender_domain },
	{ "AUTHORDOMAIN", author_domain },
	{ "LANGUAGES", languages },
	{ "HEADER", header },
};

bool
tag_of_message(const struct tag_source *s, struct sv name, struct sv argument,
               struct sv *ret_value)
{
	struct buf out = BUF_INIT(TEXT_BYTES_MAX);
	bool found = false;

	for (size_t i = 0; i < sizeof tags / sizeof *tags && !found; i++)
		if (sv_eq_str(name, tags[i].name))
			found = tags[i].add(s, argument, &out);
	*ret_value = found ? arena_dup(s->arena, buf_sv(&out)) : SV_NONE;
	buf_done(&out);
	return found;
}
