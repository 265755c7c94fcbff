/* SPDX-License-Identifier: Apache-2.0 */
#include "report/pack.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <zstd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "record/event.h"
#include "record/record.h"
#include "record/shape.h"
#include "report/item.h"
#include "report/pseudonym.h"

enum {
	MINUTES_MAX = 1000,        /* in one batch: bounds its size */
	BATCH_BYTES_MAX = 4 << 20, /* half of what tamis-feedd takes */
	ZSTD_LEVEL = 3,
};
#define GENERATOR PACKAGE_NAME " " PACKAGE_VERSION

struct packer {
	struct aggregate *minutes[MINUTES_MAX]; /* ascending */
	size_t n;
	uint64_t unreadable;
	int64_t begin_ms, end_ms; /* of the records; 0: none yet */
	struct gaps gaps;
	struct gap_mark gap;
	uint64_t n_gaps; /* records that tell of one: these are no loss */
	const struct pseudonym_key *key; /* NULL: no events */
	json_t *events;
	struct method method; /* as of the last record */
	struct batch_mark marks[BATCH_MARKS_MAX];
	char from[BATCH_MARKS_MAX][SHAPE_RULESET_MAX + 1];
	char to[BATCH_MARKS_MAX][SHAPE_RULESET_MAX + 1];
	size_t n_marks;
};

/* The aggregate of a minute, made when it is new; NULL: no room. */
static struct aggregate *
find_minute(struct packer *p, int64_t unix_ms)
{
	int64_t minute = unix_ms - unix_ms % RECORD_MINUTE_MS;
	size_t at = p->n;

	/* records come in the order of time, but for a few */
	while (at && aggregate_minute(p->minutes[at - 1]) > minute)
		at--;
	if (at && aggregate_minute(p->minutes[at - 1]) == minute)
		return p->minutes[at - 1];
	if (p->n == MINUTES_MAX)
		return NULL;
	memmove(&p->minutes[at + 1], &p->minutes[at],
	        (p->n++ - at) * sizeof *p->minutes);
	return p->minutes[at] = aggregate_new(minute);
}

/* Notes a change; a first value is none. */
static void
note_method(struct packer *p, const char *what, int64_t unix_ms, char *old,
            size_t size, struct sv now)
{
	struct batch_mark *m = &p->marks[p->n_marks];

	if (sv_eq_str(now, old) || now.n == 0)
		return;
	if (*old && p->n_marks < BATCH_MARKS_MAX) {
		snprintf(p->from[p->n_marks], sizeof p->from[0], "%s", old);
		snprintf(p->to[p->n_marks], sizeof p->to[0], SV_FMT,
		         SV_ARG(now));
		m->what = sv_str(what);
		m->minute_unix_ms = unix_ms - unix_ms % RECORD_MINUTE_MS;
		m->from = sv_str(p->from[p->n_marks]);
		m->to = sv_str(p->to[p->n_marks++]);
	}
	snprintf(old, size, SV_FMT, SV_ARG(now));
}

static void
add_verdict(struct packer *p, struct aggregate *minute, struct item *item)
{
	char campaign[PSEUDONYM_TEXT];

	if (p->key)
		item->counted.campaign =
		    pseudonym_campaign(p->key, item, campaign);
	aggregate_add(minute, &item->counted);
	note_method(p, "ruleset", item->unix_ms, p->method.ruleset,
	            sizeof p->method.ruleset,
	            shape_or_none(SHAPE_RULESET, item->ruleset));
	if (p->key)
		json_array_append_new(p->events, pseudonym_event(p->key, item));
	item->counted.campaign = SV("");
}

static void
add_gap(struct packer *p, const struct item *item)
{
	p->n_gaps++;
	gaps_add(&p->gaps, item->gap.begin_unix_ms, item->gap.end_unix_ms,
	         gap_mark_add(&p->gap, item->gap.generation, item->gap.records),
	         GAP_DISK_FULL);
}

static void
add_item(struct packer *p, struct aggregate *minute, struct item *item)
{
	switch (item->kind) {
	case ITEM_VERDICT:
		add_verdict(p, minute, item);
		return;
	case ITEM_FEEDBACK:
		aggregate_add_feedback(minute, &item->feedback);
		break;
	case ITEM_CORRECTION:
		aggregate_add_correction(minute, &item->correction);
		break;
	case ITEM_RECOGNITION:
		aggregate_add_recognition(minute, &item->recognition);
		return;
	case ITEM_CONNECTIONS:
		aggregate_add_connections(minute, item->opened, item->dropped);
		return;
	case ITEM_GAP:
		add_gap(p, item);
		return;
	}
	if (p->key)
		json_array_append_new(p->events, pseudonym_event(p->key, item));
}

/* False when the batch is full. */
static bool
add_record(struct packer *p, struct sv record)
{
	struct aggregate *minute;
	struct item item;

	if (!item_read(record, &item)) {
		p->unreadable++;
		return true;
	}
	minute = find_minute(p, item.unix_ms);
	if (minute) {
		if (!p->begin_ms || item.unix_ms < p->begin_ms)
			p->begin_ms = item.unix_ms;
		if (item.unix_ms > p->end_ms)
			p->end_ms = item.unix_ms;
		add_item(p, minute, &item);
	}
	item_done(&item);
	return minute != NULL;
}

static void
compress(struct sv json, struct buf *out)
{
	size_t bound = ZSTD_compressBound(json.n), n;
	char *room;

	buf_reset(out);
	room = buf_room(out, bound);
	if (!room)
		mem_die("batch: larger than its bound");
	n = ZSTD_compress(room, bound, json.p, json.n, ZSTD_LEVEL);
	if (ZSTD_isError(n))
		mem_die("batch: zstd failed");
	out->n = n;
}

