/* SPDX-License-Identifier: Apache-2.0 */
/* tamis store: what has been learned, and where it is kept. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "store/backup.h"
#include "tamis/options.h"
#include "tamis/setup.h"
#include "tamis/term.h"

enum {
	LINE_MAX_BYTES = 64 << 10,
	FILE_MAX_BYTES = 1 << 30,
	FLUSH_ITEMS = 2000,
};

/* What each sub-command is given. */
struct work {
	const struct conf *conf;
	struct store *store;
	const char *operand; /* or NULL */
	bool json, merge;
	uint64_t copied;
};

static int
say(const char *what, const char *why)
{
	fprintf(stderr, "tamis store: %s: %s\n", what, why);
	return EXIT_INPUT;
}

static struct store *
open_store(const struct conf_store *conf)
{
	char why[STORE_WHY];
	struct store *s;

	if (store_open(conf, &s, why) == 0)
		return s;
	say("cannot open it", why);
	return NULL;
}

/* ---- status ---- */

static void
print_status_json(const struct store_status *s)
{
	struct buf out = BUF_INIT(4096);
	struct json j = json_start(&out);

	json_begin_object(&j, NULL);
	json_text(&j, "backend", store_backend_word(s->backend));
	json_int(&j, "counters", (int64_t)s->counters);
	json_int(&j, "values", (int64_t)s->values);
	json_int(&j, "entries", (int64_t)s->entries);
	json_int(&j, "used_bytes", (int64_t)s->used_bytes);
	json_int(&j, "bytes_max", (int64_t)s->bytes_max);
	json_int(&j, "evicted", (int64_t)s->evicted);
	if (s->backend == STORE_BACKEND_REDIS) {
		json_bool(&j, "redis_up", s->redis_up);
		json_int(&j, "backlog", (int64_t)s->backlog);
		json_int(&j, "backlog_lost", (int64_t)s->backlog_lost);
	}
	json_end(&j);
	puts(buf_str(&out));
	buf_done(&out);
}

static int
status(const struct work *w)
{
	struct store_status s;

	store_status(w->store, &s);
	if (w->json) {
		print_status_json(&s);
		return EXIT_YES;
	}
	printf("backend   %s (%s)\n", store_backend_word(s.backend),
	       w->conf->store.dir);
	printf("counters  %" PRIu64 "\nvalues    %" PRIu64
	       "\nentries   %" PRIu64 " in logs\n",
	       s.counters, s.values, s.entries);
	printf("size      %.1f of %.1f MB\n", (double)s.used_bytes / 1e6,
	       (double)s.bytes_max / 1e6);
	printf("evicted   %" PRIu64 "\n", s.evicted);
	if (s.backend != STORE_BACKEND_REDIS)
		return EXIT_YES;
	printf("Redis     %s\n", s.redis_up ? "answers" : s.why);
	printf("waiting   %" PRIu64 "\nlost      %" PRIu64 "\n", s.backlog,
	       s.backlog_lost);
	return s.redis_up ? EXIT_YES : EXIT_NO;
}

/* ---- get and list ---- */

struct listing {
	const struct work *work;
	bool exact; /* the name, not its beginning */
	uint64_t n;
};

static void
print_item_json(const struct store_item *item)
{
	static const char *const kinds[] = { "counter", "value", "entry",
		                             "id" };
	struct buf out = BUF_INIT(LINE_MAX_BYTES), name = BUF_INIT(4096);
	struct json j = json_start(&out);

	backup_write_text(item->name, &name);
	json_begin_object(&j, NULL);
	json_text(&j, "kind", kinds[item->kind]);
	json_str(&j, "name", buf_sv(&name));
	if (item->kind == STORE_ITEM_COUNTER) {
		json_int(&j, "half_life_s", item->half_life_ms / 1000);
		json_begin_array(&j, "sums");
		for (int i = 0; i < STORE_FIELDS; i++)
			json_e4(&j, NULL, (int64_t)(item->sums[i] * E4_ONE));
		json_end(&j);
	} else if (item->kind != STORE_ITEM_ID) {
		json_str(&j, "value", item->entry.value);
	}
	if (item->kind == STORE_ITEM_ENTRY) {
		json_int(&j, "unix_ms", item->entry.unix_ms);
		json_str(&j, "id", item->entry.id);
	}
	if (item->expires_ms)
		json_int(&j, "expires_unix_ms", item->expires_ms);
	json_end(&j);
	puts(buf_str(&out));
	buf_done(&out);
	buf_done(&name);
}

