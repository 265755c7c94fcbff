/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin WLBLEval: senders, recipients and hosts that the rules list. */
#include <stdlib.h>

#include "base/error.h"
#include "eval/addresses.h"
#include "message/url.h"

enum { USERS_RCVD_MAX = 100 }; /* pairs of sender and relay of a user */

/* ---- settings ---- */

struct globs *
listed_addresses(struct eval_settings *s, struct sv name)
{
	struct globs *list = map_get(s->lists, name);
	const struct globs *of_site =
	    s->site ? map_get(s->site->lists, name) : NULL;

	if (!list || list == of_site) {
		list = s->site ? globs_new_over(s->arena, of_site)
		               : globs_new(s->arena);
		map_set(s->lists, name, list);
	}
	return list;
}

static const char *const list_names[] = {
	[LIST_FROM_WELCOME] = "welcomelist_from",
	[LIST_FROM_BLOCK] = "blocklist_from",
	[LIST_TO_WELCOME] = "welcomelist_to",
	[LIST_TO_BLOCK] = "blocklist_to",
	[LIST_TO_MORE] = "more_spam_to",
	[LIST_TO_ALL] = "all_spam_to",
	[LIST_RELAYS] = "welcomelist_allows_relays",
	[LIST_AUTH] = "welcomelist_auth",
	[LIST_AUTH_DEFAULT] = "def_welcomelist_auth",
};

static const char *
read_list(struct eval_settings *s, int which, struct sv value)
{
	return globs_add_words(listed_addresses(s, sv_str(list_names[which])),
	                       value);
}

static const char *
read_unlist(struct eval_settings *s, int which, struct sv value)
{
	struct globs *list = listed_addresses(s, sv_str(list_names[which]));
	struct sv word;

	while (sv_word(&value, &word))
		globs_remove(list, word);
	return NULL;
}

/* Cuts "(NAME)" off the front. */
static bool
cut_name(struct sv *value, struct sv *ret_name)
{
	size_t end = sv_find_char(*value, ')');

	if (!sv_starts(*value, SV("(")) || end == SV_NOT_FOUND || end < 2)
		return false;
	*ret_name = sv_sub(*value, 1, end);
	*value = sv_trim(sv_from(*value, end + 1));
	return true;
}

/* enlist_addrlist (NAME) ADDRESS... */
static const char *
read_addrlist(struct eval_settings *s, int which, struct sv value)
{
	struct sv name, word;

	(void)which;
	if (!cut_name(&value, &name) || value.n == 0)
		return "expected (NAME) and addresses";
	while (sv_word(&value, &word))
		if (!globs_add(listed_addresses(s, name), word))
			return globs_too_many;
	return NULL;
}

static bool
is_sites_rcvd(const struct eval_settings *s, int which)
{
	return s->site && s->rcvd[which].list == s->site->rcvd[which].list;
}

/* Makes a copy of the site's list. */
static void
own_rcvd(struct eval_settings *s, int which)
{
	const struct listed_rcvd *of_site = s->rcvd[which].list;
	size_t n = s->rcvd[which].n;

	if (!is_sites_rcvd(s, which))
		return;
	s->rcvd[which].list = NULL;
	s->rcvd[which].n = s->rcvd[which].size = 0;
	for (size_t i = 0; i < n; i++)
		*VEC_ADD(&s->rcvd[which]) = of_site[i];
}

