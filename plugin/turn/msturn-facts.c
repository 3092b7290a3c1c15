/* msturn-facts.c
 * Tells the analysis of calls what an MS-TURN message says about an allocation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "turn/msturn-facts.h"

#include "calls/facts.h"

/* A message type, [MS-TURN] 2.2.1: which end sent it, and what it is for an allocation. */
static const struct {
    uint16_t type;
    bool from_client;
    facts_turn_kind_t kind;
} types[] = {
    { 0x0003, true, FACTS_TURN_REQUEST }, /* Allocate */
    { 0x0103, false, FACTS_TURN_SUCCESS }, { 0x0113, false, FACTS_TURN_ERROR }, { 0x0004, true, FACTS_TURN_OTHER },
    { 0x0006, true, FACTS_TURN_OTHER },    { 0x0106, false, FACTS_TURN_OTHER }, { 0x0116, false, FACTS_TURN_OTHER },
    { 0x0115, false, FACTS_TURN_OTHER },
};

void
msturn_tell_facts(const msturn_message_t *message, const msturn_path_t *path, const msturn_transaction_t *transaction)
{
    packet_info *pinfo = message->pinfo;
    const msturn_address_t *relayed = &message->address[MSTURN_RELAYED];
    const msturn_address_t *reflexive = &message->address[MSTURN_REFLEXIVE];
    const msturn_address_t *alternate = &message->address[MSTURN_ALTERNATE_SERVER];

    /* A message inside another one belongs to the peer. */
    if (PINFO_FD_VISITED(pinfo) || (path && path->peer) || (pinfo->ptype != PT_UDP && pinfo->ptype != PT_TCP))
        return;
    for (size_t i = 0; i < array_length(types); i++) {
        bool from_client = types[i].from_client;
        facts_turn_t turn = {
            .transport = pinfo->ptype,
            .client = from_client ? &pinfo->src : &pinfo->dst,
            .server = from_client ? &pinfo->dst : &pinfo->src,
            .client_port = (uint16_t)(from_client ? pinfo->srcport : pinfo->destport),
            .server_port = (uint16_t)(from_client ? pinfo->destport : pinfo->srcport),
            .kind = types[i].kind,
            .error_code = message->error_code,
            .request_frame = transaction ? transaction->request_frame : 0,
            .relayed = relayed->addr.type != AT_NONE ? &relayed->addr : NULL,
            .relayed_port = relayed->port,
            .reflexive = reflexive->addr.type != AT_NONE ? &reflexive->addr : NULL,
            .reflexive_port = reflexive->port,
            .alternate = alternate->addr.type != AT_NONE ? &alternate->addr : NULL,
            .alternate_port = alternate->port,
            .call_identifier = message->call_text,
            .integrity_wrong = message->integrity_wrong,
            .release = message->has_lifetime && message->lifetime == 0,
        };

        if (types[i].type != message->type)
            continue;
        if (turn.kind == FACTS_TURN_REQUEST && message->username.length) {
            size_t length = message->username.length;
            uint8_t *name = (uint8_t *)tvb_memdup(pinfo->pool, message->tvb, message->username.offset, length);

            turn.user_name = bytes_to_str_maxlen(pinfo->pool, name, length, 0);
        }
        facts_tell_turn(pinfo, &turn);
        if (message->host_text && !from_client)
            facts_tell_relay_name(pinfo, FACTS_NAMED_BY_ALTERNATE, message->host_text, turn.alternate);
    }
}
