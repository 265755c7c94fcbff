/* SPDX-License-Identifier: Apache-2.0 */
#include "record/event.h"

#include <stdio.h>

#include "base/clock.h"
#include "record/private.h"
#include "record/reader.h"

#define PSEUDONYM_START "hmac-sha256:"

struct word_member {
	const char *name;
	enum words list;
};

/* Words of each kind of event; verdicts of version 1 have the first six. */
static const struct word_member verdict_words[] = {
	{ "channel", WORDS_CHANNEL }, { "surface", WORDS_SURFACE },
	{ "verdict", WORDS_VERDICT }, { "action", WORDS_ACTION },
	{ "ad_type", WORDS_AD_TYPE }, { "category", WORDS_CATEGORY },
	{ "country", WORDS_COUNTRY }, { "asn", WORDS_ASN },
	{ "spf", WORDS_AUTH },        { "dkim", WORDS_AUTH },
	{ "dmarc", WORDS_AUTH },      { "evidence", WORDS_EVIDENCE },
	{ "route", WORDS_ROUTE },
};
static const struct word_member feedback_words[] = {
	{ "channel", WORDS_CHANNEL },
	{ "feedback", WORDS_FEEDBACK },
	{ "source", WORDS_SOURCE },
	{ "reason", WORDS_REASON },
};
static const struct word_member correction_words[] = {
	{ "by", WORDS_BY },
	{ "from_verdict", WORDS_VERDICT },
	{ "to_verdict", WORDS_VERDICT },
};
#define COUNT(list) (sizeof(list) / sizeof *(list))
enum { VERDICT_WORDS_REQUIRED = 6 };

static const char *const pseudonym_members[] = { "client", "sender",
	                                         "sender_domain", "id",
	                                         "campaign" };
enum { PSEUDONYMS_REQUIRED = 3, PSEUDONYMS = 5 };

char *
pseudonym_text(const unsigned char digest[16], char text[PSEUDONYM_TEXT])
{
	int n = snprintf(text, PSEUDONYM_TEXT, PSEUDONYM_START);

	for (int i = 0; i < 16; i++)
		n += snprintf(text + n, 3, "%02x", digest[i]);
	return text;
}

static json_t *
text_new(struct sv s)
{
	return json_stringn(s.p ? s.p : "", s.n);
}

static json_t *
rules_new(const struct record_item *item)
{
	json_t *rules = json_array();

	for (size_t i = 0; i < item->n_rules; i++)
		if (json_array_size(rules) < EVENT_RULES_MAX &&
		    words_have(WORDS_RULE, item->rules[i]))
			json_array_append_new(rules, text_new(item->rules[i]));
	return rules;
}

static void
set_words(json_t *event, const struct word_member *members,
          const struct sv *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		json_object_set_new(
		    event, members[i].name,
		    text_new(words_known(members[i].list, words[i])));
}

static struct sv
or_else(struct sv word, struct sv otherwise)
{
	return word.n ? word : otherwise;
}

static void
set_item(json_t *event, const struct event *e)
{
	const struct record_item *i = e->item;
	const struct sv unchecked = SV("unchecked"), unknown = SV("unknown");
	const struct sv words[] = {
		i->channel,
		i->surface,
		i->verdict,
		i->action,
		i->ad_type,
		i->category,
		or_else(i->country, unknown),
		or_else(i->asn, unknown),
		or_else(i->spf, unchecked),
		or_else(i->dkim, unchecked),
		or_else(i->dmarc, unchecked),
		or_else(i->evidence, SV("none")),
		or_else(i->route, unknown),
	};
	const struct sv pseudonyms[] = { e->client, e->sender, e->sender_domain,
		                         e->id, i->campaign };

	set_words(event, verdict_words, words, COUNT(verdict_words));
	json_object_set_new(event, "complete", json_boolean(i->complete));
	json_object_set_new(event, "recipients",
	                    json_integer((json_int_t)i->recipients));
	json_object_set_new(event, "rules", rules_new(i));
	for (size_t p = 0; p < PSEUDONYMS; p++)
		json_object_set_new(event, pseudonym_members[p],
		                    text_new(pseudonyms[p]));
}

static void
set_feedback(json_t *event, const struct event *e)
{
	const struct record_feedback *f = e->feedback;
	const struct sv words[] = { f->channel, f->type, f->source,
		                    or_else(f->reason, SV("none")) };

	set_words(event, feedback_words, words, COUNT(feedback_words));
	json_object_set_new(event, "ref", text_new(e->id));
}

static void
set_correction(json_t *event, const struct event *e)
{
	const struct record_correction *c = e->correction;
	const struct sv words[] = { c->by, c->from, c->to };

	set_words(event, correction_words, words, COUNT(correction_words));
	json_object_set_new(event, "ref", text_new(e->id));
}

json_t *
event_new(const struct event *e)
{
	int64_t unix_ms = e->item       ? e->item->unix_ms
	                  : e->feedback ? e->feedback->unix_ms
	                                : e->correction->unix_ms;
	json_t *event = json_object();
	char time[CLOCK_TEXT];

	clock_text(unix_ms - unix_ms % RECORD_MINUTE_MS, time);
	json_object_set_new(event, "kind",
	                    json_string(e->item       ? "verdict"
	                                : e->feedback ? "feedback"
	                                              : "correction"));
	json_object_set_new(event, "time", json_string(time));
	json_object_set_new(event, "key_epoch", text_new(e->key_epoch));
	if (e->item)
		set_item(event, e);
	else if (e->feedback)
		set_feedback(event, e);
	else
		set_correction(event, e);
	return event;
}

