/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which rules are true when DNS answers as somebody says:
 *
 *     rules_tamis CONF RULES FILE...
 *
 * writes "? TYPE NAME" for each question, reads the answer as one line (see
 * fact/answer.h), and ends each file with "! FILE" and a line of rules.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "rule/rule.h"

enum { FILE_BYTES_MAX = 64 << 20, QUESTIONS_MAX = 5000, LINE_BYTES = 65536 };

static void
die(const char *what, const struct diags *diags)
{
	for (size_t i = 0; diags && i < diags->n; i++)
		if (diags->list[i].severity == SEVERITY_ERROR)
			fprintf(stderr, "%s\n", diags->list[i].text);
	fprintf(stderr, "rules_tamis: %s\n", what);
	exit(2);
}

static const struct dns_answer *
ask(void *ctx, struct arena *a, const struct dns_question *q, size_t ticket)
{
	struct dns_answer *answer = ARENA_NEW(a, struct dns_answer);
	static char line[LINE_BYTES];
	struct dns_question same;

	(void)ctx;
	(void)ticket;
	printf("? %s " SV_FMT "\n", dns_type_word(q->type), SV_ARG(q->name));
	fflush(stdout);
	if (!fgets(line, sizeof line, stdin) ||
	    dns_answer_read(a, sv_trim(sv_str(line)), &same, answer) != 0)
		die("expected an answer", NULL);
	return answer;
}

static bool
none_comes(void *ctx, struct arena *a, int64_t deadline_mono_us,
           size_t *ret_ticket, const struct dns_answer **ret)
{
	(void)ctx;
	(void)a;
	(void)deadline_mono_us;
	*ret_ticket = 0;
	*ret = NULL;
	return false;
}

static const struct lookup_source source = { ask, none_comes };

static struct rule_set *
read_rules(char *path, const struct conf *conf)
{
	char *paths[] = { path };
	const struct conf_list list = { paths, 1 };
	struct rule_sources sources = { NULL, 0, 0 };
	struct diags diags = DIAGS_INIT;
	struct rule_set *rules;

	if (rule_sources_read(&list, &sources, &diags) != 0)
		die(path, &diags);
	rules = rule_set_compile(&sources, conf, &diags);
	if (!rules)
		die(path, &diags);
	rule_sources_done(&sources);
	diags_done(&diags);
	return rules;
}

static void
judge(const char *path, const struct conf *conf, struct rule_set *rules,
      struct rule_worker *worker, struct arena *a)
{
	const struct rule_settings *settings = rule_set_settings(rules);
	struct network *network = network_new(&settings->networks.ip);
	struct message_envelope envelope = { .from = SV_NONE };
	struct rule_job job = { .envelope = &envelope, .all_hits = true };
	struct message *m;
	struct rule_result *result;
	struct buf raw = BUF_INIT(FILE_BYTES_MAX);

	if (file_read(path, &raw) != 0)
		die(path, NULL);
	m = message_parse(a, buf_sv(&raw), &conf->message);
	envelope.relays =
	    relays_read(a, m, NULL, network, (size_t)conf->message.relays_max);
	job.message = m;
	job.lookup = lookup_new(a, &source, NULL, QUESTIONS_MAX);
	result = rule_eval(rules, worker, a, &job);
	printf("! %s\n", path);
	for (size_t i = 0; i < result->n_hits; i++)
		printf("%s ", result->hits[i].rule->name);
	putchar('\n');
	network_free(network);
	buf_done(&raw);
}

int
main(int argc, char **argv)
{
	struct diags diags = DIAGS_INIT;
	struct conf *conf;
	struct rule_set *rules;
	struct rule_worker *worker = rule_worker_new();
	struct arena *a = arena_new();

	if (argc < 3)
		die("usage: rules_tamis CONF RULES FILE...", NULL);
	conf = conf_load(argv[1], &diags);
	if (!conf)
		die(argv[1], &diags);
	rules = read_rules(argv[2], conf);
	for (int i = 3; i < argc; i++) {
		judge(argv[i], conf, rules, worker, a);
		arena_reset(a);
	}
	arena_free(a);
	rule_worker_free(worker);
	rule_set_unref(rules);
	conf_unref(conf);
	diags_done(&diags);
	return 0;
}
