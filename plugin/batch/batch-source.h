/* batch-source.h
 * What a file is, and how it becomes a capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_BATCH_SOURCE_H
#define MSICE_BATCH_SOURCE_H

#include <stdbool.h>

typedef enum {
    SOURCE_CAPTURE,    /* pcap, pcapng and others, by their first bytes */
    SOURCE_COMPRESSED, /* gzip: a capture or a log */
    SOURCE_PACKED,     /* in a way that only Wireshark reads */
    SOURCE_TEXT,       /* perhaps a log */
    SOURCE_EMPTY,
    SOURCE_UNREADABLE
} source_kind_t;

/* Looks at the begin of a file. */
source_kind_t source_kind(const char *path);

typedef enum { LOG_WRITTEN, LOG_FOREIGN, LOG_FAILED } source_log_t;

/* Has uclog write the log in path as a capture; seconds: how long that may take. */
source_log_t source_convert_log(const char *path, bool compressed, const char *capture, unsigned seconds);

#endif
