/* SPDX-License-Identifier: Apache-2.0 */
/* The words of records, headers and the feed for our enumerations. */
#include "scan/scan.h"

const char *const stage_words[STAGE_COUNT] = {
	[STAGE_PARSE] = "parse", [STAGE_FACTS] = "facts",
	[STAGE_SIGNALS] = "signals",
	[STAGE_RULES] = "rules", [STAGE_VERDICT] = "verdict",
	[STAGE_PLAN] = "plan",
};

const char *
verdict_word(enum verdict v)
{
	static const char *const words[VERDICT_COUNT] = {
		[VERDICT_LEGITIMATE] = "legitimate",
		[VERDICT_ADVERTISING_SPAM] = "advertising_spam",
		[VERDICT_OTHER_ABUSE] = "other_abuse",
		[VERDICT_SUSPECTED] = "suspected",
		[VERDICT_UNKNOWN] = "unknown",
	};

	return words[v];
}

bool
verdict_is_spam(enum verdict v)
{
	return v == VERDICT_ADVERTISING_SPAM || v == VERDICT_OTHER_ABUSE;
}

const char *
channel_word(enum channel c)
{
	static const char *const words[] = {
		[CHANNEL_SMTP] = "smtp",
		[CHANNEL_HTTP] = "http",
		[CHANNEL_FILE] = "file",
		[CHANNEL_SPAMD] = "smtp",
	};

	return words[c];
}

const char *
surface_word(struct sv word)
{
	static const char *const words[] = {
		"mail",    "comment",         "post", "review",
		"profile", "private-message", NULL,
	};

	for (const char *const *w = words; *w; w++)
		if (sv_ieq_str(word, *w))
			return *w;
	return "other";
}
