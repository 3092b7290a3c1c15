/* steps.c
 * Which frame belongs to which call, and the way from one step of a call to the next of its kind.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/points.h"
#include "calls/witness.h"

#define KIND_BITS   5
#define OWNER_BITS  27
#define MOST_OWNERS (UINT32_MAX >> KIND_BITS) /* no memory has room for so many */

/* One frame in one call. Most packets of a capture may be such frames: each byte here counts. */
typedef struct {
    uint32_t frame;
    uint32_t previous, next;
    uint32_t kind : KIND_BITS;
    uint32_t owner : OWNER_BITS; /* in owners */
} step_t;

G_STATIC_ASSERT(FACTS_STEPS <= 1 << KIND_BITS);

typedef struct {
    step_t *items;
    unsigned count, room;
} step_list_t;

static const facts_owner_t **owners;
static unsigned owner_count, owner_room;

static step_list_t steps; /* in the order of frames */
static step_list_t late;  /* of frames that came before; they join the others when the links are made */
static bool linked;

uint32_t facts_moves;

void
steps_reset(void)
{
    g_free(steps.items);
    g_free(late.items);
    g_free(owners);
    owners = NULL;
    owner_count = owner_room = 0;
    steps = late = (step_list_t){ NULL, 0, 0 };
    linked = false;
}

void
steps_changed(void)
{
    linked = false;
    facts_moves++;
}

static facts_call_t *
call_of(const step_t *step)
{
    return call_root(owners[step->owner]->call);
}

static uint32_t
number_of(facts_owner_t *owner)
{
    if (owner->number == 0) {
        if (owner_count == owner_room) {
            owner_room = owner_room ? owner_room * 2 : 64;
            owners = g_renew(const facts_owner_t *, owners, owner_room);
        }
        owners[owner_count++] = owner;
        owner->number = owner_count;
    }
    return owner->number - 1;
}

static step_t *
append(step_list_t *list, const step_t *step)
{
    if (list->count == list->room) {
        list->room += MAX(1024, list->room / 4);
        list->items = g_renew(step_t, list->items, list->room);
    }
    list->items[list->count] = *step;
    linked = false;
    return &list->items[list->count++];
}

/* What a message on an allocation carries says better what the frame is. */
static void
become(step_t *step, facts_step_t kind, facts_call_t *call)
{
    call->last_step[step->kind] = step->previous;
    step->kind = kind;
    step->previous = call->last_step[kind];
    call->last_step[kind] = step->frame;
    linked = false;
}

/* Something goes over a path: media, or a check of it. */
static void
note_path(const packet_info *pinfo, facts_step_t kind, facts_call_t *call)
{
    if (kind != FACTS_STEP_MEDIA && kind != FACTS_STEP_CHECK)
        return;
    call->media_packets += kind == FACTS_STEP_MEDIA;
    call->path_time = pinfo->abs_ts;
}

void
step_add(packet_info *pinfo, facts_step_t kind, facts_owner_t *owner)
{
    facts_call_t *call = call_root(owner->call);
    step_t *step;

    if (!call)
        return;
    for (unsigned i = steps.count; i-- > 0 && steps.items[i].frame == pinfo->num;) {
        if (call_of(&steps.items[i]) != call)
            continue;
        if (kind == FACTS_STEP_CHECK && steps.items[i].kind == FACTS_STEP_ALLOCATION) {
            become(&steps.items[i], kind, call);
            if (!point_is_elsewhere(pinfo, call))
                note_path(pinfo, kind, call);
        }
        return;
    }
    if (steps.count >= facts_options.max_steps) {
        facts_hit_limit(pinfo, "frames of calls");
        return;
    }
    step = append(&steps, &(step_t){ .frame = pinfo->num, .kind = kind, .owner = number_of(owner) & MOST_OWNERS });
    step->previous = call->last_step[kind];
    call->last_step[kind] = pinfo->num;
    call->seen_at |= UINT32_C(1) << place_of_packet(pinfo);
    if (point_is_elsewhere(pinfo, call)) {
        call->last_frame = pinfo->num;
        facts_revision++;
        return;
    }
    if (kind != FACTS_STEP_SIP && kind != FACTS_STEP_MRAS && kind != FACTS_STEP_QUALITY) {
        call->packets++;
        if (call_is_own(call, &pinfo->src))
            call->sent++;
        else
            call->received++;
    }
    note_path(pinfo, kind, call);
    call_touch(pinfo, call);
}

