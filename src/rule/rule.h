/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules in the .cf language of SpamAssassin: sources are read, compiled into
 * an immutable rule set, and evaluated on messages. Evaluation only collects
 * hits; scores become a verdict in scan/.
 *
 * sources (text of files) --rule_set_compile()--> rule set --rule_eval()-->
 * hits
 */
#ifndef RULE_RULE_H
#define RULE_RULE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "conf/conf.h"
#include "fact/fact.h"
#include "message/envelope.h"
#include "message/message.h"
#include "rule/settings.h"

/* ---- sources: the exact text that a rule set is made of ---- */

struct rule_source {
	bool is_list;     /* the entries of a `list` rule; else rules */
	bool is_included; /* read where another source includes it */
	char *file;
	char *text;
	size_t bytes;
};

struct rule_sources {
	struct rule_source *list;
	size_t n, size;
};

/* Reads files, and folders' *.cf in byte order of their names, with the files
 * they include and the lists they name. A file of a folder below that is
 * included from above counts there only: so a folder of sa-update may be
 * named as it is. E_IO, E_LIMIT with a diagnostic; what
 * was read is released by rule_sources_done(). */
int rule_sources_read(const struct conf_list *paths, struct rule_sources *ret,
                      struct diags *diags);

/* The same as if the file `path` had this text (NULL: as it is on disk). It
 * must be there. */
struct rule_stand_in {
	const char *path;
	struct sv text;
};
int rule_sources_read_as(const struct conf_list *paths,
                         const struct rule_stand_in *stand_in,
                         struct rule_sources *ret, struct diags *diags);
void rule_sources_add(struct rule_sources *s, const char *file, struct sv text);
void rule_sources_add_list(struct rule_sources *s, const char *file,
                           struct sv text);
/* All of `other`, which is empty afterwards. */
void rule_sources_take(struct rule_sources *s, struct rule_sources *other);
void rule_sources_done(struct rule_sources *s);

/* The file that a line of rules names, to include it or as a list, with the
 * path of the file it stands in put before; "" if none. */
struct sv rule_line_file(struct arena *a, const char *path, struct sv line,
                         bool *ret_is_list);

/* Rules that somebody else keeps up to date: the comments "# UPDATE version N"
 * (as sa-update writes it) and "# created TIME" at the beginning of a file
 * NAME.cf, which includes the files of that version. */
struct rule_channel {
	char name[64];
	uint64_t version;
	int64_t created_ms; /* 0: not stated */
};
bool rule_source_channel(const struct rule_source *s, struct rule_channel *ret);

/* One byte string for all of it, and back (E_SYNTAX): how the supervisor
 * hands the same rules to every scanner. */
void rule_sources_pack(const struct rule_sources *s, struct buf *out);
int rule_sources_unpack(struct sv packed, struct rule_sources *ret);

/* ---- the rule set ---- */

enum rule_type {
	RULE_HEADER,
	RULE_BODY,
	RULE_RAWBODY,
	RULE_URI,
	RULE_FULL,
	RULE_SKELETON,
	RULE_URI_SKELETON,
	RULE_MIMEHEADER,
	RULE_URI_DETAIL,
	RULE_LIST,
	RULE_META,
	RULE_ASKDNS,
};

enum rule_tflag {
	TFLAG_NICE = 1,  /* takes points off */
	TFLAG_LEARN = 2, /* depends on what was learnt */
	TFLAG_NET = 4,   /* asks the network; metas: a part of it does */
	TFLAG_USERCONF = 8,
	TFLAG_NOAUTOLEARN = 16, /* its points say nothing to learners */
	TFLAG_AUTOLEARN_FORCE = 32,
	TFLAG_NOLOG = 64, /* what it matched is not to be shown */
	TFLAG_NOSUBJECT = 128,
	TFLAG_CONCAT = 256, /* mimeheader: all parts' headers as one text */
	TFLAG_SHADOW = 512, /* on trial: counted, and of no consequence */
	/* Of rules about lists: what is asked for of a host in a URI, its
	 * addresses or those of its name servers, all of its name; and which
	 * kind of hosts. */
	TFLAG_A = 1024,
	TFLAG_NS = 2048,
	TFLAG_NOTRIM = 4096,
	TFLAG_IPS_ONLY = 8192,
	TFLAG_DOMAINS_ONLY = 16384,
};

/* Whether judging ends with a rule that is true, and as what. */
enum rule_shortcircuit {
	SHORTCIRCUIT_OFF,
	SHORTCIRCUIT_ON, /* by its points */
	SHORTCIRCUIT_HAM,
	SHORTCIRCUIT_SPAM,
};

