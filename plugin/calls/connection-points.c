/* connection-points.c
 * TCP connections that were captured at several points.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/connections.h"

#include "base/tcp-state.h"

static facts_call_t *
call_of(const connection_t *connection)
{
    return connection->attempt ? call_root(connection->attempt->local->owner.call) : NULL;
}

/* Another point's view of a connection; made when it is new. */
static connection_t *
view_at(packet_info *pinfo, connection_t *connection, unsigned point)
{
    connection_t *view = connection->views;

    while (view && view->point != point)
        view = view->views;
    if (view)
        return view;
    view = connection_view_new(pinfo, &connection->local, &connection->remote);
    view->point = point;
    view->sequence = connection->sequence;
    view->conversation = connection->conversation;
    view->views = connection->views;
    connection->views = view;
    if (connection->attempt)
        connection_attach_view(pinfo, view, connection->attempt->local, connection->attempt->to_server);
    return view;
}

connection_t *
connection_at_point(packet_info *pinfo, connection_t *connection)
{
    unsigned place = place_of_packet(pinfo);

    return places_met(place, connection->point) ? view_at(pinfo, connection, place) : connection;
}

/* The point that a connection is told from: that of its call, or where its own packets set out. */
static unsigned
point_of_connection(const connection_t *connection)
{
    const facts_call_t *call = call_of(connection);
    unsigned home;

    if (call && !connection->attempt->to_server)
        return call->point;
    return place_of_host(&connection->local.addr, &home) ? home : call ? call->point : connection->point;
}

/* Tells the connection from another point: the views change places, but not in the lists that they stand in. */
static void
change_view(packet_info *pinfo, connection_t *connection, unsigned point)
{
    connection_t *view, before;

    if (!places_met(connection->point, point))
        return;
    view = view_at(pinfo, connection, point);
    before = *connection;
    *connection = *view;
    connection->next = before.next;
    connection->views = before.views;
    before.next = NULL;
    before.views = view->views;
    *view = before;
}

bool
connection_is_syn(const frame_tcp_t *header)
{
    return header && (header->flags & (FRAME_TCP_SYN | FRAME_TCP_ACK)) == FRAME_TCP_SYN;
}

void
connection_tell_first(const packet_info *pinfo, connection_t *connection)
{
    if (connection->sight.frame)
        point_met_before(pinfo, POINT_SYN, &connection->sequence, sizeof connection->sequence, &connection->sight);
    connection->sight.frame = 0;
}

/* Whether the client has the answer to its SYN, which it does not send again then. */
static bool
is_open(uint8_t completeness)
{
    return (completeness & TCP_SEEN_SYN_ACK) && (completeness & (TCP_SEEN_ACK | TCP_SEEN_DATA));
}

void
connection_meet(packet_info *pinfo, connection_t *connection, uint8_t completeness, const frame_tcp_t *header)
{
    if (!connection_is_syn(header) || connection->sight.frame == pinfo->num)
        return;
    connection_tell_first(pinfo, connection);
    if (!point_meet(pinfo, POINT_SYN, &header->sequence, sizeof header->sequence,
                    POINT_KEEP | (is_open(completeness) ? POINT_ONCE : 0)))
        return;
    if (call_of(connection))
        point_settle(pinfo, call_of(connection));
    if (!connection->views)
        connection->seen |= completeness & TCP_SEEN_DATA; /* all of it was seen where the connection began */
    change_view(pinfo, connection, point_of_connection(connection));
}

/* What a segment adds to what was seen of its connection. */
static uint8_t
state_of(const frame_tcp_t *header)
{
    uint8_t state = header->data ? TCP_SEEN_DATA : 0;

    if (header->flags & FRAME_TCP_SYN)
        state |= header->flags & FRAME_TCP_ACK ? TCP_SEEN_SYN_ACK : TCP_SEEN_SYN;
    if (header->flags & FRAME_TCP_RST)
        state |= TCP_SEEN_RST;
    return state;
}

