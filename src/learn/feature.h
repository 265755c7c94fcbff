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
enum { FEATURE_VERSION = 2 };

enum {
	FEATURE_TEXT_BYTES = 1500,     /* of subject and body */
	FEATURE_GRAM_TEXT_BYTES = 600, /* of these, for runs of bytes */
	FEATURE_PAIR_BYTES = 600,      /* the same, for pairs of words */
	FEATURE_SHORT_BYTES = 400,     /* the same, for characters */
	FEATURE_GRAM_BYTES = 4,
	FEATURE_HEADER_BYTES = 600, /* of values of the header */
	FEATURE_URLS = 40,
	FEATURES_MAX = 20000,
	FEATURE_NAME_BYTES = 48, /* of the piece that a name shows */
};

enum feature_kind {
	FEATURE_GRAM,        /* four bytes of the text, as it stands */
	FEATURE_HEADER_GRAM, /* four bytes of the header, as it stands */
	FEATURE_WORD,        /* of the folded text */
	FEATURE_PAIR,        /* of words, one behind the other */
	FEATURE_SHORT_GRAM,  /* two or three folded characters */
	FEATURE_SHAPE,       /* how it is written, whatever it says */
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

enum { FEATURE_SEEN = 1 << 13 };

struct feature_maker {
	struct arena *arena;
	struct features *out;
	bool names;
	enum feature_kind kind;
	size_t size;     /* of the lists of that kind */
	uint32_t *seen;  /* tags of what is there: FEATURE_SEEN of them */
	size_t seen_max; /* so many are in use, minus one; a power of two */
};

/* What a feature is part of: its hash is the seed of those of its pieces,
 * and names begin with the word. */
struct feature_label {
	struct sv word;
	uint64_t seed;
};

/* Begins a kind of which n features will come at most, or half of
 * FEATURE_SEEN. */
void feature_begin(struct feature_maker *f, enum feature_kind kind, size_t n);

/* Of the kind that has begun. "": no label. */
struct feature_label feature_label(const struct feature_maker *f,
                                   struct sv word);

/* Adds a piece unless it is there, or there is no room. */
void feature_add(struct feature_maker *f, struct feature_label label,
                 struct sv piece);

/* Pieces by a hash of theirs that somebody has. */
void feature_add_hash(struct feature_maker *f, struct feature_label label,
                      uint64_t hash, struct sv piece);

/* For a few: label and piece in one. */
void feature_add_one(struct feature_maker *f, const char *label,
                     struct sv piece);
void feature_add_number(struct feature_maker *f, const char *label,
                        size_t number);

/* Each run of FEATURE_GRAM_BYTES bytes. */
void feature_add_grams(struct feature_maker *f, struct sv text);

/* The words of a text, each with that label. */
void feature_add_words(struct feature_maker *f, struct feature_label label,
                       struct sv text);

/* A copy without ASCII capitals. */
struct sv feature_lower(struct arena *a, struct sv text);

void features_make_text(struct feature_maker *f, const struct message *m);
void features_make_shape(struct feature_maker *f, struct sv text,
                         struct sv folded);
void features_make_header(struct feature_maker *f,
                          const struct feature_source *source);
void features_make_urls(struct feature_maker *f, const struct message *m);

#endif
