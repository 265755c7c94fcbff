/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was learned about one message, as functions of rules see it. Each is
 * NULL as long as it is not known; nothing is, before the facts are.
 */
#ifndef LEARN_SIGNALS_H
#define LEARN_SIGNALS_H

#include "learn/campaign.h"
#include "learn/known.h"
#include "learn/rate.h"
#include "learn/reputation.h"

struct signals {
	const struct reputation *reputation;
	const struct known *known;
	const struct rate *rates;
	size_t n_rates;
	const struct campaign *campaign;
};

#endif
