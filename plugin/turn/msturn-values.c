/* msturn-values.c
 * The values of MS-TURN attributes that are more than a number or bytes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "turn/msturn-values.h"

#include <epan/address.h>

#include "base/address-item.h"
#include "base/address-text.h"
#include "knowledge/mras-token.h"
#include "turn/msturn-transactions.h"
#include "turn/stun-address.h"

typedef struct {
    int ipv4, ipv6, port;
} address_fields_t;

static address_fields_t hf_address[MSTURN_ROLES];
static int hf_plain[MSTURN_HF_PLAIN];

/* Names of the roles, for their fields. */
static const struct {
    const char *name, *filter, *blurb;
} roles[MSTURN_ROLES] = {
    [MSTURN_RELAYED] = { "Relayed", "relayed", "The address the relay opened for this client" },
    [MSTURN_REFLEXIVE] = { "Reflexive", "reflexive", "The client's address as the relay sees it" },
    [MSTURN_DESTINATION] = { "Destination", "destination", "Where the relay is to send the data" },
    [MSTURN_REMOTE] = { "Remote", "remote", "Where the relay got the data from" },
    [MSTURN_ALTERNATE_SERVER] = { "Alternate Server", "alternate_server", "Where to send the next Allocate" },
    [MSTURN_ALTERNATE_RELAYED] = { "Alternate Relayed", "alternate_relayed", "The relayed IPv6 address" },
    [MSTURN_REMOTE_SITE] = { "Remote Site", "bandwidth.remote_site", "The peer's own address" },
    [MSTURN_REMOTE_RELAY_SITE] = { "Remote Relay Site", "bandwidth.remote_relay_site", "The peer's relay" },
    [MSTURN_LOCAL_SITE] = { "Local Site", "bandwidth.local_site", "The client's own address" },
    [MSTURN_LOCAL_RELAY_SITE] = { "Local Relay Site", "bandwidth.local_relay_site", "The client's relay" },
};

static int hf_family = -1;
static int hf_reserved = -1;
static int hf_username = -1;
static int hf_username_version = -1;
static int hf_username_expires = -1;
static int hf_username_client = -1;
static int hf_integrity = -1;
static int hf_error_code = -1;
static int hf_error_reason = -1;
static int hf_lifetime = -1;
static int hf_cookie = -1;
static int hf_data = -1;
static int hf_realm = -1;
static int hf_requested_family = -1;
static int hf_connection_id = -1;
static int hf_sequence = -1;
static int hf_sequence_bytes = -1;
static int hf_stream_type = -1;
static int hf_service_quality = -1;
static int hf_bandwidth_action = -1;
static int hf_min_send = -1;
static int hf_max_send = -1;
static int hf_min_receive = -1;
static int hf_max_receive = -1;
static int hf_valid = -1;
static int hf_failover = -1;
static int hf_peer_location = -1;
static int hf_self_location = -1;
static int hf_federation = -1;
static int hf_session_id = -1;
static int hf_allocated_in = -1;

static const value_string families[] = { { STUN_FAMILY_IPV4, "IPv4" }, { STUN_FAMILY_IPV6, "IPv6" }, { 0, NULL } };
static const value_string versions[] = {
    { 1, "MS-ICE" },
    { 2, "MS-ICE2" },
    { 3, "MS-ICE2 with HMAC-SHA256" },
    { 4, "MS-ICE2 with HMAC-SHA256 and IPv6" },
    { 5, "Multiplexed TURN over UDP" },
    { 6, "Multiplexed TURN over UDP and TCP" },
    { 0, NULL },
};
static const value_string stream_types[] = {
    { 1, "Audio" }, { 2, "Video" }, { 3, "Supplemental Video" }, { 4, "Data" }, { 0, NULL },
};
static const value_string qualities[] = { { 0, "Best effort" }, { 1, "Reliable" }, { 0, NULL } };
static const value_string bandwidth_actions[] = {
    { 0, "Reservation Check" },
    { 1, "Reservation Commit" },
    { 2, "Reservation Update" },
    { 0, NULL },
};
static const value_string locations[] = { { 0, "Unknown" }, { 1, "Internet" }, { 2, "Intranet" }, { 0, NULL } };
static const value_string federations[] = {
    { 0, "None" },
    { 1, "Enterprise" },
    { 2, "Public cloud" },
    { 0, NULL },
};

