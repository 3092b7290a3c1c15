/* reason-header.h
 * Values of the Reason header, RFC 3326, as Teams Direct Routing and SBCs write them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_REASON_HEADER_H
#define MSICE_REASON_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A piece of the value. */
typedef struct {
    size_t at, length; /* length 0 = absent */
} reason_span_t;

typedef struct {
    reason_span_t whole; /* the value, of several that commas join */
    bool has_cause;
    uint32_t cause; /* of Q.850 */
    reason_span_t cause_span;
    reason_span_t call; /* the GUID in front of the reason: the value is Microsoft's */
    reason_span_t text; /* what stands in quotes, or behind the GUID */
} reason_t;

/* Reads the next Q.850 value of a Reason header of length bytes, from *at on, which moves behind it; false = there is
 * none. Q.850;cause=N;text="[<GUID>;]<words>", blanks allowed around each part. */
bool reason_read(const char *value, size_t length, size_t *at, reason_t *reason);

#endif
