/* SPDX-License-Identifier: Apache-2.0 */
#include "learn/log_trim.h"

enum { AT_ONCE = 500, ROUNDS = 10 };

/* A failing store is asked again next time. */
static bool
trim(struct store *s, struct sv log, int64_t before_ms, size_t *ret_n)
{
	size_t n = 1;

	for (int i = 0; i < ROUNDS && n; i++) {
		if (store_trim_log(s, log, before_ms, AT_ONCE, &n))
			return false;
		*ret_n += n;
	}
	return n > 0;
}

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

bool
log_trim(struct store *s, const struct conf *conf, int64_t unread_ms,
         int64_t now_ms, size_t *ret_n)
{
	const struct conf_feedback *f = &conf->feedback;
	int64_t kept_ms = f->keep_ms > f->window_ms ? f->keep_ms : f->window_ms;
	int64_t before_ms = now_ms - kept_ms;
	bool more = trim(s, SV("feedback"), before_ms, ret_n);

	more |= trim(s, SV("change"), least(before_ms, unread_ms), ret_n);
	more |= trim(s, SV("review"), now_ms - conf->review.time_ms, ret_n);
	return more;
}
