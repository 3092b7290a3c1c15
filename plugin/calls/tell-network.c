/* tell-network.c
 * Facts from packets: allocations, checks, hellos, TCP connections, media.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/calls.h"
#include "calls/witness.h"

/* Space of texts that name calls. */
#define UFRAG     'u'
#define MRAS_USER 'm'
#define CALL_NAME 'c' /* SIP call identifiers of dialogs that were not met yet */

/* What belongs together without a name comes within this time, in seconds: all allocations of an offer, and what goes
 * on while a call is set up. */
#define GATHERING_TIME 30
#define SETUP_TIME     15

/* An address and port that was quiet for so long behind the end of its call is used anew. */
#define REUSE_TIME 60

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
    nstime_t first_time;
    double rtt;
    facts_end_t reset;
    facts_attempt_t *attempt;
} connection_t;

static wmem_map_t *hosts;    /* facts_key_t, address only -> facts_call_t */
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
network_register(void)
{
    hosts = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), facts_key_hash, facts_key_equal);
    loose = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), facts_key_hash, facts_key_equal);
    register_init_routine(reset);
}

static double
seconds_since(const packet_info *pinfo, const nstime_t *then)
{
    nstime_t passed;

    nstime_delta(&passed, &pinfo->abs_ts, then);
    return nstime_to_sec(&passed);
}

facts_call_t *
call_waiting(const packet_info *pinfo, const address *host)
{
    facts_key_t key = facts_key(PT_NONE, host, 0);
    facts_call_t *call = call_root((facts_call_t *)wmem_map_lookup(hosts, &key));

    return call && !call->claimed && seconds_since(pinfo, &call->last_time) < GATHERING_TIME ? call : NULL;
}

facts_call_t *
call_of_host(packet_info *pinfo, const address *host)
{
    facts_key_t key = facts_key(PT_NONE, host, 0);
    facts_call_t *known = (facts_call_t *)wmem_map_lookup(hosts, &key);
    facts_call_t *call = call_root(known);

    if (call && !call->claimed && seconds_since(pinfo, &call->last_time) < GATHERING_TIME)
        return call;
    if (call && call->claimed && call->end_frame == 0 && seconds_since(pinfo, &call->start) < SETUP_TIME)
        return call;
    call = call_new(pinfo);
    if (call)
        wmem_map_insert(hosts, facts_key_keep(&key), call);
    return call;
}

facts_endpoint_t *
endpoint_of_client(packet_info *pinfo, const facts_key_t *key)
{
    facts_endpoint_t *endpoint = endpoint_find(key);
    facts_call_t *call = endpoint ? call_root(endpoint->owner.call) : NULL;

    if (call && !(call->end_frame && seconds_since(pinfo, &call->last_time) > REUSE_TIME))
        return endpoint;
    return endpoint_new(pinfo, key, call_of_host(pinfo, &key->addr));
}

/* --- allocations -------------------------------------------------------------------------------------------------
 */

/* The relayed or reflexive address of an allocation. */
static void
note_allocated(packet_info *pinfo, facts_endpoint_t *base, const address *addr, uint16_t port, facts_type_t type)
{
    facts_key_t key = facts_key(base->key.transport, addr, port);
    facts_endpoint_t *endpoint = endpoint_find(&key);

    if (port == 0 || endpoint == base)
        return;
    if (!endpoint || call_root(endpoint->owner.call) != call_root(base->owner.call))
        endpoint = endpoint_new(pinfo, &key, base->owner.call);
    if (!endpoint)
        return;
    endpoint->base = base;
    if (endpoint->type == FACTS_TYPE_UNKNOWN)
        endpoint->type = type;
}

static void
note_turn_error(packet_info *pinfo, facts_attempt_t *attempt, const facts_turn_t *turn)
{
    attempt->code = turn->error_code;
    if (turn->error_code == 401 || turn->error_code == 438)
        attempt->challenges++;
    if (attempt->outcome == FACTS_ANSWERED)
        return;
    attempt->outcome = turn->error_code == 401 || turn->error_code == 438 ? FACTS_CHALLENGED
                       : turn->error_code == 300                          ? FACTS_ALTERNATE
                                                                          : FACTS_REFUSED;
    attempt->answer_frame = pinfo->num;
}

