/* SPDX-License-Identifier: Apache-2.0 */
/* tamis rules update, tamis rules rollback: other rules from a channel. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "channel/fetch.h"
#include "channel/key.h"
#include "tamis/channel.h"
#include "tamis/options.h"
#include "tamis/setup.h"

enum { KEYS_MAX = 100 };

/* One channel on its way to a newer version. */
struct update {
	const struct conf *conf;
	const char *url;
	bool force; /* whatever the drift */
	struct channel_store store;
	struct channel_state state;
	struct channel_fetch fetch;
	struct channel_bundle bundle;
	char why[TRIAL_WHY];
};

/* What a step comes to: the words of the state, and of exit codes. */
enum outcome { GO_ON, UNCHANGED, UPDATED, REFUSED, FAILED };

static const char *const outcome_words[] = {
	[GO_ON] = "",          [UNCHANGED] = "unchanged", [UPDATED] = "updated",
	[REFUSED] = "refused", [FAILED] = "failed",
};

/* ---- the steps ---- */

static enum outcome
fetch(struct update *u)
{
	char why[WEB_WHY];

	if (channel_fetch(&u->conf->channel, u->url, u->state.etag,
	                  u->state.last_modified, &u->fetch, why)) {
		snprintf(u->why, sizeof u->why, "%s", why);
		return FAILED;
	}
	return u->fetch.unchanged ? UNCHANGED : GO_ON;
}

static size_t
read_keys(const struct conf *conf, struct sv name, struct channel_key *ret)
{
	const struct conf_list *list = &conf->channel.keys;
	size_t n = 0;

	for (size_t i = 0; i < list->n && n < KEYS_MAX; i++)
		if (sv_eq(channel_item_name(list->list[i]), name) &&
		    channel_key_parse(sv_str(channel_item_rest(list->list[i])),
		                      &ret[n]) == 0)
			n++;
	return n;
}

/* Before this nothing of the bundle has been looked at. */
static enum outcome
verify(struct update *u)
{
	struct channel_key keys[KEYS_MAX];
	const struct channel_key *signer;
	size_t n = read_keys(u->conf, sv_str(u->store.name), keys);
	char why[KEY_WHY], text[KEY_TEXT];

	if (channel_verify(keys, n, buf_sv(&u->fetch.bundle),
	                   buf_sv(&u->fetch.signature), &signer, why)) {
		snprintf(u->why, sizeof u->why, "%s", why);
		return REFUSED;
	}
	printf("  signed by  %s\n", channel_key_text(signer, text));
	return GO_ON;
}

/* Whether the same version is on disk already, to the byte. */
static bool
is_known(const struct update *u)
{
	struct buf a = BUF_INIT(BUNDLE_MANIFEST_MAX);
	struct buf b = BUF_INIT(BUNDLE_MANIFEST_MAX);
	struct channel_bundle known;
	char why[BUNDLE_WHY];
	bool same;

	channel_bundle_init(&known);
	same = channel_store_manifest(u->store.dir, u->store.name,
	                              u->bundle.serial, &known, why) == 0;
	if (same) {
		channel_manifest_write(&known, &a);
		channel_manifest_write(&u->bundle, &b);
		same = sv_eq(buf_sv(&a), buf_sv(&b));
	}
	channel_bundle_done(&known);
	buf_done(&a);
	buf_done(&b);
	return same;
}

/* A bundle of another channel, or an old one of this, has a good signature
 * too. */
static enum outcome
check_manifest(struct update *u)
{
	uint64_t floor = channel_store_current(u->store.dir, u->store.name);
	const struct channel_bundle *b = &u->bundle;

	if (u->state.serial_max > floor)
		floor = u->state.serial_max;
	if (strcmp(b->name, u->store.name) != 0)
		snprintf(u->why, sizeof u->why,
		         "the bundle is of the channel %s", b->name);
	else if (!channel_version_is_enough(PACKAGE_VERSION, b->tamis))
		snprintf(u->why, sizeof u->why,
		         "the rules are for tamis %s or later", b->tamis);
	else if (b->serial > floor)
		return GO_ON;
	else if (b->serial == floor && is_known(u))
		return UNCHANGED;
	else
		snprintf(u->why, sizeof u->why,
		         "%llu %s: an old bundle was put in the place of the "
		         "new one",
		         (unsigned long long)b->serial,
		         b->serial == floor ? "had other content before"
		                            : "is not newer than what was "
		                              "in force");
	return REFUSED;
}

static enum outcome
unpack(struct update *u)
{
	char why[BUNDLE_WHY];

	if (channel_bundle_unpack(buf_sv(&u->fetch.bundle), &u->bundle, why) ==
	    0)
		return check_manifest(u);
	snprintf(u->why, sizeof u->why, "%.290s", why);
	return REFUSED;
}

static bool
has_file(const struct channel_bundle *b, struct sv name)
{
	for (size_t i = 0; i < b->n_files; i++)
		if (sv_eq_str(name, b->files[i].name))
			return true;
	return false;
}

