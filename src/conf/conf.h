/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration: one file of sections, each `section { key = value; }`.
 * One table (schema.c) gives every option its type, range, unit, default and
 * description; the parser, `tamis config` and the table in tamis.conf(5) come
 * from it. Unknown and repeated keys are errors.
 *
 * A struct conf is an immutable snapshot: whoever uses one holds a reference.
 * All strings in it live as long as it does. Any thread may read it.
 */
#ifndef CONF_CONF_H
#define CONF_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/log.h"
#include "base/sv.h"

struct conf_list { /* of strings, in the order of the file */
	char **list;
	size_t n;
};

/* What is done with a message; also the words of the `plan` section. */
enum plan_action {
	PLAN_ACCEPT, /* let through; headers say what was found */
	PLAN_TAG,    /* accept with X-Spam-Flag and the subject tag */
	PLAN_REJECT,
	PLAN_TEMPFAIL,
	PLAN_DISCARD,
	PLAN_QUARANTINE,
	PLAN_HOLD_FOR_REVIEW,
};

enum sector {              /* what kind of organisation, in the feed */
	      SECTOR_NONE, /* not stated */
	      SECTOR_ISP,
	      SECTOR_MOBILE,
	      SECTOR_HOSTING,
	      SECTOR_ENTERPRISE,
	      SECTOR_PUBLIC_BODY,
	      SECTOR_OTHER,
};

struct conf_node { /* who this installation is, in records and in the feed */
	const char *name; /* default: the host name */
	const char *organisation, *domain, *contact;
	enum sector sector;
	int64_t accounts; /* mailboxes or users served; 0: not stated */
	int64_t accounts_filtered; /* of these; 0: not stated */
	int64_t nodes;             /* of the organisation; 0: not stated */
};

struct conf_log {
	enum log_target target;
	enum log_level level;
};

struct conf_tamisd {
	const char *user,
	    *group; /* the scanner's and the reporter's; "" keeps */
	const char *state_dir, *run_dir;
	const char *control;     /* unix socket of `tamis status` and others */
	int64_t control_mode;    /* permission bits */
	int64_t scanners;        /* processes for each milter socket */
	int64_t stop_timeout_ms; /* for messages in flight */
};

struct conf_milter {
	struct conf_list listen;
	int64_t socket_mode;
	const char *socket_group; /* "": the process's own */
	int64_t timeout_ms;       /* of libmilter, on an idle connection */
	const char *authserv_id;  /* "": the MTA's own name, macro j */
};

struct conf_http {
	struct conf_list listen;
	int64_t socket_mode;
	const char *token_file; /* one token a line; "": none */
	int64_t body_bytes_max;
	int64_t connections_max;
	int64_t timeout_ms;
	int64_t rejudge_ms, rejudge_bytes_max; /* 0 ms: posts are not kept */
	const char *webhook, *webhook_secret_file; /* ""; or both */
};

/* What becomes of a mail that waits for a review. */
enum review_mail { REVIEW_MAIL_HOLD, REVIEW_MAIL_ACCEPT };

struct conf_review {
	int64_t time_ms, bytes_max, items_max;
	enum review_mail mail;
};

struct conf_spamd { /* for spamc; see ingress/spamd.h */
	struct conf_list listen;
	int64_t socket_mode;
	struct conf_list allow; /* networks, beside this machine */
	int64_t message_bytes_max;
	int64_t connections_max;
	int64_t timeout_ms; /* of a request, and of its answer */
	bool tell;          /* whether TELL is allowed */
};

struct conf_network { /* CIDR lists; see message/network.h */
	struct conf_list trusted, internal, msa;
};

struct conf_message { /* limits of reading; see message.h */
	int64_t bytes_max;
	int64_t headers_max, header_bytes_max;
	int64_t parts_max, depth_max;
	int64_t decoded_bytes_max; /* of all parts together */
	int64_t urls_max;
	/* What rules see of one text part; 0: all of it. */
	int64_t body_part_bytes_max, rawbody_part_bytes_max;
	int64_t relays_max;
};

struct conf_image { /* codes in pictures; see image.h */
	bool qr;
	int64_t bytes_max, pixels_max;    /* of a picture */
	int64_t per_message_max;          /* pictures */
	int64_t wait_ms, message_wait_ms; /* for one, for all of a message */
	int64_t decoders;                 /* processes */
};

/* How patterns are looked for: see match.h. All find the same. */
enum engine {
	ENGINE_AUTO, /* the fastest one that this build has */
	ENGINE_PCRE2,
	ENGINE_GATES,
	ENGINE_VECTORSCAN,
};