uint8_t
connection_seen_at_point(const connection_t *whole, connection_t *view, uint8_t completeness,
                         const frame_tcp_t *header)
{
    if (!whole->views || !header)
        view->seen = completeness;
    else
        view->seen |= state_of(header);
    return view->seen;
}

/* Stock TCP takes the hello of the second point, and the answer to it, for ones that were sent again, so that nobody
 * reads them. When the second one is the call's point, what the first one has read is what is there. */
static void
carry_hello(packet_info *pinfo, const connection_t *connection, const frame_tcp_t *header, bool from_remote)
{
    facts_endpoint_t *local = connection->attempt->local;
    const facts_attempt_t *read = local->beside;
    facts_attempt_t *hello;

    while (read && !(read->kind == FACTS_HELLO && facts_key_equal(&read->remote, &connection->remote)))
        read = read->next;
    if (!read || !(header->data || (from_remote && (header->flags & (FRAME_TCP_RST | FRAME_TCP_FIN)))))
        return;
    hello = attempt_get(pinfo, FACTS_HELLO, local, &connection->remote, RELAYED_NOT, !from_remote);
    if (!hello)
        return;
    if (!from_remote && hello->tries == 0) {
        hello->to_server = true;
        hello->proxied = read->proxied;
        attempt_try(pinfo, hello);
        step_add(pinfo, FACTS_STEP_HELLO, &local->owner);
    } else if (from_remote && hello->by == FACTS_BY_NOBODY && read->by != FACTS_BY_NOBODY) {
        hello->by = read->by;
        hello->code = read->code;
        hello->proxied |= read->proxied;
        hello->outcome = read->outcome;
        hello->answer_frame = pinfo->num;
        hello->rtt = seconds_since(pinfo, &hello->first_time);
        step_add(pinfo, FACTS_STEP_HELLO, &local->owner);
        facts_revision++;
    }
}

bool
facts_wants_segments(const packet_info *pinfo)
{
    const facts_endpoint_t *endpoint = facts_telling(pinfo) && places_any_met() ? endpoint_of_packet(pinfo) : NULL;

    return endpoint && call_has_points(call_root(endpoint->owner.call));
}

connection_t *
connection_met_again(const packet_info *pinfo, const conversation_t *conversation, const frame_tcp_t *header)
{
    const conversation_t *before = connection_is_syn(header) && !tcp_state_is_first(conversation)
                                       ? find_conversation(pinfo->num - 1, &pinfo->src, &pinfo->dst,
                                                           conversation_pt_to_conversation_type(pinfo->ptype),
                                                           pinfo->srcport, pinfo->destport, 0)
                                       : NULL;
    connection_t *connection = before ? connection_of(before) : NULL;

    return connection && connection->sequence == header->sequence ? connection : NULL;
}

bool
stream_is_copy(packet_info *pinfo)
{
    const conversation_t *conversation =
        pinfo->ptype == PT_TCP && places_any_met() ? find_conversation_pinfo(pinfo, 0) : NULL;
    const connection_t *connection = conversation ? connection_of(conversation) : NULL;

    return connection && connection->conversation != conversation;
}

void
facts_tell_segment(packet_info *pinfo, conversation_t *conversation, const frame_tcp_t *header)
{
    connection_t *whole = connection_of(conversation);
    connection_t *view = whole ? connection_at_point(pinfo, whole) : NULL;
    bool from_remote;

    if (!view || !view->attempt || !whole->views)
        return;
    from_remote = pinfo->srcport == view->remote.port && addresses_equal(&pinfo->src, &view->remote.addr);
    view->seen |= state_of(header);
    if (header->data && view->data_frame[from_remote] == 0)
        view->attempt->data_frame[from_remote] = view->data_frame[from_remote] = pinfo->num;
    if (view == whole)
        carry_hello(pinfo, view, header, from_remote);
}
