/* SPDX-License-Identifier: Apache-2.0 */
#include "message/selector.h"

#include "base/map.h"
#include "message/address.h"
#include "message/url.h"

enum {
	INSTANCES_MAX = 1000,
	FIELD_BYTES_MAX = 8192,     /* that rules see, as in SpamAssassin */
	TEXT_BYTES_MAX = 16 * 1024, /* of a sender, of author domains */
};

/* Where a Message-Id may have moved to, in the order rules see them. */
static const char *const message_ids[] = {
	"X-Message-Id",
	"Resent-Message-Id",
	"X-Original-Message-ID",
	"Message-Id",
};

/* Where the envelope sender is looked for, with what casts doubt on it. */
enum {
	ENVELOPE_RECEIVED,
	ENVELOPE_X_SENDER,
	ENVELOPE_X_ENVELOPE_FROM,
	ENVELOPE_SENDER,
	ENVELOPE_RETURN_PATH,
	N_ENVELOPE_HEADERS,
};
static const char *const envelope_headers[N_ENVELOPE_HEADERS] = {
	"Received",        "X-Sender",    "X-Envelope-From",
	"Envelope-Sender", "Return-Path",
};

static const char *const to_cc[] = { "To", "Cc" };
static const char *const author[] = { "From" };

enum {
	N_TO_CC = sizeof to_cc / sizeof *to_cc,
	N_MESSAGE_IDS = sizeof message_ids / sizeof *message_ids,
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
	else if (sv_eq_str(word, "host"))
		s->net = NETPART_HOST;
	else if (sv_eq_str(word, "domain"))
		s->net = NETPART_DOMAIN;
	else if (sv_eq_str(word, "ip"))
		s->net = NETPART_IP;
	else if (sv_eq_str(word, "revip"))
		s->net = NETPART_REVIP;
	else if (sv_eq_str(word, "first"))
		s->first = true;
	else if (sv_eq_str(word, "last"))
		s->last = true;
	else
		return "unknown header modifier: known are addr, name, raw, "
		       "host, domain, ip, revip, first and last";
	s->modifiers++;
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
	else if (sv_ieq_str(name, "X-SenderDomain"))
		s->source = SELECTOR_SENDER_DOMAIN;
	else if (sv_ieq_str(name, "X-AuthorDomain"))
		s->source = SELECTOR_AUTHOR_DOMAIN;
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
	if (s.source == SELECTOR_ALL || s.source == SELECTOR_BLOCK) {
		/* Only :raw means something there. */
		s.part = SELECTOR_WHOLE;
		s.net = NETPART_NONE;
		s.first = s.last = false;
	}
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

/* The value as it stands; line ends are LF, whatever the message has. */
static struct sv
whole_value(const struct joiner *j, const struct message_header *h)
{
	struct sv raw = h->raw;
	char *out;
	size_t n = 0;

	if (sv_find_char(raw, '\r') == SV_NOT_FOUND)
		return raw;
	out = arena_alloc(j->mail->arena, raw.n);
	while (raw.n) {
		size_t line = sv_find(raw, SV("\r\n"));

		line = line == SV_NOT_FOUND ? raw.n : line;
		memcpy(out + n, raw.p, line);
		n += line;
		raw = sv_from(raw, line + (line < raw.n));
	}
	return sv_make(out, n);
}

static struct sv
raw_value(const struct joiner *j, const struct message_header *h)
{
	return beginning(whole_value(j, h));
}

/* What the same is to people. */
static struct sv
value(const struct joiner *j, const struct message_header *h)
{
	struct sv raw;

	if (h->raw.n <= FIELD_BYTES_MAX)
		return h->value;
	raw = raw_value(j, h);
	return raw.n < h->raw.n ? message_decode_text(j->mail->arena, raw)
	                        : h->value;
}

static bool
is_whole(const struct selector *s)
{
	return s->part == SELECTOR_WHOLE && s->net == NETPART_NONE;
}

static void
add_line(struct joiner *j, struct sv text)
{
	if (j->count++ && !is_whole(j->s))
		buf_add_char(j->out, '\n');
	buf_add(j->out, text);
	if (is_whole(j->s))
		buf_add_char(j->out, '\n');
}

/* Adds a text, or the host, domain or address in it. */
static void
add_part(struct joiner *j, struct sv text)
{
	bool is_address = j->s->part == SELECTOR_ADDR;

	if (j->s->net != NETPART_NONE &&
	    !netpart_find(j->s->net, j->mail->arena, text, is_address, &text))
		return;
	if (j->count < INSTANCES_MAX)
		add_line(j, text);
}

/* The name as a person reads it: without quotes that quote nothing. */
static struct sv
read_name(struct joiner *j, struct sv name)
{
	char *out;
	size_t n = 0;
	struct sv word, text = message_decode_text(j->mail->arena, name);

	if (sv_trim(text).n == 0)
		return text;
	out = arena_alloc(j->mail->arena, text.n);
	while (sv_word(&text, &word)) {
		if (n)
			out[n++] = ' ';
		memcpy(out + n, word.p, word.n);
		n += word.n;
	}
	text = sv_make(out, n);
	if (n > 1 && out[0] == '\'' && out[n - 1] == '\'')
		text = sv_sub(text, 1, n - 1);
	return text;
}

static void
add_addresses(struct joiner *j, struct sv text_of_list)
{
	struct address_list list = address_list_make(text_of_list);
	struct address address;

	while (address_next(&list, j->mail->arena, &address)) {
		struct sv text =
		    j->s->part == SELECTOR_ADDR ? address.addr : address.name;

		if (text.p && j->s->part == SELECTOR_NAME && !j->s->raw)
			text = read_name(j, text);
		if (text.p)
			add_part(j, text);
	}
}

/* What is no header: relays, the envelope. */
static void
add_text(struct joiner *j, struct sv text)
{
	if (j->s->part != SELECTOR_WHOLE) {
		add_addresses(j, text);
	} else if (j->s->net != NETPART_NONE) {
		add_part(j, text);
	} else {
		buf_add(j->out, text);
		j->count++;
	}
}

/* To and Cc together are read after decoding. */
static struct sv
address_text(const struct joiner *j, const struct message_header *h)
{
	bool is_decoded = j->s->source == SELECTOR_TO_CC ||
	                  j->s->source == SELECTOR_MESSAGE_ID;

	return is_decoded ? value(j, h) : raw_value(j, h);
}

static void
add_header(struct joiner *j, const struct message_header *h)
{
	if (j->s->part != SELECTOR_WHOLE) {
		add_addresses(j, address_text(j, h));
	} else if (j->s->net != NETPART_NONE) {
		add_part(j, j->s->raw ? raw_value(j, h) : value(j, h));
	} else if (j->s->raw) {
		j->count++;
		buf_add(j->out, j->s->source == SELECTOR_HEADER
		                    ? raw_value(j, h)
		                    : whole_value(j, h));
		buf_add_char(j->out, '\n');
	} else {
		add_line(j, value(j, h));
	}
}

/* The instances of all headers that the selector is made of, one header after
 * the other; of all these, :first and :last take one. */
static void
add_instances(struct joiner *j)
{
	const struct message_header *h, *last = NULL;

	for (unsigned i = 0; i < j->s->n_headers; i++) {
		uint32_t pos = 0;

		while ((h = header_index_next(&j->mail->headers,
		                              j->s->headers[i], &pos))) {
			last = h;
			if (j->s->last && !j->s->first)
				continue;
			add_header(j, h);
			if (j->s->first)
				return;
		}
	}
	if (last && j->s->last)
		add_header(j, last);
}

/* The fields [from, to), with their names. */
static void
add_fields(struct joiner *j, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		const struct message_header *h =
		    &j->mail->m->parts[0].headers[i];

		if (!j->s->raw && header_is_ours(h->name))
			continue;
		buf_add(j->out, h->name);
		buf_add_str(j->out, j->s->raw ? ":" : ": ");
		add_header(j, h);
	}
}

