/* packet-msturn.c
 * MS-TURN messages, [MS-TURN] 2.2.1: the header, what belongs to the message before and after it, and what it
 * carries.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "turn/packet-msturn.h"

#include "base/address-text.h"
#include "base/enabled.h"
#include "calls/credentials.h"
#include "turn/msturn-attributes.h"
#include "turn/msturn-claim.h"
#include "turn/msturn-facts.h"
#include "turn/msturn-findings.h"
#include "turn/msturn-flows.h"
#include "turn/msturn-integrity.h"
#include "turn/msturn-peer.h"
#include "turn/msturn-rules.h"
#include "turn/msturn-stock.h"
#include "turn/msturn-transactions.h"
#include "turn/msturn-values.h"

static int proto_msturn = -1;
static int hf_type = -1;
static int hf_length = -1;
static int hf_transaction_id = -1;
static int hf_response_in = -1;
static int hf_response_to = -1;
static int hf_response_time = -1;
static int hf_retransmission = -1;
static int hf_retransmission_of = -1;
static int hf_verified = -1;
static int hf_trailer = -1;
static int ett_msturn = -1;
static dissector_handle_t payload_handle; /* of the demultiplexer, which stands above */

static proto_item *
add_frame(msturn_message_t *message, int hf, uint32_t frame)
{
    proto_item *item = proto_tree_add_uint(message->tree, hf, message->tvb, 0, 0, frame);

    proto_item_set_generated(item);
    return item;
}

/* A request: who answers it, and whether it is sent again. The one place where a request is found to be repeated or
 * unanswered. */
static const msturn_transaction_t *
link_request(msturn_message_t *message)
{
    packet_info *pinfo = message->pinfo;
    const bool authenticated = msturn_is_signed(message);
    msturn_transaction_t *transaction =
        msturn_transaction_request(pinfo, MSTURN_KIND_TURN, message->id, message->type, authenticated);
    const unsigned repeat = msturn_transaction_repeat(transaction, pinfo);
    bool exhausted = false;
    const msturn_address_t *destination = &message->address[MSTURN_DESTINATION];

    if (message->type == MSTURN_ACTIVE_REQUEST && destination->addr.type != AT_NONE)
        msturn_transaction_peer(transaction, &destination->addr, destination->port);
    transaction->release = message->has_lifetime && message->lifetime == 0;
    if (transaction->request_frame == pinfo->num)
        transaction->cut = message->cut;
    if (msturn_integrity_wanted() && !transaction->username && message->username.length) {
        transaction->username = (uint8_t *)tvb_memdup(wmem_file_scope(), message->tvb, message->username.offset,
                                                      message->username.length);
        transaction->username_length = message->username.length;
    }
    if (repeat) {
        proto_item *item;

        item = proto_tree_add_uint(message->tree, hf_retransmission, message->tvb, 0, 0, repeat);
        proto_item_set_generated(item);
        add_frame(message, hf_retransmission_of, transaction->request_frame);
        exhausted = repeat >= MSTURN_RETRANSMISSIONS &&
                    (!transaction->response_frame || transaction->response_frame < pinfo->num);
        if (exhausted)
            msturn_finding(pinfo, item, MSTURN_EI_RETRANSMISSIONS_EXHAUSTED, NULL);
        else
            msturn_finding(pinfo, item, MSTURN_EI_RETRANSMISSION, "retransmission %u", repeat);
    }
    if (transaction->response_frame)
        add_frame(message, hf_response_in, transaction->response_frame);
    else
        message->unanswered = PINFO_FD_VISITED(pinfo);
    if (message->unanswered && !exhausted) /* which says so, too */
        msturn_finding(pinfo, message->item, MSTURN_EI_UNANSWERED, NULL);
    return transaction;
}

/* A response: what it answers. The one place where a request is found to be answered. */
static const msturn_transaction_t *
link_response(msturn_message_t *message)
{
    packet_info *pinfo = message->pinfo;
    const msturn_transaction_t *transaction = msturn_transaction_response(pinfo, MSTURN_KIND_TURN, message->id);
    nstime_t elapsed;

    if (!transaction) {
        msturn_finding(pinfo, message->item, MSTURN_EI_REQUEST_UNSEEN, NULL);
        return NULL;
    }
    add_frame(message, hf_response_to, transaction->request_frame);
    nstime_delta(&elapsed, &pinfo->abs_ts, &transaction->request_time);
    proto_item_set_generated(proto_tree_add_time(message->tree, hf_response_time, message->tvb, 0, 0, &elapsed));
    return transaction;
}

