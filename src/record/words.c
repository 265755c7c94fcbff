/* SPDX-License-Identifier: Apache-2.0 */
#include "record/words.h"

static const char *const lists[WORDS_COUNT][24] = {
	[WORDS_CHANNEL] = { "smtp", "http", "file", "chat", "sms", "mms", "rcs",
	                    "im", "social_media", "push_notification" },
	[WORDS_SURFACE] = { "mail", "comment", "post", "review", "profile",
	                    "private-message" },
	[WORDS_VERDICT] = { "legitimate", "advertising_spam", "other_abuse",
	                    "suspected", "unknown" },
	[WORDS_ACTION] = { "accept", "tag", "reject", "tempfail", "discard",
	                   "quarantine", "hold_for_review" },
	[WORDS_AD_TYPE] = { "none", "direct_ad", "hidden_ad", "link_promotion",
	                    "contact_drop", "fake_review", "seo_link",
	                    "bulk_newsletter", "redirect_short_link",
	                    "image_or_qr_ad", "account_as_ad" },
	[WORDS_CATEGORY] = { "gambling",
	                     "loan_finance",
	                     "investment",
	                     "adult_dating",
	                     "pharma_health",
	                     "counterfeit_goods",
	                     "telecom_subscription",
	                     "jobs",
	                     "education",
	                     "travel_tickets",
	                     "software_it",
	                     "invoices_certificates",
	                     "lottery_prize",
	                     "news_media",
	                     "business_to_business",
	                     "shopping",
	                     "phishing",
	                     "malware",
	                     "fraud",
	                     "other" },
	[WORDS_COUNTRY] = { "unknown" },
	[WORDS_ASN] = { "unknown" },
	[WORDS_MECHANISM] = { "spf", "dkim", "dmarc" },
	[WORDS_AUTH] = { "none", "pass", "fail", "softfail", "neutral",
	                 "policy", "temperror", "permerror", "unchecked" },
	[WORDS_EVIDENCE] = { "none", "rule", "list", "classifier", "reputation",
	                     "campaign", "feedback" },
	[WORDS_ROUTE] = { "unknown", "api", "local", "authenticated",
	                  "forwarded", "no_name", "generic_name", "named" },
	[WORDS_FEEDBACK] = { "spam", "not_spam", "appeal", "withdrawn" },
	[WORDS_SOURCE] = { "http", "arf", "imap", "cli", "spamd", "akismet",
	                   "review" },
	[WORDS_REASON] = { "none", "no_consent", "sender_identification",
	                   "deceptive_marketing", "malware", "fraud",
	                   "unsubscribe_ignored", "off_topic_ad" },
	[WORDS_BY] = { "review", "appeal", "rejudge" },
	[WORDS_STATE] = { "suspected", "spam" },
	[WORDS_WITHIN] = { "1m", "10m", "1h", "6h", "1d", "7d", "longer" },
	[WORDS_RULE] = { NULL },
	[WORDS_CAMPAIGN] = { NULL },
};

/* Seconds that the words of WORDS_WITHIN stand for, but for the last. */
static const uint64_t within_s[] = { 60, 600, 3600, 21600, 86400, 604800 };

static bool
is_shaped(enum words list, struct sv word)
{
	switch (list) {
	case WORDS_RULE:
		return shape_has(SHAPE_RULE, word);
	case WORDS_CAMPAIGN:
		return shape_has(SHAPE_PSEUDONYM, word);
	case WORDS_COUNTRY:
		return shape_has(SHAPE_COUNTRY, word);
	case WORDS_ASN:
		return shape_has(SHAPE_ASN, word);
	default:
		return false;
	}
}

static bool
is_listed(enum words list, struct sv word)
{
	for (const char *const *w = lists[list]; *w; w++)
		if (sv_eq_str(word, *w))
			return true;
	return is_shaped(list, word);
}

const char *const *
words_list(enum words list)
{
	return lists[list];
}

bool
words_is_abuse(struct sv category)
{
	return sv_eq(category, SV("phishing")) ||
	       sv_eq(category, SV("malware")) || sv_eq(category, SV("fraud"));
}

bool
words_have(enum words list, struct sv word)
{
	return sv_eq(word, SV("other")) || is_listed(list, word);
}

struct sv
words_known(enum words list, struct sv word)
{
	return is_listed(list, word) ? word : SV("other");
}

struct sv
words_within(uint64_t seconds)
{
	size_t i = 0;

	while (i < sizeof within_s / sizeof *within_s && seconds > within_s[i])
		i++;
	return sv_str(lists[WORDS_WITHIN][i]);
}
