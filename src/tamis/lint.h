/* SPDX-License-Identifier: Apache-2.0 */
/* What `tamis lint` does with rules, for whoever is about to use them. */
#ifndef TAMIS_LINT_H
#define TAMIS_LINT_H

#include "rule/rule.h"

/* Compiles the sources, says what is hardly meant and runs the test lines; all
 * that is wrong goes to `diags`. NULL when they do not compile. */
struct rule_set *lint_compile(const struct rule_sources *sources,
                              const struct conf *conf, struct diags *diags,
                              size_t *ret_tests);

#endif
