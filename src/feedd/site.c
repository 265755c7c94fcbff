/* SPDX-License-Identifier: Apache-2.0 */
#include "feedd/site.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "feedd/accept.h"
#include "feedd/export.h"
#include "feedd/figures.h"
#include "feedd/intake.h"
#include "feedd/login.h"
#include "feedd/page.h"
#include "feedd/page_cache.h"

#define DAYS "/v1/days/"

enum { ANSWER_MAX = 64 << 20, KEY_MAX = 4096 };

struct site {
	const struct conf_feedd *conf;
	struct database *database;
	struct access *access;
	struct intake *intake;
	struct page_cache *cache;
	struct login *login;
};

struct site *
site_new(const struct conf_feedd *conf, struct database *database,
         struct access *access, struct intake *intake)
{
	struct site *s = mem_calloc(1, sizeof *s);

	s->conf = conf;
	s->database = database;
	s->access = access;
	s->intake = intake;
	s->cache = page_cache_new();
	s->login = login_new(access);
	return s;
}

void
site_free(struct site *s)
{
	if (!s)
		return;
	page_cache_free(s->cache);
	login_free(s->login);
	free(s);
}

/* ---- answers ---- */

void
site_start(struct site_answer *ret, int status, const char *type)
{
	*ret = (struct site_answer){ .status = status, .type = type };
	buf_init(&ret->body, ANSWER_MAX);
}

void
site_refuse(int status, const char *reason, struct site_answer *ret)
{
	struct refusal r = { .status = status };

	site_start(ret, status, "application/json");
	snprintf(r.reason, sizeof r.reason, "%s", reason);
	refusal_write(&r, &ret->body);
}

/* ---- figures for a request ---- */

struct answering {
	struct site *site;
	const struct site_request *request;
	struct site_answer *answer;
	struct figures figures;
	const struct page_kind *page; /* NULL: no page */
	const char *authorization;    /* of the request, or of its session */
	bool is_session;
	enum sign_in sign_in;
};

/* A reporter sees its own figures whole, a regulator everybody's. */
static bool
sees_all(struct answering *a)
{
	const char *node = a->figures.query.node;
	struct asker asker;

	access_ask(a->site->access, a->authorization, a->figures.now_unix_ms,
	           &asker);
	if (asker.role == ROLE_REPORTER)
		a->figures.asker =
		    arena_str(a->figures.arena, sv_str(asker.node));
	return asker.role == ROLE_REGULATOR ||
	       (asker.role == ROLE_REPORTER && node &&
	        strcmp(asker.node, node) == 0);
}

/* "/v1/days/2026-11-22.csv": that day. */
static bool
read_day(struct answering *a)
{
	struct sv name = sv_str(a->request->path);
	struct query *q = &a->figures.query;
	struct sv day = sv_sub(name, sizeof DAYS - 1, sizeof DAYS - 1 + 10);

	if (!sv_starts(name, SV(DAYS)))
		return true;
	q->has_begin = q->has_end = true;
	return day.n == 10 && !period_parse_begin(day, &q->period.begin_min) &&
	       !period_parse_end(day, &q->period.end_min);
}

/* The report is of the last whole half-year, unless asked otherwise. */
static void
choose_half_year(struct answering *a)
{
	struct query *q = &a->figures.query;
	int64_t now = a->figures.now_unix_ms / RECORD_MINUTE_MS;
	int64_t month = step_floor(STEP_MONTH, now);

	if (!a->page || strcmp(a->request->path, "/report") != 0 ||
	    q->has_begin || q->has_end)
		return;
	while (!period_is_half_year(month))
		month = period_add_months(month, -1);
	q->has_begin = q->has_end = true;
	q->period = (struct period){ period_add_months(month, -6), month };
}

static bool
read_query(struct answering *a)
{
	const struct site_request *q = a->request;
	char why[QUERY_WHY];

	if (!read_day(a)) {
		site_refuse(404, "there is no such day", a->answer);
		return false;
	}
	for (size_t i = 0; i < q->n_params; i++)
		if (!query_set(&a->figures.query, q->params[i].name,
		               q->params[i].value, why)) {
			site_refuse(400, why, a->answer);
			return false;
		}
	choose_half_year(a);
	return true;
}

/* A bad line is left out, and the operator is told. */
static void
read_diary(struct answering *a)
{
	const char *path = a->site->conf->diary_file;
	struct diags diags = DIAGS_INIT;
	char text[512];

	if (*path &&
	    diary_read(path, a->figures.arena, &diags, &a->figures.diary)) {
		diags_first(&diags, text, sizeof text);
		log_warning("diary not read whole file=%s reason=\"%s\"", path,
		            text);
	}
	diags_done(&diags);
}