struct rule {
	const char *name, *file;
	int line; /* where it is defined */
	enum rule_type type;
	const char *definition; /* what stands behind the name, as written */
	/* The same as long as type, name and definition are, in any process;
	 * not 0. */
	uint64_t key;
	const char *describe;       /* or "" */
	const char *subject_prefix; /* subjprefix, a template; or "" */
	const char *ad_type;        /* "direct_ad", ...; or "" */
	const char *category;       /* "gambling", ...; or "" */
	int64_t score_e4;           /* 0 for "__" sub-rules */
	bool disabled;              /* `score NAME 0`: never run, 0 in metas */
	bool is_sub;  /* name begins with "__": no points, not shown */
	int priority; /* 0, unless it is said */
	enum rule_shortcircuit shortcircuit;
	unsigned tflags;  /* of enum rule_tflag */
	bool multiple;    /* tflags multiple */
	unsigned maxhits; /* tflags maxhits=N; 0: no bound */
	/* Who knows whether it is true, when the message alone does not say
	 * it: "network" (of jobs that have a lookup), "classifier", "signals"
	 * (also of metas that such a rule is a part of), "learned", "web",
	 * "program"; or "". Of these last three nobody is asked yet, so that
	 * such a rule is not true. */
	const char *needs;
};

static inline bool
rule_is_shadow(const struct rule *r)
{
	return r->tflags & TFLAG_SHADOW;
}

struct rule_set;

/* Compiles; NULL when there was an error. Warnings do not prevent it. The
 * limits are copied from `conf`. Returns a first reference. */
struct rule_set *rule_set_compile(const struct rule_sources *sources,
                                  const struct conf *conf, struct diags *diags);
struct rule_set *rule_set_ref(struct rule_set *rs); /* any thread */
void rule_set_unref(struct rule_set *rs);           /* takes NULL */

size_t rule_set_count(const struct rule_set *rs);
const struct rule *rule_set_rule(const struct rule_set *rs, size_t index);
const struct rule *rule_set_find(const struct rule_set *rs, struct sv name);
/* What the sources say beside rules; lives as long as rs. */
const struct rule_settings *rule_set_settings(const struct rule_set *rs);
/* "sha256:" and 64 digits, of all source text; lives as long as rs. */
const char *rule_set_hash(const struct rule_set *rs);

/* The channels among its sources; lives as long as rs. */
size_t rule_set_channels(const struct rule_set *rs,
                         const struct rule_channel **ret);

/* Says what is no mistake of the language, and hardly meant: expressions that
 * match anything, metas that are always or never true, names that are too
 * long, rules without describe. */
void rule_set_lint(const struct rule_set *rs, struct diags *diags);

/* Runs all `test NAME ok|fail TEXT` lines; a failed one is an error in
 * `diags`. Returns how many were run. */
size_t rule_set_run_tests(const struct rule_set *rs, struct diags *diags);

/* ---- preferences ---- */

/* What a user changes of a rule set: points of rules, lists of addresses,
 * settings. Immutable; any thread may read it. It refers to rs and holds no
 * reference: the set must outlive it. */
struct rule_overlay;

/* Reads lines as a user may write them; the later source wins. A line that is
 * wrong, or that only the site may say, is a diagnostic and nothing else. */
struct rule_overlay *rule_overlay_read(const struct rule_set *rs,
                                       const struct rule_sources *sources,
                                       const struct conf *conf,
                                       struct diags *diags);
void rule_overlay_free(struct rule_overlay *o); /* takes NULL */

/* The settings of the set with what the user says; live as long as it. Of
 * required_score they tell whether the user said it. */
const struct rule_settings *rule_overlay_settings(const struct rule_overlay *o);

/* Rules with points of their own, in the order of the set; false at the end.
 * Start with *pos = 0. 0 points: the rule is off. */
struct rule_points {
	const struct rule *rule;
	int64_t score_e4;
};
bool rule_overlay_points(const struct rule_overlay *o, size_t *pos,
                         struct rule_points *ret);

/* Memory that it takes, about. */
size_t rule_overlay_bytes(const struct rule_overlay *o);

/* ---- evaluation ---- */

struct rule_hit {
	const struct rule *rule;
	enum view_kind view;  /* of the first match; metas: VIEW_HEADER */
	const char *selector; /* header rules: the header's name; else NULL */
	/* Where in the view, and what matched, cut to rule.match_text_max;
	 * of skeletons, in the text they were folded from. Metas: 0. */
	size_t element, offset;
	struct sv text;
	unsigned count;   /* matches; metas: the value, at least 1 */
	int64_t score_e4; /* points; tflags multiple: for each match */
};

