/* verdict-rules.h
 * The rules of the verdict: a row a cause.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_VERDICT_RULES_H
#define MSICE_VERDICT_RULES_H

#include "analysis/questions.h"

/* A rule holds when the header and the facts agree with every column; the first that holds is the verdict.
 *
 * Confidence: high with one of the facts in proof, which frames show; medium with one of those in agree (candidate
 * lists, credentials, less certain packets); low otherwise: flags only. Where no header was captured a rule needs
 * proof or agreement, and an outcome of the call in when. */
typedef struct {
    const char *name;
    uint32_t ids; /* any of these, a bit an id; 0 = all */
    struct {
        uint32_t all;  /* all of these are set */
        uint32_t any;  /* one of these is set; 0 = does not matter */
        uint32_t none; /* none of these */
    } flags;
    uint64_t all;  /* facts that must hold */
    uint64_t any;  /* one of these must hold; 0 = does not matter */
    uint64_t none; /* facts that speak against it */
    uint64_t proof;
    uint64_t agree;
    unsigned when; /* outcomes, a bit (1 << value) each, for which it holds without a header; 0 = never */
    const char *cause;
    const char *advice;
} verdict_rule_t;

extern const verdict_rule_t verdict_rules[];
extern const unsigned verdict_rule_count;

#endif
