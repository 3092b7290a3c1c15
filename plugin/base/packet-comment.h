/* packet-comment.h
 * Comments on a packet, as the capture file has them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_PACKET_COMMENT_H
#define MSICE_PACKET_COMMENT_H

#include "base/compat.h"

/* What stands in the first comment that begins and ends with these words, between them; in the packet's pool. NULL =
 * there is none. */
const char *packet_comment_between(const packet_info *pinfo, const char *first, const char *last);

#endif
