/* SPDX-License-Identifier: Apache-2.0 */
#include "message/url.h"

#include "message/header.h"

/* "mailto:Name@Host?subject=x": the address alone, host in lower case. False
 * when there is none. */
static bool
read_mailto(struct reader *r, struct sv rest, struct message_url *u)
{
	size_t end = 0, at;

	while (rest.n && rest.p[0] == '/')
		rest = sv_from(rest, 1);
	rest = sv_trim(url_decode(r->arena, rest));
	while (end < rest.n && !strchr("?&,;", rest.p[end]))
		end++;
	rest = sv_trim(sv_sub(rest, 0, end));
	at = sv_find_char(rest, '@');
	if (at == SV_NOT_FOUND)
		at = rest.n;
	u->url = ARENA_JOIN(r->arena, SV("mailto:"), sv_sub(rest, 0, at),
	                    header_lower(r, sv_from(rest, at)));
	return rest.n > 0;
}

/* A host in text: what nobody can have registered is not what was meant.
 * Links are taken as they are. */
static bool
can_be_in_text(struct sv host)
{
	unsigned labels = 0;
	bool has_low_line[2] = { false, false }; /* of the last two labels */
	struct sv label;

	while (sv_split(&host, '.', &label)) {
		if (label.n == 0 || label.p[0] == '-')
			return false;
		has_low_line[0] = has_low_line[1];
		has_low_line[1] = sv_find_char(label, '_') != SV_NOT_FOUND;
		for (size_t i = 0; i < label.n; i++)
			if (!sv_is_alnum(label.p[i]) && label.p[i] != '-' &&
			    label.p[i] != '_')
				return false;
		labels++;
	}
	return !has_low_line[1] && (labels < 2 || !has_low_line[0]);
}

/* Whether the host is spelled so that a reader does not recognise it. */
static bool
is_disguised(struct sv raw, const struct url_host *host)
{
	size_t width;

	if (host->is_numeric && raw.n && raw.p[0] != '[')
		return !sv_eq(raw, host->name);
	for (; raw.n; raw = sv_from(raw, width)) {
		enum url_char kind = url_char_read(raw, &width);

		if (raw.p[0] == '%' ||
		    (kind != URL_CHAR_PLAIN && kind != URL_CHAR_APART))
			return true;
	}
	return false;
}

/* "http://user@Host:80/path". False when no client opens it. */
static bool
read_hierarchical(struct reader *r, const struct url_pieces *pieces,
                  struct message_url *u)
{
	struct sv scheme = header_lower(r, pieces->scheme);
	struct url_host host;

	url_host_read(r->arena, pieces->host, &host);
	if (!url_host_can_be(&host) ||
	    ((u->source == URL_TEXT || u->is_redirect_target) &&
	     !host.is_numeric && !can_be_in_text(host.name)))
		return false;
	u->host = host.name;
	u->host_unicode = host.unicode;
	u->is_numeric_host = host.is_numeric;
	u->has_userinfo = pieces->has_userinfo;
	u->is_obfuscated |= is_disguised(pieces->host, &host);
	u->domain = url_domain_of(r, u->host);
	u->url = url_write(r->arena, pieces, scheme.n ? scheme : SV("http"),
	                   u->host, false);
	return true;
}

static bool
has_host(const struct url_pieces *pieces)
{
	return pieces->has_authority &&
	       (pieces->scheme.n == 0 || url_scheme_has_host(pieces->scheme));
}

/* Reads an absolute URL (url_trim). */
static bool
read_url(struct reader *r, struct sv whole, struct url_pieces *pieces,
         struct message_url *u)
{
	struct sv decoded;

	url_split(whole, pieces);
	u->host = u->host_unicode = u->domain = SV("");
	if (has_host(pieces)) {
		if (read_hierarchical(r, pieces, u))
			return true;
		/* "http://bank.example%40example.org" has no host that could
		 * be; some clients decode before they split. */
		decoded = url_decode(r->arena, whole);
		if (decoded.p == whole.p)
			return false;
		url_split(decoded, pieces);
		u->is_obfuscated = true;
		return has_host(pieces) && read_hierarchical(r, pieces, u);
	}
	if (sv_ieq_str(pieces->scheme, "mailto"))
		return read_mailto(r, sv_from(whole, pieces->scheme.n + 1), u);
	u->url = whole;
	return pieces->scheme.n > 0;
}