static void
refuse_unavailable(struct answering *a, const char *why)
{
	log_error("figures not read reason=\"%s\"", why);
	site_refuse(503, "the database is not available: try again", a->answer);
	a->answer->retry_s = ACCEPT_RETRY_S;
}

/* Begins a snapshot and works out the period. */
static bool
begin_figures(struct answering *a)
{
	struct figures *f = &a->figures;
	char why[DATABASE_TEXT];

	f->now_unix_ms = clock_unix_ms();
	if (!read_query(a))
		return false;
	if (database_read_begin(a->site->database, FIGURES_READ_MS, &f->reader,
	                        why)) {
		refuse_unavailable(a, why);
		return false;
	}
	if (database_read_extent(f->reader, &f->extent)) {
		refuse_unavailable(a, database_read_error(f->reader));
		return false;
	}
	if (!query_resolve(&f->query, &f->extent, f->now_unix_ms, why)) {
		site_refuse(400, why, a->answer);
		return false;
	}
	f->nodes = access_nodes(a->site->access, f->arena);
	read_diary(a);
	f->provisional_min =
	    f->now_unix_ms / RECORD_MINUTE_MS - FIGURES_PROVISIONAL_MIN;
	f->reporters_min = (unsigned)a->site->conf->reporters_min;
	a->answer->is_private = a->authorization != NULL;
	if (sees_all(a))
		f->reporters_min = 1;
	return true;
}

/* ---- the addresses ---- */

static int
answer_stats(struct answering *a)
{
	struct totals totals;
	struct coverage coverage;
	int result = figures_totals(&a->figures, &totals);

	if (!result)
		result = figures_coverage(&a->figures, &coverage);
	if (!result)
		export_stats_json(&a->figures, a->site->conf->title, &totals,
		                  &coverage, &a->answer->body);
	return result;
}

static int
answer_series_json(struct answering *a)
{
	struct series series;
	int result = figures_series(&a->figures, &series);

	if (!result)
		export_series_json(&a->figures, &series, &a->answer->body);
	return result;
}

static int
answer_series_csv(struct answering *a)
{
	struct series series;
	int result = figures_series(&a->figures, &series);

	if (!result)
		export_series_csv(&series, &a->answer->body);
	return result;
}

static int
answer_totals_csv(struct answering *a)
{
	struct totals totals;
	int result = figures_totals(&a->figures, &totals);

	if (!result)
		export_totals_csv(&totals, &a->answer->body);
	return result;
}

static int
answer_nodes_csv(struct answering *a)
{
	struct coverage coverage;
	int result = figures_coverage(&a->figures, &coverage);

	if (!result)
		export_nodes_csv(&coverage, &a->answer->body);
	return result;
}

/* "/v1/tables/NAME.json" or ".csv" */
static int
answer_table(struct answering *a)
{
	struct sv name = sv_from(sv_str(a->request->path), 11);
	bool is_json = sv_iends(name, SV(".json"));
	const struct view *view =
	    view_find(sv_sub(name, 0, name.n - (is_json ? 5 : 4)));
	struct table table;
	int result;

	if (!view)
		return E_UNKNOWN;
	result = figures_table(&a->figures, view, &table);
	if (result)
		return result;
	if (is_json)
		export_table_json(&a->figures, &table, &a->answer->body);
	else
		export_table_csv(&table, &a->answer->body);
	return 0;
}

static int
answer_metrics(struct answering *a)
{
	struct totals totals;
	struct coverage coverage;
	int result = figures_totals(&a->figures, &totals);

	if (!result)
		result = figures_coverage(&a->figures, &coverage);
	if (result)
		return result;
	intake_metrics(a->site->intake, &a->answer->body);
	export_metrics(&a->figures, &totals, &coverage, &a->answer->body);
	return 0;
}

static int
answer_page(struct answering *a)
{
	const struct conf_feedd *conf = a->site->conf;
	struct page_site site = {
		.title = conf->title,
		.country = conf->country,
		.is_demonstration = conf->demonstration,
		.lang = lang_choose(a->figures.query.lang,
		                    a->request->accept_language),
		.is_signed_in = a->is_session,
		.sign_in = a->sign_in,
	};

	const struct page_kind *kind = a->page;

	if (strcmp(a->request->path, "/own") == 0 && !a->figures.asker) {
		kind = &page_sign_in_kind;
		a->answer->is_private = true;
		if (!a->is_session)
			a->answer->status = 401;
	}
	a->answer->lang = lang_tags[site.lang];
	return page_write(kind, &site, &a->figures, &a->answer->body);
}

static int
answer_all_csv(struct answering *a)
{
	return export_all_csv(&a->figures, &a->answer->body);
}

static int
answer_all_json(struct answering *a)
{
	return export_all_json(&a->figures, a->site->conf->title,
	                       &a->answer->body);
}

