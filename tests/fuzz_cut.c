/* fuzz_cut.c
 * Captures cut at every byte.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fuzz_cut.h"

#include "fuzz_oracle.h"

#define ETHERNET 14

static unsigned
get_16(const uint8_t *bytes)
{
    return (unsigned)bytes[0] << 8 | bytes[1];
}

static void
put_16(uint8_t *bytes, unsigned value)
{
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)value;
}

/* Puts the lengths of IP and UDP right, of a frame of Ethernet that got shorter; where the rest does not hold them
 * nothing is to be done. */
static void
shorten(uint8_t *frame, unsigned length)
{
    unsigned head;

    if (length >= ETHERNET + 40 && get_16(frame + 12) == 0x86DD) {
        put_16(frame + ETHERNET + 4, length - ETHERNET - 40);
        if (frame[ETHERNET + 6] == 17 && length >= ETHERNET + 48)
            put_16(frame + ETHERNET + 44, length - ETHERNET - 40);
        return;
    }
    if (length < ETHERNET + 20 || get_16(frame + 12) != 0x0800)
        return;
    head = ETHERNET + (frame[ETHERNET] & 15U) * 4;
    put_16(frame + ETHERNET + 2, length - ETHERNET);
    if (frame[ETHERNET + 9] == 17 && length >= head + 8)
        put_16(frame + head + 4, length - head);
}

/* The frame, cut behind so many bytes, in memory of its exact size. */
static capture_frame_t
cut_frame(const capture_frame_t *frame, unsigned at, bool shorter)
{
    capture_frame_t cut = *frame;
    uint8_t *bytes = g_malloc(MAX(MIN(frame->captured, at), 1U));

    cut.captured = MIN(frame->captured, at);
    memcpy(bytes, frame->bytes, cut.captured);
    if (shorter && cut.captured < frame->captured) {
        cut.length = cut.captured;
        if (frame->encap == WTAP_ENCAP_ETHERNET)
            shorten(bytes, cut.captured);
    }
    cut.bytes = bytes;
    return cut;
}

static unsigned long
dissect_cut(const capture_t *capture, unsigned at, bool shorter)
{
    capture_frame_t *frames = g_new(capture_frame_t, capture->count);
    const capture_t cut = { frames, capture->count, capture->secrets };
    unsigned long count = 0;

    for (unsigned i = 0; i < capture->count; i++) {
        frames[i] = cut_frame(&capture->frames[i], at, shorter);
        count += capture->frames[i].captured > at;
    }
    oracle_dissect(&cut, true, true);
    for (unsigned i = 0; i < capture->count; i++)
        g_free((void *)(uintptr_t)frames[i].bytes);
    g_free(frames);
    return count;
}

unsigned long
fuzz_cut_everywhere(const capture_t *capture)
{
    unsigned long count = 0;
    unsigned longest = 0;

    for (unsigned i = 0; i < capture->count; i++)
        longest = MAX(longest, capture->frames[i].captured);
    for (unsigned at = 0; at < longest; at++)
        count += dissect_cut(capture, at, false) + dissect_cut(capture, at, true);
    return count;
}