/* Reads an address attribute; key: what it is XORed with, NULL = it stands in the clear. */
static void
read_address(msturn_message_t *message, const msturn_attribute_t *row, proto_tree *tree, proto_item *item, int offset,
             unsigned length, const uint8_t *key)
{
    tvbuff_t *tvb = message->tvb;
    packet_info *pinfo = message->pinfo;
    const uint8_t family = tvb_get_uint8(tvb, offset + STUN_ADDRESS_FAMILY);
    const bool only_ipv6 = row->length_from == 20;
    const address_fields_t *fields = &hf_address[row->target];
    msturn_address_t *to = &message->address[row->target];
    address addr;
    uint16_t port;
    const unsigned size = stun_address_read(pinfo->pool, tvb, offset, length, key, &addr, &port);

    proto_tree_add_item(tree, hf_family, tvb, offset + STUN_ADDRESS_FAMILY, 1, ENC_BIG_ENDIAN);
    if (size == 0 || (only_ipv6 && family == STUN_FAMILY_IPV4)) {
        proto_tree_add_item(tree, hf_reserved, tvb, offset + 2, (int)length - 2, ENC_NA);
        msturn_finding(pinfo, item, MSTURN_EI_ADDRESS_FAMILY, "%s has %u bytes and family %u", row->name, length,
                       family);
        return;
    }
    if (size != length)
        msturn_finding(pinfo, item, MSTURN_EI_ATTRIBUTE_LENGTH, "%s has %u bytes and family %u", row->name, length,
                       family);
    *to = (msturn_address_t){ .addr = addr, .port = port, .item = item };
    proto_tree_add_uint(tree, fields->port, tvb, offset + STUN_ADDRESS_PORT, 2, port);
    address_item_add(tree, fields->ipv4, fields->ipv6, tvb, offset + STUN_ADDRESS_BYTES,
                     (int)size - STUN_ADDRESS_BYTES, &addr);
    proto_item_append_text(item, ": %s", address_port_text(pinfo->pool, &addr, port));
}

MSTURN_DECODER(msturn_value_address)
{
    read_address(message, row, tree, item, offset, length, NULL);
}

/* [MS-TURN] 2.2.2.16 and [MS-TURNBWM] 2.2.4: XORed with the transaction id from its first byte on. */
MSTURN_DECODER(msturn_value_xor_address)
{
    read_address(message, row, tree, item, offset, length, message->id);
}

/* A decoder that needs no row, or no length: the table's signature is the same for all. */
#define UNUSED_ROW    (void)row
#define UNUSED_LENGTH (void)length

/* The parts of the token that MRAS made. */
static void
add_token(const msturn_message_t *message, proto_tree *tree, proto_item *item, int offset, const mras_token_t *token)
{
    tvbuff_t *tvb = message->tvb;
    nstime_t expires;

    filetime_to_nstime(&expires, token->expiry);
    proto_tree_add_uint(tree, hf_username_version, tvb, offset + MRAS_TOKEN_VERSION, 1, token->major);
    proto_tree_add_time(tree, hf_username_expires, tvb, offset + MRAS_TOKEN_EXPIRY, MRAS_TOKEN_EXPIRY_LENGTH,
                        &expires);
    proto_tree_add_item(tree, hf_username_client, tvb, offset + MRAS_TOKEN_CLIENT, MRAS_TOKEN_CLIENT_LENGTH, ENC_NA);
    if (nstime_cmp(&message->pinfo->abs_ts, &expires) > 0)
        msturn_finding(message->pinfo, item, MSTURN_EI_CREDENTIALS_EXPIRED, NULL);
}

