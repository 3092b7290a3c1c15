/* packet-msice.c
 * Connectivity checks: which messages are some, what they answer, and whose relay they went through.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ice/packet-msice.h"

#include <epan/address.h>

#include "base/enabled.h"
#include "ice/msice-checks.h"
#include "ice/msice-facts.h"
#include "ice/msice-findings.h"
#include "ice/msice-sbc.h"
#include "turn/msturn-flows.h"
#include "turn/msturn-integrity.h"
#include "turn/msturn-peer.h"
#include "turn/msturn-stock.h"
#include "turn/msturn-transactions.h"
#include "turn/stun-walk.h"

enum { PATH_DIRECT, PATH_OWN_RELAY, PATH_PEER_RELAY, PATH_BOTH_RELAYS };

static int proto_msice = -1;
static int hf_check = -1;
static int hf_form = -1;
static int hf_type = -1;
static int hf_length = -1;
static int hf_transaction_id = -1;
static int hf_nested = -1;
static int hf_path = -1;
static int hf_relay_named_in = -1;
static int hf_response_in = -1;
static int hf_response_to = -1;
static int hf_response_time = -1;
static int hf_retransmission = -1;
static int hf_verified = -1;
static int ett_msice = -1;
static int ett_check = -1;
static dissector_handle_t stun_handle;

static const value_string types[] = {
    { STUN_BINDING_REQUEST, "Binding Request" },
    { STUN_BINDING_INDICATION, "Binding Indication" },
    { STUN_BINDING_SUCCESS, "Binding Success Response" },
    { STUN_BINDING_ERROR, "Binding Error Response" },
    { 0, NULL },
};
static const value_string paths[] = {
    { PATH_DIRECT, "Direct" },
    { PATH_OWN_RELAY, "Client's relay" },
    { PATH_PEER_RELAY, "Peer's relay" },
    { PATH_BOTH_RELAYS, "Both relays" },
    { 0, NULL },
};
/* Attributes that only Microsoft endpoints send: candidate identifier, implementation version, service quality,
 * session of multiplexed TURN, and two whose meaning is not published but that mark calls of Teams and Skype. */
static bool
is_ours_alone(uint16_t type)
{
    return type == 0x8054 || type == 0x8070 || type == 0x8055 || type == 0x8095 || type == 0x8006 || type == 0x8036;
}

bool
msice_looks_like_check(tvbuff_t *tvb)
{
    const int captured = (int)tvb_captured_length(tvb);
    stun_walk_t walk;

    if (captured < STUN_HEADER_LENGTH || tvb_get_ntohl(tvb, 4) != STUN_COOKIE ||
        !try_val_to_str(tvb_get_ntohs(tvb, 0), types) ||
        tvb_get_ntohs(tvb, 2) + (unsigned)STUN_HEADER_LENGTH != tvb_reported_length(tvb))
        return false;
    walk = stun_walk(tvb, STUN_HEADER_LENGTH, captured, STUN_PADDED);
    while (stun_walk_next(&walk)) {
        if (is_ours_alone(walk.type))
            return true;
    }
    return false;
}

bool
msice_looks_like_draft06_check(tvbuff_t *tvb, packet_info *pinfo)
{
    const int captured = (int)tvb_captured_length(tvb);
    uint8_t id[STUN_ID_LENGTH];
    stun_walk_t walk;
    uint16_t type;
    int receiver, sender;
    unsigned component;

    if (captured < STUN_HEADER_LENGTH || tvb_get_ntohl(tvb, 4) == STUN_COOKIE)
        return false;
    type = tvb_get_ntohs(tvb, 0);
    if (!try_val_to_str(type, types) ||
        tvb_get_ntohs(tvb, 2) + (unsigned)STUN_HEADER_LENGTH != tvb_reported_length(tvb))
        return false;
    /* A keep-alive has nothing but its header: the conversation has to speak for it. */
    if (type == STUN_BINDING_INDICATION)
        return msturn_conversation_is_ours(pinfo);
    tvb_memcpy(tvb, id, 4, sizeof id);
    if (type != STUN_BINDING_REQUEST)
        return msturn_transaction_peek(pinfo, MSTURN_KIND_CHECK, id) != NULL;
    walk = stun_walk(tvb, STUN_HEADER_LENGTH, captured, STUN_UNPADDED);
    while (stun_walk_next(&walk)) {
        if (walk.type == MSTURN_ATT_USERNAME)
            return msice_draft06_username(tvb, walk.value, walk.length, &receiver, &sender, &component);
    }
    return false;
}

/* Whose relay the check goes through: the client's when it is inside a TURN message or flows as data of an active
 * destination, the peer's when an end of it is an address that an allocation or a candidate line named as relayed. */
