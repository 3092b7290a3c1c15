/* witness-names.c
 * What relays are called, and what became of the questions for their addresses.
 *
 * DNS comes before the first packet to a relay, and nobody knows then that it matters. So the latest names are kept
 * for a while, whatever they are, in a small table; those that turn out to be a relay's stay.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/places.h"
#include "calls/witness.h"

#include <wsutil/inet_addr.h>

/* The table of the latest names: by hash, the oldest of a set makes room. */
#define SETS 64
#define WAYS 8

/* The latest server names of TLS clients, by the server's address. */
#define SERVERS 256

/* No more names of relays are kept. */
#define MOST_KEPT 1024

/* Who asks again behind this time, in seconds, asks anew. */
#define ANEW 60

/* A question counts as unanswered when it was asked so often, and so many seconds passed since the first time. */
#define TRIES    2
#define PATIENCE 2

typedef struct name_record {
    facts_name_t fact;
    uint32_t hash;
    uint32_t frame; /* of the first message */
    nstime_t latest;
    bool kept;
    bool asked_anew;           /* the newer one stands in its place */
    struct name_record *next;  /* of all that are kept */
    struct name_record *older; /* as in fact */
    uint8_t bytes[DNS_MOST_ADDRESSES][16];
} name_record_t;

/* The server name of a TLS client. */
typedef struct {
    uint8_t bytes[16];
    address server; /* AT_NONE = empty */
    char *name;
} server_name_t;

static name_record_t *recent[SETS][WAYS];
static server_name_t *servers; /* SERVERS of them, once there is one; file scope */
static wmem_map_t *kept;       /* name_record_t, by client and name -> itself, the newest */
static name_record_t *all_kept;
static unsigned kept_count;
static wmem_map_t *told;        /* name -> bits of facts_namer_t */
static wmem_map_t *relay_names; /* facts_key_t, address only -> facts_relay_name_t */

static unsigned
record_hash(const void *data)
{
    return ((const name_record_t *)data)->hash;
}

static int
record_equal(const void *a, const void *b)
{
    const name_record_t *one = (const name_record_t *)a, *other = (const name_record_t *)b;

    return one->hash == other->hash && addresses_equal(&one->fact.client, &other->fact.client) &&
           strcmp(one->fact.name, other->fact.name) == 0;
}

static void
reset(void)
{
    memset(recent, 0, sizeof recent);
    servers = NULL;
    all_kept = NULL;
    kept_count = 0;
}

void
names_register(void)
{
    kept = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), record_hash, record_equal);
    told = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), wmem_str_hash, g_str_equal);
    relay_names = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), facts_key_hash, facts_key_equal);
    register_init_routine(reset);
    register_cleanup_routine(reset);
}

/* A record to look for another one with. */
static name_record_t
record_key(const address *client, const char *name)
{
    uint32_t hash = 2166136261U; /* FNV-1a */

    for (const char *letter = name; *letter; letter++)
        hash = (hash ^ (uint8_t)*letter) * 16777619U;
    return (name_record_t){ .fact = { .name = name, .client = *client }, .hash = add_address_to_hash(hash, client) };
}

static name_record_t **
recent_set(uint32_t hash)
{
    return recent[(hash ^ hash >> 16) % SETS];
}

static name_record_t *
record_find(const name_record_t *key)
{
    name_record_t *record = kept_count ? (name_record_t *)wmem_map_lookup(kept, key) : NULL;
    name_record_t **set = recent_set(key->hash);

    for (unsigned way = 0; !record && way < WAYS; way++)
        if (set[way] && record_equal(set[way], key))
            record = set[way];
    return record;
}

static void
record_free(name_record_t *record)
{
    wmem_free(wmem_file_scope(), (void *)(uintptr_t)record->fact.name);
    wmem_free(wmem_file_scope(), (void *)(uintptr_t)record->fact.alias);
    free_address_wmem(wmem_file_scope(), &record->fact.client);
    wmem_free(wmem_file_scope(), record);
}

/* Makes a record; it stands among the recent ones. */
static name_record_t *
record_new(const packet_info *pinfo, const name_record_t *key)
{
    name_record_t **set = recent_set(key->hash);
    name_record_t *record = wmem_new0(wmem_file_scope(), name_record_t);
    unsigned oldest = 0;

    record->hash = key->hash;
    record->frame = pinfo->num;
    record->latest = pinfo->abs_ts;
    record->fact.name = wmem_strdup(wmem_file_scope(), key->fact.name);
    copy_address_wmem(wmem_file_scope(), &record->fact.client, &key->fact.client);
    for (unsigned way = 0; way < WAYS && set[oldest]; way++)
        if (!set[way] || set[way]->frame < set[oldest]->frame)
            oldest = way;
    if (set[oldest])
        record_free(set[oldest]);
    set[oldest] = record;
    return record;
}

static void
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

static void
name_addresses(const name_record_t *record)
{
    for (unsigned i = 0; i < record->fact.address_count; i++)
        name_address(record->fact.answer_frame, &record->fact.addresses[i], FACTS_NAMED_BY_DNS, record->fact.name);
}

