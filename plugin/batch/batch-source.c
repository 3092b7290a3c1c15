/* batch-source.c
 * What a file is, and how it becomes a capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "batch/batch-source.h"

#include <gio/gio.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* Exit status of uclog for a file that is no log of the kinds it knows; of ours for one that was read as far as it
 * could be unpacked. */
#define UCLOG_NO_LOG  2
#define UNPACKED_PART 3

typedef struct {
    source_kind_t kind;
    unsigned length;
    const char *bytes;
} magic_t;

/* Wireshark would open pictures and web pages as well: only what holds packets. */
static const magic_t magics[] = {
    { SOURCE_CAPTURE, 4, "\xa1\xb2\xc3\xd4" }, /* pcap, and byte-swapped, with nanoseconds, Kuznetzov's, modified */
    { SOURCE_CAPTURE, 4, "\xd4\xc3\xb2\xa1" },
    { SOURCE_CAPTURE, 4, "\xa1\xb2\x3c\x4d" },
    { SOURCE_CAPTURE, 4, "\x4d\x3c\xb2\xa1" },
    { SOURCE_CAPTURE, 4, "\xa1\xb2\xcd\x34" },
    { SOURCE_CAPTURE, 4, "\x34\xcd\xb2\xa1" },
    { SOURCE_CAPTURE, 4, "\x0a\x0d\x0d\x0a" }, /* pcapng */
    { SOURCE_CAPTURE, 4, "GMBU" },             /* Microsoft Network Monitor 2 */
    { SOURCE_CAPTURE, 4, "RTSS" },             /* and 1 */
    { SOURCE_CAPTURE, 8, "snoop\0\0\0" },
    { SOURCE_CAPTURE, 4, "\x28\xb5\x2f\xfd" }, /* zstd: only Wireshark looks inside */
    { SOURCE_CAPTURE, 4, "\x04\x22\x4d\x18" }, /* lz4 */
};

static const char gzip_magic[] = "\x1f\x8b";

/* Enough of a compressed file for its header, which may have a name in it, and the begin of what is packed. */
#define MOST_BEGIN 8192

static source_kind_t
kind_of(const char *begin, size_t length)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(magics); i++)
        if (length >= magics[i].length && memcmp(begin, magics[i].bytes, magics[i].length) == 0)
            return magics[i].kind;
    return length ? SOURCE_TEXT : SOURCE_EMPTY;
}

/* What a file is that is compressed with gzip. */
static source_kind_t
packed_kind(const char *begin, size_t length)
{
    GZlibDecompressor *unpacker = g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP);
    char unpacked[64];
    size_t read = 0, written = 0;
    GConverterResult result = g_converter_convert(G_CONVERTER(unpacker), begin, length, unpacked, sizeof unpacked,
                                                  G_CONVERTER_NO_FLAGS, &read, &written, NULL);
    source_kind_t kind = result == G_CONVERTER_ERROR ? SOURCE_UNREADABLE : kind_of(unpacked, written);

    g_object_unref(unpacker);
    return kind == SOURCE_TEXT ? SOURCE_PACKED_TEXT : kind;
}

source_kind_t
source_kind(const char *path)
{
    FILE *file = fopen(path, "rb");
    char begin[MOST_BEGIN];
    size_t length;

    if (!file)
        return SOURCE_UNREADABLE;
    length = fread(begin, 1, sizeof begin, file);
    fclose(file);
    return length > 2 && memcmp(begin, gzip_magic, 2) == 0 ? packed_kind(begin, length) : kind_of(begin, length);
}

/* $1: the log, $2: the capture, $3: seconds */
static const char read_plain[] = "exec timeout -k 5 \"$3\" uclog -q -w \"$2\" -- \"$1\"";

/* Unpacked it has its name and its time of change, from which uclog takes what the log does not say; 4 GiB at most.
 * What stands behind the packed data (2) is no damage to them. */
static const char read_packed[] =
    "log=$2.d/$(basename -- \"$1\" .gz); mkdir -- \"$2.d\" || exit 1; ulimit -f 8388608; "
    "timeout -k 5 \"$3\" gzip -dc -- \"$1\" >\"$log\"; unpacked=$?; touch -r \"$1\" -- \"$log\"; "
    "timeout -k 5 \"$3\" uclog -q -w \"$2\" -- \"$log\"; status=$?; rm -r -- \"$2.d\"; "
    "case $unpacked in 0 | 2) ;; *) [ $status != 0 ] || status=" G_STRINGIFY(UNPACKED_PART) " ;; esac; exit $status";

static source_log_t
outcome_of(int status)
{
    switch (WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE) {
    case EXIT_SUCCESS:
        return LOG_WRITTEN;
    case UNPACKED_PART:
        return LOG_DAMAGED;
    case UCLOG_NO_LOG:
        return LOG_FOREIGN;
    default:
        return LOG_FAILED;
    }
}

source_log_t
source_convert_log(const char *path, source_kind_t kind, const char *capture, unsigned seconds)
{
    char *limit = g_strdup_printf("%u", seconds);
    const char *script = kind == SOURCE_PACKED_TEXT ? read_packed : read_plain;
    const char *words[] = { "sh", "-c", script, "sh", path, capture, limit, NULL };
    char **arguments = g_strdupv((char **)(uintptr_t)words);
    int status = -1;
    bool ran = g_spawn_sync(NULL, arguments, NULL,
                            G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                            NULL, NULL, &status, NULL);

    g_strfreev(arguments);
    g_free(limit);
    return ran ? outcome_of(status) : LOG_FAILED;
}
