/* tell-diagnostics.c
 * Facts from reports of quality and from diagnostics headers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/dialogs.h"

#include "knowledge/icewarn-flags.h"

static wmem_map_t *headers; /* frame and number -> facts_header_t */

void
diagnostics_register(void)
{
    headers = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), g_int64_hash, g_int64_equal);
}

void
facts_tell_quality(packet_info *pinfo, const char *call_id)
{
    dialog_t *dialog = dialog_find(call_id);

    if (!facts_telling(pinfo))
        return;
    if (!dialog && call_id && *call_id)
        dialog = dialog_new(pinfo, call_id, NULL);
    if (!dialog)
        return;
    call_show(pinfo, dialog->call);
    step_add(pinfo, FACTS_STEP_QUALITY, &call_root(dialog->call)->self);
}

/* The header's addresses join packets even where the candidates were not captured. */
static void
name_sites(packet_info *pinfo, const facts_header_t *header)
{
    port_type transport = icewarn_media_transport(header->media) == ICEWARN_TRANSPORT_TCP ? PT_TCP : PT_UDP;

    for (unsigned site = 0; site < FACTS_SITES; site++) {
        facts_side_t side = site <= FACTS_LOCAL_MR ? header->side : other_side(header->side);
        bool relay = site == FACTS_LOCAL_MR || site == FACTS_REMOTE_MR;
        facts_key_t key = facts_key(transport, &header->site[site], header->site_port[site]);
        facts_endpoint_t *endpoint;

        if (!is_endpoint(&header->site[site], header->site_port[site]))
            continue;
        endpoint = endpoint_name(pinfo, &key, header->call);
        if (!endpoint)
            return;
        if (relay && (endpoint->type == FACTS_TYPE_UNKNOWN || endpoint->concluded)) {
            endpoint->type = FACTS_RELAY;
            endpoint->concluded = false;
        }
        if (endpoint->side == FACTS_SIDE_UNKNOWN)
            endpoint->side = side;
        if (!relay)
            call_add_host(call_root(header->call), &header->site[site], side, FACTS_TYPE_UNKNOWN);
        connections_adopt(pinfo, &endpoint->key, false);
    }
}

bool
facts_takes_headers_of(const packet_info *pinfo, const char *call_id)
{
    if (!calls_full() || dialog_find(call_id))
        return true;
    facts_hit_limit(pinfo, "calls");
    return false;
}

const facts_header_t *
facts_tell_diagnostics(packet_info *pinfo, const char *call_id, unsigned number, facts_side_t sender,
                       const facts_header_t *told)
{
    int64_t key = (int64_t)pinfo->num * 64 + MIN(number, 63U);
    facts_header_t *header = facts_telling(pinfo) ? NULL : (facts_header_t *)wmem_map_lookup(headers, &key);
    dialog_t *dialog = dialog_find(call_id);
    facts_call_t *call = dialog ? call_root(dialog->call) : NULL;
    int64_t *kept;

    if (header || !facts_telling(pinfo))
        return header;
    if (!call && !told->has_flags)
        return NULL;
    if (!call) {
        dialog = call_id && *call_id ? dialog_new(pinfo, call_id, NULL) : NULL;
        call = dialog ? dialog->call : call_new(pinfo);
    }
    if (!call || call->header_count >= CALL_MAX_HEADERS)
        return NULL;
    /* Instant messages end with a header, too. */
    if (told->has_flags || !call_is_text_only(call_root(call)))
        call_show(pinfo, call);
    header = (facts_header_t *)wmem_memdup(wmem_file_scope(), told, sizeof *told);
    header->call = call;
    header->frame = pinfo->num;
    header->media = facts_text(told->media);
    header->side = told->side == FACTS_SIDE_UNKNOWN ? sender
                   : dialog && dialog->flipped      ? other_side(told->side)
                                                    : told->side;
    for (unsigned site = 0; site < FACTS_SITES; site++)
        copy_address_wmem(wmem_file_scope(), &header->site[site], &told->site[site]);
    call_add_header(call, header);
    kept = wmem_new(wmem_file_scope(), int64_t);
    *kept = key;
    wmem_map_insert(headers, kept, header);
    name_sites(pinfo, header);
    step_add(pinfo, FACTS_STEP_SIP, &call_root(call)->self);
    return header;
}
