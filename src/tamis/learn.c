/* SPDX-License-Identifier: Apache-2.0 */
/* tamis learn: teaches the classifier what is spam and what is not. */
#include "tamis/learn.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "tamis/options.h"
#include "tamis/progress.h"
#include "tamis/setup.h"
#include "tamis/term.h"

/* Long runs put what they have learned in force now and then. */
enum { PUBLISH_EVERY = 10000, MODEL_MODE = 0640 };

/* The daemon learns what was reported, a batch at a time. */
enum { WAIT_MS = 10000 };

struct learn_options {
	bool spam, ham, forget, status, reset, json, mailbox, quiet;
	const char *conf, *domain, *import, *export;
	struct input_options input;
};

/* ---- the file ---- */

static struct sv
folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return sv_make(path, slash ? (size_t)(slash - path) : 0);
}

/* What root learns is for the daemon to read: like the folder. */
static void
hand_over(const char *path, const struct stat *folder)
{
	char lock[4096 + 8];

	if (geteuid() != 0)
		return;
	snprintf(lock, sizeof lock, "%s.lock", path);
	if (chown(path, folder->st_uid, folder->st_gid) ||
	    chown(lock, folder->st_uid, folder->st_gid))
		fprintf(stderr, "tamis: %s: %s\n", path, strerror(errno));
}

int
learn_publish(struct learner *l, const struct conf *conf)
{
	const char *path = conf->classifier.model;
	char *folder = mem_dup(path, folder_of(path).n);
	struct stat st;
	int code = EXIT_INPUT;

	errno = 0;
	if (learner_publish(l, MODEL_MODE) || stat(folder, &st)) {
		fprintf(stderr, "tamis: %s: %s\n", path, strerror(errno));
	} else {
		hand_over(path, &st);
		code = EXIT_YES;
	}
	free(folder);
	return code;
}

static void
tell_waiting(const char *path)
{
	fprintf(stderr,
	        "tamis: %s: another process is learning; waiting for it, up "
	        "to %d seconds\n",
	        path, WAIT_MS / 1000);
}

static struct learner *
open_learner(const struct conf *conf)
{
	const struct conf_classifier *c = &conf->classifier;
	struct learner_options options = {
		.path = c->model,
		.bits = model_bits_for(c->size_bytes),
		.ledger_max = (size_t)c->remembered_max,
		.wait_ms = WAIT_MS,
		.waits = tell_waiting,
	};
	char why[LEARNER_WHY],
	    *folder = mem_dup(c->model, folder_of(c->model).n);
	struct learner *l = NULL;

	if (file_mkdirs(folder, 0750)) {
		fprintf(stderr, "tamis: %s: %s\n", folder, strerror(errno));
	} else {
		l = learner_open(&options, why);
		if (!l)
			fprintf(stderr, "tamis: %s\n", why);
	}
	free(folder);
	return l;
}

/* ---- learning ---- */

static void
learn_one(struct learn_job *job, struct arena *a, const struct scan *scan)
{
	const struct conf_message *limits = &job->conf->message;
	struct feature_source source = {
		.message = scan->post ? message_from_post(a, scan->post, limits)
		                      : message_parse(a, scan->raw, limits),
		.domain = sv_str(job->domain),
	};
	struct features f;

	features_make(a, &source, &f);
	job->results[job->action == LEARN_FORGET
	                 ? learner_forget(job->learner, &f, 1)
	                 : learner_learn(job->learner, &f,
	                                 job->action == LEARN_SPAM ? MODEL_SPAM
	                                                           : MODEL_HAM,
	                                 1)]++;
}

bool
learn_inputs(struct learn_job *job, const struct inputs *inputs)
{
	struct snapshot snapshot = { .conf = job->conf };
	struct judge *judge = judge_new(&snapshot, NULL, 0);
	struct progress progress =
	    progress_start(!job->quiet && term_open(stderr).is_tty, inputs->n);
	struct arena *a = arena_new();
	bool ok = true;

	for (size_t i = 0; ok && i < inputs->n; i++) {
		char why[JUDGE_WHY];
		const struct scan *scan =
		    judge_load(judge, &inputs->list[i], why);

		arena_reset(a);
		if (scan) {
			learn_one(job, a, scan);
		} else {
			job->unreadable++;
			fprintf(stderr, "tamis: %s: %s\n", inputs->list[i].path,
			        why);
		}
		progress_show(&progress, i + 1);
		if ((i + 1) % PUBLISH_EVERY == 0)
			ok = learn_publish(job->learner, job->conf) == EXIT_YES;
	}
	progress_end(&progress);
	arena_free(a);
	judge_free(judge);
	return ok && learn_publish(job->learner, job->conf) == EXIT_YES;
}

static void
print_outcome(const struct learn_job *job)
{
	struct model m = learner_model(job->learner);
	const char *class = job->action == LEARN_SPAM ? "spam" : "ham";

	if (job->action == LEARN_FORGET)
		printf("%zu forgotten, %zu had not been learned",
		       job->results[LEARNER_FORGOTTEN],
		       job->results[LEARNER_UNKNOWN]);
	else
		printf("%zu learned as %s, %zu of them corrected, %zu known "
		       "before",
		       job->results[LEARNER_LEARNED] +
		           job->results[LEARNER_CORRECTED],
		       class, job->results[LEARNER_CORRECTED],
		       job->results[LEARNER_KNOWN]);
	if (job->unreadable)
		printf(", %zu unreadable", job->unreadable);
	printf("; the model has %llu ham and %llu spam\n",
	       (unsigned long long)m.header->learned[MODEL_HAM],
	       (unsigned long long)m.header->learned[MODEL_SPAM]);
}