static void
add_path(const msice_check_t *check)
{
    packet_info *pinfo = check->pinfo;
    const bool nested = check->path->depth > 0;
    const msturn_endpoint_info_t *info = NULL;
    const address *peer = check->path->peer;
    uint16_t port = check->path->peer_port;
    bool own;

    if (!nested)
        peer = msturn_active_destination(pinfo, &port);
    own = nested || peer || check->path->carrier == MSTURN_IN_TCP_DATA;
    if (peer) {
        info = msturn_lookup_address(pinfo, pinfo->ptype, peer, port);
    } else if (!own) {
        info = msturn_lookup_address(pinfo, pinfo->ptype, &pinfo->dst, (uint16_t)pinfo->destport);
        if (!info || info->why < MSTURN_NAMED_RELAY_CANDIDATE)
            info = msturn_lookup_address(pinfo, pinfo->ptype, &pinfo->src, (uint16_t)pinfo->srcport);
    }
    if (info && info->why < MSTURN_NAMED_RELAY_CANDIDATE)
        info = NULL;
    proto_item_set_generated(proto_tree_add_boolean(check->tree, hf_nested, check->tvb, 0, 0, nested));
    proto_item_set_generated(proto_tree_add_uint(check->tree, hf_path, check->tvb, 0, 0,
                                                 own ? (info ? PATH_BOTH_RELAYS : PATH_OWN_RELAY)
                                                     : (info ? PATH_PEER_RELAY : PATH_DIRECT)));
    if (info)
        proto_item_set_generated(proto_tree_add_uint(check->tree, hf_relay_named_in, check->tvb, 0, 0, info->frame));
}

/* Media will flow where a check went: from and to the peer behind the relay, and the sender as the other end sees it.
 */
static void
name_addresses(const msice_check_t *check)
{
    if (check->path->peer)
        msturn_name_address(check->pinfo, check->pinfo->ptype, check->path->peer, check->path->peer_port,
                            MSTURN_NAMED_BY_CHECK);
    if (check->type == STUN_BINDING_SUCCESS && check->mapped.type != AT_NONE)
        msturn_name_address(check->pinfo, check->pinfo->ptype, &check->mapped, check->mapped_port,
                            MSTURN_NAMED_BY_CHECK);
}

/* The one place where a check is matched with its answer, found to be repeated, or unanswered. */
static void
link_check(msice_check_t *check)
{
    packet_info *pinfo = check->pinfo;
    /* Inside a TURN message or not: the answer may come bare where the request was nested. */
    const msturn_kind_t kind = MSTURN_KIND_CHECK;

    if (check->type == STUN_BINDING_REQUEST) {
        msturn_transaction_t *transaction =
            msturn_transaction_request(pinfo, kind, check->id, check->type, check->integrity != 0);
        const unsigned repeat = msturn_transaction_repeat(transaction, pinfo);

        transaction->nested = check->path->depth > 0;
        if (check->path->peer) {
            msturn_transaction_peer(transaction, check->path->peer, check->path->peer_port);
            transaction->from_peer = check->path->from_peer;
        }
        msice_tell_facts(check, transaction);
        if (repeat) {
            proto_item *item = proto_tree_add_uint(check->tree, hf_retransmission, check->tvb, 0, 0, repeat);
            proto_item_set_generated(item);
            msice_finding(pinfo, item, MSICE_EI_CHECK_REPEATED, "retransmission %u", repeat);
        }
        if (transaction->response_frame)
            proto_item_set_generated(
                proto_tree_add_uint(check->tree, hf_response_in, check->tvb, 0, 0, transaction->response_frame));
        else
            check->unanswered = PINFO_FD_VISITED(pinfo);
        if (check->unanswered)
            msice_finding(pinfo, check->item, MSICE_EI_CHECK_UNANSWERED, NULL);
    } else if (check->type == STUN_BINDING_SUCCESS || check->type == STUN_BINDING_ERROR) {
        const msturn_transaction_t *transaction = msturn_transaction_response(pinfo, kind, check->id);
        nstime_t elapsed;

        msice_tell_facts(check, transaction);
        if (!transaction)
            return;
        if (transaction->peer)
            msturn_peer_note(pinfo, transaction->peer, transaction->peer_port, !transaction->from_peer);
        proto_item_set_generated(
            proto_tree_add_uint(check->tree, hf_response_to, check->tvb, 0, 0, transaction->request_frame));
        nstime_delta(&elapsed, &pinfo->abs_ts, &transaction->request_time);
        proto_item_set_generated(proto_tree_add_time(check->tree, hf_response_time, check->tvb, 0, 0, &elapsed));
    }
}

