/* SPDX-License-Identifier: Apache-2.0 */
/* From the messages of a log to the rows of a fit. */
#include "mass/fit.h"

#include <xxhash.h>

#include "base/buf.h"
#include "base/map.h"

/* Messages with as many hits in common are likely one campaign: they share a
 * fold, so that none is tried on what was learned from its twins. */
enum { TWINS_HITS_MIN = 4 };

struct building {
	struct mass_fit_data *d;
	const struct mass_log *log;
	bool by_source;
	uint64_t *names;  /* by rule: the hash of its name */
	struct map *rows; /* what makes a row -> its number + 1 */
	struct buf key;
};

/* Does not depend on the order of the logs, nor of the rules in them. */
static uint64_t
hits_hash(const struct building *b, const struct mass_message *m)
{
	const struct mass_hit *hits = mass_log_hits(b->log, m);
	uint64_t sum = 0;

	for (uint32_t i = 0; i < m->n_hits; i++)
		sum += b->names[hits[i].rule];
	return XXH3_64bits(&sum, sizeof sum);
}

/* Cuts the last name off a path, and returns it. */
static struct sv
cut_name(struct sv *path)
{
	size_t begin = path->n, end = path->n;

	while (begin && path->p[begin - 1] != '/')
		begin--;
	path->n = begin ? begin - 1 : 0;
	return sv_make(path->p + begin, end - begin);
}

/* Where a mail comes from: its folder, or that of its spam and ham. */
static struct sv
source_of(struct sv path)
{
	static const char *const inner[] = { "cur", "new", "ham", "spam" };
	struct sv outer;

	cut_name(&path);
	for (size_t i = 0; i < sizeof inner / sizeof *inner; i++) {
		outer = path;
		if (sv_eq_str(cut_name(&outer), inner[i]))
			path = outer;
	}
	return path;
}

static unsigned
fold_of(const struct building *b, const struct mass_message *m)
{
	struct sv text = sv_str(m->path);

	if (b->by_source)
		text = source_of(text);
	else if (m->n_hits >= TWINS_HITS_MIN)
		return (unsigned)(hits_hash(b, m) % b->d->n_folds);
	return (unsigned)(XXH3_64bits(text.p, text.n) % b->d->n_folds);
}

/* Adds the items of a message; those of rules that are not fitted are added
 * up. */
static double
add_items(struct building *b, const struct mass_message *m)
{
	const struct mass_hit *hits = mass_log_hits(b->log, m);
	double fixed = 0;

	for (uint32_t i = 0; i < m->n_hits; i++) {
		const struct mass_fit_rule *rule = &b->d->rules[hits[i].rule];

		if (rule->is_fitted)
			*VEC_ADD(&b->d->items) =
			    (struct mass_fit_item){ hits[i].rule,
				                    (float)hits[i].count };
		else
			fixed += rule->points * hits[i].count;
	}
	return fixed;
}

static void
make_key(struct building *b, const struct mass_fit_row *row)
{
	const struct mass_fit_item *items = b->d->items.list + row->begin;
	size_t n = row->end - row->begin;

	buf_reset(&b->key);
	buf_add(&b->key, sv_make((const char *)&row->fold, sizeof row->fold));
	buf_add(&b->key, sv_make((const char *)&row->fixed, sizeof row->fixed));
	if (n)
		buf_add(&b->key,
		        sv_make((const char *)items, n * sizeof *items));
}

static void
add_message(struct building *b, const struct mass_message *m)
{
	struct mass_fit_data *d = b->d;
	struct mass_fit_row row = { .begin = d->items.n,
		                    .fold = fold_of(b, m) };
	struct mass_fit_row *same;
	uintptr_t found;

	row.fixed = add_items(b, m);
	row.end = d->items.n;
	make_key(b, &row);
	found = (uintptr_t)map_get(b->rows, buf_sv(&b->key));
	if (!found) {
		*VEC_ADD(&d->rows) = row;
		found = d->rows.n;
		map_set(b->rows, buf_sv(&b->key), (void *)found);
	} else {
		d->items.n = row.begin;
	}
	same = &d->rows.list[found - 1];
	same->spam += m->is_spam;
	same->ham += !m->is_spam;
}

struct mass_fit_data *
mass_fit_data_new(const struct mass_log *log, const struct mass_fit_rule *rules,
                  unsigned n_folds, bool by_source)
{
	struct mass_fit_data *d = mem_calloc(1, sizeof *d);
	struct building b = {
		.d = d, .log = log, .by_source = by_source, .rows = map_new()
	};

	d->n_rules = log->rules.n;
	d->rules = mem_calloc(d->n_rules + 1, sizeof *d->rules);
	d->n_spam = log->n_spam;
	d->n_ham = log->n_ham;
	d->n_folds = n_folds;
	b.names = mem_calloc(d->n_rules + 1, sizeof *b.names);
	buf_init(&b.key, SIZE_MAX);
	for (size_t i = 0; i < d->n_rules; i++) {
		const char *name = log->rules.list[i].name;

		d->rules[i] = rules[i];
		b.names[i] = XXH3_64bits(name, strlen(name));
	}
	for (size_t i = 0; i < log->messages.n; i++)
		add_message(&b, &log->messages.list[i]);
	map_free(b.rows);
	buf_done(&b.key);
	free(b.names);
	return d;
}

void
mass_fit_data_free(struct mass_fit_data *d)
{
	if (!d)
		return;
	VEC_DONE(&d->rows);
	VEC_DONE(&d->items);
	free(d->rules);
	free(d);
}