struct conf_match { /* limits of one pattern on one element; see match.h */
	enum engine engine;
	int64_t steps_max;       /* PCRE2 match limit */
	int64_t depth_max;       /* PCRE2 depth limit */
	int64_t stack_bytes_max; /* of compiled patterns */
	int64_t element_bytes_max, view_bytes_max;
	int64_t sample_every;       /* messages; 0: never */
	int64_t recheck_every;      /* messages; 0: never */
	int64_t pattern_cpu_max_ms; /* of one pattern on one message */
	int64_t message_cpu_max_ms; /* of all patterns on one message */
};

struct conf_spf {
	bool enabled;
};

struct conf_dkim { /* see fact/dkim.h */
	bool enabled;
	int64_t signatures_max; /* of a mail */
	int64_t key_bits_min;   /* of RSA */
	bool partial_body;      /* l= may leave the end uncovered */
};

struct conf_dmarc { /* see fact/dmarc.h */
	bool enabled;
	bool tree_walk;
};

struct conf_arc { /* see fact/arc.h */
	bool enabled;
	int64_t sets_max;
	struct conf_list trusted_forwarders; /* domains that seal */
};

struct conf_results { /* see fact/results.h */
	struct conf_list trusted_authserv_ids;
};

struct conf_classifier { /* see learn/classifier.h */
	bool enabled;
	const char *model;      /* default: in tamisd.state_dir */
	int64_t size_bytes;     /* of a new one */
	int64_t messages_min;   /* of either class */
	int64_t remembered_max; /* messages */
};

/* Which of the four numbers of a score line counts; conf_score_set(). */
enum score_set {
	SCORE_SET_LOCAL,
	SCORE_SET_NET,
	SCORE_SET_LEARNED,
	SCORE_SET_NET_LEARNED,
	SCORE_SET_AUTO,
};

struct conf_rule {
	struct conf_list paths; /* files, or folders with *.cf */
	int64_t match_text_max; /* bytes of a match kept in the record */
	enum score_set score_set;
	const char *language; /* "en_US": whose `lang` lines count */
};

struct conf_prefs { /* of users, domains and all; see prefs/prefs.h */
	const char *global_file, *domain_file, *user_file; /* patterns */
	const char *home_file;    /* below the home of a login */
	const char *sqlite;       /* file of the database */
	const char *sqlite_query; /* "": its own */
	const char *redis;        /* address */
	const char *redis_prefix, *redis_password_file;
	int64_t redis_database;
	bool http;                    /* posts may name a user */
	int64_t timeout_ms;           /* of one question to a database */
	int64_t bytes_max, lines_max; /* of one level */
	int64_t cache_max;            /* users and domains */
	int64_t cache_bytes_max;
	int64_t cache_ttl_ms;
};

enum store_backend {
	STORE_BACKEND_MEMORY, /* forgotten when a process ends */
	STORE_BACKEND_LMDB,
	STORE_BACKEND_REDIS, /* with LMDB for what is on its way */
};

struct conf_store { /* what is learned; see store/store.h */
	enum store_backend backend;
	const char *dir;   /* default: store in tamisd.state_dir */
	int64_t bytes_max; /* of its data base */
	int64_t commit_ms; /* between two writes */
	int64_t queue_max; /* entries that wait for one */
	const char *redis; /* address */
	const char *redis_prefix, *redis_password_file;
	int64_t redis_database;
	int64_t redis_timeout_ms;  /* of one question */
	int64_t backlog_bytes_max; /* what waits for Redis */
};

struct conf_feedback { /* reports on messages; see learn/feedback.h */
	int64_t window_ms, keep_ms;
	int64_t half_life_ms, trust_half_life_ms; /* 0: no decay */
	int64_t prior_confirmed_e4, prior_overturned_e4;
	int64_t automation_weight_e4, network_cap_e4, newcomer_cap_e4;
	bool teach;
	const char *address; /* "": none */
};

struct conf_recognition { /* see learn/recognition.h */
	bool enabled;
	int64_t suspected_reporters, suspected_e4;
	int64_t spam_reporters, spam_e4;
	int64_t spread; /* messages of a campaign */
	int64_t rule_score_e4;
};

struct conf_reputation { /* see learn/reputation.h */
	bool enabled;
	int64_t bad_max_e4, good_max_e4; /* points it may add, take off */
};

struct conf_campaign { /* near-duplicates; see learn/campaign.h */
	bool enabled;
};

struct conf_known { /* senders and replies; see learn/known.h */
	bool enabled;
	int64_t keep_ms;
};

struct conf_greylist { /* see learn/greylist.h */
	bool enabled;
	int64_t delay_ms, window_ms, keep_ms;
	int64_t score_min_e4; /* messages with less pass */
};

enum rate_action {
	RATE_ALERT, /* said, and nothing else */
	RATE_SUSPECT,
	RATE_TEMPFAIL,
};

struct conf_rate_limits {        /* see learn/rate.h */
	struct conf_list limits; /* conf_rate_read() each */
	enum rate_action action;
};

