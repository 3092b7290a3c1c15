/* tell-connections.c
 * Facts from TCP connections: what they are for may turn out long after their first segment.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/points.h"
#include "calls/witness.h"

#include "base/tcp-state.h"

/* A connection that began longer ago, in seconds, belongs to an earlier call. */
#define ADOPTION_TIME 300

/* Connections that nobody knows yet: no more than these are kept, and the first frames of each. */
#define MAX_LOOSE  65536
#define MAX_FRAMES 6

/* A TCP connection; becomes an attempt when its call is known. */
typedef struct connection {
    struct connection *next;            /* that nobody knows yet: of all, or of those to the same address */
    struct connection *views;           /* what other points (points.h) have seen of it; of a view: the next one */
    unsigned point;                     /* where it was captured */
    uint32_t sequence;                  /* number of its SYN */
    sight_t sight;                      /* of its first SYN, until it is sent again; frame 0 = told (points.h) */
    const conversation_t *conversation; /* the first; stock TCP may begin another one for another point */
    uint8_t seen;                       /* there, bits of tcp.completeness */
    uint32_t data_frame[2];             /* first data from here, from there, once there are views */
    facts_key_t local, remote;
    uint8_t addresses[2][16]; /* of these two */
    uint32_t frames[MAX_FRAMES];
    unsigned frame_count;
    uint32_t first_frame, last_frame, answer_frame;
    uint32_t tries;
    facts_outcome_t outcome;
    nstime_t first_time, last_time;
    double rtt;
    facts_end_t reset;
    facts_attempt_t *attempt;
} connection_t;

static wmem_map_t *loose;    /* facts_key_t -> connection_t to there that has no call yet, the latest first */
static connection_t *newest; /* those that do not stand in there yet: most captures never ask for one */
static unsigned loose_count;

/* Endpoints of a call that are looked through for a connection. */
#define MOST_MEMBERS 256

/* Where clients reach a relay over TCP. */
static const uint16_t relay_ports[] = { 443, 3478 };

static int proto_connection = -1;

static void
reset(void)
{
    loose_count = 0;
    newest = NULL;
}

void
connections_register(void)
{
    loose = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), facts_key_hash, facts_key_equal);
    register_init_routine(reset);
}

/* Carries the state of a connection over to its attempt. */
static void
connection_show(connection_t *connection)
{
    facts_attempt_t *attempt = connection->attempt;

    if (!attempt)
        return;
    attempt->outcome = connection->outcome;
    attempt->first_frame = connection->first_frame;
    attempt->last_frame = connection->last_frame;
    attempt->answer_frame = connection->answer_frame;
    attempt->tries = connection->tries;
    attempt->first_time = connection->first_time;
    attempt->last_time = connection->last_time;
    attempt->rtt = connection->rtt;
    memcpy(attempt->data_frame, connection->data_frame, sizeof attempt->data_frame);
    if (attempt->reset.frame == 0)
        attempt->reset = connection->reset;
    facts_revision++;
}

/* Makes what one point has seen of a connection an attempt below an endpoint; the frames before this one become
 * steps. False when there is no room. */
static bool
attach_view(packet_info *pinfo, connection_t *connection, facts_endpoint_t *endpoint, bool to_server)
{
    connection->attempt = attempt_new(pinfo, FACTS_CONNECTION, &connection->remote);
    if (!connection->attempt)
        return false;
    connection->attempt->to_server = to_server;
    connection->attempt->point = connection->point;
    attempt_attach(connection->attempt, endpoint);
    for (unsigned i = 0; i < connection->frame_count; i++)
        if (connection->frames[i] != pinfo->num)
            step_add_late(connection->frames[i], FACTS_STEP_CONNECTION, &endpoint->owner);
    if (connection->frame_count && connection->frames[connection->frame_count - 1] == pinfo->num)
        step_add(pinfo, FACTS_STEP_CONNECTION, &endpoint->owner);
    connection_show(connection);
    return true;
}

/* Whether an earlier call had the address and port that a connection of this one uses. */
static bool
was_used_before(const facts_endpoint_t *endpoint, const connection_t *connection, facts_call_t *call)
{
    const facts_call_t *before = call_root(endpoint->owner.call);

    return before != call_root(call) && seconds_between(&before->last_time, &connection->first_time) >= NEXT_TIME;
}

/* Whether something went through a connection before its call was known, which shows that it was answered, captured
 * or not. */
