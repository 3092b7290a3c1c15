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

/* The same with the two flows as this packet goes; NULL when the stock dissector does not follow it. */
static const struct tcp_analysis *
analysis_of_packet(conversation_t *conversation, packet_info *pinfo)
{
    return analysis_of(conversation) ? get_tcp_conversation_data(conversation, pinfo) : NULL;
}

bool
tcp_state_numbers(conversation_t *conversation, packet_info *pinfo, tcp_numbers_t *numbers)
{
    const struct tcp_analysis *tcp = analysis_of_packet(conversation, pinfo);
    const tcp_analyze_seq_flow_info_t *sent = tcp && tcp->fwd ? tcp->fwd->tcp_analyze_seq_info : NULL;

    if (!sent)
        return false;
    numbers->next = sent->nextseq;
    numbers->ack = sent->lastack;
    return true;
}

bool
tcp_state_is_waited_with(packet_info *pinfo, uint32_t end, bool relative)
{
    conversation_t *conversation = find_conversation_pinfo(pinfo, 0);
    const struct tcp_analysis *tcp = conversation ? analysis_of_packet(conversation, pinfo) : NULL;
    const struct tcp_multisegment_pdu *pdu;

    if (!tcp || !tcp->fwd)
        return false;
    end -= relative ? tcp->fwd->base_seq : 0;
    pdu = (const struct tcp_multisegment_pdu *)wmem_tree_lookup32_le(tcp->fwd->multisegment_pdus, end - 1);
    return pdu && pdu->first_frame < pinfo->num && (int32_t)(pdu->nxtpdu - end) > 0;
}

/* Wireshark chains the conversations between two ends; only the first one knows the last. */
bool
tcp_state_is_first(const conversation_t *conversation)
{
    return conversation->last != NULL;
}
