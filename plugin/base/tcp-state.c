/* tcp-state.c
 * What the stock dissector knows of a packet's TCP connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/tcp-state.h"

#include <epan/dissectors/packet-tcp.h>

uint8_t
tcp_state_seen(const conversation_t *conversation)
{
    static int proto_tcp = -1;
    const struct tcp_analysis *tcp;

    if (proto_tcp < 0)
        proto_tcp = proto_get_id_by_filter_name("tcp");
    tcp = (const struct tcp_analysis *)conversation_get_proto_data(conversation, proto_tcp);
    return tcp ? (uint8_t)tcp->conversation_completeness : 0;
}

/* Wireshark chains the conversations between two ends; only the first one knows the last. */
bool
tcp_state_is_first(const conversation_t *conversation)
{
    return conversation->last != NULL;
}
