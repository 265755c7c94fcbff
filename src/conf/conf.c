/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/conf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "conf/private.h"
#include "conf/value.h"

static bool
is_named(const struct conf_option *o)
{
	return schema_is_named(o->section);
}

/* Sets an option to its default; only lists have commas in theirs. */
static void
set_preset(struct conf *c, void *base, const struct conf_option *o)
{
	struct sv items[VALUE_ITEMS_MAX], rest;
	struct buf text = BUF_INIT(16000);
	size_t n = 0, bad;

	schema_preset(o, false, &text);
	rest = buf_sv(&text);
	if (!o->is_list)
		items[n++] = rest;
	else
		while (n < VALUE_ITEMS_MAX && sv_split(&rest, ',', &items[n])) {
			items[n] = sv_trim(items[n]);
			n++;
		}
	if (!value_read(base, o, items, n, c->priv->arena, &bad))
		mem_die("a default of the configuration is not allowed");
	buf_done(&text);
}

static struct conf *
new_with_presets(const char *file)
{
	struct conf *c = mem_calloc(1, sizeof *c);

	c->priv = mem_calloc(1, sizeof *c->priv);
	c->priv->arena = arena_new();
	c->priv->file = file ? arena_str(c->priv->arena, sv_str(file)) : NULL;
	atomic_init(&c->priv->references, 1);
	for (int i = 0; i < CONF_OPTIONS; i++)
		if (!is_named(&conf_options[i]))
			set_preset(c, c, &conf_options[i]);
	return c;
}

struct conf_reporter *
conf_add_reporter(struct conf *c, const char *name)
{
	struct arena *a = c->priv->arena;
	struct conf_reporter *r;

	if (c->n_reporters == CONF_REPORTERS_MAX)
		return NULL;
	c->priv->reporter_lines[c->n_reporters] =
	    arena_alloc(a, CONF_OPTIONS * sizeof(int));
	r = &c->reporters[c->n_reporters++];
	for (int i = 0; i < CONF_OPTIONS; i++)
		if (is_named(&conf_options[i]))
			set_preset(c, r, &conf_options[i]);
	r->name = arena_str(a, sv_str(name));
	return r;
}

/* Reporters that options of section report stand for, after the others. */
static void
add_short_forms(struct conf *c)
{
	const struct conf_report *from = &c->report;
	const struct {
		bool wanted;
		enum reporter_type type;
	} forms[] = {
		{ from->history, REPORTER_HISTORY },
		{ *from->file != '\0', REPORTER_FILE },
		{ from->syslog, REPORTER_SYSLOG },
		{ *from->http_url != '\0', REPORTER_HTTP },
		{ *c->http.webhook != '\0', REPORTER_SITE_HOOK },
	};

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		struct conf_reporter *r;

		if (!forms[i].wanted)
			continue;
		r = conf_add_reporter(c, reporter_word(forms[i].type));
		if (!r) /* the parser leaves room */
			mem_die("too many reporters");
		r->type = forms[i].type;
		r->path = from->file;
		r->url = from->http_url;
		r->profile =
		    r->type == REPORTER_HTTP ? from->profile : PRIVACY_EVIDENCE;
		r->k_min = from->k_min;
		r->token_file = from->http_token_file;
		r->ca_file = from->http_ca_file;
		r->interval_ms = from->http_interval_ms;
		r->timeout_ms = from->http_timeout_ms;
		r->retry_max_ms = from->http_retry_max_ms;
		r->batch_max = from->batch_max;
		r->verdicts = (struct conf_list){ NULL, 0 };
	}
}

