/* SPDX-License-Identifier: Apache-2.0 */
/* Answers of the spamd protocol, as spamd 4.0 writes them. */
#ifndef INGRESS_SPAMD_ANSWER_H
#define INGRESS_SPAMD_ANSWER_H

#include "ingress/spamd_session.h"

/* To a judged mail, by the command, into s->out. */
void spamd_answer(struct spamd_session *s, struct scan *scan);

void spamd_answer_ping(struct buf *out);
/* What was learned, or forgotten; neither: nothing was to do. */
void spamd_answer_tell(bool did_set, bool did_remove, struct buf *out);

/* One line that says why not. */
void spamd_answer_error(enum spamd_code code, const char *why, struct buf *out);

#endif