MSTURN_DECODER(msturn_value_username)
{
    mras_token_t token;

    UNUSED_ROW;
    message->username.offset = offset;
    message->username.length = length;
    proto_tree_add_item(tree, hf_username, message->tvb, offset, (int)length, ENC_NA);
    proto_item_append_text(item, ": %u bytes", length);
    if (mras_token_read((const uint8_t *)tvb_memdup(message->pinfo->pool, message->tvb, offset, length), length,
                        &token))
        add_token(message, tree, item, offset, &token);
}

MSTURN_DECODER(msturn_value_integrity)
{
    UNUSED_ROW;
    message->integrity.offset = offset;
    message->integrity.length = length;
    message->integrity_item = item;
    proto_tree_add_item(tree, hf_integrity, message->tvb, offset, (int)length, ENC_NA);
    proto_item_append_text(item, ": %s", length == 32 ? "HMAC-SHA256" : "HMAC-SHA1");
}

MSTURN_DECODER(msturn_value_error)
{
    tvbuff_t *tvb = message->tvb;
    const uint32_t word = tvb_get_ntohl(tvb, offset);
    const unsigned class = word >> 8 & 7, number = word & 0xFF;
    const uint8_t *reason;

    UNUSED_ROW;
    message->error_code = class * 100 + number;
    message->error_item = item;
    if (word >> 11)
        msturn_finding(message->pinfo, item, MSTURN_EI_RESERVED_BITS, "0x%x", word >> 11);
    if (class < 1 || class > 6)
        msturn_finding(message->pinfo, item, MSTURN_EI_ERROR_CLASS, "%u", class);
    if (number > 99)
        msturn_finding(message->pinfo, item, MSTURN_EI_ERROR_NUMBER, "%u", number);
    proto_tree_add_uint(tree, hf_error_code, tvb, offset + 2, 2, message->error_code);
    proto_tree_add_item_ret_string(tree, hf_error_reason, tvb, offset + 4, (int)length - 4, ENC_UTF_8,
                                   message->pinfo->pool, &reason);
    proto_item_append_text(item, ": %u %s", message->error_code, (const char *)reason);
}

MSTURN_DECODER(msturn_value_lifetime)
{
    UNUSED_ROW;
    message->lifetime = tvb_get_ntohl(message->tvb, offset);
    message->has_lifetime = true;
    proto_tree_add_item(tree, hf_lifetime, message->tvb, offset, (int)length, ENC_BIG_ENDIAN);
    proto_item_append_text(item, ": %u s", message->lifetime);
    if (message->lifetime == 0)
        msturn_finding(message->pinfo, item, MSTURN_EI_RELEASED, NULL);
}

MSTURN_DECODER(msturn_value_cookie)
{
    const uint32_t value = tvb_get_ntohl(message->tvb, offset);

    UNUSED_ROW;
    proto_tree_add_item(tree, hf_cookie, message->tvb, offset, (int)length, ENC_BIG_ENDIAN);
    if (value != MSTURN_COOKIE_VALUE)
        msturn_finding(message->pinfo, item, MSTURN_EI_COOKIE_WRONG, "0x%08x", value);
}

MSTURN_DECODER(msturn_value_uint32)
{
    const uint32_t value = tvb_get_ntohl(message->tvb, offset);
    const char *word = row->target == MSTURN_HF_VERSION ? try_val_to_str(value, versions) : NULL;

    proto_tree_add_item(tree, hf_plain[row->target], message->tvb, offset, (int)length, ENC_BIG_ENDIAN);
    proto_item_append_text(item, word ? ": %u, %s" : ": %u", value, word);
}

MSTURN_DECODER(msturn_value_bytes)
{
    (void)item;
    proto_tree_add_item(tree, hf_plain[row->target], message->tvb, offset, (int)length, ENC_NA);
}

MSTURN_DECODER(msturn_value_text)
{
    const uint8_t *text;

    proto_tree_add_item_ret_string(tree, hf_plain[row->target], message->tvb, offset, (int)length, ENC_UTF_8,
                                   message->pinfo->pool, &text);
    proto_item_append_text(item, ": %s", (const char *)text);
    if (row->target == MSTURN_HF_CALL)
        message->call_text = (const char *)text;
    if (row->target == MSTURN_HF_HOST)
        message->host_text = (const char *)text;
}

