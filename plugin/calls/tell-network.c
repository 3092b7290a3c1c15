/* tell-network.c
 * Facts from packets: allocations, checks, hellos, media.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/points.h"

void
network_register(void)
{
    hosts_register();
    connections_register();
    patience_register();
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
    if (type == FACTS_RELAY)
        base->relayed = endpoint;
    if (endpoint->type == FACTS_TYPE_UNKNOWN || endpoint->concluded) {
        endpoint->type = type;
        endpoint->concluded = false;
    }
}

static bool
asks_for_credentials(unsigned code)
{
    return code == 401 || code == 438;
}

/* 401 to a request with credentials refuses them, once for each request: copies do not count, nor does 438, which
 * only wants a new nonce. */
static void
note_refusal(facts_attempt_t *attempt, const facts_turn_t *turn)
{
    uint32_t request = turn->request_frame ? turn->request_frame : attempt->last_frame;

    if (turn->error_code != 401 || !attempt->last_signed || attempt->refused_request == request)
        return;
    attempt->refusals++;
    attempt->refused_request = request;
}

static void
note_turn_error(packet_info *pinfo, facts_attempt_t *attempt, const facts_turn_t *turn)
{
    attempt->code = turn->error_code;
    attempt->answers++;
    attempt->pending = 0;
    note_refusal(attempt, turn);
    if (turn->alternate && turn->alternate->type != AT_NONE)
        attempt->alternate =
            *facts_key_keep(&(facts_key_t){ *turn->alternate, turn->alternate_port, turn->transport });
    if (attempt->outcome == FACTS_ANSWERED) {
        if (turn->error_code && !asks_for_credentials(turn->error_code) && !attempt->lost_frame) {
            attempt->lost_frame = pinfo->num;
            attempt->lost_time = point_time(pinfo, call_root(attempt->local->owner.call));
        }
        return;
    }
    /* Without its code (cut by the snap length) an error says that the relay answers, and no more. */
    attempt->outcome = turn->error_code == 0 || asks_for_credentials(turn->error_code) ? FACTS_CHALLENGED
                       : turn->error_code == 300                                       ? FACTS_ALTERNATE
                                                                                       : FACTS_REFUSED;
    attempt->redirects += turn->error_code == 300;
    attempt->answer_frame = pinfo->num;
}

/* What goes through a connection shows that it was answered, captured or not. */
static void
note_connected(const facts_endpoint_t *local, const facts_key_t *remote)
{
    for (facts_attempt_t *attempt = local->attempts; attempt; attempt = attempt->next)
        if (attempt->kind == FACTS_CONNECTION && attempt->outcome == FACTS_UNANSWERED &&
            facts_key_equal(&attempt->remote, remote))
            attempt->implied = true;
}

/* What a client does with an allocation, and that it knows what a relay asked for, shows that answers came, captured
 * or not. A request with credentials says so of the relay it goes to only when it follows one without. */
static void
note_implied(const facts_endpoint_t *endpoint, const facts_turn_t *turn, const facts_key_t *server)
{
    if (!turn->from_client)
        return;
    for (facts_attempt_t *attempt = endpoint->attempts; attempt; attempt = attempt->next) {
        bool same = facts_key_equal(&attempt->remote, server);

        if (attempt->kind == FACTS_ALLOCATION)
            attempt->implied |=
                (same && turn->kind == FACTS_TURN_OTHER) || (turn->is_signed && !(same && attempt->last_signed));
        else if (attempt->kind == FACTS_HELLO)
            attempt->implied = true;
    }
}

/* Seconds from the first try of an attempt to this packet, by one clock. */
static double
seconds_of(const packet_info *pinfo, const facts_attempt_t *attempt)
{
    nstime_t when = point_time(pinfo, call_root(attempt->local->owner.call));

    return seconds_between(&attempt->first_time, &when);
}

