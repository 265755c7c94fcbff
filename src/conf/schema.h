/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one table of configuration options. The parser, the checks, `tamis
 * config` and the option lists of tamis.conf(5) all read it; nothing about an
 * option is said anywhere else.
 */
#ifndef CONF_SCHEMA_H
#define CONF_SCHEMA_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/sv.h"

/* What a value may be, and the member of struct conf that it fills. */
enum conf_type {
	CONF_BOOL,     /* bool */
	CONF_INTEGER,  /* int64_t */
	CONF_SIZE,     /* int64_t, bytes */
	CONF_DURATION, /* int64_t, milliseconds */
	CONF_SCORE,    /* int64_t, 1/10,000 */
	CONF_MODE,     /* int64_t, permission bits written in octal */
	CONF_CHOICE,   /* an enum, by the table `words` */
	CONF_TEXT,     /* const char *, one line; and all that follow: */
	CONF_NAME,     /* of a host, a user: letters, digits, '.', '-', '_' */
	CONF_PATH,     /* absolute */
	CONF_ADDRESS,  /* of a socket, see base/socket.h */
	CONF_URL,      /* http or https */
	CONF_NETWORK,  /* see base/ip.h */
	CONF_RESOLVER, /* an address, with a port or without: see base/ip.h */
	CONF_REPLY,    /* SMTP code and enhanced code, RFC 3463 section 2 */
	CONF_CHANNEL,  /* of rules: "NAME ADDRESS", https or file */
	CONF_RATE,     /* "KIND N/TIME": see conf_rate_read() */
	CONF_KEY,      /* of a channel: "NAME KEY", Ed25519 as signify has it */
};

struct conf_word {
	const char *word;
	int value;
};

struct conf_option {
	const char *section, *key;
	enum conf_type type;
	size_t offset;    /* in struct conf */
	bool is_list;     /* struct conf_list of that type */
	int64_t min;      /* of a number; of a text its length in bytes; */
	int64_t max;      /* CONF_REPLY: of the code */
	const char *unit; /* of a CONF_INTEGER, for people; or NULL */
	const struct conf_word *words; /* CONF_CHOICE; ends with NULL */
	const char *preset; /* the default as a file would have it; names of
	                       folders as @localstatedir@, see schema.c */
	const char *doc;    /* sentences in plain text */
};

struct conf_section {
	const char *name;
	const char *doc;
};

enum { CONF_SECTIONS = 36, CONF_OPTIONS = 268, CONF_NONE = -1 };
enum { CONF_CHANNEL_NAME_MAX = 40 };

/* The options of a section stand together, in the order of the sections. */
extern const struct conf_section conf_sections[CONF_SECTIONS];
extern const struct conf_option conf_options[CONF_OPTIONS];

extern const struct conf_word conf_plan_words[];
extern const struct conf_word conf_privacy_words[];
extern const struct conf_word conf_sector_words[];
extern const struct conf_word conf_reporter_words[];
extern const struct conf_word conf_engine_words[];
extern const struct conf_word conf_store_words[];
extern const struct conf_word conf_finest_words[];

/* Whether there may be several, each with a name: `reporter NAME { ... }`.
 * Offsets of options are those in a struct conf_reporter. */
bool schema_is_named(const char *section);

/* Index in the tables above, or CONF_NONE. */
int schema_section(struct sv name);
int schema_option(struct sv section, struct sv key);

/* Appends the default of an option: with the folders this build was
 * configured for, or with the usual ones, as the documentation has them. */
void schema_preset(const struct conf_option *o, bool documented,
                   struct buf *out);

#endif
