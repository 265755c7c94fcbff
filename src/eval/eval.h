/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `eval:` functions: what rules ask of a message that no regular expression
 * can say. The functions are those of SpamAssassin 4.0.1 and its plugins, with
 * the same answers, and configured by the same directives.
 *
 * While rules are compiled: eval_settings_new(), eval_setting_read() for each
 * directive that eval_setting_is() one, eval_bind() for each rule, then
 * eval_settings_finish(). Settings and calls are immutable afterwards: any
 * thread may use them, each with its own worker.
 *
 * For each message: eval_begin(), then eval_run() for each call. What several
 * functions need is computed once, when the first one asks. Nothing here does
 * I/O. What asks DNS (eval_source()) does it by a lookup that is handed in, and
 * is to be run again as long as it is open; what would have to ask others (a
 * learned store, another program) is known by name, and is never true.
 */
#ifndef EVAL_EVAL_H
#define EVAL_EVAL_H

#include "base/error.h"
#include "conf/conf.h"
#include "fact/contract.h"
#include "message/selector.h"

struct eval_settings;
struct eval_call;
struct eval_worker;
struct eval_job;

/* Who knows the answer. */
enum eval_source {
	EVAL_MESSAGE,    /* the message says it all */
	EVAL_NETWORK,    /* DNS */
	EVAL_CLASSIFIER, /* what tamis learn taught the classifier */
	EVAL_SIGNALS,    /* what the store remembers of other messages */
	EVAL_LEARNED,    /* what was learned from other messages */
	EVAL_WEB,        /* web servers */
	EVAL_PROGRAM,    /* another program, or a file of one */
};

/* ---- plugins of SpamAssassin ---- */

/* Their names are whole: "Mail::SpamAssassin::Plugin::FreeMail". Those that
 * stock configurations load are loaded in new settings. */

/* From the next rule on, its functions are there and conditions about it are
 * true. False: there is no such plugin here. */
bool eval_plugin_load(struct eval_settings *s, struct sv name);

/* For rules that say of each plugin that they load it. */
void eval_plugins_unload(struct eval_settings *s);

bool eval_plugin_is_loaded(const struct eval_settings *s, struct sv name);

/* Whether a plugin that is loaded has a feature or function, and whether it
 * says so when it is called: what `has` and `can` ask for, of a name like
 * "Mail::SpamAssassin::Plugin::BodyEval::has_check_body_length". */
bool eval_has_feature(const struct eval_settings *s, struct sv name);
bool eval_can_feature(const struct eval_settings *s, struct sv name);

/* ---- settings ---- */

struct eval_settings *eval_settings_new(void);
void eval_settings_free(struct eval_settings *s); /* takes NULL */

/* Settings of a user: those of `site`, which outlives them, until
 * eval_setting_read() changes some. Texts are kept in the arena. */
struct eval_settings *eval_settings_over(const struct eval_settings *site,
                                         struct arena *a);

/* Whether a directive (in lower case) is a setting of these functions. */
bool eval_setting_is(struct sv key);

/* Whether users may say it of their own mail. */
bool eval_setting_is_personal(struct sv key);

/* Whether its value names a file: then eval_setting_read() is to be given the
 * text of that, which must live up to eval_settings_finish(). */
bool eval_setting_takes_file(struct sv key);

/* All of them, in the arena; NULL at the end. */
const char *const *eval_setting_words(struct arena *a);

/* Reads one; NULL, or what is wrong: a text that lives as long as `s`. */
const char *eval_setting_read(struct eval_settings *s, struct sv key,
                              struct sv value);

/* After the last directive and the last eval_bind(). The limits are copied;
 * header names that the functions look at are added to `names`. */
void eval_settings_finish(struct eval_settings *s,
                          const struct conf_match *limits,
                          struct header_names *names);

/* ---- calls ---- */

/* What a call has against it. */
enum eval_bound {
	EVAL_BOUND,
	EVAL_UNKNOWN,    /* there is no such function here */
	EVAL_NOT_LOADED, /* nor in the plugins loaded: *ret_why has its own */
	EVAL_WRONG,      /* arguments: *ret_why says what */
};

/* Reads "name('a', 2)", as it stands behind "eval:" in a rule of that view.
 * The call lives as long as the settings, and so does *ret_why. */
enum eval_bound eval_bind(struct eval_settings *s, struct sv text,
                          enum view_kind view, const struct eval_call **ret,
                          const char **ret_why);

/* The same for what stands behind the name of an `askdns` rule: NULL, or what
 * is wrong. */
const char *eval_bind_askdns(struct eval_settings *s, struct sv text,
                             const struct eval_call **ret);

/* The rule that the call is of; read before eval_settings_finish(). */
enum eval_rule_flag { /* words of tflags */
	              EVAL_RULE_NICE = 1,
	              EVAL_RULE_A = 2,
	              EVAL_RULE_NS = 4,
	              EVAL_RULE_NOTRIM = 8,
	              EVAL_RULE_IPS_ONLY = 16,
	              EVAL_RULE_DOMAINS_ONLY = 32,
};
struct eval_rule {
	const char *name; /* lives as long as the settings */
	unsigned flags;
	bool is_off; /* its points are 0 */
};
void eval_call_set_rule(const struct eval_call *call,
                        const struct eval_rule *rule);

enum eval_source eval_source(const struct eval_call *call);
const char *eval_plugin_name(const struct eval_call *call); /* "FreeMail" */

/* ---- messages ---- */

struct eval_worker *eval_worker_new(void);
void eval_worker_free(struct eval_worker *w); /* takes NULL */

/* The job hangs from mail->arena; all of `mail` must outlive it. */
struct eval_job *eval_begin(const struct eval_settings *s,
                            struct eval_worker *w,
                            const struct selector_mail *mail);

/* Whom functions may ask from now on, and the facts that come of it (NULL:
 * none do). Both must outlive the job. */
struct lookup;
struct facts;
void eval_set_lookup(struct eval_job *job, struct lookup *lookup,
                     struct facts *facts);

/* The values of tags that rules capture, from 0; false: there are no more. No
 * call that needs one is decided before they are there. */
typedef bool eval_captured(void *ctx, struct sv name, size_t index,
                           struct sv *ret);
void eval_set_captured(struct eval_job *job, eval_captured *captured,
                       void *ctx);

/* Whether the call is true of the message. *ret_text is what made it so, for
 * people; or "". */
bool eval_run(struct eval_job *job, const struct eval_call *call,
              struct sv *ret_text);

/* Whether the call that was run last, and was not true, may be so yet: it is
 * to be run again when answers have come. */
bool eval_is_open(const struct eval_job *job);

/* Whether the points of its rule are not those of the rule set but follow from
 * the points of all other rules; and the points. */
bool eval_has_points(const struct eval_call *call);
int64_t eval_points_e4(struct eval_job *job, const struct eval_call *call,
                       int64_t others_e4);

/* Lists that refused to answer us, so far, each once. */
struct eval_refusal {
	struct sv zone;
	enum list_refusal why;
};
size_t eval_refusals(const struct eval_job *job,
                     const struct eval_refusal **ret);

/* What the loaded plugins have to say of the message, for people. */
struct eval_remark {
	const char *area; /* "authres" */
	struct sv text;
};
size_t eval_remarks(struct eval_job *job, const struct eval_remark **ret);

#endif
