/* packet-msice.c
 * The protocol "msice": connectivity checks and candidate lists of Microsoft endpoints.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packet-msice.h"

static int proto_msice = -1;

int
msice_proto(void)
{
    return proto_msice;
}

void
proto_register_msice(void)
{
    proto_msice = proto_register_protocol("Microsoft ICE", "MSICE", "msice");
}
