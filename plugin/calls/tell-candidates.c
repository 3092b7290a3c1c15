/* tell-candidates.c
 * Facts from offers and answers: candidates, their names, the addresses of an SBC.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/dialogs.h"

void
facts_tell_ufrag(packet_info *pinfo, const char *call_id, const char *ufrag)
{
    dialog_t *dialog = dialog_find(call_id);
    facts_call_t *known = facts_telling(pinfo) && dialog ? call_by_text(UFRAG, ufrag) : NULL;

    if (!facts_telling(pinfo) || !dialog || (known && known == call_root(dialog->call)))
        return;
    if (known)
        dialog->checked = known;
    call_set_text(UFRAG, ufrag, dialog->call);
}

/* Where another clock is behind, a call's checks are seen before its signalling, and have made a call of their own:
 * it is the same where both the user name and a socket are. */
static void
join_checked(const packet_info *pinfo, const dialog_t *dialog, const facts_key_t *key)
{
    facts_call_t *checked = call_root(dialog->checked);
    const facts_endpoint_t *endpoint = checked && !checked->call_id ? endpoint_find(key) : NULL;

    if (endpoint && call_root(endpoint->owner.call) == checked)
        call_join(pinfo, dialog->call, checked);
}

void
facts_tell_candidate(packet_info *pinfo, const facts_candidate_t *candidate)
{
    const dialog_t *dialog = dialog_find(candidate->call_id);
    facts_call_t *call;
    facts_medium_t *medium;
    facts_endpoint_t *endpoint;
    facts_key_t key;

    if (!facts_telling(pinfo) || !dialog)
        return;
    call = call_root(dialog->call);
    if (candidate->microsoft)
        call_show(pinfo, call);
    medium = call_medium(call, candidate->media);
    if (medium)
        medium->offered[candidate->side][candidate->type][candidate->transport == PT_TCP] = true;
    if (!is_endpoint(candidate->addr, candidate->port))
        return;
    if (candidate->type == FACTS_HOST) {
        call_join(pinfo, call, call_waiting(pinfo, candidate->addr));
        call = call_root(call);
        call_add_host(call, candidate->addr, candidate->side, FACTS_HOST);
        mras_give(pinfo, call, candidate->side, NULL, candidate->addr);
        call = call_root(call);
    }
    if (candidate->of_sbc)
        call_guess_sbc(call, candidate->addr);
    key = facts_key(candidate->transport, candidate->addr, candidate->port);
    join_checked(pinfo, dialog, &key);
    call = call_root(call);
    endpoint = endpoint_name(pinfo, &key, call);
    if (!endpoint)
        return;
    if (endpoint->type == FACTS_TYPE_UNKNOWN || endpoint->concluded || endpoint->type == FACTS_PRFLX ||
        candidate->type == FACTS_HOST) {
        endpoint->type = candidate->type;
        endpoint->concluded = false;
    }
    endpoint->lite |= candidate->lite;
    if (endpoint->side == FACTS_SIDE_UNKNOWN)
        endpoint->side = candidate->side;
    if (!endpoint->media && medium)
        endpoint->media = medium->name;
    connections_adopt(pinfo, &endpoint->key, false);
}

void
facts_tell_sbc_addresses(packet_info *pinfo, const char *call_id, bool is_private)
{
    const dialog_t *dialog = dialog_find(call_id);
    facts_call_t *call = dialog ? call_root(dialog->call) : NULL;

    if (!facts_telling(pinfo) || !call)
        return;
    call_guess_sbc(call, &pinfo->src);
    if (!is_private)
        call->sbc_public = true;
    else if (!call->sbc_private_frame)
        call->sbc_private_frame = pinfo->num;
    facts_revision++;
}

static bool
is_lite(const packet_info *pinfo, const address *addr, uint32_t port)
{
    facts_key_t key = facts_key(pinfo->ptype, addr, (uint16_t)port);
    const facts_endpoint_t *endpoint = facts_any_service() ? endpoint_at(&key, pinfo->num) : NULL;

    return endpoint && endpoint->lite;
}

bool
facts_from_lite(const packet_info *pinfo)
{
    return is_lite(pinfo, &pinfo->src, pinfo->srcport);
}

bool
facts_to_lite(const packet_info *pinfo)
{
    return is_lite(pinfo, &pinfo->dst, pinfo->destport);
}