/* The payload itself is dissected behind the message. */
MSTURN_DECODER(msturn_value_data)
{
    const int captured = tvb_captured_length_remaining(message->tvb, offset);

    UNUSED_ROW;
    message->data.offset = offset;
    message->data.length = length;
    proto_tree_add_item(tree, hf_data, message->tvb, offset, (int)length < captured ? (int)length : captured, ENC_NA);
    proto_item_append_text(item, ": %u bytes", length);
}

MSTURN_DECODER(msturn_value_realm)
{
    const uint8_t *text;

    UNUSED_ROW;
    proto_tree_add_item_ret_string(tree, hf_realm, message->tvb, offset, (int)length, ENC_UTF_8, message->pinfo->pool,
                                   &text);
    message->realm_text = (const char *)text;
    proto_item_append_text(item, ": %s", message->realm_text);
}

MSTURN_DECODER(msturn_value_requested_family)
{
    const uint32_t word = tvb_get_ntohl(message->tvb, offset);

    UNUSED_ROW;
    UNUSED_LENGTH;
    proto_tree_add_item(tree, hf_requested_family, message->tvb, offset, 1, ENC_BIG_ENDIAN);
    proto_item_append_text(item, ": %s", val_to_str_const(word >> 24, families, "not published"));
    /* How a client asks for both families is not known, so that another value is no finding. */
    if (word & 0xFFFFFF)
        msturn_finding(message->pinfo, item, MSTURN_EI_RESERVED_BITS, "0x%06x", word & 0xFFFFFF);
}

MSTURN_DECODER(msturn_value_sequence)
{
    UNUSED_ROW;
    /* A release carries four bytes, of which nothing is published. */
    if (length < MSTURN_CONNECTION_LENGTH + 4) {
        proto_tree_add_item(tree, hf_sequence_bytes, message->tvb, offset, (int)length, ENC_NA);
        return;
    }
    message->connection.offset = offset;
    message->connection.length = MSTURN_CONNECTION_LENGTH;
    message->sequence = tvb_get_ntohl(message->tvb, offset + MSTURN_CONNECTION_LENGTH);
    message->has_sequence = true;
    message->sequence_item = item;
    proto_tree_add_item(tree, hf_connection_id, message->tvb, offset, MSTURN_CONNECTION_LENGTH, ENC_NA);
    proto_tree_add_item(tree, hf_sequence, message->tvb, offset + MSTURN_CONNECTION_LENGTH, 4, ENC_BIG_ENDIAN);
    proto_item_append_text(item, ": %u", message->sequence);
}

const char *
msturn_stream_type_name(uint16_t stream_type)
{
    return try_val_to_str(stream_type, stream_types);
}

MSTURN_DECODER(msturn_value_service_quality)
{
    const uint16_t stream = tvb_get_ntohs(message->tvb, offset), quality = tvb_get_ntohs(message->tvb, offset + 2);

    UNUSED_ROW;
    UNUSED_LENGTH;
    message->stream_type = stream;
    proto_tree_add_item(tree, hf_stream_type, message->tvb, offset, 2, ENC_BIG_ENDIAN);
    proto_tree_add_item(tree, hf_service_quality, message->tvb, offset + 2, 2, ENC_BIG_ENDIAN);
    proto_item_append_text(item, ": %s, %s", val_to_str_const(stream, stream_types, "reserved"),
                           val_to_str_const(quality, qualities, "quality without a published meaning"));
    if (!try_val_to_str(stream, stream_types))
        msturn_finding(message->pinfo, item, MSTURN_EI_RESERVED_VALUE, "stream type %u", stream);
    /* Teams sends quality 2 in every Allocate, so that one without a name is no finding. */
}

