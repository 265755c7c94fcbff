/* SPDX-License-Identifier: Apache-2.0 */
/* tamis explain: why a message got its verdict. What is a file is judged
 * now; what looks like an id is looked up in the history. */
#include "tamis/explain.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "report/keep.h"
#include "report/report.h"
#include "store/store.h"
#include "tamis/inputs.h"
#include "tamis/learned.h"
#include "tamis/net.h"
#include "tamis/replay.h"
#include "tamis/setup.h"

enum { RECORD_BYTES_MAX = 16 << 20, ID_BYTES_MIN = 8 };

struct explain {
	struct snapshot *snapshot;
	struct image_pool *images; /* or NULL */
	struct store *store;       /* or NULL */
	struct input_options input;
	size_t printed;
	bool taken;       /* a record of the history */
	const char *file; /* --replay: of the message; or NULL: it was kept */
	int outcome;      /* of a replay: an exit code */
};

static void
explain_record(struct explain *x, struct sv text, const char *name,
               const struct scan *scan)
{
	json_t *record = json_loadb(text.p, text.n, JSON_ALLOW_NUL, NULL);
	struct explanation e = {
		.term = term_open(stdout),
		.arena = arena_new(),
		.name = name,
		.record = record,
		.scan = scan,
		.rules = x->snapshot->rules,
	};

	if (x->printed++)
		printf("\n");
	if (record)
		explain_print(&e);
	json_decref(record);
	arena_free(e.arena);
}

static int
explain_input(struct explain *x, struct judge *judge,
              const struct judge_input *input)
{
	struct buf name = BUF_INIT(8192), record = BUF_INIT(RECORD_BYTES_MAX);
	char why[JUDGE_WHY];
	const struct scan *scan = judge_run(judge, input, why);

	input_name(input, &name);
	if (scan) {
		scan_record(scan, &record);
		explain_record(x, buf_sv(&record), buf_str(&name), scan);
	} else {
		fprintf(stderr, "tamis: %s: %s\n", buf_str(&name), why);
	}
	buf_done(&record);
	buf_done(&name);
	return scan ? EXIT_YES : EXIT_INPUT;
}

static int
explain_files(struct explain *x, const char *operand)
{
	struct inputs inputs;
	struct judge *judge = judge_new(x->snapshot, x->images, JUDGE_ALL_HITS);
	int result = EXIT_YES;

	judge_use_store(judge, x->store);
	inputs_init(&inputs, &x->input);
	inputs_add(&inputs, operand);
	if (inputs.unreadable)
		result = EXIT_INPUT;
	for (size_t i = 0; i < inputs.n; i++)
		if (explain_input(x, judge, &inputs.list[i]))
			result = EXIT_INPUT;
	inputs_done(&inputs);
	judge_free(judge);
	return result;
}

static int
take_record(void *ctx, struct sv record)
{
	struct explain *x = ctx;

	x->taken = true;
	explain_record(x, record, NULL, NULL);
	return 0;
}

static void
look_up(struct explain *x, const char *id,
        int (*take)(void *ctx, struct sv record))
{
	struct diags diags = DIAGS_INIT;

	x->taken = false;
	history_each(x->snapshot->conf, id, NULL, 1, take, x, &diags);
	diags_print(&diags, stderr);
	if (!x->taken && diags.n == 0)
		fprintf(stderr,
		        "tamis: the history has no record %s, or several\n",
		        id);
	diags_done(&diags);
}

static int
explain_id(struct explain *x, const char *id)
{
	look_up(x, id, take_record);
	return x->taken ? EXIT_YES : EXIT_INPUT;
}

/* ---- judging again ---- */

/* The message as it was kept, in a temporary file that has no name. */
static bool
fetch_kept(const struct conf *conf, const char *id, char path[KEEP_PATH])
{
	struct buf raw = BUF_INIT((size_t)conf->message.bytes_max);
	int fd = -1, result = keep_get(conf, KEPT_MESSAGES, id, &raw);

	if (result == 0)
		fd = memfd_create("message", MFD_CLOEXEC);
	if (result)
		fprintf(stderr,
		        "tamis: the message of %s was not kept "
		        "(keep.messages): %s; name its file\n",
		        id, error_text(result));
	else if (fd < 0 || file_write_fd(fd, buf_sv(&raw)))
		fprintf(stderr, "tamis: %s\n", strerror(errno));
	else
		snprintf(path, KEEP_PATH, "/proc/self/fd/%d", fd);
	buf_done(&raw);
	return fd >= 0;
}

