/* batch-source.c
 * What a file is, and how it becomes a capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "batch/batch-source.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

/* Exit status of uclog for a file that is no log of the kinds it knows. */
#define UCLOG_NO_LOG 2

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
    { SOURCE_COMPRESSED, 2, "\x1f\x8b" },
    { SOURCE_PACKED, 4, "\x28\xb5\x2f\xfd" }, /* zstd */
    { SOURCE_PACKED, 4, "\x04\x22\x4d\x18" }, /* lz4 */
};

source_kind_t
source_kind(const char *path)
{
    char begin[8];
    FILE *file = fopen(path, "rb");
    size_t length = file ? fread(begin, 1, sizeof begin, file) : 0;

    if (!file)
        return SOURCE_UNREADABLE;
    fclose(file);
    if (length == 0)
        return SOURCE_EMPTY;
    for (unsigned i = 0; i < G_N_ELEMENTS(magics); i++)
        if (length >= magics[i].length && memcmp(begin, magics[i].bytes, magics[i].length) == 0)
            return magics[i].kind;
    return SOURCE_TEXT;
}

source_log_t
source_convert_log(const char *path, bool compressed, const char *capture, unsigned seconds)
{
    /* $1: the log, $2: the capture, $3: seconds */
    char plain[] = "exec timeout -k 5 \"$3\" uclog -q -w \"$2\" -- \"$1\"";
    char packed[] = "gzip -dc -- \"$1\" | timeout -k 5 \"$3\" uclog -q -w \"$2\" -";
    char shell[] = "sh", option[] = "-c", *limit = g_strdup_printf("%u", seconds), *log = g_strdup(path);
    char *target = g_strdup(capture);
    char *arguments[] = { shell, option, compressed ? packed : plain, shell, log, target, limit, NULL };
    int status = -1;
    bool ran = g_spawn_sync(NULL, arguments, NULL,
                            G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                            NULL, NULL, &status, NULL);

    g_free(limit);
    g_free(log);
    g_free(target);
    if (!ran || !WIFEXITED(status))
        return LOG_FAILED;
    return WEXITSTATUS(status) == 0 ? LOG_WRITTEN : WEXITSTATUS(status) == UCLOG_NO_LOG ? LOG_FOREIGN : LOG_FAILED;
}