/* welcomelist_from_rcvd ADDRESS HOST */
static const char *
read_rcvd(struct eval_settings *s, int which, struct sv value)
{
	struct sv address, host;

	if (!sv_word(&value, &address) || !sv_word(&value, &host) ||
	    sv_trim(value).n)
		return "expected an address and a host, or an [IP]";
	own_rcvd(s, which);
	if (s->site &&
	    s->rcvd[which].n >= s->site->rcvd[which].n + USERS_RCVD_MAX)
		return globs_too_many;
	*VEC_ADD(&s->rcvd[which]) = (struct listed_rcvd){
		arena_dup(s->arena, address),
		arena_dup(s->arena, host),
	};
	for (size_t i = 0; i < 2; i++) {
		struct listed_rcvd *r =
		    &s->rcvd[which].list[s->rcvd[which].n - 1];
		struct sv text = i ? r->host : r->address;

		for (size_t k = 0; k < text.n; k++)
			((char *)(uintptr_t)text.p)[k] =
			    sv_lower_char(text.p[k]);
	}
	return NULL;
}

static const char *
read_unrcvd(struct eval_settings *s, int which, struct sv value)
{
	struct sv word;

	(void)which;
	own_rcvd(s, 0);
	own_rcvd(s, 1);
	while (sv_word(&value, &word))
		for (size_t k = 0; k < 2; k++)
			for (size_t i = 0; i < s->rcvd[k].n; i++)
				if (sv_ieq(s->rcvd[k].list[i].address, word))
					s->rcvd[k].list[i--] =
					    s->rcvd[k].list[--s->rcvd[k].n];
	return NULL;
}

static const char yes, no; /* what a host of a list is marked with */

struct hosts {
	struct map *marks;
	const struct hosts *below; /* for those without a mark; or NULL */
};

static struct hosts *
hosts_of(struct eval_settings *s, struct sv name)
{
	struct hosts *hosts = map_get(s->host_lists, name);
	const struct hosts *of_site =
	    s->site ? map_get(s->site->host_lists, name) : NULL;

	if (!hosts || hosts == of_site) {
		hosts = ARENA_NEW(s->arena, struct hosts);
		hosts->marks = map_new();
		hosts->below = of_site;
		map_set(s->host_lists, name, hosts);
	}
	return hosts;
}

static void
enlist(struct eval_settings *s, struct sv name, struct sv value)
{
	struct map *hosts = hosts_of(s, name)->marks;
	struct sv word;

	while (sv_word(&value, &word)) {
		const char *mark = &yes;
		char *p;

		if (word.p[0] == '!') {
			mark = &no;
			word = sv_from(word, 1);
		}
		word = arena_dup(s->arena, word);
		p = (char *)(uintptr_t)word.p;
		for (size_t i = 0; i < word.n; i++)
			p[i] = sv_lower_char(p[i]);
		map_set(hosts, word, (void *)(uintptr_t)mark);
	}
}

/* enlist_uri_host (NAME) HOST..., where "!HOST" means that it is not meant. */
static const char *
read_hosts(struct eval_settings *s, int which, struct sv value)
{
	struct sv name;

	(void)which;
	if (!cut_name(&value, &name) || value.n == 0)
		return "expected (NAME) and hosts";
	enlist(s, name, value);
	return NULL;
}

enum { HOSTS_WELCOME, HOSTS_BLOCK };

static const char *
read_short_hosts(struct eval_settings *s, int which, struct sv value)
{
	enlist(s, which == HOSTS_WELCOME ? SV("WELCOME") : SV("BLOCK"), value);
	return NULL;
}

static const char unlisted;

/* delist_uri_host [(NAME)] HOST... */
static const char *
read_delist(struct eval_settings *s, int which, struct sv value)
{
	struct sv only = SV(""), word, name;
	void *hosts;

	(void)which;
	cut_name(&value, &only);
	while (sv_word(&value, &word)) {
		size_t pos = 0;

		while (map_next(s->host_lists, &pos, &name, &hosts))
			if (only.n == 0 || sv_eq(name, only))
				map_set(hosts_of(s, name)->marks, word,
				        (void *)(uintptr_t)&unlisted);
	}
	return NULL;
}

void
listed_init(struct eval_settings *s)
{
	s->lists = map_new();
	s->host_lists = map_new();
}

