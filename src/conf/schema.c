/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/schema.h"

#include <stddef.h>

#include "base/e4.h"
#include "conf/conf.h"

#define AT(member) offsetof(struct conf, member)

enum {
	KB = 1 << 10,
	MB = 1 << 20,
	SECOND = 1000,
	MINUTE = 60 * SECOND,
	HOUR = 60 * MINUTE,
	DAY = 24 * HOUR,
};
#define GB        ((int64_t)1 << 30)
#define SCORE_MAX ((int64_t)1000 * E4_ONE)

static const struct conf_word target_words[] = {
	{ "stderr", LOG_TARGET_STDERR },
	{ "syslog", LOG_TARGET_SYSLOG },
	{ NULL, 0 },
};

static const struct conf_word level_words[] = {
	{ "error", LOG_LEVEL_ERROR },
	{ "warning", LOG_LEVEL_WARNING },
	{ "info", LOG_LEVEL_INFO },
	{ "debug", LOG_LEVEL_DEBUG },
	{ NULL, 0 },
};

static const struct conf_word overload_words[] = {
	{ "accept", PLAN_ACCEPT },
	{ "tempfail", PLAN_TEMPFAIL },
	{ NULL, 0 },
};

static const struct conf_word score_set_words[] = {
	{ "auto", SCORE_SET_AUTO },     { "0", SCORE_SET_LOCAL },
	{ "1", SCORE_SET_NET },         { "2", SCORE_SET_LEARNED },
	{ "3", SCORE_SET_NET_LEARNED }, { NULL, 0 },
};

static const struct conf_word rate_words[] = {
	{ "alert", RATE_ALERT },
	{ "suspect", RATE_SUSPECT },
	{ "tempfail", RATE_TEMPFAIL },
	{ NULL, 0 },
};

static const struct conf_word review_mail_words[] = {
	{ "hold", REVIEW_MAIL_HOLD },
	{ "accept", REVIEW_MAIL_ACCEPT },
	{ NULL, 0 },
};

static const struct conf_word keep_words[] = {
	{ "none", KEEP_NONE },
	{ "suspicious", KEEP_SUSPICIOUS },
	{ "all", KEEP_ALL },
	{ NULL, 0 },
};

const struct conf_word conf_plan_words[] = {
	{ "accept", PLAN_ACCEPT },
	{ "tag", PLAN_TAG },
	{ "reject", PLAN_REJECT },
	{ "tempfail", PLAN_TEMPFAIL },
	{ "discard", PLAN_DISCARD },
	{ "quarantine", PLAN_QUARANTINE },
	{ "hold_for_review", PLAN_HOLD_FOR_REVIEW },
	{ NULL, 0 },
};

const struct conf_word conf_privacy_words[] = {
	{ "statistical", PRIVACY_STATISTICAL },
	{ "pseudonymous", PRIVACY_PSEUDONYMOUS },
	{ "evidence", PRIVACY_EVIDENCE },
	{ NULL, 0 },
};

const struct conf_word conf_reporter_words[] = {
	{ "history", REPORTER_HISTORY },
	{ "file", REPORTER_FILE },
	{ "syslog", REPORTER_SYSLOG },
	{ "http", REPORTER_HTTP },
	{ "nats", REPORTER_NATS },
	{ "webhook", REPORTER_WEBHOOK },
	{ "intelmq", REPORTER_INTELMQ },
	{ "xarf", REPORTER_XARF },
	{ "arf", REPORTER_ARF },
	{ "site_webhook", REPORTER_SITE_HOOK },
	{ NULL, 0 },
};

const struct conf_word conf_sector_words[] = {
	{ "none", SECTOR_NONE },
	{ "isp", SECTOR_ISP },
	{ "mobile", SECTOR_MOBILE },
	{ "hosting", SECTOR_HOSTING },
	{ "enterprise", SECTOR_ENTERPRISE },
	{ "public_body", SECTOR_PUBLIC_BODY },
	{ "other", SECTOR_OTHER },
	{ NULL, 0 },
};

const struct conf_word conf_engine_words[] = {
	{ "auto", ENGINE_AUTO },
	{ "pcre2", ENGINE_PCRE2 },
	{ "gates", ENGINE_GATES },
	{ "vectorscan", ENGINE_VECTORSCAN },
	{ NULL, 0 },
};

const struct conf_word conf_store_words[] = {
	{ "memory", STORE_BACKEND_MEMORY },
	{ "lmdb", STORE_BACKEND_LMDB },
	{ "redis", STORE_BACKEND_REDIS },
	{ NULL, 0 },
};

const struct conf_word conf_finest_words[] = {
	{ "minute", FINEST_MINUTE },
	{ "hour", FINEST_HOUR },
	{ NULL, 0 },
};

