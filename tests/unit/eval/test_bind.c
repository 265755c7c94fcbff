/* SPDX-License-Identifier: Apache-2.0 */
/* Calls: names, arguments, and what is wrong with them. */
#include "sample.h"

static const struct {
	const char *text;
	enum eval_bound want;
} calls[] = {
	{ "check_for_mime('mime_attachment')", EVAL_BOUND },
	{ "check_for_mime(\"mime_attachment\")", EVAL_BOUND },
	{ "check_all_trusted()", EVAL_BOUND },
	{ "check_all_trusted", EVAL_BOUND },
	{ "check_base64_length('79')", EVAL_BOUND },
	{ "check_base64_length( 78 , '79' )", EVAL_BOUND },
	{ "check_rbl('zen', 'zen.example.org.', '127.0.0.2')", EVAL_BOUND },
	{ "check_nothing()", EVAL_UNKNOWN },
	{ "", EVAL_UNKNOWN },
	{ "check_for_mime()", EVAL_WRONG },
	{ "check_for_mime('a', 'b')", EVAL_WRONG },
	{ "check_for_mime('a'", EVAL_WRONG },
	{ "check_for_mime('a)", EVAL_WRONG },
	{ "check_for_mime($a)", EVAL_WRONG },
	{ "check_rbl(1,2,3,4,5,6,7,8,9,10,11)", EVAL_WRONG },
};

START_TEST(a_call_is_read_or_refused)
{
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
		struct eval_settings *s = eval_settings_new();
		const struct eval_call *call;
		const char *why;

		ck_assert_msg(eval_bind(s, sv_str(calls[i].text), VIEW_HEADER,
		                        &call, &why) == calls[i].want,
		              "%s", calls[i].text);
		eval_settings_free(s);
	}
}
END_TEST

START_TEST(functions_that_ask_say_so)
{
	struct eval_settings *s = eval_settings_new();
	const struct eval_call *call;
	const char *why;

	eval_bind(s, SV("check_rbl('a', 'b')"), VIEW_HEADER, &call, &why);
	ck_assert_int_eq(eval_source(call), EVAL_NETWORK);
	ck_assert_str_eq(eval_plugin_name(call), "DNSEval");
	eval_bind(s, SV("check_bayes('0', '1')"), VIEW_BODY, &call, &why);
	ck_assert_int_eq(eval_source(call), EVAL_CLASSIFIER);
	eval_bind(s, SV("check_senders_reputation()"), VIEW_HEADER, &call,
	          &why);
	eval_bind(s, SV("check_no_relays()"), VIEW_HEADER, &call, &why);
	ck_assert_int_eq(eval_source(call), EVAL_MESSAGE);
	eval_settings_free(s);
}
END_TEST

#define PLUGIN(name) SV("Mail::SpamAssassin::Plugin::" name)

START_TEST(plugins_are_loaded_by_name)
{
	struct eval_settings *s = eval_settings_new();

	ck_assert(eval_plugin_is_loaded(s, PLUGIN("MIMEEval")));
	ck_assert(!eval_plugin_is_loaded(s, PLUGIN("TxRep")));
	ck_assert(eval_plugin_load(s, PLUGIN("TxRep")));
	ck_assert(eval_plugin_is_loaded(s, PLUGIN("TxRep")));
	ck_assert(!eval_plugin_load(s, PLUGIN("Other")));
	ck_assert(eval_plugin_is_loaded(s, PLUGIN("WhiteListSubject")));
	eval_plugins_unload(s);
	ck_assert(!eval_plugin_is_loaded(s, PLUGIN("MIMEEval")));
	eval_settings_free(s);
}
END_TEST

START_TEST(features_are_those_of_loaded_plugins)
{
	struct eval_settings *s = eval_settings_new();
	const struct sv ratio = PLUGIN("MIMEEval::has_check_qp_ratio"),
			other = PLUGIN("MIMEEval::has_other"),
			function = PLUGIN("MIMEEval::check_qp_ratio"),
			no = PLUGIN("Test::test_feature_xxxx_false");

	ck_assert(eval_can_feature(s, ratio) && eval_has_feature(s, ratio));
	ck_assert(!eval_can_feature(s, other) && !eval_has_feature(s, other));
	ck_assert(eval_has_feature(s, function));
	ck_assert(!eval_has_feature(s, no));
	eval_plugin_load(s, PLUGIN("Test"));
	ck_assert(eval_has_feature(s, no) && !eval_can_feature(s, no));
	eval_settings_free(s);
}
END_TEST

START_TEST(functions_need_their_plugin)
{
	struct eval_settings *s = eval_settings_new();
	const struct eval_call *call;
	const char *why;

	ck_assert_int_eq(
	    eval_bind(s, SV("check_test_plugin()"), VIEW_HEADER, &call, &why),
	    EVAL_NOT_LOADED);
	ck_assert_str_eq(why, "Test");
	eval_plugin_load(s, PLUGIN("Test"));
	ck_assert_int_eq(
	    eval_bind(s, SV("check_test_plugin()"), VIEW_HEADER, &call, &why),
	    EVAL_BOUND);
	eval_settings_free(s);
}
END_TEST

UNIT_MAIN("eval_bind", a_call_is_read_or_refused, functions_that_ask_say_so,
          plugins_are_loaded_by_name, features_are_those_of_loaded_plugins,
          functions_need_their_plugin)
