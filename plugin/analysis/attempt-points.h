/* attempt-points.h
 * What a second capture point says about an attempt, and about the media of a call.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_ATTEMPT_POINTS_H
#define MSICE_ATTEMPT_POINTS_H

#include "calls/media.h"
#include "calls/points.h"

/* A frame of another point that shows something of an attempt. */
typedef struct {
    uint32_t frame; /* 0 = none does */
    const char *text;
} point_frame_t;

/* What the other points of a call have seen of an attempt: "answered at edge (frame 6), never seen at client: lost on
 * the way back"; in scope, NULL = nothing that the attempt itself does not say. *there: the frame that shows it best.
 */
const char *attempt_points_text(wmem_allocator_t *scope, const facts_attempt_t *attempt, point_frame_t *there);

/* How far an attempt without an answer got, by its call's other points. */
typedef enum {
    PASSED_NOT, /* not known */
    PASSED_POINT,
    PASSED_AND_ANSWERED
} passed_t;

passed_t attempt_passed(const facts_attempt_t *attempt);

/* Answers that arrived where the call is told from, and that another point never saw, although it sees what that
 * relay sends: somebody between the points answers in its place. */
typedef enum {
    FOREIGN_NOT,
    FOREIGN_PERHAPS, /* the other point has never seen anything over this transport: it may not look at that */
    FOREIGN_SURELY
} foreign_t;

/* Whether an attempt was answered so; *messages: how many of them say so. */
foreign_t attempt_foreign(const facts_attempt_t *attempt, unsigned *messages);

/* Where media of a direction were lost, by what another point has seen of them: "between client and edge". In scope;
 * NULL = not known, or none were lost. */
const char *media_loss_place(wmem_allocator_t *scope, const facts_call_t *call, media_direction_t direction);

#endif