static bool
was_used(const connection_t *connection)
{
    const uint8_t seen = connection->conversation ? tcp_state_seen(connection->conversation) : 0;

    return !connection->views && !(seen & TCP_SEEN_SYN_ACK) && (seen & (TCP_SEEN_ACK | TCP_SEEN_DATA));
}

/* Makes a connection an attempt of a call. */
static void
connection_attach(packet_info *pinfo, connection_t *connection, facts_call_t *call, bool to_server)
{
    facts_endpoint_t *endpoint = endpoint_find(&connection->local);

    if (connection->attempt || !call)
        return;
    if (!endpoint || was_used_before(endpoint, connection, call))
        endpoint = endpoint_new(pinfo, &connection->local, call);
    if (!endpoint)
        return;
    if (endpoint->first_frame > connection->first_frame)
        endpoint->first_frame = connection->first_frame;
    call = call_root(call);
    if (connection->first_frame < call->first_frame) {
        call->first_frame = connection->first_frame;
        call->start = call->first_time = connection->first_time;
    }
    if (to_server)
        call_note_own(call, &connection->local.addr);
    else
        call_guess_own(call, &connection->local.addr, &connection->remote.addr);
    if (!attach_view(pinfo, connection, endpoint, to_server))
        return;
    connection->attempt->implied = was_used(connection);
    for (connection_t *view = connection->views; view; view = view->views)
        attach_view(pinfo, view, endpoint, to_server);
}

/* Puts the connections that nobody knows where they are found, the earliest first. */
static void
sort_newest(void)
{
    connection_t *earliest = NULL;

    while (newest) {
        connection_t *connection = newest;

        newest = connection->next;
        connection->next = earliest;
        earliest = connection;
    }
    while (earliest) {
        connection_t *connection = earliest;

        earliest = connection->next;
        connection->next = (connection_t *)wmem_map_lookup(loose, &connection->remote);
        wmem_map_insert(loose, connection->next ? &connection->next->remote : &connection->remote, connection);
    }
}

void
connections_adopt(packet_info *pinfo, const facts_key_t *remote, bool to_server)
{
    connection_t *connection;

    sort_newest();
    connection = (connection_t *)wmem_map_remove(loose, remote);
    for (; connection; connection = connection->next) {
        const facts_endpoint_t *endpoint = endpoint_find(remote);

        if (seconds_since(pinfo, &connection->first_time) > ADOPTION_TIME)
            continue;
        /* Its allocations say which call the client is at. */
        if (to_server)
            connection_attach(pinfo, connection, call_of_host(pinfo, &connection->local.addr), true);
        else if (endpoint)
            connection_attach(pinfo, connection, endpoint->owner.call, false);
    }
}

static bool
is_relay_port(uint32_t port)
{
    for (size_t i = 0; i < array_length(relay_ports); i++)
        if (relay_ports[i] == port)
            return true;
    return false;
}

void
facts_tell_relay(packet_info *pinfo, const address *server)
{
    if (!facts_telling(pinfo) || relay_known(server))
        return;
    relay_note(server);
    facts_tell_relay_found(pinfo, server);
    for (size_t i = 0; i < array_length(relay_ports); i++) {
        facts_key_t key = facts_key(PT_TCP, server, relay_ports[i]);

        connections_adopt(pinfo, &key, true);
    }
    proxies_adopt(pinfo);
}

static facts_key_t
kept_key(uint8_t bytes[16], const address *addr, uint32_t port)
{
    facts_key_t key = facts_key(PT_TCP, addr, (uint16_t)port);

    if (addr->len > 0)
        memcpy(bytes, addr->data, (size_t)addr->len);
    set_address(&key.addr, addr->type, addr->len, bytes);
    return key;
}

/* A connection that begins with this packet, as the place of the packet has seen it. */
static connection_t *
view_new(const packet_info *pinfo, const facts_key_t *local, const facts_key_t *remote)
{
    connection_t *connection = wmem_new0(wmem_file_scope(), connection_t);

    connection->local = kept_key(connection->addresses[0], &local->addr, local->port);
    connection->remote = kept_key(connection->addresses[1], &remote->addr, remote->port);
    connection->point = place_of_packet(pinfo);
    connection->first_frame = pinfo->num;
    connection->first_time = pinfo->abs_ts;
    connection->rtt = -1;
    connection->frames[connection->frame_count++] = pinfo->num;
    return connection;
}

