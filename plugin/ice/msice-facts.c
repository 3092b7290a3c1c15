/* msice-facts.c
 * Tells the analysis of calls about a connectivity check.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ice/msice-facts.h"

#include "calls/facts.h"

void
msice_tell_facts(const msice_check_t *check, const msturn_transaction_t *transaction)
{
    packet_info *pinfo = check->pinfo;
    const msturn_path_t *path = check->path;
    facts_check_t fact = {
        .transport = pinfo->ptype,
        .from = &pinfo->src,
        .to = &pinfo->dst,
        .from_port = (uint16_t)pinfo->srcport,
        .to_port = (uint16_t)pinfo->destport,
        .relayed = path->peer != NULL,
        .from_peer = path->peer && path->from_peer,
        .error_code = check->error_code,
        .use_candidate = check->nominated,
        .request_time = transaction ? &transaction->request_time : NULL,
    };

    if (PINFO_FD_VISITED(pinfo) || (pinfo->ptype != PT_UDP && pinfo->ptype != PT_TCP))
        return;
    switch (check->type) {
    case MSICE_REQUEST:
        fact.kind = FACTS_CHECK_REQUEST;
        break;
    case MSICE_SUCCESS:
        fact.kind = FACTS_CHECK_SUCCESS;
        break;
    case MSICE_ERROR:
        fact.kind = FACTS_CHECK_ERROR;
        break;
    default:
        return; /* keep-alives */
    }
    if (path->depth > 0 && !path->peer)
        return; /* behind a relay, and nobody says which peer */
    if (fact.from_peer) {
        fact.from = path->peer;
        fact.from_port = path->peer_port;
    } else if (fact.relayed) {
        fact.to = path->peer;
        fact.to_port = path->peer_port;
    }
    if (check->receiver && check->sender)
        fact.user_name = wmem_strdup_printf(pinfo->pool, "%s:%s", check->receiver, check->sender);
    facts_tell_check(pinfo, &fact);
}