static void
print_item_text(const struct store_item *item)
{
	struct buf line = BUF_INIT(LINE_MAX_BYTES);
	char time[CLOCK_TEXT];

	backup_write_text(item->name, &line);
	if (item->kind == STORE_ITEM_COUNTER) {
		for (int i = 0; i < STORE_FIELDS; i++)
			buf_addf(&line, "\t%.4g", item->sums[i]);
	} else {
		buf_add_char(&line, '\t');
		backup_write_text(item->entry.value, &line);
	}
	if (item->kind == STORE_ITEM_ENTRY) {
		buf_addf(&line, "\t%s\t",
		         clock_text(item->entry.unix_ms, time));
		backup_write_text(item->entry.id, &line);
	} else if (item->expires_ms) {
		buf_addf(&line, "\tuntil %s",
		         clock_text(item->expires_ms, time));
	}
	puts(buf_str(&line));
	buf_done(&line);
}

static int
list_item(void *ctx, const struct store_item *item)
{
	struct listing *l = ctx;

	if (item->kind == STORE_ITEM_ID ||
	    (l->exact && !sv_eq_str(item->name, l->work->operand)))
		return 0;
	l->n++;
	if (l->work->json)
		print_item_json(item);
	else
		print_item_text(item);
	return 0;
}

static int
list_or_get(const struct work *w, bool exact)
{
	struct listing l = { .work = w, .exact = exact };
	int result = store_walk(w->store, sv_str(w->operand ? w->operand : ""),
	                        clock_unix_ms(), list_item, &l);

	if (result)
		return say("cannot read it", error_text(result));
	return exact && l.n == 0 ? EXIT_NO : EXIT_YES;
}

static int
list(const struct work *w)
{
	return list_or_get(w, false);
}

static int
get(const struct work *w)
{
	return list_or_get(w, true);
}

/* ---- backup and restore ---- */

/* Redis has what counts, and its own tools for it. */
static bool
is_of_this_machine(const struct work *w)
{
	if (w->conf->store.backend != STORE_BACKEND_REDIS)
		return true;
	say("not with Redis",
	    "what counts is there, and its own tools back it up");
	return false;
}

struct writing {
	FILE *out;
	uint64_t lines;
	struct buf line;
};

static int
write_item(void *ctx, const struct store_item *item)
{
	struct writing *w = ctx;

	buf_reset(&w->line);
	backup_write(item, &w->line);
	w->lines++;
	return fwrite(w->line.p, 1, w->line.n, w->out) == w->line.n ? 0 : E_IO;
}

static int
write_all(struct store *s, struct writing *w)
{
	int64_t now_ms = clock_unix_ms();
	int result;

	backup_begin(now_ms, &w->line);
	fputs(buf_str(&w->line), w->out);
	result = store_walk(s, SV(""), now_ms, write_item, w);
	buf_reset(&w->line);
	backup_end(w->lines, &w->line);
	fputs(buf_str(&w->line), w->out);
	if (fflush(w->out) || ferror(w->out) ||
	    (w->out != stdout && fsync(fileno(w->out))))
		result = E_IO;
	return result;
}

static int
backup(const struct work *w)
{
	struct writing writing = { .line = BUF_INIT(LINE_MAX_BYTES) };
	struct buf temporary = BUF_INIT(4096);
	bool to_stdout = strcmp(w->operand, "-") == 0;
	int result = E_IO;

	if (!is_of_this_machine(w))
		return EXIT_USAGE;
	buf_addf(&temporary, "%s.new", w->operand);
	writing.out = to_stdout ? stdout : fopen(buf_str(&temporary), "w");
	if (writing.out)
		result = write_all(w->store, &writing);
	if (writing.out && !to_stdout)
		fclose(writing.out);
	if (result == 0 && !to_stdout)
		result = file_rename(buf_str(&temporary), w->operand);
	if (result)
		say(w->operand, strerror(errno));
	else
		fprintf(stderr, "%" PRIu64 " items\n", writing.lines);
	buf_done(&temporary);
	buf_done(&writing.line);
	return result ? EXIT_INPUT : EXIT_YES;
}

