/* SPDX-License-Identifier: Apache-2.0 */
/* The pieces of `tamis rules` that concern channels. Each runs one word; its
 * command line begins with that word. */
#ifndef TAMIS_CHANNEL_H
#define TAMIS_CHANNEL_H

#include "channel/store.h"
#include "conf/conf.h"
#include "rule/rule.h"
#include "tamis/command.h"

int channel_update_run(const struct command *self, int argc, char **argv);
int channel_rollback_run(const struct command *self, int argc, char **argv);
int channel_list_run(const struct command *self, int argc, char **argv);
int channel_pack_run(const struct command *self, int argc, char **argv);
int channel_keygen_run(const struct command *self, int argc, char **argv);

/* Cuts "NAME REST" of channel.sources and channel.keys. */
struct sv channel_item_name(const char *item);
const char *channel_item_rest(const char *item);

/* The entry of channel.sources with that name, or NULL. */
const char *channel_source(const struct conf *conf, struct sv name);

/* Started by root, goes on as tamisd.user, in another process: nothing that
 * comes from outside is handled with more rights than the filter has. Makes
 * channel.dir before. False after it has said why. */
bool channel_become_user(const struct conf *conf);

/* ---- trying what is about to come into force ---- */

enum { TRIAL_WHY = 300 };

/* Whether all rules of the configuration, with the version `serial` of the
 * channel (0: none) in the place of the one in force, are without errors, and
 * (unless `force`, or the channel has no rules yet) whether they keep enough
 * of recent verdicts. Prints what it finds. E_SYNTAX: they have errors,
 * E_RANGE: too much drift. */
int channel_try(const struct conf *conf, const struct channel_store *store,
                uint64_t serial, bool force, char why[TRIAL_WHY]);

/* ---- putting it in force ---- */

enum channel_answer {
	CHANNEL_TAKEN,
	CHANNEL_REFUSED,
	CHANNEL_NOBODY,  /* no daemon runs */
	CHANNEL_UNKNOWN, /* it does not answer, or may not be asked */
};

/* Asks the daemon to reload. It prints what the daemon says to a refusal. */
enum channel_answer channel_ask_daemon(const struct conf *conf,
                                       char why[TRIAL_WHY]);

/* Switches to a version and asks the daemon to take it in. When the daemon
 * refuses, the version before is in force again (E_REMOTE); when it does not
 * answer the version is pending (E_STATE). `state` is written when 0 is
 * returned, with `result` as what came of it. */
int channel_put_in_force(const struct conf *conf,
                         const struct channel_store *store,
                         struct channel_state *state, uint64_t serial,
                         const char *result, char why[TRIAL_WHY]);

/* Ends what an earlier process was killed in the middle of. When this is not 0,
 * the state may have to be written by the caller, as above. */
int channel_recover(const struct conf *conf, const struct channel_store *store,
                    struct channel_state *state, char why[TRIAL_WHY]);

#endif
