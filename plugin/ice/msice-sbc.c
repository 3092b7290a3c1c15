/* msice-sbc.c
 * Checks between Teams and an SBC that is ICE-lite, and where they break the rules of media bypass.
 *
 * The SBC sends no checks. Teams nominates a pair when a check of it was answered (regular nomination, RFC 5245,
 * 8.1.1.1), not with the first one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ice/msice-sbc.h"

#include "calls/facts.h"
#include "ice/msice-findings.h"
#include "turn/msturn-transactions.h"

/* What became of a pair, by its ends as text. */
typedef struct {
    bool answered;
    uint32_t nominated_frame; /* the first check that nominates before any was answered; 0 = none */
} pair_t;

static wmem_map_t *pairs; /* from the client's end to the SBC's */

void
msice_sbc_register(void)
{
    pairs = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), wmem_str_hash, g_str_equal);
}

static pair_t *
pair_of(packet_info *pinfo, const address *from, uint32_t from_port, const address *to, uint32_t to_port)
{
    const char *key = wmem_strdup_printf(pinfo->pool, "%s %u %s %u", address_to_str(pinfo->pool, from), from_port,
                                         address_to_str(pinfo->pool, to), to_port);
    pair_t *pair = (pair_t *)wmem_map_lookup(pairs, key);

    if (!pair && !PINFO_FD_VISITED(pinfo)) {
        pair = wmem_new0(wmem_file_scope(), pair_t);
        wmem_map_insert(pairs, wmem_strdup(wmem_file_scope(), key), pair);
    }
    return pair;
}

static void
judge_request(const msice_check_t *check)
{
    packet_info *pinfo = check->pinfo;
    pair_t *pair;

    if (facts_from_lite(pinfo))
        msice_finding(pinfo, check->item, MSICE_EI_SBC_CHECKS, NULL);
    if (!check->nominated || !facts_to_lite(pinfo))
        return;
    pair = pair_of(pinfo, &pinfo->src, pinfo->srcport, &pinfo->dst, pinfo->destport);
    if (pair && !PINFO_FD_VISITED(pinfo) && !pair->answered && !pair->nominated_frame)
        pair->nominated_frame = pinfo->num;
    if (pair && pair->nominated_frame == pinfo->num)
        msice_finding(pinfo, check->item, MSICE_EI_AGGRESSIVE, NULL);
}

void
msice_sbc_judge(const msice_check_t *check)
{
    packet_info *pinfo = check->pinfo;
    pair_t *pair;

    if (!facts_any_service() || check->path->depth > 0 || pinfo->flags.in_error_pkt)
        return;
    if (check->type == STUN_BINDING_REQUEST) {
        judge_request(check);
    } else if (check->type == STUN_BINDING_SUCCESS && facts_from_lite(pinfo)) {
        pair = pair_of(pinfo, &pinfo->dst, pinfo->destport, &pinfo->src, pinfo->srcport);
        if (pair && !PINFO_FD_VISITED(pinfo))
            pair->answered = true;
    }
}