/* The record is one of a relay's name: it stays. */
static void
record_keep(name_record_t *record, unsigned namers)
{
    name_record_t **set = recent_set(record->hash);

    if (!record->kept && kept_count >= MOST_KEPT)
        return;
    record->fact.namers |= namers;
    if (!record->kept) {
        record->kept = true;
        kept_count++;
        record->next = all_kept;
        all_kept = record;
        for (unsigned way = 0; way < WAYS; way++)
            if (set[way] == record)
                set[way] = NULL;
        wmem_map_insert(kept, record, record);
    }
    name_addresses(record);
    facts_revision++;
}

/* The questions start again: what was kept of the former ones stays behind the new record. */
static name_record_t *
record_anew(const packet_info *pinfo, name_record_t *record, const name_record_t *key)
{
    name_record_t **set = recent_set(key->hash);
    name_record_t *newer;

    if (!record->kept) {
        for (unsigned way = 0; way < WAYS; way++)
            if (set[way] == record)
                set[way] = NULL;
        record_free(record);
        return record_new(pinfo, key);
    }
    if (kept_count >= MOST_KEPT)
        return record;
    wmem_map_remove(kept, record);
    record->asked_anew = true;
    newer = record_new(pinfo, key);
    newer->fact.older = &record->fact;
    newer->older = record;
    record_keep(newer, record->fact.namers);
    return newer;
}

/* The record of a message; made when it is new. */
static name_record_t *
record_of(const packet_info *pinfo, const address *client, const dns_message_t *message)
{
    name_record_t key = record_key(client, message->name);
    name_record_t *record = record_find(&key);

    if (!record)
        record = record_new(pinfo, &key);
    else if (!message->response && seconds_since(pinfo, &record->latest) > ANEW)
        record = record_anew(pinfo, record, &key);
    record->latest = pinfo->abs_ts;
    return record;
}

static void
note_query(const packet_info *pinfo, facts_name_t *fact, dns_type_t type)
{
    facts_question_t *asked = &fact->asked[type];

    if (asked->queries && asked->place != place_of_packet(pinfo))
        return;
    asked->place = place_of_packet(pinfo);
    if (asked->queries++ == 0)
        asked->first = pinfo->abs_ts;
    asked->last = pinfo->abs_ts;
    if (fact->first_frame == 0) {
        fact->first_frame = pinfo->num;
        fact->first_time = pinfo->abs_ts;
    }
    fact->last_frame = pinfo->num;
    fact->last_time = pinfo->abs_ts;
}

static void
add_address(name_record_t *record, address_type type, const uint8_t bytes[16])
{
    facts_name_t *fact = &record->fact;
    address addr;

    set_address(&addr, type, type == AT_IPv6 ? 16 : 4, bytes);
    for (unsigned i = 0; i < fact->address_count; i++)
        if (addresses_equal(&fact->addresses[i], &addr))
            return;
    if (fact->address_count == DNS_MOST_ADDRESSES)
        return;
    memcpy(record->bytes[fact->address_count], bytes, 16);
    set_address(&fact->addresses[fact->address_count], addr.type, addr.len, record->bytes[fact->address_count]);
    fact->address_count++;
}

static void
note_answer(const packet_info *pinfo, name_record_t *record, const dns_message_t *message)
{
    facts_name_t *fact = &record->fact;

    if (message->count == 0 && message->rcode == DNS_NO_ERROR && !message->complete) {
        fact->unreadable = true;
        return;
    }
    fact->asked[message->type].answered = true;
    for (unsigned i = 0; i < message->count; i++)
        add_address(record, message->addresses[i].type, message->addresses[i].bytes);
    if (message->count && fact->answer_frame == 0)
        fact->answer_frame = pinfo->num;
    if (message->count == 0 && (fact->failure_frame == 0 || (fact->rcode == DNS_NO_ERROR && message->rcode))) {
        fact->failure_frame = pinfo->num;
        fact->rcode = message->rcode;
    }
    if (message->alias[0] && !fact->alias)
        fact->alias = facts_text(message->alias);
}

/* Who says that the name is a relay's, so far. */
static unsigned
namers_of(const facts_name_t *fact)
{
    unsigned namers = wmem_map_size(told) ? GPOINTER_TO_UINT(wmem_map_lookup(told, fact->name)) : 0;

    for (unsigned i = 0; i < fact->address_count; i++)
        if (relay_known(&fact->addresses[i]))
            namers |= 1U << FACTS_NAMED_BY_DNS;
    return namers;
}

void
facts_tell_dns(packet_info *pinfo, const address *client, const dns_message_t *message)
{
    name_record_t *record;
    unsigned namers;

    if (!facts_telling(pinfo))
        return;
    record = record_of(pinfo, client, message);
    if (message->response)
        note_answer(pinfo, record, message);
    else
        note_query(pinfo, &record->fact, message->type);
    namers = namers_of(&record->fact);
    if (namers || record->kept)
        record_keep(record, namers);
}