static int
answer_campaigns_csv(struct answering *a)
{
	return export_campaigns_csv(&a->figures, &a->answer->body);
}

static int
answer_campaigns_json(struct answering *a)
{
	return export_campaigns_json(&a->figures, &a->answer->body);
}

static int
answer_dsa_csv(struct answering *a)
{
	return export_dsa_csv(&a->figures, &a->answer->body);
}

static int
answer_dsa_json(struct answering *a)
{
	return export_dsa_json(&a->figures, &a->answer->body);
}

static int
answer_diary_csv(struct answering *a)
{
	export_diary_csv(&a->figures, &a->answer->body);
	return 0;
}

static int
answer_diary_json(struct answering *a)
{
	export_diary_json(&a->figures, &a->answer->body);
	return 0;
}

/* Reading one row proves that the database answers. */
static int
answer_health(struct answering *a)
{
	buf_add_str(&a->answer->body, "ok\n");
	return 0;
}

static int
answer_style(struct answering *a)
{
	buf_add(&a->answer->body, page_style());
	return 0;
}

static const char type_json[] = "application/json";
static const char type_csv[] = "text/csv; charset=utf-8; header=present";
static const char type_html[] = "text/html; charset=utf-8";
static const char type_text[] = "text/plain; charset=utf-8";
static const char type_metrics[] =
    "application/openmetrics-text; version=1.0.0; charset=utf-8";

static const struct route {
	const char *path, *type;
	bool is_static; /* takes no parameters, reads nothing */
	int (*answer)(struct answering *a);
} routes[] = {
	{ "/style.css", "text/css; charset=utf-8", true, answer_style },
	{ "/healthz", type_text, false, answer_health },
	{ "/metrics", type_metrics, false, answer_metrics },
	{ "/v1/stats.json", type_json, false, answer_stats },
	{ "/v1/all.csv", type_csv, false, answer_all_csv },
	{ "/v1/all.json", type_json, false, answer_all_json },
	{ "/v1/campaigns.csv", type_csv, false, answer_campaigns_csv },
	{ "/v1/campaigns.json", type_json, false, answer_campaigns_json },
	{ "/v1/dsa.csv", type_csv, false, answer_dsa_csv },
	{ "/v1/dsa.json", type_json, false, answer_dsa_json },
	{ "/v1/diary.csv", type_csv, false, answer_diary_csv },
	{ "/v1/diary.json", type_json, false, answer_diary_json },
	{ "/v1/series.json", type_json, false, answer_series_json },
	{ "/v1/series.csv", type_csv, false, answer_series_csv },
	{ "/v1/tables/totals.csv", type_csv, false, answer_totals_csv },
	{ "/v1/tables/totals.json", type_json, false, answer_stats },
	{ "/v1/tables/nodes.csv", type_csv, false, answer_nodes_csv },
	{ "/v1/tables/nodes.json", type_json, false, answer_stats },
};
static const struct route page = { NULL, type_html, false, answer_page };
static const struct route day_csv = { NULL, type_csv, false, answer_all_csv };
static const struct route day_json = { NULL, type_json, false,
	                               answer_all_json };
static const struct route table_json = { NULL, type_json, false, answer_table };
static const struct route table_csv = { NULL, type_csv, false, answer_table };

/* ".json" or ".csv" at the end of an address; NULL: neither. */
static const struct route *
by_type(struct sv name, const struct route *json, const struct route *csv)
{
	if (sv_iends(name, SV(".json")))
		return json;
	return sv_iends(name, SV(".csv")) ? csv : NULL;
}

static const struct route *
find_route(const char *path)
{
	struct sv name = sv_str(path);

	for (size_t i = 0; i < sizeof routes / sizeof *routes; i++)
		if (strcmp(path, routes[i].path) == 0)
			return &routes[i];
	if (page_find(path))
		return &page;
	if (sv_starts(name, SV(DAYS)))
		return by_type(name, &day_json, &day_csv);
	if (sv_starts(name, SV("/v1/tables/")))
		return by_type(name, &table_json, &table_csv);
	return NULL;
}

/* ---- answers that were given before ---- */

/* All that an answer to anybody is made of. Each batch and each word about one
 * changes a number of the extent; false: it has to be made each time. */
static bool
cache_key(const struct answering *a, const struct route *route, struct buf *key)
{
	const struct database_extent *e = &a->figures.extent;
	const struct site_request *q = a->request;
	struct stat diary = { 0 };

	if (route->is_static || a->answer->is_private ||
	    route->answer == answer_metrics || route->answer == answer_health)
		return false;
	if (*a->site->conf->diary_file)
		(void)!stat(a->site->conf->diary_file, &diary);
	buf_addf(
	    key, "%s %lld %lld %lld %lld %lld %lld.%ld %lld %u %s", q->path,
	    (long long)(a->figures.now_unix_ms / RECORD_MINUTE_MS),
	    (long long)e->batches, (long long)e->held,
	    (long long)e->data.end_min, (long long)e->minutes_from,
	    (long long)diary.st_mtim.tv_sec, diary.st_mtim.tv_nsec,
	    (long long)diary.st_size, access_generation(a->site->access),
	    lang_tags[lang_choose(a->figures.query.lang, q->accept_language)]);
	for (size_t i = 0; i < q->n_params; i++)
		buf_addf(key, "\n%s\n%s", q->params[i].name,
		         q->params[i].value);
	return !key->full;
}

