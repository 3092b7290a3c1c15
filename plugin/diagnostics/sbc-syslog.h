/* sbc-syslog.h
 * SIP messages of calls with Teams in the syslog datagrams of an SBC.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_SBC_SYSLOG_H
#define MSICE_SBC_SYSLOG_H

#include "base/compat.h"

/* Dissects the message that the datagram holds or completes as SIP, when it belongs to a call with Teams. Returns
 * whether it did. */
bool sbc_syslog_dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

/* Makes the tables; once, at registration. */
void sbc_syslog_register(void);

#endif
