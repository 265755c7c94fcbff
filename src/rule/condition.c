/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/condition.h"

#include <stdlib.h>

#include "base/mem.h"
#include "eval/eval.h"
#include "rule/expr.h"

/* 4.0.1 and Perl 5.36 as the language writes versions. */
static const double version = 4.000001, perl_version = 5.036;

/* What `can` and `has` are asked for, and tamis does. */
static const char *const features[] = {
	"Mail::SpamAssassin::Conf::feature_bug6558_free",
	"Mail::SpamAssassin::Conf::feature_capture_rules",
	"Mail::SpamAssassin::Conf::feature_compile_regexp",
	"Mail::SpamAssassin::Conf::feature_header_address_parser",
	"Mail::SpamAssassin::Conf::feature_header_first_last",
	"Mail::SpamAssassin::Conf::feature_get_host",
	"Mail::SpamAssassin::Conf::feature_header_match_many",
	"Mail::SpamAssassin::Conf::feature_local_tests_only",
	"Mail::SpamAssassin::Conf::feature_meta_rules_matching",
	"Mail::SpamAssassin::Conf::feature_subjprefix",
	"Mail::SpamAssassin::Conf::feature_welcomelist_blocklist",
	"Mail::SpamAssassin::Conf::feature_blocklist_welcomelist",
	"Mail::SpamAssassin::Conf::feature_yesno_takes_args",
	"Mail::SpamAssassin::Conf::has_tflags_nolog",
	"Mail::SpamAssassin::Conf::has_tflags_nosubject",
	"Mail::SpamAssassin::Conf::perl_min_version_5010000",
	"Mail::SpamAssassin::Plugin::MIMEHeader::has_all_header",
	"Mail::SpamAssassin::Plugin::MIMEHeader::has_capture_rules",
	"Mail::SpamAssassin::Plugin::MIMEHeader::has_tflags_concat",
	"Mail::SpamAssassin::Plugin::MIMEHeader::has_tflags_multiple",
	"Mail::SpamAssassin::Plugin::MIMEHeader::has_tflags_range",
	"Mail::SpamAssassin::Plugin::URIDetail::has_host_key",
};

static bool
is_listed(const char *const *list, size_t n, struct sv name)
{
	for (size_t i = 0; i < n; i++)
		if (sv_eq_str(name, list[i]))
			return true;
	return false;
}

static bool
has_plugin(struct condition *c, struct sv name)
{
	bool known =
	    eval_plugin_find(name) == EVAL_PLUGIN_DEFAULT ||
	    (c->with_shortcircuit && sv_eq_str(name, PLUGIN_SHORTCIRCUIT));

	if (!known && c->missing.n == 0)
		c->missing = name;
	return known;
}

/* What was switched off for compatibility is not there, and not missed. */
static bool
has_feature(struct condition *c, struct sv name)
{
	bool known =
	    is_listed(features, sizeof features / sizeof *features, name) ||
	    eval_has_feature(name);

	if (!known && c->missing.n == 0 &&
	    sv_find(name, SV("::compat_")) == SV_NOT_FOUND)
		c->missing = name;
	return known;
}

static const char *
add_name(void *ctx, struct expr *e, struct sv name, const struct sv *argument)
{
	struct condition *c = ctx;

	if (!argument && sv_eq_str(name, "version"))
		expr_add_number(e, version);
	else if (!argument && sv_eq_str(name, "perl_version"))
		expr_add_number(e, perl_version);
	else if (!argument && sv_eq_str(name, "local_tests_only"))
		expr_add_number(e, 1);
	else if (argument && sv_eq_str(name, "plugin"))
		expr_add_number(e, has_plugin(c, *argument));
	else if (argument && (sv_eq_str(name, "can") || sv_eq_str(name, "has")))
		expr_add_number(e, has_feature(c, *argument));
	else
		return "unknown condition: known are version, perl_version, "
		       "local_tests_only, plugin(...), can(...) and has(...)";
	return NULL;
}

const char *
condition_read(struct sv text, struct condition *ret)
{
	struct condition c = { .with_shortcircuit = ret->with_shortcircuit };
	struct expr_names names = { add_name, &c };
	struct expr e = { NULL, 0, 0 };
	const char *wrong = expr_compile(text, &names, &e);

	if (!wrong) {
		double *stack = mem_calloc(e.n + 1, sizeof *stack);

		c.is_true = expr_compute(&e, NULL, stack) != 0;
		free(stack);
		*ret = c;
	}
	expr_done(&e);
	return wrong;
}

void
condition_plugin(struct sv name, struct condition *ret)
{
	ret->is_true = has_plugin(ret, name);
}
