/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judging what is on disk: mails, plain texts and posts as JSON. A judge
 * belongs to one thread; the scan of its last judgement is valid until the
 * next one.
 */
#ifndef TAMIS_JUDGE_H
#define TAMIS_JUDGE_H

#include "scan/scan.h"

enum input_kind {
	INPUT_MAIL, /* RFC 5322 */
	INPUT_TEXT, /* the text of a post */
	INPUT_POST, /* a JSON object, as POST /v1/check takes it */
};

struct judge_input {
	enum input_kind kind;
	char *
	    path; /* "-": standard input; one of several lines for INPUT_POST */
	size_t begin, bytes; /* a mail of a mailbox: where; bytes 0: a file */
	struct sv json;      /* INPUT_POST */
	size_t line;         /* of the JSON object in its file */
	const char *surface; /* of texts, and of posts that do not say */
};

enum { JUDGE_WHY = 160 };

struct judge;

enum judge_flag { /* see struct rule_job */
	          JUDGE_ALL_HITS = 1,
	          JUDGE_MEASURED = 2,
};

/* Borrows the snapshot, and the decoders of pictures (or NULL). */
struct judge *judge_new(struct snapshot *snapshot, struct image_pool *images,
                        unsigned flags);
void judge_free(struct judge *j); /* takes NULL */

/* From now on by what was learned, too; the store is only read. */
void judge_use_store(struct judge *j, struct store *store);

/* Reads what the input names, and does not judge it: the scan has the bytes of
 * a mail, or the post. NULL with the reason in `why`. */
const struct scan *judge_load(struct judge *j, const struct judge_input *input,
                              char why[JUDGE_WHY]);

/* What was known of a message when it was judged before, beside its bytes. */
struct judge_past {
	enum channel channel;
	const char *surface;
	struct envelope envelope;
	int64_t unix_ms;
	const struct learned *learned; /* or NULL */
};

/* The finished scan; or NULL with the reason in `why`. */
const struct scan *judge_run(struct judge *j, const struct judge_input *input,
                             char why[JUDGE_WHY]);

/* The same of a message as it was; `past` outlives the scan. */
const struct scan *judge_run_again(struct judge *j,
                                   const struct judge_input *input,
                                   const struct judge_past *past,
                                   char why[JUDGE_WHY]);

#endif
