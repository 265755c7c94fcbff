/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verdict records on their way out: spool first, then reporters.
 *
 * Scanners append each verdict record (one JSON object, scan/verdict_record)
 * to the spool before they answer. The reporter process reads it, and each
 * reporter of the table (history, file, syslog, http) has a cursor of its
 * own; a segment is deleted when all have passed it or the size bound says
 * so, which is counted as loss.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/sv.h"
#include "conf/conf.h"

/* ---- spool, the writing end: any thread, several processes ---- */

struct spool;

/* Opens (and makes) the spool folder; NULL with errno. Process-wide: one for
 * all threads; after a fork open it anew. */
struct spool *spool_open(const char *dir, const struct conf_report *conf);
void spool_close(struct spool *s); /* takes NULL */

/* Appends one record; when it returns 0 the record survives the death of the
 * process, and within a second that of the machine (a thread of the spool
 * calls fsync). E_IO, E_LIMIT: disk full and the like; the spool has counted
 * it as lost. */
int spool_append(struct spool *s, struct sv record);

/* The same. Calls in_turn (NULL: nothing) once, when the records of other
 * threads and processes have been waited for, and before this one is written:
 * what it counts and what is in the spool differ by one at most if the process
 * is killed. It must be quick, and not use the spool. */
int spool_append_in_turn(struct spool *s, struct sv record,
                         void (*in_turn)(void *ctx), void *ctx);

/* Counts a record as lost that could not be made. */
void spool_lose(struct spool *s);

/* Appends what was lost, if anything was: the next record would tell of it,
 * but that may be long in coming. */
void spool_tell_losses(struct spool *s);

/* Where the spool of this configuration lives, into path. */
const char *spool_path(const struct conf *conf, char *path, size_t size);

/* ---- the reporter process ---- */

/* Runs until `stop_fd` is readable, then delivers what it can within a
 * second. `conf` is used for the whole run; `status` is where the control
 * socket's `report status` looks. Returns an exit code. */
int report_run(struct conf *conf, int stop_fd);

/* ---- for the CLI ---- */

/* Prints each reporter's cursor, backlog, last success and last error. */
int report_status_print(const struct conf *conf, bool json, void *out);

/* Asks for delivery now: touches a file that the reporter watches, and waits
 * until the backlog is gone or `timeout_ms` passed (E_STATE). */
int report_flush(const struct conf *conf, int64_t timeout_ms);

/* History, newest first. `each` gets a record as JSON text; a result that is
 * not 0 ends it. `id` NULL: all; a unique prefix of 8 or more will do. */
int history_each(const struct conf *conf, const char *id, const char *verdict,
                 size_t limit, int (*each)(void *ctx, struct sv record),
                 void *ctx, struct diags *diags);

#endif