static void
note_turn_success(packet_info *pinfo, facts_attempt_t *attempt, const facts_turn_t *turn)
{
    attempt->pending = 0;
    attempt->lost_frame = 0;
    if (attempt->outcome != FACTS_ANSWERED) {
        attempt->outcome = FACTS_ANSWERED;
        attempt->answer_frame = pinfo->num;
        attempt->rtt = seconds_of(pinfo, attempt);
    }
    if (turn->relayed && turn->relayed->type != AT_NONE)
        note_allocated(pinfo, attempt->local, turn->relayed, turn->relayed_port, FACTS_RELAY);
    if (turn->reflexive && turn->reflexive->type != AT_NONE) {
        note_allocated(pinfo, attempt->local, turn->reflexive, turn->reflexive_port, FACTS_SRFLX);
        call_note_nat(pinfo, attempt->local, turn->reflexive);
    }
}

static void
note_release(const packet_info *pinfo, facts_call_t *call)
{
    call->release_frame = pinfo->num;
    call->release_time = point_time(pinfo, call);
}

void
facts_tell_turn(packet_info *pinfo, const facts_turn_t *turn)
{
    facts_key_t client, server;
    facts_endpoint_t *endpoint;
    facts_attempt_t *attempt;
    bool elsewhere, copy;

    if (!facts_telling(pinfo))
        return;
    client = facts_key(turn->transport, turn->client, turn->client_port);
    server = facts_key(turn->transport, turn->server, turn->server_port);
    /* Of a socket that is known, what the capture cut goes on rather than begins. */
    endpoint = endpoint_of_client(pinfo, &client, turn->begins && !(turn->may_be_signed && endpoint_find(&client)));
    if (!endpoint)
        return;
    if (turn->kind == FACTS_TURN_REQUEST && turn->from_client)
        host_look(pinfo);
    call_join_identifier(pinfo, endpoint, turn->call_identifier);
    call_part_users(pinfo, endpoint, turn->user_name);
    call_join_user(pinfo, endpoint, turn->user_name);
    endpoint_conclude_host(endpoint);
    if (!endpoint->media && turn->medium)
        endpoint->media = facts_text(turn->medium);
    call_note_own(call_root(endpoint->owner.call), turn->client);
    call_show(pinfo, endpoint->owner.call);
    facts_tell_relay(pinfo, turn->server);
    point_settle(pinfo, endpoint->owner.call);
    /* What is inside a TCP connection is told once, by whatever point. */
    copy = stream_is_copy(pinfo);
    elsewhere = copy || (pinfo->ptype == PT_UDP && point_is_elsewhere(pinfo, call_root(endpoint->owner.call)));
    step_add(pinfo, FACTS_STEP_ALLOCATION, &endpoint->owner);
    if (!elsewhere) {
        note_connected(endpoint, &server);
        note_implied(endpoint, turn, &server);
        call_root(endpoint->owner.call)->relay_data += turn->kind == FACTS_TURN_OTHER && !turn->from_client;
        call_root(endpoint->owner.call)->unread[!turn->from_client] +=
            turn->kind == FACTS_TURN_OTHER && pinfo->fd->cap_len < pinfo->fd->pkt_len;
    }
    if (turn->release && !elsewhere)
        note_release(pinfo, call_root(endpoint->owner.call));
    if (turn->kind == FACTS_TURN_OTHER || turn->release || copy)
        return;
    attempt = attempt_get(pinfo, FACTS_ALLOCATION, endpoint, &server, RELAYED_NOT, true);
    if (!attempt)
        return;
    attempt->to_server = true;
    attempt->integrity_wrong |= turn->integrity_wrong;
    if (turn->may_release && attempt->outcome == FACTS_ANSWERED)
        return;
    if (turn->kind == FACTS_TURN_REQUEST) {
        attempt_try(pinfo, attempt);
        attempt->last_signed = turn->is_signed;
        call_join_silent(pinfo, attempt);
    } else if (turn->kind == FACTS_TURN_SUCCESS) {
        note_turn_success(pinfo, attempt, turn);
    } else {
        note_turn_error(pinfo, attempt, turn);
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
    facts_endpoint_t *endpoint = endpoint_in_call(key, call), *latest = endpoint_find(key);
    facts_call_t *owner = latest ? call_root(latest->owner.call) : NULL;

    if (endpoint)
        return endpoint;
    if (!latest || call_is_past(pinfo, owner) || call_is_given_up(owner))
        return endpoint_new(pinfo, key, call);
    if (!owner->claimed) {
        call_join(pinfo, owner, call);
    } else if (!latest->named && calls_are_apart(owner, call)) {
        endpoint = endpoint_new(pinfo, key, call);
        latest->shared = true;
        if (endpoint)
            endpoint->shared = true;
        return endpoint;
    } else if (!latest->named) {
        endpoint_move(latest, call);
    }
    return latest;
}

static bool
has_unknown_names(const facts_check_t *check)
{
    char **parts =
        check->kind == FACTS_CHECK_REQUEST && check->user_name ? g_strsplit(check->user_name, ":", 2) : NULL;
    bool unknown = parts && parts[0] && parts[1] && !call_by_text(UFRAG, parts[0]) && !call_by_text(UFRAG, parts[1]);

    g_strfreev(parts);
    return unknown;
}

/* The call of an address and port, unless a check with names that nobody knows shows that it is over. */
static facts_call_t *
owner_of(const packet_info *pinfo, const facts_key_t *key, const facts_check_t *check)
{
    const facts_endpoint_t *endpoint = endpoint_find(key);
    facts_call_t *call = endpoint ? call_root(endpoint->owner.call) : NULL;

    return call && (call_is_past(pinfo, call) || call_is_given_up(call)) && has_unknown_names(check) ? NULL : call;
}

static bool
is_shared(const facts_key_t *key)
{
    const facts_endpoint_t *endpoint = endpoint_find(key);

    return endpoint && endpoint->shared;
}

/* The call of a check by its ends, of which `from` is that of who asks, when both are known. */
static facts_call_t *
call_of_ends(const facts_key_t *local, const facts_key_t *remote, const facts_check_t *check, facts_call_t *from,
             facts_call_t *to)
{
    const facts_endpoint_t *peer = endpoint_find(remote);

    if (from == to || is_shared(remote))
        return from;
    if (is_shared(local))
        return to;
    /* A computer that begins a call with whom another one speaks already: the server of a conference, mostly. */
    if (!from->claimed && to->claimed && calls_are_apart(from, to) && has_unknown_names(check) &&
        !(peer && peer->named))
        return from;
    return from->claimed || !to->claimed ? from : to;
}

/* The call that one of the computers is at, where nobody knows the sockets of a check: not each of them allocates. */
static facts_call_t *
call_waiting_for(const packet_info *pinfo, const facts_check_t *check)
{
    facts_call_t *call = call_waiting(pinfo, check->from);

    return call ? call : call_waiting(pinfo, check->to);
}

/* Who is told of a role conflict gives up its role, and what it has nominated. */
#define ROLE_CONFLICT 487

/* Only a success settles on the pair that was nominated (RFC 5245, 7.1.3.2.4). */
static void
note_settled(const packet_info *pinfo, facts_attempt_t *attempt, const facts_check_t *check)
{
    if (check->kind == FACTS_CHECK_ERROR) {
        attempt->nominating &= check->error_code != ROLE_CONFLICT;
    } else if (attempt->nominating && attempt->settled_frame == 0) {
        attempt->settled_frame = pinfo->num;
        attempt->settled_time = attempt->last_answer;
    }
}

void
facts_tell_check(packet_info *pinfo, const facts_check_t *check)
{
    bool request = check->kind == FACTS_CHECK_REQUEST;
    facts_relayed_t relayed = RELAYED_NOT;
    facts_key_t local, remote;
    facts_call_t *from, *to, *call;
    facts_endpoint_t *endpoint, *peer;
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
    from = owner_of(pinfo, &local, check);
    to = owner_of(pinfo, &remote, check);
    call = from && to ? call_of_ends(&local, &remote, check, from, to) : from ? from : to;
    if (!call)
        call = call_waiting_for(pinfo, check);
    call = call_with_beside(pinfo, call, check->from, check->to);
    if (request) {
        facts_call_t *named = call_of_user_name(pinfo, check->user_name, call);

        call = named ? named : call;
        if (!check->relayed)
            host_look(pinfo);
        if (!check->relayed && !from)
            call = call_with_waiting(pinfo, call, check->from);
    }
    if (!call)
        call = call_of_host(pinfo, check->from_peer ? check->to : check->from);
    if (!call)
        return;
    endpoint = endpoint_of_check(pinfo, &local, call);
    peer = endpoint ? endpoint_of_check(pinfo, &remote, call_root(call)) : NULL;
    if (!peer)
        return;
    note_connected(endpoint, &remote);
    note_connected(peer, &local);
    call_show(pinfo, endpoint->owner.call);
    if (!check->relayed)
        call_guess_own(call_root(endpoint->owner.call), check->from, check->to);
    if (request)
        call_note_check(call_root(endpoint->owner.call), check);
    point_settle(pinfo, endpoint->owner.call);
    step_add(pinfo, FACTS_STEP_CHECK, &endpoint->owner);
    attempt = stream_is_copy(pinfo) ? NULL : attempt_get(pinfo, FACTS_CHECK, endpoint, &remote, relayed, true);
    if (!attempt)
        return;
    if (request) {
        attempt_try(pinfo, attempt);
        attempt->nominated |= check->use_candidate;
        attempt->nominating |= check->use_candidate;
        attempt->was_cut |= check->cut;
        if (check->use_candidate && attempt->nominated_frame == 0)
            attempt->nominated_frame = pinfo->num;
        return;
    }
    attempt->pending = 0;
    attempt->answers++;
    attempt->last_answer = point_time(pinfo, call_root(endpoint->owner.call));
    attempt->translated |= check->translated;
    note_settled(pinfo, attempt, check);
    if (attempt->outcome != FACTS_ANSWERED) {
        attempt->outcome = check->kind == FACTS_CHECK_SUCCESS ? FACTS_ANSWERED : FACTS_REFUSED;
        attempt->code = check->error_code;
        attempt->answer_frame = pinfo->num;
        call_root(endpoint->owner.call)->paired |= attempt->outcome == FACTS_ANSWERED;
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
        [FACTS_BY_SOMEBODY] = FACTS_ANSWERED,
    };
    facts_key_t client, server;
    facts_endpoint_t *endpoint;
    facts_attempt_t *attempt;

    if (!facts_telling(pinfo))
        return;
    client = facts_key(PT_TCP, hello->client, hello->client_port);
    server = facts_key(PT_TCP, hello->server, hello->server_port);
    endpoint = endpoint_of_client(pinfo, &client, false);
    if (!endpoint)
        return;
    endpoint_conclude_host(endpoint);
    if (hello->by == FACTS_BY_NOBODY)
        host_look(pinfo);
    call_note_own(call_root(endpoint->owner.call), hello->client);
    call_show(pinfo, endpoint->owner.call);
    if (!hello->proxied) /* else it is the proxy's address */
        facts_tell_relay(pinfo, hello->server);
    step_add(pinfo, FACTS_STEP_HELLO, &endpoint->owner);
    attempt = attempt_get(pinfo, FACTS_HELLO, endpoint, &server, RELAYED_NOT, true);
    if (!attempt)
        return;
    if (attempt->kind == FACTS_CONNECTION) { /* a tunnel (witness-proxies.c) */
        attempt->kind = FACTS_HELLO;
        attempt->outcome = FACTS_UNANSWERED;
    }
    attempt->to_server = true;
    attempt->proxied |= hello->proxied || hello->by == FACTS_BY_HTTP_PROXY;
    note_connected(endpoint, &server);
    if (hello->by == FACTS_BY_NOBODY)
        attempt_try(pinfo, attempt);
    else if (attempt->by == FACTS_BY_NOBODY || attempt->by == FACTS_BY_SOMEBODY) {
        attempt->by = hello->by;
        attempt->code = hello->http_status;
        attempt->outcome = outcomes[hello->by];
        attempt->answer_frame = pinfo->num;
        attempt->rtt = seconds_of(pinfo, attempt);
    }
    facts_revision++;
}
