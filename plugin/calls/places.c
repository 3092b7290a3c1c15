/* places.c
 * Where packets were captured.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/places.h"

#include "base/address-map.h"
#include "base/frame-headers.h"
#include "base/printable.h"
#include "calls/links.h"

/* What two interfaces see with the same TTL within this time, in seconds, they see at the same place. */
#define MIRROR_TIME 0.001

/* Nobody sends a request again within this time, in seconds: RFC 8489, 6.2.1 (500 ms), [MS-TURN] 3.2.2 (650 ms),
 * RFC 6298, 2 (a second). */
#define AGAIN_TIME 0.1

#define MOST_MACS 8

typedef struct {
    uint32_t interface;
    unsigned section;
    bool is_part; /* of what one interface has seen: told apart by MAC addresses, or by ways */
    uint8_t macs[MOST_MACS][6];
    unsigned mac_count;
    bool begun;
    nstime_t begin, end;
    uint32_t transports; /* that were seen, a bit each */
    const char *name;
    uint32_t met;                /* a bit a place */
    nstime_t apart[MOST_PLACES]; /* what to add to times of here for those of there */
} place_t;

/* From one host to another. */
typedef struct {
    address ends[2];
} way_key_t;

/* What is left of the TTL on the way, by the place: where MAC addresses do not tell the places of an interface. */
typedef struct {
    way_key_t key;
    unsigned count;
    struct {
        uint8_t hops, place;
    } at[MOST_PLACES];
} way_t;

/* Where the packets of a host set out. */
typedef struct {
    address addr;
    unsigned place;
    int nearness; /* the higher, the nearer to the host */
} home_t;

/* State of the file. */
static place_t *places[MOST_PLACES];
static unsigned place_count;
static unsigned latest; /* of an interface */
static bool any_parts, any_met;
static uint32_t looked_frame; /* for which the place is known: */
static unsigned looked_place;
static wmem_map_t *ways;  /* way_key_t -> way_t */
static wmem_map_t *homes; /* address -> home_t */

uint32_t places_revision;

static unsigned
hash_way(const void *data)
{
    const way_key_t *key = (const way_key_t *)data;

    return address_hash(&key->ends[0]) * 31 + address_hash(&key->ends[1]);
}

static int
equal_way(const void *a, const void *b)
{
    const way_key_t *one = (const way_key_t *)a, *other = (const way_key_t *)b;

    return addresses_equal(&one->ends[0], &other->ends[0]) && addresses_equal(&one->ends[1], &other->ends[1]);
}

static void
reset(void)
{
    memset(places, 0, sizeof places);
    place_count = latest = 0;
    any_parts = any_met = false;
    looked_frame = 0;
    places_revision = 0;
}

void
places_register(void)
{
    links_register();
    ways = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), hash_way, equal_way);
    homes = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), address_hash, address_equal);
    register_init_routine(reset);
}

/* --- the place of a packet ---------------------------------------------------------------------------------------
 */

static unsigned
place_new(uint32_t interface, unsigned section)
{
    place_t *place = wmem_new0(wmem_file_scope(), place_t);

    place->interface = interface;
    place->section = section;
    places[place_count] = place;
    return place_count++;
}

static bool
is_name(const char *name)
{
    return name && *name && strcmp(name, "unknown") != 0;
}

/* What people call an interface: Windows has names for machines, and descriptions for people. */
static const char *
interface_name(const packet_info *pinfo, uint32_t interface, unsigned section)
{
    const char *name = compat_interface_name(pinfo->epan, interface, section);
    const char *description = compat_interface_description(pinfo->epan, interface, section);

    if (is_name(description) && (!is_name(name) || *name == '\\'))
        name = description;
    return is_name(name) ? name : NULL;
}

#define LONGEST_NAME 64

/* Names a place; one that would have the name of another gets a number, too. */
static void
give_name(unsigned number, const char *name)
{
    place_t *place = places[number];
    char *part = name ? g_strndup(name, LONGEST_NAME) : g_strdup_printf("interface %u", place->interface);

    place->name = printable(wmem_file_scope(), part);
    g_free(part);
    for (unsigned i = 0; i < number; i++)
        if (strcmp(places[i]->name, place->name) == 0) {
            place->name = wmem_strdup_printf(wmem_file_scope(), "%s (%u)", place->name, number + 1);
            break;
        }
}

