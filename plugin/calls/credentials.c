/* credentials.c
 * Which client is known to have a relay: what MRAS replies and Allocate responses of the capture said.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/credentials.h"

#include <wsutil/str_util.h>

#include "base/address-map.h"

/* The notes of one client: frame -> credentials_t. */
typedef struct {
    wmem_tree_t *relays;  /* those that name a relay */
    wmem_tree_t *replies; /* those of the relay authentication service */
} notes_t;

static wmem_map_t *by_address;  /* address -> notes_t */
static wmem_map_t *by_identity; /* SIP URI in lower case -> notes_t */

void
credentials_register(void)
{
    by_address = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), address_hash, address_equal);
    by_identity = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), wmem_str_hash, g_str_equal);
}

static char *
identity_key(wmem_allocator_t *scope, const char *identity)
{
    return wmem_ascii_strdown(scope, identity, -1);
}

static notes_t *
notes_new(void)
{
    notes_t *notes = wmem_new(wmem_file_scope(), notes_t);

    notes->relays = wmem_tree_new(wmem_file_scope());
    notes->replies = wmem_tree_new(wmem_file_scope());
    return notes;
}

static notes_t *
notes_of_address(const address *client)
{
    notes_t *notes = (notes_t *)wmem_map_lookup(by_address, client);

    if (!notes) {
        address *key = wmem_new(wmem_file_scope(), address);

        copy_address_wmem(wmem_file_scope(), key, client);
        notes = notes_new();
        wmem_map_insert(by_address, key, notes);
    }
    return notes;
}

static notes_t *
notes_of_identity(const char *identity)
{
    char *key = identity_key(wmem_file_scope(), identity);
    notes_t *notes = (notes_t *)wmem_map_lookup(by_identity, key);

    if (!notes) {
        notes = notes_new();
        wmem_map_insert(by_identity, key, notes);
    }
    return notes;
}

/* A message may give several credentials: those with a relay count. */
static void
keep(notes_t *notes, credentials_t *note)
{
    const credentials_t *same = (const credentials_t *)wmem_tree_lookup32(notes->replies, note->frame);

    if (same && same->relays && note->source == RELAY_FROM_MRAS && !note->relays)
        return;
    if (note->relay)
        wmem_tree_insert32(notes->relays, note->frame, note);
    if (note->source == RELAY_FROM_MRAS)
        wmem_tree_insert32(notes->replies, note->frame, note);
}

void
credentials_note(packet_info *pinfo, const credentials_t *told, const address *client, const char *identity)
{
    credentials_t *note;

    if (PINFO_FD_VISITED(pinfo) || pinfo->flags.in_error_pkt)
        return;
    note = (credentials_t *)wmem_memdup(wmem_file_scope(), told, sizeof *told);
    note->frame = pinfo->num;
    note->relay = told->relay ? wmem_strdup(wmem_file_scope(), told->relay) : NULL;
    note->user_name = told->user_name ? wmem_strdup(wmem_file_scope(), told->user_name) : NULL;
    if (client && (client->type == AT_IPv4 || client->type == AT_IPv6))
        keep(notes_of_address(client), note);
    if (identity && *identity)
        keep(notes_of_identity(identity), note);
}

static const notes_t *
find_address(const address *client)
{
    return (const notes_t *)wmem_map_lookup(by_address, client);
}

static const notes_t *
find_identity(const char *identity)
{
    char *key = identity && *identity ? identity_key(NULL, identity) : NULL;
    const notes_t *notes = key ? (const notes_t *)wmem_map_lookup(by_identity, key) : NULL;

    wmem_free(NULL, key);
    return notes;
}

static credentials_t *
last_before(const packet_info *pinfo, wmem_tree_t *notes)
{
    return (credentials_t *)wmem_tree_lookup32_le(notes, pinfo->num);
}

const credentials_t *
relay_of_address(const packet_info *pinfo, const address *client)
{
    const notes_t *notes = find_address(client);

    return notes ? last_before(pinfo, notes->relays) : NULL;
}

const credentials_t *
relay_of_identity(const packet_info *pinfo, const char *identity)
{
    const notes_t *notes = find_identity(identity);

    return notes ? last_before(pinfo, notes->relays) : NULL;
}

/* So many replies are looked through for one that gives something. */
#define MOST_REPLIES 16

static bool
gives_relay(const packet_info *pinfo, const credentials_t *reply)
{
    return reply->granted && reply->relays &&
           (nstime_is_zero(&reply->expiry) || nstime_cmp(&reply->expiry, &pinfo->abs_ts) > 0);
}

/* The last reply that gives a relay, else the last one: a client of several pools asks each of them, and what it was
 * given before a refusal still holds. */
static credentials_t *
best_reply(const packet_info *pinfo, const notes_t *notes)
{
    credentials_t *last = last_before(pinfo, notes->replies), *reply = last;

    for (unsigned looked = 0; reply && looked < MOST_REPLIES; looked++) {
        if (gives_relay(pinfo, reply))
            return reply;
        reply = (credentials_t *)wmem_tree_lookup32_le(notes->replies, reply->frame - 1);
    }
    return last;
}

credentials_t *
reply_of_address(const packet_info *pinfo, const address *client)
{
    const notes_t *notes = find_address(client);

    return notes ? best_reply(pinfo, notes) : NULL;
}

credentials_t *
reply_of_identity(const packet_info *pinfo, const char *identity)
{
    const notes_t *notes = find_identity(identity);

    return notes ? best_reply(pinfo, notes) : NULL;
}
