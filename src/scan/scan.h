/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One judgement. An ingress (milter, http) or the CLI fills in what came, then
 * scan_run() takes the struct through the table of stages in pipeline.c:
 *
 *     parse > facts > signals > rules > verdict > plan > record
 *
 * The driver knows when, the stages know how. Nothing acts before the plan,
 * and the ingress carries the plan out.
 */
#ifndef SCAN_SCAN_H
#define SCAN_SCAN_H

#include "base/arena.h"
#include "base/uuid.h"
#include "conf/conf.h"
#include "fact/fact.h"
#include "image/image.h"
#include "learn/classifier.h"
#include "message/message.h"
#include "message/relay.h"
#include "message/sender.h"
#include "prefs/prefs.h"
#include "rule/rule.h"

enum verdict {
	VERDICT_LEGITIMATE,
	VERDICT_ADVERTISING_SPAM,
	VERDICT_OTHER_ABUSE,
	VERDICT_SUSPECTED,
	VERDICT_UNKNOWN, /* could not be judged: see scan.missing */
	VERDICT_COUNT,
};
const char *verdict_word(enum verdict v);
bool verdict_is_spam(enum verdict v); /* advertising_spam or other_abuse */

enum channel {
	CHANNEL_SMTP,
	CHANNEL_HTTP,
	CHANNEL_FILE,
	CHANNEL_SPAMD, /* a mail, too: its word is that of CHANNEL_SMTP */
};
const char *channel_word(enum channel c);

/* "mail", "comment", "post", "review", "profile", "private-message", "other" */
const char *surface_word(struct sv word); /* what is not known is "other" */

struct envelope {
	struct sv client_ip, client_name, helo;
	struct sv server; /* our mail server's name; or "" */
	struct sv from;   /* address without <>; "" for the null sender */
	struct sv *recipients;
	size_t n_recipients;
	struct sv queue_id;  /* of the MTA; or the site's own id of a post */
	struct sv auth_user; /* authenticated submitter, or "" */
	bool tls;            /* RFC 3207 */
	bool is_local;       /* submitted on the machine itself */
};

struct plan {
	enum plan_action action;
	struct sv smtp_code; /* "550 5.7.1": reject and tempfail */
	struct sv smtp_text;
	struct sv subject_tag; /* to put before the subject; or "" */
	bool headers;          /* add X-Spam-* and Authentication-Results */
	const char *reason;    /* which option decided, e.g. "plan.reject" */
};

enum scan_stage {
	STAGE_PARSE,
	STAGE_FACTS, /* asking; what was waited for answers is of the rules */
	STAGE_SIGNALS,
	STAGE_RULES,
	STAGE_VERDICT,
	STAGE_PLAN,
	STAGE_COUNT,
};
extern const char *const stage_words[STAGE_COUNT];

/* The rules and configuration in force; immutable, counted references. */
struct snapshot {
	struct conf *conf;
	struct rule_set *rules;
	struct network *network;       /* of conf */
	struct prefs_store *prefs;     /* of both */
	struct classifier *classifier; /* of conf; NULL: it is off */
	struct sender_finder *sender;
	struct geo *geo;
	/* Whom messages may ask: the geo above, and nobody else, until whoever
	 * has made the snapshot says it, before its first use. */
	struct facts_source sources;
	_Atomic unsigned references;
};
/* Takes over the caller's references to both; a first reference. */
struct snapshot *snapshot_new(struct conf *conf, struct rule_set *rules);
/* Opens the databases of places; what cannot be opened is a warning. */
void snapshot_open_geo(struct snapshot *s, struct diags *diags);
struct snapshot *snapshot_ref(struct snapshot *s);
void snapshot_unref(struct snapshot *s); /* takes NULL */

/* Whose preferences a message was judged by, and why. */
enum scan_prefs_state {
	SCAN_PREFS_NONE, /* those of the site: nobody has others */
	SCAN_PREFS_APPLIED,
	SCAN_PREFS_STALE,       /* applied, as far as they are remembered */
	SCAN_PREFS_UNAVAILABLE, /* a source could not be asked */
	SCAN_PREFS_COUNT,
};
const char *scan_prefs_word(enum scan_prefs_state state);