void
listed_done(struct eval_settings *s)
{
	size_t pos = 0;
	struct sv name;
	void *value;

	while (map_next(s->lists, &pos, &name, &value))
		if (!s->site || value != map_get(s->site->lists, name))
			globs_free(value);
	for (pos = 0; map_next(s->host_lists, &pos, &name, &value);)
		if (!s->site || value != map_get(s->site->host_lists, name))
			map_free(((struct hosts *)value)->marks);
	map_free(s->lists);
	map_free(s->host_lists);
	for (int i = 0; i < 2; i++)
		if (!is_sites_rcvd(s, i))
			VEC_DONE(&s->rcvd[i]);
}

static struct map *
copy_map(const struct map *m)
{
	struct map *copy = map_new();
	size_t pos = 0;
	struct sv name;
	void *value;

	while (map_next(m, &pos, &name, &value))
		map_set(copy, name, value);
	return copy;
}

void
listed_over(struct eval_settings *s)
{
	s->lists = copy_map(s->site->lists);
	s->host_lists = copy_map(s->site->host_lists);
}

/* ---- addresses ---- */

/* Addresses are not looked for when nothing is listed. */
static bool
is_listed(struct eval_job *job,
          const struct addresses *(*find)(struct eval_job *), struct sv name)
{
	const struct globs *list = map_get(job->settings->lists, name);
	const struct addresses *addresses;

	if (!list)
		return false;
	addresses = find(job);
	for (size_t i = 0; i < addresses->n; i++)
		if (globs_has(list, addresses->list[i])) {
			job->note = addresses->list[i];
			return true;
		}
	return false;
}

/* check_from_in_blocklist */
static bool
from_blocked(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return is_listed(job, addresses_from,
	                 sv_str(list_names[LIST_FROM_BLOCK]));
}

/* check_to_in_blocklist */
static bool
to_blocked(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return is_listed(job, addresses_to, sv_str(list_names[LIST_TO_BLOCK]));
}

/* check_to_in_welcomelist */
static bool
to_welcome(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return is_listed(job, addresses_to,
	                 sv_str(list_names[LIST_TO_WELCOME]));
}

/* check_to_in_more_spam */
static bool
to_more_spam(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return is_listed(job, addresses_to, sv_str(list_names[LIST_TO_MORE]));
}

/* check_to_in_all_spam */
static bool
to_all_spam(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return is_listed(job, addresses_to, sv_str(list_names[LIST_TO_ALL]));
}

/* check_from_in_list */
static bool
from_in_list(struct eval_job *job, const struct eval_call *call)
{
	return is_listed(job, addresses_from, call->args[0].text);
}

/* check_to_in_list */
static bool
to_in_list(struct eval_job *job, const struct eval_call *call)
{
	return is_listed(job, addresses_to, call->args[0].text);
}

/* check_replyto_in_list */
static bool
replyto_in_list(struct eval_job *job, const struct eval_call *call)
{
	const struct globs *list =
	    map_get(job->settings->lists, call->args[0].text);
	struct sv address =
	    eval_lower(job, eval_header_first(job, "Reply-To:addr"));

	job->note = address;
	return list && address.n && globs_has(list, address);
}

/* ---- senders with their relays ---- */

enum { RCVD_WELCOME, RCVD_DEFAULT };

/* "[192.0.2.1]", "[192.0.2.0]/24", "[192.0.2]" or a domain */
static bool
relay_is(const struct relay *r, struct sv host)
{
	size_t close = sv_find_char(host, ']');
	struct ip_net net;
	struct ip_set *set;
	struct buf text = BUF_INIT(100);
	bool is_in = false;

	if (!sv_starts(host, SV("[")) || close == SV_NOT_FOUND)
		return host.n && sv_iends(r->rdns, host) &&
		       (r->rdns.n == host.n ||
		        r->rdns.p[r->rdns.n - host.n - 1] == '.');
	buf_add(&text, sv_sub(host, 1, close));
	buf_add(&text, sv_from(host, close + 1));
	if (ip_net_parse(buf_sv(&text), &net) == 0) {
		set = ip_set_new();
		ip_set_add(set, &net);
		ip_set_seal(set);
		is_in = ip_set_has(set, &r->ip);
		ip_set_free(set);
	}
	buf_done(&text);
	return is_in;
}

