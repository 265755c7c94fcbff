/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Putting a version of a channel in force. The order of the steps is what
 * makes it safe to be killed between any two:
 *
 *     1. state.json: this version is pending, that one was before
 *     2. NAME.cf is replaced: who reads rules now gets the new ones
 *     3. the daemon is asked to reload
 *     4. state.json: nothing is pending; or, refused: NAME.cf as it was
 *
 * channel_recover() looks which of them was the last.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "tamis/channel.h"

/* The highest version on disk below that one. */
static uint64_t
version_below(const struct channel_store *store, uint64_t serial)
{
	uint64_t *list, found = 0;
	size_t n = channel_store_versions(store->dir, store->name, &list);

	for (size_t i = 0; i < n && !found; i++)
		if (list[i] < serial)
			found = list[i];
	free(list);
	return found;
}

static int
write_state(const struct channel_store *store,
            const struct channel_state *state, char why[TRIAL_WHY])
{
	int result = channel_state_write(store, state);

	if (result)
		snprintf(why, TRIAL_WHY,
		         "%.200s/.%s/state.json cannot be written", store->dir,
		         store->name);
	return result;
}

static void
print_in_force(uint64_t serial, const char *more)
{
	if (serial)
		printf("  in force   %llu%s\n", (unsigned long long)serial,
		       more);
	else
		printf("  in force   no rules of this channel%s\n", more);
}

/* Step 4, when the daemon has the rules or will read them when it starts. */
static int
finish(const struct conf *conf, const struct channel_store *store,
       struct channel_state *state, enum channel_answer answer,
       char why[TRIAL_WHY])
{
	uint64_t serial = state->pending;
	int result;

	if (serial > state->serial_max)
		state->serial_max = serial;
	if (state->previous > serial) /* it was a step back */
		state->previous = version_below(store, serial);
	state->pending = 0;
	state->changed_ms = clock_unix_ms();
	result = write_state(store, state, why);
	if (result)
		return result;
	channel_store_prune(store, (size_t)conf->channel.keep, state->previous);
	print_in_force(serial, answer == CHANNEL_NOBODY
	                           ? ", from the next start of the daemon"
	                           : "");
	return 0;
}

/* Step 4, when it does not want them. */
static int
go_back(const struct channel_store *store, struct channel_state *state,
        char why[TRIAL_WHY])
{
	char reason[BUNDLE_WHY];

	if (channel_store_switch(store, state->previous, reason)) {
		snprintf(why, TRIAL_WHY, "refused, and cannot go back: %.250s",
		         reason);
		return E_IO;
	}
	print_in_force(state->previous, ", as before");
	state->pending = 0;
	state->previous = version_below(store, state->previous);
	return E_REMOTE;
}

static int
steps_3_and_4(const struct conf *conf, const struct channel_store *store,
              struct channel_state *state, char why[TRIAL_WHY])
{
	enum channel_answer answer = channel_ask_daemon(conf, why);

	switch (answer) {
	case CHANNEL_TAKEN:
	case CHANNEL_NOBODY:
		return finish(conf, store, state, answer, why);
	case CHANNEL_REFUSED:
		return go_back(store, state, why);
	default: /* it stays pending: the next run asks again */
		return E_STATE;
	}
}

int
channel_put_in_force(const struct conf *conf, const struct channel_store *store,
                     struct channel_state *state, uint64_t serial,
                     const char *result_word, char why[TRIAL_WHY])
{
	uint64_t current = channel_store_current(store->dir, store->name);
	char reason[BUNDLE_WHY];
	int result;

	state->pending = serial;
	state->previous = current;
	snprintf(state->result, sizeof state->result, "%s", result_word);
	state->error[0] = '\0';
	result = write_state(store, state, why);
	if (result)
		return result;
	result = channel_store_switch(store, serial, reason);
	if (result) {
		snprintf(why, TRIAL_WHY, "%.290s", reason);
		return result;
	}
	return steps_3_and_4(conf, store, state, why);
}

int
channel_recover(const struct conf *conf, const struct channel_store *store,
                struct channel_state *state, char why[TRIAL_WHY])
{
	uint64_t current = channel_store_current(store->dir, store->name);

	if (state->pending == 0)
		return 0;
	if (state->pending != current) { /* step 2 did not happen */
		state->pending = 0;
		state->previous = version_below(store, current);
		return write_state(store, state, why);
	}
	printf("  recover    %llu is in force, and the daemon was not told\n",
	       (unsigned long long)current);
	return steps_3_and_4(conf, store, state, why);
}
