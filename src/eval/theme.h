/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of this folder share. Each theme (mime.c, html.c, ...) has
 * tables of functions and directives for one or more of SpamAssassin's
 * plugins. Private to eval/.
 */
#ifndef EVAL_THEME_H
#define EVAL_THEME_H

#include "base/map.h"
#include "base/vec.h"
#include "eval/eval.h"
#include "eval/globs.h"
#include "match/regex.h"

/* ---- calls ---- */

struct eval_arg {
	struct sv text;
	double number; /* what it begins with, as Perl reads numbers; or 0 */
};

enum { EVAL_ARGS_MAX = 10 };

struct eval_call {
	const struct eval_function *function;
	const struct eval_plugin *plugin;
	enum view_kind view; /* of the rule */
	struct eval_arg args[EVAL_ARGS_MAX];
	size_t n_args;
	const struct regex *regex; /* the argument 'r'; or NULL */
	const struct selector
	    *selector; /* the argument 'h', 'w', 'a'; or NULL */
	const struct regex *const *regexes; /* those of the function */
	void *own; /* what bind() of its plugin made of it; or NULL */
	struct eval_rule rule;
};

struct eval_function {
	const char *name;
	/* A letter for each argument: 'n' number, 't' text, 'r' regular
	 * expression, 'h' header, 'w' header as it stands, 'a' its addresses;
	 * those behind '?' may be left out, and the last one before '*' may
	 * come again. */
	const char *args;
	bool (*run)(struct eval_job *job, const struct eval_call *call);
	const char *const *regexes; /* that run() needs, up to NULL */
};

static inline bool
eval_has_arg(const struct eval_call *call, size_t i)
{
	return i < call->n_args;
}

/* Whether an argument was left out, or is the word "undef". */
static inline bool
eval_is_undef(const struct eval_call *call, size_t i)
{
	return !eval_has_arg(call, i) || sv_eq_str(call->args[i].text, "undef");
}

/* Arguments i and i + 1 as the ends of a range; what is undef has no end. */
bool eval_at_least(const struct eval_call *call, size_t i, double value);
bool eval_below(const struct eval_call *call, size_t i, double value);
bool eval_at_most(const struct eval_call *call, size_t i, double value);

/* ---- plugins ---- */

/* In `which`: the value names a file; what is read is its text, which lives
 * up to eval_settings_finish(). */
enum { DIRECTIVE_FILE = 1 << 8 };

/* The word is what directives begin with; what is read is the rest of theirs,
 * a blank, and the value. */
enum { DIRECTIVE_PREFIX = 1 << 9 };

struct eval_directive {
	const char *word;
	/* NULL, or what is wrong; `which` is the row's, without that. */
	const char *(*read)(struct eval_settings *s, int which,
	                    struct sv value);
	int which;
	bool is_personal; /* users may say it of their own mail */
};

struct eval_plugin {
	const char *name; /* "FreeMail" */
	bool is_default;  /* stock configurations load it */
	enum eval_source source;
	const struct eval_function *functions;   /* up to a row without name */
	const struct eval_directive *directives; /* likewise; or NULL */
	/* "has_...", up to NULL; or NULL. Those that say no when they are
	 * called begin with "!". */
	const char *const *features;
	/* For each call of its functions, when the arguments are read: NULL, or
	 * what is wrong. It may set call->own. Or NULL. */
	const char *(*bind)(struct eval_settings *s, struct eval_call *call);
	/* Has eval_remark() called for what people want to know; or NULL. */
	void (*remark)(struct eval_job *job);
	/* Points of its rules, by those of all others; or NULL: their own. */
	int64_t (*points_e4)(struct eval_job *job, const struct eval_call *call,
	                     int64_t others_e4);
	bool is_own; /* of tamis: no loadplugin line has to name it */
};

/* Of any plugin, loaded or not; NULL. */
const struct eval_function *
eval_function_find(struct sv name, const struct eval_plugin **ret_plugin);
bool eval_is_loaded(const struct eval_settings *s, const struct eval_plugin *p);
void plugins_init(struct eval_settings *s);

extern const struct eval_plugin eval_plugin_spoof, eval_plugin_virus,
    eval_plugin_pdf, eval_plugin_ole, eval_plugin_html, eval_plugin_https,
    eval_plugin_uri, eval_plugin_images, eval_plugin_listed,
    eval_plugin_freemail, eval_plugin_bounce, eval_plugin_body,
    eval_plugin_subject, eval_plugin_header, eval_plugin_mime,
    eval_plugin_relay, eval_plugin_dnseval, eval_plugin_uridnsbl,
    eval_plugin_spf, eval_plugin_dkim, eval_plugin_dmarc, eval_plugin_hashbl,
    eval_plugin_askdns, eval_plugin_asn, eval_plugin_short_urls,
    eval_plugin_bayes, eval_plugin_awl, eval_plugin_txrep, eval_plugin_textcat,
    eval_plugin_pyzor, eval_plugin_razor2, eval_plugin_dcc,
    eval_plugin_accessdb, eval_plugin_phishing, eval_plugin_shortcircuit,
    eval_plugin_check, eval_plugin_replace_tags, eval_plugin_mime_header,
    eval_plugin_uri_detail, eval_plugin_test, eval_plugin_spamcop,
    eval_plugin_autolearn, eval_plugin_authres, eval_plugin_signals,
    eval_plugin_campaigns;

