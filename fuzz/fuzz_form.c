/* SPDX-License-Identifier: Apache-2.0 */
/* Forms of Akismet's protocol, through the reading of the post they have. */
#include <stdint.h>

#include "ingress/akismet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct conf *conf;
	struct diags diags = DIAGS_INIT;
	struct scan s = { 0 };
	struct akismet akismet;
	struct form form;

	if (!conf)
		conf = conf_parse(SV(""), "defaults", &diags);
	s.arena = arena_new();
	form_read(sv_make((const char *)data, size), s.arena, &form);
	akismet_key(&form, SV("key.rest.example.org:8080"));
	if (akismet_read(&form, &s, &akismet) == 0)
		message_from_post(s.arena, s.post, &conf->message);
	arena_free(s.arena);
	return 0;
}
