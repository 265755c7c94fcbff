/* SPDX-License-Identifier: Apache-2.0 */
/* Abuse reports as mails (RFC 5965), and whom the sender of a mail asked to
 * tell about complaints (RFC 9477). */
#ifndef REPORT_ARF_MAIL_H
#define REPORT_ARF_MAIL_H

#include "base/arena.h"
#include "conf/conf.h"
#include "report/item.h"

struct arf {
	const struct conf_node *node;
	const char *from, *to;
	struct sv id;            /* of the record that it is about: a UUID */
	bool is_complaint;       /* of a person; else our own verdict */
	int64_t unix_ms;         /* when the report is written */
	const struct item *item; /* the verdict; NULL: not known any more */
	struct sv feedback_id;   /* CFBL-Feedback-ID, or "" */
	struct sv original;      /* as it came; "": fields of the record */
};

/* Appends the mail, with CRLF. Values of strangers end no line. */
void arf_write(const struct arf *a, struct buf *out);

/*
 * The CFBL-Address of a mail, where all of RFC 9477 section 3.1 holds: there
 * is one such field, a DKIM signature that was found valid covers it, and the
 * domain of that signature is that of From and of the address, or one above
 * it. `facts` is the member of the verdict record. Point into the arena of
 * the message, which `raw` outlives; false: there is none.
 */
struct cfbl {
	struct sv address, feedback_id;
};
bool cfbl_find(struct arena *a, struct sv raw,
               const struct conf_message *limits, json_t *facts,
               struct cfbl *ret);

#endif