static void
add_all(struct joiner *j)
{
	add_fields(j, 0, j->mail->m->parts[0].n_headers);
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
	if (relays)
		add_text(j, relays_text(j->mail->arena, relays, j->s->set));
	else
		add_instances(j);
}

/* ---- the envelope sender ---- */

/* Of the server that handed the mail over, as ours wrote it down. */
static bool
add_noted_sender(struct joiner *j, const struct relays *relays)
{
	const struct relay *hop;

	if (!relays)
		return false;
	hop = relays_first_untrusted(relays);
	if (!hop)
		hop = relays_oldest(relays);
	if (!hop || !hop->envelope_from.p ||
	    (hop->envelope_from.n &&
	     sv_find_char(sv_from(hop->envelope_from, 1), '@') == SV_NOT_FOUND))
		return false;
	buf_add(j->out, hop->envelope_from);
	j->count++;
	return true;
}

static const struct message_header *
envelope_header(const struct joiner *j, int which, bool last)
{
	const struct message_header *h, *found = NULL;
	uint32_t pos = 0;

	while ((h = header_index_next(&j->mail->headers, j->s->headers[which],
	                              &pos))) {
		if (!last)
			return h;
		found = h;
	}
	return found;
}

/* fetchmail takes X-Sender for the sender, which lists use otherwise. */
static bool
is_fetched_from_list(const struct joiner *j)
{
	const struct message_header *h;
	uint32_t pos = 0;

	h = envelope_header(j, ENVELOPE_X_SENDER, false);
	if (!h || sv_find_char(h->value, '@') == SV_NOT_FOUND)
		return false;
	while ((h = header_index_next(&j->mail->headers,
	                              j->s->headers[ENVELOPE_RECEIVED], &pos)))
		if (sv_find(h->value, SV("(fetchmail")) != SV_NOT_FOUND)
			return true;
	return false;
}