/* All lines; with a store they are put into it. */
static int
read_lines(struct sv rest, struct store *s, const char **ret_why)
{
	struct arena *a = arena_new();
	uint64_t lines = 0, promised = 0;
	struct store_item item;
	struct sv line;
	int what = E_SYNTAX;
	bool begun = false;

	*ret_why = "it is no backup of a store, or is damaged";
	while (sv_line(&rest, &line)) {
		arena_reset(a);
		what = backup_read(line, a, &item, &promised);
		if (what < 0 || begun != (what != BACKUP_FIRST))
			break;
		begun = true;
		lines += what == BACKUP_ITEM;
		if (s && what == BACKUP_ITEM && store_put_item(s, &item)) {
			*ret_why = "not all fits into the store";
			what = E_LIMIT;
			break;
		}
		if (s && lines % FLUSH_ITEMS == 0)
			store_flush(s);
		if (what == BACKUP_LAST)
			break;
	}
	arena_free(a);
	return what == BACKUP_LAST && promised == lines && rest.n == 0
	           ? 0
	           : E_SYNTAX;
}

static int
stop_at_first(void *ctx, const struct store_item *item)
{
	(void)ctx;
	(void)item;
	return 1;
}

/* What is there would be added to. */
static bool
may_fill(struct store *s, bool merge)
{
	if (merge ||
	    store_walk(s, SV(""), clock_unix_ms(), stop_at_first, NULL) == 0)
		return true;
	say("the store is not empty",
	    "stop tamisd and move its folder away, or --merge");
	return false;
}

static int
fill(struct store *s, struct sv text, const char *name)
{
	struct store_status status;
	const char *why;

	if (read_lines(text, s, &why))
		return say(name, why);
	store_flush(s);
	store_status(s, &status);
	if (status.lost)
		return say(name, status.why);
	return EXIT_YES;
}

static int
restore(const struct work *w)
{
	struct buf text = BUF_INIT(FILE_MAX_BYTES);
	const char *why;
	int code = EXIT_USAGE;

	errno = 0;
	if (file_read(w->operand, &text))
		code = say(w->operand, strerror(errno ? errno : EFBIG));
	else if (read_lines(buf_sv(&text), NULL, &why))
		code = say(w->operand, why);
	else if (may_fill(w->store, w->merge))
		code = fill(w->store, buf_sv(&text), w->operand);
	buf_done(&text);
	return code;
}

/* ---- to another backend ---- */

/* "lmdb:DIR" or "redis:ADDRESS". */
static bool
read_target(const char *text, struct conf_store *ret)
{
	if (strncmp(text, "lmdb:/", 6) == 0) {
		ret->backend = STORE_BACKEND_LMDB;
		ret->dir = text + 5;
		return true;
	}
	if (strncmp(text, "redis:unix:/", 12) == 0 ||
	    strncmp(text, "redis:inet", 10) == 0) {
		ret->backend = STORE_BACKEND_REDIS;
		ret->redis = text + 6;
		return true;
	}
	return false;
}

static int
copy_item(void *ctx, const struct store_item *item)
{
	struct work *target = ctx;
	int result = store_put_item(target->store, item);

	if (++target->copied % FLUSH_ITEMS == 0)
		store_flush(target->store);
	return result;
}

/* Redis has it only when nothing waits any more. */
static int
finish_copy(struct store *s)
{
	struct store_status status;

	store_flush(s);
	for (int i = 0; i < 600; i++) {
		store_status(s, &status);
		if (status.backlog == 0)
			break;
		usleep(100 * 1000);
	}
	if (status.lost || status.backlog || status.backlog_lost)
		return say("not all arrived", status.why);
	return EXIT_YES;
}

