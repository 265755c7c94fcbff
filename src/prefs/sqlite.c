/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preferences in SQLite: the table userpref of SpamAssassin, with a row for
 * each line. The file is opened for each question, so that one that is put in
 * its place counts; answers are remembered above.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "prefs/source.h"

enum {
	SQL_BYTES_MAX = 8000,
	STEPS = 1000, /* of SQLite's machine, between two looks at the clock */
	NAMES = 3,    /* that rows of one level may have */
};

struct sqlite_source {
	struct prefs_source source;
	const struct conf_prefs *conf;
	char *query; /* of the configuration, with ?1, ?2, ?3 for names; or
	                NULL */
};

static const char own_query[] = "SELECT preference, value FROM userpref"
				" WHERE username IN (?1, ?2, ?3)";

/* "_USERNAME_" and others, as SpamAssassin's user_scores_sql_custom_query has
 * them, are what is asked for. */
static char *
read_query(const char *text)
{
	static const struct {
		const char *word, *sql;
	} words[] = {
		{ "_USERNAME_", "?1" },
		{ "_MAILBOX_", "?2" },
		{ "_DOMAIN_", "?3" },
		{ "_TABLE_", "userpref" },
	};
	enum { WORDS = sizeof words / sizeof *words };
	struct buf sql = BUF_INIT(SQL_BYTES_MAX);

	while (*text) {
		size_t i = 0;

		while (i < WORDS &&
		       !sv_starts(sv_str(text), sv_str(words[i].word)))
			i++;
		if (i == WORDS) {
			buf_add_char(&sql, *text++);
			continue;
		}
		buf_add_str(&sql, words[i].sql);
		text += strlen(words[i].word);
	}
	return buf_take(&sql);
}

/* ---- names ---- */

static void
bind_name(sqlite3_stmt *rows, int index, const char *prefix, struct sv name)
{
	char text[PREFS_NAME_MAX + 4];

	if (!name.n)
		return; /* NULL: equals nothing */
	snprintf(text, sizeof text, "%s" SV_FMT, prefix, SV_ARG(name));
	sqlite3_bind_text(rows, index, text, -1, SQLITE_TRANSIENT);
}

/* Those by which tables name a level: domains are written in three ways. */
static void
bind_level(sqlite3_stmt *rows, const struct prefs_key *key)
{
	if (key->level == PREFS_GLOBAL)
		bind_name(rows, 1, "", SV("@GLOBAL"));
	else if (key->level == PREFS_USER)
		bind_name(rows, 1, "", key->user);
	for (int i = 0; key->level == PREFS_DOMAIN && i < NAMES; i++)
		bind_name(rows, i + 1, (const char *[]){ "@", "%", "@~" }[i],
		          key->domain);
}

/* ---- rows ---- */

static void
add_text(struct buf *out, sqlite3_stmt *rows, int column)
{
	const char *text = (const char *)sqlite3_column_text(rows, column);

	for (; text && *text; text++)
		buf_add_char(out, (unsigned char)*text < ' ' ? ' ' : *text);
}

/* A row is a line. */
static int
read_rows(sqlite3_stmt *rows, struct buf *lines)
{
	int result;

	while ((result = sqlite3_step(rows)) == SQLITE_ROW && !lines->full) {
		add_text(lines, rows, 0);
		buf_add_char(lines, ' ');
		add_text(lines, rows, 1);
		buf_add_char(lines, '\n');
	}
	return result == SQLITE_ROW ? SQLITE_DONE : result;
}

static int
is_late(void *ctx)
{
	const int64_t *deadline_us = ctx;

	return clock_mono_us() > *deadline_us;
}

static int
ask(const struct sqlite_source *s, sqlite3 *db, const struct prefs_key *key,
    struct buf *lines)
{
	const char *sql = s->query ? s->query : own_query;
	int64_t deadline_us = clock_mono_us() + s->conf->timeout_ms * 1000;
	sqlite3_stmt *rows = NULL;
	int result;

	sqlite3_busy_timeout(db, (int)s->conf->timeout_ms);
	sqlite3_progress_handler(db, STEPS, is_late, &deadline_us);
	result = sqlite3_prepare_v2(db, sql, -1, &rows, NULL);
	if (result == SQLITE_OK) {
		if (s->query) {
			bind_name(rows, 1, "", key->user);
			bind_name(rows, 2, "", key->local);
			bind_name(rows, 3, "", key->domain);
		} else {
			bind_level(rows, key);
		}
		result = read_rows(rows, lines);
	}
	sqlite3_finalize(rows);
	return result == SQLITE_DONE ? 0 : E_IO;
}

static int
sqlite_read(struct prefs_source *source, const struct prefs_key *key,
            struct rule_sources *ret, char why[PREFS_WHY])
{
	const struct sqlite_source *s = (const struct sqlite_source *)source;
	struct buf lines = BUF_INIT((size_t)s->conf->bytes_max + 1);
	struct buf name = BUF_INIT(PREFS_NAME_MAX + 20);
	int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX;
	sqlite3 *db = NULL;
	int result = E_IO;

	/* A query of the site's own knows all levels. */
	if (s->query && key->level != PREFS_USER)
		return 0;
	if (sqlite3_open_v2(s->conf->sqlite, &db, flags, NULL) == SQLITE_OK)
		result = ask(s, db, key, &lines);
	if (result)
		snprintf(why, PREFS_WHY, "%.80s: %.80s", s->conf->sqlite,
		         db ? sqlite3_errmsg(db) : "no memory");
	sqlite3_close(db);
	buf_addf(&name, "sqlite:" SV_FMT,
	         SV_ARG(key->text.n ? key->text : SV("@GLOBAL")));
	if (result == 0 && lines.n)
		rule_sources_add(ret, buf_str(&name), buf_sv(&lines));
	buf_done(&name);
	buf_done(&lines);
	return result;
}

static void
sqlite_free(struct prefs_source *source)
{
	free(((struct sqlite_source *)source)->query);
	free(source);
}

struct prefs_source *
prefs_sqlite_new(const struct conf_prefs *conf)
{
	struct sqlite_source *s;

	if (!*conf->sqlite)
		return NULL;
	s = mem_calloc(1, sizeof *s);
	s->source = (struct prefs_source){ "sqlite", sqlite_read, sqlite_free };
	s->conf = conf;
	if (*conf->sqlite_query)
		s->query = read_query(conf->sqlite_query);
	return &s->source;
}
