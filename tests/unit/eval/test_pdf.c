/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include "base/buf.h"
#include "eval/pdf_read.h"

static void
add_values(const struct pdf *pdf, struct buf *out)
{
	static const char *const names[PDF_DETAILS] = { "author",   "creator",
		                                        "created",  "modified",
		                                        "producer", "title" };

	for (int i = 0; i < PDF_DETAILS; i++)
		for (size_t k = 0; k < pdf->details[i].n; k++)
			buf_addf(out, "%s=" SV_FMT "\n", names[i],
			         SV_ARG(pdf->details[i].list[k]));
	for (size_t i = 0; i < pdf->n_sizes; i++)
		buf_addf(out, "%gx%g\n", pdf->sizes[i].height,
		         pdf->sizes[i].width);
	if (pdf->n_images)
		buf_addf(out, "%zu images, area %g\n", pdf->n_images,
		         pdf->area);
	if (pdf->is_encrypted)
		buf_add_str(out, "encrypted\n");
}

#define PDF(text) "%PDF-1.4\n" text

static const struct {
	const char *text, *want;
} cases[] = {
	{ PDF("<</Author(Ada \\(the first\\))/Title <FEFF00540065 0061>>>"),
	  "author=Ada (the first)\ntitle=Tea\n" },
	{ PDF("/Creator(\\376\\377\\000T\\000e\\000a)\n/Producer  (x)y)"),
	  "creator=Tea\nproducer=x\n" },
	{ PDF("/CreationDate(D:20250602100000Z)/ModDate (D:2025)"),
	  "created=20250602100000\nmodified=2025\n" },
	{ PDF("/Author(one)/Author(two)\n/Author(three)"),
	  "author=one\nauthor=three\n" },
	{ PDF("/Author(never ends\n/Title   (too far)\n/Title <4"), "" },
	{ PDF("640 0 0 480 0 0 cm\n/Image 640 0 0 480 0 0 cm\n"
	      "640 0 0 480 0 0 cm\n640 0 0 480 0 0 cm"),
	  "480x640\n480x640\n1 images, area 307200\n" },
	{ PDF("/Image x/Width 3/Height 2\n/Image\n/Width 3/Height 2\n"
	      "x/Width 5/Height 4"),
	  "2x3\n4x5\n6x8\n2 images, area 26\n" },
	{ PDF("x/Encrypt\n"), "" },
	{ PDF("/Encrypt 1 0 R\n"), "encrypted\n" },
	{ "\xef\xbb\xbfrubbish %PDF-1.0", "" },
	{ "%PDF-x.4", "no PDF" },
	{ "", "no PDF" },
};

START_TEST(what_lines_say_is_read)
{
	struct buf out = BUF_INIT(10000);

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena *a = arena_new();
		struct pdf *pdf = ARENA_NEW(a, struct pdf);

		buf_reset(&out);
		if (pdf_read(a, sv_str(cases[i].text), pdf))
			add_values(pdf, &out);
		else
			buf_add_str(&out, "no PDF");
		ck_assert_msg(strcmp(buf_str(&out), cases[i].want) == 0,
		              "%s: %s", cases[i].text, buf_str(&out));
		arena_free(a);
	}
	buf_done(&out);
}
END_TEST

START_TEST(copies_that_vary_in_size_have_one_fuzzy_digest)
{
	static const char one[] = PDF("/MediaBox [1]\nobj  \n/Type\nstream\nx"),
			  other[] = PDF("/MediaBox [2]\nobj\n/Type\nstream\ny");
	struct arena *a = arena_new();
	struct pdf *p = ARENA_NEW(a, struct pdf), *q = ARENA_NEW(a, struct pdf);

	ck_assert(pdf_read(a, SV(one), p) && pdf_read(a, SV(other), q));
	ck_assert_str_ne(p->md5, q->md5);
	ck_assert_str_eq(p->fuzzy, q->fuzzy);
	ck_assert_str_eq(p->names, q->names);
	ck_assert_uint_eq(strlen(p->names), 32);
	arena_free(a);
}
END_TEST

UNIT_MAIN("pdf", what_lines_say_is_read,
          copies_that_vary_in_size_have_one_fuzzy_digest)
