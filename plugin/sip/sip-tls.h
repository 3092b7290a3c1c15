/* sip-tls.h
 * SIP of Microsoft's products in decrypted TLS, on whatever port.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_SIP_TLS_H
#define MSICE_SIP_TLS_H

void proto_reg_handoff_sip_tls(void);

#endif
