/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The trace of a message: what is needed to act on a report about it when
 * there is nothing but its verdict id. It holds no text of the message. Kept
 * in the store as the value "trace:ID" for feedback.window.
 *
 * As bytes: a version, then numbers of seven bits a byte (the lowest first,
 * the highest bit says that more follow) and texts behind their length.
 */
#ifndef LEARN_TRACE_H
#define LEARN_TRACE_H

#include "base/buf.h"
#include "base/uuid.h"
#include "learn/campaign.h"
#include "learn/reputation.h"

enum {
	TRACE_TEXT_MAX = 255, /* of a name; what is longer is left out */
	TRACE_NAME = 6 + UUID_TEXT,
};

struct trace_subject {
	struct sv name;  /* as struct reputation_subject has it */
	bool is_learned; /* from our own verdict, with learned_e4 */
};

struct trace {
	int64_t unix_ms;
	unsigned verdict;                /* enum verdict of scan/scan.h */
	unsigned channel;                /* enum channel */
	int64_t score_e4;                /* of the verdict */
	int64_t own_score_e4;            /* the same without signals of ours */
	struct sv surface, domain, node; /* domain: of the recipients */
	struct campaign_keys keys;
	/* The weight that reputation_learn() gave our own verdict: of spam if
	 * above 0, of ham if below. */
	int64_t learned_e4;
	struct trace_subject subjects[REPUTATION_SUBJECTS_MAX];
	size_t n_subjects;
	struct sv features; /* packed: learn/feature.h */
};

/* How many bytes of features there is room for beside all the rest. */
size_t trace_room(const struct trace *t);

/* Appends it, STORE_VALUE_MAX bytes at most: features that do not fit are left
 * out, and then subjects from the end. */
void trace_write(const struct trace *t, struct buf *out);

/* Texts refer to `value`. E_SYNTAX: it is none, or of another version. Any
 * bytes are safe to read. */
int trace_read(struct sv value, struct trace *ret)
    __attribute__((warn_unused_result));

/* "trace:ID", in `name`, of a verdict id. */
struct sv trace_name(struct sv verdict_id, char name[TRACE_NAME]);

#endif
