/* msdiag-http.h
 * Diagnostics in answers of web services: the header X-Ms-diagnostics, and Ms-Diagnostics-Fault in SOAP faults.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSDIAG_HTTP_H
#define MSICE_MSDIAG_HTTP_H

#include "base/compat.h"

/* What is done at the end of a packet, where somebody sees it. Called by plugin.c. */
void msdiag_http_finish_packet(packet_info *pinfo, proto_tree *tree);

void proto_reg_handoff_msdiag_http(void);

#endif
