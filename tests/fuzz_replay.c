/* fuzz_replay.c
 * Gives a fuzzing target the inputs that stand in files, where libFuzzer is missing: TARGET [--together] FILE...
 * Each is looked at in a process of its own; together: one after the other in one, as files in Wireshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fuzz_target.h"

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);

/* In a process of its own, so that one that fails does not hide the next. */
static bool
in_child(const uint8_t *bytes, size_t size)
{
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        LLVMFuzzerTestOneInput(bytes, size);
        _exit(0);
    }
    return waitpid(child, &status, 0) == child && status == 0;
}

static bool
replay(const char *name, bool together)
{
    gchar *bytes;
    gsize size;
    bool well = true;

    if (!g_file_get_contents(name, &bytes, &size, NULL))
        return false;
    if (together)
        LLVMFuzzerTestOneInput((const uint8_t *)bytes, size);
    else
        well = in_child((const uint8_t *)bytes, size);
    g_free(bytes);
    return well;
}

int
main(int argc, char **argv)
{
    const bool together = argc > 1 && strcmp(argv[1], "--together") == 0;
    const int first = together ? 2 : 1;
    int failed = 0;

    LLVMFuzzerInitialize(&argc, &argv);
    for (int i = first; i < argc; i++)
        if (!replay(argv[i], together)) {
            fprintf(stderr, "failed: %s\n", argv[i]);
            failed++;
        }
    fprintf(stderr, "inputs: %d, failed: %d\n", argc - first, failed);
    return failed ? 1 : 0;
}