const struct conf_section conf_sections[CONF_SECTIONS] = {
	{ "node", "Who this installation is, in verdict records and in the "
	          "feed." },
	{ "log", "Where the programs log, and how much." },
	{ "tamisd", "The processes of the filter daemon." },
	{ "milter", "Mail: the sockets that Postfix or Sendmail connect to." },
	{ "http", "Posts and comments: the HTTP interface. docs/http.md and "
	          "docs/akismet.md tell more." },
	{ "review", "Messages that people decide on: those with the action "
	            "hold_for_review. docs/review.md tells more." },
	{ "spamd", "Mail from spamc and other clients of SpamAssassin's spamd, "
	           "of this machine unless they are named here. The protocol "
	           "has neither passwords nor encryption." },
	{ "network", "Which mail servers are believed when they say, in "
	             "Received fields, where a mail came from. As in "
	             "SpamAssassin: trusted is trusted_networks, internal is "
	             "internal_networks, msa is msa_networks. A network is an "
	             "address, as 192.0.2.1 or 2001:db8::1, with the bits that "
	             "count, as 192.0.2.0/24, or the beginning of an address, "
	             "as 192.168.; a ! in front excludes it from wider ones. "
	             "This machine is always trusted and internal." },
	{ "message", "Limits of reading one message. What exceeds a limit is "
	             "not looked at, and the verdict record names the limit." },
	{ "image", "QR codes in pictures (PNG and JPEG). They are decoded by "
	           "processes that can do nothing else; what a code says is "
	           "looked at like a link. A build without libzbar has none." },
	{ "match", "How regular expressions are looked for, and the limits of "
	           "one of them on one text, which keep a hostile message or "
	           "a bad rule from stopping the filter." },
	{ "spf",
	  "SPF (RFC 7208): whether the client may send mail for the domain "
	  "of the sender." },
	{ "dkim", "DKIM signatures of mails (RFC 6376)." },
	{ "dmarc", "Whether SPF and DKIM speak for the domain in From, and "
	           "what its owner wants done where they do not (RFC 7489)." },
	{ "arc", "The Authenticated Received Chain (RFC 8617): what servers "
	         "on the way found, sealed by them." },
	{ "results", "Authentication-Results (RFC 8601) of other filters." },
	{ "classifier", "What is learned from messages that people sorted, by "
	                "tamis learn. docs/classifier.md tells more." },
	{ "rule", "The rules that messages are judged by." },
	{ "prefs", "What users, domains and the site as a whole change of the "
	           "rules for their own mail, in the syntax of SpamAssassin's "
	           "user_prefs: points, lists of addresses, the threshold, "
	           "reports and headers; no rules. Those of a user come last "
	           "and win. Without any source nobody has preferences." },
	{ "store", "Where counters and lists are kept that tamis fills itself: "
	           "reputation, greylisting, rates, feedback. docs/store.md "
	           "tells more." },
	{ "feedback", "Reports of people on messages, and what becomes of "
	              "them. docs/feedback.md tells more." },
	{ "recognition", "When reports on a campaign, that is on one message "
	                 "in all its variants, change the verdict of what "
	                 "comes later. Evidence is counted in reporters who "
	                 "are usually right (trust 0.9)." },
	{ "campaign", "Messages that say nearly the same are counted: how many "
	              "came, of how many senders. docs/campaigns.md tells "
	              "more." },
	{ "reputation", "What is remembered of those whom messages come from, "
	                "as points beside those of rules. docs/reputation.md "
	                "tells more of this section and the next three." },
	{ "known", "Whom our authenticated users write to, and which messages "
	           "answer theirs: for rules, and not greylisted." },
	{ "greylist", "Mails of unknown origin are asked to come again later. "
	              "Never those of authenticated users, of known senders, "
	              "and what comes from trusted networks." },
	{ "rate", "How much somebody may send." },
	{ "channel", "Where tamis rules update fetches rules from: signed "
	             "bundles, each with a name. docs/channels.md tells how to "
	             "follow a channel, and how to publish one." },
	{ "dns", "Questions to the domain name system: lists, SPF, DKIM and "
	         "others. A resolver on this machine is best: many lists "
	         "refuse those that a whole provider, or the world, uses. "
	         "tamis dns test says how it is." },
	{ "geo", "Which country an address is in, and whose network: databases "
	         "in MaxMind's format, as GeoLite2 and DB-IP have them. They "
	         "are read again with the configuration. A build without "
	         "libmaxminddb does not know." },
	{ "scan", "From rule hits to a verdict." },
	{ "plan", "What is done with a message, by its verdict. The actions "
	          "are accept, tag (deliver, marked as spam), reject, tempfail "
	          "(ask the sender to try again), discard (drop silently), "
	          "quarantine (hold in the queue of the mail server) and "
	          "hold_for_review (posts: keep unpublished until a person "
	          "has looked)." },
	{ "keep", "Messages as they came, kept below tamisd.state_dir so that "
	          "they can be judged again (tamis explain --replay). They are "
	          "other people's letters: keep as few as you need." },
	{ "report", "What is kept about verdicts, and what is sent to a "
	            "central feed." },
	{ "reporter",
	  "One more way for records to leave this machine, under a name: "
	  "there may be several of each type. docs/reporters.md tells more." },
	{ "feedd", "The feed collector and its statistics page, tamis-feedd." },
};

