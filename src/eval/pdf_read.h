/* SPDX-License-Identifier: Apache-2.0 */
/* What the lines of a PDF file say of it, as SpamAssassin's plugin PDFInfo
 * takes them: nothing is unpacked. Private to eval/. */
#ifndef EVAL_PDF_READ_H
#define EVAL_PDF_READ_H

#include "base/arena.h"
#include "base/digest.h"

enum pdf_detail {
	PDF_AUTHOR,
	PDF_CREATOR,
	PDF_CREATED,
	PDF_MODIFIED,
	PDF_PRODUCER,
	PDF_TITLE,
	PDF_DETAILS,
};

enum { PDF_SIZES_MAX = 200, PDF_VALUES_MAX = 50, PDF_VALUE_BYTES_MAX = 256 };

struct pdf_size {
	double height, width;
};

struct pdf_values {
	struct sv list[PDF_VALUES_MAX];
	size_t n;
};

struct pdf {
	bool is_encrypted;
	struct pdf_size sizes[PDF_SIZES_MAX]; /* of pictures, */
	size_t n_sizes; /* and at the end that of all together */
	size_t n_images;
	double area; /* of all pictures */
	struct pdf_values details[PDF_DETAILS];
	/* Upper-case hexadecimal, or "": of all bytes, of the lines before the
	 * first stream, and of the names that begin lines. */
	char md5[DIGEST_MD5_TEXT], fuzzy[DIGEST_MD5_TEXT],
	    names[DIGEST_MD5_TEXT];
};

/* False: it is none. */
bool pdf_read(struct arena *a, struct sv data, struct pdf *ret);

#endif