/* The sequence number of a signed request, [MS-TURN] 2.2.2.21. */
static void
check_sequence(const msturn_message_t *message)
{
    uint8_t connection[MSTURN_CONNECTION_LENGTH];
    uint32_t expected;

    if (!message->has_sequence)
        return;
    tvb_memcpy(message->tvb, connection, message->connection.offset, sizeof connection);
    switch (msturn_sequence_check(message->pinfo, connection, message->sequence, message->id, &expected)) {
    case MSTURN_SEQUENCE_GAP:
        msturn_finding(message->pinfo, message->sequence_item, MSTURN_EI_SEQUENCE_GAP, "%u came, %u was next",
                       message->sequence, expected);
        break;
    case MSTURN_SEQUENCE_REPEATED:
        msturn_finding(message->pinfo, message->sequence_item, MSTURN_EI_SEQUENCE_REPEATED, "%u came, %u was next",
                       message->sequence, expected);
        break;
    case MSTURN_SEQUENCE_NEXT:
        break;
    }
}

/* Whether the message gives an allocation up, or answers that. */
static bool
gives_up(const msturn_message_t *message, const msturn_transaction_t *answered)
{
    return (message->has_lifetime && message->lifetime == 0) || (answered && answered->release);
}

/* What later packets have to know: addresses, the session, the active destination, the realm. */
static void
remember(msturn_message_t *message, const msturn_transaction_t *answered)
{
    packet_info *pinfo = message->pinfo;
    const msturn_address_t *relayed = &message->address[MSTURN_RELAYED];
    const msturn_address_t *reflexive = &message->address[MSTURN_REFLEXIVE];
    const msturn_address_t *alternate = &message->address[MSTURN_ALTERNATE_RELAYED];

    if (pinfo->flags.in_error_pkt)
        return;
    if (message->type == MSTURN_ALLOCATE_SUCCESS && !gives_up(message, answered)) {
        if (relayed->addr.type != AT_NONE) {
            msturn_name_address(pinfo, pinfo->ptype, &relayed->addr, relayed->port, MSTURN_NAMED_RELAYED);
            credentials_note(
                pinfo,
                &(credentials_t){ .source = RELAY_FROM_ALLOCATE,
                                  .relay = address_port_text(pinfo->pool, &relayed->addr, relayed->port) },
                &pinfo->dst, NULL);
        }
        if (alternate->addr.type != AT_NONE)
            msturn_name_address(pinfo, pinfo->ptype, &alternate->addr, alternate->port, MSTURN_NAMED_RELAYED);
        if (reflexive->addr.type != AT_NONE)
            msturn_name_address(pinfo, pinfo->ptype, &reflexive->addr, reflexive->port, MSTURN_NAMED_REFLEXIVE);
    }
    if (message->type == MSTURN_ACTIVE_SUCCESS && answered && answered->peer)
        msturn_set_active_destination(pinfo, answered->peer, answered->peer_port);
    if (message->error_code && message->realm_text)
        msturn_realm_note(pinfo, message->realm_text);
    else if (message->type == MSTURN_ALLOCATE_ERROR && message->cut)
        msturn_realm_note(pinfo, MSTURN_REALM_CUT);
}

