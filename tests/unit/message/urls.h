/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of URLs share. */
#ifndef TEST_URLS_H
#define TEST_URLS_H

#include "message/url.h"
#include "parse.h"

/* All URLs of a message, each followed by a space. */
static inline struct sv
urls(const struct message *m)
{
	struct sv all = SV("");

	for (size_t i = 0; i < m->n_urls; i++)
		all = arena_printf(arena(), SV_FMT SV_FMT " ", SV_ARG(all),
		                   SV_ARG(m->urls[i].url));
	return all;
}

/* The URL of a post's author, which is read as that of a link. */
static inline struct message *
post_url(const char *url)
{
	struct message_post post = { .url = sv_str(url) };

	return message_from_post(arena(), &post, &test_limits);
}

#endif
