/* witness-errors.c
 * ICMP errors that quote packets of calls.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/witness.h"

#include "base/address-map.h"
#include "base/hops.h"

/* Kinds of errors that are kept; what repeats itself is one. */
#define MOST_ERRORS 10000

/* About packets of one pair no more of them are looked at. */
#define MOST_OF_PAIR 16

typedef struct icmp_record {
    facts_icmp_t icmp;
    const facts_endpoint_t *endpoint; /* it belongs to the call of this one */
    facts_call_t *call;               /* whose list it stands in */
    struct icmp_record *earlier;
    struct icmp_record *same_pair; /* earlier, about packets from the same source to the same destination */
} icmp_record_t;

static wmem_map_t *records; /* facts_icmp_t -> icmp_record_t */
static wmem_map_t *pairs;   /* facts_icmp_t, by source and destination -> icmp_record_t, the latest */
static icmp_record_t *latest;
static unsigned record_count;
static bool linked;
static uint32_t linked_moves;

/* RFC 792, RFC 1122, 3.2.2.1, RFC 1812, 5.2.7.1, RFC 4443, 3.1; a code that does not stand here is another kind. */
#define ANY_CODE (-1)
static const struct {
    bool version6;
    uint8_t type;
    int code;
    facts_icmp_kind_t kind;
} kinds[] = {
    { false, 3, 0, FACTS_ICMP_NET_UNREACHABLE },
    { false, 3, 1, FACTS_ICMP_HOST_UNREACHABLE },
    { false, 3, 3, FACTS_ICMP_PORT_UNREACHABLE },
    { false, 3, 4, FACTS_ICMP_TOO_BIG },
    { false, 3, 6, FACTS_ICMP_NET_UNREACHABLE },
    { false, 3, 7, FACTS_ICMP_HOST_UNREACHABLE },
    { false, 3, 8, FACTS_ICMP_HOST_UNREACHABLE },
    { false, 3, 9, FACTS_ICMP_PROHIBITED },
    { false, 3, 10, FACTS_ICMP_PROHIBITED },
    { false, 3, 11, FACTS_ICMP_NET_UNREACHABLE },
    { false, 3, 12, FACTS_ICMP_HOST_UNREACHABLE },
    { false, 3, 13, FACTS_ICMP_PROHIBITED },
    { false, 3, 14, FACTS_ICMP_PROHIBITED },
    { false, 3, 15, FACTS_ICMP_PROHIBITED },
    { false, 11, ANY_CODE, FACTS_ICMP_TIME_EXCEEDED },
    { true, 1, 0, FACTS_ICMP_NET_UNREACHABLE },
    { true, 1, 1, FACTS_ICMP_PROHIBITED },
    { true, 1, 3, FACTS_ICMP_HOST_UNREACHABLE },
    { true, 1, 4, FACTS_ICMP_PORT_UNREACHABLE },
    { true, 1, 5, FACTS_ICMP_PROHIBITED },
    { true, 1, 6, FACTS_ICMP_PROHIBITED },
    { true, 2, ANY_CODE, FACTS_ICMP_TOO_BIG },
    { true, 3, ANY_CODE, FACTS_ICMP_TIME_EXCEEDED },
};

static facts_icmp_kind_t
kind_of(bool version6, uint8_t type, uint8_t code)
{
    for (size_t i = 0; i < array_length(kinds); i++)
        if (kinds[i].version6 == version6 && kinds[i].type == type &&
            (kinds[i].code == ANY_CODE || kinds[i].code == code))
            return kinds[i].kind;
    return FACTS_ICMP_OTHER;
}

const char *
icmp_kind_name(facts_icmp_kind_t kind)
{
    static const char *const names[FACTS_ICMP_KINDS] = {
        [FACTS_ICMP_PORT_UNREACHABLE] = "port unreachable",
        [FACTS_ICMP_HOST_UNREACHABLE] = "host unreachable",
        [FACTS_ICMP_NET_UNREACHABLE] = "network unreachable",
        [FACTS_ICMP_PROHIBITED] = "administratively prohibited",
        [FACTS_ICMP_TOO_BIG] = "packet too big",
        [FACTS_ICMP_TIME_EXCEEDED] = "time exceeded",
        [FACTS_ICMP_OTHER] = "undeliverable",
    };
    return names[kind];
}

static unsigned
pair_hash(const void *data)
{
    const facts_icmp_t *icmp = (const facts_icmp_t *)data;

    return facts_key_hash(&icmp->source) * 31 + facts_key_hash(&icmp->destination);
}

static int
pair_equal(const void *a, const void *b)
{
    const facts_icmp_t *one = (const facts_icmp_t *)a, *other = (const facts_icmp_t *)b;

    return facts_key_equal(&one->source, &other->source) && facts_key_equal(&one->destination, &other->destination);
}

static unsigned
icmp_hash(const void *data)
{
    const facts_icmp_t *icmp = (const facts_icmp_t *)data;

    return pair_hash(icmp) + icmp->type + address_hash(&icmp->from) * 961;
}

static int
icmp_equal(const void *a, const void *b)
{
    const facts_icmp_t *one = (const facts_icmp_t *)a, *other = (const facts_icmp_t *)b;

    return one->type == other->type && one->code == other->code && one->version6 == other->version6 &&
           addresses_equal(&one->from, &other->from) && pair_equal(one, other);
}

