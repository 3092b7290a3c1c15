/* spurts.c
 * When there were packets and when there was silence.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/spurts.h"

#include <math.h>

#define MOST_SPURTS    256
#define SHORTEST_BREAK 0.2

static void
leave_out(spurts_t *spurts, double silence, uint32_t frame)
{
    if (silence > spurts->gap) {
        spurts->gap = silence;
        spurts->gap_frame = frame;
    }
}

/* Makes room by leaving out silences that are longer than those left out so far. */
static void
thin_out(spurts_t *spurts)
{
    while (spurts->count > MOST_SPURTS / 2) {
        unsigned kept = 0;

        spurts->bridge *= 2;
        for (unsigned i = 1; i < spurts->count; i++) {
            const spurt_t *next = &spurts->items[i];
            double silence = next->start - spurts->items[kept].end;

            if (silence > spurts->bridge) {
                spurts->items[++kept] = *next;
                continue;
            }
            leave_out(spurts, silence, next->frame);
            spurts->items[kept].end = next->end;
        }
        spurts->count = kept + 1;
    }
}

static void
append(spurts_t *spurts, double now, uint32_t frame)
{
    if (spurts->count == spurts->room) {
        spurts->room = spurts->room ? spurts->room * 2 : 2;
        spurts->items = (spurt_t *)wmem_realloc(wmem_file_scope(), spurts->items, spurts->room * sizeof(spurt_t));
    }
    spurts->items[spurts->count++] = (spurt_t){ .start = now, .end = now, .frame = frame };
}

void
spurts_note(spurts_t *spurts, double now, uint32_t frame)
{
    spurt_t *last;

    if (spurts->count == 0)
        spurts->bridge = SHORTEST_BREAK;
    if (spurts->count == MOST_SPURTS && now > spurts->items[spurts->count - 1].end + spurts->bridge)
        thin_out(spurts);
    last = spurts->count ? &spurts->items[spurts->count - 1] : NULL;
    if (!last || now > last->end + spurts->bridge) {
        append(spurts, now, frame);
    } else if (now > last->end) {
        leave_out(spurts, now - last->end, frame);
        last->end = now;
    }
}

void
spurts_shift(spurts_t *spurts, double seconds)
{
    for (unsigned i = 0; i < spurts->count; i++) {
        spurts->items[i].start += seconds;
        spurts->items[i].end += seconds;
    }
}

void
spurts_collect(const spurts_t *spurts, double from, GArray *items)
{
    for (unsigned i = 0; i < spurts->count; i++) {
        spurt_t spurt = spurts->items[i];

        if (spurt.end <= from)
            continue;
        spurt.start = MAX(spurt.start, from);
        g_array_append_val(items, spurt);
    }
}

static int
compare(const void *a, const void *b)
{
    const spurt_t *one = (const spurt_t *)a, *other = (const spurt_t *)b;

    return one->start < other->start ? -1 : one->start > other->start;
}

spurts_sum_t
spurts_add_up(GArray *items)
{
    const spurt_t *spurts = (const spurt_t *)(void *)items->data;
    double end = 0, counted = -1;
    spurts_sum_t sum = { 0 };

    if (items->len == 0)
        return sum;
    qsort(items->data, items->len, sizeof(spurt_t), compare);
    for (unsigned i = 0; i < items->len; i++) {
        double from = floor(spurts[i].start - spurts[0].start), to = floor(spurts[i].end - spurts[0].start);

        if (i > 0 && spurts[i].start - end > sum.gap) {
            sum.gap = spurts[i].start - end;
            sum.gap_frame = spurts[i].frame;
        }
        end = i > 0 ? MAX(end, spurts[i].end) : spurts[i].end;
        if (to > counted) {
            sum.seconds += to - MAX(from - 1, counted);
            counted = to;
        }
    }
    return sum;
}