static const facts_endpoint_t *
endpoint_in_use(const packet_info *pinfo, const facts_key_t *key)
{
    const facts_endpoint_t *endpoint = endpoint_find(key);

    return endpoint && !call_is_past(pinfo, call_root(endpoint->owner.call)) ? endpoint : NULL;
}

/* Whether a call is still waiting for a relay to accept a connection: then it tries the next one. */
static bool
waits_for_connection(const facts_call_t *call)
{
    unsigned looked = 0;

    for (const facts_member_t *member = call ? call->members : NULL; member && looked++ < MOST_MEMBERS;
         member = member->next)
        for (const facts_attempt_t *attempt = member->endpoint->attempts; attempt; attempt = attempt->next)
            if (attempt->kind == FACTS_CONNECTION && attempt->to_server && attempt->outcome == FACTS_UNANSWERED)
                return true;
    return false;
}

/* The call of a client that opens a connection to a relay. */
static facts_call_t *
call_of_client(packet_info *pinfo)
{
    return waits_for_connection(call_latest(&pinfo->src)) ? call_of_host(pinfo, &pinfo->src)
                                                          : call_begun_by_host(pinfo, &pinfo->src);
}

/* A SYN opens a connection: whose call it belongs to may be known, or turn out later. */
static connection_t *
connection_new(packet_info *pinfo)
{
    facts_key_t local = facts_key(PT_TCP, &pinfo->src, (uint16_t)pinfo->srcport);
    facts_key_t remote = facts_key(PT_TCP, &pinfo->dst, (uint16_t)pinfo->destport);
    connection_t *connection = view_new(pinfo, &local, &remote);
    const facts_endpoint_t *endpoint;

    endpoint = endpoint_in_use(pinfo, &connection->remote);
    if (endpoint) {
        host_look(pinfo);
        connection_attach(pinfo, connection, call_with_waiting(pinfo, endpoint->owner.call, &pinfo->src), false);
    } else if (is_relay_port(pinfo->destport) && relay_known(&pinfo->dst)) {
        host_look(pinfo);
        connection_attach(pinfo, connection, call_of_client(pinfo), true);
    } else if ((endpoint = endpoint_in_use(pinfo, &connection->local))) {
        connection_attach(pinfo, connection, endpoint->owner.call, false);
    }
    if (!connection->attempt) {
        connection->next = newest;
        newest = connection;
        loose_count++;
    }
    return connection;
}

/* The first RST. On a connection that is an attempt already, facts_tell_closing() notes it on all that uses it. */
static void
note_reset(const packet_info *pinfo, connection_t *connection, uint8_t completeness)
{
    if (!(completeness & TCP_SEEN_RST) || connection->reset.frame)
        return;
    connection->reset = (facts_end_t){ .frame = pinfo->num,
                                       .time = pinfo->abs_ts,
                                       .by_remote = pinfo->srcport == connection->remote.port &&
                                                    addresses_equal(&pinfo->src, &connection->remote.addr),
                                       .behind_data = (completeness & TCP_SEEN_DATA) != 0 };
}

/* --- at several points -------------------------------------------------------------------------------------------
 */

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
    view = view_new(pinfo, &connection->local, &connection->remote);
    view->point = point;
    view->sequence = connection->sequence;
    view->conversation = connection->conversation;
    view->views = connection->views;
    connection->views = view;
    if (connection->attempt)
        attach_view(pinfo, view, connection->attempt->local, connection->attempt->to_server);
    return view;
}

/* What the point of this packet has seen of a connection. */
static connection_t *
view_of_packet(packet_info *pinfo, connection_t *connection)
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

static bool
is_syn(const frame_tcp_t *header)
{
    return header && (header->flags & (FRAME_TCP_SYN | FRAME_TCP_ACK)) == FRAME_TCP_SYN;
}

/* Most connections open with their first SYN: how that one looked is told when there is another one. */
static void
tell_first_syn(const packet_info *pinfo, connection_t *connection)
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

