/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/ask.h"

#include "message/url.h"

enum { HOSTS_MAX = 20, REFUSALS_MAX = 50, KEY_BITS_MIN = 1024 };

/* ---- sets of names ---- */

/* What names of a set are there for. */
static char is_meant_mark, is_not_meant_mark;

static struct sv
lower_name(char text[DNS_NAME_MAX + 1], struct sv name)
{
	name = sv_sub(name, 0, DNS_NAME_MAX);
	for (size_t i = 0; i < name.n; i++)
		text[i] = sv_lower_char(name.p[i]);
	return sv_make(text, name.n);
}

void
ask_name_set(struct map *names, struct sv name, bool is_meant)
{
	char text[DNS_NAME_MAX + 1];

	map_set(names, lower_name(text, name),
	        is_meant ? &is_meant_mark : &is_not_meant_mark);
}

bool
ask_name_is(const struct map *names, struct sv name)
{
	char text[DNS_NAME_MAX + 1];

	return map_get(names, lower_name(text, name)) == &is_meant_mark;
}

bool
ask_name_known(const struct map *names, struct sv name)
{
	char text[DNS_NAME_MAX + 1];

	return map_get(names, lower_name(text, name)) != NULL;
}

const char *
ask_read_switch(struct sv value, bool *ret)
{
	if (sv_eq_str(value, "1") || sv_ieq_str(value, "yes"))
		*ret = true;
	else if (sv_eq_str(value, "0") || sv_ieq_str(value, "no"))
		*ret = false;
	else
		return "expected 0 or 1";
	return NULL;
}

struct map *
ask_own_names(struct eval_settings *s, struct map **set,
              const struct map *of_site)
{
	size_t pos = 0;
	struct sv name;
	void *value;

	if (!s->site || *set != of_site)
		return *set;
	*set = map_new();
	while (map_next(of_site, &pos, &name, &value))
		map_set(*set, name, value);
	return *set;
}

/* ---- settings of all of them ---- */

void
ask_init(struct eval_settings *s)
{
	struct ask_settings *a = &s->ask;

	a->hosts_max = HOSTS_MAX;
	a->rbl_headers = SV("EnvelopeFrom,Reply-To,Disposition-Notification-To,"
	                    "X-WebmailclientIP,X-Source-IP");
	a->skipped = map_new();
	a->restricted = map_new();
	a->block_rules = map_new();
	a->uri_lists = map_new();
	a->ignored = map_new();
	a->aliases = map_new();
	a->acls = map_new();
	a->dkim_bits_min = KEY_BITS_MIN;
	a->adsp = map_new();
}

void
ask_done(struct eval_settings *s)
{
	struct ask_settings *a = &s->ask;

	if (s->site) {
		if (a->skipped != s->site->ask.skipped)
			map_free(a->skipped);
		if (a->adsp != s->site->ask.adsp)
			map_free(a->adsp);
		for (int i = 0; i < 2; i++)
			if (a->signed_by[i].list !=
			    s->site->ask.signed_by[i].list)
				VEC_DONE(&a->signed_by[i]);
		return;
	}
	map_free(a->skipped);
	map_free(a->restricted);
	map_free(a->block_rules);
	map_free(a->uri_lists);
	map_free(a->ignored);
	map_free(a->aliases);
	map_free(a->acls);
	map_free(a->adsp);
	for (int i = 0; i < 2; i++)
		VEC_DONE(&a->signed_by[i]);
	VEC_DONE(&a->rbl_calls);
}

void
ask_finish(struct eval_settings *s)
{
	dnsbl_finish(s);
}

/* ---- asking ---- */

/* dns_query_restriction: the longest name above that is listed decides. */
static bool
is_restricted(const struct map *restricted, struct sv name)
{
	char text[DNS_NAME_MAX + 1];
	struct sv rest = lower_name(text, name), label;

	if (map_count(restricted) == 0)
		return false;
	while (rest.n) {
		const void *found = map_get(restricted, rest);

		if (found)
			return found == &is_meant_mark;
		sv_split(&rest, '.', &label);
	}
	return ask_name_is(restricted, SV("*"));
}

const struct dns_answer *
eval_ask(struct eval_job *job, enum dns_type type, struct sv name,
         struct sv zone)
{
	const struct dns_answer *answer;

	if (sv_ascii_span(name) < name.n)
		name = url_host_to_ascii(job->arena, name);
	if (!job->lookup || is_restricted(job->settings->ask.restricted, name))
		return NULL;
	answer = lookup_ask(job->lookup, type, name, zone);
	if (!answer)
		job->is_open = true;
	return answer;
}

bool
eval_asks_lists(const struct eval_job *job)
{
	return job->lookup && !job->settings->ask.is_off;
}