/* ---- the list ---- */

/* What the keys of r->urls_seen stand for: an index in m->urls and one, or
 * that it is no URL. */
#define NO_URL ((void *)UINTPTR_MAX)

static struct message_url *
seen_url(struct reader *r, struct sv key)
{
	void *value = r->urls_seen ? map_get(r->urls_seen, key) : NULL;

	if (!value || value == NO_URL)
		return NULL;
	return &r->m->urls[(uintptr_t)value - 1];
}

/* How often URLs may be added is bounded too: a thousand spellings of one URL
 * are one URL, but each costs memory. */
static bool
has_room(struct reader *r)
{
	size_t most = (size_t)r->limits->urls_max;

	if (!r->urls_seen)
		r->urls_seen = map_new();
	if (r->m->n_urls < most && map_count(r->urls_seen) < 4 * most)
		return true;
	reader_limit(r, LIMIT_URLS);
	r->urls_full = true;
	return false;
}

/* The entry of a URL that was read, a new one or that of the same URL. */
static struct message_url *
add_entry(struct reader *r, const struct message_url *u)
{
	struct message *m = r->m;
	struct message_url *entry = seen_url(r, u->url);

	if (entry) {
		entry->is_obfuscated |= u->is_obfuscated;
		entry->has_userinfo |= u->has_userinfo;
		entry->is_redirect_target &= u->is_redirect_target;
		if (entry->anchor.n == 0)
			entry->anchor = u->anchor;
		return entry;
	}
	m->urls =
	    reader_grow(r, m->urls, m->n_urls, &r->urls_size, sizeof *m->urls);
	m->urls[m->n_urls++] = *u;
	map_set(r->urls_seen, u->url, (void *)(uintptr_t)m->n_urls);
	return &m->urls[m->n_urls - 1];
}

/* ---- what the text of a link shows ---- */

/* The registered domain of the URL or host that the text of a link begins
 * with, or that is all of it; "" when it shows none. */
static struct sv
shown_domain(struct reader *r, struct sv anchor)
{
	struct url_pieces pieces;
	struct url_host host;
	struct sv word, rest = sv_sub(anchor, 0, URL_BYTES_MAX);
	bool is_url;

	if (!sv_word(&rest, &word))
		return SV("");
	is_url =
	    sv_istarts(word, SV("http://")) || sv_istarts(word, SV("https://"));
	if (!is_url)
		word = ARENA_JOIN(r->arena, SV("//"), word);
	url_split(word, &pieces);
	url_host_read(r->arena, pieces.host, &host);
	if (pieces.has_userinfo ||
	    (!host.is_numeric && !url_host_is_known(host.name)))
		return SV("");
	/* "2.5" is no address to a reader. */
	if (host.is_numeric && !sv_eq(host.name, pieces.host))
		return SV("");
	if (!is_url && sv_trim(rest).n && !sv_starts(host.name, SV("www.")))
		return SV("");
	return url_domain(host.name);
}

/* ---- adding ---- */

/* A URL to be read, and what it is known as. */
struct job {
	struct sv whole, raw;
	unsigned depth; /* redirections that lead to it */
};

enum { REDIRECT_DEPTH_MAX = 4, JOBS_MAX = 16 };

struct jobs {
	struct job list[JOBS_MAX];
	size_t n;
};

static void
jobs_add(struct jobs *jobs, struct sv whole, struct sv raw, unsigned depth)
{
	if (jobs->n < JOBS_MAX && depth <= REDIRECT_DEPTH_MAX)
		jobs->list[jobs->n++] = (struct job){ whole, raw, depth };
}

/* Reads one, adds it, and adds to the jobs what it redirects to. Its domain
 * is "" when it is no URL. */
static struct message_url *
do_job(struct reader *r, struct jobs *jobs, const struct job *job,
       struct message_url u)
{
	struct url_targets targets;
	struct url_pieces pieces;

