/* dialogs.c
 * SIP dialogs, and the calls they belong to.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/dialogs.h"

#include "base/address-kind.h"
#include "base/packet-end.h"

static wmem_map_t *dialogs; /* Call-ID -> dialog_t */
static bool any_service;    /* one of them is Direct Routing's */

static void
forget_services(void)
{
    any_service = false;
}

void
dialogs_register(void)
{
    register_init_routine(forget_services);
    dialogs = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), wmem_str_hash, g_str_equal);
}

facts_side_t
other_side(facts_side_t side)
{
    return side == FACTS_CALLER ? FACTS_CALLEE : side == FACTS_CALLEE ? FACTS_CALLER : FACTS_SIDE_UNKNOWN;
}

dialog_t *
dialog_find(const char *call_id)
{
    return call_id && *call_id ? (dialog_t *)wmem_map_lookup(dialogs, call_id) : NULL;
}

bool
facts_any_dialog(void)
{
    return wmem_map_size(dialogs) > 0;
}

bool
facts_any_service(void)
{
    return any_service;
}

bool
facts_dialog_with_service(const char *call_id)
{
    const dialog_t *dialog = dialog_find(call_id);

    return dialog && dialog->with_service;
}

bool
facts_is_inner_leg(const packet_info *pinfo, const char *call_id)
{
    const dialog_t *dialog = dialog_find(call_id);

    return dialog && dialog->public_frame && dialog->public_frame < pinfo->num && address_is_private(&pinfo->src) &&
           address_is_private(&pinfo->dst);
}

const facts_call_t *
facts_call_by_id(const char *call_id)
{
    const dialog_t *dialog = dialog_find(call_id);

    return dialog ? call_root(dialog->call) : NULL;
}

dialog_t *
dialog_new(packet_info *pinfo, const char *call_id, facts_call_t *call)
{
    dialog_t *dialog;

    if (!call)
        call = call_new(pinfo);
    if (!call)
        return NULL;
    dialog = wmem_new0(wmem_file_scope(), dialog_t);
    dialog->call = call;
    call->claimed = true;
    call_id = facts_text(call_id);
    if (!call->call_id)
        call->call_id = call_id;
    wmem_map_insert(dialogs, call_id, dialog);
    packet_end_ask_always();
    return dialog;
}

facts_side_t
dialog_sender(const dialog_t *dialog, const facts_sip_t *sip)
{
    facts_side_t side;

    if (!dialog->caller_tag || !sip->from_tag)
        return FACTS_SIDE_UNKNOWN;
    side = strcmp(dialog->caller_tag, sip->from_tag) == 0 ? FACTS_CALLER : FACTS_CALLEE;
    if (sip->status)
        side = other_side(side); /* From names who sent the request */
    return dialog->flipped ? other_side(side) : side;
}

void
dialog_note_service(dialog_t *dialog, facts_call_t *call)
{
    dialog->with_service = true;
    call->through_sbc = any_service = true;
}

bool
facts_user_inside(const char *call_id)
{
    const dialog_t *dialog = dialog_find(call_id);

    return dialog && call_root(dialog->call)->user_inside;
}
