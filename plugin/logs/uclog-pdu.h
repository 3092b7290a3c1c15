/* uclog-pdu.h
 * Records as exported PDUs (link type 252): tags, then the bytes of the protocol
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_UCLOG_PDU_H
#define MSICE_UCLOG_PDU_H

#include "logs/uclog-record.h"

/* LINKTYPE_WIRESHARK_UPPER_PDU */
#define UCLOG_LINKTYPE 252U

/* Appends the record to `packet` as an exported PDU: a message for the dissector "sip", all else for "syslog"
 * (RFC 5424). Addresses and ports that the record does not have get no tag. */
void uclog_pdu_append(uclog_bytes_t *packet, const uclog_record_t *record);

#endif
