/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/vocabulary.h"

const char *const vocabulary_ad_types[] = {
	"direct_ad",
	"hidden_ad",
	"link_promotion",
	"contact_drop",
	"fake_review",
	"seo_link",
	"bulk_newsletter",
	"redirect_short_link",
	"image_or_qr_ad",
	"account_as_ad",
	"none",
	NULL,
};

const char *const vocabulary_categories[] = {
	"gambling",
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
	"other",
	NULL,
};

const char *
vocabulary_find(const char *const *words, struct sv word)
{
	for (; *words; words++)
		if (sv_eq_str(word, *words))
			return *words;
	return NULL;
}
