/* tell-signalling.c
 * Facts from SIP: calls, how they begin, go on and end, and the relay credentials of their sides.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/dialogs.h"

#include "base/address-kind.h"
#include "knowledge/array.h"

static const char shared_spaces[FACTS_SHARED] = {
    [FACTS_SHARED_CONVERSATION] = CONVERSATION,
    [FACTS_SHARED_CALL] = SHARED_CALL,
    [FACTS_SHARED_CHAIN] = SHARED_CHAIN,
    [FACTS_SHARED_SESSION] = SHARED_SESSION,
};

/* Methods that tell of a call even where its INVITE was not captured. */
static bool
is_call_method(const char *method)
{
    static const char *const methods[] = { "INVITE", "ACK", "BYE", "CANCEL", "PRACK", "UPDATE" };

    for (size_t i = 0; method && i < array_length(methods); i++)
        if (strcmp(method, methods[i]) == 0)
            return true;
    return false;
}

static void
note_invite(packet_info *pinfo, dialog_t *dialog, const facts_sip_t *sip)
{
    facts_call_t *call = call_root(dialog->call);

    if (!dialog->caller_tag && sip->from_tag) {
        dialog->caller_tag = facts_text(sip->from_tag);
        dialog->flipped = call->from && sip->from && sip->to && strcmp(call->from, sip->from) != 0 &&
                          strcmp(call->from, sip->to) == 0;
    }
    if (!call->from) {
        call->from = facts_text(sip->from);
        call->to = facts_text(sip->to);
        mras_give(pinfo, call, FACTS_CALLER, call->from, NULL);
        mras_give(pinfo, call_root(call), FACTS_CALLEE, call_root(call)->to, NULL);
        call = call_root(call);
    }
    if (!call->invite_frame && !sip->status) {
        call->invite_frame = pinfo->num;
        call->start = pinfo->abs_ts;
    }
}

/* Final answers to an INVITE behind which the call may go on, tried once more in the same dialog or ended already. */
typedef struct {
    unsigned status;
    bool goes_on; /* the dialog does */
    bool refuses; /* it says no to what was offered, all the same */
} answer_t;

static const answer_t answers[] = {
    { 401, true, false },                        /* asks for credentials */
    { 407, true, false },  { 415, true, true },  /* asks for another offer */
    { 422, true, false },                        /* asks for another interval (RFC 4028, 6) */
    { 487, false, false },                       /* confirms a CANCEL */
    { 488, true, true },   { 491, true, false }, /* both have asked at once (RFC 3261, 14.1) */
};

static const answer_t *
answer_of(unsigned status)
{
    static const answer_t refusal = { 0, false, true };

    for (size_t i = 0; i < array_length(answers); i++)
        if (answers[i].status == status)
            return &answers[i];
    return &refusal;
}

/* Whether an answer refuses a re-INVITE: the session stays as it was, but where the other side has lost it
 * (RFC 3261, 14.1). */
static bool
leaves_session(const packet_info *pinfo, const dialog_t *dialog, unsigned status)
{
    return dialog->answered && pinfo->num > dialog->answered && status != 408 && status != 481;
}

bool
facts_refuses_call(const packet_info *pinfo, const char *call_id, unsigned status)
{
    const dialog_t *dialog = dialog_find(call_id);

    return status >= 400 && answer_of(status)->refuses && !(dialog && leaves_session(pinfo, dialog, status));
}

static void
note_end(packet_info *pinfo, dialog_t *dialog, const facts_sip_t *sip)
{
    facts_call_t *call = call_root(dialog->call);
    bool invite = strcmp(sip->method, "INVITE") == 0;

    /* The tag of the other side shows that the INVITE that began the dialog was answered: RFC 3261, 12.2.1.1. */
    if (invite && !dialog->answered && (sip->status ? sip->status >= 200 && sip->status < 300 : sip->to_tag != NULL))
        dialog->answered = pinfo->num;
    call->answered |= dialog->answered != 0;
    if (invite && sip->status >= 400 && leaves_session(pinfo, dialog, sip->status))
        return;
    if (invite && sip->status >= 200) {
        call->status = sip->status;
        call->status_frame = pinfo->num;
    }
    if ((invite && sip->status >= 400 && !answer_of(sip->status)->goes_on) ||
        (!sip->status && (strcmp(sip->method, "BYE") == 0 || strcmp(sip->method, "CANCEL") == 0))) {
        call->end_frame = pinfo->num;
        call->end_time = pinfo->abs_ts;
        if (dialog->open)
            call->open_dialogs--;
        dialog->open = false;
        dialog->ended = true;
    }
}

/* The call of a text that dialogs share; NULL where there is none that goes on: the same people try again. */
static facts_call_t *
call_of_shared(const facts_sip_t *sip, unsigned kind)
{
    facts_call_t *call = call_by_text(shared_spaces[kind], sip->shared[kind]);

    return call && call->end_frame && !call->open_dialogs ? NULL : call;
}

static facts_call_t *
call_of_shared_any(const facts_sip_t *sip)
{
    facts_call_t *call = NULL;

    for (unsigned kind = 0; kind < FACTS_SHARED && !call; kind++)
        call = call_of_shared(sip, kind);
    return call;
}

