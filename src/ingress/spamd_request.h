/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The head of a request of the spamd protocol, versions 1.0 to 1.5, as spamc
 * and the mail servers that speak it write it:
 *
 *     PROCESS SPAMC/1.5
 *     User: ann
 *     Content-length: 1234
 *
 *     ... the mail ...
 *
 * Before version 1.1 there are no fields, and PING and SKIP have them from
 * 1.5 on. Pure: knows no socket.
 */
#ifndef INGRESS_SPAMD_REQUEST_H
#define INGRESS_SPAMD_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/sv.h"

enum {
	SPAMD_LINE_MAX = 8192, /* bytes, with the line end */
	SPAMD_FIELDS_MAX = 256,
	SPAMD_USER_MAX = 256, /* bytes of a name, with a final NUL */
	SPAMD_WHY_MAX = 128,
};

/* Codes of sysexits.h that answers carry, and two of spamd's own. */
enum spamd_code {
	SPAMD_OK = 0,
	SPAMD_UNAVAILABLE = 69,
	SPAMD_TEMPFAIL = 75,
	SPAMD_PROTOCOL = 76,
	SPAMD_TIMEOUT = 79,
	SPAMD_TOO_BIG = 98,
};

enum spamd_command {
	SPAMD_CHECK,
	SPAMD_SYMBOLS,
	SPAMD_REPORT,
	SPAMD_REPORT_IFSPAM,
	SPAMD_HEADERS,
	SPAMD_PROCESS,
	SPAMD_TELL,
	SPAMD_SKIP, /* this and what follows come without a mail */
	SPAMD_PING,
	SPAMD_COMMANDS,
};
const char *spamd_command_word(enum spamd_command c);

struct spamd_request {
	enum spamd_command command;
	unsigned version_tenths; /* 15: SPAMC/1.5 */
	bool has_length;
	uint64_t length; /* of the mail as it is sent, in bytes */
	bool compressed; /* with zlib */
	char user[SPAMD_USER_MAX];
	/* TELL: what the mail is, and what is to be set or removed. */
	char message_class[16];
	bool set_local, set_remote, remove_local, remove_remote;

	/* of the reading */
	bool has_command, complete;
	size_t used; /* bytes that were read; the mail begins there */
	unsigned fields;
};

/* Reads on in `bytes`, which begin with those of all calls before; `r` is
 * zeroed before the first. 0: the head is complete; E_STATE: more is needed;
 * E_SYNTAX or E_LIMIT with the reason, for the client, in `why`. `ended`:
 * nothing will follow. */
int spamd_request_read(struct spamd_request *r, struct sv bytes, bool ended,
                       char why[SPAMD_WHY_MAX]);

#endif
