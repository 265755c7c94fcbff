/* SPDX-License-Identifier: Apache-2.0 */
/* Text with URLs in it, the same as one URL, as the text and the target of a
 * link, and as a reference with the first line as its base. */
#include "message/url.h"
#include "message_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_urls(const struct message *m)
{
	for (size_t i = 0; i < m->n_urls; i++) {
		const struct message_url *u = &m->urls[i];

		must(u->host.n <= URL_HOST_BYTES_MAX);
		must(u->domain.n <= u->host.n);
		must((u->host.n == 0) == (u->host_unicode.n == 0));
		must(u->raw.n <= (size_t)fuzz_limits.bytes_max);
	}
}

static void
check_pieces(struct arena *a, struct sv text)
{
	struct sv base = sv_sub(text, 0, sv_find_char(text, '\n'));
	struct sv url = url_trim(a, text), resolved;
	struct url_pieces pieces;

	url_split(url, &pieces);
	must(pieces.scheme.n + pieces.userinfo.n + pieces.host.n +
	         pieces.port.n + pieces.path.n + pieces.query.n +
	         pieces.fragment.n <=
	     url.n);
	resolved = url_resolve(a, base, text);
	must(resolved.n <= 2 * URL_BYTES_MAX + 1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct sv text = sv_make((const char *)data, size);
	struct message_post post = { .text = text, .url = text };
	struct message_post link = {
		.html = arena_printf(a, "<a href=\"" SV_FMT "\">" SV_FMT,
		                     SV_ARG(text), SV_ARG(text)),
	};
	struct message *m = message_from_post(a, &post, &fuzz_limits);

	message_check(m);
	check_urls(m);
	m = message_from_post(a, &link, &fuzz_limits);
	message_check(m);
	check_urls(m);
	check_pieces(a, text);
	arena_free(a);
	return 0;
}
