/* SPDX-License-Identifier: Apache-2.0 */
#include "tamisd/report_record.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "report/report.h"
#include "report/segment.h"
#include "scan/scan.h"

enum { RECORD_BYTES_MAX = 2000, TAIL_SEGMENTS = 2, PATH_BYTES = 4200 };

struct report_recorder {
	const struct conf *conf;
	struct spool *spool; /* NULL: it cannot be opened */
	struct map *there;   /* what the end of the spool had at the start */
};

/* ---- what is there ---- */

/* "feedback" and "recognition" of one report have the same id. */
static struct sv
name_of(struct arena *a, struct sv kind, struct sv id)
{
	return ARENA_JOIN(a, kind, SV(":"), id);
}

/* Our records begin so. */
static bool
is_own(struct sv record, struct sv kind, struct sv *ret_id)
{
	struct sv begin = SV("{\"v\":\"1\",\"kind\":\""),
		  middle = SV("\",\"id\":\"");

	if (!sv_starts(record, begin))
		return false;
	record = sv_from(record, begin.n);
	if (!sv_starts(record, kind))
		return false;
	record = sv_from(record, kind.n);
	if (!sv_starts(record, middle))
		return false;
	*ret_id = sv_sub(sv_from(record, middle.n), 0, UUID_TEXT - 1);
	return true;
}

static void
note_line(struct report_recorder *r, struct arena *a, struct sv line)
{
	struct sv record, id;

	if (!segment_line(line, &record))
		return;
	if (is_own(record, SV("feedback"), &id))
		map_set(r->there, name_of(a, SV("feedback"), id), r);
	else if (is_own(record, SV("recognition"), &id))
		map_set(r->there, name_of(a, SV("recognition"), id), r);
}

/* The last bytes of a segment: what a round of reports can have left. */
static void
read_tail(struct report_recorder *r, int dir_fd, const struct segment *s)
{
	struct buf text = BUF_INIT(SEGMENT_READ_BYTES);
	int fd = segment_open(dir_fd, s->number, O_RDONLY);
	uint64_t from =
	    s->bytes > SEGMENT_READ_BYTES ? s->bytes - SEGMENT_READ_BYTES : 0;
	struct arena *a = arena_new();
	struct sv rest, line;

	if (fd >= 0 && segment_read(fd, from, SEGMENT_READ_BYTES, &text) == 0)
		for (rest = buf_sv(&text); sv_line(&rest, &line);)
			note_line(r, a, line);
	if (fd >= 0)
		close(fd);
	arena_free(a);
	buf_done(&text);
}

static void
read_spool(struct report_recorder *r, const char *dir)
{
	int dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct segment *list = NULL;
	size_t n = 0;

	if (dir_fd >= 0 && segment_list(dir, &list, &n) == 0)
		for (size_t i = n > TAIL_SEGMENTS ? n - TAIL_SEGMENTS : 0;
		     i < n; i++)
			read_tail(r, dir_fd, &list[i]);
	free(list);
	if (dir_fd >= 0)
		close(dir_fd);
}

struct report_recorder *
report_recorder_new(const struct conf *conf)
{
	struct report_recorder *r = mem_calloc(1, sizeof *r);
	char path[PATH_BYTES];

	r->conf = conf;
	r->there = map_new();
	read_spool(r, spool_path(conf, path, sizeof path));
	r->spool = spool_open(path, &conf->report);
	if (!r->spool)
		log_error("cannot open the spool %s: the feed does not count "
		          "reports",
		          path);
	return r;
}

void
report_recorder_free(struct report_recorder *r)
{
	spool_close(r->spool);
	map_free(r->there);
	free(r);
}

/* ---- writing ---- */

static void
append(struct report_recorder *r, const struct buf *record)
{
	if (record->full)
		spool_lose(r->spool);
	if (record->full || spool_append(r->spool, buf_sv(record)))
		log_warning("a report cannot be written to the spool: the "
		            "feed does not count it");
}

static bool
is_there(struct report_recorder *r, struct sv kind, struct sv id)
{
	struct arena *a = arena_new();
	bool known = map_get(r->there, name_of(a, kind, id)) != NULL;

	arena_free(a);
	return known;
}

static void
write_head(struct json *j, const struct report_recorder *r, const char *kind,
           const struct receipt *p)
{
	char time[CLOCK_TEXT];

	json_begin_object(j, NULL);
	json_text(j, "v", "1");
	json_text(j, "kind", kind);
	json_str(j, "id", p->entry.id);
	json_str(j, "ref", p->entry.verdict_id);
	json_text(j, "time", clock_text(p->entry.unix_ms, time));
	json_text(j, "node", r->conf->node.name);
}

/* The words of the feed. */
static const char *
type_word(enum feedback_kind k)
{
	return k == FEEDBACK_HAM ? "not_spam" : feedback_kind_word(k);
}

static const char *
source_word(enum feedback_source s)
{
	return s == FEEDBACK_BY_MAIL ? "arf" : feedback_source_word(s);
}

void
report_record(struct report_recorder *r, const struct receipt *p,
              const struct trace *t)
{
	struct buf record = BUF_INIT(RECORD_BYTES_MAX);
	struct json j = json_start(&record);

	if (!r->spool || is_there(r, SV("feedback"), p->entry.id))
		return;
	write_head(&j, r, "feedback", p);
	json_text(&j, "channel",
	          t && t->channel <= CHANNEL_SPAMD
	              ? channel_word((enum channel)t->channel)
	              : "other");
	json_str(&j, "surface", t ? t->surface : SV("other"));
	json_text(&j, "type", type_word(p->entry.kind));
	json_str(&j, "reason", p->entry.reason);
	json_text(&j, "source", source_word(p->entry.source));
	json_bool(&j, "is_person", p->entry.is_person);
	json_int(&j, "weight", p->amount_e4);
	json_end(&j);
	append(r, &record);
	buf_done(&record);
}

void
report_record_campaign(struct report_recorder *r, const struct receipt *p,
                       enum recognition_state to, int64_t age_ms)
{
	struct buf record = BUF_INIT(RECORD_BYTES_MAX);
	struct json j = json_start(&record);

	if (!r->spool || to == RECOGNITION_NONE ||
	    is_there(r, SV("recognition"), p->entry.id))
		return;
	write_head(&j, r, "recognition", p);
	json_text(&j, "state", recognition_word(to));
	json_int(&j, "after_s", age_ms / 1000);
	json_end(&j);
	append(r, &record);
	buf_done(&record);
}
