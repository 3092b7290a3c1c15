/* capture-mask.h
 * Replaces the addresses in a capture, where they stand in headers alone.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_CAPTURE_MASK_H
#define MSICE_CAPTURE_MASK_H

#include "batch/report-mask.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Replaces MAC and IP addresses in a capture of the classic form (pcap, in this computer's order of bytes), in place;
 * checksums that were right stay right, and no message is touched. Returns NULL, or why that is not possible, to be
 * freed: then the capture is not to be handed on. */
char *capture_mask(mask_t *mask, uint8_t *file, size_t length);

#endif
