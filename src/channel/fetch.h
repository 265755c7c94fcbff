/* SPDX-License-Identifier: Apache-2.0 */
/* Getting a bundle and its signature, which is at the same address with .sig
 * at the end. */
#ifndef CHANNEL_FETCH_H
#define CHANNEL_FETCH_H

#include "conf/conf.h"
#include "web/web.h"

struct channel_fetch {
	bool unchanged; /* there is no newer one: nothing else is set */
	struct buf bundle, signature;
	char etag[WEB_HEADER], last_modified[WEB_HEADER]; /* or "" */
};

/* Asks for what is newer than `etag` and `last_modified` (from an earlier
 * time, or ""). Not a byte has been looked at when it returns 0. E_IO,
 * E_REMOTE, E_LIMIT, E_RANGE with the reason. */
int channel_fetch(const struct conf_channel *conf, const char *url,
                  const char *etag, const char *last_modified,
                  struct channel_fetch *ret, char why[WEB_WHY])
    __attribute__((warn_unused_result));
void channel_fetch_done(struct channel_fetch *f);

#endif