/* The place of an interface; of one with several places the first. */
static unsigned
place_of_interface(const packet_info *pinfo)
{
    const wtap_rec *rec = pinfo->rec;
    bool named = rec && rec->rec_type == REC_TYPE_PACKET && (rec->presence_flags & WTAP_HAS_INTERFACE_ID);
    uint32_t interface = named ? rec->rec_header.packet_header.interface_id : 0;
    unsigned section = named && (rec->presence_flags & WTAP_HAS_SECTION_NUMBER) ? rec->section_number : 0;

    if (place_count && places[latest]->interface == interface && places[latest]->section == section)
        return latest;
    latest = 0;
    while (latest < place_count && (places[latest]->interface != interface || places[latest]->section != section))
        latest++;
    if (latest < place_count)
        return latest;
    if (place_count == MOST_PLACES)
        return latest = 0;
    latest = place_new(interface, section);
    give_name(latest, interface_name(pinfo, interface, section));
    return latest;
}

static bool
is_same_interface(unsigned one, unsigned other)
{
    return places[one]->interface == places[other]->interface && places[one]->section == places[other]->section;
}

static unsigned
count_macs(const place_t *place, const sight_t *sight)
{
    const link_t *link = link_by_number(sight->mark.link);
    unsigned count = 0;

    for (unsigned i = 0; link && i < place->mac_count; i++)
        for (unsigned end = 0; end < 2; end++)
            count += memcmp(place->macs[i], link->macs[end], sizeof place->macs[i]) == 0;
    return count;
}

static way_t *
way_of(const address *from, const address *to)
{
    return (way_t *)wmem_map_lookup(ways, &(way_key_t){ { *from, *to } });
}

static bool
place_of_way(const packet_info *pinfo, const sight_t *sight, unsigned *place)
{
    const way_t *way = way_of(&pinfo->src, &pinfo->dst);

    for (unsigned i = 0; way && i < way->count; i++)
        if (way->at[i].hops == sight->mark.hops) {
            *place = way->at[i].place;
            return true;
        }
    return false;
}

/* The place of a packet of an interface that has several: by most MAC addresses, or else by its TTL. */
static unsigned
choose_part(const packet_info *pinfo, unsigned base, const sight_t *sight)
{
    unsigned best = base, most = count_macs(places[base], sight), found;
    bool equal = most == 0;

    for (unsigned i = 0; i < place_count; i++) {
        unsigned count = i != base && is_same_interface(i, base) ? count_macs(places[i], sight) : 0;

        if (count > most) {
            best = i;
            most = count;
            equal = false;
        } else if (count && count == most) {
            equal = true;
        }
    }
    return equal && place_of_way(pinfo, sight, &found) && is_same_interface(found, base) ? found : best;
}

/* How the packet looks, but for its place. */
static void
look(const packet_info *pinfo, sight_t *sight)
{
    memset(sight, 0, sizeof *sight);
    sight->frame = pinfo->num;
    sight->time = pinfo->abs_ts;
    sight->mark.hops = (uint8_t)frame_hops(frame_of_packet(pinfo), pinfo, &sight->mark.ident);
    sight->mark.link = link_of_packet(pinfo);
}

unsigned
place_of_packet(const packet_info *pinfo)
{
    unsigned place;
    sight_t sight;

    if (looked_frame == pinfo->num)
        return looked_place;
    place = place_of_interface(pinfo);
    if (any_parts && places[place]->is_part) {
        look(pinfo, &sight);
        place = choose_part(pinfo, place, &sight);
    }
    looked_frame = pinfo->num;
    looked_place = place;
    return place;
}

void
place_look(const packet_info *pinfo, sight_t *sight)
{
    look(pinfo, sight);
    sight->mark.place = (uint8_t)place_of_packet(pinfo);
}

/* --- one packet at two places ------------------------------------------------------------------------------------
 */

static bool
looks_alike(const place_mark_t *one, const place_mark_t *other)
{
    return one->place == other->place && one->hops == other->hops &&
           (one->link == other->link || !one->link || !other->link);
}

static bool
have_no_mac_in_common(const place_mark_t *one, const place_mark_t *other)
{
    const link_t *link = link_by_number(one->link), *there = link_by_number(other->link);

    return link && there && !link_has(there, link->macs[0]) && !link_has(there, link->macs[1]);
}

/* Whether routers lie between two sights: who captures at one place sees all tries with the same TTL, or with a MAC
 * address of the place. */
static bool
are_routers_between(const place_mark_t *one, const place_mark_t *other)
{
    return one->hops && other->hops && one->hops != other->hops &&
           (one->place != other->place || have_no_mac_in_common(one, other));
}

