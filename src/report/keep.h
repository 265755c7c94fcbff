/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages as they came, kept for a while: so that they can be judged again
 * (explain --replay), for people to decide on, and posts for when rules or
 * campaigns change. Each kind is a folder in tamisd.state_dir with its own
 * bounds, a file each, compressed (zstd), named after the id. Ids begin with
 * the time (RFC 9562 section 5.7), so that files that are next to each other in
 * time are in one folder, of about four and a half hours, and old ones go by
 * the folder.
 *
 * Nothing here is a promise: a full disk, or a crash, loses what was to be
 * kept, and judging goes on.
 */
#ifndef REPORT_KEEP_H
#define REPORT_KEEP_H

#include "base/buf.h"
#include "conf/conf.h"

enum { KEEP_PATH = 4200 };

enum kept {
	KEPT_MESSAGES, /* "kept": section keep */
	KEPT_HELD,     /* "held": section review */
	KEPT_POSTS,    /* "posts": http.rejudge_window */
	KEPT_KINDS,
};

/* Any thread of any process. E_IO with errno; E_SYNTAX: it is no id. */
int keep_put(const struct conf *conf, enum kept kind, const char *id,
             struct sv raw);

/* The same where there is one already; readers see the old or the new one. */
int keep_replace(const struct conf *conf, enum kept kind, const char *id,
                 struct sv raw);

/* Appends the message. E_UNKNOWN: it is not there (any more); E_LIMIT, E_IO,
 * E_SYNTAX: the file is damaged. */
int keep_get(const struct conf *conf, enum kept kind, const char *id,
             struct buf *out);

/* Removes one; fine when it is not there. */
void keep_drop(const struct conf *conf, enum kept kind, const char *id);

/* Calls `each` for the ids there are, the newest folder first and in the order
 * of time within it, until it returns anything but 0. */
int keep_each(const struct conf *conf, enum kept kind,
              int (*each)(void *ctx, const char *id), void *ctx);

/* Removes what is older than the kind's time, and the oldest folders while all
 * are larger than its bytes_max. Returns how many files went. One at a time. */
size_t keep_prune(const struct conf *conf, enum kept kind, int64_t unix_ms);

#endif
