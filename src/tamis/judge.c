/* SPDX-License-Identifier: Apache-2.0 */
#include "tamis/judge.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "ingress/post.h"
#include "scan/learned.h"

struct judge {
	struct snapshot *snapshot;
	struct image_pool *images;
	struct store *store;            /* or NULL */
	struct campaign_secret *secret; /* of the store; or NULL */
	unsigned flags;                 /* of enum judge_flag */
	struct arena *arena;
	struct rule_worker *worker;
	struct buf raw;
	struct message_post text;
	struct scan scan;
};

struct judge *
judge_new(struct snapshot *snapshot, struct image_pool *images, unsigned flags)
{
	struct judge *j = mem_calloc(1, sizeof *j);

	j->snapshot = snapshot;
	j->images = images;
	j->flags = flags;
	j->arena = arena_new();
	j->worker = rule_worker_new();
	buf_init(&j->raw, (size_t)snapshot->conf->message.bytes_max);
	return j;
}

void
judge_free(struct judge *j)
{
	if (!j)
		return;
	campaign_secret_free(j->secret);
	buf_done(&j->raw);
	rule_worker_free(j->worker);
	arena_free(j->arena);
	free(j);
}

void
judge_use_store(struct judge *j, struct store *store)
{
	j->store = store;
	if (!store)
		return;
	j->secret = campaign_secret_new();
	campaign_secret_load(j->secret, store, clock_unix_ms());
}

/* Reads what the input names into the scan; a mail beyond message.bytes_max
 * is judged by its beginning. */
static int
take_file(struct judge *j, const struct judge_input *input, char *why)
{
	int result;

	buf_reset(&j->raw);
	errno = 0;
	if (input->bytes)
		result = file_read_part(input->path, (off_t)input->begin,
		                        input->bytes, &j->raw);
	else
		result = file_read(input->path, &j->raw);
	j->scan.truncated = result == E_LIMIT;
	if (result == 0 || result == E_LIMIT)
		return 0;
	snprintf(why, JUDGE_WHY, "%s",
	         result == E_STATE ? "the mailbox has changed"
	                           : strerror(errno));
	return result;
}

static void
take_past(struct scan *s, const struct judge_past *past)
{
	s->channel = past->channel;
	s->surface = past->surface;
	s->envelope = past->envelope;
	s->unix_ms = past->unix_ms;
	s->store = NULL;
	if (past->learned) {
		s->learned = ARENA_NEW(s->arena, struct learned);
		*s->learned = *past->learned;
	}
}

const struct scan *
judge_load(struct judge *j, const struct judge_input *input,
           char why[JUDGE_WHY])
{
	int result;

	arena_reset(j->arena);
	j->scan = (struct scan){
		.arena = j->arena,
		.snapshot = j->snapshot,
		.worker = j->worker,
		.images = j->images,
		.store = j->store,
		.secret = j->secret,
		.all_hits = j->flags & JUDGE_ALL_HITS,
		.measured = j->flags & JUDGE_MEASURED,
		.channel = CHANNEL_FILE,
		.surface = input->kind == INPUT_MAIL ? "mail" : input->surface,
	};
	if (input->kind == INPUT_POST)
		result = post_read_noted(input->json, &j->scan, why);
	else
		result = take_file(j, input, why);
	if (result)
		return NULL;
	if (input->kind == INPUT_MAIL) {
		j->scan.raw = buf_sv(&j->raw);
	} else if (input->kind == INPUT_TEXT) {
		j->text = (struct message_post){ .text = buf_sv(&j->raw) };
		j->scan.post = &j->text;
	}
	j->scan.test = true;
	return &j->scan;
}

const struct scan *
judge_run(struct judge *j, const struct judge_input *input, char why[JUDGE_WHY])
{
	return judge_run_again(j, input, NULL, why);
}

const struct scan *
judge_run_again(struct judge *j, const struct judge_input *input,
                const struct judge_past *past, char why[JUDGE_WHY])
{
	if (!judge_load(j, input, why))
		return NULL;
	if (past)
		take_past(&j->scan, past);
	scan_run(&j->scan);
	return &j->scan;
}
