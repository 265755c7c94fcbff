/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include <stdio.h>

#include "../sample_conf.h"
#include "base/buf.h"
#include "base/digest.h"
#include "fact/signed_mail.h"

static struct arena *arena;

static struct signed_mail *
read_mail(struct sv raw)
{
	return signed_mail_read(arena, raw, &sample_conf()->message);
}

static const struct {
	const char *body, *simple, *relaxed;
} bodies[] = {
	{ "", "\r\n", "" },
	{ "\r\n", "\r\n", "" },
	{ "\n\n", "\r\n", "" },
	{ "a", "a\r\n", "a\r\n" },
	{ "a\n", "a\r\n", "a\r\n" },
	{ "a\r\nb\nc", "a\r\nb\r\nc\r\n", "a\r\nb\r\nc\r\n" },
	{ "a\r\n\r\n\n", "a\r\n", "a\r\n" },
	{ " a \t b\t\r\n\r\n", " a \t b\t\r\n", " a b\r\n" },
	{ "a\r\n \t\r\n", "a\r\n \t\r\n", "a\r\n" },
	{ "\r\n\r\na\r\n", "\r\n\r\na\r\n", "\r\n\r\na\r\n" },
	{ "a\rb\r\r\n", "a\rb\r\r\n", "a\rb\r\r\n" },
	{ "a\n\r\r\n", "a\r\n\r\r\n", "a\r\n\r\r\n" },
	{ "\t\t\n  \n", "\t\t\r\n  \r\n", "" },
};

/* In hexadecimal, as digest_sha256() has it. */
static void
ck_digest(const struct body_digest *d, const char *want, size_t bytes)
{
	char text[DIGEST_TEXT], got[DIGEST_TEXT];

	for (int i = 0; i < 32; i++)
		snprintf(got + 2 * i, 3, "%02x", d->sha256[i]);
	ck_assert_str_eq(got, digest_sha256(sv_make(want, bytes), text));
}

START_TEST(bodies_have_two_forms)
{
	arena = arena_new();
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		struct signed_mail *m = read_mail(ARENA_JOIN(
		    arena, SV("From: a\n\n"), sv_str(bodies[i].body)));
		size_t relaxed = signed_mail_want(m, true, UINT64_MAX);
		size_t simple = signed_mail_want(m, false, UINT64_MAX);
		size_t part = signed_mail_want(m, false, 1);
		const struct body_digest *d;

		d = signed_mail_digest(m, simple);
		ck_assert_uint_eq(d->bytes, strlen(bodies[i].simple));
		ck_digest(d, bodies[i].simple, d->bytes);
		d = signed_mail_digest(m, relaxed);
		ck_assert_uint_eq(d->bytes, strlen(bodies[i].relaxed));
		ck_digest(d, bodies[i].relaxed, d->bytes);
		ck_digest(signed_mail_digest(m, part), bodies[i].simple, 1);
	}
	arena_free(arena);
}
END_TEST

START_TEST(any_length_of_a_long_body_has_its_digest)
{
	enum { LINES = 5000, LINE = 17, N = 50 };
	struct buf body = BUF_INIT(1 << 20);
	struct signed_mail *m;
	size_t numbers[N];

	arena = arena_new();
	for (int i = 0; i < LINES; i++)
		buf_addf(&body, "%05d some text\r\n", i);
	ck_assert_uint_eq(body.n, LINES * LINE);
	m = read_mail(ARENA_JOIN(arena, SV("From: a\n\n"), buf_sv(&body)));
	for (size_t i = 0; i < N; i++)
		numbers[i] =
		    signed_mail_want(m, i % 2, (N - i) * body.n / (N - 1));
	ck_assert_uint_eq(signed_mail_want(m, 0, N * body.n / (N - 1)),
	                  numbers[0]);
	for (size_t i = 0; i < N; i++) {
		size_t length = (N - i) * body.n / (N - 1);

		ck_digest(signed_mail_digest(m, numbers[i]), buf_str(&body),
		          length > body.n ? body.n : length);
	}
	buf_done(&body);
	arena_free(arena);
}
END_TEST

START_TEST(fields_are_found_from_the_last_up)
{
	struct signed_mail *m;
	struct mail_field *f;

	arena = arena_new();
	m = read_mail(SV("From x Mon\nSubject: one\r\n two\nFrom : a\n"
	                 "SUBJECT:three\r\nno field\nTo: b\n"));
	ck_assert_uint_eq(m->n_fields, 3);
	ck_sv_eq(m->body, "no field\nTo: b\n");
	f = signed_mail_last(m, SV("subject"));
	ck_sv_eq(f->value, "three");
	f = signed_mail_before(m, f);
	ck_sv_eq(f->all, "Subject: one\r\n two");
	ck_sv_eq(signed_mail_relaxed(m, f), "subject:one two");
	ck_assert_ptr_null(signed_mail_before(m, f));
	ck_assert_ptr_null(signed_mail_last(m, SV("to")));
	ck_sv_eq(signed_mail_relaxed(m, signed_mail_last(m, SV("from"))),
	         "from:a");
	arena_free(arena);
}
END_TEST

START_TEST(the_header_has_limits)
{
	struct conf_message limits = sample_conf()->message;
	struct signed_mail *m;

	arena = arena_new();
	limits.headers_max = 2;
	m = signed_mail_read(arena, SV("A: 1\nB: 2\nC: 3\n\nbody\n"), &limits);
	ck_assert(m->is_cut);
	ck_assert_uint_eq(m->n_fields, 2);
	ck_sv_eq(m->body, "body\n");
	limits.header_bytes_max = 5;
	m = signed_mail_read(arena, SV("A: 1\nB: 2\n\n"), &limits);
	ck_assert(m->is_cut);
	ck_assert_uint_eq(m->n_fields, 1);
	m = signed_mail_read(arena, SV(""), &limits);
	ck_assert_uint_eq(m->n_fields, 0);
	arena_free(arena);
}
END_TEST

UNIT_MAIN("signed_mail", bodies_have_two_forms,
          any_length_of_a_long_body_has_its_digest,
          fields_are_found_from_the_last_up, the_header_has_limits)