/* ---- checking ---- */

static bool
check_word(struct reader *r, json_t *event, const char *name, enum words list)
{
	struct sv word;

	if (!reader_text(r, event, name, RULE_NAME_MAX, &word))
		return false;
	return words_have(list, word) ||
	       reader_fail_at(r, name, E_RANGE, "unknown word");
}

static bool
check_rules(struct reader *r, json_t *event)
{
	json_t *rules = json_object_get(event, "rules"), *rule;
	size_t at = reader_enter(r, "rules"), i;

	if (!json_is_array(rules))
		return reader_fail(r, E_SYNTAX, "must be an array");
	if (json_array_size(rules) > EVENT_RULES_MAX)
		return reader_fail(r, E_LIMIT, "has more than %d",
		                   EVENT_RULES_MAX);
	json_array_foreach (rules, i, rule) {
		size_t in_one = reader_enter_index(r, i);

		if (!json_is_string(rule))
			return reader_fail(r, E_SYNTAX, "must be a string");
		if (!words_have(WORDS_RULE, reader_string(rule)))
			return reader_fail(r, E_RANGE, "is no rule name");
		reader_leave(r, in_one);
	}
	return reader_leave(r, at);
}

static bool
check_pseudonym(struct reader *r, json_t *event, const char *name)
{
	struct sv text;

	return reader_text(r, event, name, PSEUDONYM_TEXT, &text) &&
	       (text.n == 0 || shape_has(SHAPE_PSEUDONYM, text) ||
	        reader_fail_at(r, name, E_RANGE, "is no keyed digest"));
}

static bool
check_words(struct reader *r, json_t *event, const struct word_member *members,
            size_t required, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((i < required || json_object_get(event, members[i].name)) &&
		    !check_word(r, event, members[i].name, members[i].list))
			return false;
	return true;
}

static bool
check_time(struct reader *r, json_t *event)
{
	struct sv epoch, time;
	int64_t unix_ms;

	if (!reader_minute(r, event, "time", &unix_ms) ||
	    !reader_text(r, event, "time", CLOCK_TEXT, &time) ||
	    !reader_text(r, event, "key_epoch", 7, &epoch))
		return false;
	if (!shape_has(SHAPE_EPOCH, epoch))
		return reader_fail_at(r, "key_epoch", E_RANGE,
		                      "must be a month, as 2026-11");
	return sv_eq(epoch, sv_sub(time, 0, 7)) ||
	       reader_fail_at(r, "key_epoch", E_STATE,
	                      "must be the month of the time");
}

static bool
check_verdict(struct reader *r, json_t *event)
{
	static const char *const names[] = {
		"time",      "channel",  "surface",  "verdict",       "action",
		"ad_type",   "category", "complete", "recipients",    "rules",
		"key_epoch", "client",   "sender",   "sender_domain", "kind",
		"id",        "country",  "asn",      "spf",           "dkim",
		"dmarc",     "evidence", "route",    "campaign",
	};
	enum { REQUIRED = 14 };
	uint64_t recipients;

	if (!reader_members_some(r, event, names, REQUIRED, COUNT(names)) ||
	    !check_time(r, event) ||
	    !check_words(r, event, verdict_words, VERDICT_WORDS_REQUIRED,
	                 COUNT(verdict_words)))
		return false;
	for (size_t i = 0; i < PSEUDONYMS; i++)
		if ((i < PSEUDONYMS_REQUIRED ||
		     json_object_get(event, pseudonym_members[i])) &&
		    !check_pseudonym(r, event, pseudonym_members[i]))
			return false;
	if (!json_is_boolean(json_object_get(event, "complete")))
		return reader_fail_at(r, "complete", E_SYNTAX,
		                      "must be true or false");
	return reader_count(r, event, "recipients", &recipients) &&
	       check_rules(r, event);
}

static bool
check_feedback(struct reader *r, json_t *event)
{
	return READER_MEMBERS(r, event, "kind", "time", "ref", "key_epoch",
	                      "channel", "feedback", "source", "reason") &&
	       check_time(r, event) && check_pseudonym(r, event, "ref") &&
	       check_words(r, event, feedback_words, COUNT(feedback_words),
	                   COUNT(feedback_words));
}

static bool
check_correction(struct reader *r, json_t *event)
{
	return READER_MEMBERS(r, event, "kind", "time", "ref", "key_epoch",
	                      "by", "from_verdict", "to_verdict") &&
	       check_time(r, event) && check_pseudonym(r, event, "ref") &&
	       check_words(r, event, correction_words, COUNT(correction_words),
	                   COUNT(correction_words));
}

bool
event_check(struct reader *r, json_t *event)
{
	static const char *const kinds[] = { "verdict", "feedback",
		                             "correction", NULL };
	struct sv kind = SV("verdict");

	if (json_is_object(event) && json_object_get(event, "kind") &&
	    !reader_word(r, event, "kind", kinds, &kind))
		return false;
	if (sv_eq(kind, SV("feedback")))
		return check_feedback(r, event);
	if (sv_eq(kind, SV("correction")))
		return check_correction(r, event);
	return check_verdict(r, event);
}