facts_call_t *
call_of_credentials(const packet_info *pinfo, const char *user_name)
{
    facts_call_t *call = call_by_text(MRAS_USER, user_name);

    return call && !call->claimed && seconds_since(pinfo, &call->last_time) < GATHERING_TIME ? call : NULL;
}

/* Allocations with the same credentials from several addresses of a computer belong together, as long as nobody has
 * claimed them: credentials live for hours. */
static void
join_user(packet_info *pinfo, const facts_endpoint_t *endpoint, const char *user_name)
{
    facts_call_t *call = call_root(endpoint->owner.call);
    facts_call_t *known = call_by_text(MRAS_USER, user_name);

    if (!user_name || call->claimed || known == call)
        return;
    known = call_of_credentials(pinfo, user_name);
    if (known)
        call_join(pinfo, known, call);
    else
        call_set_text(MRAS_USER, user_name, call);
}

facts_call_t *
call_of_identifier(const char *call_id)
{
    facts_call_t *call = call_by_text(CALL_NAME, call_id);

    return call && !call->claimed ? call : NULL;
}

/* An allocation that names the Call-ID it is for. [MS-TURNBWM] 2.2.13 */
static void
join_identifier(packet_info *pinfo, const facts_endpoint_t *endpoint, const char *call_id)
{
    facts_call_t *call = call_root(endpoint->owner.call);
    facts_call_t *named = (facts_call_t *)(void *)facts_call_by_id(call_id);

    if (call->claimed)
        return;
    if (!named)
        named = call_of_identifier(call_id);
    if (named)
        call_join(pinfo, named, call);
    else
        call_set_text(CALL_NAME, call_id, call);
}

void
facts_tell_turn(packet_info *pinfo, const facts_turn_t *turn)
{
    facts_key_t client, server;
    facts_endpoint_t *endpoint;
    facts_attempt_t *attempt;

    if (!facts_telling(pinfo))
        return;
    client = facts_key(turn->transport, turn->client, turn->client_port);
    server = facts_key(turn->transport, turn->server, turn->server_port);
    endpoint = endpoint_of_client(pinfo, &client);
    if (!endpoint)
        return;
    join_identifier(pinfo, endpoint, turn->call_identifier);
    join_user(pinfo, endpoint, turn->user_name);
    call_show(pinfo, endpoint->owner.call);
    facts_tell_relay(pinfo, turn->server);
    step_add(pinfo, FACTS_STEP_ALLOCATION, &endpoint->owner);
    if (turn->kind == FACTS_TURN_OTHER || turn->release)
        return;
    attempt = attempt_get(pinfo, FACTS_ALLOCATION, endpoint, &server, RELAYED_NOT, true);
    if (!attempt)
        return;
    attempt->to_server = true;
    attempt->integrity_wrong |= turn->integrity_wrong;
    switch (turn->kind) {
    case FACTS_TURN_REQUEST:
        attempt->tries++;
        attempt->last_frame = pinfo->num;
        break;
    case FACTS_TURN_SUCCESS:
        if (attempt->outcome != FACTS_ANSWERED) {
            attempt->outcome = FACTS_ANSWERED;
            attempt->answer_frame = pinfo->num;
            attempt->rtt = seconds_since(pinfo, &attempt->first_time);
        }
        if (turn->relayed && turn->relayed->type != AT_NONE)
            note_allocated(pinfo, endpoint, turn->relayed, turn->relayed_port, FACTS_RELAY);
        if (turn->reflexive && turn->reflexive->type != AT_NONE)
            note_allocated(pinfo, endpoint, turn->reflexive, turn->reflexive_port, FACTS_SRFLX);
        break;
    case FACTS_TURN_ERROR:
        note_turn_error(pinfo, attempt, turn);
        break;
    default:
        break;
    }
    facts_revision++;
}

/* --- checks ------------------------------------------------------------------------------------------------------
 */

