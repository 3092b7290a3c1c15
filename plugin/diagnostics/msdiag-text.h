/* msdiag-text.h
 * Diagnostics headers in text that the SIP dissector does not hand over: syslog of gateways and session border
 * controllers, SIP fragments.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSDIAG_TEXT_H
#define MSICE_MSDIAG_TEXT_H

/* Registers the heuristics and hooks for text on behalf of the protocol msdiag. */
void proto_reg_handoff_msdiag_text(void);

#endif