	u.raw = job->raw;
	u.is_redirect_target = job->depth > 0;
	if (!read_url(r, job->whole, &pieces, &u))
		return NULL;
	url_targets_find(r->arena, &pieces, u.host, &targets);
	for (size_t i = 0; i < targets.n; i++)
		jobs_add(jobs, targets.urls[i], targets.urls[i],
		         job->depth + 1);
	return add_entry(r, &u);
}

static void
add_all(struct reader *r, struct sv whole, struct sv raw,
        const struct message_url *u)
{
	struct jobs jobs = { .n = 0 };
	struct sv shown = SV("");
	struct message_url *entry;
	size_t first = SIZE_MAX;
	bool is_shown = false;

	if (u->source == URL_LINK && u->anchor.n)
		shown = shown_domain(r, u->anchor);
	jobs_add(&jobs, whole, raw, 0);
	for (size_t i = 0; i < jobs.n && has_room(r); i++) {
		entry = do_job(r, &jobs, &jobs.list[i], *u);
		if (i == 0)
			map_set(
			    r->urls_seen, raw,
			    entry ? (void *)(uintptr_t)(entry - r->m->urls + 1)
				  : NO_URL);
		if (!entry)
			continue;
		if (i == 0)
			first = (size_t)(entry - r->m->urls);
		is_shown |= sv_eq(entry->domain, shown);
	}
	if (first != SIZE_MAX && shown.n && !is_shown &&
	    r->m->urls[first].host.n)
		r->m->urls[first].is_deceptive = true;
}

/* Whether a URL was read before in the same spelling and below the same
 * words, so that nothing can be learned from it. */
static bool
is_known(struct reader *r, struct sv raw, struct sv anchor)
{
	struct message_url *entry;

	if (!r->urls_seen || !map_get(r->urls_seen, raw))
		return false;
	entry = seen_url(r, raw);
	return !entry || anchor.n == 0 || sv_eq(entry->anchor, anchor);
}

/* An attribute without a scheme. What mail programs that know no base open
 * as a web address is one here, too. */
static bool
is_relative(struct sv ref)
{
	size_t end = 0;

	if (sv_starts(ref, SV("//")))
		return false;
	while (end < ref.n && !strchr("/\\?#:", ref.p[end]))
		end++;
	return !url_host_is_known(sv_sub(ref, 0, end));
}

static struct sv
with_http(struct reader *r, struct sv ref)
{
	return ARENA_JOIN(
	    r->arena, sv_starts(ref, SV("//")) ? SV("http:") : SV("http://"),
	    ref);
}

void
url_add(struct reader *r, int part, enum message_url_source source,
        const char *scheme, struct sv raw, struct sv anchor)
{
	struct message_url u = { .anchor = anchor,
		                 .source = source,
		                 .part = part,
		                 .is_bare = scheme[0] != '\0' };
	struct sv whole = url_trim(r->arena, raw);
	struct url_pieces pieces;

	if (whole.n == 0 || is_known(r, raw, anchor) || !has_room(r))
		return;
	if (sv_istarts(whole, SV("http%3a")) ||
	    sv_istarts(whole, SV("https%3a")))
		whole = url_decode(r->arena, whole);
	url_split(whole, &pieces);
	if (u.is_bare) {
		whole = ARENA_JOIN(r->arena, sv_str(scheme), whole);
	} else if (pieces.scheme.n == 0) {
		struct sv resolved = url_resolve(r->arena, r->base, whole);

		if (r->base.n && resolved.p != whole.p) {
			whole = resolved;
		} else if (is_relative(whole)) {
			map_set(r->urls_seen, raw, NO_URL);
			return;
		} else {
			u.is_bare = true;
			whole = with_http(r, whole);
		}
	}
	add_all(r, whole, raw, &u);
}

void
url_add_text(struct reader *r, int part, const char *scheme, struct sv raw,
             struct sv clean)
{
	struct message_url u = { .source = r->text_source,
		                 .anchor = SV(""),
		                 .part = part,
		                 .is_bare = scheme[0] != '\0',
		                 .is_obfuscated = !sv_eq(raw, clean) };

	if (is_known(r, raw, SV("")))
		return;
	clean = url_trim(r->arena, clean);
	if (u.is_bare)
		clean = ARENA_JOIN(r->arena, sv_str(scheme), clean);
	add_all(r, clean, raw, &u);
}
