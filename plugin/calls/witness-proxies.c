/* witness-proxies.c
 * Clients that ask an HTTP proxy for a way to a relay.
 *
 * A client that knows its relay asks it over UDP and asks the proxy at the same moment: whether a host is a relay's
 * may turn out behind the answer of the proxy. What was asked is kept until then.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/witness.h"
#include "knowledge/ms-products.h"

/* Questions that are kept, the latest; a client asks again for each medium. */
#define MOST_ASKED 64

/* What was asked longer ago, in seconds, is no part of the call that the relay belongs to. */
#define ADOPTION_TIME 60

typedef struct {
    const char *host;
    facts_key_t client, proxy;
    uint32_t frame, answer_frame; /* 0 = no answer */
    nstime_t time;
    double rtt;
    unsigned status;
    bool named;   /* the name of the host says that it is a relay */
    bool adopted; /* or too old for that */
} asked_proxy_t;

static asked_proxy_t asked[MOST_ASKED];
static unsigned asked_count; /* ever */
static unsigned open_named;  /* of these: named, and not adopted */

static void
reset(void)
{
    asked_count = open_named = 0;
}

void
proxies_register(void)
{
    register_init_routine(reset);
}

static unsigned
kept_count(void)
{
    return MIN(asked_count, MOST_ASKED);
}

/* The one that a client's port has asked last, and that is still open; NULL = none. */
static asked_proxy_t *
asked_by(const facts_key_t *client)
{
    for (unsigned i = 0; i < kept_count(); i++)
        if (!asked[i].adopted && asked[i].answer_frame == 0 && facts_key_equal(&asked[i].client, client))
            return &asked[i];
    return NULL;
}

/* The proxy lets the client through: what was tried is a connection now, in which a hello may follow. */
static void
open_tunnel(facts_attempt_t *attempt, uint32_t frame)
{
    attempt->kind = FACTS_CONNECTION;
    attempt->outcome = FACTS_ANSWERED;
    attempt->by = FACTS_BY_NOBODY;
    attempt->code = 0;
    attempt->answer_frame = frame;
}

static bool
lets_through(unsigned status)
{
    return status >= 200 && status < 300;
}

static void
adopt_answer(packet_info *pinfo, const asked_proxy_t *one, facts_attempt_t *attempt)
{
    if (lets_through(one->status)) {
        open_tunnel(attempt, one->answer_frame);
    } else {
        attempt->by = FACTS_BY_HTTP_PROXY;
        attempt->code = one->status;
        attempt->outcome = FACTS_REFUSED;
        attempt->answer_frame = one->answer_frame;
    }
    attempt->rtt = one->rtt;
    if (one->answer_frame != pinfo->num)
        step_add_late(one->answer_frame, FACTS_STEP_HELLO, &attempt->local->owner);
}

static void
settle(asked_proxy_t *one)
{
    open_named -= one->named && !one->adopted;
    one->adopted = true;
}

/* Makes it a hello of the client's call, as one that went out when the relay was known would be. endpoint: the
 * client's; NULL = there is no room. */
static void
adopt(packet_info *pinfo, asked_proxy_t *one, facts_endpoint_t *endpoint)
{
    facts_attempt_t *attempt =
        endpoint ? attempt_get(pinfo, FACTS_HELLO, endpoint, &one->proxy, RELAYED_NOT, true) : NULL;

    settle(one);
    if (!attempt)
        return;
    endpoint_conclude_host(endpoint);
    call_note_own(call_root(endpoint->owner.call), &one->client.addr);
    endpoint->first_frame = MIN(endpoint->first_frame, one->frame);
    attempt->to_server = attempt->proxied = true;
    attempt->tries = 1;
    attempt->first_frame = attempt->last_frame = one->frame;
    attempt->first_time = attempt->last_time = one->time;
    step_add_late(one->frame, FACTS_STEP_HELLO, &endpoint->owner);
    if (one->answer_frame)
        adopt_answer(pinfo, one, attempt);
    facts_revision++;
}

void
facts_tell_proxy_asked(packet_info *pinfo, const char *host, const facts_hello_t *hello)
{
    asked_proxy_t *one = &asked[asked_count % MOST_ASKED];
    facts_key_t client = facts_key(PT_TCP, hello->client, hello->client_port);
    facts_key_t proxy = facts_key(PT_TCP, hello->server, hello->server_port);

    if (!facts_telling(pinfo))
        return;
    if (asked_count++ >= MOST_ASKED)
        settle(one);
    *one = (asked_proxy_t){ .host = facts_text(host),
                            .client = *facts_key_keep(&client),
                            .proxy = *facts_key_keep(&proxy),
                            .frame = pinfo->num,
                            .time = pinfo->abs_ts,
                            .named = ms_names_relay(host) };
    open_named += one->named;
}

void
facts_tell_proxy_answer(packet_info *pinfo, const facts_hello_t *hello)
{
    facts_key_t client = facts_key(PT_TCP, hello->client, hello->client_port);
    asked_proxy_t *one = facts_telling(pinfo) ? asked_by(&client) : NULL;

    if (!one)
        return;
    one->answer_frame = pinfo->num;
    one->status = hello->http_status;
    one->rtt = seconds_since(pinfo, &one->time);
}

bool
facts_proxy_waits(void)
{
    for (unsigned i = 0; i < kept_count(); i++)
        if (!asked[i].adopted && asked[i].answer_frame == 0)
            return true;
    return false;
}

void
proxies_adopt(packet_info *pinfo)
{
    for (unsigned i = 0; i < kept_count(); i++)
        if (!asked[i].adopted && seconds_since(pinfo, &asked[i].time) <= ADOPTION_TIME &&
            is_relay_host(asked[i].host))
            adopt(pinfo, &asked[i], endpoint_of_client(pinfo, &asked[i].client, false));
}

bool
proxies_wait_for_call(void)
{
    return open_named > 0;
}

void
proxies_adopt_named(packet_info *pinfo, facts_call_t *call)
{
    for (unsigned i = 0; i < kept_count(); i++) {
        asked_proxy_t *one = &asked[i];

        if (!one->named || one->adopted)
            continue;
        if (seconds_since(pinfo, &one->time) > ADOPTION_TIME)
            settle(one);
        else if (addresses_equal(&one->client.addr, &pinfo->src) || addresses_equal(&one->client.addr, &pinfo->dst))
            adopt(pinfo, one, endpoint_new(pinfo, &one->client, call));
    }
}

void
facts_tell_tunnel(packet_info *pinfo, const facts_hello_t *hello)
{
    facts_key_t client = facts_key(PT_TCP, hello->client, hello->client_port);
    facts_key_t server = facts_key(PT_TCP, hello->server, hello->server_port);
    facts_endpoint_t *endpoint = facts_telling(pinfo) ? endpoint_find(&client) : NULL;
    facts_attempt_t *attempt =
        endpoint ? attempt_get(pinfo, FACTS_HELLO, endpoint, &server, RELAYED_NOT, false) : NULL;

    if (!attempt || !attempt->proxied || attempt->kind != FACTS_HELLO)
        return;
    open_tunnel(attempt, pinfo->num);
    attempt->rtt = seconds_since(pinfo, &attempt->last_time);
    step_add(pinfo, FACTS_STEP_HELLO, &endpoint->owner);
    facts_revision++;
}