static void
judge(const msice_check_t *check)
{
    packet_info *pinfo = check->pinfo;

    switch (check->type == STUN_BINDING_ERROR ? check->error_code : 0) {
    case 0:
        break;
    case 487:
        msice_finding(pinfo, check->error_item, MSICE_EI_ROLE_CONFLICT, NULL);
        break;
    case 400: /* libnice and older Microsoft endpoints answer unknown user names with it */
    case 401:
    case 430:
    case 431:
    case 432:
    case 436:
        msice_finding(pinfo, check->error_item, MSICE_EI_CREDENTIALS_REFUSED, "%u", check->error_code);
        break;
    case 274:
    case 275:
        msice_finding(pinfo, check->error_item, MSICE_EI_CANDIDATE_DISABLED, "%u", check->error_code);
        break;
    default:
        msice_finding(pinfo, check->error_item, MSICE_EI_CHECK_ERROR, "%u", check->error_code);
    }
    if (msice_was_translated(check))
        msice_finding(pinfo, check->item, MSICE_EI_CHECK_REFLEXIVE, NULL);
}

static void
verify(const msice_check_t *check)
{
    packet_info *pinfo = check->pinfo;
    const uint8_t *username;
    msturn_integrity_t verdict;

    if (!msturn_integrity_wanted() || !check->integrity || !check->username ||
        (check->integrity_length != 20 && check->integrity_length != 32))
        return;
    username = (const uint8_t *)tvb_memdup(pinfo->pool, check->tvb, check->username, check->username_length);
    verdict = msturn_integrity_verify(pinfo, check->tvb, check->integrity, check->integrity_length, username,
                                      check->username_length, NULL);
    if (verdict == MSTURN_INTEGRITY_NO_PASSWORD)
        return;
    proto_item_set_generated(proto_tree_add_uint(check->tree, hf_verified, check->tvb, check->integrity,
                                                 (int)check->integrity_length, verdict));
    if (verdict == MSTURN_INTEGRITY_WRONG)
        msice_finding(pinfo, check->item, MSICE_EI_CHECK_INTEGRITY_WRONG, NULL);
    if (verdict == MSTURN_INTEGRITY_NOT_VERIFIED)
        msice_finding(pinfo, check->item, MSICE_EI_CHECK_INTEGRITY_NOT_VERIFIED, NULL);
}

/* Our tree for a Binding message; returns its line for the Info column. */
static const char *
dissect_check(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const msturn_path_t *path, msice_form_t form,
              bool complete)
{
    const int captured = (int)tvb_captured_length(tvb), reported = (int)tvb_reported_length(tvb);
    proto_item *top = proto_tree_add_item(tree, proto_msice, tvb, 0, -1, ENC_NA);
    proto_tree *top_tree = proto_item_add_subtree(top, ett_msice);
    msice_check_t check;
    const char *line;
    int end;

    memset(&check, 0, sizeof check);
    clear_address(&check.mapped);
    check.tvb = tvb;
    check.pinfo = pinfo;
    check.path = path;
    check.form = form;
    check.complete = complete;
    check.type = tvb_get_ntohs(tvb, 0);
    tvb_memcpy(tvb, check.id, 4, sizeof check.id);
    check.item = proto_tree_add_item(top_tree, hf_check, tvb, 0, -1, ENC_NA);
    check.tree = proto_item_add_subtree(check.item, ett_check);

    proto_item_set_generated(
        proto_tree_add_string(check.tree, hf_form, tvb, 0, 0, form == MSICE_DRAFT06 ? "draft-06" : "RFC 5245"));
    proto_tree_add_item(check.tree, hf_type, tvb, 0, 2, ENC_BIG_ENDIAN);
    if (complete) {
        proto_tree_add_item(check.tree, hf_length, tvb, 2, 2, ENC_BIG_ENDIAN);
        proto_tree_add_item(check.tree, hf_transaction_id, tvb, 4, STUN_ID_LENGTH, ENC_NA);
    }
    end = STUN_HEADER_LENGTH + tvb_get_ntohs(tvb, 2);
    if (end != reported)
        msice_finding(pinfo, check.item, MSICE_EI_CHECK_LENGTH, "%d bytes of %d are there", reported, end);
    if (end > captured)
        end = captured;
    msice_attributes_dissect(&check, end);
    add_path(&check);
    if (!pinfo->flags.in_error_pkt) { /* else it was sent before, and is not sent again */
        name_addresses(&check);
        link_check(&check);
        msice_note_check(&check);
    }
    judge(&check);
    msice_sbc_judge(&check);
    verify(&check);
    line = msice_summary(&check);
    proto_item_append_text(check.item, ": %s", line);
    proto_item_append_text(top, ", %s", line);
    return line;
}

