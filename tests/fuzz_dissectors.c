/* fuzz_dissectors.c
 * Feeds all of the plugin with little captures, as tshark does: in one pass with tree, columns and taps, or with a
 * pass before without a tree; some several times, to compare what is said.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fuzz_input.h"
#include "fuzz_oracle.h"
#include "fuzz_target.h"

bool fuzz_all_shares;

int LLVMFuzzerInitialize(int *argc, char ***argv);
const char *__asan_default_options(void);

/* Wireshark keeps what it has at its end; and a session has so many allocations that a quarantine and the notes of
 * who allocated cost half of the time: fuzz_dissectors.sh switches the quarantine on for a part of the inputs, and
 * ASAN_OPTIONS=malloc_context_size=30 tells of one that is found again. */
const char *
__asan_default_options(void)
{
    return "detect_leaks=0:quarantine_size_mb=0:thread_local_quarantine_size_kb=0:malloc_context_size=0"
           ":detect_odr_violation=0:max_malloc_fill_size=16";
}

int
LLVMFuzzerInitialize(int *argc _U_, char ***argv)
{
    /* Of messages in pcaps/: the users of checks, and the one of tests/gen/turn_messages.py. */
    static const char *const passwords[][2] = {
        { "vOaM:fvAs", "password-of-the-other-end" },
        { "o5/I:FY32", "password-of-the-other-end" },
        { "AgAAJJCg29sB1hlNAAECAwQFBgcICQoLDA0ODxAREhMAAAAAZGVmZ2hpamtsbW5vcHFyc3R1dnc=", "0123456789abcdefghij" },
    };

    fuzz_all_shares |= g_getenv("FUZZ_ALL_SHARES") != NULL;
    inprocess_start((*argv)[0]);
    inprocess_set("tls.ignore_ssl_mac_failed:TRUE");
    /* On ports of nobody it gives a connection in TLS to HTTP from any record on, and on later passes all of it. */
    find_heur_dissector_by_unique_short_name("http_tls")->enabled = FALSE;
    for (size_t i = 0; i < array_length(passwords); i++) {
        char *row = g_strdup_printf("uat:msturn_passwords:\"%s\",\"\",\"%s\"", passwords[i][0], passwords[i][1]);

        inprocess_set(row);
        g_free(row);
    }
    oracle_start();
    return 0;
}

/* What costs as much as the dissection is done of a share of the inputs. The bytes choose, so that what is found is
 * found again. */
enum { COMPARED = 8, DRAWN = 4 };

static bool
is_in_share(const uint8_t *data, size_t size, unsigned share)
{
    enum { FNV_START = 0x811C9DC5, FNV_PRIME = 0x01000193 };
    uint32_t hash = FNV_START;

    for (size_t i = 0; i < size; i++)
        hash = (hash ^ data[i]) * FNV_PRIME;
    return fuzz_all_shares || (hash >> 16) % share == 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    capture_t capture;

    if (size < FUZZ_HEAD)
        return 0;
    capture = fuzz_make_capture(data, size);
    if (data[1] & FUZZ_COMPARE && is_in_share(data, size, COMPARED))
        oracle_compare(&capture);
    else
        oracle_dissect(&capture, !(data[1] & FUZZ_ONE_PASS), is_in_share(data, size, DRAWN));
    fuzz_free_capture(&capture);
    return 0;
}
