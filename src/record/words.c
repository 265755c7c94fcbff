/* SPDX-License-Identifier: Apache-2.0 */
#include "record/words.h"

static const char *const lists[][24] = {
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
	[WORDS_RULE] = { NULL },
};

static bool
is_rule_name(struct sv word)
{
	if (word.n == 0 || word.n > RULE_NAME_MAX)
		return false;
	for (size_t i = 0; i < word.n; i++) {
		char c = word.p[i];

		if (c != '_' && (c < '0' || c > '9') && (c < 'A' || c > 'Z'))
			return false;
	}
	return true;
}

static bool
is_listed(enum words list, struct sv word)
{
	if (list == WORDS_RULE)
		return is_rule_name(word);
	for (const char *const *w = lists[list]; *w; w++)
		if (sv_eq_str(word, *w))
			return true;
	return false;
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