/* The expression of a rule's argument or setting, in the settings' keeping;
 * NULL: it is none. */
const struct regex *eval_regex_add(struct eval_settings *s, struct sv text);

/* ---- settings ---- */

enum { /* lists of addresses with names of their own, in listed.c */
       LIST_FROM_WELCOME,
       LIST_FROM_BLOCK,
       LIST_TO_WELCOME,
       LIST_TO_BLOCK,
       LIST_TO_MORE,
       LIST_TO_ALL,
       LIST_RELAYS,
       LIST_AUTH,
       LIST_AUTH_DEFAULT,
};

struct listed_rcvd { /* a sender, and the relay that proves it */
	struct sv address, host;
};

struct freemail_settings {
	struct map *domains, *exempt; /* small letters -> itself */
	VEC(struct sv) patterns;      /* domains with "*" and "?" */
	double max_emails, max_freemails;
	bool skip_when_over_max, skip_bulk;
	bool with_auth[2]; /* LIST_AUTH, LIST_AUTH_DEFAULT are exempt, too */
};

enum { AUTHRES_INTERNAL, AUTHRES_TRUSTED, AUTHRES_ALL };

struct authres_settings {
	int networks;                  /* whose fields count */
	struct map *trusted, *ignored; /* servers, in small letters */
};

enum { PHISHING_FEEDS = 3 };

struct phishing_settings {
	struct sv texts[PHISHING_FEEDS];
	struct map *urls; /* -> the feed */
	double score_min;
	bool without_params;
};

struct spoof_settings {
	unsigned check;       /* 0: the address, 1: its owner, 2: its domain */
	uint64_t extra_chars; /* that may stand beside an address */
};

/* The plugins AWL and TxRep. */
enum { HISTORY_AWL, HISTORY_TXREP, HISTORIES };
struct history_settings {
	bool is_on[HISTORIES];
	double factor[HISTORIES];
};

struct ask_signed { /* welcomelist_from_dkim; both in small letters */
	struct sv address, signer; /* signer "": of the author */
};

/* Of functions that ask the network; see ask.h for sets of names. */
struct ask_settings {
	bool is_off;               /* dns_available no */
	bool skip_rbl, skip_uribl; /* skip_rbl_checks, skip_uribl_checks */
	bool with_mailto;          /* uridnsbl_skip_mailto 0 */
	bool without_dkim;         /* parse_dkim_uris 0 */
	size_t hosts_max;          /* uridnsbl_max_domains */
	struct sv rbl_headers;     /* names, with commas between */
	struct map *skipped;       /* uridnsbl_skip_domain */
	struct map *restricted;    /* dns_query_restriction: meant is denied */
	struct map *block_rules;   /* of a rule: struct ask_zones */
	struct map *uri_lists;     /* of a rule: struct uri_list */
	struct map *ignored;       /* hashbl_ignore */
	struct map *aliases;       /* of domains of addresses: the domain */
	struct map *acls;          /* "NAME DOMAIN" */
	const struct regex *emails, *emails_welcome;
	unsigned dkim_bits_min; /* dkim_minimum_key_bits */
	struct map *adsp;       /* adsp_override: of a domain, a letter */
	VEC(struct ask_signed) signed_by[2]; /* of the operator, by default */
	VEC(const struct eval_call *) rbl_calls; /* that ask for a set */
};

struct eval_settings {
	/* Those of the site, if these are a user's: all that hangs from them
	 * is the site's until the user says something else. */
	const struct eval_settings *site;
	struct arena *arena;
	bool *is_loaded; /* by plugin, see plugin.c */
	struct conf_match limits;
	const char *ok_locales;    /* words, with blanks on both sides */
	struct globs *subjects[2]; /* welcome, blocked */
	struct map *lists;         /* of addresses: name -> struct globs */
	struct map *host_lists;    /* of hosts: name -> struct hosts */
	VEC(struct listed_rcvd) rcvd[2]; /* of the operator, by default */
	struct freemail_settings freemail;
	struct globs *bounce_relays;
	struct spoof_settings spoof;
	struct authres_settings authres;
	struct phishing_settings phishing;
	struct ask_settings ask;
	struct history_settings history;
	VEC(struct selector *) selectors;
	struct map *by_selector;     /* text -> index + 1 in selectors */
	struct map *by_regex;        /* those of functions, by their text */
	VEC(struct regex *) regexes; /* all, to be released */
	struct network *network;     /* of none: for private addresses */
};

