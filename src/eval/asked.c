/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plugins whose functions have to ask: DNS, a store of what was learned,
 * another program. They are known by name and arguments, so that rules can be
 * read; none of them is true as long as nobody is asked.
 */
#include "eval/theme.h"

/* Any arguments will do: who is asked will look at them. */
#define ASKS(name)                                                             \
	{                                                                      \
		name, "?t*", NULL, NULL                                        \
	}
#define END                                                                    \
	{                                                                      \
		NULL, NULL, NULL, NULL                                         \
	}

#define PLUGIN(id, plugin_name, default_, who, functions_, features_)          \
	const struct eval_plugin eval_plugin_##id = {                          \
		.name = plugin_name,                                           \
		.is_default = default_,                                        \
		.source = who,                                                 \
		.functions = functions_,                                       \
		.features = features_,                                         \
	}

/* ---- DNS ---- */

static const struct eval_function none[] = { END };

static const struct eval_function asn[] = { ASKS("check_asn"), END };
static const char *const asn_features[] = { "has_asn_lookup_ipv6",
	                                    "has_asn_geodb", "has_check_asn",
	                                    "has_check_asn_tag", NULL };
PLUGIN(asn, "ASN", false, EVAL_NETWORK, asn, asn_features);

static const struct eval_function short_urls[] = {
	ASKS("short_url"),          ASKS("short_url_redir"),
	ASKS("short_url_200"),      ASKS("short_url_404"),
	ASKS("short_url_code"),     ASKS("short_url_chained"),
	ASKS("short_url_maxchain"), ASKS("short_url_loop"),
	ASKS("short_url_tests"),    END,
};
static const char *const short_urls_features[] = {
	"has_short_url",
	"has_autoclean",
	"has_short_url_code",
	"has_user_agent",
	"has_get",
	"has_clear",
	"has_timeout",
	"has_max_redirections",
	"has_short_url_redir",
	NULL,
};
PLUGIN(short_urls, "DecodeShortURLs", false, EVAL_WEB, short_urls,
       short_urls_features);

/* ---- what was learned ---- */

static const struct eval_function textcat[] = {
	ASKS("check_language"),
	ASKS("check_body_8bits"),
	END,
};
PLUGIN(textcat, "TextCat", false, EVAL_LEARNED, textcat, NULL);

/* ---- other programs, and their files ---- */

static const struct eval_function pyzor[] = { ASKS("check_pyzor"), END };
static const char *const pyzor_features[] = { "has_fork", "has_perl", NULL };
PLUGIN(pyzor, "Pyzor", true, EVAL_PROGRAM, pyzor, pyzor_features);

static const struct eval_function razor2[] = {
	ASKS("check_razor2"),
	ASKS("check_razor2_range"),
	END,
};
static const char *const razor2_features[] = { "has_fork", NULL };
PLUGIN(razor2, "Razor2", true, EVAL_PROGRAM, razor2, razor2_features);

static const struct eval_function dcc[] = {
	ASKS("check_dcc"),
	ASKS("check_dcc_reputation_range"),
	END,
};
PLUGIN(dcc, "DCC", false, EVAL_PROGRAM, dcc, NULL);

static const struct eval_function accessdb[] = {
	ASKS("check_access_database"),
	END,
};
PLUGIN(accessdb, "AccessDB", false, EVAL_PROGRAM, accessdb, NULL);

/* Documents of office programs are not taken apart here. */
static const struct eval_function ole[] = {
	ASKS("check_olemacro"),
	ASKS("check_oleobject"),
	ASKS("check_olertfobject"),
	ASKS("check_olemacro_csv"),
	ASKS("check_olemacro_malice"),
	ASKS("check_olemacro_renamed"),
	ASKS("check_olemacro_encrypted"),
	ASKS("check_olemacro_zip_password"),
	ASKS("check_olemacro_download_exe"),
	ASKS("check_olemacro_redirect_uri"),
	ASKS("check_olemacro_mhtml_uri"),
	END,
};
static const char *const ole_features[] = { "has_olemacro_redirect_uri",
	                                    "has_olemacro_mhtml_uri",
	                                    "has_olertfobject", NULL };
PLUGIN(ole, "OLEVBMacro", false, EVAL_PROGRAM, ole, ole_features);

/* ---- nobody ---- */

/* check_shortcircuit is only a name in reports: it never is true by itself. */
static const struct eval_function shortcircuit[] = {
	ASKS("check_shortcircuit"),
	END,
};
PLUGIN(shortcircuit, "Shortcircuit", false, EVAL_MESSAGE, shortcircuit, NULL);

/* What conditions are tried with: it is always true. */
static bool
is_true(struct eval_job *job, const struct eval_call *call)
{
	(void)job;
	(void)call;
	return true;
}

static const struct eval_function test[] = {
	{ "check_test_plugin", "", is_true, NULL },
	END,
};
static const char *const test_features[] = { "test_feature_xxxx_true",
	                                     "!test_feature_xxxx_false", NULL };
PLUGIN(test, "Test", false, EVAL_MESSAGE, test, test_features);

/* Plugins without functions: those that are part of tamis, */
PLUGIN(check, "Check", true, EVAL_MESSAGE, none, NULL);
static const char *const mime_header_features[] = {
	"has_all_header",   "has_capture_rules",   "has_tflags_concat",
	"has_tflags_range", "has_tflags_multiple", NULL,
};
PLUGIN(mime_header, "MIMEHeader", true, EVAL_MESSAGE, none,
       mime_header_features);
PLUGIN(replace_tags, "ReplaceTags", true, EVAL_MESSAGE, none, NULL);
static const char *const uri_detail_features[] = { "has_host_key", NULL };
PLUGIN(uri_detail, "URIDetail", true, EVAL_MESSAGE, none, uri_detail_features);

/* and those that do something besides judging. */
PLUGIN(spamcop, "SpamCop", true, EVAL_NETWORK, none, NULL);
PLUGIN(autolearn, "AutoLearnThreshold", true, EVAL_LEARNED, none, NULL);
