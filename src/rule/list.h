/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `list NAME KIND FILE`: a rule that is true when the message names one of the
 * entries of a file, of which there may be a million. Private to rule/.
 */
#ifndef RULE_LIST_H
#define RULE_LIST_H

#include "base/ip.h"
#include "match/list.h"
#include "rule/rule.h"

enum list_kind {
	LIST_DOMAIN,  /* hosts of URLs, and domains above them */
	LIST_ADDRESS, /* senders, and their domains as "@example.org" */
	LIST_URL,     /* host and path of URLs, or how they begin */
	LIST_TEXT,    /* words of the body */
	LIST_NETWORK, /* the host that handed the mail to our servers */
	LIST_KINDS,
};

/* "domain", ...; NULL at the end. */
extern const char *const list_kind_words[];

/* Cuts "KIND FILE" into its parts; NULL, or what is wrong (static). */
const char *list_parse(struct sv text, enum list_kind *ret_kind,
                       struct sv *ret_name);

/* The path of a list that a rule file names: relative to that file. */
struct sv list_path(struct arena *a, const char *rule_file, struct sv name);

/* The entries of a file. */
struct list {
	enum list_kind kind;
	struct match_list *names; /* NULL: LIST_NETWORK */
	struct ip_set *networks;  /* NULL: all others */
};

/* Makes one of a text: an entry a line, "#" begins a comment. Lines that can
 * be no entry of that kind are warned of, the first few by number. Never NULL;
 * an error when the list is too large. */
struct list *list_read(enum list_kind kind, const char *file, struct sv text,
                       struct diags *diags);
void list_free(struct list *list); /* takes NULL */

struct list_hit {
	enum view_kind view;
	const char *selector; /* VIEW_HEADER: the header; else NULL */
	size_t element;
	size_t offset; /* of `text` in it, or 0 */
	struct sv text;
};

/* Whether the message names an entry; where is told by the first that does. */
bool list_find(const struct list *list, struct arena *a,
               const struct message *m, const struct message_envelope *envelope,
               struct list_hit *ret);

#endif
