/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What .cf files say beside rules: when a message is spam, and what reports
 * and added headers look like. A rule set has one such struct; preferences of
 * a user are a copy of it to which more directives are applied.
 */
#ifndef RULE_SETTINGS_H
#define RULE_SETTINGS_H

#include "base/arena.h"
#include "conf/conf.h"

struct settings_header { /* add_header: the field "X-Spam-NAME" */
	const char *name, *text;
};

struct settings_headers {
	struct settings_header *list;
	size_t n;
};

struct settings_names {
	const char **list;
	size_t n;
};

struct settings_networks {
	struct conf_network ip; /* trusted_networks, ... */
	/* originating_ip_headers; without any such line tamis' own */
	struct conf_list origins;
	bool has_origins;
};

/* Texts are templates (scan/template.h). All hangs from the arena that was
 * given to settings_default() and settings_read(). */
struct rule_settings {
	int64_t required_e4;  /* required_score */
	bool has_required;    /* it was said */
	unsigned report_safe; /* 0: headers; 1: a new mail; 2: same, as text */
	unsigned report_wrap_width;
	bool fold_headers;
	const char *report, *unsafe_report;
	const char *report_contact, *report_charset;
	const char *report_hostname; /* "": the machine's own name */
	const char *rewrite_subject, *rewrite_from, *rewrite_to; /* or NULL */
	struct settings_headers headers_ham, headers_spam;
	struct settings_names copy_headers; /* report_safe_copy_headers */
	struct settings_networks networks;
	const char *version_tag;   /* "" or "a-b" */
	const char *rules_version; /* "# UPDATE version 1", "1,2" */
};

/* SpamAssassin's defaults, before any file is read. */
void settings_default(struct rule_settings *ret);

/* Whether there is such a setting here; names as lex_key() has them. */
bool settings_has(struct sv key);

/* Whether users may say it of their own mail. */
bool settings_is_personal(struct sv key);

/* Applies "key value". NULL, or what is wrong; then nothing has changed. */
const char *settings_read(struct rule_settings *s, struct arena *a,
                          struct sv key, struct sv value);

#endif
