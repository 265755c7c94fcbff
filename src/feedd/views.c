/* SPDX-License-Identifier: Apache-2.0 */
/* The published tables: their stable names and what they mean. */
#include "feedd/figures.h"

#define DIM(d) (1u << (d))
#define ALL    (DIM(0) | DIM(1) | DIM(2))

/* clang-format off: a table a line */
const struct view views[] = {
	{ "channel_verdict_action", "channel_verdict_action", ALL,
	  TEXT_V_CHANNEL_VERDICT_ACTION, TEXT_V_CHANNEL_VERDICT_ACTION_IS,
	  true },
	{ "surface_adtype", "surface_adtype", DIM(0) | DIM(1),
	  TEXT_V_SURFACE_ADTYPE, TEXT_V_SURFACE_ADTYPE_IS, true },
	{ "category_channel", "category_channel", DIM(0) | DIM(1),
	  TEXT_V_CATEGORY_CHANNEL, TEXT_V_CATEGORY_CHANNEL_IS, true },
	{ "country_channel_verdict", "country_channel_verdict", ALL,
	  TEXT_V_COUNTRY_CHANNEL, TEXT_V_COUNTRY_IS, true },
	{ "asn_verdict", "asn_verdict", DIM(0) | DIM(1), TEXT_V_ASN,
	  TEXT_V_ASN_IS, true },
	{ "auth_verdict", "auth_verdict", ALL, TEXT_V_AUTH, TEXT_V_AUTH_IS,
	  false },
	{ "evidence_verdict", "evidence_verdict", DIM(0) | DIM(1),
	  TEXT_V_EVIDENCE, TEXT_V_EVIDENCE_IS, true },
	{ "route_verdict", "route_verdict", DIM(0) | DIM(1), TEXT_V_ROUTE,
	  TEXT_V_ROUTE_IS, true },
	{ "feedback", "feedback", DIM(0) | DIM(1), TEXT_V_FEEDBACK,
	  TEXT_V_FEEDBACK_IS, false },
	{ "complaint_reason", "complaint_reason", DIM(0) | DIM(1),
	  TEXT_V_REASON, TEXT_V_REASON_IS, false },
	{ "correction", "correction", ALL, TEXT_V_CORRECTION,
	  TEXT_V_CORRECTION_IS, false },
	{ "recognition", "recognition", DIM(0) | DIM(1), TEXT_V_RECOGNITION,
	  TEXT_V_RECOGNITION_IS, false },
	{ "campaign_verdict", "campaign_verdict", DIM(0) | DIM(1),
	  TEXT_V_CAMPAIGN, TEXT_V_CAMPAIGN_IS, false },
	{ "rule", "rule", DIM(0), TEXT_V_RULE, TEXT_V_RULE_IS, false },
	{ "channel", "channel_verdict_action", DIM(0), TEXT_V_CHANNEL,
	  TEXT_V_CHANNEL_IS, true },
	{ "verdict", "channel_verdict_action", DIM(1), TEXT_V_VERDICT,
	  TEXT_V_VERDICT_IS, true },
	{ "action", "channel_verdict_action", DIM(2), TEXT_V_ACTION,
	  TEXT_V_ACTION_IS, true },
	{ "channel_verdict", "channel_verdict_action", DIM(0) | DIM(1),
	  TEXT_V_CHANNEL_VERDICT, TEXT_V_CHANNEL_VERDICT_IS, true },
	{ "surface", "surface_adtype", DIM(0), TEXT_V_SURFACE,
	  TEXT_V_SURFACE_IS, true },
	{ "ad_type", "surface_adtype", DIM(1), TEXT_V_AD_TYPE,
	  TEXT_V_AD_TYPE_IS, true },
	{ "category", "category_channel", DIM(0), TEXT_V_CATEGORY,
	  TEXT_V_CATEGORY_IS, true },
	{ "country", "country_channel_verdict", DIM(0), TEXT_V_COUNTRY,
	  TEXT_V_COUNTRY_IS, true },
	{ "country_verdict", "country_channel_verdict", DIM(0) | DIM(2),
	  TEXT_V_COUNTRY_VERDICT, TEXT_V_COUNTRY_IS, true },
	{ "asn", "asn_verdict", DIM(0), TEXT_V_ASN, TEXT_V_ASN_IS, true },
	{ "route", "route_verdict", DIM(0), TEXT_V_ROUTE, TEXT_V_ROUTE_IS,
	  true },
	{ "evidence", "evidence_verdict", DIM(0), TEXT_V_EVIDENCE,
	  TEXT_V_EVIDENCE_IS, true },
};
/* clang-format on */
const size_t views_count = sizeof views / sizeof *views;