struct rule_result {
	struct rule_hit *hits; /* in the order of definition */
	size_t n_hits;
	int64_t score_e4;
	/* Likewise of shadow rules, sub-rules among them, which are not among
	 * the hits: with the points they would give. */
	struct rule_hit *shadow_hits;
	size_t n_shadow_hits;
	/* Rules that met a match limit: they count as not matched, or, tflags
	 * multiple, for as many matches as were found till then. Those that
	 * matter to shadow rules only are left out. */
	const struct rule **over_limit;
	size_t n_over_limit;
	/* With all hits: the tags that rules captured, and their values. */
	struct rule_capture {
		struct sv name, value;
	} * captures;
	size_t n_captures;
	const struct eval_remark *remarks; /* likewise; of eval/eval.h */
	size_t n_remarks;
	/* The rule that ended the judging, or NULL; as what. */
	const struct rule *shortcircuit;
	bool shortcircuit_is_ham;
	bool deadline_passed; /* the rest was not evaluated; shadow rules,
	                         which come last, do not matter */
	/* What was asked of DNS in vain: zones of lists, other names. */
	const struct sv *unanswered;
	size_t n_unanswered;
	/* Lists that do not answer us, as they say; see fact/contract.h. */
	const struct eval_refusal *refusals; /* of eval/eval.h */
	size_t n_refusals;
	int64_t waited_us; /* for answers */
	/* Part of an element, of a view, was over a limit and not looked at. */
	bool cut_element, cut_view;
};

/* What one thread needs for matching (stacks, match data): make one a
 * thread, use it with any rule set. */
struct rule_worker;
struct rule_worker *rule_worker_new(void);
void rule_worker_free(struct rule_worker *w); /* takes NULL */

/* One evaluation. */
struct rule_job {
	const struct message *message;
	const struct message_envelope *envelope; /* NULL: nothing is known */
	int64_t deadline_mono_us;                /* 0: none */
	/* Decide every rule, for people and comparisons. Without it only what
	 * the score needs is decided, and sub-rules are not among the hits;
	 * score and hits of all other rules are the same. */
	bool all_hits;
	const struct rule_overlay *overlay; /* NULL: none; of the same set */
	/* What rules ask the network by; NULL: they do not. Answers that have
	 * not come by the deadline (0: at once) are missing, and the lookup has
	 * ended. */
	struct lookup *lookup;
	int64_t lookup_deadline_mono_us;
	struct facts *facts; /* with the same lookup; or NULL: SPF and its like
	                        are unknown */
	/* Called when all facts are known, or late, before what was learned is
	 * asked: to complete the envelope's signals. Or NULL. */
	void (*settled)(void *ctx);
	void *settled_ctx;
	bool ungated;  /* by PCRE2 alone, whatever match.engine says */
	bool measured; /* note what each rule costs; else one in some does */
};

/* Evaluates rules. The result hangs from `a` and refers to rs and the
 * message. */
struct rule_result *rule_eval(const struct rule_set *rs, struct rule_worker *w,
                              struct arena *a, const struct rule_job *job);

/* Asks the job's lookup what the rules would ask about the message, and does
 * nothing else: so that the answers are known when it is evaluated. */
void rule_ask(const struct rule_set *rs, struct rule_worker *w, struct arena *a,
              const struct rule_job *job);

/* ---- trust in the engine ---- */

/* Evaluates the message as needed, then with all hits, then by PCRE2 alone,
 * and compares. False: they differ, and `names` gets the rules, with blanks
 * between. Says true also when a limit was met, as engines may meet it
 * differently. The job's depth and deadline do not matter. */
bool rule_set_recheck(const struct rule_set *rs, struct rule_worker *w,
                      struct arena *a, const struct rule_job *job,
                      struct buf *names);

/* From now on the set is evaluated by PCRE2 alone, by all threads. */
void rule_set_distrust(const struct rule_set *rs);
bool rule_set_is_distrusted(const struct rule_set *rs);

/* The name of the engine it was compiled for. */
const char *rule_set_engine(const struct rule_set *rs);

/* ---- what rules cost ---- */

/* Since the set was compiled; any thread may ask at any time. */
struct rule_cost {
	uint64_t decided;    /* how often its expression was tried, */
	uint64_t cpu_ns;     /* what that took, */
	uint64_t hits;       /* how often it was true: measured messages */
	uint64_t over_limit; /* how often it met a limit: all messages */
};
struct rule_cost rule_set_cost(const struct rule_set *rs,
                               const struct rule *rule);

/* As JSON: "messages", how many were measured, and "rules", of at most
 * `rules_max` rules that cost something the "name", "file", "line" and what
 * struct rule_cost has; the most expensive first. */
void rule_set_costs_json(const struct rule_set *rs, size_t rules_max,
                         struct buf *out);

/* How many messages were measured: the first ones, one in match.sample_every,
 * and those of jobs that asked for it. */
uint64_t rule_set_measured(const struct rule_set *rs);

#endif
