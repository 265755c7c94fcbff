/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/list.h"

#include <stdlib.h>

#include "base/mem.h"
#include "message/address.h"
#include "message/url.h"
#include "rule/vocabulary.h"

enum {
	LABELS_MAX = 16,   /* of a host that are looked at, from its end */
	SEGMENTS_MAX = 32, /* of a path, from its start */
	KEY_BYTES_MAX = 1024,
	WARNINGS_MAX = 5, /* of one list, by line */
	NETWORKS_MAX = 5000000,
};

const char *const list_kind_words[] = { "domain", "address", "url",
	                                "text",   "network", NULL };

const char *
list_parse(struct sv text, enum list_kind *ret_kind, struct sv *ret_name)
{
	struct sv word;

	if (!sv_word(&text, &word))
		return "expected: list NAME domain|address|url|text|network "
		       "FILE";
	for (int kind = 0; kind < LIST_KINDS; kind++) {
		if (!sv_eq_str(word, list_kind_words[kind]))
			continue;
		*ret_kind = (enum list_kind)kind;
		*ret_name = sv_trim(text);
		return ret_name->n ? NULL : "the file of the list is missing";
	}
	return "lists are of the kind domain, address, url, text or network";
}

struct sv
list_path(struct arena *a, const char *rule_file, struct sv name)
{
	const char *slash = strrchr(rule_file, '/');

	if (name.p[0] == '/' || !slash)
		return sv_str(arena_str(a, name));
	return arena_printf(a, "%.*s/" SV_FMT, (int)(slash - rule_file),
	                    rule_file, SV_ARG(name));
}

/* ---- reading a list ---- */

static void
lower(char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = sv_lower_char(p[i]);
}

/* A host as those of URLs are written; "" if it can be none. */
static struct sv
read_host(struct arena *a, struct sv text)
{
	struct url_host host;

	if (sv_starts(text, SV("*.")))
		text = sv_from(text, 2);
	else if (sv_starts(text, SV(".")))
		text = sv_from(text, 1);
	url_host_read(a, text, &host);
	return url_host_can_be(&host) ? host.name : SV_NONE;
}

static struct sv
read_address(struct arena *a, struct sv text)
{
	size_t at = sv_find_char(text, '@');
	char *p;

	if (at == SV_NOT_FOUND || at + 1 == text.n)
		return SV_NONE;
	p = arena_str(a, text);
	lower(p, text.n);
	return sv_make(p, text.n);
}

/* "https://Example.org/Path/" is "example.org/Path". */
static struct sv
read_url(struct arena *a, struct sv text)
{
	size_t scheme = sv_find(text, SV("://")), end = 0;
	struct sv host;

	if (scheme != SV_NOT_FOUND)
		text = sv_from(text, scheme + 3);
	while (end < text.n && text.p[end] != '/' && text.p[end] != '?')
		end++;
	host = read_host(a, sv_sub(text, 0, end));
	text = sv_from(text, end);
	while (text.n && text.p[text.n - 1] == '/')
		text.n--;
	if (host.n == 0)
		return SV_NONE;
	return arena_printf(a, SV_FMT SV_FMT, SV_ARG(host), SV_ARG(text));
}

static struct sv
read_text(struct arena *a, struct sv text)
{
	char *p = arena_str(a, text);

	lower(p, text.n);
	return sv_make(p, text.n);
}

static struct sv
read_entry(enum list_kind kind, struct arena *a, struct sv line)
{
	static struct sv (*const read[])(struct arena * a, struct sv text) = {
		[LIST_DOMAIN] = read_host,
		[LIST_ADDRESS] = read_address,
		[LIST_URL] = read_url,
		[LIST_TEXT] = read_text,
	};

	return read[kind](a, line);
}

/* From "#" at the start of a line, or behind a blank: URLs may hold one. */
static struct sv
without_comment(struct sv line)
{
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] == '#' && (i == 0 || sv_is_space(line.p[i - 1])))
			line.n = i;
	return sv_trim(line);
}

static bool
is_one_word(struct sv line)
{
	struct sv rest = line, word;

	return sv_word(&rest, &word) && !sv_trim(rest).n &&
	       line.n <= KEY_BYTES_MAX;
}

