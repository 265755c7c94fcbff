/* SPDX-License-Identifier: Apache-2.0 */
/* A model file that somebody else wrote: it is refused, or its scores are
 * bounded. As sums keep nearly all inputs out, the same bytes are also taken
 * as the content of a model with right sums. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/classifier.h"
#include "learn/sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BITS = MODEL_BITS_MIN };

static void
judge(const struct model *m)
{
	struct diags diags = DIAGS_INIT;
	struct conf *conf = conf_parse(SV(""), "fuzz", &diags);
	struct arena *a = arena_new();
	const struct message_post post = {
		.text = SV("cheap casino bonus at http://example.org/win")
	};
	const struct feature_source source = {
		.message = message_from_post(a, &post, &conf->message),
		.domain = SV("example.net"),
		.names = true,
	};
	struct classification got;

	classifier_judge_by(m, 0, a, &source, &got);
	if (!(got.probability >= 0 && got.probability <= 1) ||
	    !(fabsf(got.score.sum) <= MODEL_SCORE_MAX) ||
	    got.n_reasons > CLASSIFIER_REASONS)
		abort();
	arena_free(a);
	conf_unref(conf);
	diags_done(&diags);
}

/* What was read is written the same. */
static void
look_at_samples(const struct samples *samples)
{
	struct buf out = BUF_INIT(1 << 24), again = BUF_INIT(1 << 24);
	static struct samples copy;

	samples_write(samples, &out);
	if (samples_read(&copy, buf_sv(&out), BITS) != 0)
		abort();
	samples_write(&copy, &again);
	if (!sv_eq(buf_sv(&out), buf_sv(&again)))
		abort();
	samples_done(&copy);
	buf_done(&out);
	buf_done(&again);
}

/* The header's numbers and the slots are what the input says. */
static void
judge_content(struct sv input)
{
	static struct samples samples;
	struct model_header header = { 0 };
	struct model m = { 0 };
	size_t bytes, room;
	char *block;

	memcpy(&header, input.p,
	       input.n < sizeof header ? input.n : sizeof header);
	header.bits = BITS;
	header.entries = 1;
	header.samples_bytes = input.n;
	bytes = model_bytes(&header);
	room = bytes - MODEL_HEADER_BYTES;
	block = mem_calloc(1, bytes);
	for (size_t at = 0; input.n && at < room; at += input.n)
		memcpy(block + MODEL_HEADER_BYTES + at, input.p,
		       input.n < room - at ? input.n : room - at);
	m.slots = (const void *)(block + MODEL_HEADER_BYTES);
	m.entries = (const void *)(m.slots + ((size_t)1 << BITS));
	m.samples = sv_make((const char *)(m.entries + 1), input.n);
	model_seal(&header, &m);
	memcpy(block, &header, sizeof header);
	if (model_read(sv_make(block, bytes), &m) != NULL)
		abort();
	judge(&m);
	if (samples_read(&samples, m.samples, BITS) == 0)
		look_at_samples(&samples);
	samples_done(&samples);
	free(block);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = mem_dup(data, size); /* aligned, as a mapping is */
	struct model m;

	if (model_read(sv_make(copy, size), &m) == NULL)
		judge(&m);
	judge_content(sv_make(copy, size));
	free(copy);
	return 0;
}
