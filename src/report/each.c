/* SPDX-License-Identifier: Apache-2.0 */
#include "report/each.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "report/segment.h"

enum {
	ANSWER_BYTES_MAX = 2000,
	TOKEN_BYTES_MAX = 4096,
	LINES_BYTES_MAX = 2 * SEGMENT_READ_BYTES,
};

void
each_close(void *state)
{
	struct each *e = state;

	web_free(e->web);
	web_answer_done(&e->answer);
	outfile_done(&e->file);
	buf_done(&e->lines);
	free(e);
}

static bool
open_way(struct each *e, char why[REPORTER_WHY])
{
	const struct conf_reporter *own = e->setup.own;
	char reason[WEB_WHY];

	if (!*own->url && !*own->path) {
		snprintf(why, REPORTER_WHY, "neither url nor path is set");
		return false;
	}
	if (!*own->url)
		return true;
	if (web_check_url(own->url, WEB_LOCAL_HTTP, reason)) {
		snprintf(why, REPORTER_WHY, "url: %.200s", reason);
		return false;
	}
	e->web = web_new();
	return e->web != NULL;
}

void *
each_open(const struct reporter_setup *setup,
          bool (*form)(const struct each *e, struct item *item,
                       struct sv record, struct buf *out),
          char why[REPORTER_WHY])
{
	struct each *e = mem_calloc(1, sizeof *e);

	e->setup = *setup;
	e->form = form;
	outfile_init(&e->file, setup->own);
	buf_init(&e->lines, LINES_BYTES_MAX);
	buf_init(&e->answer.body, ANSWER_BYTES_MAX);
	if (setup->own->profile == PRIVACY_PSEUDONYMOUS &&
	    pseudonym_key_load(setup->conf, &e->key))
		snprintf(why, REPORTER_WHY,
		         "cannot read or make pseudonym.key");
	else if (open_way(e, why))
		return e;
	each_close(e);
	return NULL;
}

/* ---- forms ---- */

bool
each_wants_verdict(const struct each *e, const struct item *item)
{
	const struct conf_list *wanted = &e->setup.own->verdicts;

	for (size_t i = 0; i < wanted->n; i++)
		if (item->kind == ITEM_VERDICT &&
		    sv_eq_str(item->counted.verdict, wanted->list[i]))
			return true;
	return false;
}

static bool
add_event(const struct each *e, struct item *item, struct buf *out)
{
	bool keyed = e->setup.own->profile == PRIVACY_PSEUDONYMOUS;
	json_t *event = pseudonym_event(keyed ? &e->key : NULL, item);
	char *text = json_dumps(event, JSON_COMPACT);

	json_decref(event);
	if (!text)
		mem_die("out of memory");
	buf_add_str(out, text);
	free(text);
	return true;
}

bool
each_record(const struct each *e, struct item *item, struct sv record,
            struct buf *out)
{
	if (e->setup.own->profile == PRIVACY_EVIDENCE)
		return buf_add(out, record);
	return (item->kind == ITEM_VERDICT || item->kind == ITEM_FEEDBACK ||
	        item->kind == ITEM_CORRECTION) &&
	       add_event(e, item, out);
}

/* ---- posting ---- */

static bool
write_token(const struct each *e, struct buf *header)
{
	struct buf text = BUF_INIT(TOKEN_BYTES_MAX);
	struct sv rest, token = SV("");
	bool ok = file_read(e->setup.own->token_file, &text) == 0;

	rest = buf_sv(&text);
	if (ok && sv_line(&rest, &token) && (token = sv_trim(token)).n > 0)
		buf_addf(header, "Authorization: Bearer " SV_FMT,
		         SV_ARG(token));
	if (text.p)
		explicit_bzero(text.p, text.n);
	buf_done(&text);
	return header->n > 0;
}

/* What the answer means: 0 it is taken, E_REMOTE it never will be, E_IO it
 * may be later. */
static int
judge_answer(struct each *e, char why[REPORTER_WHY])
{
	long status = e->answer.status;

	if (status >= 200 && status <= 299)
		return 0;
	snprintf(why, REPORTER_WHY, "HTTP %ld", status);
	return status == 400 || status == 409 || status == 410 ||
	               status == 413 || status == 415 || status == 422
	           ? E_REMOTE
	           : E_IO;
}

static int
post(struct each *e, const struct item *item, char why[REPORTER_WHY])
{
	const struct conf_reporter *own = e->setup.own;
	struct buf key = BUF_INIT(100), token = BUF_INIT(TOKEN_BYTES_MAX + 100);
	const char *headers[] = { "Content-Type: application/json", NULL, NULL,
		                  NULL };
	const struct web_request request = {
		.url = own->url,
		.allow = WEB_LOCAL_HTTP,
		.post = true,
		.body = buf_sv(&e->lines),
		.headers = headers,
		.ca_file = own->ca_file,
		.certificate_file = own->certificate_file,
		.key_file = own->key_file,
		.timeout_ms = own->timeout_ms,
		.stop_ms = e->setup.stop_ms,
	};
	char reason[WEB_WHY];
	int result = E_IO;

	buf_addf(&key, "Idempotency-Key: " SV_FMT, SV_ARG(item->id));
	headers[1] = buf_str(&key);
	if (*own->token_file && !write_token(e, &token)) {
		snprintf(why, REPORTER_WHY, "no token in %.200s",
		         own->token_file);
	} else {
		headers[2] = token.n ? buf_str(&token) : NULL;
		result = web_do(e->web, &request, &e->answer, reason);
		if (result)
			snprintf(why, REPORTER_WHY, "%.200s", reason);
		else
			result = judge_answer(e, why);
	}
	if (token.p)
		explicit_bzero(token.p, token.n);
	buf_done(&key);
	buf_done(&token);
	return result;
}

/* ---- a range ---- */

/* One record: 0 or E_IO. */
static int
tell(struct each *e, struct sv record, struct delivery *d,
     char why[REPORTER_WHY])
{
	size_t before = e->lines.n;
	struct item item;
	int result = 0;

	if (!item_read(record, &item)) {
		d->bad++;
		return 0;
	}
	if (!e->form(e, &item, record, &e->lines)) {
		e->lines.n = before;
	} else if (e->web) {
		result = post(e, &item, why);
		buf_reset(&e->lines);
		if (result == E_REMOTE) {
			log_warning("%s: record " SV_FMT " refused: %s",
			            e->setup.own->name, SV_ARG(item.id), why);
			d->bad++;
			result = 0;
		}
	} else {
		buf_add_char(&e->lines, '\n');
	}
	item_done(&item);
	return result;
}

int
each_deliver(void *state, const struct range *range, struct delivery *ret,
             char why[REPORTER_WHY])
{
	struct each *e = state;

	buf_reset(&e->lines);
	for (size_t i = 0; i < range->n; i++) {
		if (tell(e, range->records[i], ret, why)) {
			ret->done = i;
			return E_IO;
		}
	}
	if (e->web || outfile_add(&e->file, buf_sv(&e->lines)) == 0)
		return 0;
	snprintf(why, REPORTER_WHY, "%.150s: %s", e->setup.own->path,
	         strerror(errno));
	ret->bad = 0;
	return E_IO;
}