/* False: the line is no entry. *ret_fits: there was room for it. */
static bool
add_entry(struct list *list, struct arena *a, struct sv line, bool *ret_fits)
{
	struct ip_net net;
	struct sv entry;

	*ret_fits = true;
	if (!is_one_word(line))
		return false;
	if (list->kind == LIST_NETWORK) {
		if (ip_net_parse(line, &net) != 0)
			return false;
		*ret_fits = ip_set_count(list->networks) < NETWORKS_MAX;
		if (*ret_fits)
			ip_set_add(list->networks, &net);
		return true;
	}
	entry = read_entry(list->kind, a, line);
	*ret_fits = !entry.n || match_list_add(list->names, entry);
	return entry.n;
}

static struct list *
list_new(enum list_kind kind)
{
	struct list *list = mem_calloc(1, sizeof *list);

	list->kind = kind;
	if (kind == LIST_NETWORK)
		list->networks = ip_set_new();
	else
		list->names = match_list_new();
	return list;
}

void
list_free(struct list *list)
{
	if (!list)
		return;
	match_list_free(list->names);
	ip_set_free(list->networks);
	free(list);
}

static void
seal(struct list *list)
{
	if (list->networks)
		ip_set_seal(list->networks);
	else
		match_list_compile(list->names);
}

struct list *
list_read(enum list_kind kind, const char *file, struct sv text,
          struct diags *diags)
{
	struct list *list = list_new(kind);
	struct arena *a = arena_new();
	size_t wrong = 0;
	bool fits = true;
	struct sv line;

	for (int n = 1; fits && sv_line(&text, &line); n++) {
		line = without_comment(line);
		if (line.n && !add_entry(list, a, line, &fits) &&
		    wrong++ < WARNINGS_MAX)
			diags_add(diags, SEVERITY_WARNING, file, n,
			          "is no %s: left out", list_kind_words[kind]);
		arena_reset(a);
	}
	if (wrong > WARNINGS_MAX)
		diags_add(diags, SEVERITY_WARNING, file, 0,
		          "%zu lines are no %s and left out", wrong,
		          list_kind_words[kind]);
	if (!fits)
		diags_add(diags, SEVERITY_ERROR, file, 0,
		          "list of more than %zu MiB, or of more than %d "
		          "networks",
		          MATCH_LIST_BYTES_MAX >> 20, NETWORKS_MAX);
	seal(list);
	arena_free(a);
	return list;
}

/* ---- asking ---- */

/* The host itself, or a domain above it, that is in the list; or "". */
static struct sv
find_domain(const struct match_list *list, struct sv host)
{
	size_t at = host.n, labels = 0;
	struct sv found = SV_NONE;

	while (at > 0 && labels < LABELS_MAX) {
		at--;
		if (at > 0 && host.p[at - 1] != '.')
			continue;
		labels++;
		if (match_list_has(list, sv_from(host, at)))
			found = sv_from(host, at);
	}
	return found;
}

/* Where in the uri view a text stands, for people. */
static void
locate_url(const struct message *m, struct sv text, struct list_hit *ret)
{
	const struct view *v = &m->views[VIEW_URI];

	*ret = (struct list_hit){ .view = VIEW_URI, .text = text };
	for (size_t i = 0; i < v->n; i++) {
		size_t at = sv_find(v->elements[i], text);

		if (at == SV_NOT_FOUND)
			continue;
		ret->element = i;
		ret->offset = at;
		return;
	}
}

static bool
find_domains(const struct match_list *list, const struct message *m,
             struct list_hit *ret)
{
	for (size_t i = 0; i < m->n_urls; i++) {
		struct sv found = find_domain(list, m->urls[i].host);

		if (found.n == 0)
			continue;
		locate_url(m, found, ret);
		return true;
	}
	return false;
}

/* Whether a beginning of host and path, that ends where a piece does, is in
 * the list; returns its bytes. */
static size_t
find_beginning(const struct match_list *list, struct sv key)
{
	size_t segments = 0;

	for (size_t i = 0; i <= key.n && segments < SEGMENTS_MAX; i++) {
		if (i < key.n && key.p[i] != '/' && key.p[i] != '?')
			continue;
		segments++;
		if (match_list_has(list, sv_sub(key, 0, i)))
			return i;
	}
	return match_list_has(list, key) ? key.n : 0;
}

static bool
find_urls(const struct match_list *list, struct arena *a,
          const struct message *m, struct list_hit *ret)
{
	for (size_t i = 0; i < m->n_urls; i++) {
		const struct message_url *u = &m->urls[i];
		struct url_pieces pieces;
		struct sv key;
		size_t n;

		if (u->host.n == 0)
			continue;
		url_split(u->url, &pieces);
		key = arena_printf(a, SV_FMT SV_FMT SV_FMT, SV_ARG(u->host),
		                   SV_ARG(pieces.path), SV_ARG(pieces.query));
		n = find_beginning(list, sv_sub(key, 0, KEY_BYTES_MAX));
		if (n == 0)
			continue;
		locate_url(m, sv_sub(key, 0, n), ret);
		return true;
	}
	return false;
}

