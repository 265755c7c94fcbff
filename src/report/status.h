/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the reporter process tells the tools, by files in the spool folder:
 *
 *     status.json   written by the reporter when something has changed
 *     flush         made by the tool, removed by the reporter when seen; its
 *                   content, a number, comes back as "flush" of the status
 */
#ifndef REPORT_STATUS_H
#define REPORT_STATUS_H

#define STATUS_FILE "status.json"
#define FLUSH_FILE  "flush"

enum { STATUS_BYTES_MAX = 64 << 10, STATUS_PATH = 4096 };

#endif
