/* SPDX-License-Identifier: Apache-2.0 */
/* tamis masscheck: which rules hit which mails of a collection whose labels
 * are known. */
#include "tamis/masscheck.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/vec.h"
#include "tamis/crew.h"
#include "tamis/options.h"
#include "tamis/setup.h"
#include "tamis/term.h"

enum { HEAD_BYTES_MAX = 1000 };

static const char *const label_words[LABELS] = { "ham", "spam" };

/* ---- all mails ---- */

static bool
take(void *ctx, size_t item, struct sv line)
{
	struct masscheck *all = ctx;
	size_t i;
	bool ok =
	    mass_file_add(&all->files[masscheck_locate(all, item, &i)], line);

	if (!ok)
		all->error = errno;
	return ok;
}

/* What a run must have in common with the one that it goes on with. */
static void
write_head(const struct masscheck *all, enum label label, struct buf *out)
{
	char digest[DIGEST_TEXT], *text = NULL;
	size_t n = 0;
	FILE *conf = open_memstream(&text, &n);

	if (!conf)
		mem_die("no memory for the configuration");
	conf_print(all->snapshot->conf, CONF_FORM_SHOW, conf);
	fclose(conf);
	buf_addf(out,
	         "# results of tamis masscheck " PACKAGE_VERSION ": %s\n"
	         "# rules: %s\n"
	         "# configuration: sha256:%s\n",
	         label_words[label], rule_set_hash(all->snapshot->rules),
	         digest_sha256(sv_make(text, n), digest));
	free(text);
}

static bool
open_files(struct masscheck *all)
{
	const struct masscheck_options *o = all->options;
	bool ok = true;

	if (file_mkdirs(o->dir, 0777)) {
		fprintf(stderr, "tamis: %s: %s\n", o->dir, strerror(errno));
		return false;
	}
	for (enum label l = HAM; ok && l < LABELS; l++) {
		struct buf head = BUF_INIT(HEAD_BYTES_MAX);

		write_head(all, l, &head);
		ok = mass_file_open(&all->files[l], o->dir, label_words[l],
		                    buf_sv(&head), &all->inputs[l], o->resume);
		all->todo[l] =
		    all->inputs[l].n - mass_file_done(&all->files[l]);
		buf_done(&head);
	}
	return ok;
}

static void
print_summary(const struct masscheck *all, int64_t begin_mono_us)
{
	const struct mass_tally *ham = &all->files[HAM].tally;
	const struct mass_tally *spam = &all->files[SPAM].tally;
	size_t n = all->todo[HAM] + all->todo[SPAM];
	double seconds = (double)(clock_mono_us() - begin_mono_us) / 1e6;

	fprintf(stderr,
	        "%zu ham, %zu of them judged spam; %zu spam, %zu of them not "
	        "judged spam; ",
	        ham->judged_ham + ham->judged_spam, ham->judged_spam,
	        spam->judged_ham + spam->judged_spam, spam->judged_ham);
	if (ham->unreadable + spam->unreadable)
		fprintf(stderr, "%zu unreadable; ",
		        ham->unreadable + spam->unreadable);
	if (all->incomplete)
		fprintf(stderr, "%zu incomplete; ", all->incomplete);
	fprintf(stderr, "%.1f s, %.0f/s\n", seconds,
	        (double)n / (seconds > 1e-6 ? seconds : 1e-6));
}

static bool
finish_files(struct masscheck *all)
{
	for (enum label l = HAM; l < LABELS; l++)
		if (!mass_file_finish(&all->files[l])) {
			fprintf(stderr, "tamis: %s: %s\n", all->files[l].path,
			        strerror(errno));
			return false;
		}
	return true;
}

static int
check_all_mails(struct masscheck *all)
{
	const struct masscheck_options *o = all->options;
	size_t n = all->todo[HAM] + all->todo[SPAM];
	int64_t begin_mono_us = clock_mono_us();
	const struct crew_job crew = {
		.n = n,
		.threads = crew_threads(o->threads),
		.progress = !o->quiet && term_open(stderr).is_tty,
		.ctx = all,
		.begin = masscheck_begin,
		.work = masscheck_mail,
		.end = masscheck_end,
		.take = take,
	};

	if (o->resume && !o->quiet)
		fprintf(stderr, "%zu of %zu mails are done already\n",
		        all->inputs[HAM].n + all->inputs[SPAM].n - n,
		        all->inputs[HAM].n + all->inputs[SPAM].n);
	if (!crew_run(&crew)) {
		fprintf(stderr, "tamis: %s: %s\n", o->dir,
		        strerror(all->error));
		return EXIT_INPUT;
	}
	if (!finish_files(all))
		return EXIT_INPUT;
	if (!o->quiet)
		print_summary(all, begin_mono_us);
	for (enum label l = HAM; l < LABELS; l++)
		if (all->files[l].tally.unreadable || all->inputs[l].unreadable)
			return EXIT_INPUT;
	return EXIT_YES;
}