/* "KIND N/TIME": whose messages, how many, and within which time. */
enum rate_kind {
	RATE_SENDER,
	RATE_ACCOUNT, /* the author of posts */
	RATE_NETWORK,
	RATE_USER, /* who has authenticated */
	RATE_KINDS,
};
struct conf_rate {
	enum rate_kind kind;
	int64_t max, window_ms;
};
bool conf_rate_read(struct sv text, struct conf_rate *ret);
const char *rate_kind_word(enum rate_kind k);
enum rate_kind rate_kind_find(struct sv word); /* RATE_KINDS: none */

struct conf_channel { /* where rules come from; see channel/channel.h */
	struct conf_list sources; /* "NAME URL" */
	struct conf_list keys;    /* "NAME KEY"; several: any of them */
	const char *dir;
	const char *ca_file;   /* "": those of the system */
	int64_t timeout_ms;    /* of one download */
	int64_t bytes_max;     /* of a bundle, packed */
	int64_t keep;          /* versions before the one in force */
	int64_t drift_percent; /* of the verdicts may change */
	int64_t drift_records; /* of the history are tried */
	const char *samples;   /* folder of messages to try; "": none */
};

struct conf_dns { /* the resolver; see fact/dns.h */
	bool enabled;
	struct conf_list resolvers; /* address, port; none: resolv.conf's */
	int64_t deadline_ms;        /* of all questions of a message */
	int64_t timeout_ms, tries;  /* of one question at one resolver */
	int64_t questions_max;      /* of a message */
	bool client_names;          /* reverse DNS of clients */
	bool record_answers;        /* in verdict records */
	int64_t in_flight_max;      /* of all messages */
	int64_t udp_bytes;          /* that an answer may have (EDNS) */
	int64_t cache_max, cache_bytes_max;
	int64_t ttl_min_ms, ttl_max_ms; /* bounds of what servers say */
	int64_t negative_ttl_max_ms, failure_ttl_ms;
	int64_t stale_ms;         /* answers of lists, beyond their time */
	int64_t refusal_ms;       /* lists that say they do not answer us */
	int64_t breaker_failures; /* in a row */
	int64_t breaker_pause_ms, breaker_pause_max_ms;
};

struct conf_geo { /* databases in MaxMind's format; "": none */
	const char *country_database, *asn_database;
};

struct conf_scan {
	int64_t threshold_e4;  /* advertising_spam or other_abuse from here */
	int64_t suspect_e4;    /* suspected from here */
	int64_t deadline_ms;   /* of one judgement */
	int64_t in_flight_max; /* messages at once, all of a scanner */
	enum plan_action overload; /* PLAN_ACCEPT or PLAN_TEMPFAIL */
};

struct conf_plan {
	enum plan_action legitimate, advertising_spam, other_abuse, suspected,
	    unknown;
	int64_t reject_e4;       /* from here: reject; 0: never by score */
	const char *reject_code; /* "550 5.7.1" */
	const char *reject_text; /* %i: id, %s: score, %v: verdict */
	const char *tempfail_code, *tempfail_text;
	const char *subject_tag; /* put before the subject of what is tagged */
	bool headers;            /* X-Spam-* and Authentication-Results */
};

enum keep_messages { KEEP_NONE, KEEP_SUSPICIOUS, KEEP_ALL };

struct conf_keep { /* see report/keep.h */
	enum keep_messages messages;
	int64_t time_ms, bytes_max;
};

enum privacy { PRIVACY_STATISTICAL, PRIVACY_PSEUDONYMOUS, PRIVACY_EVIDENCE };

struct conf_report {
	const char *spool_dir; /* default: spool in tamisd.state_dir */
	int64_t spool_bytes_max, segment_bytes;
	bool history;         /* SQLite, for `tamis history`, `explain` */
	int64_t history_max;  /* records kept */
	const char *file;     /* JSON lines; "": none */
	bool syslog;          /* a line for each verdict */
	const char *http_url; /* of a tamis-feedd; "": none */
	const char *http_token_file, *http_ca_file;
	int64_t http_interval_ms; /* between batches */
	int64_t http_timeout_ms, http_retry_max_ms;
	int64_t batch_max; /* records in one batch */
	enum privacy profile;
	int64_t k_min; /* smaller cells of the tables are merged */
};

enum finest { FINEST_MINUTE, FINEST_HOUR };

/* What a reporter does with records; see report/reporter.h. */
enum reporter_type {
	REPORTER_HISTORY, /* these four stand for options of `report` as well */
	REPORTER_FILE,
	REPORTER_SYSLOG,
	REPORTER_HTTP,
	REPORTER_NATS,
	REPORTER_WEBHOOK,
	REPORTER_INTELMQ,
	REPORTER_XARF,
	REPORTER_ARF,
	REPORTER_SITE_HOOK, /* http.webhook alone */
};

