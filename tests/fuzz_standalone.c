/* fuzz_standalone.c
 * Mutations for a fuzzing target where libFuzzer is missing: TARGET COUNT SEED FILE...
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fuzz_target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <glib.h>

/* A small generator, so that a seed repeats a run anywhere. */
static uint32_t
next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

static size_t
mutate(uint8_t *text, size_t size, size_t room, uint32_t *state)
{
    unsigned count_of_words = 0;

    while (fuzz_words[count_of_words])
        count_of_words++;
    for (unsigned i = 1 + next_random(state) % 6; i > 0 && size > 0; i--) {
        size_t at = next_random(state) % size, count = next_random(state) % (size - at) % 200;
        const char *word = fuzz_words[next_random(state) % count_of_words];
        size_t word_length = strlen(word);

        switch (next_random(state) % 5) {
        case 0:
            text[at] = (uint8_t)next_random(state);
            break;
        case 1: /* a piece is left out */
            memmove(text + at, text + at + count, size - at - count);
            size -= count;
            break;
        case 2: /* a piece comes twice */
            count = MIN(count, room - size);
            memmove(text + at + count, text + at, size - at);
            size += count;
            break;
        case 3:
            word_length = MIN(word_length, size - at);
            memcpy(text + at, word, word_length);
            break;
        default: /* the rest is missing */
            size = at;
            break;
        }
    }
    return size;
}

int
main(int argc, char **argv)
{
    uint32_t state;

    if (argc < 4) {
        fprintf(stderr, "usage: COUNT SEED FILE...\n");
        return 2;
    }
    state = (uint32_t)strtoul(argv[2], NULL, 10) | 1;
    for (unsigned long i = strtoul(argv[1], NULL, 10); i > 0; i--) {
        gchar *text;
        gsize size;
        uint8_t *copy, *exact;

        if (!g_file_get_contents(argv[3 + next_random(&state) % (unsigned)(argc - 3)], &text, &size, NULL))
            return 2;
        copy = g_malloc(size + 4096);
        memcpy(copy, text, size);
        size = mutate(copy, size, size + 4096, &state);
        /* Of its exact size, so that the sanitizer sees every byte beyond. */
        exact = malloc(size ? size : 1);
        memcpy(exact, copy, size);
        LLVMFuzzerTestOneInput(exact, size);
        free(exact);
        g_free(copy);
        g_free(text);
    }
    fuzz_end();
    printf("inputs tried: %s\n", argv[1]);
    return 0;
}
