/* SPDX-License-Identifier: Apache-2.0 */
#include "learn/learner.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/vec.h"
#include "learn/sample.h"

/* What one message moves a regression: at most this far, in log odds, for
 * each kind of its features. Errors below the margin move nothing: so what is
 * learned well already does not wear out slots. */
static const float rate = 3;
static const float margin = 0.02F;
static const float bias_share = 0.1F;

/* A regression learns what it and a tenth of the counts get wrong together: so
 * it learns less of what the counts know, and is no copy of them. */
static const float counts_share = 0.1F;

enum { CLASS_FORGOTTEN = MODEL_CLASSES };

#define FILE_BYTES_MAX ((size_t)2 << 30)

struct learner {
	struct learner_options options;
	char *path;
	int lock; /* descriptor, or -1 */
	struct model_header header;
	struct model_slot *slots;
	VEC(struct model_entry) entries;
	uint32_t *index; /* number of an entry plus 1, by its identity; or 0 */
	size_t index_max;
	struct samples samples;
	struct arena *arena; /* of the sample that is looked at */
};

/* ---- the ledger ---- */

static size_t
index_place(const struct learner *l, const unsigned char *identity)
{
	uint64_t hash;

	memcpy(&hash, identity, sizeof hash);
	return (size_t)hash & l->index_max;
}

static struct model_entry *
entry_find(const struct learner *l, const unsigned char *identity)
{
	size_t i = index_place(l, identity);

	for (; l->index[i]; i = (i + 1) & l->index_max) {
		struct model_entry *e = &l->entries.list[l->index[i] - 1];

		if (memcmp(e->identity, identity, FEATURE_IDENTITY) == 0)
			return e;
	}
	return NULL;
}

static void
index_add(struct learner *l, size_t number)
{
	size_t i = index_place(l, l->entries.list[number].identity);

	while (l->index[i])
		i = (i + 1) & l->index_max;
	l->index[i] = (uint32_t)number + 1;
}

static void
index_make(struct learner *l)
{
	size_t slots = 1024;

	while (slots < 4 * l->entries.n)
		slots *= 2;
	free(l->index);
	l->index = mem_calloc(slots, sizeof *l->index);
	l->index_max = slots - 1;
	for (size_t i = 0; i < l->entries.n; i++)
		index_add(l, i);
}

static struct model_entry *
entry_add(struct learner *l, const unsigned char *identity)
{
	struct model_entry *e = VEC_ADD(&l->entries);

	memcpy(e->identity, identity, FEATURE_IDENTITY);
	e->class = CLASS_FORGOTTEN;
	if (2 * l->entries.n > l->index_max)
		index_make(l);
	else
		index_add(l, l->entries.n - 1);
	return &l->entries.list[l->entries.n - 1];
}

/* Leaves out what was forgotten, and the oldest beyond the bound: these go on
 * to count, and can no longer be taken back. */
static void
ledger_compact(struct learner *l)
{
	size_t n = 0, alive = 0, skip;

	for (size_t i = 0; i < l->entries.n; i++)
		alive += l->entries.list[i].class < MODEL_CLASSES;
	skip =
	    alive > l->options.ledger_max ? alive - l->options.ledger_max : 0;
	for (size_t i = 0; i < l->entries.n; i++) {
		if (l->entries.list[i].class >= MODEL_CLASSES)
			continue;
		if (skip)
			skip--;
		else
			l->entries.list[n++] = l->entries.list[i];
	}
	l->entries.n = n;
	index_make(l);
}

/* ---- learning ---- */

static uint32_t
add_units(uint32_t to, int units)
{
	int64_t sum = (int64_t)to + units;

	return sum < 0 ? 0 : sum < UINT16_MAX ? (uint32_t)sum : UINT16_MAX;
}