static int
copy_to(const struct work *w, const struct conf_store *conf)
{
	struct work target = { .conf = w->conf, .store = open_store(conf) };
	int code = EXIT_INPUT;

	if (!target.store)
		return EXIT_INPUT;
	if (may_fill(target.store, w->merge) &&
	    store_walk(w->store, SV(""), clock_unix_ms(), copy_item, &target) ==
	        0)
		code = finish_copy(target.store);
	store_close(target.store);
	return code;
}

static void
remove_folder(const char *dir)
{
	static const char *const names[] = { "data.mdb", "lock.mdb",
		                             "sending.lock" };
	struct buf path = BUF_INIT(8192);

	for (size_t i = 0; i < 3; i++) {
		buf_reset(&path);
		buf_addf(&path, "%s/%s", dir, names[i]);
		unlink(buf_str(&path));
	}
	rmdir(dir);
	buf_done(&path);
}

/* What is on its way to Redis waits in a folder of its own. */
static int
copy_to_redis(const struct work *w, struct conf_store *conf)
{
	struct buf dir = BUF_INIT(8192);
	int code;

	buf_addf(&dir, "%s.migrate", conf->dir);
	conf->dir = buf_str(&dir);
	conf->backlog_bytes_max = conf->bytes_max;
	code = copy_to(w, conf);
	if (code == EXIT_YES)
		remove_folder(conf->dir);
	buf_done(&dir);
	return code;
}

static int
migrate(const struct work *w)
{
	struct conf_store conf = w->conf->store;

	if (!is_of_this_machine(w))
		return EXIT_USAGE;
	if (!read_target(w->operand, &conf)) {
		say(w->operand, "wants lmdb:/FOLDER, redis:unix:/SOCKET or "
		                "redis:inet:PORT@ADDRESS");
		return EXIT_USAGE;
	}
	if (conf.backend == STORE_BACKEND_REDIS)
		return copy_to_redis(w, &conf);
	if (strcmp(conf.dir, w->conf->store.dir) == 0) {
		say(w->operand, "that is the store itself");
		return EXIT_USAGE;
	}
	return copy_to(w, &conf);
}

static int
compact(const struct work *w)
{
	uint64_t n = store_sweep(w->store, clock_unix_ms());

	printf("%" PRIu64 " expired entries removed\n", n);
	return EXIT_YES;
}

/* ---- the command ---- */

static const struct verb {
	const char *name;
	int operands; /* 1: one, 0: none, -1: perhaps one */
	int (*run)(const struct work *w);
} verbs[] = {
	{ "status", 0, status },   { "get", 1, get },
	{ "list", -1, list },      { "backup", 1, backup },
	{ "restore", 1, restore }, { "migrate", 1, migrate },
	{ "compact", 0, compact }, { NULL, 0, NULL },
};

static const struct verb *
find_verb(const struct operands *o)
{
	const struct verb *v = verbs;
	size_t given = o->n - 1;

	if (o->n == 0)
		return NULL;
	while (v->name && strcmp(v->name, o->list[0]) != 0)
		v++;
	if (!v->name || given > 1 ||
	    (v->operands >= 0 && given != (size_t)v->operands))
		return NULL;
	return v;
}

int
store_run(const struct command *self, int argc, char **argv)
{
	const char *given = NULL;
	struct work w = { .json = false };
	const struct option_row rows[] = {
		OPTION_ROW_CONFIG(&given),
		OPTION_ROW_JSON(&w.json,
		                "status, get, list: print JSON objects"),
		{ 0, "merge", NULL, "restore, migrate: add to what is there",
		  OPTION_FLAG, &w.merge },
		{ 0 },
	};
	struct operands operands;
	const struct verb *verb;
	struct conf *conf;
	int result = options_parse(self, rows, argc, argv, &operands);

	if (result != OPTIONS_GO_ON)
		return result;
	verb = find_verb(&operands);
	if (!verb)
		return options_error(self, "wants a word, and what belongs to "
		                           "it");
	conf = setup_conf(given);
	if (!conf)
		return EXIT_USAGE;
	w.conf = conf;
	w.operand = operands.n > 1 ? operands.list[1] : NULL;
	w.store = open_store(&conf->store);
	result = w.store ? verb->run(&w) : EXIT_INPUT;
	store_close(w.store);
	conf_unref(conf);
	return result;
}
