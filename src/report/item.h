/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records of the spool as reporters need them: verdict records
 * (docs/verdict-record.md) and the smaller ones that say what became of a
 * verdict (docs/feed.md, "Records of the spool").
 */
#ifndef REPORT_ITEM_H
#define REPORT_ITEM_H

#include "record/record.h"

enum { ITEM_RULES_MAX = 200, ITEM_ASN_TEXT = 12 };

enum item_kind {
	ITEM_VERDICT,
	ITEM_FEEDBACK,
	ITEM_CORRECTION,
	ITEM_RECOGNITION,
	ITEM_CONNECTIONS,
	ITEM_GAP, /* records that the spool did not take */
};

struct item {
	enum item_kind kind;
	json_t *root; /* owns all texts */
	struct sv id, node, ruleset;
	int64_t unix_ms;
	struct sv ref; /* of feedback and corrections: the verdict's id */

	/* a verdict */
	struct sv client_ip, from; /* "" when not known */
	struct sv campaign;        /* id as the node has it, or "" */
	double score, threshold;
	struct sv rules[ITEM_RULES_MAX]; /* scored ones */
	char asn[ITEM_ASN_TEXT];
	struct record_item counted; /* its rules are those above */

	/* the others */
	struct record_feedback feedback;
	struct record_correction correction;
	struct record_recognition recognition;
	uint64_t opened, dropped; /* connections */
	struct {
		int64_t begin_unix_ms, end_unix_ms;
		uint64_t records, generation;
	} gap;
};

/* False when the text is no record: no JSON object of a known kind with an id
 * and a time. What else is missing is empty or 0. On success item_done() it;
 * it must not be copied. */
bool item_read(struct sv record, struct item *ret)
    __attribute__((warn_unused_result));
void item_done(struct item *i);

/* Of a verdict record: words of WORDS_EVIDENCE, WORDS_ROUTE and WORDS_AUTH
 * (item_source.c). */
struct sv item_evidence(json_t *root);
struct sv item_route(json_t *root);
struct sv item_auth(json_t *facts, const char *mechanism);

/* Members of a JSON object: a text, or ""; a count, or 0. */
struct sv item_text(json_t *object, const char *name);
uint64_t item_count(json_t *object, const char *name);

#endif
