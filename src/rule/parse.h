/* SPDX-License-Identifier: Apache-2.0 */
/* What the readers of directives share; private to rule/. */
#ifndef RULE_PARSE_H
#define RULE_PARSE_H

#include "rule/draft.h"

struct branch; /* an `if` that is open: see parse.c */

struct parser {
	struct drafts *drafts;
	struct diags *diags;
	const char *file; /* in the arena */
	int line;
	struct map *said_once; /* what was warned about in this file */
	VEC(struct branch) branches;
	bool skipping;
	bool is_over; /* the rest of the file is not for us */
};

/* Diagnostics of the current line. */
void parse_error(struct parser *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void parse_warning(struct parser *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The draft of a name, made when it comes up first. Cuts the name off the
 * front of *value; NULL after a diagnostic when it is none. */
struct draft *parse_name(struct parser *p, struct sv *value);

/* The handlers of directives; `value` is what stands behind the directive,
 * trimmed and not empty. */
void define_header(struct parser *p, struct sv value);
void define_body(struct parser *p, struct sv value);
void define_rawbody(struct parser *p, struct sv value);
void define_uri(struct parser *p, struct sv value);
void define_full(struct parser *p, struct sv value);
void define_skeleton(struct parser *p, struct sv value);
void define_uri_skeleton(struct parser *p, struct sv value);
void define_list(struct parser *p, struct sv value);
void define_meta(struct parser *p, struct sv value);
void define_mimeheader(struct parser *p, struct sv value);
void define_uri_detail(struct parser *p, struct sv value);
void define_askdns(struct parser *p, struct sv value);

void set_score(struct parser *p, struct sv value);
void set_describe(struct parser *p, struct sv value);
void set_priority(struct parser *p, struct sv value);
void set_reuse(struct parser *p, struct sv value);
void set_shortcircuit(struct parser *p, struct sv value);
void set_shortcircuit_ham_score(struct parser *p, struct sv value);
void set_shortcircuit_spam_score(struct parser *p, struct sv value);
void set_subjprefix(struct parser *p, struct sv value);
void set_tflags(struct parser *p, struct sv value);
void set_test(struct parser *p, struct sv value);
void set_ad_type(struct parser *p, struct sv value);
void set_category(struct parser *p, struct sv value);
void set_loadplugin(struct parser *p, struct sv value);
void set_tryplugin(struct parser *p, struct sv value);
void set_enable_compat(struct parser *p, struct sv value);
void set_replace_tag(struct parser *p, struct sv value);
void set_replace_pre(struct parser *p, struct sv value);
void set_replace_inter(struct parser *p, struct sv value);
void set_replace_post(struct parser *p, struct sv value);
void set_replace_start(struct parser *p, struct sv value);
void set_replace_end(struct parser *p, struct sv value);
void set_replace_rules(struct parser *p, struct sv value);

#endif
