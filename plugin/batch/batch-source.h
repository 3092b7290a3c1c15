/* batch-source.h
 * What a file is, and how it becomes a capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_BATCH_SOURCE_H
#define MSICE_BATCH_SOURCE_H

typedef enum {
    SOURCE_CAPTURE,     /* pcap, pcapng and others, also compressed */
    SOURCE_TEXT,        /* perhaps a log */
    SOURCE_PACKED_TEXT, /* the same, compressed with gzip */
    SOURCE_EMPTY,
    SOURCE_UNREADABLE
} source_kind_t;

/* Looks at the begin of a file, and of what is packed in it. */
source_kind_t source_kind(const char *path);

typedef enum {
    LOG_WRITTEN,
    LOG_DAMAGED, /* written as far as it could be unpacked */
    LOG_FOREIGN,
    LOG_FAILED
} source_log_t;

/* Has uclog write the log in path, of a kind of text, as a capture; seconds: how long that may take, and unpacking as
 * well. */
source_log_t source_convert_log(const char *path, source_kind_t kind, const char *capture, unsigned seconds);

#endif