/* The call that the user name "peer:own" of a check belongs to. */
static facts_call_t *
call_of_user_name(packet_info *pinfo, const char *user_name, facts_call_t *otherwise)
{
    char **parts = user_name ? g_strsplit(user_name, ":", 2) : NULL;
    facts_call_t *call = NULL;

    if (parts && parts[0] && parts[1]) {
        call = call_by_text(UFRAG, parts[0]);
        if (!call)
            call = call_by_text(UFRAG, parts[1]);
        if (!call && otherwise && otherwise->claimed)
            call = otherwise;
        if (!call)
            call = otherwise ? otherwise : call_new(pinfo);
        if (call) {
            call->claimed = true;
            for (unsigned i = 0; i < 2; i++)
                if (call_by_text(UFRAG, parts[i]) != call)
                    call_set_text(UFRAG, parts[i], call);
        }
    }
    g_strfreev(parts);
    return call;
}

/* The endpoint of a check, in the check's call unless another one has a better claim. */
static facts_endpoint_t *
endpoint_of_check(packet_info *pinfo, const facts_key_t *key, facts_call_t *call)
{
    facts_endpoint_t *endpoint = endpoint_find(key);
    facts_call_t *owner = endpoint ? call_root(endpoint->owner.call) : NULL;

    if (!endpoint)
        return endpoint_new(pinfo, key, call);
    if (owner != call && !owner->claimed)
        call_join(pinfo, owner, call);
    else if (owner != call && !endpoint->named)
        endpoint_move(endpoint, call);
    return endpoint;
}

static facts_call_t *
owner_of(const facts_key_t *key)
{
    const facts_endpoint_t *endpoint = endpoint_find(key);

    return endpoint ? call_root(endpoint->owner.call) : NULL;
}

void
facts_tell_check(packet_info *pinfo, const facts_check_t *check)
{
    bool request = check->kind == FACTS_CHECK_REQUEST;
    facts_relayed_t relayed = RELAYED_NOT;
    facts_key_t local, remote;
    facts_call_t *from, *to, *call;
    facts_endpoint_t *endpoint;
    facts_attempt_t *attempt;

    if (!facts_telling(pinfo))
        return;
    local = facts_key(check->transport, check->from, check->from_port);
    remote = facts_key(check->transport, check->to, check->to_port);
    if (!request) {
        facts_key_t swapped = local;

        local = remote;
        remote = swapped;
    }
    if (check->relayed) /* the client's end is on its relay: that of the one who sent, unless it came from the peer */
        relayed = check->from_peer == request ? RELAYED_REMOTE : RELAYED_LOCAL;
    from = owner_of(&local);
    to = owner_of(&remote);
    call = from && (from->claimed || !to || !to->claimed) ? from : to;
    if (request) {
        facts_call_t *named = call_of_user_name(pinfo, check->user_name, call);

        call = named ? named : call;
    }
    if (!call)
        call = call_of_host(pinfo, check->from_peer ? check->to : check->from);
    if (!call)
        return;
    endpoint = endpoint_of_check(pinfo, &local, call);
    if (!endpoint || !endpoint_of_check(pinfo, &remote, call_root(call)))
        return;
    call_show(pinfo, endpoint->owner.call);
    step_add(pinfo, FACTS_STEP_CHECK, &endpoint->owner);
    attempt = attempt_get(pinfo, FACTS_CHECK, endpoint, &remote, relayed, true);
    if (!attempt)
        return;
    if (request) {
        attempt->tries++;
        attempt->last_frame = pinfo->num;
        attempt->nominated |= check->use_candidate;
    } else if (attempt->outcome != FACTS_ANSWERED) {
        attempt->outcome = check->kind == FACTS_CHECK_SUCCESS ? FACTS_ANSWERED : FACTS_REFUSED;
        attempt->code = check->error_code;
        attempt->answer_frame = pinfo->num;
        if (check->request_time)
            attempt->rtt = seconds_since(pinfo, check->request_time);
    }
    facts_revision++;
}

/* --- hellos ------------------------------------------------------------------------------------------------------
 */

