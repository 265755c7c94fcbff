/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/contract.h"

#include <string.h>

/* The first row counts whose zone is the list's, or above it, and whose code
 * the answer has under the mask. */
static const struct {
	const char *zone; /* "": any */
	unsigned char code[4], mask[4];
	enum list_refusal refusal;
} codes[] = {
	/* Bit 1 is not used for listings; all refused questions get it. */
	{ "uribl.com", { 127, 0, 0, 1 }, { 255, 0, 0, 1 }, LIST_BLOCKED },
	{ "surbl.org", { 127, 0, 0, 1 }, { 255, 0, 0, 1 }, LIST_BLOCKED },
	/* 127.0.CATEGORY.TRUST, of which 255 is none. */
	{ "dnswl.org",
	  { 127, 0, 0, 255 },
	  { 255, 255, 0, 255 },
	  LIST_OVER_QUOTA },
	/* Addresses are not in this list of names. */
	{ "dbl.spamhaus.org",
	  { 127, 0, 1, 255 },
	  { 255, 255, 255, 255 },
	  LIST_WRONG_QUESTION },
	/* Spamhaus' codes, which others have taken over (Validity, DKIMWL,
	 * fmb.la, ...). All of 127.255.255.0/24 is kept for errors. */
	{ "",
	  { 127, 255, 255, 252 },
	  { 255, 255, 255, 255 },
	  LIST_WRONG_QUESTION },
	{ "",
	  { 127, 255, 255, 254 },
	  { 255, 255, 255, 255 },
	  LIST_PUBLIC_RESOLVER },
	{ "", { 127, 255, 255, 255 }, { 255, 255, 255, 255 }, LIST_OVER_QUOTA },
	{ "", { 127, 255, 255, 0 }, { 255, 255, 255, 0 }, LIST_BLOCKED },
};

const char *
list_refusal_word(enum list_refusal r)
{
	static const char *const words[LIST_REFUSALS] = {
		[LIST_ANSWERS] = "answers",
		[LIST_BLOCKED] = "blocked",
		[LIST_OVER_QUOTA] = "over quota",
		[LIST_PUBLIC_RESOLVER] = "public resolver",
		[LIST_WRONG_QUESTION] = "wrong question",
	};

	return words[r];
}

bool
list_refusal_is_lasting(enum list_refusal r)
{
	return r != LIST_ANSWERS && r != LIST_WRONG_QUESTION;
}

/* Whether a zone is that one, or below it. */
static bool
is_within(struct sv zone, const char *above)
{
	size_t n = strlen(above);

	return n == 0 || (sv_iends(zone, sv_str(above)) &&
	                  (zone.n == n || zone.p[zone.n - n - 1] == '.'));
}

enum list_refusal
list_refusal_of(struct sv zone, const struct ip *ip)
{
	const unsigned char *b = &ip->bytes[12];

	if (!ip_is_v4(ip))
		return LIST_ANSWERS;
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		bool is_code = true;

		for (int k = 0; k < 4; k++)
			is_code = is_code &&
			          (b[k] & codes[i].mask[k]) == codes[i].code[k];
		if (is_code && is_within(zone, codes[i].zone))
			return codes[i].refusal;
	}
	return LIST_ANSWERS;
}

/* "127.0.0.1 -> Query Refused. See ...", or a page about such codes. */
enum list_refusal
list_refusal_of_text(struct sv zone, struct sv text)
{
	struct sv word;
	struct ip ip;

	if (sv_ifind(text, SV("spamhaus.org/returnc/")) != SV_NOT_FOUND)
		return LIST_BLOCKED;
	if (!sv_word(&text, &word) || ip_parse(word, &ip) != 0)
		return LIST_ANSWERS;
	return list_refusal_of(zone, &ip);
}