static void
note_refusal(struct eval_job *job, struct sv zone, enum list_refusal why)
{
	for (size_t i = 0; i < job->n_refusals; i++)
		if (sv_eq(job->refusals[i].zone, zone))
			return;
	if (job->n_refusals == REFUSALS_MAX)
		return;
	if (!job->refusals)
		job->refusals =
		    ARENA_ARRAY(job->arena, struct eval_refusal, REFUSALS_MAX);
	job->refusals[job->n_refusals++] =
	    (struct eval_refusal){ arena_dup(job->arena, zone), why };
}

/* ---- tests ---- */

static bool
is_loopback(uint32_t number)
{
	return number >> 24 == 127;
}

static bool
number_passes(const struct subtest *t, uint32_t number)
{
	if (t->kind == SUBTEST_MASK)
		return (number & t->from) && is_loopback(number);
	if (t->kind == SUBTEST_RANGE)
		return number >= t->from && number <= t->to;
	return t->kind == SUBTEST_MASKED &&
	       (number & t->to) == (t->from & t->to);
}

static bool
text_passes(const struct eval_job *job, const struct subtest *t, struct sv text)
{
	if (t->kind == SUBTEST_TEXT)
		return sv_eq(t->text, text);
	return t->kind == SUBTEST_ANY ||
	       (t->kind == SUBTEST_REGEX && eval_matches(job, t->regex, text));
}

static bool
address_passes(const struct eval_job *job, const struct subtest *t,
               const struct ip *ip)
{
	bool is_v4 = ip_is_v4(ip);
	bool is_listing = is_v4 && is_loopback(ip_v4_number(ip));
	char text[IP_TEXT];

	if (is_v4 && number_passes(t, ip_v4_number(ip)))
		return true;
	return (is_listing || t->outside) &&
	       text_passes(job, t, sv_str(ip_text(ip, text)));
}

/* Whether the test is for refusals: nothing that the list may say of what was
 * asked for passes it. Codes of lists are in these two networks. */
static bool
is_for_refusals(const struct eval_job *job, struct sv zone,
                const struct subtest *t)
{
	static const char *const bases[] = { "127.0.0.0", "127.0.1.0" };
	struct ip ip;

	if (t->kind == SUBTEST_ANY)
		return false;
	for (size_t i = 0; i < sizeof bases / sizeof *bases; i++) {
		if (ip_parse(sv_str(bases[i]), &ip) != 0)
			return false;
		for (unsigned code = 0; code < 256; code++) {
			ip.bytes[15] = (unsigned char)code;
			if (list_refusal_of(zone, &ip) == LIST_ANSWERS &&
			    address_passes(job, t, &ip))
				return false;
		}
	}
	return true;
}

static bool
record_passes(struct eval_job *job, const struct asked *q,
              const struct subtest *t, const struct dns_record *r)
{
	bool is_address = q->type == DNS_A || q->type == DNS_AAAA;
	enum list_refusal why = LIST_ANSWERS;

	if (q->zone.n)
		why = is_address ? list_refusal_of(q->zone, &r->ip)
		                 : list_refusal_of_text(q->zone, r->text);
	if (why != LIST_ANSWERS)
		note_refusal(job, q->zone, why);
	if (!(is_address ? address_passes(job, t, &r->ip)
	                 : text_passes(job, t, r->text)))
		return false;
	return why == LIST_ANSWERS || is_for_refusals(job, q->zone, t);
}

static bool
status_passes(const struct subtest *t, const struct dns_answer *answer)
{
	unsigned code = answer->status == DNS_NO_NAME ? 3 : 0;

	return t->kind == SUBTEST_STATUS && dns_is_known(answer->status) &&
	       t->from & 1U << code;
}

static struct sv
describe(struct eval_job *job, const struct asked *q,
         const struct dns_record *r)
{
	char text[IP_TEXT];
	struct sv said = q->type == DNS_A || q->type == DNS_AAAA
	                     ? sv_str(ip_text(&r->ip, text))
	                     : r->text;

	if (!q->zone.n)
		return ARENA_JOIN(job->arena, q->shown, SV(": "), said);
	return ARENA_JOIN(job->arena, q->shown, SV(" in "), q->zone, SV(": "),
	                  said);
}

bool
eval_asks(struct eval_job *job, const struct asked *q, const struct subtest *t)
{
	const struct dns_answer *answer;

	if (t->kind == SUBTEST_NEVER)
		return false;
	answer = eval_ask(job, q->type, q->name, q->zone);
	if (!answer)
		return false;
	if (status_passes(t, answer)) {
		job->note = q->shown;
		return true;
	}
	for (size_t i = 0; i < answer->n_records; i++)
		if (record_passes(job, q, t, &answer->records[i])) {
			job->note = describe(job, q, &answer->records[i]);
			return true;
		}
	return false;
}

void
ask_note_hit(struct eval_job *job, const struct eval_call *call)
{
	const char *rule = call->rule.name;
	const struct ask_zones *zones =
	    rule ? map_get(job->settings->ask.block_rules, sv_str(rule)) : NULL;

	for (size_t i = 0; zones && i < zones->n; i++)
		note_refusal(job, zones->list[i], LIST_BLOCKED);
}