/* Adds so many units to the counts of all features of a class. */
static void
count(struct learner *l, const struct features *f, enum model_class class,
      int units)
{
	for (int k = 0; k < FEATURE_KINDS; k++) {
		const struct feature_list *list = &f->kinds[k];

		if (model_kind_count_weight[k] == 0)
			continue;
		for (size_t i = 0; i < list->n; i++) {
			uint16_t *seen =
			    &l->slots[model_slot_of(&l->header,
			                            list->hashes[i])]
				 .seen[class];

			*seen = (uint16_t)add_units(*seen, units);
		}
	}
	l->header.counted[class] = add_units(l->header.counted[class], units);
}

/* Before counts leave their range, those of that class are halved. */
static void
make_room(struct learner *l, enum model_class class)
{
	if (l->header.counted[class] + MODEL_COUNT_UNIT < UINT16_MAX)
		return;
	for (size_t i = 0; i < (size_t)1 << l->header.bits; i++)
		l->slots[i].seen[class] /= 2;
	l->header.counted[class] /= 2;
}

static void
move(struct learner *l, const struct features *f,
     const float step[EXPERT_REGRESSIONS], float sign)
{
	for (int k = 0; k < FEATURE_KINDS; k++) {
		const struct feature_list *list = &f->kinds[k];
		float by = sign * step[model_kind_expert(k)] *
		           model_kind_weight[k] / sqrtf((float)list->n);

		if (list->n == 0 || by == 0)
			continue;
		for (size_t i = 0; i < list->n; i++)
			l->slots[model_slot_of(&l->header, list->hashes[i])]
			    .weight += by;
	}
	for (int e = 0; e < EXPERT_REGRESSIONS; e++)
		l->header.bias[e] += sign * step[e] * bias_share;
}

static void
find_steps(const struct model_score *score, const struct model_entry *of,
           float step[EXPERT_REGRESSIONS])
{
	float weight = (float)of->units / MODEL_COUNT_UNIT;

	for (int e = 0; e < EXPERT_REGRESSIONS; e++) {
		float odds =
		    score->regression[e] + counts_share * score->counts;
		float p = 1 / (1 + expf(-odds));
		float error = (of->class == MODEL_SPAM ? 1.0F : 0.0F) - p;

		step[e] = fabsf(error) < margin ? 0 : rate * weight * error;
	}
}

static uint8_t
units_of(float weight)
{
	float units = roundf(weight * MODEL_COUNT_UNIT);

	return units >= 1 ? (uint8_t)fminf(units, MODEL_COUNT_UNIT) : 1;
}

static void
take_back(struct learner *l, const struct features *f, struct model_entry *e)
{
	struct model_header *h = &l->header;

	move(l, f, e->step, -1);
	count(l, f, e->class, -e->units);
	samples_remove(&l->samples, e->identity);
	if (h->learned[e->class])
		h->learned[e->class]--;
	e->class = CLASS_FORGOTTEN;
}

/* Moves the regressions by what they get wrong about a message. */
static void
correct(struct learner *l, const struct features *f, struct model_entry *e)
{
	struct model m = learner_model(l);
	struct model_score score;
	float step[EXPERT_REGRESSIONS];

	model_score(&m, f, &score);
	find_steps(&score, e, step);
	move(l, f, step, 1);
	for (int i = 0; i < EXPERT_REGRESSIONS; i++)
		e->step[i] += step[i];
}

/* How many samples of either class are looked at with each message. */
enum { LOOKS = 8 };

/* Looks at a message of that class again. */
static void
look_again(struct learner *l, enum model_class class)
{
	const struct sample *sample = samples_pick(&l->samples, class);
	struct model_entry *e = sample ? entry_find(l, sample->identity) : NULL;
	struct features f;

	if (!e)
		return;
	arena_reset(l->arena);
	sample_features(l->arena, sample, l->header.bits, &f);
	correct(l, &f, e);
}

static void
take_in(struct learner *l, const struct features *f, struct model_entry *e,
        enum model_class class, uint8_t units)
{
	e->class = (uint8_t) class;
	e->units = units;
	e->time = (uint32_t)(clock_unix_ms() / 1000);
	memset(e->step, 0, sizeof e->step);
	make_room(l, class);
	correct(l, f, e);
	count(l, f, class, units);
	l->header.learned[class]++;
	samples_add(&l->samples, f, class, l->header.bits);
	for (int i = 0; i < LOOKS; i++) {
		look_again(l, class == MODEL_SPAM ? MODEL_HAM : MODEL_SPAM);
		look_again(l, class);
	}
}

