/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A mail as signatures cover it: header fields as they stand, found by name
 * from the last to the first, and digests of the body. What DKIM and ARC
 * share, so that the body is read once whatever number of signatures it has.
 *
 * Lines may end in CRLF or LF, also of one mail (the milter protocol folds
 * header fields by LF); all count as CRLF, which they are on the wire.
 *
 * All of it hangs from the arena, and refers to the bytes it was made of. One
 * thread at a time.
 */
#ifndef FACT_SIGNED_MAIL_H
#define FACT_SIGNED_MAIL_H

#include "base/arena.h"
#include "conf/conf.h"

struct mail_field {
	struct sv name;    /* "Subject" */
	struct sv value;   /* what stands behind the colon, with its folds */
	struct sv all;     /* both, without the last line end */
	struct sv relaxed; /* the same in RFC 6376's section 3.4.2 form,
	                      without the last CRLF; made when it is needed */
	uint32_t before;   /* index of the one above it of this name, + 1 */
};

/* A digest that a signature asks for. */
struct body_digest {
	bool is_relaxed; /* else simple: RFC 6376 section 3.4.3, 3.4.4 */
	uint64_t limit;  /* bytes at most (l=); UINT64_MAX: all */
	unsigned char sha256[32];
	uint64_t bytes; /* of the canonical body, covered or not */
};

struct signed_mail {
	struct arena *arena;
	struct mail_field *fields;
	size_t n_fields;
	struct sv body;
	bool is_cut;    /* there is more header than the limits allow */
	uint32_t *last; /* open hash table: index of the last of a name, + 1 */
	size_t table_size;
	struct body_digest *digests;
	size_t n_digests, n_digested;
};

/* `raw` may begin with a mailbox's "From " line. A line that is no field ends
 * the header, and the body begins with it. Of the limits it takes headers_max
 * and header_bytes_max. */
struct signed_mail *signed_mail_read(struct arena *a, struct sv raw,
                                     const struct conf_message *limits);

/* The last field of a name, whatever its case; and of a field, the one above
 * it of the same name. NULL: there is none. */
struct mail_field *signed_mail_last(const struct signed_mail *m,
                                    struct sv name);
struct mail_field *signed_mail_before(const struct signed_mail *m,
                                      const struct mail_field *f);

/* Its relaxed form; and that of a field that is not there. */
struct sv signed_mail_relaxed(struct signed_mail *m, struct mail_field *f);
struct sv signed_mail_relax(struct arena *a, struct sv name, struct sv value);

/* Asks for a digest; its number. */
size_t signed_mail_want(struct signed_mail *m, bool is_relaxed, uint64_t limit);

/* The digest of that number. The first call reads the body, for all digests
 * that have been asked for. */
const struct body_digest *signed_mail_digest(struct signed_mail *m,
                                             size_t number);

#endif