void
facts_tell_hello(packet_info *pinfo, const facts_hello_t *hello)
{
    static const facts_outcome_t outcomes[FACTS_ANSWERERS] = {
        [FACTS_BY_NOBODY] = FACTS_UNANSWERED,  [FACTS_BY_EDGE] = FACTS_ANSWERED,
        [FACTS_BY_HTTP_PROXY] = FACTS_REFUSED, [FACTS_BY_TLS_SERVER] = FACTS_REFUSED,
        [FACTS_BY_RESET] = FACTS_RESET,        [FACTS_BY_OTHER] = FACTS_REFUSED,
    };
    facts_key_t client, server;
    facts_endpoint_t *endpoint;
    facts_attempt_t *attempt;

    if (!facts_telling(pinfo))
        return;
    client = facts_key(PT_TCP, hello->client, hello->client_port);
    server = facts_key(PT_TCP, hello->server, hello->server_port);
    endpoint = endpoint_of_client(pinfo, &client);
    if (!endpoint)
        return;
    call_show(pinfo, endpoint->owner.call);
    facts_tell_relay(pinfo, hello->server);
    step_add(pinfo, FACTS_STEP_HELLO, &endpoint->owner);
    attempt = attempt_get(pinfo, FACTS_HELLO, endpoint, &server, RELAYED_NOT, true);
    if (!attempt)
        return;
    attempt->to_server = true;
    attempt->proxied |= hello->proxied || hello->by == FACTS_BY_HTTP_PROXY;
    if (hello->by == FACTS_BY_NOBODY) {
        attempt->tries++;
        attempt->last_frame = pinfo->num;
    } else if (attempt->by == FACTS_BY_NOBODY) {
        attempt->by = hello->by;
        attempt->code = hello->http_status;
        attempt->outcome = outcomes[hello->by];
        attempt->answer_frame = pinfo->num;
        attempt->rtt = seconds_since(pinfo, &attempt->first_time);
    }
    facts_revision++;
}

/* --- TCP connections ---------------------------------------------------------------------------------------------
 */

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

        if (seconds_since(pinfo, &connection->first_time) > GATHERING_TIME * 10)
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

void
facts_tell_connection(packet_info *pinfo, conversation_t *conversation, uint8_t completeness)
{
    connection_t *connection;
    facts_outcome_t before;

    if (!facts_telling(pinfo) || !(completeness & SYN_SENT))
        return;
    if (proto_connection == -1)
        proto_connection = proto_get_id_by_filter_name("mscall");
    connection = (connection_t *)conversation_get_proto_data(conversation, proto_connection);
    if (!connection) {
        if (completeness != SYN_SENT || loose_count >= MAX_LOOSE || pinfo->src.len > 16 || pinfo->dst.len > 16)
            return;
        connection = connection_new(pinfo);
        conversation_add_proto_data(conversation, proto_connection, connection);
    }
    before = connection->outcome;
    if ((completeness & RST_SEEN) && connection->reset.frame == 0)
        connection->reset = (facts_end_t){ .frame = pinfo->num,
                                           .by_remote = addresses_equal(&pinfo->src, &connection->remote.addr) &&
                                                        pinfo->srcport == connection->remote.port,
                                           .behind_data = (completeness & DATA_SEEN) != 0 };
    if (completeness == SYN_SENT) {
        connection->tries++;
        connection->last_frame = pinfo->num;
    } else if ((completeness & RST_SEEN) && !(completeness & DATA_SEEN) &&
               (before == FACTS_UNANSWERED || before == FACTS_ANSWERED)) {
        connection->outcome = FACTS_RESET; /* also a connection that is taken down before anybody could say a word */
        connection->answer_frame = pinfo->num;
    } else if ((completeness & SYN_ACK) && before == FACTS_UNANSWERED) {
        connection->outcome = FACTS_ANSWERED;
        connection->answer_frame = pinfo->num;
        connection->rtt = seconds_since(pinfo, &connection->first_time);
    }
    if (completeness & DATA_SEEN)
        return;
    if (connection->frame_count < MAX_FRAMES && connection->frames[connection->frame_count - 1] != pinfo->num)
        connection->frames[connection->frame_count++] = pinfo->num;
    connection_show(connection);
    if (connection->attempt)
        step_add(pinfo, FACTS_STEP_CONNECTION, &connection->attempt->local->owner);
}

void
facts_tell_packet(packet_info *pinfo)
{
    const facts_endpoint_t *endpoint;

    if (!facts_telling(pinfo) || step_known(pinfo))
        return;
    endpoint = endpoint_of_packet(pinfo);
    if (endpoint)
        step_add(pinfo, packet_step(pinfo), &endpoint->owner);
}
