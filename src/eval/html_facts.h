/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What SpamAssassin counts while it reads HTML, which is another reading than
 * the one people see (message/html.h): tags as they come, without a tree, and
 * styles of attributes only. Private to eval/.
 */
#ifndef EVAL_HTML_FACTS_H
#define EVAL_HTML_FACTS_H

#include "eval/census.h"
#include "eval/theme.h"
#include "message/html_name.h"

enum { HTML_STRINGS_MAX = 1000 };

struct html_strings { /* those beyond the maximum are left out */
	struct sv *list;
	size_t n, size;
};

struct html_anchor {
	struct sv href, text; /* as they stand, references undone */
};

struct html_facts {
	/* Tags. Of each: a: how many are open, flags: not 0. */
	struct census_item known[EL_COUNT]; /* by element */
	struct census others; /* by name: those that are no element */
	size_t length;        /* characters of source */
	size_t tags, elements, tags_seen, elements_seen, closed_extra;
	size_t obfuscation, non_space;
	double image_area, max_size, min_size;
	bool font_face_bad, font_invalid_color, font_low_contrast;
	bool embeds, form_action_mailto, has_iframe, uri_truncated;
	struct html_strings titles, comments, scripts, charsets;
	struct html_anchor *anchors; /* all <a>, with or without href */
	size_t n_anchors, anchors_size;
	struct html_facts *next; /* of the next part */
};

/* Of the first part that is HTML; NULL: there is none. */
const struct html_facts *html_facts(struct eval_job *job);

/* How many tags of that name, in small letters, are open at the end; -1: none
 * has occurred. */
int html_open_tags(const struct html_facts *f, struct sv name);

#endif
