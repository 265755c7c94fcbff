/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages as they came, kept for a while so that they can be judged again and
 * looked at: the folder kept in tamisd.state_dir, a file each, compressed
 * (zstd), named after the id. Ids begin with the time (RFC 9562 section 5.7),
 * so that files that are next to each other in time are in one folder, of
 * about four and a half hours, and old ones go by the folder.
 *
 * Nothing here is a promise: a full disk, or a crash, loses what was to be
 * kept, and judging goes on.
 */
#ifndef REPORT_KEEP_H
#define REPORT_KEEP_H

#include "base/buf.h"
#include "conf/conf.h"

enum { KEEP_PATH = 4200 };

/* Any thread of any process. E_IO with errno; E_SYNTAX: it is no id. */
int keep_put(const struct conf *conf, const char *id, struct sv raw);

/* Appends the message. E_UNKNOWN: it is not there (any more); E_LIMIT, E_IO,
 * E_SYNTAX: the file is damaged. */
int keep_get(const struct conf *conf, const char *id, struct buf *out);

/* Removes what is older than keep.time, and the oldest folders while all are
 * larger than keep.bytes_max. Returns how many files went. One at a time. */
size_t keep_prune(const struct conf *conf, int64_t unix_ms);

#endif
