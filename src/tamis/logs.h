/* SPDX-License-Identifier: Apache-2.0 */
/* Logs of mass checks as operands. What a log holds is said by its name, which
 * begins with "ham" or "spam"; a folder stands for ham.log and spam.log in it.
 */
#ifndef TAMIS_LOGS_H
#define TAMIS_LOGS_H

#include "mass/log.h"
#include "tamis/options.h"

/* Reads all of them; what is wrong is said to standard error. Returns
 * OPTIONS_GO_ON or an exit code. */
int logs_read(const struct command *command, const struct operands *operands,
              struct mass_log *log);

#endif
