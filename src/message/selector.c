/* SPDX-License-Identifier: Apache-2.0 */
#include "message/selector.h"

#include <stdlib.h>

#include "message/address.h"

enum {
	INSTANCES_MAX = 1000,
	FIELD_BYTES_MAX = 8192, /* that rules see, as in SpamAssassin */
};

/* Where a Message-Id may have moved to, in the order rules see them. */
static const char *const message_ids[] = {
	"X-Message-Id",
	"Resent-Message-Id",
	"X-Original-Message-ID",
	"Message-Id",
};

/* Headers in which delivery agents keep the envelope sender, and the one that
 * stands below what they write. */
static const char *const envelope_headers[] = {
	"X-Envelope-From",
	"Envelope-Sender",
	"Return-Path",
	"Received",
};

static const char *const to_cc[] = { "To", "Cc" };

enum {
	N_TO_CC = sizeof to_cc / sizeof *to_cc,
	N_MESSAGE_IDS = sizeof message_ids / sizeof *message_ids,
	N_ENVELOPE_HEADERS = sizeof envelope_headers / sizeof *envelope_headers,
};

/* SpamAssassin's names of the four sets of relays. */
static const struct {
	const char *relays, *block;
} set_names[] = {
	[RELAY_TRUSTED] = { "X-Spam-Relays-Trusted", "ALL-TRUSTED" },
	[RELAY_UNTRUSTED] = { "X-Spam-Relays-Untrusted", "ALL-UNTRUSTED" },
	[RELAY_INTERNAL] = { "X-Spam-Relays-Internal", "ALL-INTERNAL" },
	[RELAY_EXTERNAL] = { "X-Spam-Relays-External", "ALL-EXTERNAL" },
};

/* The text in the making: instances, joined. */
struct joiner {
	const struct selector *s;
	const struct selector_mail *mail;
	struct buf *out;
	size_t count;
};

static bool
is_header_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

static const char *
read_modifier(struct sv word, struct selector *s)
{
	if (sv_eq_str(word, "raw"))
		s->raw = true;
	else if (sv_eq_str(word, "addr"))
		s->part = SELECTOR_ADDR;
	else if (sv_eq_str(word, "name"))
		s->part = SELECTOR_NAME;
	else if (sv_eq_str(word, "first"))
		s->first = true;
	else if (sv_eq_str(word, "last"))
		s->last = true;
	else
		return "unknown header modifier: known are addr, name, raw, "
		       "first and last";
	return NULL;
}

static void
find_source(struct sv name, struct selector *s)
{
	if (sv_eq_str(name, "ALL"))
		s->source = SELECTOR_ALL;
	else if (sv_ieq_str(name, "ToCc"))
		s->source = SELECTOR_TO_CC;
	else if (sv_eq_str(name, "MESSAGEID"))
		s->source = SELECTOR_MESSAGE_ID;
	else if (sv_ieq_str(name, "EnvelopeFrom"))
		s->source = SELECTOR_ENVELOPE_FROM;
	for (int i = RELAY_TRUSTED; i <= RELAY_EXTERNAL; i++) {
		if (sv_ieq_str(name, set_names[i].relays))
			s->source = SELECTOR_RELAYS;
		else if (sv_eq_str(name, set_names[i].block))
			s->source = SELECTOR_BLOCK;
		else
			continue;
		s->set = (enum relay_set)i;
	}
}

const char *
selector_parse(struct sv text, struct arena *a, struct selector *ret)
{
	struct selector s = { .text = arena_str(a, text) };
	const char *wrong;
	struct sv name, word;

	if (!sv_split(&text, ':', &name) || name.n == 0)
		return "expected the name of a header";
	if (name.n > HEADER_NAME_BYTES_MAX)
		return "no header has so long a name";
	for (size_t i = 0; i < name.n; i++)
		if (!is_header_char(name.p[i]))
			return "no header has such a name";
	s.name = arena_str(a, name);
	while (sv_split(&text, ':', &word)) {
		if (word.n == 0)
			continue;
		wrong = read_modifier(word, &s);
		if (wrong)
			return wrong;
	}
	find_source(name, &s);
	*ret = s;
	return NULL;
}

