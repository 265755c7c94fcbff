/* SPDX-License-Identifier: Apache-2.0 */
/* The model as a whole: what it knows, copies of it, and what others knew. */
#include <errno.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "tamis/command.h"
#include "tamis/learn.h"

#define FILE_BYTES_MAX ((size_t)2 << 30)

/* ---- status ---- */

struct status {
	const char *path, *state;
	const struct model_header *h;
	uint64_t used; /* slots */
	int64_t messages_min;
};

static uint64_t
count_used(const struct model *m)
{
	size_t slots = m->slots ? (size_t)1 << m->header->bits : 0;
	uint64_t used = 0;

	for (size_t i = 0; i < slots; i++)
		used += m->slots[i].weight != 0 || m->slots[i].seen[0] ||
		        m->slots[i].seen[1];
	return used;
}

static void
print_json(const struct status *s)
{
	const struct model_header *h = s->h;
	struct buf out = BUF_INIT(100000);
	struct json j = json_start(&out);
	char time[CLOCK_TEXT];

	json_begin_object(&j, NULL);
	json_text(&j, "model", s->path);
	json_text(&j, "state", s->state);
	json_int(&j, "ham", (int64_t)h->learned[MODEL_HAM]);
	json_int(&j, "spam", (int64_t)h->learned[MODEL_SPAM]);
	json_int(&j, "messages_min", s->messages_min);
	json_int(&j, "forgotten", (int64_t)h->forgotten);
	json_int(&j, "remembered", (int64_t)h->entries);
	json_int(&j, "generation", (int64_t)h->generation);
	if (h->unix_ms)
		json_text(&j, "written", clock_text((int64_t)h->unix_ms, time));
	json_int(&j, "places", h->bits ? (int64_t)1 << h->bits : 0);
	json_int(&j, "places_used", (int64_t)s->used);
	json_end(&j);
	printf("%s\n", buf_str(&out));
	buf_done(&out);
}

static void
print_text(const struct status *s)
{
	const struct model_header *h = s->h;
	double places = h->bits ? (double)((uint64_t)1 << h->bits) : 1;
	char time[CLOCK_TEXT];

	printf("model       %s\n", s->path);
	printf("state       %s\n", s->state);
	printf("learned     %llu ham, %llu spam (at least %lld of either are "
	       "needed)\n",
	       (unsigned long long)h->learned[MODEL_HAM],
	       (unsigned long long)h->learned[MODEL_SPAM],
	       (long long)s->messages_min);
	printf("remembered  %llu messages; %llu were forgotten\n",
	       (unsigned long long)h->entries,
	       (unsigned long long)h->forgotten);
	printf("places      %.0f, %.1f %% of them used\n", places,
	       100 * (double)s->used / places);
	if (h->unix_ms)
		printf("written     %s, generation %llu\n",
		       clock_text((int64_t)h->unix_ms, time),
		       (unsigned long long)h->generation);
}

void
learn_print_status(const struct model *m, const struct conf *conf, bool json)
{
	uint64_t least = (uint64_t)conf->classifier.messages_min;
	struct status s = {
		.path = conf->classifier.model,
		.state = !conf->classifier.enabled ? "off"
		         : m->header->learned[MODEL_HAM] < least ||
		                 m->header->learned[MODEL_SPAM] < least
		             ? "untrained"
		             : "trained",
		.h = m->header,
		.used = count_used(m),
		.messages_min = conf->classifier.messages_min,
	};

	if (json)
		print_json(&s);
	else
		print_text(&s);
}

/* ---- export ---- */

static int
fail(const char *path, const char *why)
{
	fprintf(stderr, "tamis: %s: %s\n", path, why);
	return EXIT_INPUT;
}

int
learn_export(const char *model, const char *file)
{
	struct buf bytes = BUF_INIT(FILE_BYTES_MAX);
	struct model m;
	const char *wrong;
	int code = EXIT_YES;

	errno = 0;
	if (file_read(model, &bytes)) {
		code = fail(model, errno ? strerror(errno) : "too large");
	} else {
		wrong = model_read(buf_sv(&bytes), &m);
		if (wrong)
			code = fail(model, wrong);
		else if (file_replace(file, buf_sv(&bytes), 0600))
			code = fail(file, strerror(errno));
	}
	buf_done(&bytes);
	return code;
}

/* ---- import ---- */

/* What a backup of sa-learn holds: lines of fields with tabs between. */
struct backup {
	uint64_t spam, ham; /* messages */
	size_t tokens, seen;
};

static bool
read_backup(struct sv text, struct backup *ret)
{
	struct sv line, kind, value;
	bool is_one = false;

	*ret = (struct backup){ 0 };
	while (sv_line(&text, &line)) {
		if (!sv_split(&line, '\t', &kind))
			continue;
		if (sv_eq(kind, SV("t"))) {
			ret->tokens++;
		} else if (sv_eq(kind, SV("s"))) {
			ret->seen++;
		} else if (sv_eq(kind, SV("v")) &&
		           sv_split(&line, '\t', &value)) {
			struct sv what = sv_trim(line);
			uint64_t n;

			if (!sv_u64(value, &n))
				return false;
			is_one |= sv_starts(what, SV("db_version"));
			if (sv_starts(what, SV("num_spam")))
				ret->spam = n;
			else if (sv_starts(what, SV("num_nonspam")))
				ret->ham = n;
		} else {
			return false;
		}
	}
	return is_one;
}

/* Its tokens are digests of which the text cannot be known: no model can be
 * made of them, and none is made up. */
static int
refuse_backup(const char *file, const struct backup *b)
{
	fprintf(stderr,
	        "tamis: %s: a backup of sa-learn, of %llu spam and %llu ham: "
	        "%zu tokens, %zu messages.\n"
	        "Nothing was imported. The tokens are cut SHA-1 digests: their "
	        "text, which the\nclassifier would need, is not in the file, "
	        "and neither are the messages.\nLearn from the mail itself: "
	        "tamis learn --spam FOLDER, tamis learn --ham FOLDER.\n",
	        file, (unsigned long long)b->spam, (unsigned long long)b->ham,
	        b->tokens, b->seen);
	return EXIT_NO;
}

int
learn_import(struct learner *l, const char *file)
{
	struct buf bytes = BUF_INIT(FILE_BYTES_MAX);
	struct backup backup;
	struct model m;
	const char *wrong;
	int code = EXIT_YES;

	errno = 0;
	if (file_read(file, &bytes)) {
		code = fail(file, errno ? strerror(errno) : "too large");
	} else {
		wrong = model_read(buf_sv(&bytes), &m);
		if (!wrong)
			learner_replace(l, &m);
		else if (read_backup(buf_sv(&bytes), &backup))
			code = refuse_backup(file, &backup);
		else
			code = fail(file, wrong);
	}
	buf_done(&bytes);
	return code;
}