enum learner_result
learner_learn(struct learner *l, const struct features *f,
              enum model_class class, float weight)
{
	struct model_entry *e = entry_find(l, f->identity);
	enum learner_result result = LEARNER_LEARNED;
	uint8_t units = units_of(weight);

	if (!e)
		e = entry_add(l, f->identity);
	if (e->class < MODEL_CLASSES) {
		if (e->class == class && units <= e->units)
			return LEARNER_KNOWN;
		if (units < e->units)
			return LEARNER_OVERRULED;
		if (e->class != class)
			result = LEARNER_CORRECTED;
		take_back(l, f, e);
	}
	take_in(l, f, e, class, units);
	return result;
}

enum learner_result
learner_forget(struct learner *l, const struct features *f, float weight)
{
	struct model_entry *e = entry_find(l, f->identity);

	if (!e || e->class >= MODEL_CLASSES)
		return LEARNER_UNKNOWN;
	if (units_of(weight) < e->units)
		return LEARNER_OVERRULED;
	take_back(l, f, e);
	l->header.forgotten++;
	return LEARNER_FORGOTTEN;
}

/* ---- the file ---- */

struct model
learner_model(const struct learner *l)
{
	return (struct model){ &l->header, l->slots, l->entries.list, SV_NONE };
}

void
learner_reset(struct learner *l)
{
	uint64_t generation = l->header.generation;

	l->header = (struct model_header){
		.bits = l->options.bits,
		.generation = generation,
	};
	calibration_init(&l->header.calibration);
	free(l->slots);
	l->slots = mem_calloc((size_t)1 << l->header.bits, sizeof *l->slots);
	l->entries.n = 0;
	samples_done(&l->samples);
	index_make(l);
}

void
learner_replace(struct learner *l, const struct model *m)
{
	uint64_t generation = l->header.generation;
	size_t bytes = ((size_t)1 << m->header->bits) * sizeof *l->slots;

	l->header = *m->header;
	if (l->header.generation < generation)
		l->header.generation = generation;
	free(l->slots);
	l->slots = mem_alloc(bytes);
	memcpy(l->slots, m->slots, bytes);
	l->entries.n = 0;
	for (size_t i = 0; i < m->header->entries; i++)
		*VEC_ADD(&l->entries) = m->entries[i];
	index_make(l);
	samples_done(&l->samples);
	l->samples.dice = l->header.samples_dice;
	if (samples_read(&l->samples, m->samples, l->header.bits))
		samples_done(&l->samples); /* it is as good without them */
}

enum { LOCK_LOOK_MS = 20 };

/* false with errno. */
static bool
wait_for_lock(const struct learner *l)
{
	int64_t end_us = clock_mono_us() + 1000 * l->options.wait_ms;
	bool told = false;

	while (flock(l->lock, LOCK_EX | LOCK_NB)) {
		if (errno != EWOULDBLOCK || clock_mono_us() >= end_us)
			return false;
		if (!told && l->options.waits)
			l->options.waits(l->path);
		told = true;
		poll(NULL, 0, LOCK_LOOK_MS);
	}
	return true;
}

static int
take_lock(struct learner *l, char why[LEARNER_WHY])
{
	char path[PATH_MAX];

	snprintf(path, sizeof path, "%s.lock", l->path);
	l->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (l->lock < 0)
		snprintf(why, LEARNER_WHY, "%.180s: %s", path, strerror(errno));
	else if (!wait_for_lock(l))
		snprintf(why, LEARNER_WHY, "%.180s: %s", l->path,
		         errno == EWOULDBLOCK ? "another process is learning"
		                              : strerror(errno));
	else
		return 0;
	return E_STATE;
}

