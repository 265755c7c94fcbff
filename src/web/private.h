/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of web/ share. */
#ifndef WEB_PRIVATE_H
#define WEB_PRIVATE_H

#include <curl/curl.h>

#include "web/web.h"

struct web {
	CURL *curl;
	char error[CURL_ERROR_SIZE];
	/* of the request under way */
	const _Atomic int64_t *stop;
	struct web_answer *answer;
};

/* Begins a request anew on the connections that there are. */
void web_reset(struct web *w, const char *url, int64_t timeout_ms,
               const _Atomic int64_t *stop_ms);

#endif