/* clang-format off: one option a paragraph reads better */
const struct conf_option conf_options[CONF_OPTIONS] = {
	{ "node", "name", CONF_NAME, AT(node.name), .max = 253, .preset = "",
	  .doc = "Name of this node, unique in the feed. Empty: the host "
	         "name." },
	{ "node", "organisation", CONF_TEXT, AT(node.organisation), .max = 200,
	  .preset = "",
	  .doc = "Who runs it, as the statistics page shows it." },
	{ "node", "domain", CONF_NAME, AT(node.domain), .max = 253,
	  .preset = "", .doc = "Domain of the organisation." },
	{ "node", "contact", CONF_TEXT, AT(node.contact), .max = 200,
	  .preset = "",
	  .doc = "Mail address for questions about what this node reports." },
	{ "node", "accounts", CONF_INTEGER, AT(node.accounts),
	  .max = 1000000000000, .preset = "0", .unit = "accounts",
	  .doc = "How many mailboxes or users are served, so that figures of "
	         "nodes can be compared. 0: not stated." },
	{ "node", "accounts_filtered", CONF_INTEGER, AT(node.accounts_filtered),
	  .max = 1000000000000, .preset = "0", .unit = "accounts",
	  .doc = "How many of these have their messages filtered. 0: not "
	         "stated." },
	{ "node", "nodes", CONF_INTEGER, AT(node.nodes), .max = 1000000,
	  .preset = "0", .unit = "nodes",
	  .doc = "How many nodes of the organisation report, so that a missing "
	         "one is seen. 0: not stated." },
	{ "node", "sector", CONF_CHOICE, AT(node.sector),
	  .words = conf_sector_words, .preset = "none",
	  .doc = "What kind of organisation it is, in the feed." },

	{ "log", "target", CONF_CHOICE, AT(log.target), .words = target_words,
	  .preset = "stderr",
	  .doc = "Where log lines go. Under systemd, standard error is the "
	         "journal." },
	{ "log", "level", CONF_CHOICE, AT(log.level), .words = level_words,
	  .preset = "info",
	  .doc = "The least important lines that are logged." },

	{ "tamisd", "user", CONF_NAME, AT(tamisd.user), .max = 32,
	  .preset = "tamis",
	  .doc = "User that the scanners and the reporter run as when tamisd "
	         "is started by root. Empty: no change." },
	{ "tamisd", "group", CONF_NAME, AT(tamisd.group), .max = 32,
	  .preset = "", .doc = "Their group. Empty: the group of the user." },
	{ "tamisd", "state_dir", CONF_PATH, AT(tamisd.state_dir), .min = 1,
	  .max = 4000, .preset = "@localstatedir@/lib/tamis",
	  .doc = "Folder for what must survive a restart: spool and "
	         "history." },
	{ "tamisd", "run_dir", CONF_PATH, AT(tamisd.run_dir), .min = 1,
	  .max = 4000, .preset = "@runstatedir@/tamis",
	  .doc = "Folder for sockets." },
	{ "tamisd", "control", CONF_PATH, AT(tamisd.control), .max = 107,
	  .preset = "",
	  .doc = "Unix socket of tamis status, tamis reload and others. "
	         "Empty: control.sock in run_dir." },
	{ "tamisd", "control_mode", CONF_MODE, AT(tamisd.control_mode),
	  .max = 0777, .preset = "0660",
	  .doc = "Permission bits of that socket." },
	{ "tamisd", "scanners", CONF_INTEGER, AT(tamisd.scanners), .min = 1,
	  .max = 64, .preset = "1", .unit = "processes",
	  .doc = "Scanner processes. Each uses as many threads as it has "
	         "messages in flight; several processes keep a crash from "
	         "touching all messages." },
	{ "tamisd", "stop_timeout", CONF_DURATION, AT(tamisd.stop_timeout_ms),
	  .max = 10 * MINUTE, .preset = "10s",
	  .doc = "How long a stop or restart waits for messages in flight." },

	{ "milter", "listen", CONF_ADDRESS, AT(milter.listen), .is_list = true,
	  .max = 200, .preset = "unix:@runstatedir@/tamis/milter.sock",
	  .doc = "Sockets for the mail server. Empty: no mail." },
	{ "milter", "socket_mode", CONF_MODE, AT(milter.socket_mode),
	  .max = 0777, .preset = "0660",
	  .doc = "Permission bits of unix sockets." },
	{ "milter", "socket_group", CONF_NAME, AT(milter.socket_group),
	  .max = 32, .preset = "",
	  .doc = "Group of unix sockets, so that the mail server may connect. "
	         "Empty: the group of the process." },
	{ "milter", "timeout", CONF_DURATION, AT(milter.timeout_ms),
	  .min = 10 * SECOND, .max = DAY, .preset = "2h",
	  .doc = "A connection on which the mail server is silent for so long "
	         "is closed. It must be longer than the mail server keeps an "
	         "idle SMTP session." },
	{ "milter", "authserv_id", CONF_NAME, AT(milter.authserv_id),
	  .max = 253, .preset = "",
	  .doc = "Name under which Authentication-Results are written (RFC "
	         "8601 section 2.5). Empty: the name of the mail server." },

#include "conf/schema_http.def"

	{ "spamd", "listen", CONF_ADDRESS, AT(spamd.listen), .is_list = true,
	  .max = 200, .preset = "",
	  .doc = "Sockets for spamc, as inet:783@127.0.0.1. Empty: none. "
	         "Addresses other than unix sockets and loopback need an "
	         "allow list." },
	{ "spamd", "socket_mode", CONF_MODE, AT(spamd.socket_mode), .max = 0777,
	  .preset = "0660", .doc = "Permission bits of unix sockets." },
	{ "spamd", "allow", CONF_NETWORK, AT(spamd.allow), .is_list = true,
	  .max = 60, .preset = "",
	  .doc = "Clients on other machines that may connect. All others are "
	         "turned away." },
	{ "spamd", "message_bytes_max", CONF_SIZE, AT(spamd.message_bytes_max),
	  .min = KB, .max = GB, .preset = "20M",
	  .doc = "Largest mail; larger ones are refused, and spamc hands "
	         "them on as they are. Compressed mails may have this size "
	         "before and after." },
	{ "spamd", "connections_max", CONF_INTEGER, AT(spamd.connections_max),
	  .min = 1, .max = 10000, .preset = "200", .unit = "connections",
	  .doc = "Connections at once; more have to wait. Each holds a mail "
	         "in memory." },
	{ "spamd", "timeout", CONF_DURATION, AT(spamd.timeout_ms),
	  .min = SECOND, .max = HOUR, .preset = "2min",
	  .doc = "Time for a client to send its request, and as much again "
	         "to take the answer." },
	{ "spamd", "tell", CONF_BOOL, AT(spamd.tell), .preset = "no",
	  .doc = "Whether clients may send mails to be learned or reported "
	         "(TELL). Nothing is learned in this version: the answer "
	         "says so." },

	{ "network", "trusted", CONF_NETWORK, AT(network.trusted),
	  .is_list = true, .max = 60, .preset = "",
	  .doc = "Servers that do not lie, our own and others. Empty: the "
	         "internal ones. When both are empty, private addresses "
	         "(RFC 1918 and the like) and clients that have "
	         "authenticated themselves are trusted, from the newest "
	         "field down to the first that is neither." },
	{ "network", "internal", CONF_NETWORK, AT(network.internal),
	  .is_list = true, .max = 60, .preset = "",
	  .doc = "Of those, the mail exchangers of our domains and what "
	         "stands behind them. Empty: all trusted ones." },
	{ "network", "msa", CONF_NETWORK, AT(network.msa), .is_list = true,
	  .max = 60, .preset = "",
	  .doc = "Of those, servers that take mail from our own users only, "
	         "and are no mail exchangers. What stands below their fields "
	         "is trusted as they are. Has no effect when trusted and "
	         "internal are empty." },

	{ "message", "bytes_max", CONF_SIZE, AT(message.bytes_max), .min = KB,
	  .max = GB, .preset = "10M",
	  .doc = "Bytes of a message that are looked at." },
	{ "message", "headers_max", CONF_INTEGER, AT(message.headers_max),
	  .min = 1, .max = 100000, .preset = "2000", .unit = "fields",
	  .doc = "Header fields." },
	{ "message", "header_bytes_max", CONF_SIZE,
	  AT(message.header_bytes_max), .min = KB, .max = 100 * MB,
	  .preset = "1M", .doc = "Bytes of all header fields together." },
	{ "message", "parts_max", CONF_INTEGER, AT(message.parts_max), .min = 1,
	  .max = 100000, .preset = "1000", .unit = "parts",
	  .doc = "MIME parts (RFC 2046)." },
	{ "message", "depth_max", CONF_INTEGER, AT(message.depth_max), .min = 1,
	  .max = 1000, .preset = "50", .unit = "levels",
	  .doc = "Levels of MIME parts within parts." },
	{ "message", "decoded_bytes_max", CONF_SIZE,
	  AT(message.decoded_bytes_max), .min = KB, .max = GB, .preset = "20M",
	  .doc = "Bytes of all decoded parts together." },
	{ "message", "urls_max", CONF_INTEGER, AT(message.urls_max), .min = 1,
	  .max = 100000, .preset = "1000", .unit = "addresses",
	  .doc = "Web addresses that are extracted." },
	{ "message", "body_part_bytes_max", CONF_SIZE,
	  AT(message.body_part_bytes_max), .max = GB, .preset = "50000",
	  .doc = "Bytes of the text of one part that body rules see, up to the "
	         "end of a line near it; 0 for all. The same as "
	         "body_part_scan_size of SpamAssassin." },
	{ "message", "rawbody_part_bytes_max", CONF_SIZE,
	  AT(message.rawbody_part_bytes_max), .max = GB, .preset = "500000",
	  .doc = "The same for rawbody rules (rawbody_part_scan_size of "
	         "SpamAssassin)." },
	{ "message", "relays_max", CONF_INTEGER, AT(message.relays_max),
	  .min = 1, .max = 10000, .preset = "200", .unit = "fields",
	  .doc = "Received fields." },

	{ "image", "qr", CONF_BOOL, AT(image.qr), .preset = "yes",
	  .doc = "Whether QR codes are read. To switch it on, or to change "
	         "image.decoders, tamisd must be restarted." },
	{ "image", "bytes_max", CONF_SIZE, AT(image.bytes_max), .min = KB,
	  .max = 64 * MB, .preset = "4M",
	  .doc = "Bytes of a picture that is looked at; a larger one is not." },
	{ "image", "pixels_max", CONF_INTEGER, AT(image.pixels_max),
	  .min = 1000, .max = 16000000, .preset = "16000000", .unit = "pixels",
	  .doc = "Width times height of a picture that is looked at." },
	{ "image", "per_message_max", CONF_INTEGER, AT(image.per_message_max),
	  .min = 1, .max = 1000, .preset = "10", .unit = "pictures",
	  .doc = "Pictures of one message that are looked at." },
	{ "image", "wait", CONF_DURATION, AT(image.wait_ms), .min = 10,
	  .max = MINUTE, .preset = "1s",
	  .doc = "Time for one picture. A decoder that takes longer is "
	         "ended." },
	{ "image", "message_wait", CONF_DURATION, AT(image.message_wait_ms),
	  .min = 10, .max = MINUTE, .preset = "2s",
	  .doc = "Time for all pictures of a message." },
	{ "image", "decoders", CONF_INTEGER, AT(image.decoders), .min = 1,
	  .max = 16, .preset = "2", .unit = "processes",
	  .doc = "Decoders of each scanner." },

	{ "match", "engine", CONF_CHOICE, AT(match.engine),
	  .words = conf_engine_words, .preset = "auto",
	  .doc = "How they are looked for. All engines find the same; pcre2 "
	         "tries one expression after another, gates only those that "
	         "may match, vectorscan (where this build has it) finds those "
	         "with that library. auto: gates." },

	{ "match", "steps_max", CONF_INTEGER, AT(match.steps_max), .min = 1000,
	  .max = 1000000000, .preset = "100000", .unit = "steps",
	  .doc = "Steps of backtracking (the PCRE2 match limit)." },
	{ "match", "depth_max", CONF_INTEGER, AT(match.depth_max), .min = 100,
	  .max = 1000000, .preset = "10000", .unit = "levels",
	  .doc = "Levels of backtracking (the PCRE2 depth limit)." },
	{ "match", "stack_bytes_max", CONF_SIZE, AT(match.stack_bytes_max),
	  .min = 32 * KB, .max = 64 * MB, .preset = "1M",
	  .doc = "Stack of compiled expressions, for each thread." },
	{ "match", "element_bytes_max", CONF_SIZE, AT(match.element_bytes_max),
	  .min = KB, .max = 100 * MB, .preset = "512k",
	  .doc = "Bytes of one header field, paragraph or address, and of "
	         "the whole message, that expressions see." },
	{ "match", "view_bytes_max", CONF_SIZE, AT(match.view_bytes_max),
	  .min = KB, .max = 100 * MB, .preset = "2M",
	  .doc = "Bytes of one view, such as all paragraphs together, that "
	         "expressions see. What a message can cost grows with it." },

	{ "match", "sample_every", CONF_INTEGER, AT(match.sample_every),
	  .max = 1000000000, .preset = "100", .unit = "messages",
	  .doc = "Of one message in so many, and of the first 16, is noted "
	         "what each rule cost. tamis rules stats shows it, and what "
	         "is cheap is looked at first. 0: of none." },
	{ "match", "recheck_every", CONF_INTEGER, AT(match.recheck_every),
	  .max = 1000000000, .preset = "1000", .unit = "messages",
	  .doc = "One message in so many is matched again, in the background "
	         "and by PCRE2 alone. When the engine found something else, "
	         "that is logged and counted, and PCRE2 alone is used until "
	         "the next reload. 0: none." },
	{ "match", "pattern_cpu_max", CONF_DURATION,
	  AT(match.pattern_cpu_max_ms), .max = MINUTE, .preset = "4ms",
	  .doc = "CPU time of one expression on one message. Then the rule "
	         "counts as not matched and is named in the verdict record. "
	         "0: no limit." },
	{ "match", "message_cpu_max", CONF_DURATION,
	  AT(match.message_cpu_max_ms), .max = 10 * MINUTE, .preset = "40ms",
	  .doc = "CPU time of all expressions on one message. Then the "
	         "verdict is made from what is known and marked incomplete. "
	         "0: no limit." },

	{ "spf", "enabled", CONF_BOOL, AT(spf.enabled), .preset = "yes",
	  .doc = "Whether that is asked." },

	{ "dkim", "enabled", CONF_BOOL, AT(dkim.enabled), .preset = "yes",
	  .doc = "Whether signatures are verified." },
	{ "dkim", "signatures_max", CONF_INTEGER, AT(dkim.signatures_max),
	  .min = 1, .max = 100, .preset = "10", .unit = "signatures",
	  .doc = "Signatures of one mail that are looked at, from the top of "
	         "its header." },
	{ "dkim", "key_bits_min", CONF_INTEGER, AT(dkim.key_bits_min),
	  .min = 1024, .max = 4096, .preset = "1024", .unit = "bits",
	  .doc = "Signatures by shorter RSA keys count as none; the result is "
	         "policy. RFC 8301 section 3.2 forbids less than 1024, and "
	         "asks signers for 2048." },
	{ "dkim", "partial_body", CONF_BOOL, AT(dkim.partial_body),
	  .preset = "yes",
	  .doc = "Whether a signature counts that leaves the end of the body "
	         "uncovered (l=), where anybody may have added something. If "
	         "not, the result is policy." },

	{ "dmarc", "enabled", CONF_BOOL, AT(dmarc.enabled), .preset = "yes",
	  .doc = "Whether policies are asked for." },
	{ "dmarc", "tree_walk", CONF_BOOL, AT(dmarc.tree_walk), .preset = "no",
	  .doc = "How the domain of an organisation is found: no, by the "
	         "Public Suffix List, as RFC 7489 has it; yes, by asking for "
	         "policies from the name up, as its successor has it." },

	{ "arc", "enabled", CONF_BOOL, AT(arc.enabled), .preset = "yes",
	  .doc = "Whether chains are verified." },
	{ "arc", "sets_max", CONF_INTEGER, AT(arc.sets_max), .min = 1,
	  .max = 50, .preset = "50", .unit = "sets",
	  .doc = "A longer chain fails." },
	{ "arc", "trusted_forwarders", CONF_NAME, AT(arc.trusted_forwarders),
	  .is_list = true, .max = 253, .preset = "",
	  .doc = "Domains whose seals are believed: if theirs are the newest "
	         "of a valid chain, and they found that DMARC passes, a later "
	         "failure has no consequences. For mailing lists and "
	         "forwarding services that you know." },

	{ "results", "trusted_authserv_ids", CONF_NAME,
	  AT(results.trusted_authserv_ids), .is_list = true, .max = 253,
	  .preset = "",
	  .doc = "Filters whose Authentication-Results are taken instead of "
	         "verifying again: the names at the beginning of the field. "
	         "Whoever is named here must remove such fields from mail "
	         "that comes from outside (RFC 8601 section 5). Of several "
	         "fields the topmost counts, for each method." },

	{ "classifier", "enabled", CONF_BOOL, AT(classifier.enabled),
	  .preset = "yes",
	  .doc = "Whether messages are judged by what was learned, as soon as "
	         "there is enough of it." },
	{ "classifier", "model", CONF_PATH, AT(classifier.model), .max = 4000,
	  .preset = "",
	  .doc = "File of what was learned. Empty: classifier.model in "
	         "tamisd.state_dir." },
	{ "classifier", "size", CONF_SIZE, AT(classifier.size_bytes),
	  .min = 64 * KB, .max = 32 * MB, .preset = "16M",
	  .doc = "Memory of a new model; features beyond share places. Rounded "
	         "down to a power of two. A model that is there keeps its "
	         "size." },
	{ "classifier", "messages_min", CONF_INTEGER,
	  AT(classifier.messages_min), .min = 1, .max = 1000000, .preset = "50",
	  .unit = "messages",
	  .doc = "How many legitimate messages, and how many spam, must have "
	         "been learned before messages are judged by it." },
	{ "classifier", "remembered_max", CONF_INTEGER,
	  AT(classifier.remembered_max), .min = 1000, .max = 16000000,
	  .preset = "1000000", .unit = "messages",
	  .doc = "How many messages are known to have been learned, so that "
	         "they are not learned twice and can be taken back; 32 bytes "
	         "each." },

	{ "rule", "paths", CONF_PATH, AT(rule.paths), .is_list = true, .min = 1,
	  .max = 4000, .preset = "@pkgdatadir@/rules, @sysconfdir@/tamis/rules",
	  .doc = "Rule files, and folders whose *.cf files are read in the "
	         "order of their names. Later settings replace earlier "
	         "ones." },
	{ "rule", "match_text_max", CONF_SIZE, AT(rule.match_text_max),
	  .max = 64 * KB, .preset = "100",
	  .doc = "Bytes of the matched text that the verdict record keeps. "
	         "0: none." },
	{ "rule", "score_set", CONF_CHOICE, AT(rule.score_set),
	  .words = score_set_words, .preset = "auto",
	  .doc = "Which of the four numbers of a score line counts: 0 those "
	         "for judging without network tests and without a "
	         "classifier, 1 with network tests, 2 with a classifier, 3 "
	         "with both; auto: 1 when dns.enabled, else 0." },
	{ "rule", "language", CONF_TEXT, AT(rule.language), .max = 20,
	  .preset = "en_US",
	  .doc = "Lines of rule files that begin with lang and a beginning "
	         "of this word count; those for other languages do not." },

	{ "prefs", "global_file", CONF_PATH, AT(prefs.global_file), .max = 4000,
	  .preset = "",
	  .doc = "File of preferences for everybody. Empty: none." },
	{ "prefs", "domain_file", CONF_PATH, AT(prefs.domain_file), .max = 4000,
	  .preset = "",
	  .doc = "File of preferences of a domain, which %d stands for. Empty: "
	         "none." },
	{ "prefs", "user_file", CONF_PATH, AT(prefs.user_file), .max = 4000,
	  .preset = "",
	  .doc = "File of preferences of a user: %u stands for the name or "
	         "address, %l for what is before its @, %d for the domain, %% "
	         "for a percent sign. Bytes of names other than letters, "
	         "digits and -+_.,@= are _ in paths, and a name that begins "
	         "with a dot has no file. Empty: none." },
	{ "prefs", "home_file", CONF_TEXT, AT(prefs.home_file), .max = 1000,
	  .preset = "",
	  .doc = "The same below the home of a user whose name is a login, as "
	         "that of spamc is: .spamassassin/user_prefs. It has to belong "
	         "to the user. Empty: homes are not looked into." },
	{ "prefs", "sqlite", CONF_PATH, AT(prefs.sqlite), .max = 4000,
	  .preset = "",
	  .doc = "SQLite database with the table userpref (username, "
	         "preference, value) of SpamAssassin. The username of "
	         "everybody is @GLOBAL, that of a domain @example.org, "
	         "%example.org or @~example.org. What is there comes after "
	         "files. Empty: none." },
	{ "prefs", "sqlite_query", CONF_TEXT, AT(prefs.sqlite_query),
	  .max = 4000, .preset = "",
	  .doc = "Another query for it, as user_scores_sql_custom_query of "
	         "SpamAssassin: it gives names and values for _USERNAME_, "
	         "_MAILBOX_ and _DOMAIN_, without quotes, and the later row "
	         "wins. It is asked for users alone. Empty: that for the table "
	         "userpref." },
	{ "prefs", "redis", CONF_ADDRESS, AT(prefs.redis), .max = 200,
	  .preset = "",
	  .doc =
	      "Address of a Redis server, as unix:/run/redis/redis.sock or "
	      "inet:6379@127.0.0.1. The connection is not encrypted. What is "
	      "there comes last. Empty: none." },
	{ "prefs", "redis_prefix", CONF_TEXT, AT(prefs.redis_prefix),
	  .max = 200, .preset = "tamis:prefs:",
	  .doc = "What the keys begin with; behind it comes the name or "
	         "address, @example.org for a domain, @GLOBAL for everybody. A "
	         "key has a text as in a file, or a hash: each field is a "
	         "setting, as required_score or score NAME, and each line of "
	         "its value one value." },
	{ "prefs", "redis_password_file", CONF_PATH,
	  AT(prefs.redis_password_file), .max = 4000, .preset = "",
	  .doc = "File with the password of the server. Empty: it asks for "
	         "none." },
	{ "prefs", "redis_database", CONF_INTEGER, AT(prefs.redis_database),
	  .max = 10000, .preset = "0", .unit = "number",
	  .doc = "Which database of the server." },
	{ "prefs", "http", CONF_BOOL, AT(prefs.http), .preset = "no",
	  .doc = "Whether HTTP clients may name the user whose preferences a "
	         "post is judged by (\"user\"). Without a name nobody's "
	         "count." },
	{ "prefs", "timeout", CONF_DURATION, AT(prefs.timeout_ms), .min = 10,
	  .max = 10 * SECOND, .preset = "200ms",
	  .doc = "Time for one question to a database, of which a message may "
	         "need three. After a failure the database is left alone for "
	         "five seconds." },
	{ "prefs", "bytes_max", CONF_SIZE, AT(prefs.bytes_max), .min = KB,
	  .max = MB, .preset = "64k",
	  .doc =
	      "Bytes of a user's, or a domain's, preferences. What is behind "
	      "them has no effect." },
	{ "prefs", "lines_max", CONF_INTEGER, AT(prefs.lines_max), .min = 1,
	  .max = 20000, .preset = "1000", .unit = "lines",
	  .doc = "Lines of them, likewise." },
	{ "prefs", "cache_max", CONF_INTEGER, AT(prefs.cache_max), .min = 1,
	  .max = 1000000, .preset = "10000", .unit = "users and domains",
	  .doc = "How many are remembered, with and without preferences, in "
	         "each scanner." },
	{ "prefs", "cache_bytes_max", CONF_SIZE, AT(prefs.cache_bytes_max),
	  .min = MB, .max = 16 * GB, .preset = "64M",
	  .doc = "Memory for that, about." },
	{ "prefs", "cache_ttl", CONF_DURATION, AT(prefs.cache_ttl_ms),
	  .max = DAY, .preset = "1min",
	  .doc = "How long they are remembered: what a user changes counts "
	         "after this time at the latest. A reload forgets all." },

	{ "store", "backend", CONF_CHOICE, AT(store.backend),
	  .words = conf_store_words, .preset = "lmdb",
	  .doc = "memory: each process for itself, until it ends. lmdb: a data "
	         "base of this machine, for all processes. redis: shared by "
	         "several machines; what is on its way there, and what this "
	         "machine has seen itself, are in the data base." },
	{ "store", "dir", CONF_PATH, AT(store.dir), .max = 4000, .preset = "",
	  .doc = "Folder of the data base, on a local file system. Empty: "
	         "store in tamisd.state_dir." },
	{ "store", "bytes_max", CONF_SIZE, AT(store.bytes_max), .min = 16 * MB,
	  .max = 1024 * GB, .preset = "256M",
	  .doc =
	      "Size of the data base at most. When it fills, entries go that "
	      "would expire soonest. Read when a process starts." },
	{ "store", "commit_interval", CONF_DURATION, AT(store.commit_ms),
	  .min = 10, .max = MINUTE, .preset = "500ms",
	  .doc = "How long what was learned waits to be written; a crash of "
	         "the process loses no more. Feedback is not acknowledged "
	         "before it is written." },
	{ "store", "queue_max", CONF_INTEGER, AT(store.queue_max), .min = 100,
	  .max = 10000000, .preset = "100000", .unit = "entries",
	  .doc = "How many entries of a process may wait; more are lost, and "
	         "counted." },
	{ "store", "redis", CONF_ADDRESS, AT(store.redis), .max = 200,
	  .preset = "",
	  .doc = "Address of a Redis server, as unix:/run/redis/redis.sock or "
	         "inet:6379@127.0.0.1. The connection is not encrypted." },
	{ "store", "redis_prefix", CONF_TEXT, AT(store.redis_prefix),
	  .max = 100, .preset = "tamis:", .doc = "What the keys begin with." },
	{ "store", "redis_password_file", CONF_PATH,
	  AT(store.redis_password_file), .max = 4000, .preset = "",
	  .doc = "File with the password of the server. Empty: it asks for "
	         "none." },
	{ "store", "redis_database", CONF_INTEGER, AT(store.redis_database),
	  .max = 10000, .preset = "0", .unit = "number",
	  .doc = "Which database of the server." },
	{ "store", "redis_timeout", CONF_DURATION, AT(store.redis_timeout_ms),
	  .min = 5, .max = 10 * SECOND, .preset = "100ms",
	  .doc = "How long a message waits for the server; then it is judged "
	         "by what this machine knows." },
	{ "store", "backlog_bytes_max", CONF_SIZE, AT(store.backlog_bytes_max),
	  .min = 64 * KB, .max = GB, .preset = "64M",
	  .doc = "How much may wait for Redis to come back; more is lost to "
	         "the other machines, and counted." },

#include "conf/schema_feedback.def"

#include "conf/schema_signals.def"

	{ "channel", "sources", CONF_CHANNEL, AT(channel.sources),
	  .is_list = true, .max = 1000, .preset = "",
	  .doc = "The channels to follow, each as \"NAME ADDRESS\": a name of "
	         "letters, digits, - and _, and the https (or file) address "
	         "of its bundle. rule.paths must name channel.dir, so that "
	         "their rules are used." },
	{ "channel", "keys", CONF_KEY, AT(channel.keys), .is_list = true,
	  .max = 200, .preset = "",
	  .doc = "Who may sign their bundles, each as \"NAME KEY\" with the "
	         "second line of a public key file (tamis rules keygen, or "
	         "signify). A channel may have several keys: any of them "
	         "will do." },
	{ "channel", "dir", CONF_PATH, AT(channel.dir), .min = 1, .max = 3000,
	  .preset = "@localstatedir@/lib/tamis-channels",
	  .doc = "Folder for the rules of channels. tamis rules update makes "
	         "it." },
	{ "channel", "ca_file", CONF_PATH, AT(channel.ca_file), .max = 4000,
	  .preset = "",
	  .doc = "File of certificates to trust (PEM) for https. Empty: those "
	         "of the system." },
	{ "channel", "timeout", CONF_DURATION, AT(channel.timeout_ms),
	  .min = SECOND, .max = HOUR, .preset = "2min",
	  .doc = "Time for one download." },
	{ "channel", "bytes_max", CONF_SIZE, AT(channel.bytes_max), .min = KB,
	  .max = 64 * MB, .preset = "16M",
	  .doc = "Largest bundle that is fetched." },
	{ "channel", "keep", CONF_INTEGER, AT(channel.keep), .min = 1,
	  .max = 100, .preset = "3", .unit = "versions",
	  .doc = "Older versions that stay on disk for tamis rules "
	         "rollback." },
	{ "channel", "drift_max", CONF_INTEGER, AT(channel.drift_percent),
	  .max = 100, .preset = "5", .unit = "percent",
	  .doc = "New rules are refused when they would have changed more "
	         "than so many of a hundred verdicts." },
	{ "channel", "drift_records", CONF_INTEGER, AT(channel.drift_records),
	  .max = 1000000, .preset = "2000", .unit = "records",
	  .doc = "The newest records of the history on which that is tried, "
	         "by the points of the rules they name. 0: none." },
	{ "channel", "samples", CONF_PATH, AT(channel.samples), .max = 4000,
	  .preset = "",
	  .doc = "Folder of mails on which that is tried, too, by judging "
	         "them. Empty: none." },

#include "conf/schema_dns.def"

	{ "scan", "threshold", CONF_SCORE, AT(scan.threshold_e4),
	  .min = -SCORE_MAX, .max = SCORE_MAX, .preset = "5",
	  .doc = "Score from which a message is judged advertising_spam or "
	         "other_abuse." },
	{ "scan", "suspect", CONF_SCORE, AT(scan.suspect_e4), .min = -SCORE_MAX,
	  .max = SCORE_MAX, .preset = "3",
	  .doc = "Score from which a message is judged suspected; at most "
	         "the threshold." },
	{ "scan", "deadline", CONF_DURATION, AT(scan.deadline_ms), .min = 100,
	  .max = 10 * MINUTE, .preset = "20s",
	  .doc = "Time for one judgement. Then the verdict is made from what "
	         "is known and marked incomplete." },
	{ "scan", "in_flight_max", CONF_INTEGER, AT(scan.in_flight_max),
	  .min = 1, .max = 100000, .preset = "500", .unit = "messages",
	  .doc = "Messages that a scanner handles at once; the overload "
	         "action answers those beyond." },
	{ "scan", "overload", CONF_CHOICE, AT(scan.overload),
	  .words = overload_words, .preset = "accept",
	  .doc = "What happens to mail beyond in_flight_max: accept lets it "
	         "through without a verdict, tempfail asks the sender to try "
	         "again. Posts over HTTP are always asked to try again." },

	{ "plan", "legitimate", CONF_CHOICE, AT(plan.legitimate),
	  .words = conf_plan_words, .preset = "accept",
	  .doc = "Action for legitimate messages." },
	{ "plan", "advertising_spam", CONF_CHOICE, AT(plan.advertising_spam),
	  .words = conf_plan_words, .preset = "tag",
	  .doc = "Action for unsolicited advertising." },
	{ "plan", "other_abuse", CONF_CHOICE, AT(plan.other_abuse),
	  .words = conf_plan_words, .preset = "tag",
	  .doc = "Action for phishing, fraud, malware and the like." },
	{ "plan", "suspected", CONF_CHOICE, AT(plan.suspected),
	  .words = conf_plan_words, .preset = "accept",
	  .doc = "Action for messages between scan.suspect and "
	         "scan.threshold." },
	{ "plan", "unknown", CONF_CHOICE, AT(plan.unknown),
	  .words = conf_plan_words, .preset = "accept",
	  .doc = "Action for messages that could not be judged." },
	{ "plan", "reject_score", CONF_SCORE, AT(plan.reject_e4),
	  .max = SCORE_MAX, .preset = "0",
	  .doc = "Score from which a message is rejected whatever the "
	         "actions above say. 0: never." },
	{ "plan", "reject_code", CONF_REPLY, AT(plan.reject_code), .min = 500,
	  .max = 599, .preset = "550 5.7.1",
	  .doc = "SMTP reply code and enhanced status code (RFC 3463) of a "
	         "rejection." },
	{ "plan", "reject_text", CONF_TEXT, AT(plan.reject_text), .min = 1,
	  .max = 400,
	  .preset = "Rejected as unsolicited or abusive; reference %i",
	  .doc = "Text of a rejection, seen by the sender. %i is the id of "
	         "the verdict record, %s the score, %v the verdict." },
	{ "plan", "tempfail_code", CONF_REPLY, AT(plan.tempfail_code),
	  .min = 400, .max = 499, .preset = "451 4.7.1",
	  .doc = "SMTP reply code and enhanced status code of a temporary "
	         "failure." },
	{ "plan", "tempfail_text", CONF_TEXT, AT(plan.tempfail_text), .min = 1,
	  .max = 400,
	  .preset = "Not accepted now, please try again later; reference %i",
	  .doc = "Text of a temporary failure, as reject_text." },
	{ "plan", "subject_tag", CONF_TEXT, AT(plan.subject_tag), .max = 100,
	  .preset = "",
	  .doc = "Put before the subject of messages with the action tag, "
	         "with a space. Empty: the subject stays as it is, and "
	         "signatures over it stay valid." },
	{ "plan", "headers", CONF_BOOL, AT(plan.headers), .preset = "yes",
	  .doc = "Whether to add X-Spam-* and Authentication-Results "
	         "fields." },

	{ "keep", "messages", CONF_CHOICE, AT(keep.messages),
	  .words = keep_words, .preset = "none",
	  .doc = "Which messages are kept: none, suspicious (all that are not "
	         "judged legitimate) or all." },
	{ "keep", "time", CONF_DURATION, AT(keep.time_ms), .min = HOUR,
	  .max = INT64_C(400) * DAY, .preset = "7d",
	  .doc = "How long. They go some hours' worth at a time." },
	{ "keep", "bytes_max", CONF_SIZE, AT(keep.bytes_max), .min = MB,
	  .max = 1024 * GB, .preset = "1G",
	  .doc = "Disk space for them, compressed; the oldest go first." },

	{ "report", "spool_dir", CONF_PATH, AT(report.spool_dir), .max = 4000,
	  .preset = "",
	  .doc = "Folder of events that wait to be reported. Empty: spool in "
	         "tamisd.state_dir." },
	{ "report", "spool_bytes_max", CONF_SIZE, AT(report.spool_bytes_max),
	  .min = MB, .max = 1024 * GB, .preset = "256M",
	  .doc = "Size of the spool; beyond it the oldest events are dropped "
	         "and counted as lost." },
	{ "report", "segment_bytes", CONF_SIZE, AT(report.segment_bytes),
	  .min = 64 * KB, .max = GB, .preset = "8M",
	  .doc = "Size of one spool file; at most half of spool_bytes_max." },
	{ "report", "history", CONF_BOOL, AT(report.history), .preset = "yes",
	  .doc = "Whether to keep verdict records for tamis history and tamis "
	         "explain, in tamisd.state_dir." },
	{ "report", "history_max", CONF_INTEGER, AT(report.history_max),
	  .min = 100, .max = 100000000, .preset = "100000", .unit = "records",
	  .doc = "Verdict records that are kept." },
	{ "report", "file", CONF_PATH, AT(report.file), .max = 4000,
	  .preset = "",
	  .doc = "File to which each event is appended as a line of JSON. "
	         "Empty: none." },
	{ "report", "syslog", CONF_BOOL, AT(report.syslog), .preset = "no",
	  .doc = "Whether to send one line for each verdict to syslog." },
	{ "report", "http_url", CONF_URL, AT(report.http_url), .max = 1000,
	  .preset = "",
	  .doc = "Address of a tamis-feedd to report to. Empty: nothing "
	         "leaves this machine." },
	{ "report", "http_token_file", CONF_PATH, AT(report.http_token_file),
	  .max = 4000, .preset = "",
	  .doc = "File with the token that tamis-feedd gave this node." },
	{ "report", "http_ca_file", CONF_PATH, AT(report.http_ca_file),
	  .max = 4000, .preset = "",
	  .doc = "File of certificates to trust (PEM). Empty: those of the "
	         "system." },
	{ "report", "http_interval", CONF_DURATION, AT(report.http_interval_ms),
	  .min = 100, .max = DAY, .preset = "10s",
	  .doc = "Time between two batches." },
	{ "report", "http_timeout", CONF_DURATION, AT(report.http_timeout_ms),
	  .min = SECOND, .max = 10 * MINUTE, .preset = "30s",
	  .doc = "Time for one request." },
	{ "report", "http_retry_max", CONF_DURATION,
	  AT(report.http_retry_max_ms), .min = SECOND, .max = DAY,
	  .preset = "5min",
	  .doc = "Longest pause between attempts; pauses double from one "
	         "second up to it." },
	{ "report", "batch_max", CONF_INTEGER, AT(report.batch_max), .min = 1,
	  .max = 100000, .preset = "10000", .unit = "records",
	  .doc = "Records in one batch." },
	{ "report", "profile", CONF_CHOICE, AT(report.profile),
	  .words = conf_privacy_words, .preset = "statistical",
	  .doc = "What leaves this machine. statistical: counts only, "
	         "nothing about persons. pseudonymous: events whose addresses "
	         "are keyed hashes; the key stays here. evidence: events with "
	         "addresses, for abuse reports; not in this version." },
	{ "report", "k_min", CONF_INTEGER, AT(report.k_min), .min = 1,
	  .max = 1000, .preset = "1", .unit = "messages",
	  .doc = "Smaller cells of the counts are merged into others before "
	         "they are sent." },

#include "conf/schema_reporter.def"

#include "conf/schema_feedd.def"
};
/* clang-format on */