/* The first relay we do not trust; or all of ours, when there is none. */
static bool
came_from(const struct eval_job *job, struct sv host)
{
	size_t pos = job->relays->arrival;
	const struct relay *r = eval_next_untrusted(job, &pos);

	if (r)
		return relay_is(r, host);
	pos = job->relays->arrival;
	while ((r = eval_next_trusted(job, &pos)))
		if (relay_is(r, host))
			return true;
	return false;
}

enum rcvd { RCVD_FORGED = -1, RCVD_NONE, RCVD_GENUINE };

/* WLBLEval::_check_welcomelist_rcvd */
static enum rcvd
check_rcvd(struct eval_job *job, int which, struct sv address)
{
	const struct globs *relays =
	    map_get(job->settings->lists, sv_str(list_names[LIST_RELAYS]));
	enum rcvd found = RCVD_NONE;

	for (size_t i = 0; i < job->settings->rcvd[which].n; i++) {
		const struct listed_rcvd *r =
		    &job->settings->rcvd[which].list[i];

		if (!sv_glob(r->address, address))
			continue;
		if (came_from(job, r->host))
			return RCVD_GENUINE;
		found = RCVD_FORGED;
	}
	return found == RCVD_FORGED && relays && globs_has(relays, address)
	           ? RCVD_NONE
	           : found;
}

static bool
has_known_relay(const struct eval_job *job)
{
	size_t pos = job->relays->arrival;

	if (eval_next_untrusted(job, &pos))
		return true;
	pos = job->relays->arrival;
	return eval_next_trusted(job, &pos) != NULL;
}

/* Of all senders: one that is genuine decides, else one that is forged. */
static enum rcvd
check_senders(struct eval_job *job, int which)
{
	const struct addresses *from = addresses_from(job);
	const struct globs *list = map_get(
	    job->settings->lists, sv_str(list_names[LIST_FROM_WELCOME]));
	enum rcvd found = RCVD_NONE;

	for (size_t i = 0; i < from->n; i++) {
		enum rcvd one = RCVD_NONE;

		if (which == RCVD_WELCOME && list &&
		    globs_has(list, from->list[i]))
			one = RCVD_GENUINE;
		else if (has_known_relay(job))
			one = check_rcvd(job, which, from->list[i]);
		if (one == RCVD_GENUINE) {
			job->note = from->list[i];
			return one;
		}
		if (one == RCVD_FORGED)
			found = one;
	}
	return found;
}

/* check_from_in_welcomelist */
static bool
from_welcome(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return check_senders(job, RCVD_WELCOME) == RCVD_GENUINE;
}

/* check_forged_in_welcomelist */
static bool
from_forged(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return check_senders(job, RCVD_WELCOME) == RCVD_FORGED &&
	       check_senders(job, RCVD_DEFAULT) == RCVD_NONE;
}

/* check_from_in_default_welcomelist */
static bool
from_default(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return check_senders(job, RCVD_DEFAULT) == RCVD_GENUINE;
}

/* check_forged_in_default_welcomelist */
static bool
from_default_forged(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return check_senders(job, RCVD_DEFAULT) == RCVD_FORGED &&
	       check_senders(job, RCVD_WELCOME) == RCVD_NONE;
}

