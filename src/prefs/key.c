/* SPDX-License-Identifier: Apache-2.0 */
#include "prefs/key.h"

static bool
is_name(struct sv name)
{
	if (name.n == 0 || name.n > PREFS_NAME_MAX)
		return false;
	for (size_t i = 0; i < name.n; i++)
		if ((unsigned char)name.p[i] <= ' ' || name.p[i] == 0x7f)
			return false;
	return true;
}

void
prefs_key_read(struct sv name, struct prefs_key *ret)
{
	size_t at = name.n;

	*ret = (struct prefs_key){ .user = SV(""), .local = SV("") };
	ret->domain = ret->text = SV("");
	if (!is_name(name))
		return;
	memcpy(ret->bytes, name.p, name.n);
	while (at > 0 && name.p[at - 1] != '@')
		at--;
	for (size_t i = at; at > 0 && i < name.n; i++)
		ret->bytes[i] = sv_lower_char(name.p[i]);
	ret->text = sv_make(ret->bytes, name.n);
	if (at > 0)
		ret->domain = sv_from(ret->text, at);
	if (at == 1) {
		ret->level = PREFS_DOMAIN;
		return;
	}
	ret->level = PREFS_USER;
	ret->user = ret->text;
	ret->local = sv_sub(ret->text, 0, at > 0 ? at - 1 : name.n);
}

void
prefs_key_below(const struct prefs_key *key, struct prefs_key *ret)
{
	struct sv domain = SV("");

	if (key->level == PREFS_USER && key->domain.n)
		domain = sv_from(key->text, key->local.n);
	prefs_key_read(domain, ret);
}
