/* tell-connections.c
 * Facts from TCP connections: what they are for may turn out long after their first segment.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/connections.h"
#include "calls/witness.h"

#include "base/tcp-state.h"

/* A connection that began longer ago, in seconds, belongs to an earlier call. */
#define ADOPTION_TIME 300

/* Connections that nobody knows yet: no more than these are kept. */
#define MAX_LOOSE 65536

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

connection_t *
connection_of(const conversation_t *conversation)
{
    if (proto_connection == -1)
        proto_connection = proto_get_id_by_filter_name("mscall");
    return (connection_t *)conversation_get_proto_data(conversation, proto_connection);
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

bool
connection_attach_view(packet_info *pinfo, connection_t *connection, facts_endpoint_t *endpoint, bool to_server)
{
    connection->attempt = attempt_new(pinfo, FACTS_CONNECTION, endpoint, &connection->remote);
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
    if (!connection_attach_view(pinfo, connection, endpoint, to_server))
        return;
    connection->attempt->implied = was_used(connection);
    for (connection_t *view = connection->views; view; view = view->views)
        connection_attach_view(pinfo, view, endpoint, to_server);
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

connection_t *
connection_view_new(const packet_info *pinfo, const facts_key_t *local, const facts_key_t *remote)
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
    connection_t *connection = connection_view_new(pinfo, &local, &remote);
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
        connection_tell_first(pinfo, before); /* this one may turn out to have come by another point */
    } else if (connection_is_syn(header)) {
        place_look(pinfo, &connection->sight);
    }
    return connection;
}

/* Whether the other end, or somebody in its name, resets a connection that has carried no data. A client drops what
 * it needs no more by a reset of its own, which says nothing about anybody else. */
static bool
is_taken_down(const connection_t *connection, uint8_t completeness)
{
    return (completeness & TCP_SEEN_RST) && !(completeness & TCP_SEEN_DATA) && connection->reset.by_remote &&
           (connection->outcome == FACTS_UNANSWERED || connection->outcome == FACTS_ANSWERED);
}

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
    connection_meet(pinfo, whole, completeness, header);
    connection = connection_at_point(pinfo, whole);
    completeness = connection_seen_at_point(whole, connection, completeness, header);
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
    /* What goes through it is no step of opening it; but an answer may carry data. */
    if ((completeness & TCP_SEEN_DATA) && connection->answer_frame != pinfo->num)
        return;
    if (connection->frame_count < CONNECTION_MAX_FRAMES &&
        connection->frames[connection->frame_count - 1] != pinfo->num)
        connection->frames[connection->frame_count++] = pinfo->num;
    connection_show(connection);
    if (connection->attempt)
        step_add(pinfo, FACTS_STEP_CONNECTION, &connection->attempt->local->owner);
}