struct conf_reporter { /* one section `reporter NAME` */
	const char *name;
	enum reporter_type type;
	const char *url;
	const char *path;       /* of a file */
	int64_t file_bytes_max; /* before it is renamed; 0: never */
	int64_t file_keep;      /* renamed ones */
	enum privacy profile;
	int64_t k_min;
	struct conf_list verdicts; /* that single records are sent of */
	const char *token_file, *ca_file;
	const char *certificate_file, *key_file; /* of the client, PEM */
	const char *signing_key_file;            /* Ed25519, PEM */
	const char *subject, *stream;            /* of NATS */
	const char *from, *to;                   /* of mails */
	bool cfbl;
	int64_t interval_ms, timeout_ms, retry_max_ms;
	int64_t batch_max;
};
enum { CONF_REPORTERS_MAX = 24, CONF_SHORT_FORMS = 5 };

struct conf_feedd {
	const char *listen;
	int64_t socket_mode;
	const char *user, *group;
	const char *database;     /* a path, or postgresql://... */
	const char *token_file;   /* "NODE TOKEN" lines: who may post */
	struct conf_list proxies; /* networks whose word on addresses counts */
	int64_t batch_bytes_max;  /* after decompression */
	int64_t memory_max;       /* of all bodies under way */
	int64_t connections_max;
	int64_t request_timeout_ms;
	int64_t quota_batches, quota_bytes, quota_rows; /* an hour and node */
	int64_t hold_items, hold_factor; /* larger hours are held */
	enum finest finest;
	int64_t retention_days;  /* of per-minute figures */
	int64_t correction_days; /* of contents of batches */
	int64_t reporters_min;   /* nodes a published cell needs */
	const char *title;       /* of the statistics page */
	const char *country;     /* that is domestic; "" */
	const char *diary_file;
	bool demonstration; /* the data is made up */
};

struct conf {
	struct conf_node node;
	struct conf_log log;
	struct conf_tamisd tamisd;
	struct conf_milter milter;
	struct conf_http http;
	struct conf_review review;
	struct conf_spamd spamd;
	struct conf_network network;
	struct conf_message message;
	struct conf_image image;
	struct conf_match match;
	struct conf_spf spf;
	struct conf_dkim dkim;
	struct conf_dmarc dmarc;
	struct conf_arc arc;
	struct conf_results results;
	struct conf_classifier classifier;
	struct conf_rule rule;
	struct conf_prefs prefs;
	struct conf_store store;
	struct conf_feedback feedback;
	struct conf_recognition recognition;
	struct conf_campaign campaign;
	struct conf_reputation reputation;
	struct conf_known known;
	struct conf_greylist greylist;
	struct conf_rate_limits rate;
	struct conf_channel channel;
	struct conf_dns dns;
	struct conf_geo geo;
	struct conf_scan scan;
	struct conf_plan plan;
	struct conf_keep keep;
	struct conf_report report;
	/* Those that options of `report` stand for come last. */
	struct conf_reporter reporters[CONF_REPORTERS_MAX];
	size_t n_reporters;
	struct conf_feedd feedd;
	struct conf_private *priv; /* references, memory, origins */
};

/* Parses a configuration text; `file` is its name in diagnostics. NULL when
 * there was an error (all of them are in `diags`); else a first reference.
 * Options that are not set have their defaults. */
struct conf *conf_parse(struct sv text, const char *file, struct diags *diags);

/* The file to read: the one that was named, else the installed one, else (when
 * there is none) NULL. */
const char *conf_find(const char *named);

/* Reads and parses a file; `path` NULL gives the defaults. */
struct conf *conf_load(const char *path, struct diags *diags);

struct conf *conf_ref(struct conf *c);
void conf_unref(struct conf *c); /* takes NULL */

/* From 0 to 3: as rule.score_set says, or by what is there to judge with. */
size_t conf_score_set(const struct conf *c);

/* For people and tools; `out` is a FILE *. */
enum conf_form {
	CONF_FORM_SHOW,     /* values in force, with "# FILE:LINE" origins */
	CONF_FORM_DEFAULTS, /* a commented file of all defaults */
	CONF_FORM_MDOC,     /* the option lists of tamis.conf(5) */
	CONF_FORM_MARKDOWN,
};
void conf_print(const struct conf *c, enum conf_form form, void *out);

/* The words of the enumerations, as the file and all records have them. */
const char *plan_action_word(enum plan_action a);
const char *privacy_word(enum privacy p);
const char *reporter_word(enum reporter_type t);
const char *sector_word(enum sector s); /* "" for SECTOR_NONE */
const char *engine_word(enum engine e);
const char *store_backend_word(enum store_backend b);
bool engine_find(struct sv word, enum engine *ret);

#endif
