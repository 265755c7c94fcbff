/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/condition.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "eval/eval.h"
#include "rule/expr.h"

/* 4.0.1 and Perl 5.36 as the language writes versions. */
static const double version = 4.000001, perl_version = 5.036;

/* What the language itself has, all of 4.0.1. */
static const char *const features[] = {
	"feature_bayes_auto_learn_on_error",
	"feature_bayes_stopwords",
	"feature_blocklist_welcomelist",
	"feature_bug6558_free",
	"feature_capture_rules",
	"feature_compile_regexp",
	"feature_dns_block_rule",
	"feature_dns_local_ports_permit_avoid",
	"feature_dns_query_restriction",
	"feature_edns",
	"feature_geodb",
	"feature_get_host",
	"feature_header_address_parser",
	"feature_header_first_last",
	"feature_header_match_many",
	"feature_local_tests_only",
	"feature_meta_rules_matching",
	"feature_originating_ip_headers",
	"feature_registryboundaries",
	"feature_subjprefix",
	"feature_uri_host_listed",
	"feature_welcomelist_blocklist",
	"feature_yesno_takes_args",
	"has_tflags_nolog",
	"has_tflags_nosubject",
	"perl_min_version_5010000",
};

static bool
has_plugin(struct condition *c, struct sv name)
{
	bool known = eval_plugin_is_loaded(c->evals, name);

	if (!known && c->missing.n == 0)
		c->missing = name;
	return known;
}

/* Of the language, or of a plugin. What was switched off for compatibility is
 * not there, and not missed. */
static bool
has_feature(struct condition *c, struct sv name,
            bool (*of_plugin)(const struct eval_settings *, struct sv))
{
	const struct sv conf = SV("Mail::SpamAssassin::Conf::"),
			compat = SV("compat_");
	bool known = false;

	if (!sv_starts(name, conf)) {
		known = of_plugin(c->evals, name);
	} else if (sv_starts(sv_from(name, conf.n), compat)) {
		name = sv_from(name, conf.n + compat.n);
		return map_get(c->compat, name) != NULL;
	}
	for (size_t i = 0; i < sizeof features / sizeof *features; i++)
		known |= sv_starts(name, conf) &&
		         sv_eq_str(sv_from(name, conf.n), features[i]);
	if (!known && c->missing.n == 0)
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
	else if (argument && sv_eq_str(name, "can"))
		expr_add_number(e, has_feature(c, *argument, eval_can_feature));
	else if (argument && sv_eq_str(name, "has"))
		expr_add_number(e, has_feature(c, *argument, eval_has_feature));
	else
		return "unknown condition: known are version, perl_version, "
		       "local_tests_only, plugin(...), can(...) and has(...)";
	return NULL;
}

const char *
condition_read(struct sv text, struct condition *ret)
{
	struct condition c = { .evals = ret->evals, .compat = ret->compat };
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
