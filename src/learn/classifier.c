/* SPDX-License-Identifier: Apache-2.0 */
#include "learn/classifier.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

/* A file that was read; the last one who uses it gives it back. */
struct mapping {
	_Atomic unsigned references;
	void *bytes;
	size_t n;
	struct model model;
};

struct classifier {
	char *path;
	uint64_t messages_min;
	pthread_mutex_t lock; /* of all that follows */
	struct mapping *mapping;
	/* The file that was looked at last, and when. */
	dev_t device;
	ino_t inode;
	struct timespec changed;
	int64_t looked_mono_us;
	bool is_looking;
	char problem[CLASSIFIER_WHY];
};

static const char *const state_words[CLASSIFIER_STATES] = {
	[CLASSIFIER_OFF] = "off",
	[CLASSIFIER_UNTRAINED] = "untrained",
	[CLASSIFIER_JUDGED] = "judged",
};

const char *
classifier_state_word(enum classifier_state state)
{
	return state_words[state];
}

/* ---- the file ---- */

static void
mapping_unref(struct mapping *m)
{
	if (!m || atomic_fetch_sub(&m->references, 1) > 1)
		return;
	munmap(m->bytes, m->n);
	free(m);
}

/* A message looks at some thousand places all over a model: in memory of small
 * pages, as a mapped file has, finding the page takes longer than all else. */
static void *
map_large(size_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	(void)madvise(p, bytes, MADV_HUGEPAGE); /* it works without, too */
	return p;
}

static bool
read_all(int fd, char *to, size_t bytes)
{
	for (size_t n = 0; n < bytes;) {
		ssize_t part = pread(fd, to + n, bytes - n, (off_t)n);

		if (part == 0)
			errno = EIO; /* it has become shorter */
		if (part <= 0)
			return false;
		n += (size_t)part;
	}
	return true;
}

/* NULL with the reason. */
static struct mapping *
mapping_open(int fd, size_t bytes, const char **ret_why)
{
	struct mapping *m;
	void *p;

	*ret_why = "is no model of tamis: too short";
	if (bytes < MODEL_HEADER_BYTES)
		return NULL;
	p = map_large(bytes);
	if (!p) {
		*ret_why = strerror(errno);
		return NULL;
	}
	m = mem_calloc(1, sizeof *m);
	m->references = 1;
	m->bytes = p;
	m->n = bytes;
	*ret_why = read_all(fd, p, bytes)
	               ? model_read(sv_make(p, bytes), &m->model)
	               : strerror(errno);
	if (*ret_why) {
		mapping_unref(m);
		return NULL;
	}
	return m;
}

/* What is at the path now, if it is another file than before. */
struct look {
	struct stat st;
	struct mapping *mapping;
	bool is_new;
	char problem[CLASSIFIER_WHY];
};

static void
look_at_file(const struct classifier *c, struct look *look)
{
	const char *why = NULL;
	int fd = open(c->path, O_RDONLY | O_CLOEXEC);

	*look = (struct look){ 0 };
	if (fd < 0 || fstat(fd, &look->st)) {
		if (errno != ENOENT)
			why = strerror(errno);
	} else if (!S_ISREG(look->st.st_mode)) {
		why = "is no file";
	} else if (look->st.st_dev != c->device ||
	           look->st.st_ino != c->inode ||
	           look->st.st_mtim.tv_sec != c->changed.tv_sec ||
	           look->st.st_mtim.tv_nsec != c->changed.tv_nsec) {
		look->is_new = true;
		look->mapping =
		    mapping_open(fd, (size_t)look->st.st_size, &why);
	} else {
		memcpy(look->problem, c->problem, sizeof look->problem);
	}
	if (why)
		snprintf(look->problem, sizeof look->problem, "%s %s", c->path,
		         why);
	if (fd >= 0)
		close(fd);
}

/* Takes what was found; with the lock. Returns what is not used any more. */
static struct mapping *
take_look(struct classifier *c, const struct look *look)
{
	struct mapping *old = NULL;

	memcpy(c->problem, look->problem, sizeof c->problem);
	if (look->is_new) {
		c->device = look->st.st_dev;
		c->inode = look->st.st_ino;
		c->changed = look->st.st_mtim;
	}
	if (look->mapping) {
		old = c->mapping;
		c->mapping = look->mapping;
	}
	return old;
}

