/* msdiag-verdict.h
 * What the rest of the capture says about a diagnostics header: evidence below its flags, and the verdict.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSDIAG_VERDICT_H
#define MSICE_MSDIAG_VERDICT_H

#include "diagnostics/msdiag-blocks.h"

/* Tells the analysis what the header says, and adds what that knows: evidence below the context's masks, the verdict
 * below tree (NULL when nobody sees it). */
void msdiag_add_verdict(msdiag_context_t *context, proto_tree *tree, msdiag_blocks_t *blocks);

/* The headers that follow in this packet speak of this dialog, not of that of the SIP message around them: they stand
 * in an error report. NULL ends it. The text lives as long as the packet. */
void msdiag_of_call(packet_info *pinfo, const char *call_id);

/* Registers the fields with the protocols msdiag and icewarn. */
void msdiag_register_verdict(int proto, expert_module_t *expert);

#endif
