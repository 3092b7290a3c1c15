/* tell-signalling.c
 * Facts from SIP: dialogs, candidates, relay credentials, diagnostics headers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/calls.h"

#include "knowledge/icewarn-flags.h"
#include "base/address-kind.h"
#include "base/packet-end.h"
#include "knowledge/array.h"

static const char shared_spaces[FACTS_SHARED] = {
    [FACTS_SHARED_CONVERSATION] = CONVERSATION,
    [FACTS_SHARED_CALL] = SHARED_CALL,
    [FACTS_SHARED_CHAIN] = SHARED_CHAIN,
    [FACTS_SHARED_SESSION] = SHARED_SESSION,
};

/* A SIP dialog, told apart by its Call-ID: forked and transferred ones stay one call. */
typedef struct {
    facts_call_t *call;
    facts_call_t *checked;  /* another call, whose checks carry one of its ice-ufrags; NULL = none */
    const char *caller_tag; /* From tag of the first INVITE; NULL = not seen */
    uint32_t answered;      /* frame of the first 2xx to its INVITE; 0 = none */
    bool open;              /* met in signalling, and not ended */
    bool ended;             /* what comes of it yet is a copy, or late */
    uint32_t public_frame;  /* the first by which Teams spoke in it from a public address; 0 = none */
    bool with_service;      /* Teams Direct Routing is one end, an SBC the other */
    bool flipped;           /* its caller is the one who was called in the first dialog of the call */
} dialog_t;

static wmem_map_t *dialogs; /* Call-ID -> dialog_t */
static bool any_service;    /* one of them is Direct Routing's */
static wmem_map_t *headers; /* frame and number -> facts_header_t */

static void
forget_services(void)
{
    any_service = false;
}

void
signalling_register(void)
{
    register_init_routine(forget_services);
    dialogs = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), wmem_str_hash, g_str_equal);
    credentials_register();
    headers = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), g_int64_hash, g_int64_equal);
}

static facts_side_t
other_side(facts_side_t side)
{
    return side == FACTS_CALLER ? FACTS_CALLEE : side == FACTS_CALLEE ? FACTS_CALLER : FACTS_SIDE_UNKNOWN;
}

static dialog_t *
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

static dialog_t *
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

static facts_side_t
sender_side(const dialog_t *dialog, const facts_sip_t *sip)
{
    facts_side_t side;

    if (!dialog->caller_tag || !sip->from_tag)
        return FACTS_SIDE_UNKNOWN;
    side = strcmp(dialog->caller_tag, sip->from_tag) == 0 ? FACTS_CALLER : FACTS_CALLEE;
    if (sip->status)
        side = other_side(side); /* From names who sent the request */
    return dialog->flipped ? other_side(side) : side;
}

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
    facts_side_t sender = sender_side(dialog, sip);

    dialog->with_service |= sip->with_service;
    if (sip->of_service && !dialog->public_frame && (pinfo->src.type == AT_IPv4 || pinfo->src.type == AT_IPv6) &&
        !address_is_private(&pinfo->src))
        dialog->public_frame = pinfo->num;
    if (!dialog->with_service)
        return;
    call->through_sbc = any_service = true;
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
        return dialog ? sender_side(dialog, sip) : FACTS_SIDE_UNKNOWN;
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
    return sender_side(dialog, sip);
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

/* Gives an address and port to a call by name; returns its endpoint, NULL when a limit is reached. */
static facts_endpoint_t *
name_endpoint(packet_info *pinfo, const facts_key_t *key, facts_call_t *call)
{
    facts_endpoint_t *endpoint = endpoint_find(key);
    facts_call_t *owner = endpoint ? call_root(endpoint->owner.call) : NULL;

    call = call_root(call);
    if (!endpoint || (owner != call && owner->claimed && endpoint->named)) {
        endpoint = endpoint_new(pinfo, key, call);
    } else if (owner != call && !owner->claimed) {
        call_join(pinfo, owner, call);
    } else if (owner != call) {
        endpoint_move(endpoint, call);
        if (endpoint->base && !endpoint->base->named)
            endpoint_move(endpoint->base, call);
    }
    if (endpoint)
        endpoint->named = true;
    return endpoint;
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

/* Ports 0 and 9 stand for "none": of active TCP candidates and of media that are off. */
static bool
names_endpoint(const address *addr, uint16_t port)
{
    static const uint8_t zeros[16];

    return (addr->type == AT_IPv4 || addr->type == AT_IPv6) && memcmp(addr->data, zeros, (size_t)addr->len) != 0 &&
           port != 0 && port != 9;
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
    if (!names_endpoint(candidate->addr, candidate->port))
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
    endpoint = name_endpoint(pinfo, &key, call);
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

bool
facts_user_inside(const char *call_id)
{
    const dialog_t *dialog = dialog_find(call_id);

    return dialog && call_root(dialog->call)->user_inside;
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
    const facts_endpoint_t *endpoint = any_service ? endpoint_at(&key, pinfo->num) : NULL;

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

/* --- reports and headers -----------------------------------------------------------------------------------------
 */

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

        if (!names_endpoint(&header->site[site], header->site_port[site]))
            continue;
        endpoint = name_endpoint(pinfo, &key, header->call);
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
    header->next = NULL;
    header->call = call;
    header->frame = pinfo->num;
    header->media = facts_text(told->media);
    header->side = told->side == FACTS_SIDE_UNKNOWN ? sender
                   : dialog && dialog->flipped      ? other_side(told->side)
                                                    : told->side;
    for (unsigned site = 0; site < FACTS_SITES; site++)
        copy_address_wmem(wmem_file_scope(), &header->site[site], &told->site[site]);
    if (call->headers_end)
        call->headers_end->next = header;
    else
        call->headers = header;
    call->headers_end = header;
    call->header_count++;
    kept = wmem_new(wmem_file_scope(), int64_t);
    *kept = key;
    wmem_map_insert(headers, kept, header);
    name_sites(pinfo, header);
    step_add(pinfo, FACTS_STEP_SIP, &call_root(call)->self);
    return header;
}