/* Fills in what is empty because it follows from something else. */
static void
resolve(struct conf *c)
{
	struct arena *a = c->priv->arena;
	char host[254] = "";

	if (!*c->node.name) {
		if (gethostname(host, sizeof host - 1) != 0 || !*host)
			strcpy(host, "localhost");
		c->node.name = arena_str(a, sv_str(host));
	}
	if (!*c->tamisd.control)
		c->tamisd.control =
		    arena_printf(a, "%s/control.sock", c->tamisd.run_dir).p;
	if (!*c->store.dir)
		c->store.dir =
		    arena_printf(a, "%s/store", c->tamisd.state_dir).p;
	if (!*c->classifier.model)
		c->classifier.model =
		    arena_printf(a, "%s/classifier.model", c->tamisd.state_dir)
			.p;
	c->priv->named = c->n_reporters;
	add_short_forms(c);
	if (!*c->report.spool_dir)
		c->report.spool_dir =
		    arena_printf(a, "%s/spool", c->tamisd.state_dir).p;
}

struct conf *
conf_parse(struct sv text, const char *file, struct diags *diags)
{
	size_t errors = diags->errors;
	struct conf *c = new_with_presets(file);

	if (text.n > CONF_FILE_MAX)
		diags_add(diags, SEVERITY_ERROR, file, 0,
		          "larger than %d bytes", CONF_FILE_MAX);
	else
		parse_text(c, text, diags);
	if (diags->errors == errors)
		check_values(c, diags);
	if (diags->errors != errors) {
		conf_unref(c);
		return NULL;
	}
	resolve(c);
	return c;
}

const char *
conf_find(const char *named)
{
	static const char installed[] = SYSCONFDIR "/tamis/tamis.conf";

	if (named)
		return named;
	return access(installed, F_OK) == 0 ? installed : NULL;
}

struct conf *
conf_load(const char *path, struct diags *diags)
{
	struct buf text = BUF_INIT(CONF_FILE_MAX);
	struct conf *c = NULL;
	int result = path ? file_read(path, &text) : 0;

	if (result == 0)
		c = conf_parse(buf_sv(&text), path, diags);
	else if (result == E_LIMIT)
		diags_add(diags, SEVERITY_ERROR, path, 0,
		          "larger than %d bytes", CONF_FILE_MAX);
	else
		diags_add(diags, SEVERITY_ERROR, path, 0, "cannot be read: %s",
		          strerror(errno));
	buf_done(&text);
	return c;
}

struct conf *
conf_ref(struct conf *c)
{
	atomic_fetch_add(&c->priv->references, 1);
	return c;
}

void
conf_unref(struct conf *c)
{
	if (!c || atomic_fetch_sub(&c->priv->references, 1) != 1)
		return;
	arena_free(c->priv->arena);
	free(c->priv);
	free(c);
}

static const char *
find_word(const struct conf_word *w, int value)
{
	for (; w->word; w++)
		if (w->value == value)
			return w->word;
	return "unknown";
}

const char *
plan_action_word(enum plan_action a)
{
	return find_word(conf_plan_words, (int)a);
}

const char *
engine_word(enum engine e)
{
	return find_word(conf_engine_words, (int)e);
}

bool
engine_find(struct sv word, enum engine *ret)
{
	for (const struct conf_word *w = conf_engine_words; w->word; w++)
		if (sv_eq_str(word, w->word)) {
			*ret = (enum engine)w->value;
			return true;
		}
	return false;
}

const char *
store_backend_word(enum store_backend b)
{
	return find_word(conf_store_words, (int)b);
}

const char *
reporter_word(enum reporter_type t)
{
	return find_word(conf_reporter_words, (int)t);
}

const char *
sector_word(enum sector s)
{
	return s == SECTOR_NONE ? "" : find_word(conf_sector_words, (int)s);
}

const char *
privacy_word(enum privacy p)
{
	return find_word(conf_privacy_words, (int)p);
}

size_t
conf_score_set(const struct conf *c)
{
	if (c->rule.score_set == SCORE_SET_AUTO)
		return c->dns.enabled ? SCORE_SET_NET : SCORE_SET_LOCAL;
	return c->rule.score_set;
}