/* What some themes keep in the settings. */
void listed_init(struct eval_settings *s);
void listed_done(struct eval_settings *s);
void listed_over(struct eval_settings *s); /* a user's, of s->site */
/* The list of that name, made when it is not there. */
struct globs *listed_addresses(struct eval_settings *s, struct sv name);
/* A set that may be changed: of the site's, one over it. */
struct globs *eval_own_globs(struct eval_settings *s, struct globs **set,
                             const struct globs *of_site);
void spoof_init(struct eval_settings *s);
void history_init(struct eval_settings *s);
void authres_init(struct eval_settings *s);
void authres_done(struct eval_settings *s);
void phishing_init(struct eval_settings *s);
void phishing_done(struct eval_settings *s);
void phishing_finish(struct eval_settings *s);
void ask_init(struct eval_settings *s);
void ask_done(struct eval_settings *s);
void ask_finish(struct eval_settings *s);
/* A call is true: its rule may say that lists refuse to answer. */
void ask_note_hit(struct eval_job *job, const struct eval_call *call);
void freemail_init(struct eval_settings *s);
void freemail_done(struct eval_settings *s);

/* ---- messages ---- */

/* What is computed once for each message. */
enum eval_facts {
	FACTS_PARTS,
	FACTS_MIME,
	FACTS_UPPERCASE,
	FACTS_RELAY,
	FACTS_DATES,
	FACTS_HOTMAIL,
	FACTS_RECIPIENTS,
	FACTS_DIFFERENCE,
	FACTS_LINES,
	FACTS_STOCK,
	FACTS_FROM,
	FACTS_TO,
	FACTS_FREEMAIL,
	FACTS_HTML,
	FACTS_IMAGES,
	FACTS_SPOOF,
	FACTS_AUTHRES,
	FACTS_PDF,
	FACTS_HOSTS,
	FACTS_TAGS,
	FACTS_COUNT,
};

struct eval_job {
	const struct eval_settings *settings;
	struct eval_worker *worker;
	const struct selector_mail *mail;
	struct arena *arena; /* the mail's */
	const struct message *message;
	const struct relays *relays; /* may be none in it; never NULL */
	void *facts[FACTS_COUNT];
	struct sv note;        /* what made the call true */
	struct lookup *lookup; /* NULL: nobody is asked */
	struct facts *outside; /* SPF and its like; or NULL */
	bool is_open;          /* the call asked for what is not known yet */
	struct eval_refusal *refusals;
	size_t n_refusals;
	eval_captured *captured; /* NULL: not known yet */
	void *captured_ctx;
	struct eval_remark *remarks;
	size_t n_remarks;
};

/* For people who ask what a plugin sees. */
void eval_remark(struct eval_job *job, const char *area, const char *format,
                 ...) __attribute__((format(printf, 3, 4)));

/* The text of a header as a header rule sees it; "" when there is none. Its
 * name is one of those in texts.c, or an argument 'h' of a call. Values of
 * several headers stand one a line; so do addresses. */
struct sv eval_header(struct eval_job *job, const char *selector);
struct sv eval_selected(struct eval_job *job, const struct selector *selector);

/* The first line of it: what SpamAssassin takes of addresses. */
struct sv eval_header_first(struct eval_job *job, const char *selector);

/* The same if it is one of them at all; else "". */
struct sv eval_header_maybe(struct eval_job *job, struct sv selector);

/* Before eval_settings_finish(): the selector, made once for each text; NULL
 * when it is none. */
const struct selector *eval_selector_add(struct eval_settings *s,
                                         struct sv text);

/* Whether it matches anywhere; what met a limit does not. */
bool eval_matches(const struct eval_job *job, const struct regex *regex,
                  struct sv text);
/* The same from a place on; *ret_span is set when it does. */
bool eval_find(const struct eval_job *job, const struct regex *regex,
               struct sv text, size_t from, size_t ret_span[2]);

/* eval_find(), and what the group of that name matched. */
bool eval_find_group(const struct eval_job *job, const struct regex *regex,
                     struct sv text, size_t from, struct sv group,
                     size_t ret_span[2], struct sv *ret_group);

/* The relays whose address is known, in order; NULL at the end. Start with
 * *pos = job->relays->arrival. */
const struct relay *eval_next_untrusted(const struct eval_job *job,
                                        size_t *pos);
const struct relay *eval_next_trusted(const struct eval_job *job, size_t *pos);

/* A copy in lower case, in the message's arena. */
struct sv eval_lower(struct eval_job *job, struct sv s);

#endif
