/* SPDX-License-Identifier: Apache-2.0 */
/* The form by which browsers sign in to the collector. */
#include <stdint.h>
#include <stdlib.h>

#include "feedd/login.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct login *login;
	const int64_t now_unix_ms = INT64_C(1795403040000);
	const struct site_request q = { .path = "/own" };
	char cookie[LOGIN_SET_COOKIE], header[LOGIN_HEADER];
	const char *lang;

	if (!login)
		login = login_new(access_new(NULL));
	(void)login_post(login, &q, sv_make((const char *)data, size),
	                 now_unix_ms, cookie, &lang);
	if (login_recall(login, "0123456789abcdef0123456789abcdef", now_unix_ms,
	                 header))
		abort();
	return 0;
}
