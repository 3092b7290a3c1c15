/* witness-dns.c
 * What became of the questions for the addresses of relays.
 *
 * DNS comes before the first packet to a relay, and nobody knows then that it matters. So the latest messages are
 * kept as they are, which is cheap, and looked at again whenever a relay, or the name of one, turns up.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/places.h"
#include "calls/witness.h"
#include "base/address-kind.h"
#include "knowledge/ms-products.h"

/* The latest messages that are kept. */
#define DATAGRAMS 512

/* How often they are looked at again: no capture has more relays, unless it was made for that. */
#define MOST_LOOKS 1024

/* No more questions about relays are kept. */
#define MOST_RECORDS 1024

/* Who asks again behind this time, in seconds, asks anew. */
#define ANEW 60

/* A question counts as unanswered when it was asked so often, and so many seconds passed since the first time. */
#define TRIES    2
#define PATIENCE 2

/* A DNS message as it came. */
typedef struct {
    uint32_t frame;
    unsigned place; /* (places.h) where it was captured */
    nstime_t time;
    address client;
    uint8_t client_bytes[16];
    bool noted; /* it stands in a record */
    unsigned length, room;
    uint8_t *bytes; /* most messages are much shorter than the longest */
} datagram_t;

/* The questions of a client for a name of a relay, until they begin anew. */
typedef struct name_record {
    facts_name_t fact;
    uint32_t hash;
    uint32_t frame; /* of the first message */
    nstime_t latest;
    bool asked_anew;           /* the newer one stands in its place */
    struct name_record *next;  /* of all */
    struct name_record *older; /* as in fact */
    uint8_t bytes[DNS_MOST_ADDRESSES][16];
} name_record_t;

static datagram_t *datagrams; /* DATAGRAMS of them, once there is one; file scope */
static unsigned datagram_count;
static bool wanted;  /* a call is known, a relay, or the name of one */
static bool looking; /* along the latest messages */
static unsigned looks;
static wmem_map_t *records; /* name_record_t, by client and name -> itself, the newest */
static name_record_t *all_records;
static unsigned record_count;

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
    datagrams = NULL;
    datagram_count = record_count = looks = 0;
    wanted = looking = false;
    all_records = NULL;
}

void
dns_register(void)
{
    records = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), record_hash, record_equal);
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

/* A record behind an older one of the same client and name (NULL = none), or that one when no more are kept. */
static name_record_t *
record_new(const datagram_t *datagram, const name_record_t *key, name_record_t *older)
{
    name_record_t *record;

    if (record_count >= MOST_RECORDS)
        return older;
    record_count++;
    if (older) {
        wmem_map_remove(records, older);
        older->asked_anew = true;
    }
    record = wmem_new0(wmem_file_scope(), name_record_t);
    record->hash = key->hash;
    record->frame = datagram->frame;
    record->fact.name = facts_text(key->fact.name);
    copy_address_wmem(wmem_file_scope(), &record->fact.client, &key->fact.client);
    record->older = older;
    record->fact.older = older ? &older->fact : NULL;
    record->next = all_records;
    all_records = record;
    wmem_map_insert(records, record, record);
    return record;
}

/* The record of a message; made when it is new. NULL when no more are kept. */
static name_record_t *
record_of(const datagram_t *datagram, const dns_message_t *message)
{
    name_record_t key = record_key(&datagram->client, message->name);
    name_record_t *record = (name_record_t *)wmem_map_lookup(records, &key);

    if (!record || (!message->response && seconds_between(&record->latest, &datagram->time) > ANEW))
        record = record_new(datagram, &key, record);
    if (record)
        record->latest = datagram->time;
    return record;
}

static void
note_query(facts_name_t *fact, const datagram_t *datagram, dns_type_t type)
{
    facts_question_t *asked = &fact->asked[type];

    if (asked->queries && asked->place != datagram->place)
        return;
    asked->place = datagram->place;
    if (asked->queries++ == 0)
        asked->first = datagram->time;
    asked->last = datagram->time;
    if (fact->first_frame == 0) {
        fact->first_frame = datagram->frame;
        fact->first_time = datagram->time;
    }
    fact->last_frame = datagram->frame;
    fact->last_time = datagram->time;
}

/* Returns whether it is one that can be reached. */
static bool
add_address(name_record_t *record, address_type type, const uint8_t bytes[16])
{
    facts_name_t *fact = &record->fact;
    address addr;

    set_address(&addr, type, type == AT_IPv6 ? 16 : 4, bytes);
    if (address_is_nobodys(&addr))
        return false;
    for (unsigned i = 0; i < fact->address_count; i++)
        if (addresses_equal(&fact->addresses[i], &addr))
            return true;
    if (fact->address_count == DNS_MOST_ADDRESSES)
        return true;
    memcpy(record->bytes[fact->address_count], bytes, 16);
    set_address(&fact->addresses[fact->address_count], addr.type, addr.len, record->bytes[fact->address_count]);
    fact->address_count++;
    return true;
}

static void
note_answer(name_record_t *record, const datagram_t *datagram, const dns_message_t *message)
{
    facts_name_t *fact = &record->fact;
    bool usable = false;

    if (message->count == 0 && message->rcode == DNS_NO_ERROR && !message->complete) {
        fact->unreadable = true;
        return;
    }
    fact->asked[message->type].answered = true;
    for (unsigned i = 0; i < message->count; i++)
        usable |= add_address(record, message->addresses[i].type, message->addresses[i].bytes);
    if (usable && fact->answer_frame == 0)
        fact->answer_frame = datagram->frame;
    if (!usable && (fact->failure_frame == 0 || (fact->rcode == DNS_NO_ERROR && message->rcode))) {
        fact->failure_frame = datagram->frame;
        fact->rcode = message->rcode;
    }
    if (message->alias[0] && !fact->alias)
        fact->alias = facts_text(message->alias);
}

