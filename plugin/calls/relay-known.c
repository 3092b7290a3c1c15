/* relay-known.c
 * Which client is known to have a relay: what MRAS replies and Allocate responses of the capture said so far.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/relay-known.h"

/* Client -> wmem_tree of frame -> relay_known_t. */
static wmem_map_t *by_address;
static wmem_map_t *by_identity;

static unsigned
hash_address(const void *key)
{
    return add_address_to_hash(0, (const address *)key);
}

static int
same_address(const void *a, const void *b)
{
    return addresses_equal((const address *)a, (const address *)b);
}

void
relay_known_register(void)
{
    by_address = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), hash_address, same_address);
    by_identity = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), wmem_str_hash, g_str_equal);
}

/* SIP URIs of users are compared without regard to case here: clients write them as their user typed them. */
static char *
identity_key(wmem_allocator_t *scope, const char *identity)
{
    char *key = wmem_strdup(scope, identity);
    for (char *c = key; *c; c++)
        *c = g_ascii_tolower(*c);
    return key;
}

void
relay_known_add(packet_info *pinfo, relay_source_t source, const address *client, const char *identity,
                const char *relay, const nstime_t *expiry)
{
    if (PINFO_FD_VISITED(pinfo) || pinfo->flags.in_error_pkt)
        return;
    relay_known_t *note = wmem_new0(wmem_file_scope(), relay_known_t);
    note->frame = pinfo->num;
    note->source = source;
    note->relay = wmem_strdup(wmem_file_scope(), relay);
    if (expiry)
        note->expiry = *expiry;

    if (client && (client->type == AT_IPv4 || client->type == AT_IPv6)) {
        wmem_tree_t *notes = (wmem_tree_t *)wmem_map_lookup(by_address, client);
        if (!notes) {
            address *key = wmem_new(wmem_file_scope(), address);
            copy_address_wmem(wmem_file_scope(), key, client);
            notes = wmem_tree_new(wmem_file_scope());
            wmem_map_insert(by_address, key, notes);
        }
        wmem_tree_insert32(notes, note->frame, note);
    }
    if (identity && *identity) {
        char *key = identity_key(wmem_file_scope(), identity);
        wmem_tree_t *notes = (wmem_tree_t *)wmem_map_lookup(by_identity, key);
        if (!notes) {
            notes = wmem_tree_new(wmem_file_scope());
            wmem_map_insert(by_identity, key, notes);
        }
        wmem_tree_insert32(notes, note->frame, note);
    }
}

static const relay_known_t *
last_before(const packet_info *pinfo, wmem_tree_t *notes)
{
    return notes ? (const relay_known_t *)wmem_tree_lookup32_le(notes, pinfo->num) : NULL;
}

const relay_known_t *
relay_known_of_address(const packet_info *pinfo, const address *client)
{
    return last_before(pinfo, (wmem_tree_t *)wmem_map_lookup(by_address, client));
}

const relay_known_t *
relay_known_of_identity(const packet_info *pinfo, const char *identity)
{
    if (!identity)
        return NULL;
    return last_before(pinfo, (wmem_tree_t *)wmem_map_lookup(by_identity, identity_key(pinfo->pool, identity)));
}
