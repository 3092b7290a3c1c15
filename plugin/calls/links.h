/* links.h
 * Pairs of MAC addresses, by numbers that are small enough to be kept with many packets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_LINKS_H
#define MSICE_LINKS_H

#include "base/compat.h"

/* More links than these are not told apart. */
#define MOST_LINKS 4096

/* MAC addresses of sender and receiver. */
typedef struct {
    uint8_t macs[2][6];
    uint16_t number; /* from 1 */
} link_t;

/* Makes the table; once, at registration. */
void links_register(void);

/* The number of this packet's link; 0 = it has no MAC addresses, or there are too many links. */
uint16_t link_of_packet(const packet_info *pinfo);

/* The link of a number; NULL for 0. */
const link_t *link_by_number(uint16_t number);

/* Whether one of its ends is a MAC address; false for NULL. */
bool link_has(const link_t *link, const uint8_t mac[6]);

#endif
