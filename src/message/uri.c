/* SPDX-License-Identifier: Apache-2.0 */
#include "message/uri.h"

#include "message/url.h"

enum {
	ANCHORS_MAX = 256,                  /* texts of one link */
	FORMS_BYTES_MAX = 16 * 1024 * 1024, /* spellings of all URIs */
};

/* ---- the list ---- */

/* The entry of a URI, a new one if there is none; NULL when there are too
 * many. */
static struct message_uri *
entry(struct reader *r, struct sv uri)
{
	struct message *m = r->m;
	void *number;

	if (!r->uris_seen)
		r->uris_seen = map_new();
	number = map_get(r->uris_seen, uri);
	if (number)
		return &m->uris[(uintptr_t)number - 1];
	if (m->n_uris >= 4 * (size_t)r->limits->urls_max) {
		reader_limit(r, LIMIT_URLS);
		return NULL;
	}
	m->uris =
	    reader_grow(r, m->uris, m->n_uris, &r->uris_size, sizeof *m->uris);
	m->uris[m->n_uris++] = (struct message_uri){ .uri = uri };
	map_set(r->uris_seen, uri, (void *)(uintptr_t)m->n_uris);
	return &m->uris[m->n_uris - 1];
}

static const struct message_uri_host no_host;

/* A host as it stands, read once for a message. */
static const struct message_uri_host *
known_host(struct reader *r, struct sv raw)
{
	struct message_uri_host *known;
	struct sv host;
	void *value;

	if (!r->uri_hosts_seen)
		r->uri_hosts_seen = map_new();
	value = map_get(r->uri_hosts_seen, raw);
	if (value)
		return value;
	host = uri_host_read(r->arena, raw);
	if (!host.p) {
		map_set(r->uri_hosts_seen, raw, (void *)(uintptr_t)&no_host);
		return &no_host;
	}
	known = ARENA_NEW(r->arena, struct message_uri_host);
	known->host = host;
	known->domain = url_domain_of(r, host);
	map_set(r->uri_hosts_seen, raw, known);
	return known;
}

/* The hosts of the spellings, each once. */
static size_t
find_hosts(struct reader *r, const struct uri_forms *forms,
           struct message_uri_host *hosts)
{
	size_t n = 0, i;
	struct sv last = SV_NONE;

	for (size_t form = 0; form < forms->n; form++) {
		struct sv raw = uri_host(forms->list[form]);
		const struct message_uri_host *host;

		if (!raw.p || (last.p && sv_eq(raw, last)))
			continue;
		last = raw;
		host = known_host(r, raw);
		for (i = 0; i < n && !sv_eq(hosts[i].host, host->host);)
			i++;
		if (host->host.p && i == n)
			hosts[n++] = *host;
	}
	return n;
}

static void
fill(struct arena *a, struct message_uri *u, const struct uri_forms *forms,
     const struct message_uri_host *hosts, size_t n_hosts)
{
	u->cleaned = ARENA_ARRAY(a, struct sv, forms->n);
	u->n_cleaned = forms->n;
	memcpy(u->cleaned, forms->list, forms->n * sizeof *u->cleaned);
	u->hosts = ARENA_ARRAY(a, struct message_uri_host, n_hosts + 1);
	u->n_hosts = n_hosts;
	memcpy(u->hosts, hosts, n_hosts * sizeof *hosts);
}

void
uri_add(struct reader *r, struct sv uri, unsigned types, bool has_host)
{
	struct uri_forms forms;
	struct message_uri_host hosts[URI_FORMS_MAX];
	struct message_uri *u;
	void *number = r->uris_seen ? map_get(r->uris_seen, uri) : NULL;
	size_t n_hosts;

	if (number) { /* the spellings are the same */
		r->m->uris[(uintptr_t)number - 1].types |= types;
		return;
	}
	if (r->uri_bytes > FORMS_BYTES_MAX) {
		reader_limit(r, LIMIT_URLS);
		return;
	}
	uri_forms_make(r->arena, uri, &forms);
	for (size_t i = 0; i < forms.n; i++)
		r->uri_bytes += forms.list[i].n;
	n_hosts = find_hosts(r, &forms, hosts);
	if (has_host && n_hosts == 0)
		return;
	u = entry(r, uri);
	if (!u)
		return;
	u->types = types ? types : URI_PARSED;
	fill(r->arena, u, &forms, hosts, n_hosts);
}

void
uri_add_anchor(struct reader *r, struct sv uri, struct sv text)
{
	struct message_uri *u = entry(r, uri);
	size_t bytes;

	if (!u || u->n_anchors == ANCHORS_MAX)
		return;
	for (size_t i = 0; i < u->n_anchors; i++)
		if (sv_eq(u->anchors[i], text))
			return;
	bytes = u->n_anchors * sizeof *u->anchors;
	u->anchors =
	    arena_grow(r->arena, u->anchors, bytes, bytes + sizeof *u->anchors);
	u->anchors[u->n_anchors++] = text;
}

static const struct sv type_words[MESSAGE_URI_TYPES] = {
	{ "parsed", 6 }, { "schemeless", 10 }, { "unlinked", 8 },
	{ "a", 1 },      { "area", 4 },        { "link", 4 },
	{ "img", 3 },    { "frame", 5 },       { "iframe", 6 },
	{ "embed", 5 },  { "script", 6 },      { "bgsound", 7 },
	{ "form", 4 },   { "base", 4 },        { "meta", 4 },
	{ "body", 4 },   { "table", 5 },       { "tr", 2 },
	{ "td", 2 },
};

unsigned
message_uri_type_find(struct sv name)
{
	for (unsigned i = 0; i < MESSAGE_URI_TYPES; i++)
		if (sv_eq(name, type_words[i]))
			return 1u << i;
	return 0;
}

struct sv
message_uri_type_word(unsigned i)
{
	return type_words[i];
}

/* ---- the view ---- */

static void
add_element(struct reader *r, struct view *v, size_t *size, struct sv element)
{
	static char seen;

	if (map_set(r->uri_forms_seen, element, &seen))
		return;
	v->elements =
	    reader_grow(r, v->elements, v->n, size, sizeof *v->elements);
	v->elements[v->n++] = element;
}

/* The spellings of all, then what else clients make of the message: `uri`
 * rules see the former, the skeleton is made of all. */
static void
make_views(struct reader *r)
{
	const struct message *m = r->m;
	struct view all = { NULL, 0 };
	size_t size = 0;

	r->uri_forms_seen = map_new();
	for (size_t i = 0; i < m->n_uris; i++)
		for (size_t j = 0; j < m->uris[i].n_cleaned; j++)
			add_element(r, &all, &size, m->uris[i].cleaned[j]);
	r->m->views[VIEW_URI] = all;
	for (size_t i = 0; i < m->n_urls; i++)
		add_element(r, &all, &size, m->urls[i].url);
	r->m->views[VIEW_URL] = all;
	/* The array may have moved. */
	r->m->views[VIEW_URI].elements = all.elements;
}

void
uri_list_make(struct reader *r)
{
	const struct view *body = &r->m->views[VIEW_BODY];

	for (size_t i = 0; i < body->n; i++)
		uri_find(r, body->elements[i]);
	uri_pages_add(r);
	make_views(r);
}
