/* SPDX-License-Identifier: Apache-2.0 */
/* GET /healthz and GET /metrics. */
#include "ingress/http.h"
#include "ingress/http_route.h"

void
http_get_health(const struct http_request *r, struct http_answer *ret)
{
	(void)r;
	ret->type = "text/plain";
	buf_add_str(&ret->body, "ok\n");
}

void
http_get_metrics(const struct http_request *r, struct http_answer *ret)
{
	ret->type =
	    "application/openmetrics-text; version=1.0.0; charset=utf-8";
	metrics_write(r->ingress, &ret->body);
}
