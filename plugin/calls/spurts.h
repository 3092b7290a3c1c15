/* spurts.h
 * When there were packets and when there was silence.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_SPURTS_H
#define MSICE_SPURTS_H

#include "base/compat.h"

/* A time without silence, in seconds since the epoch: exact to a microsecond. */
typedef struct {
    double start, end;
    uint32_t frame; /* the first */
} spurt_t;

/* Spurts in the order of time; all zero at first, items in file scope. Silences up to the bridge are left out: 0.2 s,
 * and more where there would be too many spurts otherwise. */
typedef struct {
    spurt_t *items;
    unsigned count, room;
    double bridge;
    double gap; /* the longest silence that is left out */
    uint32_t gap_frame;
} spurts_t;

/* Notes a packet; one from before the last spurt (a capture out of order) is passed over. */
void spurts_note(spurts_t *spurts, double now, uint32_t frame);

/* Sets all times later, by so many seconds. */
void spurts_shift(spurts_t *spurts, double seconds);

/* Appends what lies behind a time to items: spurt_t. */
void spurts_collect(const spurts_t *spurts, double from, GArray *items);

/* What several lists have together: the longest silence in which all are silent, the first frame behind it (0 = there
 * is no such silence beyond the bridges), and the seconds in which there was a packet. */
typedef struct {
    double gap;
    uint32_t gap_frame;
    double seconds;
} spurts_sum_t;

/* Adds lists up; items: spurt_t of all of them, which are sorted here. */
spurts_sum_t spurts_add_up(GArray *items);

#endif
