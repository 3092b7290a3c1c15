/* msdiag-values.h
 * The parameters of a diagnostics header as typed fields.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSDIAG_VALUES_H
#define MSICE_MSDIAG_VALUES_H

#include "base/compat.h"
#include "text/msdiag-parse.h"

/* Media that one header speaks of. Real headers have one. */
#define MSDIAG_MAX_MASKS 8

/* The item of an ICEWarn value, and where the value stands. */
typedef struct {
    unsigned at;
    proto_item *item; /* NULL without a tree */
} msdiag_mask_t;

/* What the parts of one header share. Spans are offsets into text and tvb alike. */
typedef struct {
    tvbuff_t *tvb;
    packet_info *pinfo;
    const char *text;                      /* the captured bytes of the value, in the packet's pool */
    unsigned length;                       /* of text */
    const char *media;                     /* label of the medium the keys speak of; NULL when none is named */
    msdiag_mask_t masks[MSDIAG_MAX_MASKS]; /* the values that were read */
    unsigned mask_count;
} msdiag_context_t;

/* Returns a span as text for people: folding becomes one blank, bytes that are not UTF-8 are replaced. In the
 * packet's pool. */
const char *msdiag_text(const msdiag_context_t *context, msdiag_span_t span);

/* Adds a header's parameters below tree: known keys as typed fields, others as name and value. Updates the
 * context's media and masks. ([MS-OCER] 2.2.1; keys as seen in traces) */
void msdiag_add_params(msdiag_context_t *context, proto_tree *tree, const msdiag_list_t *list);

/* Registers the fields of the parameters with the protocol msdiag. */
void msdiag_register_values(int proto, expert_module_t *expert);

#endif