/* Folders in defaults: of this build, and as the documentation has them, so
 * that the manual does not depend on where a build is installed. */
static const struct {
	const char *name, *here, *usual;
} folders[] = {
	{ "@localstatedir@", LOCALSTATEDIR, "/var" },
	{ "@pkgdatadir@", PKGDATADIR, "/usr/share/tamis" },
	{ "@runstatedir@", RUNSTATEDIR, "/run" },
	{ "@sysconfdir@", SYSCONFDIR, "/etc" },
};

bool
schema_is_named(const char *section)
{
	return strcmp(section, "reporter") == 0;
}

int
schema_section(struct sv name)
{
	for (int i = 0; i < CONF_SECTIONS; i++)
		if (sv_eq_str(name, conf_sections[i].name))
			return i;
	return CONF_NONE;
}

int
schema_option(struct sv section, struct sv key)
{
	for (int i = 0; i < CONF_OPTIONS; i++)
		if (sv_eq_str(key, conf_options[i].key) &&
		    sv_eq_str(section, conf_options[i].section))
			return i;
	return CONF_NONE;
}

void
schema_preset(const struct conf_option *o, bool documented, struct buf *out)
{
	struct sv rest = sv_str(o->preset);

	while (rest.n) {
		size_t i = 0, n = sizeof folders / sizeof *folders;

		while (i < n && !sv_starts(rest, sv_str(folders[i].name)))
			i++;
		if (i < n) {
			buf_add_str(out, documented ? folders[i].usual
			                            : folders[i].here);
			rest = sv_from(rest, strlen(folders[i].name));
		} else {
			buf_add_char(out, rest.p[0]);
			rest = sv_from(rest, 1);
		}
	}
}