/* check_mailfrom_matches_rcvd: sender and relay are of one domain. */
static bool
mailfrom_matches(struct eval_job *job, const struct eval_call *call)
{
	struct sv from =
	    eval_lower(job, eval_header_first(job, "EnvelopeFrom:addr"));
	size_t at = from.n, pos = job->relays->arrival;
	const struct relay *r;
	struct sv domain;

	(void)call;
	while (at > 0 && from.p[at - 1] != '@')
		at--;
	domain = url_domain(sv_from(from, at));
	if (at == 0 || sv_find_char(sv_from(from, at), '.') == SV_NOT_FOUND)
		return false;
	r = eval_next_untrusted(job, &pos);
	if (r)
		return r->rdns.n &&
		       sv_eq(url_domain(eval_lower(job, r->rdns)), domain);
	pos = job->relays->arrival;
	while ((r = eval_next_trusted(job, &pos)))
		if (r->rdns.n &&
		    sv_eq(url_domain(eval_lower(job, r->rdns)), domain))
			return true;
	return false;
}

/* ---- hosts of URLs ---- */

enum { LABELS_MAX = 11 };

static const char *
mark_of(const struct hosts *hosts, struct sv name)
{
	const char *mark = NULL;

	for (; hosts && !mark; hosts = hosts->below)
		mark = map_get(hosts->marks, name);
	return mark;
}

/* Whether the list means the host: itself, or the nearest domain above it that
 * the list names. */
static bool
host_is_listed(const struct hosts *hosts, struct sv host, bool is_address)
{
	size_t dots = 0;
	struct sv name = host;

	for (size_t i = 0; i < host.n; i++)
		dots += host.p[i] == '.';
	for (;;) {
		const char *mark = mark_of(hosts, name);
		size_t dot = sv_find_char(name, '.');

		if (dots < LABELS_MAX && mark && mark != &unlisted)
			return mark == &yes;
		if (is_address || dot == SV_NOT_FOUND)
			return false;
		name = sv_from(name, dot + 1);
		dots--;
	}
}

static bool
uri_listed(struct eval_job *job, struct sv name)
{
	const struct hosts *hosts = map_get(job->settings->host_lists, name);
	const struct message *m = job->message;

	for (size_t i = 0; hosts && i < m->n_urls; i++) {
		const struct message_url *u = &m->urls[i];

		if (u->host.n == 0 || sv_istarts(u->url, SV("mailto:")) ||
		    !host_is_listed(hosts, u->host, u->is_numeric_host))
			continue;
		job->note = u->host;
		return true;
	}
	return false;
}

/* check_uri_host_listed */
static bool
uri_in_list(struct eval_job *job, const struct eval_call *call)
{
	return uri_listed(job, call->args[0].text);
}

/* check_uri_host_in_blocklist */
static bool
uri_blocked(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return uri_listed(job, SV("BLOCK"));
}

/* check_uri_host_in_welcomelist */
static bool
uri_welcome(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return uri_listed(job, SV("WELCOME"));
}

static const struct eval_function functions[] = {
	{ "check_from_in_blocklist", "", from_blocked, NULL },
	{ "check_from_in_blacklist", "", from_blocked, NULL },
	{ "check_to_in_blocklist", "", to_blocked, NULL },
	{ "check_to_in_blacklist", "", to_blocked, NULL },
	{ "check_to_in_welcomelist", "", to_welcome, NULL },
	{ "check_to_in_whitelist", "", to_welcome, NULL },
	{ "check_to_in_more_spam", "", to_more_spam, NULL },
	{ "check_to_in_all_spam", "", to_all_spam, NULL },
	{ "check_from_in_list", "t", from_in_list, NULL },
	{ "check_replyto_in_list", "t", replyto_in_list, NULL },
	{ "check_to_in_list", "t", to_in_list, NULL },
	{ "check_from_in_welcomelist", "", from_welcome, NULL },
	{ "check_from_in_whitelist", "", from_welcome, NULL },
	{ "check_forged_in_welcomelist", "", from_forged, NULL },
	{ "check_forged_in_whitelist", "", from_forged, NULL },
	{ "check_from_in_default_welcomelist", "", from_default, NULL },
	{ "check_from_in_default_whitelist", "", from_default, NULL },
	{ "check_forged_in_default_welcomelist", "", from_default_forged,
	  NULL },
	{ "check_forged_in_default_whitelist", "", from_default_forged, NULL },
	{ "check_mailfrom_matches_rcvd", "", mailfrom_matches, NULL },
	{ "check_uri_host_listed", "t", uri_in_list, NULL },
	{ "check_uri_host_in_blocklist", "", uri_blocked, NULL },
	{ "check_uri_host_in_blacklist", "", uri_blocked, NULL },
	{ "check_uri_host_in_welcomelist", "", uri_welcome, NULL },
	{ "check_uri_host_in_whitelist", "", uri_welcome, NULL },
	{ NULL, NULL, NULL, NULL },
};

