/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The elements that are open, each with its look. Tags of real mail do not
 * match; what an end tag closes, and what a start tag closes before it, is
 * as the standard's tree builder has it (13.2.6.4.7 and 9), as far as it
 * matters to how text looks.
 */
#ifndef MESSAGE_HTML_STACK_H
#define MESSAGE_HTML_STACK_H

#include "message/html_look.h"

enum { HTML_DEPTH_MAX = 200 }; /* what is open within has no style */

struct html_open {
	enum html_element element;
	uint64_t key; /* of its name: there are elements nobody knows */
	struct css_style style;
	struct html_look look;
	enum message_hidden_reason hidden;
};

struct html_stack {
	struct html_open open[HTML_DEPTH_MAX + 1]; /* [0]: outside of all */
	size_t n;
	size_t beyond;            /* open ones that found no room */
	unsigned count[EL_COUNT]; /* how many of each are open */
};

void html_stack_init(struct html_stack *s);

/* After a start tag, with the style of its element. */
void html_stack_start(struct html_stack *s, const struct html_token *t,
                      const struct css_style *style);

/* After an end tag. */
void html_stack_end(struct html_stack *s, const struct html_token *t);

/* Why text that comes now is not seen. */
static inline enum message_hidden_reason
html_stack_hidden(const struct html_stack *s)
{
	return s->open[s->n - 1].hidden;
}

#endif
