/* msturn-facts.c
 * Tells the analysis of calls what an MS-TURN message says about an allocation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "turn/msturn-facts.h"

#include "calls/facts.h"
#include "turn/msturn-attributes.h"
#include "turn/msturn-values.h"

#include <wsutil/str_util.h>

/* What a message is for an allocation. */
static facts_turn_kind_t
kind_of(uint16_t type)
{
    switch (type) {
    case MSTURN_ALLOCATE_REQUEST:
        return FACTS_TURN_REQUEST;
    case MSTURN_ALLOCATE_SUCCESS:
        return FACTS_TURN_SUCCESS;
    case MSTURN_ALLOCATE_ERROR:
        return FACTS_TURN_ERROR;
    default:
        return FACTS_TURN_OTHER;
    }
}

/* Who asked, and whom: an answer may come from another server than the one that was asked. */
static void
name_ends(facts_turn_t *turn, const packet_info *pinfo, bool request, const msturn_transaction_t *answered)
{
    turn->client = request ? &pinfo->src : answered ? &answered->source : &pinfo->dst;
    turn->server = request ? &pinfo->dst : answered ? &answered->destination : &pinfo->src;
    turn->client_port = request    ? (uint16_t)pinfo->srcport
                        : answered ? answered->source_port
                                   : (uint16_t)pinfo->destport;
    turn->server_port = request    ? (uint16_t)pinfo->destport
                        : answered ? answered->destination_port
                                   : (uint16_t)pinfo->srcport;
}

/* The name of the credentials, as MRAS replies have it. */
static const char *
user_name(const msturn_message_t *message)
{
    const msturn_bytes_t *name = &message->username;

    if (name->length == 0)
        return NULL;
    return bytes_to_str_maxlen(
        message->pinfo->pool,
        (const uint8_t *)tvb_memdup(message->pinfo->pool, message->tvb, name->offset, name->length), name->length, 0);
}

/* What the allocation is for, in SDP's words. */
static const char *
medium_name(const msturn_message_t *message)
{
    const char *name = msturn_stream_type_name(message->stream_type);

    return name ? wmem_ascii_strdown(message->pinfo->pool, name, -1) : NULL;
}

void
msturn_tell_facts(const msturn_message_t *message, const msturn_type_t *type, const msturn_path_t *path,
                  const msturn_transaction_t *transaction)
{
    packet_info *pinfo = message->pinfo;
    const msturn_transaction_t *answered = type && type->class != MSTURN_REQUEST ? transaction : NULL;
    const msturn_address_t *relayed = &message->address[MSTURN_RELAYED];
    const msturn_address_t *reflexive = &message->address[MSTURN_REFLEXIVE];
    const msturn_address_t *alternate = &message->address[MSTURN_ALTERNATE_SERVER];
    facts_turn_t turn = {
        .transport = pinfo->ptype,
        .from_client = type && type->class == MSTURN_REQUEST,
        .request_frame = answered ? answered->request_frame : 0,
        .alternate = alternate->addr.type != AT_NONE ? &alternate->addr : NULL,
        .alternate_port = alternate->port,
        .kind = kind_of(message->type),
        .error_code = message->error_code,
        .relayed = relayed->addr.type != AT_NONE ? &relayed->addr : NULL,
        .relayed_port = relayed->port,
        .reflexive = reflexive->addr.type != AT_NONE ? &reflexive->addr : NULL,
        .reflexive_port = reflexive->port,
        .call_identifier = message->call_text,
        .integrity_wrong = message->integrity_wrong,
        .release = (message->has_lifetime && message->lifetime == 0) || (answered && answered->release),
    };

    /* A message inside another one belongs to the peer. */
    if (PINFO_FD_VISITED(pinfo) || !type || type->forbidden || (path && path->peer) ||
        (pinfo->ptype != PT_UDP && pinfo->ptype != PT_TCP))
        return;
    turn.is_signed = turn.from_client && (msturn_has(message, MSTURN_ATT_NONCE) || message->integrity.length);
    name_ends(&turn, pinfo, turn.from_client, answered);
    if (turn.kind == FACTS_TURN_REQUEST) {
        turn.user_name = user_name(message);
        turn.medium = medium_name(message);
        turn.may_be_signed = message->cut && !turn.is_signed;
        turn.may_release = message->cut && !message->has_lifetime;
        turn.begins =
            !turn.is_signed && !turn.release && transaction && msturn_transaction_is_new(pinfo, transaction);
    }
    facts_tell_turn(pinfo, &turn);
    if (message->host_text && !turn.from_client)
        facts_tell_relay_name(pinfo, FACTS_NAMED_BY_ALTERNATE, message->host_text, turn.alternate);
}
