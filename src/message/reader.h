/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of this folder share while one message is read. Nothing of
 * it outlives message_parse().
 */
#ifndef MESSAGE_READER_H
#define MESSAGE_READER_H

#include "base/buf.h"
#include "base/map.h"
#include "message/message.h"

enum limit {
	LIMIT_BYTES,
	LIMIT_HEADERS,
	LIMIT_HEADER_BYTES,
	LIMIT_PARTS,
	LIMIT_DEPTH,
	LIMIT_DECODED_BYTES,
	LIMIT_URLS,
	LIMIT_COUNT,
};

struct reader {
	struct arena *arena;
	const struct conf_message *limits;
	struct message *m;
	struct buf scratch;    /* for one step at a time */
	struct buf words;      /* bytes of encoded words not yet converted */
	struct map *urls_seen; /* NULL before the first one */
	struct map *domains_seen;
	struct map *uris_seen, *uri_raw_seen, *uri_forms_seen, *uri_hosts_seen;
	struct uri_page *uri_pages;
	const struct message_images *images; /* or NULL */
	enum message_url_source text_source; /* of URLs in text */
	struct sv base;  /* address of the HTML page; or empty */
	bool urls_full;  /* no more are looked for */
	size_t url_work; /* bytes of text looked at closely for URLs;
	                    for tests that bound it */
	size_t parts_size, urls_size, codes_size;
	size_t uris_size, uri_bytes;
	size_t n_headers;     /* of all parts */
	size_t header_bytes;  /* of all parts */
	size_t decoded_bytes; /* of all parts */
};

/* Names the limit in m->limits_hit; any number of times, listed once. */
void reader_limit(struct reader *r, enum limit limit);

/* The same for what is not a limit of ours; `name` is static. Of too many
 * different ones, the rest is not listed. */
void reader_lacks(struct reader *r, const char *name);

/* For an array that grows in the arena: doubles `list` of `n` items when its
 * room `*size` is used up; returns where it is now. */
void *reader_grow(struct reader *r, void *list, size_t n, size_t *size,
                  size_t item_bytes);

#endif