static const struct eval_directive directives[] = {
	{ "welcomelist_from", read_list, LIST_FROM_WELCOME, true },
	{ "whitelist_from", read_list, LIST_FROM_WELCOME, true },
	{ "unwelcomelist_from", read_unlist, LIST_FROM_WELCOME, true },
	{ "unwhitelist_from", read_unlist, LIST_FROM_WELCOME, true },
	{ "blocklist_from", read_list, LIST_FROM_BLOCK, true },
	{ "blacklist_from", read_list, LIST_FROM_BLOCK, true },
	{ "unblocklist_from", read_unlist, LIST_FROM_BLOCK, true },
	{ "unblacklist_from", read_unlist, LIST_FROM_BLOCK, true },
	{ "welcomelist_to", read_list, LIST_TO_WELCOME, true },
	{ "whitelist_to", read_list, LIST_TO_WELCOME, true },
	{ "blocklist_to", read_list, LIST_TO_BLOCK, true },
	{ "blacklist_to", read_list, LIST_TO_BLOCK, true },
	{ "more_spam_to", read_list, LIST_TO_MORE, true },
	{ "all_spam_to", read_list, LIST_TO_ALL, true },
	{ "welcomelist_allows_relays", read_list, LIST_RELAYS, true },
	{ "whitelist_allows_relays", read_list, LIST_RELAYS, true },
	{ "welcomelist_auth", read_list, LIST_AUTH, true },
	{ "whitelist_auth", read_list, LIST_AUTH, true },
	{ "unwelcomelist_auth", read_unlist, LIST_AUTH, true },
	{ "unwhitelist_auth", read_unlist, LIST_AUTH, true },
	{ "def_welcomelist_auth", read_list, LIST_AUTH_DEFAULT, true },
	{ "def_whitelist_auth", read_list, LIST_AUTH_DEFAULT, true },
	{ "welcomelist_from_rcvd", read_rcvd, RCVD_WELCOME, true },
	{ "whitelist_from_rcvd", read_rcvd, RCVD_WELCOME, true },
	{ "def_welcomelist_from_rcvd", read_rcvd, RCVD_DEFAULT, true },
	{ "def_whitelist_from_rcvd", read_rcvd, RCVD_DEFAULT, true },
	{ "unwelcomelist_from_rcvd", read_unrcvd, 0, true },
	{ "unwhitelist_from_rcvd", read_unrcvd, 0, true },
	{ "enlist_addrlist", read_addrlist, 0, true },
	{ "enlist_uri_host", read_hosts, 0, true },
	{ "delist_uri_host", read_delist, 0, true },
	{ "welcomelist_uri_host", read_short_hosts, HOSTS_WELCOME, true },
	{ "whitelist_uri_host", read_short_hosts, HOSTS_WELCOME, true },
	{ "blocklist_uri_host", read_short_hosts, HOSTS_BLOCK, true },
	{ "blacklist_uri_host", read_short_hosts, HOSTS_BLOCK, true },
	{ NULL, NULL, 0, false },
};

const struct eval_plugin eval_plugin_listed = {
	.name = "WLBLEval",
	.is_default = true,
	.functions = functions,
	.directives = directives,
};
