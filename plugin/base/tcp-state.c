/* tcp-state.c
 * What the stock dissector knows of a packet's TCP connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/tcp-state.h"

#include <epan/dissectors/packet-tcp.h>

static const struct tcp_analysis *
analysis_of(const conversation_t *conversation)
{
    static int proto_tcp = -1;

    if (proto_tcp < 0)
        proto_tcp = proto_get_id_by_filter_name("tcp");
    return (const struct tcp_analysis *)conversation_get_proto_data(conversation, proto_tcp);
}

uint8_t
tcp_state_seen(const conversation_t *conversation)
{
    const struct tcp_analysis *tcp = analysis_of(conversation);

    return tcp ? (uint8_t)tcp->conversation_completeness : 0;
}

bool
tcp_state_numbers(conversation_t *conversation, packet_info *pinfo, tcp_numbers_t *numbers)
{
    const struct tcp_analysis *tcp =
        analysis_of(conversation) ? get_tcp_conversation_data(conversation, pinfo) : NULL;
    const tcp_analyze_seq_flow_info_t *sent = tcp && tcp->fwd ? tcp->fwd->tcp_analyze_seq_info : NULL;

    if (!sent)
        return false;
    numbers->next = sent->nextseq;
    numbers->ack = sent->lastack;
    return true;
}

/* Wireshark chains the conversations between two ends; only the first one knows the last. */
bool
tcp_state_is_first(const conversation_t *conversation)
{
    return conversation->last != NULL;
}
