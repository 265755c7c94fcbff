/* SPDX-License-Identifier: Apache-2.0 */
/* The texts that rules look at, cut into elements as SpamAssassin cuts them,
 * because rules are written for that. */
#ifndef MESSAGE_VIEW_H
#define MESSAGE_VIEW_H

#include "message/reader.h"

/* Fills r->m->views from the parts and URLs. */
void view_make_all(struct reader *r);

#endif
