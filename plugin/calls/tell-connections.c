/* tell-connections.c
 * Facts from TCP connections: what they are for may turn out long after their first segment.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/witness.h"

#include "base/tcp-state.h"

/* A connection that began longer ago, in seconds, belongs to an earlier call. */
#define ADOPTION_TIME 300

/* Connections that nobody knows yet: no more than these are kept, and the first frames of each. */
#define MAX_LOOSE  65536
#define MAX_FRAMES 6

/* A TCP connection; becomes an attempt when its call is known. */
typedef struct connection {
    struct connection *next; /* that nobody knows yet: of all, or of those to the same address */
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
    if (attempt->reset.frame == 0)
        attempt->reset = connection->reset;
    facts_revision++;
}

/* Makes a connection an attempt of a call; the frames before this one become its steps. */
static void
connection_attach(packet_info *pinfo, connection_t *connection, facts_call_t *call, bool to_server)
{
    facts_endpoint_t *endpoint = endpoint_find(&connection->local);

    if (connection->attempt || !call)
        return;
    if (!endpoint)
        endpoint = endpoint_new(pinfo, &connection->local, call);
    if (!endpoint)
        return;
    if (endpoint->first_frame > connection->first_frame)
        endpoint->first_frame = connection->first_frame;
    connection->attempt = attempt_new(pinfo, FACTS_CONNECTION, &connection->remote);
    if (!connection->attempt)
        return;
    connection->attempt->to_server = to_server;
    call = call_root(call);
    if (connection->first_frame < call->first_frame) {
        call->first_frame = connection->first_frame;
        call->start = connection->first_time;
    }
    attempt_attach(connection->attempt, endpoint);
    if (to_server)
        call_note_own(call, &connection->local.addr);
    else
        call_guess_own(call, &connection->local.addr, &connection->remote.addr);
    for (unsigned i = 0; i < connection->frame_count; i++)
        if (connection->frames[i] != pinfo->num)
            step_add_late(connection->frames[i], FACTS_STEP_CONNECTION, &endpoint->owner);
    if (connection->frame_count && connection->frames[connection->frame_count - 1] == pinfo->num)
        step_add(pinfo, FACTS_STEP_CONNECTION, &endpoint->owner);
    connection_show(connection);
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

/* A SYN opens a connection: whose call it belongs to may be known, or turn out later. */
static connection_t *
connection_new(packet_info *pinfo)
{
    connection_t *connection = wmem_new0(wmem_file_scope(), connection_t);
    const facts_endpoint_t *endpoint;

    connection->local = kept_key(connection->addresses[0], &pinfo->src, pinfo->srcport);
    connection->remote = kept_key(connection->addresses[1], &pinfo->dst, pinfo->destport);
    connection->first_frame = pinfo->num;
    connection->first_time = pinfo->abs_ts;
    connection->rtt = -1;
    connection->frames[connection->frame_count++] = pinfo->num;

    endpoint = endpoint_find(&connection->remote);
    if (endpoint)
        connection_attach(pinfo, connection, endpoint->owner.call, false);
    else if (is_relay_port(pinfo->destport) && relay_known(&pinfo->dst))
        connection_attach(pinfo, connection, call_of_host(pinfo, &pinfo->src), true);
    else if ((endpoint = endpoint_find(&connection->local)))
        connection_attach(pinfo, connection, endpoint->owner.call, false);
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

void
facts_tell_connection(packet_info *pinfo, conversation_t *conversation, uint8_t completeness)
{
    connection_t *connection;
    facts_outcome_t before;

    if (!facts_telling(pinfo) || !(completeness & TCP_SEEN_SYN))
        return;
    if (proto_connection == -1)
        proto_connection = proto_get_id_by_filter_name("mscall");
    connection = (connection_t *)conversation_get_proto_data(conversation, proto_connection);
    if (!connection) {
        if (completeness != TCP_SEEN_SYN || loose_count >= MAX_LOOSE || pinfo->src.len > 16 || pinfo->dst.len > 16)
            return;
        connection = connection_new(pinfo);
        conversation_add_proto_data(conversation, proto_connection, connection);
    }
    before = connection->outcome;
    note_reset(pinfo, connection, completeness);
    if (completeness == TCP_SEEN_SYN) {
        if (connection->tries && seconds_since(pinfo, &connection->last_time) < COPY_TIME)
            return;
        connection->tries++;
        connection->last_frame = pinfo->num;
        connection->last_time = pinfo->abs_ts;
    } else if ((completeness & TCP_SEEN_RST) && !(completeness & TCP_SEEN_DATA) &&
               (before == FACTS_UNANSWERED || before == FACTS_ANSWERED)) {
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