/* A request brings its user name, which its transaction keeps for the answer. */
static void
verify_integrity(msturn_message_t *message, const msturn_transaction_t *transaction)
{
    packet_info *pinfo = message->pinfo;
    const uint8_t *username;
    unsigned username_length = message->username.length;
    const char *realm = message->realm_text ? message->realm_text : msturn_realm_find(pinfo);
    const bool is_cut = realm && !message->realm_text && strcmp(realm, MSTURN_REALM_CUT) == 0;
    msturn_integrity_t verdict;

    if (!msturn_integrity_wanted() || !message->integrity.length)
        return;
    if (username_length) {
        username = (const uint8_t *)tvb_memdup(pinfo->pool, message->tvb, message->username.offset, username_length);
    } else if (transaction && transaction->username) {
        username = transaction->username;
        username_length = transaction->username_length;
    } else {
        return;
    }
    verdict = msturn_integrity_verify(pinfo, message->tvb, message->integrity.offset, message->integrity.length,
                                      username, username_length, is_cut ? NULL : realm);
    if (verdict == MSTURN_INTEGRITY_NO_PASSWORD)
        return;
    /* The realm is part of the key: without it no misfit is a proof. */
    if (verdict == MSTURN_INTEGRITY_WRONG && is_cut)
        verdict = MSTURN_INTEGRITY_NOT_VERIFIED;
    proto_item_set_generated(proto_tree_add_uint(message->tree, hf_verified, message->tvb, message->integrity.offset,
                                                 (int)message->integrity.length, verdict));
    message->integrity_wrong = verdict == MSTURN_INTEGRITY_WRONG;
    if (message->integrity_wrong)
        msturn_finding(pinfo, message->integrity_item, MSTURN_EI_INTEGRITY_WRONG, NULL);
    if (verdict == MSTURN_INTEGRITY_NOT_VERIFIED)
        msturn_finding(pinfo, message->integrity_item, MSTURN_EI_INTEGRITY_NOT_VERIFIED, NULL);
}

static void
append_address(wmem_strbuf_t *text, const char *before, const msturn_message_t *message, msturn_role_t role)
{
    const msturn_address_t *where = &message->address[role];

    if (where->addr.type != AT_NONE)
        wmem_strbuf_append_printf(text, "%s%s", before,
                                  address_port_text(message->pinfo->pool, &where->addr, where->port));
}

/* What an allocation has opened: "relay …, relay …, seen as …, 600 s". */
static void
append_allocation(wmem_strbuf_t *text, const msturn_message_t *message)
{
    static const struct {
        msturn_role_t role;
        const char *before;
    } parts[] = {
        { MSTURN_RELAYED, "relay " },
        { MSTURN_ALTERNATE_RELAYED, "relay " },
        { MSTURN_REFLEXIVE, "seen as " },
    };
    const char *separator = ": ";

    for (unsigned i = 0; i < array_length(parts); i++) {
        if (message->address[parts[i].role].addr.type == AT_NONE)
            continue;
        wmem_strbuf_append(text, separator);
        append_address(text, parts[i].before, message, parts[i].role);
        separator = ", ";
    }
    if (message->has_lifetime)
        wmem_strbuf_append_printf(text, ", %u s", message->lifetime);
}

static void
append_bandwidth(wmem_strbuf_t *text, const msturn_message_t *message)
{
    static const char *const actions[] = { "check", "commit", "update" };

    if (message->bandwidth_refused)
        wmem_strbuf_append(text, ", bandwidth refused");
    else if (message->has_bandwidth_action)
        wmem_strbuf_append_printf(text, ", bandwidth %s",
                                  message->amounts_zero ? "release"
                                  : message->bandwidth_action < array_length(actions)
                                      ? actions[message->bandwidth_action]
                                      : "action");
}

/* The message in a line, for the Info column and the tree. */
static const char *
summary(const msturn_message_t *message, const msturn_type_t *type, const msturn_transaction_t *answered)
{
    wmem_strbuf_t *text = wmem_strbuf_new(message->pinfo->pool, type ? type->verb : "Unknown message type");

    if (type && type->class == MSTURN_ERROR && msturn_has(message, MSTURN_ATT_ERROR_CODE)) {
        wmem_strbuf_append_printf(text, " %u (%s)", message->error_code,
                                  msturn_error_meaning(message->error_code, answered));
        append_address(text, ", try ", message, MSTURN_ALTERNATE_SERVER);
    } else if (message->type == MSTURN_ALLOCATE_REQUEST) {
        wmem_strbuf_append(text, gives_up(message, NULL)     ? " (release)"
                                 : msturn_is_signed(message) ? " with credentials"
                                                             : "");
    } else if (message->type == MSTURN_ALLOCATE_SUCCESS && gives_up(message, answered)) {
        wmem_strbuf_append(text, ": released");
    } else if (message->type == MSTURN_ALLOCATE_SUCCESS) {
        append_allocation(text, message);
    } else {
        append_address(text, " to ", message, MSTURN_DESTINATION);
        append_address(text, " from ", message, MSTURN_REMOTE);
    }
    append_bandwidth(text, message);
    if (message->unanswered)
        wmem_strbuf_append(text, ", unanswered");
    return wmem_strbuf_get_str(text);
}