/* Keeps the recent names that a test finds. */
static void
keep_recent(bool (*test)(const facts_name_t *fact, const void *data), const void *data, unsigned namers)
{
    for (unsigned i = 0; i < SETS * WAYS; i++) {
        name_record_t *record = recent[i / WAYS][i % WAYS];

        if (record && test(&record->fact, data))
            record_keep(record, namers);
    }
}

static bool
has_name(const facts_name_t *fact, const void *name)
{
    return strcmp(fact->name, (const char *)name) == 0;
}

static bool
has_address(const facts_name_t *fact, const void *addr)
{
    for (unsigned i = 0; i < fact->address_count; i++)
        if (addresses_equal(&fact->addresses[i], (const address *)addr))
            return true;
    return false;
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

void
facts_tell_relay_name(packet_info *pinfo, facts_namer_t namer, const char *name, const address *relay)
{
    char *lower = facts_telling(pinfo) ? host_name(name) : NULL;
    unsigned namers;

    if (!lower)
        return;
    namers = GPOINTER_TO_UINT(wmem_map_lookup(told, lower));
    if (!(namers & 1U << namer)) {
        namers |= 1U << namer;
        wmem_map_insert(told, facts_text(lower), GUINT_TO_POINTER(namers));
        keep_recent(has_name, lower, namers);
        for (name_record_t *record = all_kept; record; record = record->next)
            if (has_name(&record->fact, lower))
                record->fact.namers |= namers;
    }
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
    keep_recent(has_address, relay, 1U << FACTS_NAMED_BY_DNS);
    if (server && server->name && addresses_equal(&server->server, relay))
        facts_tell_relay_name(pinfo, FACTS_NAMED_BY_SNI, server->name, relay);
}

/* --- ask ---------------------------------------------------------------------------------------------------------
 */

/* Whether an address is one of the call's. */
static bool
call_has(const facts_call_t *call, const address *addr)
{
    if (call_host(call, addr))
        return true;
    for (const facts_member_t *member = call->members; member; member = member->next)
        if (call_root(member->endpoint->owner.call) == call && addresses_equal(&member->endpoint->key.addr, addr))
            return true;
    return false;
}

unsigned
names_of_call(const facts_call_t *call, const facts_name_t *names[FACTS_MOST_NAMES])
{
    unsigned count = 0;

    for (const name_record_t *record = all_kept; record && count < FACTS_MOST_NAMES; record = record->next) {
        const name_record_t *asked = record;

        if (record->asked_anew || !call_has(call, &record->fact.client))
            continue;
        while (asked && asked->frame > call->last_frame)
            asked = asked->older;
        if (asked)
            names[count++] = &asked->fact;
    }
    return count;
}

const facts_name_t *
name_asked(const address *client, const char *name, uint32_t frame)
{
    name_record_t key = record_key(client, name);
    const name_record_t *record = kept_count ? (const name_record_t *)wmem_map_lookup(kept, &key) : NULL;

    while (record && record->frame > frame)
        record = record->older;
    return record ? &record->fact : NULL;
}

static bool
is_unanswered(const facts_question_t *asked)
{
    const nstime_t *now = places_around(asked->place) ? place_end(asked->place) : facts_now(NULL);

    return !asked->answered && asked->queries >= TRIES && seconds_between(&asked->first, now) >= PATIENCE;
}

/* Whether each kind of address that was asked for was answered. */
static bool
all_answered(const facts_name_t *name)
{
    for (unsigned type = 0; type < DNS_TYPES; type++)
        if (name->asked[type].queries && !name->asked[type].answered)
            return false;
    return true;
}

facts_name_outcome_t
name_outcome(const facts_name_t *name)
{
    if (name->answer_frame)
        return FACTS_NAME_ANSWERED;
    if (name->failure_frame && name->rcode == DNS_NAME_ERROR)
        return FACTS_NAME_NOT_FOUND;
    if (name->failure_frame && name->rcode != DNS_NO_ERROR)
        return FACTS_NAME_REFUSED;
    if (name->unreadable)
        return FACTS_NAME_OPEN;
    if (name->failure_frame && all_answered(name))
        return FACTS_NAME_NO_ADDRESS;
    for (unsigned type = 0; type < DNS_TYPES; type++)
        if (is_unanswered(&name->asked[type]))
            return FACTS_NAME_UNANSWERED;
    return FACTS_NAME_OPEN;
}

const char *
name_outcome_text(facts_name_outcome_t outcome)
{
    static const char *const texts[FACTS_NAME_OUTCOMES] = {
        [FACTS_NAME_OPEN] = "not known",      [FACTS_NAME_ANSWERED] = "answered",
        [FACTS_NAME_NOT_FOUND] = "not found", [FACTS_NAME_NO_ADDRESS] = "no address",
        [FACTS_NAME_REFUSED] = "refused",     [FACTS_NAME_UNANSWERED] = "unanswered",
    };
    return texts[outcome];
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
