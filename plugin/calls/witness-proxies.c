/* witness-proxies.c
 * Clients that ask an HTTP proxy for a way to a relay.
 *
 * A client that knows its relay asks it over UDP and asks the proxy at the same moment: whether a host is a relay's
 * may turn out behind the answer of the proxy. What was asked is kept until then.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/witness.h"

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
    bool adopted;
} asked_proxy_t;

static asked_proxy_t asked[MOST_ASKED];
static unsigned asked_count; /* ever */

static void
reset(void)
{
    asked_count = 0;
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

/* Makes it a hello of the client's call, as one that went out when the relay was known would be. */
static void
adopt(packet_info *pinfo, asked_proxy_t *one)
{
    facts_endpoint_t *endpoint = endpoint_of_client(pinfo, &one->client, false);
    facts_attempt_t *attempt =
        endpoint ? attempt_get(pinfo, FACTS_HELLO, endpoint, &one->proxy, RELAYED_NOT, true) : NULL;

    one->adopted = true;
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
    if (one->answer_frame) {
        attempt->by = FACTS_BY_HTTP_PROXY;
        attempt->code = one->status;
        attempt->outcome = FACTS_REFUSED;
        attempt->answer_frame = one->answer_frame;
        attempt->rtt = one->rtt;
        if (one->answer_frame != pinfo->num)
            step_add_late(one->answer_frame, FACTS_STEP_HELLO, &endpoint->owner);
    }
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
    asked_count++;
    *one = (asked_proxy_t){ .host = facts_text(host),
                            .client = *facts_key_keep(&client),
                            .proxy = *facts_key_keep(&proxy),
                            .frame = pinfo->num,
                            .time = pinfo->abs_ts };
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
            adopt(pinfo, &asked[i]);
}