MSTURN_DECODER(msturn_value_bandwidth_action)
{
    const uint32_t word = tvb_get_ntohl(message->tvb, offset);

    UNUSED_ROW;
    UNUSED_LENGTH;
    message->bandwidth_action = word & 0xFFFF;
    message->has_bandwidth_action = true;
    proto_tree_add_item(tree, hf_bandwidth_action, message->tvb, offset + 2, 2, ENC_BIG_ENDIAN);
    proto_item_append_text(item, ": %s", val_to_str_const(word & 0xFFFF, bandwidth_actions, "reserved"));
    if (word >> 16)
        msturn_finding(message->pinfo, item, MSTURN_EI_RESERVED_BITS, "0x%04x", word >> 16);
    if (!try_val_to_str(word & 0xFFFF, bandwidth_actions))
        msturn_finding(message->pinfo, item, MSTURN_EI_RESERVED_VALUE, "bandwidth action %u", word & 0xFFFF);
}

MSTURN_DECODER(msturn_value_amounts)
{
    const int hf[4] = { hf_min_send, hf_max_send, hf_min_receive, hf_max_receive };
    uint32_t amount[4];

    UNUSED_ROW;
    UNUSED_LENGTH;
    for (int i = 0; i < 4; i++) {
        amount[i] = tvb_get_ntohl(message->tvb, offset + 4 * i);
        proto_tree_add_item(tree, hf[i], message->tvb, offset + 4 * i, 4, ENC_BIG_ENDIAN);
    }
    proto_item_append_text(item, ": send %u to %u kbit/s, receive %u to %u kbit/s", amount[0], amount[1], amount[2],
                           amount[3]);
    if (amount[0] > amount[1] || amount[2] > amount[3])
        msturn_finding(message->pinfo, item, MSTURN_EI_BANDWIDTH_MIN_ABOVE_MAX, NULL);
    message->amounts_zero = !(amount[0] | amount[1] | amount[2] | amount[3]);
    if (message->amounts_zero)
        msturn_finding(message->pinfo, item, MSTURN_EI_BANDWIDTH_RELEASED, NULL);
}

MSTURN_DECODER(msturn_value_site_response)
{
    const bool with_failover = row->target == MSTURN_WITH_FAILOVER;
    const uint32_t word = tvb_get_ntohl(message->tvb, offset);
    const uint32_t reserved = word & (with_failover ? 0x3FFFFFFF : 0x7FFFFFFF);
    const bool valid = (word & 0x80000000) != 0;

    UNUSED_LENGTH;
    proto_tree_add_item(tree, hf_valid, message->tvb, offset, 4, ENC_BIG_ENDIAN);
    if (with_failover)
        proto_tree_add_item(tree, hf_failover, message->tvb, offset, 4, ENC_BIG_ENDIAN);
    proto_tree_add_item(tree, hf_max_send, message->tvb, offset + 4, 4, ENC_BIG_ENDIAN);
    proto_tree_add_item(tree, hf_max_receive, message->tvb, offset + 8, 4, ENC_BIG_ENDIAN);
    proto_item_append_text(item, ": %s, send up to %u kbit/s, receive up to %u kbit/s", valid ? "valid" : "refused",
                           tvb_get_ntohl(message->tvb, offset + 4), tvb_get_ntohl(message->tvb, offset + 8));
    if (reserved)
        msturn_finding(message->pinfo, item, MSTURN_EI_RESERVED_BITS, "0x%08x", reserved);
    if (!valid) {
        message->bandwidth_refused = true;
        msturn_finding(message->pinfo, item, MSTURN_EI_BANDWIDTH_REFUSED, "%s", row->name);
    }
    if (with_failover && (word & 0x40000000))
        msturn_finding(message->pinfo, item, MSTURN_EI_BANDWIDTH_PSTN_FAILOVER, NULL);
}

