/* SPDX-License-Identifier: Apache-2.0 */
#include "record/event.h"

#include <stdio.h>

#include "base/clock.h"
#include "record/reader.h"
#include "record/words.h"

#define PSEUDONYM_START "hmac-sha256:"

static const struct {
	const char *name;
	enum words list;
} word_members[] = {
	{ "channel", WORDS_CHANNEL }, { "surface", WORDS_SURFACE },
	{ "verdict", WORDS_VERDICT }, { "action", WORDS_ACTION },
	{ "ad_type", WORDS_AD_TYPE }, { "category", WORDS_CATEGORY },
};
enum { WORD_MEMBERS = sizeof word_members / sizeof *word_members };

static const char *const pseudonym_members[] = { "client", "sender",
	                                         "sender_domain" };

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

json_t *
event_new(const struct event *e)
{
	const struct record_item *i = e->item;
	const struct sv words[WORD_MEMBERS] = { i->channel, i->surface,
		                                i->verdict, i->action,
		                                i->ad_type, i->category };
	const struct sv pseudonyms[] = { e->client, e->sender,
		                         e->sender_domain };
	json_t *event = json_object();
	char time[CLOCK_TEXT];

	clock_text(i->unix_ms - i->unix_ms % RECORD_MINUTE_MS, time);
	json_object_set_new(event, "time", json_string(time));
	for (size_t w = 0; w < WORD_MEMBERS; w++)
		json_object_set_new(
		    event, word_members[w].name,
		    text_new(words_known(word_members[w].list, words[w])));
	json_object_set_new(event, "complete", json_boolean(i->complete));
	json_object_set_new(event, "recipients",
	                    json_integer((json_int_t)i->recipients));
	json_object_set_new(event, "rules", rules_new(i));
	json_object_set_new(event, "key_epoch", text_new(e->key_epoch));
	for (size_t p = 0; p < 3; p++)
		json_object_set_new(event, pseudonym_members[p],
		                    text_new(pseudonyms[p]));
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
is_pseudonym(struct sv s)
{
	struct sv digest = sv_from(s, sizeof PSEUDONYM_START - 1);

	if (s.n == 0)
		return true;
	if (s.n != PSEUDONYM_TEXT - 1 || !sv_starts(s, SV(PSEUDONYM_START)))
		return false;
	for (size_t i = 0; i < digest.n; i++)
		if ((digest.p[i] < '0' || digest.p[i] > '9') &&
		    (digest.p[i] < 'a' || digest.p[i] > 'f'))
			return false;
	return true;
}

static bool
check_pseudonyms(struct reader *r, json_t *event)
{
	struct sv text;

	for (size_t i = 0; i < 3; i++) {
		const char *name = pseudonym_members[i];

		if (!reader_text(r, event, name, PSEUDONYM_TEXT, &text))
			return false;
		if (!is_pseudonym(text))
			return reader_fail_at(r, name, E_RANGE,
			                      "is no keyed digest");
	}
	return true;
}

static bool
check_time(struct reader *r, json_t *event)
{
	struct sv epoch, time;
	int64_t unix_ms;

	if (!reader_time(r, event, "time", &unix_ms) ||
	    !reader_text(r, event, "time", CLOCK_TEXT, &time) ||
	    !reader_text(r, event, "key_epoch", 7, &epoch))
		return false;
	if (unix_ms % RECORD_MINUTE_MS || unix_ms < 0)
		return reader_fail_at(r, "time", E_RANGE,
		                      "must be a full minute");
	return sv_eq(epoch, sv_sub(time, 0, 7)) ||
	       reader_fail_at(r, "key_epoch", E_RANGE,
	                      "must be the month of the time");
}

bool
event_check(struct reader *r, json_t *event)
{
	uint64_t recipients;

	if (!READER_MEMBERS(r, event, "time", "channel", "surface", "verdict",
	                    "action", "ad_type", "category", "complete",
	                    "recipients", "rules", "key_epoch", "client",
	                    "sender", "sender_domain") ||
	    !check_time(r, event))
		return false;
	for (size_t w = 0; w < WORD_MEMBERS; w++)
		if (!check_word(r, event, word_members[w].name,
		                word_members[w].list))
			return false;
	if (!json_is_boolean(json_object_get(event, "complete")))
		return reader_fail_at(r, "complete", E_SYNTAX,
		                      "must be true or false");
	return reader_count(r, event, "recipients", &recipients) &&
	       check_rules(r, event) && check_pseudonyms(r, event);
}
