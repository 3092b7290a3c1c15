/* uclog-extcap.h
 * What Wireshark asks a capture program (doc/README.extcap of Wireshark)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_UCLOG_EXTCAP_H
#define MSICE_UCLOG_EXTCAP_H

/* The name of the capture interface */
#define UCLOG_INTERFACE "uclog"

/* Print the answers to --extcap-interfaces, --extcap-dlts and --extcap-config on standard output. */
void uclog_extcap_interfaces(void);
void uclog_extcap_dlts(void);
void uclog_extcap_config(void);

#endif