static int
read_model(struct learner *l, char why[LEARNER_WHY])
{
	struct buf bytes = BUF_INIT(FILE_BYTES_MAX);
	struct model m;
	const char *wrong = NULL;
	int result;

	errno = 0;
	result = file_read(l->path, &bytes);
	if (result == E_IO && errno == ENOENT) {
		result = 0; /* nothing was learned yet */
	} else if (result) {
		snprintf(why, LEARNER_WHY, "%s: %s", l->path,
		         errno ? strerror(errno) : "too large");
	} else {
		wrong = model_read(buf_sv(&bytes), &m);
		if (!wrong)
			learner_replace(l, &m);
	}
	if (wrong) {
		snprintf(why, LEARNER_WHY, "%s %s", l->path, wrong);
		result = E_SYNTAX;
	}
	buf_done(&bytes);
	return result;
}

struct learner *
learner_open(const struct learner_options *options, char why[LEARNER_WHY])
{
	struct learner *l = mem_calloc(1, sizeof *l);

	l->options = *options;
	l->lock = -1;
	l->arena = arena_new();
	learner_reset(l);
	if (!options->path)
		return l;
	l->path = mem_strdup(options->path);
	if (take_lock(l, why) || read_model(l, why)) {
		learner_close(l);
		return NULL;
	}
	return l;
}

void
learner_close(struct learner *l)
{
	if (!l)
		return;
	if (l->lock >= 0)
		close(l->lock);
	samples_done(&l->samples);
	arena_free(l->arena);
	VEC_DONE(&l->entries);
	free(l->index);
	free(l->slots);
	free(l->path);
	free(l);
}

/* Each sample is judged by what all other messages taught. */
static void
calibrate(struct learner *l)
{
	struct calibration *c = &l->header.calibration;

	calibration_init(c);
	for (int class = 0; class < MODEL_CLASSES; class ++)
		for (size_t i = 0; i < l->samples.n[class]; i++) {
			const struct sample *sample =
			    &l->samples.list[class][i];
			struct model_entry *e = entry_find(l, sample->identity);
			struct model m = learner_model(l);
			struct model_score score;
			struct features f;

			if (!e)
				continue;
			arena_reset(l->arena);
			sample_features(l->arena, sample, l->header.bits, &f);
			move(l, &f, e->step, -1);
			count(l, &f, class, -e->units);
			model_score(&m, &f, &score);
			count(l, &f, class, e->units);
			move(l, &f, e->step, 1);
			c->bins[class][calibration_bin(score.sum)]++;
		}
	calibration_fit(c);
}

/* The parts of the file, one behind the other. */
static bool
write_model(struct learner *l, struct buf *out)
{
	struct model_header *h = &l->header;
	struct buf samples = BUF_INIT(MODEL_SAMPLES_BYTES_MAX);
	struct model parts = learner_model(l);
	char *room = buf_room(out, MODEL_HEADER_BYTES);

	samples_write(&l->samples, &samples);
	parts.samples = samples.full ? SV("") : buf_sv(&samples);
	h->entries = l->entries.n;
	h->samples_bytes = parts.samples.n;
	h->samples_dice = l->samples.dice;
	model_seal(h, &parts);
	memset(room, 0, MODEL_HEADER_BYTES);
	memcpy(room, h, sizeof *h);
	out->n = MODEL_HEADER_BYTES;
	buf_add(out,
	        sv_make((const char *)l->slots, sizeof *l->slots << h->bits));
	if (l->entries.n)
		buf_add(out, sv_make((const char *)l->entries.list,
		                     l->entries.n * sizeof *l->entries.list));
	buf_add(out, parts.samples);
	buf_done(&samples);
	return !out->full;
}

int
learner_publish(struct learner *l, int mode)
{
	struct buf out = BUF_INIT(FILE_BYTES_MAX);
	int result = E_LIMIT;

	ledger_compact(l);
	calibrate(l);
	l->header.generation++;
	l->header.unix_ms = (uint64_t)clock_unix_ms();
	errno = EFBIG;
	if (write_model(l, &out))
		result = file_replace(l->path, buf_sv(&out), (mode_t)mode);
	buf_done(&out);
	return result;
}
