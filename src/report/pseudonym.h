/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keyed digests in place of addresses. The key is made at first use and never
 * leaves tamisd.state_dir (pseudonym.key, 32 random bytes). Each month has a
 * key derived from it, so pseudonyms of different months cannot be linked by
 * who has only the digests.
 */
#ifndef REPORT_PSEUDONYM_H
#define REPORT_PSEUDONYM_H

#include "base/digest.h"
#include "conf/conf.h"
#include "report/item.h"

struct pseudonym_key {
	unsigned char bytes[DIGEST_BYTES];
};

/* E_IO with errno, E_SYNTAX when the file has another length. */
int pseudonym_key_load(const struct conf *conf, struct pseudonym_key *ret)
    __attribute__((warn_unused_result));

/* The campaign of a verdict as a pseudonym of the month; "" when none is
 * known. Points to text, which has PSEUDONYM_TEXT bytes. */
struct sv pseudonym_campaign(const struct pseudonym_key *key,
                             const struct item *item, char *text);

/* The event of a verdict, a feedback or a correction (record/event.h); the
 * campaign is that of item->counted. Without a key (NULL) the pseudonyms are
 * "". */
json_t *pseudonym_event(const struct pseudonym_key *key,
                        const struct item *item);

#endif
