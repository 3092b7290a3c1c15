/* sip-names.h
 * Names of SIP headers as the stock dissector looks them up.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_SIP_NAMES_H
#define MSICE_SIP_NAMES_H

#include "base/compat.h"

/* Has a header handed to handle. name: in lower case. Blanks may stand between a name and its colon (RFC
 * 3261, 7.3.1), and the stock dissector takes them for a part of the name: so the name is registered with them as
 * well, up to eight blanks or two tabs. */
void sip_name_register(const char *name, dissector_handle_t handle);

/* The name of the header that is being dissected, in lower case and without blanks; in the packet's pool. NULL where
 * none is. */
const char *sip_name_of(packet_info *pinfo);

#endif
