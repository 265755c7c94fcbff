/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What pictures say: texts of QR codes. Pictures are decoded by libraries with
 * a history, so no process of ours does it that holds anything of worth:
 *
 *     scanner or tool --- keeper (tamis-image) --- decoder, decoder, ...
 *
 * The keeper is a program of its own (keeper.c): it starts decoders, and
 * starts one anew when it dies or when we ask for it because it is late. A
 * decoder (decoder.c) has a socket and memory, and may do nothing but read,
 * write, and end. What goes wrong there costs one picture its text, and the
 * message says so.
 *
 * Example: a message with one picture of a QR code:
 *
 *     struct image_session s;
 *     image_session_begin(&s, pool, &conf->image);
 *     missing = image_read(&s, arena, png, texts, 8, &n);
 */
#ifndef IMAGE_IMAGE_H
#define IMAGE_IMAGE_H

#include "base/arena.h"
#include "conf/conf.h"

struct image_pool;

/* Starts a keeper with decoders. Before there are threads, and before the
 * process is locked in. `program` NULL: the installed one, or that beside the
 * running program. NULL when this build has none, it is switched off, or it
 * cannot be started (errno; 0 otherwise). */
struct image_pool *image_pool_new(const struct conf_image *conf,
                                  const char *program);

/* Ends the processes; takes NULL. */
void image_pool_free(struct image_pool *p);

/* Whether the build has decoders at all. */
bool image_is_built(void);

/* What one message may spend. */
struct image_session {
	struct image_pool *pool; /* NULL: pictures are not looked at */
	const struct conf_image *conf;
	int64_t deadline_mono_us; /* 0: no picture yet */
	unsigned images;          /* looked at */
	unsigned failed;          /* of which the decoder died or was late */
};

void image_session_begin(struct image_session *s, struct image_pool *pool,
                         const struct conf_image *conf);

/* Whether the bytes begin like a picture that decoders know. */
bool image_is_known(struct sv data);

/* Texts of the codes in a picture, at most `max`, in the arena; bytes as they
 * are in the code. Blocks up to image.wait. Returns NULL, or for want of what
 * (the name of an option, or "image.decoders") it was not looked at. Any
 * thread. */
const char *image_read(struct image_session *s, struct arena *a, struct sv data,
                       struct sv *ret_texts, size_t max, size_t *ret_n);

/* Process of the keeper, for tests. */
int image_pool_pid(const struct image_pool *p);

#endif
