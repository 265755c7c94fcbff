/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reports that come by the control socket: the supervisor hands them to a
 * scanner as a file in memory, a line of JSON and perhaps a mail behind it;
 * the answer comes back in its place.
 */
#ifndef TAMISD_REPORTS_H
#define TAMISD_REPORTS_H

#include "ingress/ingress.h"
#include "tamisd/supervisor.h"

struct report_request {
	const char *report; /* JSON; NULL: there was none */
	/* What the mail is: "arf" a report, "mail" what is reported. */
	const char *form;
	int64_t bytes;   /* of a mail that the client sends; 0: none */
	struct sv begin; /* of these, what was read already */
	int client_fd;
};

/* The supervisor's side: appends the answer, one line of JSON. */
void reports_ask(struct supervisor *s, const struct report_request *r,
                 struct buf *out);

/* The scanner's side: replaces the request in `fd` by the answer; E_IO. */
int reports_take(struct ingress *in, int fd);

#endif
