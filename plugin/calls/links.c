/* links.c
 * Pairs of MAC addresses.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/links.h"

static wmem_map_t *links; /* the MAC addresses -> link_t */
static const link_t *by_number[MOST_LINKS];
static unsigned count; /* of those in use; 0 stands for none */
static const link_t *latest;

static unsigned
hash_macs(const void *key)
{
    return wmem_strong_hash((const uint8_t *)key, sizeof latest->macs);
}

static int
equal_macs(const void *a, const void *b)
{
    return memcmp(a, b, sizeof latest->macs) == 0;
}

static void
reset(void)
{
    count = 1;
    latest = NULL;
}

void
links_register(void)
{
    links = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), hash_macs, equal_macs);
    reset();
    register_init_routine(reset);
}

static const link_t *
link_new(const uint8_t *macs)
{
    link_t *link;

    if (count == MOST_LINKS)
        return NULL;
    link = wmem_new(wmem_file_scope(), link_t);
    memcpy(link->macs, macs, sizeof link->macs);
    link->number = (uint16_t)count;
    by_number[count++] = link;
    wmem_map_insert(links, link->macs, link);
    return link;
}

static bool
is_mac(const address *addr)
{
    return addr->type == AT_ETHER && addr->len == 6;
}

uint16_t
link_of_packet(const packet_info *pinfo)
{
    uint8_t macs[12];
    const link_t *link;

    if (!is_mac(&pinfo->dl_src) || !is_mac(&pinfo->dl_dst))
        return 0;
    memcpy(macs, pinfo->dl_src.data, 6);
    memcpy(macs + 6, pinfo->dl_dst.data, 6);
    if (latest && memcmp(latest->macs, macs, sizeof macs) == 0)
        return latest->number;
    link = (const link_t *)wmem_map_lookup(links, macs);
    if (!link)
        link = link_new(macs);
    if (!link)
        return 0;
    latest = link;
    return link->number;
}

const link_t *
link_by_number(uint16_t number)
{
    return number ? by_number[number] : NULL;
}

bool
link_has(const link_t *link, const uint8_t mac[6])
{
    return link && (memcmp(mac, link->macs[0], 6) == 0 || memcmp(mac, link->macs[1], 6) == 0);
}