static int
answer_or_recall(struct answering *a, const struct route *route)
{
	struct buf key = BUF_INIT(KEY_MAX);
	bool is_kept = cache_key(a, route, &key);
	int result = 0;

	if (!is_kept ||
	    !page_cache_get(a->site->cache, buf_sv(&key), &a->answer->body)) {
		result = route->answer(a);
		if (result == 0 && is_kept && a->answer->status == 200 &&
		    !a->answer->body.full)
			page_cache_put(a->site->cache, buf_sv(&key),
			               buf_sv(&a->answer->body));
	} else if (route == &page) {
		a->answer->lang = lang_tags[lang_choose(
		    a->figures.query.lang, a->request->accept_language)];
	}
	buf_done(&key);
	return result;
}

static void
answer_route(struct answering *a, const struct route *route)
{
	int result = 0;

	site_start(a->answer, 200, route->type);
	if (!route->is_static && !begin_figures(a))
		return;
	result = answer_or_recall(a, route);
	if (result == 0 && !a->answer->body.full)
		return;
	buf_done(&a->answer->body);
	if (result == E_UNKNOWN)
		site_refuse(404, "there is no such table", a->answer);
	else if (result == E_IO)
		refuse_unavailable(a, database_read_error(a->figures.reader));
	else
		site_refuse(503,
		            "that takes too long: ask for a "
		            "shorter period or larger steps",
		            a->answer);
}

/* A session that its token has outlived is none. */
static void
recall_session(struct answering *a, char header[LOGIN_HEADER])
{
	int64_t now_ms = clock_unix_ms();
	struct asker asker;

	a->authorization = a->request->authorization;
	a->is_session =
	    !a->authorization &&
	    login_recall(a->site->login, a->request->session, now_ms, header) &&
	    access_ask(a->site->access, header, now_ms, &asker) == TOKEN_GOOD;
	if (a->is_session)
		a->authorization = header;
}

static void
get(struct site *s, const struct site_request *q, enum sign_in sign_in,
    struct site_answer *ret)
{
	const struct route *route = find_route(q->path);
	struct answering a = { .site = s,
		               .request = q,
		               .answer = ret,
		               .page = page_find(q->path),
		               .sign_in = sign_in };
	char header[LOGIN_HEADER];

	recall_session(&a, header);
	if (!route) {
		site_refuse(404, "there is no such page", ret);
		return;
	}
	a.figures.arena = arena_new();
	answer_route(&a, route);
	if (a.figures.reader)
		database_read_end(a.figures.reader);
	arena_free(a.figures.arena);
}

void
site_get(struct site *s, const struct site_request *q, struct site_answer *ret)
{
	get(s, q, SIGN_IN_NOT_TRIED, ret);
}

/* ---- signing in ---- */

static void
redirect(const char *lang, const char *cookie, struct site_answer *ret)
{
	site_start(ret, 303, type_text);
	snprintf(ret->location, sizeof ret->location, "/own%s%s",
	         lang ? "?lang=" : "", lang ? lang : "");
	snprintf(ret->cookie, sizeof ret->cookie, "%s", cookie);
	ret->is_private = true;
}

/* A form that was refused is shown again, in its language, with the reason. */
void
site_post(struct site *s, const struct site_request *q, struct sv body,
          struct site_answer *ret)
{
	struct site_request again = *q;
	struct site_param param = { "lang", "" };
	char cookie[LOGIN_SET_COOKIE];
	const char *lang;
	enum login_answer answer =
	    login_post(s->login, q, body, clock_unix_ms(), cookie, &lang);

	if (answer == LOGIN_DONE) {
		redirect(lang, cookie, ret);
		return;
	}
	if (answer == LOGIN_ELSEWHERE) {
		site_refuse(403, "the form is of another site", ret);
		return;
	}
	param.value = lang ? lang : "";
	again.params = &param;
	again.n_params = 1;
	again.session = again.authorization = NULL;
	get(s, &again, answer == LOGIN_WRONG ? SIGN_IN_WRONG : SIGN_IN_TOO_MANY,
	    ret);
	if (answer == LOGIN_TOO_MANY && ret->status == 401) {
		ret->status = 429;
		ret->retry_s = 3600;
	}
}
