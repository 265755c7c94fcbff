/* SPDX-License-Identifier: Apache-2.0 */
/* loadplugin, tryplugin, enable_compat: what conditions ask for. */
#include "rule/parse.h"

/* "PLUGIN [FILE]": one with a file of its own is somebody's Perl. */
static bool
load(struct parser *p, struct sv value)
{
	struct sv name, file;

	return sv_word(&value, &name) && !sv_word(&value, &file) &&
	       eval_plugin_load(p->drafts->evals, name);
}

void
set_loadplugin(struct parser *p, struct sv value)
{
	if (!load(p, value))
		parse_warning(p,
		              "tamis has no plugin " SV_FMT
		              ", and does not run Perl: rules that need it "
		              "are not true",
		              SV_ARG(value));
}

void
set_tryplugin(struct parser *p, struct sv value)
{
	load(p, value);
}

void
set_enable_compat(struct parser *p, struct sv value)
{
	static const char given;

	for (size_t i = 0; i < value.n; i++)
		if (!sv_is_alnum(value.p[i]) && value.p[i] != '_') {
			parse_error(p, "enable_compat: expected letters, "
			               "digits and _");
			return;
		}
	map_set(p->drafts->compat, value, (void *)(uintptr_t)&given);
}