/* Rules may include files, and read lists: those of their own bundle. */
static bool
names_own_files(struct update *u, const struct channel_file *f)
{
	struct arena *a = arena_new();
	struct sv rest = f->text, line, named;
	bool is_list, ok = true;

	for (int n = 1; ok && sv_line(&rest, &line); n++) {
		named = rule_line_file(a, f->name, line, &is_list);
		ok = named.n == 0 || has_file(&u->bundle, named);
		if (!ok)
			snprintf(u->why, sizeof u->why,
			         "%s:%d names %.150s, which is not in the "
			         "bundle",
			         f->name, n, named.p);
	}
	arena_free(a);
	return ok;
}

static enum outcome
store(struct update *u)
{
	char why[BUNDLE_WHY];

	for (size_t i = 0; i < u->bundle.n_files; i++)
		if (!names_own_files(u, &u->bundle.files[i]))
			return REFUSED;
	if (channel_store_add(&u->store, &u->bundle, why) == 0)
		return GO_ON;
	snprintf(u->why, sizeof u->why, "%.290s", why);
	return FAILED;
}

static enum outcome
try(struct update *u)
{
	printf("  version    %llu, %zu files\n",
	       (unsigned long long)u->bundle.serial, u->bundle.n_files);
	if (channel_try(u->conf, &u->store, u->bundle.serial, u->force,
	                u->why) == 0)
		return GO_ON;
	channel_store_remove(&u->store, u->bundle.serial);
	return REFUSED;
}

/* What the server calls this bundle is noted last: whoever is killed before
 * that fetches it again. */
static enum outcome
put_in_force(struct update *u)
{
	int result;

	u->state.etag[0] = u->state.last_modified[0] = '\0';
	result = channel_put_in_force(u->conf, &u->store, &u->state,
	                              u->bundle.serial, outcome_words[UPDATED],
	                              u->why);
	if (result == 0) {
		memcpy(u->state.etag, u->fetch.etag, sizeof u->state.etag);
		memcpy(u->state.last_modified, u->fetch.last_modified,
		       sizeof u->state.last_modified);
		return UPDATED;
	}
	if (result == E_REMOTE)
		channel_store_remove(&u->store, u->bundle.serial);
	return result == E_REMOTE ? REFUSED : FAILED;
}

static enum outcome
recover(struct update *u)
{
	int result = channel_recover(u->conf, &u->store, &u->state, u->why);

	return result == 0 ? GO_ON : result == E_REMOTE ? REFUSED : FAILED;
}

static enum outcome (*const steps[])(struct update *u) = {
	recover, fetch, verify, unpack, store, try, put_in_force,
};

/* ---- one channel ---- */

static void
note_outcome(struct update *u, enum outcome outcome)
{
	snprintf(u->state.result, sizeof u->state.result, "%s",
	         outcome_words[outcome]);
	snprintf(u->state.error, sizeof u->state.error, "%.250s",
	         outcome >= REFUSED ? u->why : "");
	u->state.checked_ms = clock_unix_ms();
	if (channel_state_write(&u->store, &u->state))
		fprintf(stderr, "tamis: %s: its state cannot be written\n",
		        u->store.name);
	fflush(stdout);
	if (outcome >= REFUSED)
		fprintf(stderr,
		        "tamis: %s: %s: %s\n       the rules stay as they "
		        "were: version %llu\n",
		        u->store.name, outcome_words[outcome], u->why,
		        (unsigned long long)channel_store_current(
			    u->store.dir, u->store.name));
	else
		printf("%s: %s\n", u->store.name, outcome_words[outcome]);
}

static enum outcome
update_channel(const struct conf *conf, const char *item, bool force)
{
	struct sv name = channel_item_name(item);
	char *text = mem_dup(name.p, name.n), why[BUNDLE_WHY];
	struct update u = { .conf = conf,
		            .url = channel_item_rest(item),
		            .force = force,
		            .fetch = { .bundle = BUF_INIT(0),
		                       .signature = BUF_INIT(0) } };
	enum outcome outcome = GO_ON;

	if (channel_store_open(conf->channel.dir, text, &u.store, why)) {
		fprintf(stderr, "tamis: %s: %s\n", text, why);
		free(text);
		return FAILED;
	}
	printf("%s: %s\n", text, u.url);
	channel_bundle_init(&u.bundle);
	channel_state_read(conf->channel.dir, text, &u.state);
	for (size_t i = 0; i < sizeof steps / sizeof *steps && outcome == GO_ON;
	     i++)
		outcome = steps[i](&u);
	note_outcome(&u, outcome);
	channel_fetch_done(&u.fetch);
	channel_bundle_done(&u.bundle);
	channel_store_close(&u.store);
	free(text);
	return outcome;
}

/* ---- the commands ---- */

static int
exit_code(enum outcome worst)
{
	if (worst == FAILED)
		return EXIT_INPUT;
	return worst == REFUSED ? EXIT_NO : EXIT_YES;
}