static void
dissect_data(const msturn_message_t *message, proto_tree *tree, const msturn_path_t *outer)
{
    const bool from_peer = message->type == MSTURN_DATA_INDICATION;
    const msturn_address_t *peer = &message->address[from_peer ? MSTURN_REMOTE : MSTURN_DESTINATION];
    const int captured = tvb_captured_length_remaining(message->tvb, message->data.offset);
    const msturn_path_t path = { .carrier = MSTURN_IN_DATA,
                                 .depth = outer->depth + 1,
                                 .peer = peer->addr.type != AT_NONE ? &peer->addr : NULL,
                                 .peer_port = peer->port,
                                 .from_peer = from_peer };
    tvbuff_t *payload;

    if (path.peer)
        msturn_peer_note(message->pinfo, path.peer, path.peer_port, from_peer);
    if (!message->data.length || captured <= 0)
        return;
    payload = tvb_new_subset_length_caplen(
        message->tvb, message->data.offset,
        captured < (int)message->data.length ? captured : (int)message->data.length, (int)message->data.length);
    col_append_str(message->pinfo->cinfo, COL_INFO, ": ");
    col_set_fence(message->pinfo->cinfo, COL_INFO);
    if (!call_dissector_only(payload_handle, payload, message->pinfo, tree, (void *)&path))
        col_append_fstr(message->pinfo->cinfo, COL_INFO, "%u bytes", message->data.length);
}

/* The header. */
static void
begin(msturn_message_t *message, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    memset(message, 0, sizeof *message);
    for (unsigned i = 0; i < MSTURN_ROLES; i++)
        clear_address(&message->address[i].addr);
    message->tvb = tvb;
    message->pinfo = pinfo;
    message->type = tvb_get_ntohs(tvb, 0);
    message->length = tvb_get_ntohs(tvb, 2);
    tvb_memcpy(tvb, message->id, 4, sizeof message->id);
    message->item = proto_tree_add_item(tree, proto_msturn, tvb, 0, (int)tvb_captured_length(tvb), ENC_NA);
    message->tree = proto_item_add_subtree(message->item, ett_msturn);
    message->error_item = message->item;

    col_set_str(pinfo->cinfo, COL_PROTOCOL, "MS-TURN");
    proto_tree_add_item(message->tree, hf_type, tvb, 0, 2, ENC_BIG_ENDIAN);
    proto_tree_add_item(message->tree, hf_length, tvb, 2, 2, ENC_BIG_ENDIAN);
    proto_tree_add_item(message->tree, hf_transaction_id, tvb, 4, STUN_ID_LENGTH, ENC_NA);
}

/* The attributes, and whether they end where the header says. */
static void
dissect_attributes(msturn_message_t *message)
{
    tvbuff_t *tvb = message->tvb;
    packet_info *pinfo = message->pinfo;
    const int captured = (int)tvb_captured_length(tvb), reported = (int)tvb_reported_length(tvb);
    int end = STUN_HEADER_LENGTH + message->length;

    if (end > reported) {
        msturn_finding(pinfo, message->item, MSTURN_EI_LENGTH_BEYOND, "%d bytes of %d are there", reported, end);
        end = reported;
    }
    message->cut = end > captured;
    if (message->cut)
        msturn_finding(pinfo, message->item, MSTURN_EI_CUT_BY_CAPTURE, "%d bytes of %d", captured, end);
    if (!msturn_has_cookie(tvb, 0) && captured >= MSTURN_MIN_LENGTH)
        msturn_finding(pinfo, message->item, MSTURN_EI_COOKIE_MISSING, NULL);
    msturn_attributes_dissect(message, STUN_HEADER_LENGTH, MIN(end, captured));
    if (reported > end) {
        proto_item *item = proto_tree_add_item(message->tree, hf_trailer, tvb, MIN(end, captured), -1, ENC_NA);

        msturn_finding(pinfo, item, MSTURN_EI_LENGTH_SHORT, "%d", reported - end);
    }
}

/* What the message means beside those before it: returns the transaction it belongs to, NULL = none. What an ICMP
 * error quotes was sent before, and is not sent again. */