/* ---- what to check ---- */

static void
add_target(struct inputs *in, const struct mail_target *target)
{
	glob_t found = { 0 };

	if (glob(target->path, GLOB_NOCHECK | GLOB_NOMAGIC, NULL, &found))
		inputs_add_mails(in, target->format, target->path);
	for (size_t i = 0; i < found.gl_pathc; i++)
		inputs_add_mails(in, target->format, found.gl_pathv[i]);
	globfree(&found);
}

/* Operands are targets as mass-check takes them. */
static int
add_operand(const struct command *self, struct masscheck *all, const char *text)
{
	struct mail_target target = mail_target_read(text);

	for (enum label l = HAM; l < LABELS; l++)
		if (sv_eq_str(target.class, label_words[l])) {
			add_target(&all->inputs[l], &target);
			return OPTIONS_GO_ON;
		}
	return options_error(self,
	                     "is '%s' ham or spam? Say --ham or --spam, or "
	                     "ham:dir:PATH, spam:mbox:PATH",
	                     text);
}

static int
find_inputs(const struct command *self, struct masscheck *all,
            const struct operands *operands)
{
	const struct input_options none = { .surface = "mail" };
	int result = OPTIONS_GO_ON;

	for (enum label l = HAM; l < LABELS; l++) {
		const struct conf_list *paths = &all->options->paths[l];

		inputs_init(&all->inputs[l], &none);
		for (size_t i = 0; i < paths->n; i++)
			inputs_add_mails(&all->inputs[l], MAIL_DETECT,
			                 paths->list[i]);
	}
	for (size_t i = 0; result == OPTIONS_GO_ON && i < operands->n; i++)
		result = add_operand(self, all, operands->list[i]);
	return result;
}

static int
check_collection(const struct command *self, const struct masscheck_options *o,
                 const struct operands *operands, struct snapshot *snapshot)
{
	struct masscheck all = {
		.options = o,
		.snapshot = snapshot,
		.images = image_pool_new(&snapshot->conf->image, NULL),
	};
	int result;

	result = find_inputs(self, &all, operands);
	if (result == OPTIONS_GO_ON)
		result = open_files(&all) ? check_all_mails(&all) : EXIT_USAGE;
	for (enum label l = HAM; l < LABELS; l++) {
		mass_file_close(&all.files[l]);
		inputs_done(&all.inputs[l]);
	}
	image_pool_free(all.images);
	return result;
}

static int
parse(const struct command *self, int argc, char **argv,
      struct masscheck_options *o, struct operands *ret)
{
	const struct option_row rows[] = {
		OPTION_ROW_CONFIG(&o->conf),
		OPTION_ROW_RULES(&o->rules),
		{ 0, "ham", "PATH", "legitimate mail; may be repeated",
		  OPTION_LIST, &o->paths[HAM] },
		{ 0, "spam", "PATH", "spam; may be repeated", OPTION_LIST,
		  &o->paths[SPAM] },
		{ 'o', "output", "DIR",
		  "write DIR/ham.log and DIR/spam.log (default: here)",
		  OPTION_TEXT, &o->dir },
		{ 'j', "threads", "N", "check N at once (default: the cores)",
		  OPTION_COUNT, &o->threads },
		{ 0, "resume", NULL, "go on where a run was stopped",
		  OPTION_FLAG, &o->resume },
		{ 'q', "quiet", NULL, "no summary, no progress", OPTION_FLAG,
		  &o->quiet },
		{ 0 },
	};
	int result = options_parse(self, rows, argc, argv, ret);

	if (result == OPTIONS_GO_ON && ret->n == 0 && !o->paths[HAM].n &&
	    !o->paths[SPAM].n)
		return options_error(self, "nothing to check; name mail with "
		                           "--ham and --spam");
	if (!o->dir)
		o->dir = ".";
	return result;
}

int
masscheck_run(const struct command *self, int argc, char **argv)
{
	struct masscheck_options o = { 0 };
	struct operands operands;
	struct snapshot *snapshot;
	int result = parse(self, argc, argv, &o, &operands);

	if (result == OPTIONS_GO_ON) {
		result = EXIT_USAGE;
		snapshot = setup_snapshot_patient(o.conf, &o.rules);
		if (snapshot)
			result =
			    check_collection(self, &o, &operands, snapshot);
		snapshot_unref(snapshot);
	}
	free(o.rules.list);
	for (enum label l = HAM; l < LABELS; l++)
		free(o.paths[l].list);
	return result;
}