/* The channels that were named, or all. */
static int
update_channels(const struct conf *conf, const struct operands *names,
                bool force)
{
	const struct conf_list *all = &conf->channel.sources;
	enum outcome worst = UNCHANGED, outcome;
	size_t n = names->n ? names->n : all->n;

	for (size_t i = 0; i < names->n; i++)
		if (!channel_source(conf, sv_str(names->list[i]))) {
			fprintf(stderr,
			        "tamis: channel.sources has no channel '%s'\n",
			        names->list[i]);
			return EXIT_USAGE;
		}
	if (n == 0)
		printf("no channels: channel.sources is empty\n");
	else if (!channel_become_user(conf))
		return EXIT_INPUT;
	for (size_t i = 0; i < n; i++) {
		outcome = update_channel(
		    conf,
		    names->n ? channel_source(conf, sv_str(names->list[i]))
			     : all->list[i],
		    force);
		if (outcome > worst)
			worst = outcome;
	}
	return exit_code(worst);
}

int
channel_update_run(const struct command *self, int argc, char **argv)
{
	const char *given = NULL;
	bool force = false;
	const struct option_row rows[] = {
		OPTION_ROW_CONFIG(&given),
		{ 0, "force", NULL, "take rules that change many verdicts",
		  OPTION_FLAG, &force },
		{ 0 },
	};
	struct operands names;
	struct conf *conf;
	int result = options_parse(self, rows, argc, argv, &names);

	if (result != OPTIONS_GO_ON)
		return result;
	conf = setup_conf(given);
	if (!conf)
		return EXIT_USAGE;
	web_start();
	result = update_channels(conf, &names, force);
	web_stop();
	conf_unref(conf);
	return result;
}

/* ---- back ---- */

static bool
is_on_disk(const struct channel_store *s, uint64_t serial)
{
	uint64_t *list;
	size_t n = channel_store_versions(s->dir, s->name, &list);
	bool found = false;

	for (size_t i = 0; i < n; i++)
		found |= list[i] == serial;
	free(list);
	return found;
}

/* To `*wanted`, or (NULL) to the version before the one in force, which may be
 * none. */
static int
roll_back(const struct conf *conf, const struct channel_store *s,
          const uint64_t *wanted)
{
	struct channel_state state;
	char why[TRIAL_WHY] = "";
	uint64_t current, serial;
	int result;

	channel_state_read(s->dir, s->name, &state);
	if (channel_recover(conf, s, &state, why))
		printf("  recover    %s\n", why);
	current = channel_store_current(s->dir, s->name);
	serial = wanted ? *wanted : state.previous;
	if (serial == current || (serial && !is_on_disk(s, serial))) {
		fprintf(stderr,
		        "tamis: %s: no such version to go to (tamis rules "
		        "channels lists them)\n",
		        s->name);
		return EXIT_NO;
	}
	printf("%s: from %llu to %llu\n", s->name, (unsigned long long)current,
	       (unsigned long long)serial);
	result = channel_try(conf, s, serial, true, why);
	if (result == 0)
		result = channel_put_in_force(conf, s, &state, serial,
		                              "rolled back", why);
	if (result == 0)
		return EXIT_YES;
	if (channel_state_write(s, &state))
		fprintf(stderr, "tamis: %s: its state cannot be written\n",
		        s->name);
	fflush(stdout);
	fprintf(stderr, "tamis: %s: %s\n", s->name, why);
	return EXIT_NO;
}

int
channel_rollback_run(const struct command *self, int argc, char **argv)
{
	const char *given = NULL;
	const struct option_row rows[] = { OPTION_ROW_CONFIG(&given), { 0 } };
	struct channel_store store;
	char why[BUNDLE_WHY];
	struct operands o;
	uint64_t serial = 0;
	struct conf *conf;
	int result = options_parse(self, rows, argc, argv, &o);

	if (result != OPTIONS_GO_ON)
		return result;
	if (o.n < 1 || o.n > 2 ||
	    (o.n == 2 && !sv_u64(sv_str(o.list[1]), &serial)) ||
	    !channel_name_is_good(sv_str(o.list[0])))
		return options_error(self, "wants the name of a channel, and "
		                           "perhaps the number of a version");
	conf = setup_conf(given);
	if (!conf)
		return EXIT_USAGE;
	if (!channel_source(conf, sv_str(o.list[0]))) {
		fprintf(stderr, "tamis: channel.sources has no channel '%s'\n",
		        o.list[0]);
		result = EXIT_USAGE;
	} else if (!channel_become_user(conf)) {
		result = EXIT_INPUT;
	} else if (channel_store_open(conf->channel.dir, o.list[0], &store,
	                              why)) {
		fprintf(stderr, "tamis: %s: %s\n", o.list[0], why);
		result = EXIT_INPUT;
	} else {
		result = roll_back(conf, &store, o.n == 2 ? &serial : NULL);
		channel_store_close(&store);
	}
	conf_unref(conf);
	return result;
}
