/* witness-names.c
 * What relays are called, and who says so.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/witness.h"
#include "knowledge/ms-products.h"

#include <wsutil/inet_addr.h>

/* The latest server names of TLS clients, by the server's address. */
#define SERVERS 256

/* The server name of a TLS client. */
typedef struct {
    uint8_t bytes[16];
    address server; /* AT_NONE = empty */
    char *name;
} server_name_t;

static server_name_t *servers;  /* SERVERS of them, once there is one; file scope */
static wmem_map_t *told;        /* name -> bits of facts_namer_t */
static wmem_map_t *relay_names; /* facts_key_t, address only -> facts_relay_name_t */

static void
reset(void)
{
    servers = NULL;
}

void
names_register(void)
{
    told = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), wmem_str_hash, g_str_equal);
    relay_names = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), facts_key_hash, facts_key_equal);
    register_init_routine(reset);
    register_cleanup_routine(reset);
}

void
name_address(uint32_t frame, const address *relay, facts_namer_t namer, const char *name)
{
    facts_key_t key = facts_key(PT_NONE, relay, 0);
    facts_relay_name_t *known = (facts_relay_name_t *)wmem_map_lookup(relay_names, &key);

    if (known && known->namer >= namer)
        return;
    if (!known) {
        known = wmem_new(wmem_file_scope(), facts_relay_name_t);
        wmem_map_insert(relay_names, facts_key_keep(&key), known);
    }
    *known = (facts_relay_name_t){ .name = facts_text(name), .namer = namer, .frame = frame };
    facts_revision++;
}

/* A host name in lower case, to be freed; NULL when it cannot be one. Addresses stand in their place at times. */
static char *
host_name(const char *text)
{
    size_t length = strlen(text);
    ws_in4_addr ipv4;
    ws_in6_addr ipv6;

    if (length && text[length - 1] == '.')
        length--;
    if (length == 0 || length >= DNS_NAME_ROOM || ws_inet_pton4(text, &ipv4) || ws_inet_pton6(text, &ipv6))
        return NULL;
    for (size_t i = 0; i < length; i++)
        if (!g_ascii_isalnum(text[i]) && !strchr("-._", text[i]))
            return NULL;
    return g_ascii_strdown(text, (gssize)length);
}

static bool
is_relay_address(const char *host)
{
    ws_in4_addr ipv4;
    ws_in6_addr ipv6;
    address addr;

    if (ws_inet_pton4(host, &ipv4))
        set_address(&addr, AT_IPv4, 4, &ipv4);
    else if (ws_inet_pton6(host, &ipv6))
        set_address(&addr, AT_IPv6, 16, &ipv6);
    else
        return false;
    return relay_known(&addr);
}

bool
is_relay_host(const char *host)
{
    char *lower = host_name(host);
    bool known = lower ? name_namers(lower) != 0 : is_relay_address(host);

    g_free(lower);
    return known;
}

unsigned
name_namers(const char *name)
{
    return wmem_map_size(told) ? GPOINTER_TO_UINT(wmem_map_lookup(told, name)) : 0;
}

void
name_tell(facts_namer_t namer, const char *name)
{
    unsigned namers = name_namers(name);

    if (namers & 1U << namer)
        return;
    wmem_map_insert(told, facts_text(name), GUINT_TO_POINTER(namers | 1U << namer));
    if (namers == 0)
        dns_look_again();
}

void
facts_tell_relay_name(packet_info *pinfo, facts_namer_t namer, const char *name, const address *relay)
{
    char *lower = facts_telling(pinfo) ? host_name(name) : NULL;

    if (!lower)
        return;
    name_tell(namer, lower);
    if (relay)
        name_address(pinfo->num, relay, namer, lower);
    g_free(lower);
}

static server_name_t *
server_of(const address *server)
{
    unsigned hash = add_address_to_hash(0, server);

    return &servers[(hash ^ hash >> 16) % SERVERS];
}

void
facts_tell_server_name(packet_info *pinfo, const char *name)
{
    server_name_t *server;

    if (!facts_telling(pinfo) || (pinfo->dst.type != AT_IPv4 && pinfo->dst.type != AT_IPv6))
        return;
    /* Where nobody is known to make a call, it will be looked for when there is one. */
    if (ms_names_relay(name) && call_of_host(pinfo, &pinfo->src))
        facts_tell_relay(pinfo, &pinfo->dst);
    if (relay_known(&pinfo->dst)) {
        facts_tell_relay_name(pinfo, FACTS_NAMED_BY_SNI, name, &pinfo->dst);
        return;
    }
    if (!servers)
        servers = wmem_alloc0_array(wmem_file_scope(), server_name_t, SERVERS);
    server = server_of(&pinfo->dst);
    wmem_free(wmem_file_scope(), server->name);
    server->name = wmem_strdup(wmem_file_scope(), name);
    memcpy(server->bytes, pinfo->dst.data, (size_t)pinfo->dst.len);
    set_address(&server->server, pinfo->dst.type, pinfo->dst.len, server->bytes);
}

void
facts_tell_relay_found(packet_info *pinfo, const address *relay)
{
    const server_name_t *server = servers ? server_of(relay) : NULL;

    if (!facts_telling(pinfo))
        return;
    dns_look_again();
    if (server && server->name && addresses_equal(&server->server, relay))
        facts_tell_relay_name(pinfo, FACTS_NAMED_BY_SNI, server->name, relay);
    /* There is a call now: what else was asked for by a name that relays have belongs to it. */
    for (unsigned i = 0; servers && i < SERVERS; i++)
        if (servers[i].name && !relay_known(&servers[i].server) && ms_names_relay(servers[i].name))
            facts_tell_relay(pinfo, &servers[i].server);
}

const facts_relay_name_t *
name_of_address(const address *relay)
{
    facts_key_t key = facts_key(PT_NONE, relay, 0);

    return (const facts_relay_name_t *)wmem_map_lookup(relay_names, &key);
}

const char *
namer_text(facts_namer_t namer)
{
    static const char *const texts[FACTS_NAMERS] = {
        [FACTS_NAMED_BY_DNS] = "DNS",
        [FACTS_NAMED_BY_SNI] = "TLS server name",
        [FACTS_NAMED_BY_ALTERNATE] = "another relay",
        [FACTS_NAMED_BY_MRAS] = "MRAS",
    };
    return texts[namer];
}
