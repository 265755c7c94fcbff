/* SPDX-License-Identifier: Apache-2.0 */
/* Real decoders: what they say, and what it costs when they die. */
#include "../unit.h"

#include <dirent.h>
#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "image/image.h"
#include "message/message.h"
#include "picture.h"

/* In the folder that tests run in, as top_builddir says. */
static const char *
program(void)
{
	static char path[4096];
	const char *top = getenv("top_builddir");

	snprintf(path, sizeof path, "%s/tamis-image", top ? top : ".");
	return path;
}

static struct conf_image conf = {
	.qr = true,
	.bytes_max = 1 << 20,
	.pixels_max = 4000000,
	.per_message_max = 3,
	.wait_ms = 20000, /* the machine may be busy */
	.message_wait_ms = 30000,
	.decoders = 1,
};

struct fixture {
	struct arena *arena;
	struct image_pool *pool;
	struct image_session session;
	struct buf png;
	struct sv texts[4];
	size_t n;
};

static void
fixture_open(struct fixture *f)
{
	struct picture p = picture_make(4, 4, 0, false);

	*f = (struct fixture){ .png = BUF_INIT(1 << 20) };
	f->arena = arena_new();
	f->pool = image_pool_new(&conf, program());
	ck_assert_ptr_nonnull(f->pool);
	image_session_begin(&f->session, f->pool, &conf);
	picture_png(&p, false, &f->png);
	free(p.grey);
}

static void
fixture_close(struct fixture *f)
{
	image_pool_free(f->pool);
	arena_free(f->arena);
	buf_done(&f->png);
}

static const char *
read_one(struct fixture *f, struct sv data)
{
	return image_read(&f->session, f->arena, data, f->texts, 4, &f->n);
}

/* The process of a decoder: the keeper's only child. */
static pid_t
decoder_pid(const struct fixture *f)
{
	char path[64];
	FILE *file;
	int pid = 0;

	snprintf(path, sizeof path, "/proc/%d/task/%d/children",
	         image_pool_pid(f->pool), image_pool_pid(f->pool));
	file = fopen(path, "r");
	if (file) {
		if (fscanf(file, "%d", &pid) != 1)
			pid = 0;
		fclose(file);
	}
	return pid;
}

START_TEST(a_code_is_read_by_another_process)
{
	struct fixture f;

	fixture_open(&f);
	for (int i = 0; i < 3; i++) {
		ck_assert_ptr_null(read_one(&f, buf_sv(&f.png)));
		ck_assert_uint_eq(f.n, 1);
		ck_assert(sv_eq_str(f.texts[0], QR_TEXT));
	}
	ck_assert_str_eq(read_one(&f, buf_sv(&f.png)), "image.per_message_max");
	fixture_close(&f);
}
END_TEST

START_TEST(what_is_no_picture_costs_nothing)
{
	struct fixture f;

	fixture_open(&f);
	ck_assert_ptr_null(read_one(&f, SV("GIF89a")));
	ck_assert_ptr_null(read_one(&f, SV("")));
	ck_assert_uint_eq(f.session.images, 0);
	fixture_close(&f);
}
END_TEST

START_TEST(a_picture_over_a_limit_is_named)
{
	struct conf_image narrow = conf;
	struct fixture f;

	fixture_open(&f);
	narrow.bytes_max = 100;
	image_session_begin(&f.session, f.pool, &narrow);
	ck_assert_str_eq(read_one(&f, buf_sv(&f.png)), "image.bytes_max");
	narrow = conf;
	narrow.pixels_max = 1000;
	image_session_begin(&f.session, f.pool, &narrow);
	ck_assert_str_eq(read_one(&f, buf_sv(&f.png)), "image.pixels_max");
	fixture_close(&f);
}
END_TEST

START_TEST(a_decoder_that_dies_is_named_and_replaced)
{
	struct fixture f;
	pid_t before;

	fixture_open(&f);
	ck_assert_ptr_null(read_one(&f, buf_sv(&f.png)));
	before = decoder_pid(&f);
	ck_assert_int_gt(before, 0);
	/* stopped, it takes the request and never answers */
	kill(before, SIGSTOP);
	if (fork() == 0) {
		usleep(200000);
		kill(before, SIGKILL);
		_exit(0);
	}
	ck_assert_str_eq(read_one(&f, buf_sv(&f.png)), "image.decoders");
	ck_assert_uint_eq(f.session.failed, 1);
	ck_assert_ptr_null(read_one(&f, buf_sv(&f.png)));
	ck_assert_uint_eq(f.n, 1);
	ck_assert_int_ne(decoder_pid(&f), before);
	fixture_close(&f);
}
END_TEST

