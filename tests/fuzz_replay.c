/* fuzz_replay.c
 * Gives a fuzzing target the inputs that stand in files, where libFuzzer is missing: TARGET FILE...
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fuzz_target.h"

#include <glib.h>
#include <stdio.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);

int
main(int argc, char **argv)
{
    LLVMFuzzerInitialize(&argc, &argv);
    for (int i = 1; i < argc; i++) {
        gchar *bytes;
        gsize size;

        if (!g_file_get_contents(argv[i], &bytes, &size, NULL))
            return 2;
        LLVMFuzzerTestOneInput((const uint8_t *)bytes, size);
        g_free(bytes);
    }
    fprintf(stderr, "inputs: %d\n", argc - 1);
    return 0;
}