/* Whether it is one packet, and not one that was sent again and has come by another way: on another network card, or
 * through other routers. */
static bool
is_one_packet(const sight_t *first, const sight_t *second, bool once)
{
    nstime_t apart;

    nstime_delta(&apart, &second->time, &first->time);
    return once || first->mark.ident || nstime_to_sec(&apart) < AGAIN_TIME ||
           are_routers_between(&first->mark, &second->mark);
}

static bool
has_mac(const place_t *place, const uint8_t *mac)
{
    for (unsigned i = 0; i < place->mac_count; i++)
        if (memcmp(place->macs[i], mac, 6) == 0)
            return true;
    return false;
}

/* Whether a packet has a MAC address that its copy elsewhere does not have. */
static bool
has_own_mac(const sight_t *sight, const sight_t *copy)
{
    const link_t *link = link_by_number(sight->mark.link), *other = link_by_number(copy->mark.link);

    return link && other && !(link_has(other, link->macs[0]) && link_has(other, link->macs[1]));
}

/* Notes the MAC addresses of a packet that its copy elsewhere does not have. */
static void
add_macs(const sight_t *sight, const sight_t *copy)
{
    const link_t *link = link_by_number(sight->mark.link);
    place_t *place = places[sight->mark.place];

    for (unsigned end = 0; link && end < 2; end++)
        if (!link_has(link_by_number(copy->mark.link), link->macs[end]) && !has_mac(place, link->macs[end]) &&
            place->mac_count < MOST_MACS)
            memcpy(place->macs[place->mac_count++], link->macs[end], 6);
}

static void
add_way(const packet_info *pinfo, const sight_t *sight)
{
    way_t *way = way_of(&pinfo->src, &pinfo->dst);
    unsigned place;

    if (!way) {
        way = wmem_new0(wmem_file_scope(), way_t);
        copy_address_wmem(wmem_file_scope(), &way->key.ends[0], &pinfo->src);
        copy_address_wmem(wmem_file_scope(), &way->key.ends[1], &pinfo->dst);
        wmem_map_insert(ways, &way->key, way);
    }
    if (way->count == MOST_PLACES || place_of_way(pinfo, sight, &place))
        return;
    way->at[way->count].hops = sight->mark.hops;
    way->at[way->count++].place = (uint8_t)sight->mark.place;
}

/* The way back tells the places of a packet and its copy: what is near on one way is far on the other. */
static bool
places_of_way_back(const packet_info *pinfo, sight_t *first, sight_t *second)
{
    const way_t *back = way_of(&pinfo->dst, &pinfo->src);
    unsigned high;

    if (!back || back->count != 2 || first->mark.hops == second->mark.hops)
        return false;
    high = back->at[0].hops > back->at[1].hops ? 0 : 1;
    /* Fewer hops are left where the way back begins. */
    first->mark.place = back->at[first->mark.hops < second->mark.hops ? high : !high].place;
    second->mark.place = back->at[first->mark.hops < second->mark.hops ? !high : high].place;
    return true;
}

/* The other one of two places of an interface; a new one where there are not two. */
static unsigned
other_part(unsigned place)
{
    unsigned other = place, count = 0;

    for (unsigned i = 0; i < place_count; i++)
        if (i != place && is_same_interface(i, place)) {
            other = i;
            count++;
        }
    return count == 1 ? other : place_new(places[place]->interface, places[place]->section);
}

static bool
is_known_mac(const sight_t *sight)
{
    for (unsigned i = 0; i < place_count; i++)
        if (is_same_interface(i, sight->mark.place) && count_macs(places[i], sight) > 0)
            return true;
    return false;
}

static void
name_parts(unsigned place)
{
    unsigned number = 0;

    for (unsigned i = 0; i < place_count; i++)
        if (is_same_interface(i, place)) {
            places[i]->is_part = true;
            places[i]->name = wmem_strdup_printf(wmem_file_scope(), "capture point %u", ++number);
        }
}

/* An interface has seen a packet at two places. */
static void
tell_apart(const packet_info *pinfo, sight_t *first, sight_t *second)
{
    bool by_mac = has_own_mac(first, second) || has_own_mac(second, first);

    if (place_count == MOST_PLACES)
        return;
    if (!places_of_way_back(pinfo, first, second))
        second->mark.place =
            (uint8_t)(by_mac && !is_known_mac(second)
                          ? place_new(places[first->mark.place]->interface, places[first->mark.place]->section)
                          : other_part(first->mark.place));
    add_macs(first, second);
    add_macs(second, first);
    if (!by_mac) {
        add_way(pinfo, first);
        add_way(pinfo, second);
    }
    name_parts(first->mark.place);
    any_parts = true;
    looked_frame = pinfo->num;
    looked_place = second->mark.place;
    places_revision++;
}

