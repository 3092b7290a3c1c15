/* uclog-record.h
 * One record of a client or server log: the common currency between the
 * two parsers, the merge, the window for findings and the writers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_UCLOG_RECORD_H
#define MSICE_UCLOG_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <glib.h>

/* Wireshark reads no packet longer than 256 KiB; a kilobyte is left for the tags in front. */
#define UCLOG_MAX_DATA     (256U * 1024U - 1024U)
#define UCLOG_MAX_COMMENTS 16384U
#define UCLOG_MAX_NAME     64U

/* A growing buffer that keeps its memory when it is emptied. */
typedef struct {
    char *data;
    size_t length;
    size_t size;
} uclog_bytes_t;

typedef enum { UCLOG_MESSAGE, UCLOG_FINDING, UCLOG_TRACE } uclog_kind_t;
typedef enum { UCLOG_DIRECTION_UNKNOWN, UCLOG_RECEIVED, UCLOG_SENT } uclog_direction_t;

/* An address as the log has it; what the log does not have stays unset. */
typedef struct {
    uint8_t family; /* 0, 4 or 6 */
    uint8_t address[16];
    bool has_port;
    uint16_t port;
} uclog_endpoint_t;

/* A piece of uclog_record.data */
typedef struct {
    uint32_t offset;
    uint32_t length;
} uclog_slice_t;

typedef struct {
    uclog_kind_t kind;
    int64_t time_ms; /* since 1970-01-01 UTC */
    uclog_direction_t direction;
    uclog_endpoint_t local;
    uclog_endpoint_t remote;
    uclog_bytes_t data;     /* the SIP message, or the text of a finding or log line */
    uclog_bytes_t comments; /* what is to be said about it: strings, each with its NUL */
    uclog_slice_t start_line;
    uclog_slice_t call_id;
    uclog_slice_t cseq;
    uclog_bytes_t names;            /* findings: SIP-Start-Line, SIP-Call-ID, SIP-CSeq, each with its NUL */
    char machine[UCLOG_MAX_NAME];   /* empty: the log does not say */
    char pool[UCLOG_MAX_NAME];      /* likewise */
    char component[UCLOG_MAX_NAME]; /* finding, trace: the component that wrote it */
    char process[24];               /* PID and TID as written */
    char flag[24];                  /* TF_xxx of a server log */
    char peer[UCLOG_MAX_NAME * 4];  /* the peer as the record writes it; names have no address */
    bool judged;                    /* a finding was put on it */
    uint8_t severity;               /* as syslog counts: 0 emergency to 7 debug */
    uint32_t source;                /* number of the file, from 0 */
    int64_t offset;                 /* of the record's first byte in the file */
    unsigned behind;                /* of those that share one of the log: how far behind its first byte they begin */
    uint64_t line;                  /* number of the record's first line, from 1 */
} uclog_record_t;

/* What several records share is shorter. */
#define UCLOG_FARTHEST (1 << 20)

/* Where a record stands in its file, in one number: what it shares with others, and where in it. */
static inline int64_t
uclog_record_place(const uclog_record_t *record)
{
    return record->offset * UCLOG_FARTHEST + record->behind;
}

/* Takes a record from the store of used ones, or makes one; the caller owns it. */
uclog_record_t *uclog_record_new(void);

/* Gives a record back to the store; NULL is allowed. */
void uclog_record_free(uclog_record_t *record);

/* Empties the store, at the end of the program. */
void uclog_record_free_store(void);

/* Adds one comment (printf) to what is said about the record; text that is not UTF-8 is made so. */
void uclog_record_comment(uclog_record_t *record, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* The same for text that needs no formatting. */
void uclog_record_comment_text(uclog_record_t *record, const char *text, size_t length);

/* Makes room for `more` bytes behind the contents. */
void uclog_bytes_reserve(uclog_bytes_t *bytes, size_t more);

/* Copies a name into a field of `size` bytes: cut at its end, always terminated. */
void uclog_copy_name(char *field, size_t size, const char *text, size_t length);

/* Whether the text is plain ASCII. */
bool uclog_is_ascii(const char *text, size_t length);

/* Reads "address:port" ("[v6]:port", or the address alone).
 * Returns false, with *endpoint unset but for a port, if there is no numeric address in it. */
bool uclog_endpoint_parse(uclog_endpoint_t *endpoint, const char *text, size_t length);

static inline void
uclog_bytes_append(uclog_bytes_t *bytes, const void *data, size_t length)
{
    if (length == 0)
        return;
    if (bytes->size - bytes->length < length)
        uclog_bytes_reserve(bytes, length);
    memcpy(bytes->data + bytes->length, data, length);
    bytes->length += length;
}

static inline void
uclog_bytes_free(uclog_bytes_t *bytes)
{
    g_free(bytes->data);
    memset(bytes, 0, sizeof *bytes);
}

#endif