int
msice_dissect_rfc5389(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const msturn_path_t *path)
{
    const bool binding = tvb_captured_length(tvb) >= STUN_HEADER_LENGTH &&
                         try_val_to_str(tvb_get_ntohs(tvb, 0), types) && is_enabled(proto_msice);
    const bool nested = path->depth > 0;
    const gboolean writable = col_get_writable(pinfo->cinfo, COL_INFO);
    /* Some endpoints do not pad their errors: the stock dissector would read rubbish and call it malformed. */
    const bool readable = !binding || tvb_captured_length(tvb) < tvb_reported_length(tvb) ||
                          msice_attributes_padded(tvb, (int)tvb_captured_length(tvb));
    const char *line, *rest;
    int taken = 0;

    /* Behind a TURN header the line is ours, which is short; a check of its own keeps the stock line. */
    if (nested && binding)
        col_set_writable(pinfo->cinfo, COL_INFO, FALSE);
    if (stun_handle && readable)
        taken = msturn_call_stock(stun_handle, tvb, pinfo, tree);
    if (nested && binding)
        col_set_writable(pinfo->cinfo, COL_INFO, writable);
    if (!binding)
        return taken;
    line = dissect_check(tvb, pinfo, tree, path, MSICE_RFC5389, !taken);
    if (nested || !taken) {
        col_set_str(pinfo->cinfo, COL_PROTOCOL, "STUN");
        col_add_str(pinfo->cinfo, COL_INFO, line);
    } else if ((rest = strstr(line, ", nominated")) || (rest = strstr(line, ", unanswered"))) {
        col_append_str(pinfo->cinfo, COL_INFO, rest); /* what the stock line does not say */
    }
    return (int)tvb_captured_length(tvb);
}

int
msice_dissect_draft06(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const msturn_path_t *path)
{
    if (tvb_captured_length(tvb) < STUN_HEADER_LENGTH || !is_enabled(proto_msice))
        return 0;
    col_set_str(pinfo->cinfo, COL_PROTOCOL, "MS-ICE");
    col_add_str(pinfo->cinfo, COL_INFO, dissect_check(tvb, pinfo, tree, path, MSICE_DRAFT06, true));
    return (int)tvb_captured_length(tvb);
}

int
msice_proto(void)
{
    return proto_msice;
}

void
proto_register_msice(void)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_check, { "Connectivity Check", "msice.check", FT_NONE, BASE_NONE, NULL, 0x0, NULL, HFILL } },
        { &hf_form, { "Form", "msice.check.form", FT_STRING, BASE_NONE, NULL, 0x0, "draft-06 or RFC 5245", HFILL } },
        { &hf_type, { "Message Type", "msice.check.type", FT_UINT16, BASE_HEX, VALS(types), 0x0, NULL, HFILL } },
        { &hf_length, { "Message Length", "msice.check.length", FT_UINT16, BASE_DEC, NULL, 0x0, NULL, HFILL } },
        { &hf_transaction_id, { "Transaction ID", "msice.check.transaction_id", FT_BYTES, BASE_NONE, NULL, 0x0, NULL, HFILL } },
        { &hf_nested, { "Nested", "msice.check.nested", FT_BOOLEAN, BASE_NONE, NULL, 0x0, "The check is inside a TURN message", HFILL } },
        { &hf_path, { "Path", "msice.check.path", FT_UINT8, BASE_DEC, VALS(paths), 0x0, "Whose relay the check goes through, as far as the capture tells", HFILL } },
        { &hf_relay_named_in, { "Relayed Address Named In", "msice.check.relay_named_in", FT_FRAMENUM, BASE_NONE, NULL, 0x0, "The frame that named the peer's relayed address", HFILL } },
        { &hf_response_in, { "Response In", "msice.check.response_in", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE), 0x0, NULL, HFILL } },
        { &hf_response_to, { "Response To", "msice.check.response_to", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_REQUEST), 0x0, NULL, HFILL } },
        { &hf_response_time, { "Response Time", "msice.check.response_time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0x0, NULL, HFILL } },
        { &hf_retransmission, { "Retransmission", "msice.check.retransmission", FT_UINT32, BASE_DEC, NULL, 0x0, "How many times the check was sent before", HFILL } },
        { &hf_verified, { "Integrity", "msice.check.integrity.status", FT_UINT8, BASE_DEC, VALS(msturn_integrity_names), 0x0, "Verified with a password of the preferences", HFILL } },
    };
    /* clang-format on */
    static int *ett[] = { &ett_msice, &ett_check };

    proto_msice = proto_register_protocol("Microsoft ICE", "MS-ICE", "msice");
    proto_register_field_array(proto_msice, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    msice_checks_register(proto_msice);
    msice_findings_register(proto_msice);
    msice_sbc_register();
}

void
proto_reg_handoff_msice(void)
{
    stun_handle = find_dissector("stun-udp");
}
