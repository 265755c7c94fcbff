/* SPDX-License-Identifier: Apache-2.0 */
/* A range of the spool as a batch for the central feed (record/record.h). */
#ifndef REPORT_PACK_H
#define REPORT_PACK_H

#include "conf/conf.h"
#include "report/cursor.h"

/*
 * Packs the first records of `range`, as many as a batch takes and at least
 * one if it has any, cuts the range to these, and fills c->package: its body is
 * the JSON of the batch, compressed with zstd. It tells of the loss that no
 * package has told of, and of records and torn lines of the range that were
 * none; how was counted goes into c->method. The same cursor, range and
 * configuration give the same bytes. Fails when a key is needed and cannot be
 * read: E_IO, E_SYNTAX.
 */
int pack_range(const struct conf *conf, const struct conf_reporter *own,
               struct cursor *c, struct range *range)
    __attribute__((warn_unused_result));

#endif
