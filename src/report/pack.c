/* SPDX-License-Identifier: Apache-2.0 */
#include "report/pack.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <zstd.h>

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

struct packer {
	struct aggregate *minutes[MINUTES_MAX]; /* ascending */
	size_t n;
	uint64_t unreadable, lost;
	const struct pseudonym_key *key; /* NULL: no events */
	json_t *events;
	char ruleset[SHAPE_RULESET_MAX + 1]; /* of the last verdict */
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

static void
add_verdict(struct packer *p, struct aggregate *minute, struct item *item)
{
	char campaign[PSEUDONYM_TEXT];

	if (p->key)
		item->counted.campaign =
		    pseudonym_campaign(p->key, item, campaign);
	aggregate_add(minute, &item->counted);
	snprintf(p->ruleset, sizeof p->ruleset, SV_FMT,
	         SV_ARG(shape_or_none(SHAPE_RULESET, item->ruleset)));
	if (p->key)
		json_array_append_new(p->events, pseudonym_event(p->key, item));
	item->counted.campaign = SV("");
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
		p->lost += item->gap.records;
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
	if (minute)
		add_item(p, minute, &item);
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

/* False when it is too large. */
static bool
write_package(const struct conf *conf, struct packer *p, struct package *ret)
{
	struct buf json = BUF_INIT(BATCH_BYTES_MAX);
	char domain[SHAPE_DOMAIN_MAX + 1];
	struct batch b = {
		.id = sv_str(ret->id),
		.node = sv_str(conf->node.name),
		.generator = SV(PACKAGE_NAME " " PACKAGE_VERSION),
		.org =
		    shape_or_none(SHAPE_ORG, sv_str(conf->node.organisation)),
		.domain = write_lower(conf->node.domain, domain, sizeof domain),
		.contact =
		    shape_or_none(SHAPE_CONTACT, sv_str(conf->node.contact)),
		.ruleset = sv_str(p->ruleset),
		.profile = sv_str(privacy_word(conf->report.profile)),
		.k_min = (uint64_t)conf->report.k_min,
		.sector = sv_str(sector_word(conf->node.sector)),
		.accounts = (uint64_t)conf->node.accounts,
		.accounts_filtered = (uint64_t)conf->node.accounts_filtered,
		.nodes_expected = (uint64_t)conf->node.nodes,
		.lost = ret->lost,
		.aggregates = p->minutes,
		.n_aggregates = p->n,
		.events = p->events,
	};
	bool fits;

	batch_write(&b, &json);
	fits = !json.full;
	if (fits)
		compress(buf_sv(&json), &ret->body);
	buf_done(&json);
	return fits;
}

/* Packs what the range has; it is cut when there are too many minutes. False
 * when the batch is too large even so. */
static bool
pack(const struct conf *conf, const struct pseudonym_key *key,
     struct range *range, uint64_t untold, struct package *ret)
{
	struct packer *p = mem_calloc(1, sizeof *p);
	size_t n = 0;
	bool fits;

	p->key = key;
	p->events = json_array();
	while (n < range->n && add_record(p, range->records[n]))
		n++;
	range_cut(range, n);
	ret->records = n - p->unreadable;
	ret->lost = untold + p->unreadable + p->lost;
	snprintf(ret->id, sizeof ret->id,
	         "%s/%016" PRIx64 "/%" PRIu64 "-%" PRIu64, conf->node.name,
	         range->to.segment, range->from.offset, range->to.offset);
	fits = write_package(conf, p, ret);
	for (size_t i = 0; i < p->n; i++)
		aggregate_free(p->minutes[i]);
	json_decref(p->events);
	free(p);
	return fits;
}

int
pack_range(const struct conf *conf, struct range *range, uint64_t untold,
           struct package *ret)
{
	bool events = conf->report.profile == PRIVACY_PSEUDONYMOUS;
	struct pseudonym_key key;
	int result = events ? pseudonym_key_load(conf, &key) : 0;

	if (result)
		return result;
	while (!pack(conf, events ? &key : NULL, range, untold, ret)) {
		if (range->n == 1)
			mem_die("batch: one record is too large");
		range_cut(range, range->n / 2);
	}
	return 0;
}