void
step_add_late(uint32_t frame, facts_step_t kind, facts_owner_t *owner)
{
    if (steps.count + late.count < facts_options.max_steps)
        append(&late, &(step_t){ .frame = frame, .kind = kind, .owner = number_of(owner) & MOST_OWNERS });
}

bool
step_known(const packet_info *pinfo)
{
    return steps.count > 0 && steps.items[steps.count - 1].frame == pinfo->num;
}

static int
compare(const void *a, const void *b)
{
    const step_t *one = (const step_t *)a, *other = (const step_t *)b;

    return one->frame < other->frame ? -1 : one->frame > other->frame;
}

/* Index of the first step of a frame, or of the place where it would stand. */
static unsigned
find(uint32_t frame)
{
    unsigned low = 0, high = steps.count;

    while (low < high) {
        unsigned middle = low + (high - low) / 2;

        if (steps.items[middle].frame < frame)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool
is_step(uint32_t frame, const facts_call_t *call)
{
    for (unsigned at = find(frame); at < steps.count && steps.items[at].frame == frame; at++)
        if (call_of(&steps.items[at]) == call)
            return true;
    return false;
}

/* What DNS said about the name of a relay, where it is why a call has none: that is known behind both only. */
static void
add_names(void)
{
    facts_call_t *call;

    for (unsigned i = 0; (call = call_root((facts_call_t *)(uintptr_t)facts_call_at(i))) != NULL; i++) {
        const facts_name_t *name = name_failed(call);
        const uint32_t frames[] = { name ? name->first_frame : 0, name ? name->failure_frame : 0 };

        for (unsigned k = 0; k < array_length(frames); k++)
            if (frames[k] && !is_step(frames[k], call))
                step_add_late(frames[k], FACTS_STEP_NAME, &call->self);
    }
}

/* Makes the links of all steps, in one way through them. */
static void
link_steps(void)
{
    GHashTable *last = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);

    add_names();
    if (late.count) {
        for (unsigned i = 0; i < late.count; i++)
            append(&steps, &late.items[i]);
        late.count = 0;
        qsort(steps.items, steps.count, sizeof(step_t), compare);
    }
    for (unsigned i = 0; i < steps.count; i++) {
        step_t *step = &steps.items[i];
        facts_call_t *call = call_of(step);
        unsigned *before = (unsigned *)g_hash_table_lookup(last, call);

        if (!before) {
            before = g_new0(unsigned, FACTS_STEPS);
            g_hash_table_insert(last, call, before);
        }
        step->previous = step->next = 0;
        if (before[step->kind]) {
            step_t *previous = &steps.items[before[step->kind] - 1];

            step->previous = previous->frame;
            previous->next = step->frame;
        }
        before[step->kind] = i + 1;
    }
    g_hash_table_destroy(last);
    linked = true;
}

facts_step_t
packet_step(const packet_info *pinfo)
{
    /* A check behind a relay that does not name the peer is nobody's attempt, and a check all the same. */
    if (proto_is_frame_protocol(pinfo->layers, "stun") || proto_is_frame_protocol(pinfo->layers, "msice"))
        return FACTS_STEP_CHECK;
    if (pinfo->ptype == PT_TCP && !facts_rtp_told(pinfo) && !proto_is_frame_protocol(pinfo->layers, "rtp") &&
        !proto_is_frame_protocol(pinfo->layers, "rtcp"))
        return FACTS_STEP_CONNECTION;
    return FACTS_STEP_MEDIA;
}

/* A packet that came before anybody knew its endpoints: on later passes they are known. */
static unsigned
place_of_endpoints(const packet_info *pinfo, facts_place_t *place)
{
    const facts_endpoint_t *endpoint = endpoint_of_packet(pinfo);
    const facts_call_t *call = endpoint ? call_root(endpoint->owner.call) : NULL;

    if (!call || call->number == 0)
        return 0;
    *place = (facts_place_t){ .call = call, .step = packet_step(pinfo) };
    return 1;
}

unsigned
facts_places(packet_info *pinfo, facts_place_t places[FACTS_MAX_PLACES])
{
    bool visited = PINFO_FD_VISITED(pinfo);
    unsigned count = 0;
    unsigned first;

    if (!facts_options.enabled || !facts_any())
        return 0;
    if (visited) {
        if (!linked)
            link_steps();
        first = find(pinfo->num);
    } else {
        /* this packet's are the newest */
        for (first = steps.count; first > 0 && steps.items[first - 1].frame == pinfo->num;)
            first--;
    }
    for (unsigned i = first; i < steps.count && steps.items[i].frame == pinfo->num && count < FACTS_MAX_PLACES; i++) {
        const step_t *step = &steps.items[i];
        const facts_call_t *call = call_of(step);
        bool known = false;

        for (unsigned k = 0; k < count; k++)
            known |= places[k].call == call;
        if (!known && call->number)
            places[count++] =
                (facts_place_t){ .call = call, .step = step->kind, .previous = step->previous, .next = step->next };
    }
    return count || !visited ? count : place_of_endpoints(pinfo, &places[0]);
}

const facts_call_t *
facts_call_of_frame(uint32_t frame)
{
    unsigned at;

    if (!linked)
        link_steps();
    at = find(frame);
    return at < steps.count && steps.items[at].frame == frame ? call_of(&steps.items[at]) : NULL;
}

/* --- packets of a call -------------------------------------------------------------------------------------------
 */

static void
tell_segment(const packet_info *pinfo, const facts_endpoint_t *endpoint)
{
    tvbuff_t *frame = frame_of_packet(pinfo);
    frame_segment_t segment;
    frame_tcp_t header;

    if (point_is_elsewhere(pinfo, call_root(endpoint->owner.call)) || !frame_segment(frame, pinfo, &segment))
        return;
    frame_tcp(frame, pinfo, &segment, &header);
    stall_tell(pinfo, &header);
    tls_tell(pinfo, endpoint, frame, &segment, &header);
}

/* Media that a relay hands on, in a message that is a step of the allocation: they go over the call's path all the
 * same. */
static void
tell_handed_on(packet_info *pinfo, const facts_endpoint_t *endpoint)
{
    facts_call_t *call = call_root(endpoint->owner.call);

    if (!point_is_elsewhere(pinfo, call) && !stream_is_copy(pinfo))
        note_path(pinfo, FACTS_STEP_MEDIA, call);
}

bool
facts_tell_packet(packet_info *pinfo)
{
    bool telling = facts_telling(pinfo), known = telling && step_known(pinfo);
    bool waited_for = telling && proxies_wait_for_call(), handed_on = known && facts_rtp_told(pinfo);
    facts_endpoint_t *endpoint =
        telling && (!known || waited_for || handed_on || pinfo->ptype == PT_TCP) ? endpoint_of_packet(pinfo) : NULL;

    if (endpoint && waited_for)
        proxies_adopt_named(pinfo, endpoint->owner.call);
    if (endpoint && pinfo->ptype == PT_TCP)
        tell_segment(pinfo, endpoint);
    if (endpoint && handed_on)
        tell_handed_on(pinfo, endpoint);
    if (!endpoint || known)
        return false;
    step_add(pinfo, packet_step(pinfo), &endpoint->owner);
    return true;
}
