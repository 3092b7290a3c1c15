/* uclog-diagnosis.h
 * What a server's record says is wrong with a message, as a comment says it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_UCLOG_DIAGNOSIS_H
#define MSICE_UCLOG_DIAGNOSIS_H

#include "logs/uclog-lines.h"
#include "logs/uclog-record.h"

/* Appends to `diagnosis` what the line of a record's body says of it, nothing if it is no such line; of what may be
 * secret the names only. */
void uclog_diagnosis_add(uclog_bytes_t *diagnosis, const uclog_line_t *line);

#endif
