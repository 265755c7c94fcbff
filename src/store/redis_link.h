/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A connection to Redis, or what speaks its protocol. Commands are sent in one
 * go and answered in order; all of an exchange has one deadline, and answers
 * are bounded. One thread at a time. A connection that failed is of no more
 * use. In a build without hiredis none can be opened.
 */
#ifndef STORE_REDIS_LINK_H
#define STORE_REDIS_LINK_H

#include "base/socket.h"
#include "base/sv.h"

enum { REDIS_WHY = 200, REDIS_WORDS_MAX = 16 };

struct redis_server {
	const char *name; /* as configured, for messages */
	struct socket_address address;
	const char *password_file; /* "": none */
	int64_t database;
};

/* Ends the process when `name` is no address: the configuration checks. */
void redis_server_init(struct redis_server *s, const char *name,
                       const char *password_file, int64_t database);

enum redis_kind {
	REDIS_NOTHING, /* nil */
	REDIS_TEXT,    /* or a status */
	REDIS_NUMBER,
	REDIS_LIST,
	REDIS_REFUSAL, /* an error of one command: the text says which */
};

/* Lives until the next answer. Lists in a list become part of it. */
struct redis_answer {
	enum redis_kind kind;
	struct sv text;
	int64_t number;
	struct sv *list; /* {NULL, 0}: nil */
	size_t n;
	bool has_refusal; /* in the list */
};

struct redis_link;

/* Connects and logs in. NULL with the reason. */
struct redis_link *redis_link_open(const struct redis_server *server,
                                   int64_t deadline_us, char why[REDIS_WHY]);
void redis_link_close(struct redis_link *l); /* takes NULL */
void redis_link_deadline(struct redis_link *l, int64_t deadline_us);

/* Adds a command to what is sent; REDIS_SEND(l, SV("GET"), key). */
void redis_link_send(struct redis_link *l, const struct sv *words, size_t n);
#define REDIS_SEND(l, ...)                                                     \
	redis_link_send((l), (const struct sv[]){ __VA_ARGS__ },               \
	                sizeof((const struct sv[]){ __VA_ARGS__ }) /           \
	                    sizeof(struct sv))

/* The next answer; E_REMOTE when there is none. */
int redis_link_receive(struct redis_link *l, struct redis_answer *ret,
                       char why[REDIS_WHY]) __attribute__((warn_unused_result));

#endif
