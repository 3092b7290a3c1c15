/* msdiag-blocks.h
 * What a diagnostics header says about each medium, read once for the packet list and for the analysis of calls.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSDIAG_BLOCKS_H
#define MSICE_MSDIAG_BLOCKS_H

#include "calls/facts.h"
#include "knowledge/msdiag-ids.h"
#include "diagnostics/msdiag-values.h"

typedef struct {
    facts_header_t block; /* without its sites, see msdiag_read_sites() */
    msdiag_span_t sites[FACTS_SITES];
    unsigned flags_at; /* where its ICEWarn value stands; 0 = it has none */
} msdiag_block_t;

typedef struct {
    msdiag_block_t blocks[MSDIAG_MAX_MASKS];
    unsigned count;       /* at least 1 */
    bool has_flags;       /* the header has an ICEWarn value … */
    uint32_t flags;       /* … and these are those of all of them */
    bool used;            /* the last block says something already */
    msdiag_span_t reason; /* in the sender's words; length 0 when it gives none */
    bool failed_in_words; /* its id is not known, and the reason says that media failed */
} msdiag_blocks_t;

/* Takes a header apart into what it says about each medium. row: the row of the header's id, NULL = none; refused: it
 * says that a request failed. The result and its strings belong to the packet's pool. */
msdiag_blocks_t *msdiag_read_blocks(const msdiag_context_t *context, const msdiag_header_t *header,
                                    const msdiag_id_t *row, bool refused);

/* Reads the addresses of a block into its sites; only for headers that are told on. They belong to the packet's pool,
 * too. */
void msdiag_read_sites(const msdiag_context_t *context, msdiag_block_t *block);

#endif