static void
replay(struct explain *x, const json_t *record, const char *path)
{
	struct judge *judge = judge_new(x->snapshot, x->images, JUDGE_ALL_HITS);
	char why[JUDGE_WHY] = "";
	struct replay *r = replay_new(record, x->snapshot, why);
	const struct scan *scan = r ? replay_run(r, judge, path, why) : NULL;
	struct buf text = BUF_INIT(RECORD_BYTES_MAX);

	if (scan) {
		scan_record(scan, &text);
		explain_record(x, buf_sv(&text), path, scan);
		printf("\nreplay\n");
		x->outcome = replay_compare(r, scan) ? EXIT_NO : EXIT_YES;
		printf("  %s\n", x->outcome == EXIT_YES
		                     ? "the same verdict, score and rules"
		                     : "not the same");
	} else {
		fprintf(stderr, "tamis: %s\n", why);
	}
	buf_done(&text);
	replay_free(r);
	judge_free(judge);
}

static int
take_replayed(void *ctx, struct sv text)
{
	struct explain *x = ctx;
	json_t *record = json_loadb(text.p, text.n, JSON_ALLOW_NUL, NULL);
	char path[KEEP_PATH];

	x->taken = true;
	if (x->file)
		replay(x, record, x->file);
	else if (fetch_kept(x->snapshot->conf,
	                    json_string_value(json_object_get(record, "id")),
	                    path))
		replay(x, record, path);
	json_decref(record);
	return 0;
}

static int
explain_replay(struct explain *x, const struct operands *operands)
{
	x->file = operands->n > 1 ? operands->list[1] : NULL;
	x->outcome = EXIT_INPUT;
	look_up(x, operands->list[0], take_replayed);
	return x->outcome;
}

static bool
looks_like_id(const char *operand)
{
	return strlen(operand) >= ID_BYTES_MIN &&
	       strspn(operand, "0123456789abcdef-") == strlen(operand) &&
	       access(operand, F_OK) != 0;
}

static int
explain_operands(struct explain *x, const struct operands *operands)
{
	int result = EXIT_YES;

	for (size_t i = 0; i < operands->n; i++) {
		const char *operand = operands->list[i];

		if (looks_like_id(operand) ? explain_id(x, operand)
		                           : explain_files(x, operand))
			result = EXIT_INPUT;
	}
	return result;
}

int
explain_run(const struct command *self, int argc, char **argv)
{
	const char *given = NULL;
	struct conf_list paths = { 0 };
	struct explain x = { 0 };
	struct net_options net = { 0 };
	struct setup_changes changes;
	struct net *asked;
	bool again = false, learned = false;
	const struct option_row rows[] = {
		OPTION_ROW_CONFIG(&given),
		OPTION_ROW_RULES(&paths),
		OPTION_ROWS_INPUT(&x.input),
		OPTION_ROWS_NET(&net),
		OPTION_ROW_LEARNED(&learned),
		{ 0, "replay", NULL,
		  "judge the message of a record again as it was: ID [FILE]",
		  OPTION_FLAG, &again },
		{ 0 },
	};
	struct operands operands;
	int result = options_parse(self, rows, argc, argv, &operands);

	if (result == OPTIONS_GO_ON)
		result = operands.n ? input_options_check(self, &x.input)
		                    : options_error(self, "wants a file, or "
		                                          "the id of a record");
	if (result == OPTIONS_GO_ON && again && operands.n > 2)
		result = options_error(self, "--replay wants the id of one "
		                             "record, and its message");
	if (result != OPTIONS_GO_ON)
		goto out;
	result = EXIT_USAGE;
	changes = net_changes(&net);
	changes.asks |= again && !net.off;
	x.snapshot = setup_snapshot(given, &paths, &changes);
	asked = x.snapshot ? net_open(&net, x.snapshot) : NULL;
	if (asked) {
		x.images = image_pool_new(&x.snapshot->conf->image, NULL);
		result = !learned_open(learned, x.snapshot->conf, &x.store)
		             ? EXIT_INPUT
		         : again ? explain_replay(&x, &operands)
		                 : explain_operands(&x, &operands);
		store_close(x.store);
		image_pool_free(x.images);
	}
	snapshot_unref(x.snapshot);
	net_close(asked);
out:
	free(paths.list);
	return result;
}