/* The sender as the client said it; else, for mail read from a file, as our
 * server or the delivery agent wrote it down. Below the first Received,
 * anybody may have written anything. */
static void
add_sender(struct joiner *j)
{
	static const struct selector sender = { .part = SELECTOR_ADDR };
	const struct message_envelope *envelope = j->mail->envelope;
	const struct message_header *h, *received;
	const struct selector *s = j->s;

	if (envelope && envelope->from.p) {
		buf_add(j->out, envelope->from);
		j->count++;
		return;
	}
	if (add_noted_sender(j, envelope ? envelope->relays : NULL) ||
	    is_fetched_from_list(j))
		return;
	received = envelope_header(j, ENVELOPE_RECEIVED, false);
	for (int i = ENVELOPE_X_ENVELOPE_FROM; i < N_ENVELOPE_HEADERS; i++) {
		h = envelope_header(j, i, true);
		if (!h)
			continue;
		if (received && h > received) {
			if (i == ENVELOPE_X_ENVELOPE_FROM)
				return;
			continue;
		}
		h = envelope_header(j, i, false);
		j->s = &sender;
		add_addresses(j, raw_value(j, h));
		j->s = s;
		if (j->count)
			return;
	}
}

static bool
find_sender(const struct joiner *j, struct sv *ret)
{
	struct selector whole = *j->s;
	struct buf text = BUF_INIT(TEXT_BYTES_MAX);
	struct joiner inner = { &whole, j->mail, &text, 0 };

	whole.part = SELECTOR_WHOLE;
	whole.net = NETPART_NONE;
	add_sender(&inner);
	*ret = inner.count ? arena_dup(j->mail->arena, buf_sv(&text)) : SV("");
	buf_done(&text);
	return inner.count > 0;
}

static void
add_envelope_from(struct joiner *j)
{
	struct sv sender;

	if (is_whole(j->s))
		add_sender(j);
	else if (find_sender(j, &sender))
		add_text(j, sender);
}

/* ---- domains of the sender and of the authors ---- */