static void
note_home(const address *host, unsigned place, int nearness)
{
    home_t *home = (home_t *)wmem_map_lookup(homes, host);

    if (home && home->nearness >= nearness)
        return;
    if (!home) {
        home = wmem_new0(wmem_file_scope(), home_t);
        copy_address_wmem(wmem_file_scope(), &home->addr, host);
        wmem_map_insert(homes, &home->addr, home);
    }
    places_revision += home->place != place || home->nearness == 0;
    home->place = place;
    home->nearness = nearness;
}

/* Packets lose of their TTL on their way; those of the host itself tell better where it is than those to it. */
static void
note_homes(const packet_info *pinfo, const sight_t *first, const sight_t *second)
{
    bool second_is_near = second->mark.hops > first->mark.hops;
    const sight_t *near = second_is_near ? second : first, *far = second_is_near ? first : second;

    if (near->mark.hops == far->mark.hops || far->mark.hops == 0)
        return;
    note_home(&pinfo->src, near->mark.place, near->mark.hops);
    note_home(&pinfo->dst, far->mark.place, -far->mark.hops);
}

static void
note_meeting(const sight_t *first, const sight_t *second)
{
    place_t *one = places[first->mark.place], *other = places[second->mark.place];

    if (places_met(first->mark.place, second->mark.place))
        return;
    one->met |= UINT32_C(1) << second->mark.place;
    other->met |= UINT32_C(1) << first->mark.place;
    nstime_delta(&one->apart[second->mark.place], &second->time, &first->time);
    nstime_delta(&other->apart[first->mark.place], &first->time, &second->time);
    any_met = true;
    places_revision++;
}

static bool
is_mirrored(const sight_t *first, const sight_t *second)
{
    nstime_t apart;

    nstime_delta(&apart, &second->time, &first->time);
    return first->mark.hops == second->mark.hops && nstime_to_sec(&apart) <= MIRROR_TIME;
}

bool
places_meet(const packet_info *pinfo, sight_t *first, sight_t *second, bool once)
{
    if (any_parts && places[first->mark.place]->is_part)
        first->mark.place = (uint8_t)choose_part(pinfo, first->mark.place, first);
    if (looks_alike(&first->mark, &second->mark))
        return false;
    if (!places_met(first->mark.place, second->mark.place)) {
        if (is_mirrored(first, second) || !is_one_packet(first, second, once))
            return false;
        if (first->mark.place == second->mark.place)
            tell_apart(pinfo, first, second);
        if (first->mark.place == second->mark.place)
            return false; /* there is no room for more places */
        note_meeting(first, second);
    }
    note_homes(pinfo, first, second);
    return true;
}

/* --- ask ---------------------------------------------------------------------------------------------------------
 */

bool
places_any_met(void)
{
    return any_met;
}

bool
places_met(unsigned one, unsigned other)
{
    return any_met && (places[one]->met >> other & 1);
}

uint32_t
places_around(unsigned place)
{
    return any_met ? places[place]->met : 0;
}

bool
place_of_host(const address *host, unsigned *place)
{
    const home_t *home = any_met ? (const home_t *)wmem_map_lookup(homes, host) : NULL;

    if (home)
        *place = home->place;
    return home != NULL;
}

nstime_t
place_time(const nstime_t *when, unsigned from, unsigned to)
{
    nstime_t there = *when;

    if (from != to && places_met(from, to))
        nstime_add(&there, &places[from]->apart[to]);
    return there;
}

void
place_note_time(const packet_info *pinfo)
{
    place_t *place = places[place_of_packet(pinfo)];

    if (pinfo->ptype < 32)
        place->transports |= UINT32_C(1) << pinfo->ptype;
    if (!place->begun) {
        place->begun = true;
        place->begin = place->end = pinfo->abs_ts;
    } else if (packet_is_later(pinfo, &place->end)) {
        place->end = pinfo->abs_ts;
    }
}

const nstime_t *
place_begin(unsigned place)
{
    return &places[place]->begin;
}

const nstime_t *
place_end(unsigned place)
{
    return &places[place]->end;
}

bool
place_has_seen(unsigned place, port_type transport)
{
    return places[place]->transports >> transport & 1;
}

const char *
place_name(unsigned place)
{
    return places[place]->name;
}
