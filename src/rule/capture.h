/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Named captures: what (?<NAME>...) of one rule matched stands for %{NAME} in
 * the expressions of others. These cannot be compiled beforehand: they are
 * made for each message, of those that may match. Private to rule/.
 */
#ifndef RULE_CAPTURE_H
#define RULE_CAPTURE_H

#include "match/match.h"
#include "eval/tag.h"

/* Whether a match of the expression gives tags values. */
bool capture_has_groups(struct sv regex);

/* Whether it needs values; "\%{NAME}" does not. */
bool capture_is_template(struct sv regex);

/* An expression that matches wherever the template may, in the arena: the
 * template's place in the pattern set. */
struct sv capture_gate(struct arena *a, struct sv regex);

/* The values of tags, in a message. */
struct capture_tags;

struct capture_tags *capture_tags_new(struct arena *a);

/* Takes what the pattern of that id captures, if it matches; a tag that has
 * values already gets new ones. */
void capture_tags_read(struct capture_tags *tags, struct match_worker *w,
                       unsigned id);

/* "a b"; false when there is no such tag. Index from 0. */
bool capture_tags_at(const struct capture_tags *tags, size_t index,
                     struct sv *ret_name, struct sv *ret_value);

/* One of its values, from 0; false when there are no more. */
bool capture_tags_value(const struct capture_tags *tags, struct sv name,
                        size_t index, struct sv *ret);

/* The template with its values put in; false when one has none. Tags of the
 * message (eval/tag.h) are values, too. */
bool capture_expand(const struct capture_tags *tags,
                    const struct tag_source *source, struct sv regex,
                    struct sv *ret_regex);

#endif