bool
selector_is_known(const struct selector *s)
{
	return !sv_ieq_str(sv_str(s->name), "X-Languages");
}

static struct sv
beginning(struct sv field)
{
	return sv_sub(field, 0, FIELD_BYTES_MAX);
}

/* Line ends are LF, whatever the message has. */
static void
add_raw(struct buf *out, struct sv raw)
{
	for (size_t i = 0; i < raw.n; i++)
		if (raw.p[i] != '\r' || i + 1 == raw.n || raw.p[i + 1] != '\n')
			buf_add_char(out, raw.p[i]);
}

static void
add_line(struct joiner *j, struct sv text)
{
	if (j->count++ && j->s->part != SELECTOR_WHOLE)
		buf_add_char(j->out, '\n');
	buf_add(j->out, text);
	if (j->s->part == SELECTOR_WHOLE)
		buf_add_char(j->out, '\n');
}

static void
add_addresses(struct joiner *j, const struct message_header *h)
{
	struct address_list list = address_list_make(beginning(h->raw));
	struct address address;

	while (address_next(&list, j->mail->arena, &address)) {
		struct sv text =
		    j->s->part == SELECTOR_ADDR ? address.addr : address.name;

		if (j->s->part == SELECTOR_NAME && !j->s->raw)
			text = message_decode_text(j->mail->arena, text);
		if (text.n && j->count < INSTANCES_MAX)
			add_line(j, text);
	}
}

static void
add_header(struct joiner *j, const struct message_header *h)
{
	if (j->s->part != SELECTOR_WHOLE) {
		add_addresses(j, h);
	} else if (j->s->raw) {
		j->count++;
		buf_add_char(j->out, ' '); /* rules expect it in front */
		add_raw(j->out, beginning(h->raw));
		buf_add_char(j->out, '\n');
	} else {
		add_line(j, beginning(h->value));
	}
}

static void
add_named(struct joiner *j, unsigned number)
{
	const struct message_header *h, *last = NULL;
	uint32_t pos = 0;

	while ((h = header_index_next(&j->mail->headers, number, &pos))) {
		last = h;
		if (j->s->last)
			continue;
		add_header(j, h);
		if (j->s->first)
			return;
	}
	if (j->s->last && last)
		add_header(j, last);
}

/* The fields [from, to), with their names. */
static void
add_fields(struct joiner *j, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		const struct message_header *h =
		    &j->mail->m->parts[0].headers[i];

		buf_add(j->out, h->name);
		buf_add_str(j->out, j->s->raw ? ":" : ": ");
		add_header(j, h);
	}
}

static void
add_all(struct joiner *j)
{
	const struct message *m = j->mail->m;
	const struct message_part *top = &m->parts[0];

	if (j->s->raw && m->head.n) {
		j->count = 1;
		add_raw(j->out, m->head);
		return;
	}
	add_fields(j, 0, top->n_headers);
}

/* Those that servers we trust have written, or the others. The field that
 * says from whom the first of those servers took the mail is in both. */
static void
add_block(struct joiner *j, const struct relays *relays)
{
	const struct message_part *top = &j->mail->m->parts[0];
	enum relay_set set = j->s->set;
	bool near = set == RELAY_TRUSTED || set == RELAY_INTERNAL;
	const struct relay *first = NULL;
	size_t end = top->n_headers;

	if (relays)
		first = set == RELAY_TRUSTED || set == RELAY_UNTRUSTED
		            ? relays_first_untrusted(relays)
		            : relays_first_external(relays);
	if (first)
		end = (size_t)(first->header + 1); /* RELAY_CLIENT: none */
	if (near)
		add_fields(j, 0, end);
	else if (first)
		add_fields(j, end ? end - 1 : 0, top->n_headers);
}