/* Other points know the connection again by the sequence number of its SYN. completeness: up to this packet. */
static void
meet(packet_info *pinfo, connection_t *connection, uint8_t completeness, const frame_tcp_t *header)
{
    if (!is_syn(header) || connection->sight.frame == pinfo->num)
        return;
    tell_first_syn(pinfo, connection);
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

/* What was seen of a connection where this packet was captured; stock TCP makes no difference between points. */
static uint8_t
seen_at_point(const connection_t *whole, connection_t *view, uint8_t completeness, const frame_tcp_t *header)
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

static connection_t *
connection_of(const conversation_t *conversation)
{
    if (proto_connection == -1)
        proto_connection = proto_get_id_by_filter_name("mscall");
    return (connection_t *)conversation_get_proto_data(conversation, proto_connection);
}

/* The connection whose SYN was seen before. When stock TCP has seen its end since, it takes this SYN for that of
 * another connection. */
static connection_t *
connection_met_again(const packet_info *pinfo, const conversation_t *conversation, const frame_tcp_t *header)
{
    const conversation_t *before = is_syn(header) && !tcp_state_is_first(conversation)
                                       ? find_conversation(pinfo->num - 1, &pinfo->src, &pinfo->dst,
                                                           conversation_pt_to_conversation_type(pinfo->ptype),
                                                           pinfo->srcport, pinfo->destport, 0)
                                       : NULL;
    connection_t *connection = before ? connection_of(before) : NULL;

    return connection && connection->sequence == header->sequence ? connection : NULL;
}

/* The connection of a SYN that begins a conversation; NULL = there is no room. */
static connection_t *
connection_of_syn(packet_info *pinfo, const conversation_t *conversation, const frame_tcp_t *header)
{
    connection_t *before = connection_met_again(pinfo, conversation, header);
    connection_t *connection;

    if (before && before->point != place_of_packet(pinfo))
        return before;
    if (loose_count >= MAX_LOOSE || pinfo->src.len > 16 || pinfo->dst.len > 16)
        return NULL;
    connection = connection_new(pinfo);
    connection->conversation = conversation;
    connection->sequence = header ? header->sequence : 0;
    if (before) {
        tell_first_syn(pinfo, before); /* this one may turn out to have come by another point */
    } else if (is_syn(header)) {
        place_look(pinfo, &connection->sight);
    }
    return connection;
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
    connection_t *view = whole ? view_of_packet(pinfo, whole) : NULL;
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

/* Whether the other end, or somebody in its name, resets a connection that has carried no data. A client drops what
 * it needs no more by a reset of its own, which says nothing about anybody else. */
static bool
is_taken_down(const connection_t *connection, uint8_t completeness)
{
    return (completeness & TCP_SEEN_RST) && !(completeness & TCP_SEEN_DATA) && connection->reset.by_remote &&
           (connection->outcome == FACTS_UNANSWERED || connection->outcome == FACTS_ANSWERED);
}

/* -----------------------------------------------------------------------------------------------------------------
 */

void
facts_tell_connection(packet_info *pinfo, conversation_t *conversation, uint8_t completeness,
                      const frame_tcp_t *header)
{
    connection_t *connection, *whole;
    facts_outcome_t before;

    if (!facts_telling(pinfo) || !(completeness & TCP_SEEN_SYN))
        return;
    whole = connection_of(conversation);
    if (!whole) {
        whole = completeness == TCP_SEEN_SYN ? connection_of_syn(pinfo, conversation, header) : NULL;
        if (!whole)
            return;
        conversation_add_proto_data(conversation, proto_connection, whole);
    }
    meet(pinfo, whole, completeness, header);
    connection = view_of_packet(pinfo, whole);
    completeness = seen_at_point(whole, connection, completeness, header);
    before = connection->outcome;
    note_reset(pinfo, connection, completeness);
    if (completeness == TCP_SEEN_SYN) {
        if (connection->tries && seconds_since(pinfo, &connection->last_time) < COPY_TIME)
            return;
        connection->tries++;
        connection->last_frame = pinfo->num;
        connection->last_time = pinfo->abs_ts;
    } else if (is_taken_down(connection, completeness)) {
        connection->outcome = FACTS_RESET; /* also a connection that is taken down before anybody could say a word */
        connection->answer_frame = pinfo->num;
    } else if ((completeness & TCP_SEEN_SYN_ACK) && before == FACTS_UNANSWERED) {
        connection->outcome = FACTS_ANSWERED;
        connection->answer_frame = pinfo->num;
        connection->rtt = seconds_since(pinfo, &connection->first_time);
    }
    if (completeness & TCP_SEEN_DATA)
        return;
    if (connection->frame_count < MAX_FRAMES && connection->frames[connection->frame_count - 1] != pinfo->num)
        connection->frames[connection->frame_count++] = pinfo->num;
    connection_show(connection);
    if (connection->attempt)
        step_add(pinfo, FACTS_STEP_CONNECTION, &connection->attempt->local->owner);
}