MSTURN_DECODER(msturn_value_location)
{
    tvbuff_t *tvb = message->tvb;
    const uint8_t peer = tvb_get_uint8(tvb, offset), self = tvb_get_uint8(tvb, offset + 1),
                  federation = tvb_get_uint8(tvb, offset + 2), reserved = tvb_get_uint8(tvb, offset + 3);

    UNUSED_ROW;
    UNUSED_LENGTH;
    proto_tree_add_item(tree, hf_peer_location, tvb, offset, 1, ENC_BIG_ENDIAN);
    proto_tree_add_item(tree, hf_self_location, tvb, offset + 1, 1, ENC_BIG_ENDIAN);
    proto_tree_add_item(tree, hf_federation, tvb, offset + 2, 1, ENC_BIG_ENDIAN);
    proto_item_append_text(item, ": peer %s, self %s, federation %s", val_to_str_const(peer, locations, "reserved"),
                           val_to_str_const(self, locations, "reserved"),
                           val_to_str_const(federation, federations, "reserved"));
    if (!try_val_to_str(peer, locations) || !try_val_to_str(self, locations) ||
        !try_val_to_str(federation, federations))
        msturn_finding(message->pinfo, item, MSTURN_EI_RESERVED_VALUE, "location %u, %u, federation %u", peer, self,
                       federation);
    if (reserved)
        msturn_finding(message->pinfo, item, MSTURN_EI_RESERVED_BITS, "0x%02x", reserved);
}

bool
msturn_add_session_id(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb, int offset)
{
    uint8_t session[MULTIPLEX_SESSION_LENGTH];
    uint32_t frame;

    tvb_memcpy(tvb, session, offset, sizeof session);
    proto_tree_add_item(tree, hf_session_id, tvb, offset, MULTIPLEX_SESSION_LENGTH, ENC_NA);
    frame = msturn_session_frame(pinfo, session);
    if (frame && frame != pinfo->num)
        proto_item_set_generated(proto_tree_add_uint(tree, hf_allocated_in, tvb, offset, 0, frame));
    return frame != 0;
}

MSTURN_DECODER(msturn_value_session)
{
    uint8_t session[MULTIPLEX_SESSION_LENGTH];

    UNUSED_ROW;
    UNUSED_LENGTH;
    (void)item;
    tvb_memcpy(message->tvb, session, offset, sizeof session);
    msturn_session_name(message->pinfo, session);
    msturn_add_session_id(message->pinfo, tree, message->tvb, offset);
}

/* The three fields of every role, made from the table of roles. */
static void
register_addresses(int proto)
{
    static hf_register_info hf[MSTURN_ROLES * 3];
    unsigned count = 0;

    for (unsigned i = 0; i < MSTURN_ROLES; i++) {
        const char *name = roles[i].name, *filter = roles[i].filter;
        const hf_register_info added[3] = {
            { &hf_address[i].ipv4,
              { wmem_strdup_printf(wmem_epan_scope(), "%s Address", name),
                wmem_strdup_printf(wmem_epan_scope(), "msturn.%s.ipv4", filter), FT_IPv4, BASE_NONE, NULL, 0x0,
                roles[i].blurb, HFILL } },
            { &hf_address[i].ipv6,
              { wmem_strdup_printf(wmem_epan_scope(), "%s Address (IPv6)", name),
                wmem_strdup_printf(wmem_epan_scope(), "msturn.%s.ipv6", filter), FT_IPv6, BASE_NONE, NULL, 0x0,
                roles[i].blurb, HFILL } },
            { &hf_address[i].port,
              { wmem_strdup_printf(wmem_epan_scope(), "%s Port", name),
                wmem_strdup_printf(wmem_epan_scope(), "msturn.%s.port", filter), FT_UINT16, BASE_DEC, NULL, 0x0,
                roles[i].blurb, HFILL } },
        };
        hf_address[i].ipv4 = hf_address[i].ipv6 = hf_address[i].port = -1;
        memcpy(&hf[count], added, sizeof added);
        count += 3;
    }
    proto_register_field_array(proto, hf, (int)count);
}