/* The message is about a relay's name: it counts, once. */
static void
note(datagram_t *datagram, const dns_message_t *message)
{
    name_record_t *record = record_of(datagram, message);

    datagram->noted = true;
    if (!record)
        return;
    if (message->response)
        note_answer(record, datagram, message);
    else
        note_query(&record->fact, datagram, message->type);
    for (unsigned i = 0; i < record->fact.address_count; i++)
        name_address(record->fact.answer_frame, &record->fact.addresses[i], FACTS_NAMED_BY_DNS, record->fact.name);
    facts_revision++;
}

/* Whether an answer gives the address of a known relay. */
static bool
gives_relay(const dns_message_t *message)
{
    for (unsigned i = 0; i < message->count; i++) {
        address addr;

        set_address(&addr, message->addresses[i].type, message->addresses[i].type == AT_IPv6 ? 16 : 4,
                    message->addresses[i].bytes);
        if (relay_known(&addr))
            return true;
    }
    return false;
}

static bool
read_datagram(const datagram_t *datagram, dns_message_t *message)
{
    return !datagram->noted && dns_message_read(datagram->bytes, datagram->length, message);
}

/* Visits the latest messages in the order in which they came. */
static void
visit_datagrams(void (*visit)(datagram_t *datagram, const dns_message_t *message))
{
    unsigned first = datagram_count > DATAGRAMS ? datagram_count - DATAGRAMS : 0;

    for (unsigned i = first; i < datagram_count; i++) {
        dns_message_t message;

        if (read_datagram(&datagrams[i % DATAGRAMS], &message))
            visit(&datagrams[i % DATAGRAMS], &message);
    }
}

static void
tell_name(datagram_t *datagram _U_, const dns_message_t *message)
{
    if (gives_relay(message))
        name_tell(FACTS_NAMED_BY_DNS, message->name);
}

static void
note_told(datagram_t *datagram, const dns_message_t *message)
{
    if (name_namers(message->name) || ms_names_relay(message->name))
        note(datagram, message);
}

void
dns_look_again(void)
{
    wanted = true;
    if (looking || looks++ >= MOST_LOOKS) /* a name that turns up on the way is noted behind this */
        return;
    looking = true;
    visit_datagrams(tell_name);
    visit_datagrams(note_told);
    looking = false;
}

void
dns_want(void)
{
    if (!wanted)
        dns_look_again();
}

static void
keep_message(datagram_t *datagram, tvbuff_t *frame, int offset)
{
    datagram->length = MIN((unsigned)tvb_captured_length_remaining(frame, offset), DNS_MOST_BYTES);
    if (datagram->length > datagram->room) {
        datagram->room = datagram->length;
        datagram->bytes = (uint8_t *)wmem_realloc(wmem_file_scope(), datagram->bytes, datagram->room);
    }
    tvb_memcpy(frame, datagram->bytes, offset, datagram->length);
}

void
facts_tell_dns(packet_info *pinfo, const address *client, tvbuff_t *frame, int offset)
{
    datagram_t *datagram;
    dns_message_t message;

    if (!facts_telling(pinfo) || client->len < 0 || client->len > (int)sizeof datagram->client_bytes)
        return;
    if (!datagrams)
        datagrams = wmem_alloc0_array(wmem_file_scope(), datagram_t, DATAGRAMS);
    datagram = &datagrams[datagram_count++ % DATAGRAMS];
    datagram->frame = pinfo->num;
    datagram->place = place_of_packet(pinfo);
    datagram->time = pinfo->abs_ts;
    memcpy(datagram->client_bytes, client->data, (size_t)client->len);
    set_address(&datagram->client, client->type, client->len, datagram->client_bytes);
    datagram->noted = false;
    keep_message(datagram, frame, offset);
    if (!wanted || !read_datagram(datagram, &message))
        return;
    if (gives_relay(&message) && !name_namers(message.name))
        name_tell(FACTS_NAMED_BY_DNS, message.name);
    else
        note_told(datagram, &message);
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

    for (const name_record_t *record = all_records; record && count < FACTS_MOST_NAMES; record = record->next) {
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
    const name_record_t *record = record_count ? (const name_record_t *)wmem_map_lookup(records, &key) : NULL;

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
    const facts_question_t *ipv4 = &name->asked[DNS_IPV4];

    if (name->answer_frame)
        return FACTS_NAME_ANSWERED;
    if (name->failure_frame && name->rcode == DNS_NAME_ERROR)
        return FACTS_NAME_NOT_FOUND;
    /* Who is seen to ask for the other kind of address only may have got an IPv4 address before. */
    if (!ipv4->queries && !ipv4->answered)
        return FACTS_NAME_OPEN;
    if (name->failure_frame && name->rcode != DNS_NO_ERROR && ipv4->answered)
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
        [FACTS_NAME_NOT_FOUND] = "not found", [FACTS_NAME_NO_ADDRESS] = "no usable address",
        [FACTS_NAME_REFUSED] = "refused",     [FACTS_NAME_UNANSWERED] = "unanswered",
    };
    return texts[outcome];
}

const facts_name_t *
name_failed(const facts_call_t *call)
{
    const facts_name_t *names[FACTS_MOST_NAMES], *failed = NULL;
    unsigned count = names_of_call(call, names);

    for (unsigned i = 0; i < count; i++) {
        facts_name_outcome_t outcome = name_outcome(names[i]);

        if (outcome == FACTS_NAME_ANSWERED)
            return NULL;
        if (outcome != FACTS_NAME_OPEN && !failed)
            failed = names[i];
    }
    return failed;
}
