/* SPDX-License-Identifier: Apache-2.0 */
/* history and explain of what a daemon judged: records go through the spool
 * and the reporter into the history, as they do there. */
#include "tamis/command.h"

#include "../unit.h"

#include "base/buf.h"

#include "../report/samples.h"

enum { RECORDS = 8, OUTPUT_BYTES = 16384 };

struct site {
	char *dir;
	char conf[200], out[200], err[200];
	char text[OUTPUT_BYTES]; /* what the last command printed */
};

static void
write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	ck_assert(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

static void
site_open(struct site *s)
{
	char rules[200], text[600];
	struct diags diags = DIAGS_INIT;
	struct conf *conf;
	int ends[2];

	s->dir = folder_new();
	snprintf(s->conf, sizeof s->conf, "%s/tamis.conf", s->dir);
	snprintf(s->out, sizeof s->out, "%s/out", s->dir);
	snprintf(s->err, sizeof s->err, "%s/err", s->dir);
	snprintf(rules, sizeof rules, "%s/rules.cf", s->dir);
	snprintf(text, sizeof text,
	         "tamisd { state_dir = %s; }\nrule { paths = %s; }\n", s->dir,
	         rules);
	write_file(s->conf, text);
	write_file(rules, "body FREE /free/\ndescribe FREE Costs nothing\n");
	conf = conf_load(s->conf, &diags);
	ck_assert_ptr_nonnull(conf);
	sample_spool(conf, 0, RECORDS);
	/* Told to stop at once, the reporter still delivers what there is. */
	ck_assert_int_eq(pipe(ends), 0);
	close(ends[1]);
	ck_assert_int_eq(report_run(conf, ends[0]), 0);
	close(ends[0]);
	conf_unref(conf);
	diags_done(&diags);
}

static void
site_close(struct site *s)
{
	folder_remove(s->dir);
}

/* Runs a command with up to three words and the site's configuration. */
static int
run(struct site *s, int (*command)(const struct command *, int, char **),
    const char *a, const char *b, const char *c)
{
	static const struct command self = { "test", "", "", NULL };
	const char *words[] = { "test", "-c", s->conf, a, b, c };
	char *argv[7] = { 0 };
	int argc = 0, result;
	FILE *file;

	for (size_t i = 0; i < 6; i++)
		if (words[i])
			argv[argc++] = strdup(words[i]);
	ck_assert(freopen(s->out, "w", stdout) && freopen(s->err, "w", stderr));
	result = command(&self, argc, argv);
	fflush(stdout);
	file = fopen(s->out, "r");
	s->text[fread(s->text, 1, sizeof s->text - 1, file)] = '\0';
	fclose(file);
	while (argc)
		free(argv[--argc]);
	return result;
}

static size_t
count_lines(const char *text)
{
	size_t n = 0;

	while ((text = strchr(text, '\n'))) {
		text++;
		n++;
	}
	return n;
}

/* The page of a record has `want`. */
#define ck_says(site, want)                                                    \
	ck_assert_msg(strstr((site)->text, (want)) != NULL, "no '%s' in:\n%s", \
	              (want), (site)->text)

START_TEST(history_lists_the_newest_first)
{
	static struct site s;

	site_open(&s);
	ck_assert_int_eq(run(&s, history_run, NULL, NULL, NULL), EXIT_YES);
	ck_assert_uint_eq(count_lines(s.text), 1 + RECORDS);
	ck_says(&s, "hello bob");
	ck_assert(strstr(s.text, "03:04:07.000Z") <
	          strstr(s.text, "03:04:00.000Z"));
	site_close(&s);
}
END_TEST

START_TEST(history_can_be_limited)
{
	static struct site s;

	site_open(&s);
	ck_assert_int_eq(run(&s, history_run, "--json", "--limit=3", NULL),
	                 EXIT_YES);
	ck_assert_uint_eq(count_lines(s.text), 3);
	ck_assert_int_eq(
	    run(&s, history_run, "--json", "--verdict=advertising_spam", NULL),
	    EXIT_YES);
	ck_assert_uint_eq(count_lines(s.text), RECORDS / 4);
	ck_assert_int_eq(
	    run(&s, history_run, "--json", "--verdict=unknown", NULL),
	    EXIT_YES);
	ck_assert_uint_eq(count_lines(s.text), 0);
	site_close(&s);
}
END_TEST

START_TEST(a_record_is_explained_by_its_id)
{
	static struct site s;
	struct buf record = BUF_INIT(4096);
	char id[UUID_TEXT];

	site_open(&s);
	sample_record(1, id, &record);
	ck_assert_int_eq(run(&s, explain_run, id, NULL, NULL), EXIT_YES);
	ck_says(&s, "advertising_spam  5.5 of 5.0 points");
	ck_says(&s, "mail from   alice@example.net");
	ck_says(&s, "rcpt to     bob@example.org");
	ck_says(&s, "1.5  URIBL_X");
	ck_says(&s, "Costs nothing"); /* from the rules of today */
	ck_says(&s, "(the rules have changed since)");
	ck_assert(strstr(s.text, "URIBL_X") < strstr(s.text, "FREE"));
	buf_done(&record);
	site_close(&s);
}
END_TEST

START_TEST(an_id_that_is_not_there_is_said)
{
	static struct site s;

	site_open(&s);
	ck_assert_int_eq(run(&s, explain_run,
	                     "01890000-0000-7000-8000-000000000000", NULL,
	                     NULL),
	                 EXIT_INPUT);
	ck_assert_str_eq(s.text, "");
	site_close(&s);
}
END_TEST

UNIT_MAIN("history", history_lists_the_newest_first, history_can_be_limited,
          a_record_is_explained_by_its_id, an_id_that_is_not_there_is_said)
