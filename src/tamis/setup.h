/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding the configuration and the rules, the same way for each sub-command:
 *
 * configuration: -c, else TAMIS_CONFIG, else SYSCONFDIR/tamis/tamis.conf when
 * there is one, else the built-in defaults;
 * rules: --rules, else TAMIS_RULES (paths with ':' between them), else
 * rule.paths of the configuration.
 */
#ifndef TAMIS_SETUP_H
#define TAMIS_SETUP_H

#include "conf/conf.h"
#include "rule/rule.h"
#include "scan/scan.h"
#include "tamis/command.h"

/* The file that would be used, or NULL for the built-in defaults. */
const char *setup_conf_path(const char *given);

/* NULL after it has said why to standard error. */
struct conf *setup_conf(const char *given);

/* Reads the sources; what is wrong with them goes to `diags`. E_UNKNOWN when
 * there is not a single file, with a diagnostic that says where it looked. */
int setup_sources(const struct conf *conf, const struct conf_list *given,
                  struct rule_sources *ret, struct diags *diags);

/* What options say goes before the configuration. */
struct setup_changes {
	const enum engine *engine; /* NULL: as configured */
	bool asks, asks_not;       /* instead of dns.enabled */
};

/* TAMIS_NET=no in the environment is asks_not, unless `asks`. */
void setup_change(struct conf *conf, const struct setup_changes *changes);

/* Both together; errors and warnings go to standard error. `changes` may be
 * NULL. NULL when there is no usable rule set. The caller has the only
 * reference. */
struct snapshot *setup_snapshot(const char *given_conf,
                                const struct conf_list *given_rules,
                                const struct setup_changes *changes);

/* The same for work that nobody waits for: no bounds of time, so that slow and
 * busy machines find what quick ones do. Bounds of steps hold. Nobody is asked:
 * what lists say today is not what they said when the mail came. */
struct snapshot *setup_snapshot_patient(const char *given_conf,
                                        const struct conf_list *given_rules);

#endif