/* What a person typed and is not of the form of the feed is left out. */
static struct sv
write_lower(const char *name, char *text, size_t size)
{
	size_t n = 0;

	for (; name[n] && n + 1 < size; n++)
		text[n] = sv_lower_char(name[n]);
	text[n] = '\0';
	return shape_or_none(SHAPE_DOMAIN, sv_str(text));
}

static void
write_gaps(const struct gaps *g, struct batch *b)
{
	if (gaps_records(g) != b->lost) /* of an old cursor: not by time */
		return;
	for (size_t i = 0; i < g->n; i++)
		b->gaps[b->n_gaps++] =
		    (struct batch_gap){ g->list[i].begin_ms, g->list[i].end_ms,
			                g->list[i].records,
			                sv_str(batch_gaps[g->list[i].why]) };
}

/* False when it is too large. */
static bool
write_package(const struct conf *conf, const struct conf_reporter *own,
              struct packer *p, struct package *ret)
{
	struct buf json = BUF_INIT(BATCH_BYTES_MAX);
	char domain[SHAPE_DOMAIN_MAX + 1];
	struct batch b = {
		.id = sv_str(ret->id),
		.node = sv_str(conf->node.name),
		.generator = SV(GENERATOR),
		.org =
		    shape_or_none(SHAPE_ORG, sv_str(conf->node.organisation)),
		.domain = write_lower(conf->node.domain, domain, sizeof domain),
		.contact =
		    shape_or_none(SHAPE_CONTACT, sv_str(conf->node.contact)),
		.sector = sv_str(sector_word(conf->node.sector)),
		.ruleset = sv_str(p->method.ruleset),
		.profile = sv_str(privacy_word(own->profile)),
		.k_min = (uint64_t)own->k_min,
		.accounts = (uint64_t)conf->node.accounts,
		.accounts_filtered = (uint64_t)conf->node.accounts_filtered,
		.nodes_expected = (uint64_t)conf->node.nodes,
		.lost = ret->lost,
		.n_marks = p->n_marks,
		.aggregates = p->minutes,
		.n_aggregates = p->n,
		.events = p->events,
	};
	bool fits;

	memcpy(b.marks, p->marks, sizeof b.marks);
	write_gaps(&ret->gaps, &b);
	batch_write(&b, &json);
	fits = !json.full;
	if (fits)
		compress(buf_sv(&json), &ret->body);
	buf_done(&json);
	return fits;
}

/* Whether this version counts in another way than the one before. */
static void
note_methods(struct packer *p, const struct conf_reporter *own)
{
	struct method *m = &p->method;
	char old[24] = "", now[24];

	note_method(p, "generator", p->begin_ms, m->generator,
	            sizeof m->generator, SV(GENERATOR));
	note_method(p, "profile", p->begin_ms, m->profile, sizeof m->profile,
	            sv_str(privacy_word(own->profile)));
	if (m->k_min)
		snprintf(old, sizeof old, "%" PRIu64, m->k_min);
	snprintf(now, sizeof now, "%" PRId64, own->k_min);
	note_method(p, "k_min", p->begin_ms, old, sizeof old, sv_str(now));
	m->k_min = (uint64_t)own->k_min;
}

/* Fills the package but for its body. */
static void
describe(const struct conf *conf, const struct cursor *c, struct packer *p,
         const struct range *range, struct package *ret)
{
	ret->records = range->n + range_torn(range) - p->unreadable - p->n_gaps;
	ret->begin_ms = p->begin_ms;
	ret->end_ms = p->end_ms;
	ret->gaps = c->gaps;
	ret->lost = c->untold + p->unreadable + gaps_records(&p->gaps);
	gaps_add_all(&ret->gaps, &p->gaps);
	gaps_add(&ret->gaps, p->begin_ms, p->end_ms, p->unreadable,
	         GAP_UNREADABLE);
	snprintf(ret->id, sizeof ret->id,
	         "%s/%016" PRIx64 "/%" PRIu64 "-%" PRIu64, conf->node.name,
	         range->to.segment, range->from.offset, range->to.offset);
}

/* Packs what the range has; it is cut when there are too many minutes. False
 * when the batch is too large even so. */
static bool
pack(const struct conf *conf, const struct conf_reporter *own,
     const struct pseudonym_key *key, struct cursor *c, struct range *range)
{
	struct packer *p = mem_calloc(1, sizeof *p);
	size_t n = 0;
	bool fits;

	p->key = key;
	p->events = json_array();
	p->method = c->method;
	p->gap = c->gap;
	while (n < range->n && add_record(p, range->records[n]))
		n++;
	range_cut(range, n);
	p->unreadable += range_torn(range);
	if (!p->begin_ms) /* nothing says when it was */
		p->begin_ms = p->end_ms = clock_unix_ms();
	note_methods(p, own);
	describe(conf, c, p, range, &c->package);
	fits = write_package(conf, own, p, &c->package);
	if (fits) {
		c->method = p->method;
		c->gap = p->gap;
	}
	for (size_t i = 0; i < p->n; i++)
		aggregate_free(p->minutes[i]);
	json_decref(p->events);
	free(p);
	return fits;
}

int
pack_range(const struct conf *conf, const struct conf_reporter *own,
           struct cursor *c, struct range *range)
{
	bool events = own->profile == PRIVACY_PSEUDONYMOUS;
	struct pseudonym_key key;
	int result = events ? pseudonym_key_load(conf, &key) : 0;

	if (result)
		return result;
	while (!pack(conf, own, events ? &key : NULL, c, range)) {
		if (range->n == 1)
			mem_die("batch: one record is too large");
		range_cut(range, range->n / 2);
	}
	return 0;
}