/* Makes the dialog's call one with those that it shares a text with. */
static facts_call_t *
join_shared(const packet_info *pinfo, facts_call_t *call, const facts_sip_t *sip)
{
    for (unsigned kind = 0; kind < FACTS_SHARED; kind++) {
        facts_call_t *other = call_of_shared(sip, kind);

        call = call_join(pinfo, call_root(call), other);
        if (sip->shared[kind] && !other)
            call_set_text(shared_spaces[kind], sip->shared[kind], call);
    }
    if (!call->conversation_id)
        call->conversation_id = facts_text(sip->shared[FACTS_SHARED_CONVERSATION]);
    return call;
}

/* Which side of the call an SBC is, and which Teams. */
static void
note_service(const packet_info *pinfo, dialog_t *dialog, facts_call_t *call, const facts_sip_t *sip)
{
    facts_side_t sender = dialog_sender(dialog, sip);

    if (sip->of_service && !dialog->public_frame && (pinfo->src.type == AT_IPv4 || pinfo->src.type == AT_IPv6) &&
        !address_is_private(&pinfo->src))
        dialog->public_frame = pinfo->num;
    if (!dialog->with_service && !sip->with_service)
        return;
    dialog_note_service(dialog, call);
    call->user_inside |= sip->user_inside;
    call->told_by[sip->of_service] = true;
    if (call->sbc_side == FACTS_SIDE_UNKNOWN)
        call->sbc_side = sip->of_service ? other_side(sender) : sender;
}

facts_side_t
facts_tell_sip(packet_info *pinfo, const facts_sip_t *sip)
{
    dialog_t *dialog = dialog_find(sip->call_id);
    facts_call_t *call;

    if (!facts_telling(pinfo) || !sip->call_id || !*sip->call_id || !sip->method)
        return dialog ? dialog_sender(dialog, sip) : FACTS_SIDE_UNKNOWN;
    if (!dialog) {
        /* Calls of others take no room; a message before the first sign of Microsoft's is found on the later passes,
         * unless its body is that sign (sip_scan_claim()). */
        facts_call_t *known = call_of_shared_any(sip);

        if (!is_call_method(sip->method) || !(sip->microsoft || known))
            return FACTS_SIDE_UNKNOWN;
        dialog = dialog_new(pinfo, sip->call_id, known);
        if (!dialog)
            return FACTS_SIDE_UNKNOWN;
        dialog->open = true;
        dialog->call->open_dialogs++;
        call_join(pinfo, dialog->call, call_of_identifier(sip->call_id));
    }
    call = dialog->ended ? call_root(dialog->call) : join_shared(pinfo, dialog->call, sip);
    if (!call->first_from) {
        call->first_from = facts_text(sip->from);
        call->first_to = facts_text(sip->to);
    }
    if (strcmp(sip->method, "INVITE") == 0)
        note_invite(pinfo, dialog, sip);
    note_end(pinfo, dialog, sip);
    call = call_root(call);
    note_service(pinfo, dialog, call, sip);
    call->microsoft |= sip->microsoft;
    if (sip->text_only)
        call_medium(call, "message");
    call->sip_messages++;
    step_add(pinfo, FACTS_STEP_SIP, &call->self);
    return dialog_sender(dialog, sip);
}

void
facts_tell_end(packet_info *pinfo, const char *call_id)
{
    const dialog_t *dialog = dialog_find(call_id);
    facts_call_t *call = dialog ? call_root(dialog->call) : NULL;

    if (facts_telling(pinfo) && call && call->microsoft && !call_is_text_only(call))
        call_show(pinfo, call);
}

void
facts_tell_medium(packet_info *pinfo, const char *call_id, const char *media, bool in_use)
{
    const dialog_t *dialog = dialog_find(call_id);
    facts_medium_t *medium;

    if (!facts_telling(pinfo) || !dialog)
        return;
    medium = call_medium(call_root(dialog->call), media);
    if (medium)
        medium->in_use |= in_use;
}

void
facts_tell_hold(packet_info *pinfo, const char *call_id, bool held)
{
    const dialog_t *dialog = dialog_find(call_id);

    if (facts_telling(pinfo) && dialog)
        call_root(dialog->call)->held = held;
}

bool
facts_has_path(const char *call_id)
{
    const facts_call_t *call = facts_call_by_id(call_id);

    if (call && call->media_packets)
        return true;
    for (const facts_member_t *member = call ? call->members : NULL; member; member = member->next) {
        if (call_root(member->endpoint->owner.call) != call)
            continue;
        for (const facts_attempt_t *attempt = member->endpoint->attempts; attempt; attempt = attempt->next)
            if (attempt->settled_frame)
                return true;
    }
    return false;
}

/* --- relay credentials -------------------------------------------------------------------------------------------
 */

void
facts_tell_mras(packet_info *pinfo, const credentials_t *told, const address *client, const char *identity)
{
    credentials_note(pinfo, told, client, identity);
    if (facts_telling(pinfo))
        facts_revision++;
}

void
mras_give(packet_info *pinfo, facts_call_t *call, facts_side_t side, const char *identity, const address *client)
{
    credentials_t *reply = reply_of_identity(pinfo, identity);

    if (!reply && client)
        reply = reply_of_address(pinfo, client);
    if (!reply || (call->credentials[side] && call->credentials[side]->frame >= reply->frame))
        return;
    call->credentials[side] = reply;
    if (!reply->in_call) {
        if (reply->request_frame)
            step_add_late(reply->request_frame, FACTS_STEP_MRAS, &call->self);
        step_add_late(reply->frame, FACTS_STEP_MRAS, &call->self);
    }
    reply->in_call = true;
    call_join(pinfo, call, call_of_credentials(pinfo, reply->user_name));
}
