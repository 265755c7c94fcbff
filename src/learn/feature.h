/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Features: what a message says, as numbers that a classifier can count. Each
 * is the hash of a small piece of the message; pieces of one kind stand
 * together, each piece once. The same message gives the same features in any
 * process and on any machine.
 *
 * Header fields that mail servers, mailboxes and filters add after a message
 * was judged are not looked at: what is learned from a mailbox would have
 * them, and what is to be judged would not. Neither are dates and random
 * identifiers, of which nothing can be learned.
 *
 * Bounded: text by FEATURE_TEXT_BYTES, the header and the URLs likewise, so
 * that a message has FEATURES_MAX features at most, found in linear time.
 */
#ifndef LEARN_FEATURE_H
#define LEARN_FEATURE_H

#include "message/message.h"

/* A change of what features are makes what was learned worthless: models of
 * another version are refused. */
enum { FEATURE_VERSION = 1 };

enum {
	FEATURE_TEXT_BYTES = 3000,  /* of subject and body */
	FEATURE_SHORT_BYTES = 1000, /* of these, for pairs and characters */
	FEATURE_GRAM_BYTES = 4,
	FEATURE_HEADER_BYTES = 2000, /* of values of the header */
	FEATURE_URLS = 40,
	FEATURES_MAX = 40000,
	FEATURE_NAME_BYTES = 48, /* of the piece that a name shows */
};

enum feature_kind {
	FEATURE_GRAM,        /* four bytes of the text, as it stands */
	FEATURE_HEADER_GRAM, /* four bytes of the header, as it stands */
	FEATURE_WORD,        /* of the folded text */
	FEATURE_PAIR,        /* of words, one behind the other */
	FEATURE_SHORT_GRAM,  /* two or three folded characters */
	FEATURE_RAW_WORD,    /* what stands between blanks, as it stands */
	FEATURE_HEADER,      /* a word of one header field; structure */
	FEATURE_URL,         /* a piece of a URL */
	FEATURE_PERSONAL,    /* a word or URL, for one domain alone */
	FEATURE_KINDS,
};
const char *feature_kind_word(enum feature_kind kind);

struct feature_list {
	uint64_t *hashes;
	struct sv *names; /* NULL unless asked for */
	size_t n;
};

enum { FEATURE_IDENTITY = 16 };

struct features {
	struct feature_list kinds[FEATURE_KINDS];
	/* Two messages with the same are the same message: of Message-ID,
	 * Date, author and text. */
	unsigned char identity[FEATURE_IDENTITY];
	/* Kinds that were left out by features_pack(), as a set: bit
	 * 1 << kind. */
	unsigned dropped;
};

/* What is known of a message. */
struct feature_source {
	const struct message *message;
	struct sv client_ip, helo; /* when it has not our Received field yet */
	struct sv domain;          /* whose mail it is; "": not known */
	bool names;                /* for people: keep what features are of */
};

/* All hang from the arena; names refer to nothing else. */
void features_make(struct arena *a, const struct feature_source *source,
                   struct features *ret);

size_t features_count(const struct features *f);

/* ---- private to feature*.c ---- */

struct feature_maker {
	struct arena *arena;
	struct features *out;
	bool names;
	enum feature_kind kind;
	size_t size;     /* of the lists of that kind */
	uint32_t *seen;  /* tags of what is there; a power of two of them */
	size_t seen_max; /* that many, minus one */
};

/* Begins a kind of which at most n features will come. */
void feature_begin(struct feature_maker *f, enum feature_kind kind, size_t n);

/* Adds "label piece" unless it is there, or there is no room. `label` is
 * part of the feature, and what a name begins with. */
void feature_add(struct feature_maker *f, struct sv label, struct sv piece);

/* Each run of FEATURE_GRAM_BYTES bytes. */
void feature_add_grams(struct feature_maker *f, struct sv text);

/* The words of a text, each with that label. */
void feature_add_words(struct feature_maker *f, struct sv label, struct sv text,
                       size_t max);

/* A copy without ASCII capitals. */
struct sv feature_lower(struct arena *a, struct sv text);

void features_make_text(struct feature_maker *f, const struct message *m);
void features_make_header(struct feature_maker *f,
                          const struct feature_source *source);
void features_make_urls(struct feature_maker *f, const struct message *m);

/* Whether a header field is there when a message is judged, as well as when
 * it is learned. */
bool feature_header_counts(struct sv name);

#endif