struct scan_prefs {
	enum scan_prefs_state state;
	struct prefs *prefs; /* a reference, or NULL */
	struct sv name;      /* of whom; "": of everybody */
	bool is_shared; /* the recipients' differ: what they have in common */
	const char *failed; /* the source that could not be asked; or NULL */
	char why[PREFS_WHY];
};

struct campaign_secret;
struct learned;
struct store;

struct scan {
	/* filled in before scan_run(); all texts live in the arena or longer */
	struct arena *arena;
	struct snapshot *snapshot;
	struct rule_worker *worker;
	enum channel channel;
	const char *surface;
	struct envelope envelope;
	struct sv user;                  /* that the client named; or "" */
	struct sv site;                  /* of a post: whose token it was */
	struct sv raw;                   /* a mail ... */
	const struct message_post *post; /* ... or a post */
	bool truncated;                  /* the ingress kept only a part */
	struct image_pool *images;       /* NULL: pictures are not looked at */
	bool test;                       /* judge, but leave no trace */
	bool all_hits, measured;         /* see rule/rule.h */
	struct scan_prefs prefs;         /* scan_find_prefs(); or zeroed */
	struct facts *facts;             /* scan_ask_early(); or NULL */
	int64_t unix_ms;                 /* when it came; 0: now */
	struct store *store;             /* what was learned; or NULL */
	struct campaign_secret *secret;  /* of campaigns; or NULL */

	/* the outcome */
	char id[UUID_TEXT];
	struct message *message;
	unsigned images_read, images_failed; /* of its pictures */
	struct relays *relays;               /* of a mail; NULL: a post */
	struct classification classification;
	struct learned *learned; /* scan/learned.h; NULL: no store. Set before
	                            scan_run(): judge by what it says */
	struct rule_result *rules;
	int64_t score_e4, threshold_e4;
	enum verdict verdict;
	const char *ad_type,
	    *category;        /* "none" and "other" when no rule says */
	const char **missing; /* what an incomplete verdict lacks */
	size_t n_missing;
	struct plan plan;
	int64_t times_us[STAGE_COUNT], total_us, cpu_us;
	int64_t waited_us; /* for answers; a part of STAGE_RULES */
};

/* Asks about the client and the sender (if e->from.p) of a mail that is still
 * to come, so that answers are there when it is. The facts hang from the arena
 * and refer to the texts of the envelope; they are handed to the scan, or given
 * up by facts_end(). NULL: there is nobody to ask, or the client is ours. */
struct facts *scan_ask_early(struct arena *a, const struct snapshot *snapshot,
                             struct rule_worker *w, const struct envelope *e);

/* Before scan_run(): finds the preferences of the user, or of the recipients.
 * What it finds is given back by scan_drop_prefs(), when nothing of the scan
 * is needed any more. */
void scan_find_prefs(struct scan *s);
void scan_drop_prefs(struct scan *s);

/* The settings that count: of the rules, or with those preferences. */
const struct rule_settings *scan_settings(const struct scan *s);

void scan_run(struct scan *s);

/* What rules are told of the envelope; refers to s. */
void scan_rule_envelope(const struct scan *s, struct message_envelope *ret);

/* The verdict record: one JSON object (docs/verdict-record.md). */
void scan_record(const struct scan *s, struct buf *out);

/* Its members "facts", "signals" and "hidden_text", which `tamis check --json`
 * shows, too.
 */
struct json;
void scan_record_facts(struct json *j, const struct scan *s);
void scan_record_signals(struct json *j, const struct scan *s);
void scan_record_hidden(struct json *j, const struct message *m);

/* Header texts of the plan, in the arena: value of X-Spam-Status and so on. */
struct sv scan_status_header(const struct scan *s);
struct sv scan_level_header(const struct scan *s);

/* What was checked of the sender, as RFC 8601 has it; the lines are folded. */
struct sv scan_authentication_results(const struct scan *s,
                                      struct sv authserv_id);

#endif
