/* packet-msdiag.h
 * ms-client-diagnostics, ms-diagnostics and ms-diagnostics-public: what an endpoint or server says went wrong.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_PACKET_MSDIAG_H
#define MSICE_PACKET_MSDIAG_H

#include "diagnostics/msdiag-values.h"

/* Where a header's value comes from. */
typedef struct {
    const char *name; /* of the header as it stands on the wire; NULL where the value stands without one */
    unsigned status;  /* of the response that it belongs to; 0 = request, or not known */
} msdiag_origin_t;

/* Dissects a header's value that fills tvb, below tree; or several that were joined by commas. ([MS-OCER] 2.2.1) */
void msdiag_dissect_from(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const msdiag_origin_t *origin);

/* The same for what was taken apart already. */
void msdiag_dissect_parsed(msdiag_context_t *context, proto_tree *tree, const msdiag_header_t *header,
                           const msdiag_origin_t *origin);

/* The first for a value inside a SIP message, which tells the status. name: as above. The dissector "msdiag" does it
 * without a name. */
void msdiag_dissect_value(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const char *name);

/* Says, below item, that a call found no media path: words for it, and what to do. */
void msdiag_add_media_failure(packet_info *pinfo, proto_item *item, const char *words, const char *advice);

/* Adds words to the Info column at the end of the packet: the SIP dissector goes on writing to it until then. text
 * belongs to the packet's pool. */
void msdiag_add_info(packet_info *pinfo, const char *text);

/* What is done at the end of a packet: tvb is the frame's, tree NULL when nobody sees it. Called by plugin.c. */
void msdiag_finish_packet(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

void proto_register_msdiag(void);
void proto_reg_handoff_msdiag(void);

#endif
