/* teams-responses.h
 * Response codes of Teams Direct Routing: what Microsoft says when it, or an SBC, ends a call. Pure table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_TEAMS_RESPONSES_H
#define MSICE_TEAMS_RESPONSES_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint32_t code;   /* Microsoft's */
    unsigned status; /* of SIP, in its answer */
    const char *phrase;
    const char *advice;
    bool media; /* the call found no media path */
} teams_response_t;

/* The response whose phrase a text is, or begins with: letters in any case, blanks and punctuation left out, and a
 * leading "CallEndReason". status: of the message that carries the text; 0 = none, a request. NULL = not known. */
const teams_response_t *teams_response_by_phrase(const char *text, unsigned status);

/* The next response with the same phrase and status, which the words do not tell from this one; NULL = there is none. */
const teams_response_t *teams_response_alike(const teams_response_t *response);

/* The response that stands for a final answer made by the SBC (560000 and the status); NULL = not known. */
const teams_response_t *teams_response_of_sbc(unsigned status);

#endif
