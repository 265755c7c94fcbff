/* SPDX-License-Identifier: Apache-2.0 */
#include "report/discovery.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/error.h"
#include "fact/tags.h"

#define RECORD_VERSION "UGIFEED1"

static const char *const state_words[DISCOVERY_STATES] = {
	[DISCOVERY_PROVEN] = "proven",
	[DISCOVERY_UNANSWERED] = "unanswered",
	[DISCOVERY_ABSENT] = "absent",
	[DISCOVERY_UNREADABLE] = "unreadable",
	[DISCOVERY_UNPROVEN] = "unproven",
};

const char *
discovery_state_word(enum discovery_state s)
{
	return state_words[s];
}

/* ---- one record ---- */

static bool
is_label(struct sv label)
{
	if (label.n == 0 || label.n > DNS_LABEL_MAX || label.p[0] == '-' ||
	    label.p[label.n - 1] == '-')
		return false;
	for (size_t i = 0; i < label.n; i++)
		if (!sv_is_alnum(label.p[i]) && label.p[i] != '-')
			return false;
	return true;
}

bool
discovery_is_host(struct sv name)
{
	struct sv rest = name, label = SV("");

	if (name.n == 0 || name.n > DNS_NAME_MAX || name.p[name.n - 1] == '.')
		return false;
	while (sv_split(&rest, '.', &label))
		if (!is_label(label))
			return false;
	return !sv_is_digit(label.p[0]); /* 192.0.2.7, 0x7f000001 */
}

static bool
is_port(struct sv text)
{
	uint64_t port;

	return text.n <= 5 && sv_u64(text, &port) && port > 0 &&
	       port <= UINT16_MAX;
}

/* The characters of paths that mean nothing to anybody on the way (RFC 3986
 * section 2.3): no user, no query, no fragment, no escapes. */
static bool
is_path(struct sv path)
{
	for (size_t i = 0; i < path.n; i++)
		if (!sv_is_alnum(path.p[i]) &&
		    (!path.p[i] || !strchr("-._~/", path.p[i])))
			return false;
	return true;
}

static bool
read_feed(struct discovery_record *r)
{
	struct sv rest, place, host, port = SV("1");
	size_t slash, colon;

	if (!sv_istarts(r->feed, SV("https://")) ||
	    r->feed.n > DISCOVERY_URL_MAX)
		return false;
	rest = sv_from(r->feed, sizeof "https://" - 1);
	slash = sv_find_char(rest, '/');
	if (slash == SV_NOT_FOUND)
		slash = rest.n;
	place = sv_sub(rest, 0, slash);
	colon = sv_find_char(place, ':');
	host = sv_sub(place, 0, colon == SV_NOT_FOUND ? place.n : colon);
	if (colon != SV_NOT_FOUND)
		port = sv_from(place, colon + 1);
	r->host = host;
	return discovery_is_host(host) && is_port(port) &&
	       is_path(sv_from(rest, slash));
}

static int
fail(int code, char why[DISCOVERY_WHY], const char *what)
{
	snprintf(why, DISCOVERY_WHY, "%s", what);
	return code;
}

/* Whoever reads it may be shown it. */
static bool
is_plain(struct sv text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] < ' ' || text.p[i] > '~')
			return false;
	return true;
}

bool
discovery_is_record(struct sv text)
{
	struct sv name = SV(""), version = SV("");

	sv_split(&text, '=', &name);
	sv_split(&text, ';', &version);
	return sv_eq_str(sv_trim(name), "v") &&
	       sv_eq_str(sv_trim(version), RECORD_VERSION);
}

int
discovery_read(struct sv text, struct discovery_record *ret,
               char why[DISCOVERY_WHY])
{
	struct tags tags;

	*ret = (struct discovery_record){ 0 };
	if (text.n > DISCOVERY_TEXT_MAX)
		return fail(E_LIMIT, why, "the record is too long");
	if (!discovery_is_record(text))
		return fail(E_SYNTAX, why,
		            "it does not begin with v=" RECORD_VERSION);
	if (!is_plain(text))
		return fail(E_SYNTAX, why, "the record has odd characters");
	if (tags_read(text, &tags))
		return fail(E_SYNTAX, why,
		            "the record is no list of different tags");
	ret->feed = tags_get(&tags, "feed");
	ret->contact = tags_get(&tags, "contact");
	if (ret->feed.n == 0)
		return fail(E_SYNTAX, why, "the record has no tag feed");
	if (!read_feed(ret))
		return fail(E_SYNTAX, why,
		            "feed is not https://HOST/PATH with the name of "
		            "a host and a plain path");
	return 0;
}

/* ---- record and proof ---- */

static bool __attribute__((format(printf, 3, 4)))
ended(struct discovery *d, enum discovery_state state, const char *format, ...)
{
	va_list args;

	d->state = state;
	va_start(args, format);
	vsnprintf(d->why, sizeof d->why, format, args);
	va_end(args);
	return true;
}

/* NULL: it is to come. */
static const struct dns_answer *
answer_at(struct lookup *l, struct sv name, struct discovery *d)
{
	const struct dns_answer *answer = lookup_ask(l, DNS_TXT, name, SV(""));

	if (answer && answer->ttl_s < d->ttl_s)
		d->ttl_s = answer->ttl_s;
	return answer;
}

static bool
judge_proof(struct arena *a, struct lookup *l, struct sv domain,
            struct discovery *d)
{
	const struct dns_answer *answer;

	d->proof_name =
	    ARENA_JOIN(a, domain, SV("._report._ugifeed."), d->record.host);
	answer = answer_at(l, d->proof_name, d);
	if (!answer)
		return false;
	if (!dns_is_known(answer->status))
		return ended(d, DISCOVERY_UNANSWERED, "the proof: %s",
		             dns_status_word(answer->status));
	for (size_t i = 0; i < answer->n_records; i++)
		if (discovery_is_record(answer->records[i].text))
			return ended(d, DISCOVERY_PROVEN, "%s", "");
	return ended(d, DISCOVERY_UNPROVEN,
	             "its host has no record that it wants the reports of "
	             "this domain");
}

static bool
judge_record(struct arena *a, struct lookup *l, struct sv domain,
             const struct dns_answer *answer, struct discovery *d)
{
	size_t n = 0;

	for (size_t i = 0; i < answer->n_records; i++)
		if (discovery_is_record(answer->records[i].text) && n++ == 0)
			d->text = answer->records[i].text;
	if (n == 0)
		return ended(d, DISCOVERY_ABSENT, "the domain names no feed");
	if (n > 1)
		return ended(d, DISCOVERY_UNREADABLE,
		             "the domain has %zu records, and there may be one",
		             n);
	if (discovery_read(d->text, &d->record, d->why)) {
		d->state = DISCOVERY_UNREADABLE;
		return true;
	}
	return judge_proof(a, l, domain, d);
}

bool
discovery_ask(struct arena *a, struct lookup *l, struct sv domain,
              struct discovery *ret)
{
	const struct dns_answer *answer;

	*ret = (struct discovery){ .ttl_s = UINT32_MAX };
	if (!discovery_is_host(domain))
		return ended(ret, DISCOVERY_ABSENT,
		             "this is not the name of a domain");
	ret->name = ARENA_JOIN(a, SV("_ugifeed."), domain);
	answer = answer_at(l, ret->name, ret);
	if (!answer)
		return false;
	if (!dns_is_known(answer->status))
		return ended(ret, DISCOVERY_UNANSWERED, "the record: %s",
		             dns_status_word(answer->status));
	return judge_record(a, l, domain, answer, ret);
}