static int
learn_operands(const struct learn_options *o, struct conf *conf,
               struct learner *l, const struct operands *operands)
{
	struct learn_job job = {
		.conf = conf,
		.learner = l,
		.action = o->forget ? LEARN_FORGET
		          : o->spam ? LEARN_SPAM
		                    : LEARN_HAM,
		.domain = o->domain,
		.quiet = o->quiet,
	};
	struct inputs inputs;
	int code = EXIT_INPUT;

	inputs_init(&inputs, &o->input);
	for (size_t i = 0; i < operands->n; i++) {
		const char *operand = operands->list[i];

		if (o->input.text || o->input.ndjson ||
		    strcmp(operand, "-") == 0)
			inputs_add(&inputs, operand);
		else
			inputs_add_mails(
			    &inputs, o->mailbox ? MAIL_MAILBOX : MAIL_DETECT,
			    operand);
	}
	job.unreadable = inputs.unreadable;
	if (learn_inputs(&job, &inputs)) {
		if (!o->quiet)
			print_outcome(&job);
		code = job.unreadable ? EXIT_INPUT : EXIT_YES;
	}
	inputs_done(&inputs);
	return code;
}

/* ---- the command ---- */

static int
show_status(const struct conf *conf, bool json)
{
	const char *path = conf->classifier.model;
	struct buf bytes = BUF_INIT((size_t)2 << 30);
	struct model_header none = { 0 };
	struct model m = { .header = &none };
	const char *wrong = NULL;
	int code = EXIT_INPUT;

	errno = 0;
	if (file_read(path, &bytes)) {
		if (errno != ENOENT)
			wrong = strerror(errno);
	} else {
		wrong = model_read(buf_sv(&bytes), &m);
	}
	if (wrong) {
		fprintf(stderr, "tamis: %s %s\n", path, wrong);
	} else {
		learn_print_status(&m, conf, json);
		code = EXIT_YES;
	}
	buf_done(&bytes);
	return code;
}

/* Exactly one thing to do, and operands only if there is to be learned. */
static int
check_options(const struct command *self, struct learn_options *o, size_t n)
{
	int learns = o->spam + o->ham + o->forget;
	int others = o->status + o->reset + !!o->import + !!o->export;

	if (learns + others != 1)
		return options_error(self,
		                     "wants one of --spam, --ham, --forget, "
		                     "--status, --import, --export, --reset");
	if (learns && n == 0)
		return options_error(self, "wants messages to learn from");
	if (others && n)
		return options_error(self, "takes no operands with that");
	if (o->mailbox && (o->input.text || o->input.ndjson))
		return options_error(self, "--mbox is for mails");
	return input_options_check(self, &o->input);
}

static int
run(const struct learn_options *o, struct conf *conf,
    const struct operands *operands)
{
	struct learner *l;
	int code;

	if (o->status)
		return show_status(conf, o->json);
	if (o->export)
		return learn_export(conf->classifier.model, o->export);
	l = open_learner(conf);
	if (!l)
		return EXIT_INPUT;
	if (o->import) {
		code = learn_import(l, o->import);
		if (code == EXIT_YES)
			code = learn_publish(l, conf);
	} else if (o->reset) {
		learner_reset(l);
		code = learn_publish(l, conf);
	} else {
		code = learn_operands(o, conf, l, operands);
	}
	learner_close(l);
	return code;
}

int
learn_run(const struct command *self, int argc, char **argv)
{
	struct learn_options o = { 0 };
	const struct option_row rows[] = {
		{ 0, "spam", NULL, "learn that these are spam", OPTION_FLAG,
		  &o.spam },
		{ 0, "ham", NULL, "learn that these are legitimate",
		  OPTION_FLAG, &o.ham },
		{ 0, "forget", NULL, "take back that these were learned",
		  OPTION_FLAG, &o.forget },
		{ 0, "domain", "NAME", "whose mail it is", OPTION_TEXT,
		  &o.domain },
		{ 0, "mbox", NULL, "the files are mailboxes", OPTION_FLAG,
		  &o.mailbox },
		OPTION_ROWS_INPUT(&o.input),
		{ 0, "status", NULL, "show what was learned", OPTION_FLAG,
		  &o.status },
		OPTION_ROW_JSON(&o.json, "print the status as JSON"),
		{ 0, "export", "FILE", "copy the model to this file",
		  OPTION_TEXT, &o.export },
		{ 0, "import", "FILE", "take over a model that was exported",
		  OPTION_TEXT, &o.import },
		{ 0, "reset", NULL, "forget everything", OPTION_FLAG,
		  &o.reset },
		{ 'q', "quiet", NULL, "say nothing but errors", OPTION_FLAG,
		  &o.quiet },
		OPTION_ROW_CONFIG(&o.conf),
		{ 0 },
	};
	struct operands operands;
	struct conf *conf;
	int code = options_parse(self, rows, argc, argv, &operands);

	if (code == OPTIONS_GO_ON)
		code = check_options(self, &o, operands.n);
	if (code != OPTIONS_GO_ON)
		return code;
	conf = setup_conf(o.conf);
	if (!conf)
		return EXIT_USAGE;
	code = run(&o, conf, &operands);
	conf_unref(conf);
	return code;
}
