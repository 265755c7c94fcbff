/* SPDX-License-Identifier: Apache-2.0 */
#include "ingress/http_route.h"

#include "base/json.h"

enum { KB = 1024, MB = 1024 * KB };

static const struct http_route routes[] = {
	{ "GET", "/healthz", 0, 0, http_get_health },
	{ "GET", "/metrics", HTTP_ROLE_METRICS, 0, http_get_metrics },
	{ "POST", "/v1/check", HTTP_ROLE_SITE, 0, http_post_check },
	{ "POST", "/v1/feedback", HTTP_ROLE_SITE | HTTP_ROLE_REVIEWER, 0,
	  http_post_feedback },
	{ "GET", "/v1/feedback/*", HTTP_ROLE_SITE | HTTP_ROLE_REVIEWER, 0,
	  http_get_feedback },
	{ "GET", "/v1/changes", HTTP_ROLE_SITE, 0, http_get_changes },
	{ "GET", "/v1/review", HTTP_ROLE_REVIEWER, 0, http_get_reviews },
	{ "GET", "/v1/review/*", HTTP_ROLE_REVIEWER, 0, http_get_review },
	{ "POST", "/v1/review/*", HTTP_ROLE_REVIEWER, 16 * KB,
	  http_post_review },
	/* Their key says who asks. */
	{ "POST", "/1.1/verify-key", 0, MB, http_akismet_verify },
	{ "POST", "/1.1/comment-check", 0, MB, http_akismet_check },
	{ "POST", "/1.1/submit-spam", 0, MB, http_akismet_spam },
	{ "POST", "/1.1/submit-ham", 0, MB, http_akismet_ham },
};

static bool
path_matches(const char *pattern, struct sv path, struct sv *ret_id)
{
	struct sv p = sv_str(pattern);

	*ret_id = SV_NONE;
	if (p.p[p.n - 1] != '*')
		return sv_eq(path, p);
	p.n--;
	if (!sv_starts(path, p) || path.n == p.n)
		return false;
	*ret_id = sv_from(path, p.n);
	return sv_find_char(*ret_id, '/') == SV_NOT_FOUND;
}

const struct http_route *
http_route_find(struct sv method, struct sv path, struct sv *ret_id,
                struct buf *ret_allow)
{
	for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
		const struct http_route *route = &routes[i];

		if (!path_matches(route->path, path, ret_id))
			continue;
		if (sv_eq_str(method, route->method))
			return route;
		buf_addf(ret_allow, "%s%s", ret_allow->n ? ", " : "",
		         route->method);
	}
	return NULL;
}

void
http_answer_header(struct http_answer *a, const char *name, struct sv value)
{
	char *to;

	if (a->n_headers == HTTP_HEADERS_MAX)
		return;
	value = sv_sub(value, 0, HTTP_HEADER_MAX - 1);
	a->headers[a->n_headers].name = name;
	to = a->headers[a->n_headers++].value;
	for (size_t i = 0; i < value.n; i++)
		*to++ =
		    value.p[i] >= ' ' && value.p[i] < 0x7f ? value.p[i] : '?';
	*to = '\0';
}

void
http_answer_error(struct http_answer *a, unsigned status, const char *why)
{
	struct json j;

	buf_reset(&a->body);
	j = json_start(&a->body);
	json_begin_object(&j, NULL);
	json_text(&j, "error", why);
	json_end(&j);
	buf_add_char(&a->body, '\n');
	a->status = status;
	a->type = "application/json";
}
