/* msturn-stream.c
 * The TCP connections of ours: what the carriers know of one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "carriers/msturn-stream.h"

#include "turn/msturn-flows.h"

static int proto_stream = -1;

msturn_stream_t *
msturn_stream_find(packet_info *pinfo)
{
    const conversation_t *conversation = find_conversation_pinfo(pinfo, 0);

    return conversation ? (msturn_stream_t *)conversation_get_proto_data(conversation, proto_stream) : NULL;
}

msturn_stream_t *
msturn_stream_make(packet_info *pinfo, dissector_handle_t handle, bool from_client)
{
    conversation_t *conversation = find_or_create_conversation(pinfo);
    msturn_stream_t *stream = wmem_new0(wmem_file_scope(), msturn_stream_t);

    copy_address_wmem(wmem_file_scope(), &stream->client, from_client ? &pinfo->src : &pinfo->dst);
    stream->client_port = (uint16_t)(from_client ? pinfo->srcport : pinfo->destport);
    conversation_add_proto_data(conversation, proto_stream, stream);
    conversation_set_dissector_from_frame_number(conversation, pinfo->num, handle);
    msturn_mark_conversation(pinfo);
    return stream;
}

void
msturn_stream_share(packet_info *pinfo, msturn_stream_t *stream)
{
    conversation_t *conversation = find_or_create_conversation(pinfo);

    if (!conversation_get_proto_data(conversation, proto_stream))
        conversation_add_proto_data(conversation, proto_stream, stream);
}

msturn_side_t
msturn_stream_side(const packet_info *pinfo, const msturn_stream_t *stream)
{
    return addresses_equal(&pinfo->src, &stream->client) && pinfo->srcport == stream->client_port ? MSTURN_CLIENT
                                                                                                  : MSTURN_SERVER;
}

void
msturn_stream_register(int proto)
{
    proto_stream = proto;
}
