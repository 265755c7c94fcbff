/* SPDX-License-Identifier: Apache-2.0 */
/* What systemd is told, when it started us and the build has libsystemd. */
#ifndef TAMISD_NOTIFY_H
#define TAMISD_NOTIFY_H

void notify_ready(void);
void notify_reloading(void);
void notify_stopping(void);

#endif