/* There are none for the messages of `test` lines: they give the text. */
static void
add_relays(struct joiner *j, const struct relays *relays)
{
	if (!relays) {
		add_named(j, j->s->headers[0]);
	} else if (j->s->part == SELECTOR_WHOLE) {
		buf_add(j->out, relays_text(j->mail->arena, relays, j->s->set));
		j->count++;
	}
}

/* The sender as the client said it; else, for mail read from a file, as the
 * delivery agent wrote it down: above the first Received, the last of the
 * selector's headers. Below it, anybody may have written anything. */
static void
add_envelope_from(struct joiner *j)
{
	static const struct selector sender = { .part = SELECTOR_ADDR,
		                                .first = true };
	const struct message_envelope *envelope = j->mail->envelope;
	const struct header_index *ix = &j->mail->headers;
	const struct message_header *h, *received;
	const struct selector *s = j->s;
	uint32_t pos = 0;

	if (envelope && envelope->from.p) {
		buf_add(j->out, envelope->from);
		j->count++;
		return;
	}
	received = header_index_next(ix, s->headers[s->n_headers - 1], &pos);
	j->s = &sender;
	for (unsigned i = 0; i + 1 < s->n_headers; i++) {
		pos = 0;
		while (!j->count &&
		       (h = header_index_next(ix, s->headers[i], &pos)) &&
		       (!received || h < received))
			add_addresses(j, h);
	}
}

void
selector_number(struct selector *s, struct header_names *names)
{
	const char *const named[] = { s->name };
	const char *const *list = named;

	s->n_headers = 0;
	switch (s->source) {
	case SELECTOR_ALL:
	case SELECTOR_BLOCK:
		return;
	case SELECTOR_TO_CC:
		list = to_cc;
		s->n_headers = N_TO_CC;
		break;
	case SELECTOR_MESSAGE_ID:
		list = message_ids;
		s->n_headers = N_MESSAGE_IDS;
		break;
	case SELECTOR_ENVELOPE_FROM:
		list = envelope_headers;
		s->n_headers = N_ENVELOPE_HEADERS;
		break;
	case SELECTOR_HEADER:
	case SELECTOR_RELAYS:
		s->n_headers = 1;
		break;
	}
	for (unsigned i = 0; i < s->n_headers; i++)
		s->headers[i] = header_names_add(names, sv_str(list[i]));
}

bool
selector_text(const struct selector *s, const struct selector_mail *mail,
              struct sv *ret_text)
{
	const struct relays *relays =
	    mail->envelope ? mail->envelope->relays : NULL;
	struct joiner j = { s, mail, mail->scratch, 0 };

	buf_reset(j.out);
	switch (s->source) {
	case SELECTOR_ALL:
		add_all(&j);
		break;
	case SELECTOR_ENVELOPE_FROM:
		add_envelope_from(&j);
		break;
	case SELECTOR_RELAYS:
		add_relays(&j, relays);
		break;
	case SELECTOR_BLOCK:
		add_block(&j, relays);
		break;
	case SELECTOR_TO_CC:
	case SELECTOR_MESSAGE_ID:
	case SELECTOR_HEADER:
		for (unsigned i = 0; i < s->n_headers; i++)
			add_named(&j, s->headers[i]);
		break;
	}
	*ret_text = j.out->n ? arena_dup(mail->arena, buf_sv(j.out)) : SV("");
	return j.count > 0;
}

const char *
selector_header(const struct selector *s)
{
	switch (s->source) {
	case SELECTOR_TO_CC:
		return "To";
	case SELECTOR_MESSAGE_ID:
		return "Message-Id";
	case SELECTOR_HEADER:
	case SELECTOR_RELAYS:
		return s->name;
	case SELECTOR_ALL:
	case SELECTOR_BLOCK:
	case SELECTOR_ENVELOPE_FROM:
		break;
	}
	return "";
}