void
msturn_values_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_family, { "Address Family", "msturn.att.family", FT_UINT8, BASE_DEC, VALS(families), 0x0, NULL, HFILL } },
        { &hf_reserved, { "Undecoded Address", "msturn.att.undecoded_address", FT_BYTES, BASE_NONE, NULL, 0x0, NULL, HFILL } },
        { &hf_username, { "Username", "msturn.username", FT_BYTES, BASE_NONE, NULL, 0x0, "The token that MRAS made", HFILL } },
        { &hf_username_version, { "Token Version", "msturn.username.version", FT_UINT8, BASE_DEC, NULL, 0x0, NULL, HFILL } },
        { &hf_username_expires, { "Token Expires", "msturn.username.expires", FT_ABSOLUTE_TIME, ABSOLUTE_TIME_UTC, NULL, 0x0, NULL, HFILL } },
        { &hf_username_client, { "Token Client ID", "msturn.username.client_id", FT_BYTES, BASE_NONE, NULL, 0x0, NULL, HFILL } },
        { &hf_integrity, { "Message Integrity", "msturn.integrity", FT_BYTES, BASE_NONE, NULL, 0x0, NULL, HFILL } },
        { &hf_error_code, { "Error Code", "msturn.error_code", FT_UINT16, BASE_DEC, NULL, 0x0, "Class times 100 plus number", HFILL } },
        { &hf_error_reason, { "Reason", "msturn.error_reason", FT_STRING, BASE_NONE, NULL, 0x0, NULL, HFILL } },
        { &hf_lifetime, { "Lifetime", "msturn.lifetime", FT_UINT32, BASE_DEC, NULL, 0x0, "Seconds; 0 releases the allocation", HFILL } },
        { &hf_cookie, { "Magic Cookie", "msturn.cookie", FT_UINT32, BASE_HEX, NULL, 0x0, NULL, HFILL } },
        { &hf_plain[MSTURN_HF_BANDWIDTH], { "Bandwidth (kbit/s)", "msturn.bandwidth", FT_UINT32, BASE_DEC, NULL, 0x0, "Peak bandwidth in kbit/s", HFILL } },
        { &hf_data, { "Data", "msturn.data", FT_BYTES, BASE_NONE, NULL, 0x0, "The payload of the peer", HFILL } },
        { &hf_plain[MSTURN_HF_NONCE], { "Nonce", "msturn.nonce", FT_BYTES, BASE_NONE, NULL, 0x0, NULL, HFILL } },
        { &hf_realm, { "Realm", "msturn.realm", FT_STRING, BASE_NONE, NULL, 0x0, NULL, HFILL } },
        { &hf_requested_family, { "Requested Address Family", "msturn.requested_family", FT_UINT8, BASE_DEC, VALS(families), 0x0, NULL, HFILL } },
        { &hf_plain[MSTURN_HF_8006], { "Attribute 0x8006 (meaning unknown)", "msturn.attribute_8006", FT_BYTES, BASE_NONE, NULL, 0x0, NULL, HFILL } },
        { &hf_plain[MSTURN_HF_VERSION], { "MS-Version", "msturn.version", FT_UINT32, BASE_DEC, VALS(versions), 0x0, NULL, HFILL } },
        { &hf_plain[MSTURN_HF_SOFTWARE], { "Software", "msturn.software", FT_STRING, BASE_NONE, NULL, 0x0, NULL, HFILL } },
        { &hf_plain[MSTURN_HF_HOST], { "Alternate Host Name", "msturn.alternate_host_name", FT_STRING, BASE_NONE, NULL, 0x0, "The server's name", HFILL } },
        { &hf_plain[MSTURN_HF_APP_ID], { "App ID (values not published)", "msturn.app_id", FT_BYTES, BASE_NONE, NULL, 0x0, NULL, HFILL } },
        { &hf_plain[MSTURN_HF_SECURE_TAG], { "Secure Tag (content not published)", "msturn.secure_tag", FT_BYTES, BASE_NONE, NULL, 0x0, NULL, HFILL } },
        { &hf_connection_id, { "Connection ID", "msturn.connection_id", FT_BYTES, BASE_NONE, NULL, 0x0, NULL, HFILL } },
        { &hf_sequence, { "Sequence Number", "msturn.sequence", FT_UINT32, BASE_DEC, NULL, 0x0, NULL, HFILL } },
        { &hf_sequence_bytes, { "Short Form (meaning not published)", "msturn.sequence.short", FT_BYTES, BASE_NONE, NULL, 0x0, "Four bytes in place of connection id and sequence number, as releases carry them", HFILL } },
        { &hf_plain[MSTURN_HF_CANDIDATE], { "Candidate Identifier", "msturn.candidate_identifier", FT_STRINGZPAD, BASE_NONE, NULL, 0x0, NULL, HFILL } },
        { &hf_stream_type, { "Stream Type", "msturn.stream_type", FT_UINT16, BASE_DEC, VALS(stream_types), 0x0, NULL, HFILL } },
        { &hf_service_quality, { "Service Quality", "msturn.service_quality", FT_UINT16, BASE_DEC, VALS(qualities), 0x0, NULL, HFILL } },
        { &hf_bandwidth_action, { "Bandwidth Action", "msturn.bandwidth.action", FT_UINT16, BASE_DEC, VALS(bandwidth_actions), 0x0, NULL, HFILL } },
        { &hf_plain[MSTURN_HF_RESERVATION], { "Reservation Identifier", "msturn.bandwidth.reservation_id", FT_BYTES, BASE_NONE, NULL, 0x0, NULL, HFILL } },
        { &hf_min_send, { "Minimum Send (kbit/s)", "msturn.bandwidth.min_send", FT_UINT32, BASE_DEC, NULL, 0x0, NULL, HFILL } },
        { &hf_max_send, { "Maximum Send (kbit/s)", "msturn.bandwidth.max_send", FT_UINT32, BASE_DEC, NULL, 0x0, NULL, HFILL } },
        { &hf_min_receive, { "Minimum Receive (kbit/s)", "msturn.bandwidth.min_receive", FT_UINT32, BASE_DEC, NULL, 0x0, NULL, HFILL } },
        { &hf_max_receive, { "Maximum Receive (kbit/s)", "msturn.bandwidth.max_receive", FT_UINT32, BASE_DEC, NULL, 0x0, NULL, HFILL } },
        { &hf_valid, { "Valid", "msturn.bandwidth.valid", FT_BOOLEAN, 32, NULL, 0x80000000, "The path may be used with this bandwidth", HFILL } },
        { &hf_failover, { "PSTN Failover", "msturn.bandwidth.pstn_failover", FT_BOOLEAN, 32, NULL, 0x40000000, NULL, HFILL } },
        { &hf_plain[MSTURN_HF_DIALOG], { "SIP Dialog Identifier", "msturn.bandwidth.dialog_id", FT_STRING, BASE_NONE, NULL, 0x0, NULL, HFILL } },
        { &hf_plain[MSTURN_HF_CALL], { "SIP Call Identifier", "msturn.bandwidth.call_id", FT_STRING, BASE_NONE, NULL, 0x0, NULL, HFILL } },
        { &hf_peer_location, { "Peer Location", "msturn.bandwidth.peer_location", FT_UINT8, BASE_DEC, VALS(locations), 0x0, NULL, HFILL } },
        { &hf_self_location, { "Self Location", "msturn.bandwidth.self_location", FT_UINT8, BASE_DEC, VALS(locations), 0x0, NULL, HFILL } },
        { &hf_federation, { "Federation", "msturn.bandwidth.federation", FT_UINT8, BASE_DEC, VALS(federations), 0x0, NULL, HFILL } },
        { &hf_plain[MSTURN_HF_IMPLEMENTATION], { "Implementation Version", "msturn.implementation_version", FT_UINT32, BASE_DEC, NULL, 0x0, NULL, HFILL } },
        { &hf_allocated_in, { "Session First Named In", "msturn.allocated_in", FT_FRAMENUM, BASE_NONE, NULL, 0x0, "The frame of the Allocate that named this multiplexed session", HFILL } },
        { &hf_session_id, { "Multiplexed TURN Session ID", "msturn.session_id", FT_BYTES, BASE_NONE, NULL, 0x0, NULL, HFILL } },
    };
    /* clang-format on */

    for (unsigned i = 0; i < MSTURN_HF_PLAIN; i++)
        hf_plain[i] = -1;
    register_addresses(proto);
    proto_register_field_array(proto, hf, array_length(hf));
}
