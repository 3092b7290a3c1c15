/* fuzz_cut.h
 * A capture that ends in the middle of its packets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_FUZZ_CUT_H
#define MSICE_FUZZ_CUT_H

#include "inprocess.h"

/* Dissects the capture once for each byte at which a packet of it may be cut: all packets that are longer are cut
 * there, by the snap length, and then so that the packet itself is shorter, the lengths of its headers right again.
 * Returns how many packets were cut. */
unsigned long fuzz_cut_everywhere(const capture_t *capture);

#endif
