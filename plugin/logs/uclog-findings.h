/* uclog-findings.h
 * Joins the findings of a server log with the messages they name
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_UCLOG_FINDINGS_H
#define MSICE_UCLOG_FINDINGS_H

#include "logs/uclog-record.h"

/* A window over the stream of records: a server writes what is wrong with a message shortly behind it. */
typedef struct uclog_window_t uclog_window_t;

/* A window that hands records on to `put` (ownership included). `keep_findings`: those that found their
 * message are handed on as records, too; the others always are. */
uclog_window_t *uclog_window_new(bool keep_findings, void (*put)(void *context, uclog_record_t *record),
                                 void *context);
void uclog_window_free(uclog_window_t *window);

/* Takes the next record (ownership included). */
void uclog_window_add(uclog_window_t *window, uclog_record_t *record);

/* Hands everything on: at the end, or when a live log has nothing new. */
void uclog_window_flush(uclog_window_t *window);

#endif