static const msturn_transaction_t *
link_message(msturn_message_t *message, const msturn_type_t *type)
{
    if (!type || message->pinfo->flags.in_error_pkt)
        return NULL;
    if (type->class == MSTURN_REQUEST)
        check_sequence(message);
    if (type->answered)
        return link_request(message);
    if (type->class == MSTURN_RESPONSE || type->class == MSTURN_ERROR)
        return link_response(message);
    return NULL;
}

int
msturn_dissect_message(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const msturn_path_t *path)
{
    static const msturn_path_t plain = { .carrier = MSTURN_IN_UDP };
    msturn_message_t message;
    const msturn_type_t *type;
    const msturn_transaction_t *transaction, *answered;
    const char *line;

    if (tvb_captured_length(tvb) < STUN_HEADER_LENGTH)
        return 0;
    begin(&message, tvb, pinfo, tree);
    type = msturn_type_find(message.type);
    dissect_attributes(&message);
    transaction = link_message(&message, type);
    answered = type && type->class != MSTURN_REQUEST ? transaction : NULL;
    remember(&message, answered);
    verify_integrity(&message, transaction);
    msturn_tell_facts(&message, type, path, transaction);
    msturn_rules_apply(&message, type, answered);

    line = summary(&message, type, answered);
    col_add_str(pinfo->cinfo, COL_INFO, line);
    proto_item_append_text(message.item, ", %s", line);
    dissect_data(&message, tree, path ? path : &plain);
    return (int)tvb_captured_length(tvb);
}

/* For exported PDUs, Decode As and everybody who finds us by name. */
static int
dissect_named(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    static const msturn_path_t path = { .carrier = MSTURN_IN_PDU };

    if (!each_packet.plugin)
        return 0;
    if (msturn_looks_like(tvb, 0, tvb_reported_length(tvb)))
        return msturn_dissect_message(tvb, pinfo, tree, &path);
    return call_dissector_only(payload_handle, tvb, pinfo, tree, (void *)&path);
}

int
msturn_proto(void)
{
    return proto_msturn;
}

bool
msturn_enabled(void)
{
    return is_enabled(proto_msturn);
}

void
proto_register_msturn(void)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_type, { "Message Type", "msturn.type", FT_UINT16, BASE_HEX, VALS(msturn_type_names), 0x0, NULL, HFILL } },
        { &hf_length, { "Message Length", "msturn.length", FT_UINT16, BASE_DEC, NULL, 0x0, "Bytes behind the header", HFILL } },
        { &hf_transaction_id, { "Transaction ID", "msturn.transaction_id", FT_BYTES, BASE_NONE, NULL, 0x0, NULL, HFILL } },
        { &hf_response_in, { "Response In", "msturn.response_in", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE), 0x0, "The frame that answers this request", HFILL } },
        { &hf_response_to, { "Response To", "msturn.response_to", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_REQUEST), 0x0, "The frame of the request", HFILL } },
        { &hf_response_time, { "Response Time", "msturn.response_time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0x0, "Since the first sending of the request", HFILL } },
        { &hf_retransmission, { "Retransmission", "msturn.retransmission", FT_UINT32, BASE_DEC, NULL, 0x0, "How many times the request was sent before", HFILL } },
        { &hf_retransmission_of, { "Retransmission Of", "msturn.retransmission_of", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_RETRANS_PREV), 0x0, "The first sending of the request", HFILL } },
        { &hf_verified, { "Integrity", "msturn.integrity.status", FT_UINT8, BASE_DEC, VALS(msturn_integrity_names), 0x0, "Verified with a password of the preferences", HFILL } },
        { &hf_trailer, { "Bytes Behind The Message", "msturn.trailer", FT_BYTES, BASE_NONE, NULL, 0x0, NULL, HFILL } },
    };
    /* clang-format on */
    static int *ett[] = { &ett_msturn };

    proto_msturn = proto_register_protocol("Microsoft TURN", "MS-TURN", "msturn");
    msturn_rules_register();
    proto_register_field_array(proto_msturn, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    msturn_attributes_register(proto_msturn);
    msturn_findings_register(proto_msturn);
    msturn_transactions_register();
    msturn_flows_register(proto_msturn);
    msturn_stock_register(proto_msturn);
    register_dissector("msturn", dissect_named, proto_msturn);
}

void
proto_reg_handoff_msturn(void)
{
    payload_handle = find_dissector("msturn-payload");
}