/* The model in force, as a reference; or NULL. */
static struct mapping *
get_mapping(struct classifier *c)
{
	int64_t now = clock_mono_us();
	struct mapping *m, *old;
	struct look look;
	bool is_due;

	pthread_mutex_lock(&c->lock);
	is_due =
	    !c->is_looking && now - c->looked_mono_us >= CLASSIFIER_LOOK_US;
	if (is_due) {
		c->is_looking = true;
		c->looked_mono_us = now;
		pthread_mutex_unlock(&c->lock);
		look_at_file(c, &look);
		pthread_mutex_lock(&c->lock);
		old = take_look(c, &look);
		c->is_looking = false;
		mapping_unref(old);
	}
	m = c->mapping;
	if (m)
		atomic_fetch_add(&m->references, 1);
	pthread_mutex_unlock(&c->lock);
	return m;
}

struct classifier *
classifier_new(const char *path, int64_t messages_min)
{
	struct classifier *c = mem_calloc(1, sizeof *c);

	c->path = mem_strdup(path);
	c->messages_min = (uint64_t)messages_min;
	pthread_mutex_init(&c->lock, NULL);
	c->looked_mono_us = clock_mono_us() - CLASSIFIER_LOOK_US;
	mapping_unref(get_mapping(c));
	return c;
}

void
classifier_free(struct classifier *c)
{
	if (!c)
		return;
	mapping_unref(c->mapping);
	pthread_mutex_destroy(&c->lock);
	free(c->path);
	free(c);
}

const char *
classifier_problem(struct classifier *c, char text[CLASSIFIER_WHY])
{
	pthread_mutex_lock(&c->lock);
	memcpy(text, c->problem, CLASSIFIER_WHY);
	pthread_mutex_unlock(&c->lock);
	return text;
}

/* ---- judging ---- */

/* Keeps the list sorted, the weightiest first. */
static void
add_reason(struct classification *ret, struct sv name, float score)
{
	size_t at = ret->n_reasons;

	while (at && fabsf(ret->reasons[at - 1].score) < fabsf(score))
		at--;
	if (at == CLASSIFIER_REASONS)
		return;
	if (ret->n_reasons < CLASSIFIER_REASONS)
		ret->n_reasons++;
	memmove(&ret->reasons[at + 1], &ret->reasons[at],
	        (ret->n_reasons - at - 1) * sizeof *ret->reasons);
	ret->reasons[at] = (struct classifier_reason){ name, score };
}

static void
find_reasons(const struct model *m, const struct features *f,
             struct classification *ret)
{
	for (int k = 0; k < FEATURE_KINDS; k++) {
		const struct feature_list *list = &f->kinds[k];
		size_t counting = model_counting(m, f, k);

		for (size_t i = 0; list->names && i < list->n; i++) {
			struct model_weight w =
			    model_weigh(m, k, list->hashes[i]);
			float score = w.regression / sqrtf((float)list->n);

			if (counting)
				score += w.counts / sqrtf((float)counting);
			if (score != 0)
				add_reason(ret, list->names[i], score);
		}
	}
}

/* How much there is to go by: what of the message was ever seen, and how much
 * was learned of the class of which less was. */
static float
confidence(const struct model_header *h, const struct model_score *score)
{
	float ham = (float)h->learned[MODEL_HAM];
	float spam = (float)h->learned[MODEL_SPAM];
	float least = fminf(ham, spam);

	return score->known * least / (least + 100);
}

void
classifier_judge_by(const struct model *m, int64_t messages_min,
                    struct arena *a, const struct feature_source *source,
                    struct classification *ret)
{
	const struct model_header *h = m->header;
	struct features *f;

	*ret = (struct classification){ .state = CLASSIFIER_UNTRAINED };
	ret->generation = h->generation;
	ret->probability = 0.5F;
	memcpy(ret->learned, h->learned, sizeof ret->learned);
	for (int class = 0; class < MODEL_CLASSES; class ++)
		if (h->learned[class] < (uint64_t)messages_min)
			return;
	f = ARENA_NEW(a, struct features);
	features_make(a, source, f);
	ret->made = f;
	ret->features = features_count(f);
	ret->state = CLASSIFIER_JUDGED;
	model_score(m, f, &ret->score);
	ret->probability =
	    calibration_probability(&h->calibration, ret->score.sum);
	ret->confidence = confidence(h, &ret->score);
	if (source->names)
		find_reasons(m, f, ret);
}

void
classifier_judge(struct classifier *c, struct arena *a,
                 const struct feature_source *source,
                 struct classification *ret)
{
	struct mapping *m = get_mapping(c);

	*ret = (struct classification){
		.state = CLASSIFIER_UNTRAINED,
		.probability = 0.5F,
	};
	if (m)
		classifier_judge_by(&m->model, (int64_t)c->messages_min, a,
		                    source, ret);
	mapping_unref(m);
}