START_TEST(a_decoder_that_is_late_is_named_and_replaced)
{
	struct conf_image hasty = conf;
	struct fixture f;
	int64_t begin;

	fixture_open(&f);
	ck_assert_ptr_null(read_one(&f, buf_sv(&f.png)));
	kill(decoder_pid(&f), SIGSTOP);
	hasty.wait_ms = 100;
	image_session_begin(&f.session, f.pool, &hasty);
	begin = clock_mono_us();
	ck_assert_str_eq(read_one(&f, buf_sv(&f.png)), "image.wait");
	ck_assert_int_lt(clock_mono_us() - begin, 5000000);
	image_session_begin(&f.session, f.pool, &conf);
	ck_assert_ptr_null(read_one(&f, buf_sv(&f.png)));
	ck_assert_uint_eq(f.n, 1);
	fixture_close(&f);
}
END_TEST

START_TEST(without_a_keeper_pictures_are_named_soon)
{
	const char *missing = NULL;
	struct fixture f;

	fixture_open(&f);
	ck_assert_ptr_null(read_one(&f, buf_sv(&f.png)));
	kill(image_pool_pid(f.pool), SIGKILL);
	for (int i = 0; !missing && i < 1000; i++) { /* decoders follow it */
		image_session_begin(&f.session, f.pool, &conf);
		missing = read_one(&f, buf_sv(&f.png));
		usleep(1000);
	}
	ck_assert_ptr_nonnull(missing);
	ck_assert_str_eq(missing, "image.decoders");
	fixture_close(&f);
}
END_TEST

START_TEST(a_pool_leaves_no_process_behind)
{
	struct fixture f;
	pid_t decoder;

	fixture_open(&f);
	ck_assert_ptr_null(read_one(&f, buf_sv(&f.png)));
	decoder = decoder_pid(&f);
	image_pool_free(f.pool);
	f.pool = NULL;
	ck_assert_int_eq(kill(decoder, 0), -1);
	fixture_close(&f);
}
END_TEST

/* ---- in a message ---- */

static const char *
read_image(void *ctx, struct arena *a, struct sv data, struct sv *ret_texts,
           size_t max, size_t *ret_n)
{
	return image_read(ctx, a, data, ret_texts, max, ret_n);
}

START_TEST(a_code_is_a_url_of_its_message)
{
	const struct conf_message limits = {
		.bytes_max = 1 << 20,
		.headers_max = 100,
		.header_bytes_max = 1 << 16,
		.parts_max = 10,
		.depth_max = 5,
		.decoded_bytes_max = 1 << 20,
		.urls_max = 100,
	};
	struct buf mail = BUF_INIT(1 << 20);
	const struct message *m;
	struct fixture f;

	fixture_open(&f);
	buf_add_str(&mail, "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
	                   "--b\r\n\r\nscan this\r\n--b\r\n"
	                   "Content-Type: image/png\r\n"
	                   "Content-Transfer-Encoding: binary\r\n\r\n");
	buf_add(&mail, buf_sv(&f.png));
	buf_add_str(&mail, "\r\n--b--\r\n");
	m = message_parse_images(
	    f.arena, buf_sv(&mail), &limits,
	    &(struct message_images){ read_image, &f.session });
	ck_assert_uint_eq(m->n_codes, 1);
	ck_assert_int_eq(m->codes[0].part, 2);
	ck_assert(sv_eq_str(m->codes[0].text, QR_TEXT));
	ck_assert_uint_eq(m->n_urls, 1);
	ck_assert_int_eq(m->urls[0].source, URL_QR);
	ck_assert_int_eq(m->urls[0].part, 2);
	ck_assert(sv_eq_str(m->urls[0].url, QR_TEXT));
	ck_assert(sv_eq_str(m->views[VIEW_URI].elements[0], QR_TEXT));
	buf_done(&mail);
	fixture_close(&f);
}
END_TEST

UNIT_MAIN("pool", a_code_is_read_by_another_process,
          what_is_no_picture_costs_nothing, a_picture_over_a_limit_is_named,
          a_decoder_that_dies_is_named_and_replaced,
          a_decoder_that_is_late_is_named_and_replaced,
          without_a_keeper_pictures_are_named_soon,
          a_pool_leaves_no_process_behind, a_code_is_a_url_of_its_message)