static void
reset(void)
{
    latest = NULL;
    record_count = 0;
    linked = false;
}

void
errors_register(void)
{
    records = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), icmp_hash, icmp_equal);
    pairs = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), pair_hash, pair_equal);
    register_init_routine(reset);
    register_cleanup_routine(reset);
}

static icmp_record_t *
find(const facts_error_t *error)
{
    facts_icmp_t key = {
        .version6 = error->version6,
        .type = error->type,
        .code = error->code,
        .from = *error->from,
        .source = error->source,
        .destination = error->destination,
    };

    return record_count ? (icmp_record_t *)wmem_map_lookup(records, &key) : NULL;
}

/* Whose packet is quoted: that of its sender, as a rule; a computer also refuses what is sent to it. */
static facts_endpoint_t *
quoted_endpoint(const packet_info *pinfo, const facts_error_t *error)
{
    facts_endpoint_t *source = endpoint_at(&error->source, pinfo->num);
    facts_endpoint_t *destination = endpoint_at(&error->destination, pinfo->num);

    return source && destination && !call_root(destination->owner.call)->claimed
               ? source
               : endpoint_of_ends(source, destination);
}

static icmp_record_t *
keep(packet_info *pinfo, const facts_error_t *error, const facts_endpoint_t *endpoint)
{
    icmp_record_t *record;

    if (record_count >= MOST_ERRORS) {
        facts_hit_limit(pinfo, "ICMP errors");
        return NULL;
    }
    record_count++;
    record = wmem_new0(wmem_file_scope(), icmp_record_t);
    record->icmp = (facts_icmp_t){
        .kind = kind_of(error->version6, error->type, error->code),
        .version6 = error->version6,
        .type = error->type,
        .code = error->code,
        .mtu = error->mtu,
        .nearby = error->hops == hops_at_start(error->hops),
        .source = *facts_key_keep(&error->source),
        .destination = *facts_key_keep(&error->destination),
        .frame = pinfo->num,
        .time = pinfo->abs_ts,
    };
    copy_address_wmem(wmem_file_scope(), &record->icmp.from, error->from);
    record->endpoint = endpoint;
    record->earlier = latest;
    latest = record;
    linked = false;
    wmem_map_insert(records, &record->icmp, record);
    record->same_pair = (icmp_record_t *)wmem_map_insert(pairs, &record->icmp, record);
    return record;
}

void
facts_tell_error(packet_info *pinfo, const facts_error_t *error)
{
    icmp_record_t *record;
    facts_endpoint_t *endpoint;

    /* Not by facts_telling(): the flag that this is a quotation stays set when stock stumbles over the quoted packet,
     * which is cut as a rule. */
    if (!facts_options.enabled || PINFO_FD_VISITED(pinfo))
        return;
    endpoint = quoted_endpoint(pinfo, error);
    if (!endpoint)
        return;
    record = find(error);
    if (!record || call_root(record->endpoint->owner.call) != call_root(endpoint->owner.call))
        record = keep(pinfo, error, endpoint);
    step_add(pinfo, FACTS_STEP_ERROR, &endpoint->owner);
    if (!record)
        return;
    record->icmp.count++;
    record->icmp.last_frame = pinfo->num;
    record->icmp.last_time = pinfo->abs_ts;
    facts_revision++;
}

/* Hangs the errors on the calls that their endpoints belong to now. */
static void
link_errors(void)
{
    if (linked && linked_moves == facts_moves)
        return;
    for (icmp_record_t *record = latest; record; record = record->earlier) {
        if (record->call)
            record->call->errors = NULL;
        record->call = call_root(record->endpoint->owner.call);
        record->call->errors = NULL;
    }
    for (icmp_record_t *record = latest; record; record = record->earlier) {
        record->icmp.next = record->call->errors;
        record->call->errors = &record->icmp;
    }
    linked = true;
    linked_moves = facts_moves;
}

const facts_icmp_t *
icmp_of_call(const facts_call_t *call)
{
    if (!latest || !call)
        return NULL;
    link_errors();
    return call->errors;
}

const facts_icmp_t *
icmp_of_attempt(const facts_attempt_t *attempt)
{
    const facts_icmp_t *best = NULL;
    const icmp_record_t *record;
    unsigned looked = 0;

    if (!latest || !attempt->local)
        return NULL;
    record = (const icmp_record_t *)wmem_map_lookup(
        pairs, &(facts_icmp_t){ .source = attempt->local->key, .destination = attempt->remote });
    for (; record && looked < MOST_OF_PAIR; looked++, record = record->same_pair)
        if (call_root(record->endpoint->owner.call) == call_root(attempt->local->owner.call) &&
            (!best || icmp_refuses(&record->icmp) || !icmp_refuses(best)))
            best = &record->icmp;
    return best;
}

const facts_icmp_t *
icmp_of_error(const facts_error_t *error, const facts_call_t **call)
{
    const icmp_record_t *record = find(error);

    *call = record ? call_root(record->endpoint->owner.call) : NULL;
    return record ? &record->icmp : NULL;
}

bool
icmp_refuses(const facts_icmp_t *icmp)
{
    return icmp->kind <= FACTS_ICMP_PROHIBITED;
}

bool
icmp_from_destination(const facts_icmp_t *icmp)
{
    return addresses_equal(&icmp->from, &icmp->destination.addr);
}