static struct sv
ascii_host(struct arena *a, struct sv text)
{
	struct url_host host;

	url_host_read(a, text, &host);
	return host.name;
}

static void
add_sender_domain(struct joiner *j)
{
	struct sv sender, host;

	if (find_sender(j, &sender) &&
	    netpart_find(NETPART_HOST, j->mail->arena, sender, true, &host))
		add_text(j, ascii_host(j->mail->arena, host));
}

/* The distinct ones of all From fields, with blanks between. */
static void
add_author_domains(struct joiner *j)
{
	struct buf out = BUF_INIT(TEXT_BYTES_MAX);
	struct map *seen = map_new();
	const struct message_header *h;
	struct address address;
	struct sv host;
	uint32_t pos = 0;

	while ((
	    h = header_index_next(&j->mail->headers, j->s->headers[0], &pos))) {
		struct address_list list = address_list_make(raw_value(j, h));

		while (address_next(&list, j->mail->arena, &address)) {
			if (!netpart_find(NETPART_HOST, j->mail->arena,
			                  address.addr, true, &host) ||
			    map_set(seen, host, j))
				continue;
			buf_add_str(&out, out.n ? " " : "");
			buf_add(&out, ascii_host(j->mail->arena, host));
		}
	}
	if (out.n)
		add_text(j, arena_dup(j->mail->arena, buf_sv(&out)));
	map_free(seen);
	buf_done(&out);
}

/* A header of that name comes before what is computed. */
static void
add_domains(struct joiner *j)
{
	struct selector own = *j->s;
	const struct selector *s = j->s;
	uint32_t pos = 0;

	if (header_index_next(&j->mail->headers, s->own, &pos)) {
		own.headers[0] = own.own;
		own.n_headers = 1;
		j->s = &own;
		add_instances(j);
		j->s = s;
	} else if (s->source == SELECTOR_SENDER_DOMAIN) {
		add_sender_domain(j);
	} else {
		add_author_domains(j);
	}
}

void
selector_number(struct selector *s, struct header_names *names)
{
	const char *const named[] = { s->name };
	const char *const *list = named;

	s->made = header_names_add_text(names, sv_str(s->text));
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
	case SELECTOR_SENDER_DOMAIN:
		list = envelope_headers;
		s->n_headers = N_ENVELOPE_HEADERS;
		break;
	case SELECTOR_AUTHOR_DOMAIN:
		list = author;
		s->n_headers = 1;
		break;
	case SELECTOR_HEADER:
	case SELECTOR_RELAYS:
		s->n_headers = 1;
		break;
	}
	for (unsigned i = 0; i < s->n_headers; i++)
		s->headers[i] = header_names_add(names, sv_str(list[i]));
	s->own = header_names_add(names, sv_str(s->name));
}

static void
make_text(const struct selector *s, const struct selector_mail *mail,
          struct header_text *ret)
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
	case SELECTOR_SENDER_DOMAIN:
	case SELECTOR_AUTHOR_DOMAIN:
		add_domains(&j);
		break;
	case SELECTOR_TO_CC:
	case SELECTOR_MESSAGE_ID:
	case SELECTOR_HEADER:
		add_instances(&j);
		break;
	}
	ret->text = j.out->n ? arena_dup(mail->arena, buf_sv(j.out)) : SV("");
	ret->is_present = j.count > 0;
	ret->is_made = true;
}

bool
selector_text(const struct selector *s, const struct selector_mail *mail,
              struct sv *ret_text)
{
	struct header_text *text = &mail->headers.texts[s->made];

	if (!text->is_made)
		make_text(s, mail, text);
	*ret_text = text->text;
	return text->is_present;
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
	case SELECTOR_SENDER_DOMAIN:
	case SELECTOR_AUTHOR_DOMAIN:
		return s->name;
	case SELECTOR_ALL:
	case SELECTOR_BLOCK:
	case SELECTOR_ENVELOPE_FROM:
		break;
	}
	return "";
}
