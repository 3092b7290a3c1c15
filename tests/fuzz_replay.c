/* fuzz_replay.c
 * Gives the target of the fuzzer inputs that stand in files, where libFuzzer is missing:
 *   TARGET FILE...              each in a process of its own, so that one that fails does not hide the next
 *   TARGET --together FILE...   one after the other, as files are opened in Wireshark
 *   TARGET --cut FILE...        each cut at every byte of every packet
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fuzz_cut.h"
#include "fuzz_input.h"
#include "fuzz_target.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);

typedef bool (*replay_t)(const uint8_t *bytes, size_t size);

static unsigned long cuts;

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
together(const uint8_t *bytes, size_t size)
{
    return LLVMFuzzerTestOneInput(bytes, size) == 0;
}

static bool
cut(const uint8_t *bytes, size_t size)
{
    capture_t capture = fuzz_make_capture(bytes, size);

    cuts += fuzz_cut_everywhere(&capture);
    fuzz_free_capture(&capture);
    return true;
}

static bool
replay(const char *name, replay_t how)
{
    gchar *bytes;
    gsize size;
    bool well;

    if (!g_file_get_contents(name, &bytes, &size, NULL))
        return false;
    well = how((const uint8_t *)bytes, size);
    g_free(bytes);
    return well;
}

static replay_t
way_of(const char *option)
{
    if (option && strcmp(option, "--together") == 0)
        return together;
    if (option && strcmp(option, "--cut") == 0)
        return cut;
    return in_child;
}

int
main(int argc, char **argv)
{
    const replay_t how = way_of(argc > 1 ? argv[1] : NULL);
    const int first = how == in_child ? 1 : 2;
    int failed = 0;

    fuzz_all_shares = true;
    LLVMFuzzerInitialize(&argc, &argv);
    for (int i = first; i < argc; i++)
        if (!replay(argv[i], how)) {
            fprintf(stderr, "failed: %s\n", argv[i]);
            failed++;
        }
    if (how == cut)
        fprintf(stderr, "packets cut: %lu\n", cuts);
    fprintf(stderr, "inputs: %d, failed: %d\n", argc - first, failed);
    return failed ? 1 : 0;
}
