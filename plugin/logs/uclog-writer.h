/* uclog-writer.h
 * Writes records as a capture file
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_UCLOG_WRITER_H
#define MSICE_UCLOG_WRITER_H

#include "logs/uclog-record.h"

typedef struct uclog_writer_t uclog_writer_t;

/* A writer to the open file `fd` (closed with the writer). pcapng carries comments, directions and machines;
 * `classic` is the older pcap, with none of these. `names[source]` names the files (NULL-terminated, kept by
 * the caller): a record without a machine belongs to an interface with the file's name. */
uclog_writer_t *uclog_writer_new(int fd, bool classic, const char *const *names);

/* Writes a record. Returns false if the output is broken. */
bool uclog_writer_record(uclog_writer_t *writer, const uclog_record_t *record);

/* Hands what is buffered to the operating system. Returns false if the output is broken. */
bool uclog_writer_flush(uclog_writer_t *writer);

/* The errno of the first failure, 0 if there was none. */
int uclog_writer_error(const uclog_writer_t *writer);

/* Flushes and closes. Returns false if anything got lost. */
bool uclog_writer_free(uclog_writer_t *writer);

#endif
