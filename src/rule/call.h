/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions of rules in one evaluation. Those that ask the network are run
 * before the patterns, so that their questions are on the way meanwhile, and
 * again when answers have come. Private to rule/.
 */
#ifndef RULE_CALL_H
#define RULE_CALL_H

#include "rule/decide.h"

/* Runs the functions that have to ask, of rules that may matter. */
void calls_ask(struct evaluation *ev);

/* Waits for answers as long as the job allows, and works out its facts. What is
 * open then stays so: nothing is true for want of an answer. */
void calls_wait(struct evaluation *ev);

/* Whether rs->calls[index] is true. */
bool call_is_true(struct evaluation *ev, size_t index);

/* What was asked in vain, and who refused to answer, into the result. */
void calls_report(struct evaluation *ev, struct rule_result *result);

#endif