/* The address, or its domain as "@example.org". */
static bool
has_address(const struct match_list *list, struct arena *a, struct sv addr)
{
	size_t at;

	addr = read_address(a, sv_sub(addr, 0, KEY_BYTES_MAX));
	at = sv_find_char(addr, '@');
	return addr.n && (match_list_has(list, addr) ||
	                  match_list_has(list, sv_from(addr, at)));
}

static bool
find_in_header(const struct match_list *list, struct arena *a,
               const struct message_header *h, struct list_hit *ret)
{
	struct address_list rest = address_list_make(h->raw);
	struct address address;

	while (address_next(&rest, a, &address)) {
		size_t at = sv_find(h->value, address.addr);

		if (!has_address(list, a, address.addr))
			continue;
		ret->text = address.addr;
		ret->offset = at == SV_NOT_FOUND ? 0 : at;
		return true;
	}
	return false;
}

static bool
find_addresses(const struct match_list *list, struct arena *a,
               const struct message *m, const struct message_envelope *envelope,
               struct list_hit *ret)
{
	static const char *const names[] = { "From", "Sender", "Reply-To",
		                             NULL };

	*ret = (struct list_hit){ .view = VIEW_HEADER };
	for (size_t i = 0; names[i]; i++) {
		const struct message_header *h = message_header(m, names[i]);

		ret->selector = names[i];
		if (h && find_in_header(list, a, h, ret))
			return true;
	}
	ret->selector = "EnvelopeFrom";
	ret->text = envelope ? envelope->from : SV_NONE;
	return ret->text.n && has_address(list, a, ret->text);
}

/* A word without the punctuation around it. */
static struct sv
bare_word(struct sv word)
{
	static const char around[] = ".,;:!?\"'()[]<>{}*";

	while (word.n && strchr(around, word.p[0]))
		word = sv_from(word, 1);
	while (word.n && strchr(around, word.p[word.n - 1]))
		word.n--;
	return word;
}

static bool
has_word(const struct match_list *list, struct sv word)
{
	char key[KEY_BYTES_MAX];

	if (word.n < match_list_min(list) || word.n > match_list_max(list) ||
	    word.n > sizeof key)
		return false;
	memcpy(key, word.p, word.n);
	lower(key, word.n);
	return match_list_has(list, sv_make(key, word.n));
}

static bool
find_words(const struct match_list *list, const struct message *m,
           struct list_hit *ret)
{
	const struct view *v = &m->views[VIEW_BODY];

	for (size_t i = 0; i < v->n; i++) {
		struct sv rest = v->elements[i], word;

		while (sv_word(&rest, &word)) {
			word = bare_word(word);
			if (word.n == 0 || !has_word(list, word))
				continue;
			*ret = (struct list_hit){
				.view = VIEW_BODY,
				.element = i,
				.offset = (size_t)(word.p - v->elements[i].p),
				.text = word,
			};
			return true;
		}
	}
	return false;
}

static bool
find_client(const struct ip_set *networks,
            const struct message_envelope *envelope, struct list_hit *ret)
{
	const struct relay *relay =
	    envelope && envelope->relays
		? relays_first_external(envelope->relays)
		: NULL;
	struct ip ip;

	*ret = (struct list_hit){
		.view = VIEW_HEADER,
		.selector = "X-Spam-Relays-External",
	};
	if (relay) {
		ret->text = relay->address;
		return ip_set_has(networks, &relay->ip);
	}
	if (!envelope || (envelope->relays && envelope->relays->n) ||
	    ip_parse(envelope->client_ip, &ip) != 0)
		return false;
	ret->text = envelope->client_ip;
	return ip_set_has(networks, &ip);
}

bool
list_find(const struct list *list, struct arena *a, const struct message *m,
          const struct message_envelope *envelope, struct list_hit *ret)
{
	switch (list->kind) {
	case LIST_DOMAIN:
		return find_domains(list->names, m, ret);
	case LIST_ADDRESS:
		return find_addresses(list->names, a, m, envelope, ret);
	case LIST_URL:
		return find_urls(list->names, a, m, ret);
	case LIST_TEXT:
		return find_words(list->names, m, ret);
	case LIST_NETWORK:
		return find_client(list->networks, envelope, ret);
	default:
		return false;
	}
}
