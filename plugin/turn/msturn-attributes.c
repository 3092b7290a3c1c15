/* msturn-attributes.c
 * The attributes of [MS-TURN] 2.2.2 and [MS-TURNBWM] 2.2 as a table, and the walk over them.
 * The values that are more than a number or bytes are read in msturn-values.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "turn/msturn-attributes.h"

#include "turn/msturn-findings.h"
#include "turn/msturn-values.h"
#include "turn/stun-walk.h"

/* A message that has more attributes than this shows the rest as bytes. */
#define MAX_ATTRIBUTES 400

#define PASSWORD       0x0007 /* of RFC 3489, [MS-TURN] has none; not for the eyes of all who see a capture */
#define FIRST_OPTIONAL 0x8000 /* who does not know an attribute from here on passes it over */
#define SOFTWARE       0x8022 /* the only one of those that is not Microsoft's but RFC 5389's */

static MSTURN_DECODER(decode_unknown_list);

/* Clang-format would break the table's lines. */
/* clang-format off */
static const msturn_attribute_t rows[] = {
    /* type    name                                       lengths: from, to, or   limit finding        decoder             target */
    { 0x0001, "Relayed Address (MAPPED-ADDRESS)",             8,  8, 20,      0, 0, msturn_value_address, MSTURN_RELAYED },
    { 0x0006, "Username",                                     0, ANY, 0,      0, 0, msturn_value_username, 0 },
    { 0x0008, "Message Integrity",                           20, 20, 32,      0, 0, msturn_value_integrity, 0 },
    { 0x0009, "Error Code",                                   4, ANY, 0,      0, 0, msturn_value_error, 0 },
    { 0x000A, "Unknown Attributes",                           0, ANY, 0,      0, 0, decode_unknown_list, 0 },
    { 0x000D, "Lifetime",                                     4,  4,  0,      0, 0, msturn_value_lifetime, 0 },
    { 0x000E, "Alternate Server",                             8,  8, 20,      0, 0, msturn_value_address, MSTURN_ALTERNATE_SERVER },
    { 0x000F, "Magic Cookie",                                 4,  4,  0,      0, 0, msturn_value_cookie, 0 },
    { 0x0010, "Bandwidth",                                    4,  4,  0,      0, 0, msturn_value_uint32, MSTURN_HF_BANDWIDTH },
    { 0x0011, "Destination Address",                          8,  8, 20,      0, 0, msturn_value_address, MSTURN_DESTINATION },
    { 0x0012, "Remote Address",                               8,  8, 20,      0, 0, msturn_value_address, MSTURN_REMOTE },
    { 0x0013, "Data",                                         0, ANY, 0,      0, 0, msturn_value_data, 0 },
    { 0x0014, "Nonce",                                        0, ANY, 0,    128, MSTURN_EI_TEXT_TOO_LONG, msturn_value_bytes, MSTURN_HF_NONCE },
    { 0x0015, "Realm",                                        0, ANY, 0,    128, MSTURN_EI_TEXT_TOO_LONG, msturn_value_realm, 0 },
    { 0x0017, "Requested Address Family",                     4,  4,  0,      0, 0, msturn_value_requested_family, 0 },
    { 0x8006, "Attribute 0x8006 (meaning unknown)",           0, ANY, 0,      0, 0, msturn_value_bytes, MSTURN_HF_8006 },
    { 0x8008, "MS-Version",                                   4,  4,  0,      0, 0, msturn_value_uint32, MSTURN_HF_VERSION },
    { 0x8020, "Reflexive Address (XOR-MAPPED-ADDRESS)",       8,  8, 20,      0, 0, msturn_value_xor_address, MSTURN_REFLEXIVE },
    { 0x8022, "Software",                                     0, ANY, 0,      0, 0, msturn_value_text, MSTURN_HF_SOFTWARE },
    { 0x8032, "MS-Alternate Host Name",                       0, ANY, 0,    128, MSTURN_EI_TEXT_TOO_LONG, msturn_value_text, MSTURN_HF_HOST },
    { 0x8037, "App ID (values not published)",                0, ANY, 0,      0, 0, msturn_value_bytes, MSTURN_HF_APP_ID },
    { 0x8039, "Secure Tag (content not published)",           0, ANY, 0,      0, 0, msturn_value_bytes, MSTURN_HF_SECURE_TAG },
    { 0x8050, "MS-Sequence Number",                          24, 24,  4,      0, 0, msturn_value_sequence, 0 },
    { 0x8054, "Candidate Identifier",                         1, ANY, 0,      0, 0, msturn_value_text, MSTURN_HF_CANDIDATE },
    { 0x8055, "MS-Service Quality",                           4,  4,  0,      0, 0, msturn_value_service_quality, 0 },
    { 0x8056, "Bandwidth Admission Control",                  4,  4,  0,      0, 0, msturn_value_bandwidth_action, 0 },
    { 0x8057, "Bandwidth Reservation Identifier",            16, 16,  0,      0, 0, msturn_value_bytes, MSTURN_HF_RESERVATION },
    { 0x8058, "Bandwidth Reservation Amount",                16, 16,  0,      0, 0, msturn_value_amounts, 0 },
    { 0x8059, "Remote Site Address",                          8,  8, 20,      0, 0, msturn_value_xor_address, MSTURN_REMOTE_SITE },
    { 0x805A, "Remote Relay Site Address",                    8,  8, 20,      0, 0, msturn_value_xor_address, MSTURN_REMOTE_RELAY_SITE },
    { 0x805B, "Local Site Address",                           8,  8, 20,      0, 0, msturn_value_xor_address, MSTURN_LOCAL_SITE },
    { 0x805C, "Local Relay Site Address",                     8,  8, 20,      0, 0, msturn_value_xor_address, MSTURN_LOCAL_RELAY_SITE },
    { 0x805D, "Remote Site Address Response",                12, 12,  0,      0, 0, msturn_value_site_response, MSTURN_WITH_FAILOVER },
    { 0x805E, "Remote Relay Site Address Response",          12, 12,  0,      0, 0, msturn_value_site_response, 0 },
    { 0x805F, "Local Site Address Response",                 12, 12,  0,      0, 0, msturn_value_site_response, MSTURN_WITH_FAILOVER },
    { 0x8060, "Local Relay Site Address Response",           12, 12,  0,      0, 0, msturn_value_site_response, 0 },
    { 0x8061, "SIP Dialog Identifier",                        0, ANY, 0,    256, MSTURN_EI_DIALOG_TOO_LONG, msturn_value_text, MSTURN_HF_DIALOG },
    { 0x8062, "SIP Call Identifier",                          0, ANY, 0,    256, MSTURN_EI_DIALOG_TOO_LONG, msturn_value_text, MSTURN_HF_CALL },
    { 0x8068, "Location Profile",                             4,  4,  0,      0, 0, msturn_value_location, 0 },
    { 0x8070, "Implementation Version",                       4,  4,  0,      0, 0, msturn_value_uint32, MSTURN_HF_IMPLEMENTATION },
    { 0x8090, "Alternate Relayed Address (MS-ALTERNATE-MAPPED-ADDRESS)", 20, 20, 0, 0, 0, msturn_value_address, MSTURN_ALTERNATE_RELAYED },
    { 0x8095, "Multiplexed TURN Session ID",                  8,  8,  0,      0, 0, msturn_value_session, 0 },
};
/* clang-format on */

G_STATIC_ASSERT(array_length(rows) <= 64); /* msturn_message_t.seen */

static int hf_att = -1;
static int hf_unknown_attribute = -1;
static int hf_att_type = -1;
static int hf_att_length = -1;
static int hf_att_value = -1;
static int hf_att_secret = -1;
static int hf_att_padding = -1;
static int hf_rest = -1;
static int ett_att = -1;

static value_string type_names[array_length(rows) + 1];

static const msturn_attribute_t *
find_row(uint16_t type)
{
    for (unsigned i = 0; i < array_length(rows); i++) {
        if (rows[i].type == type)
            return &rows[i];
    }
    return NULL;
}

const char *
msturn_attribute_name(uint16_t type)
{
    const msturn_attribute_t *row = find_row(type);

    return row ? row->name : "Unknown";
}

/* The decoder that needs the names of the table itself. */
static MSTURN_DECODER(decode_unknown_list)
{
    (void)row;
    for (unsigned i = 0; i + 2 <= length; i += 2) {
        const uint16_t type = tvb_get_ntohs(message->tvb, offset + (int)i);

        proto_tree_add_uint_format_value(tree, hf_unknown_attribute, message->tvb, offset + (int)i, 2, type,
                                         "0x%04x (%s)", type, msturn_attribute_name(type));
        if (i < 16)
            proto_item_append_text(item, "%s 0x%04x", i ? "," : ":", type);
    }
    if (length % 2)
        msturn_finding(message->pinfo, item, MSTURN_EI_ATTRIBUTE_LENGTH, "a list of 16-bit types has %u bytes",
                       length);
}

bool
msturn_attribute_is_microsofts(uint16_t type)
{
    return type >= FIRST_OPTIONAL && type != SOFTWARE && find_row(type);
}

bool
msturn_has(const msturn_message_t *message, uint16_t type)
{
    const msturn_attribute_t *row = find_row(type);

    return row && (message->seen & (UINT64_C(1) << (row - rows)));
}

bool
msturn_lacks(const msturn_message_t *message, uint16_t type)
{
    return !message->cut && !msturn_has(message, type);
}

bool
msturn_is_signed(const msturn_message_t *message)
{
    return msturn_has(message, MSTURN_ATT_INTEGRITY) || (message->cut && msturn_has(message, MSTURN_ATT_NONCE));
}

static void
dissect_attribute(msturn_message_t *message, int offset, unsigned length, unsigned padding, unsigned available)
{
    tvbuff_t *tvb = message->tvb;
    packet_info *pinfo = message->pinfo;
    const uint16_t type = tvb_get_ntohs(tvb, offset);
    const msturn_attribute_t *row = find_row(type);
    const unsigned shown = length < available ? length : available;
    const int value = offset + 4;
    proto_item *item = proto_tree_add_item(message->tree, hf_att, tvb, offset, (int)(4 + shown + padding), ENC_NA);
    proto_tree *tree = proto_item_add_subtree(item, ett_att);

    if (row)
        proto_item_set_text(item, "%s", row->name);
    else
        proto_item_set_text(item, "Unknown attribute 0x%04x", type);
    proto_tree_add_item(tree, hf_att_type, tvb, offset, 2, ENC_BIG_ENDIAN);
    proto_tree_add_item(tree, hf_att_length, tvb, offset + 2, 2, ENC_BIG_ENDIAN);

    if (!row) {
        proto_tree_add_item(tree, type == PASSWORD ? hf_att_secret : hf_att_value, tvb, value, (int)shown, ENC_NA);
        msturn_finding(pinfo, item,
                       type < FIRST_OPTIONAL ? MSTURN_EI_ATTRIBUTE_UNKNOWN_MANDATORY : MSTURN_EI_ATTRIBUTE_UNKNOWN,
                       "0x%04x", type);
    } else if (shown < length && row->decode != msturn_value_data) {
        proto_tree_add_item(tree, hf_att_value, tvb, value, (int)shown, ENC_NA);
    } else if (!((length >= row->length_from && length <= row->length_to) ||
                 (row->length_or && length == row->length_or))) {
        proto_tree_add_item(tree, hf_att_value, tvb, value, (int)length, ENC_NA);
        msturn_finding(pinfo, item, MSTURN_EI_ATTRIBUTE_LENGTH, "%s has %u bytes", row->name, length);
    } else {
        const uint64_t bit = UINT64_C(1) << (row - rows);

        if (message->seen & bit)
            msturn_finding(pinfo, item, MSTURN_EI_ATTRIBUTE_REPEATED, "%s", row->name);
        if (row->limit && length > row->limit)
            msturn_finding(pinfo, item, row->limit_finding, "%s has %u", row->name, length);
        message->seen |= bit;
        row->decode(message, row, tree, item, value, length);
    }
    if (padding)
        proto_tree_add_item(tree, hf_att_padding, tvb, value + (int)length, (int)padding, ENC_NA);
}

/* Whether the attributes of a part of a message, whose end tells nothing, are all in the table. */
static bool
are_known(tvbuff_t *tvb, int offset, int end, stun_padding_t padding)
{
    stun_walk_t walk = stun_walk(tvb, offset, end, padding);

    while (stun_walk_next(&walk)) {
        if (!find_row(walk.type))
            return false;
    }
    return true;
}

/* Whether the attributes are padded, as none of [MS-TURN] are: they fit that way only. */
static bool
are_padded(const msturn_message_t *message, int offset, int end)
{
    bool (*const fits)(tvbuff_t *, int, int, stun_padding_t) = message->cut ? are_known : stun_walk_fits;

    return !fits(message->tvb, offset, end, STUN_UNPADDED) && fits(message->tvb, offset, end, STUN_PADDED);
}

void
msturn_attributes_dissect(msturn_message_t *message, int offset, int end)
{
    tvbuff_t *tvb = message->tvb;
    unsigned count = 0;

    message->padded = are_padded(message, offset, end);
    if (message->padded)
        msturn_finding(message->pinfo, message->item, MSTURN_EI_PADDED, NULL);

    while (end - offset >= 4) {
        const unsigned length = tvb_get_ntohs(tvb, offset + 2);
        const unsigned available = (unsigned)(end - offset - 4);
        unsigned padding = message->padded ? (4 - length % 4) % 4 : 0;

        if (count++ == MAX_ATTRIBUTES) {
            proto_item *rest = proto_tree_add_item(message->tree, hf_rest, tvb, offset, end - offset, ENC_NA);
            msturn_finding(message->pinfo, rest, MSTURN_EI_ATTRIBUTES_CAPPED, NULL);
            return;
        }
        if (length > available && !message->cut) {
            proto_item *rest = proto_tree_add_item(message->tree, hf_rest, tvb, offset, end - offset, ENC_NA);
            msturn_finding(message->pinfo, rest, MSTURN_EI_ATTRIBUTE_BEYOND, "0x%04x claims %u bytes, %u are left",
                           tvb_get_ntohs(tvb, offset), length, available);
            return;
        }
        if (length + padding > available)
            padding = length < available ? available - length : 0;
        dissect_attribute(message, offset, length, padding, available);
        if (length + padding >= available)
            return;
        offset += (int)(4 + length + padding);
    }
    if (end > offset) {
        proto_item *rest = proto_tree_add_item(message->tree, hf_rest, tvb, offset, end - offset, ENC_NA);
        if (!message->cut)
            msturn_finding(message->pinfo, rest, MSTURN_EI_ATTRIBUTE_FRAGMENT, "%d", end - offset);
    }
}

void
msturn_attributes_register(int proto)
{
    static hf_register_info hf[] = {
        { &hf_att, { "Attribute", "msturn.att", FT_NONE, BASE_NONE, NULL, 0x0, NULL, HFILL } },
        { &hf_att_type,
          { "Attribute Type", "msturn.att.type", FT_UINT16, BASE_HEX, VALS(type_names), 0x0, NULL, HFILL } },
        { &hf_att_length, { "Attribute Length", "msturn.att.length", FT_UINT16, BASE_DEC, NULL, 0x0, NULL, HFILL } },
        { &hf_att_value,
          { "Value", "msturn.att.value", FT_BYTES, BASE_NONE, NULL, 0x0, "A value that is not decoded", HFILL } },
        { &hf_att_secret,
          { "Password (not shown)", "msturn.att.secret", FT_NONE, BASE_NONE, NULL, 0x0,
            "The value of RFC 3489's PASSWORD", HFILL } },
        { &hf_att_padding, { "Padding", "msturn.att.padding", FT_BYTES, BASE_NONE, NULL, 0x0, NULL, HFILL } },
        { &hf_unknown_attribute,
          { "Unknown Attribute", "msturn.unknown_attribute", FT_UINT16, BASE_HEX, NULL, 0x0,
            "An attribute the server did not understand", HFILL } },
        { &hf_rest,
          { "Undecoded", "msturn.undecoded", FT_BYTES, BASE_NONE, NULL, 0x0,
            "The rest of a message that cannot be read", HFILL } },
    };
    static int *ett[] = { &ett_att };

    for (unsigned i = 0; i < array_length(rows); i++) {
        type_names[i].value = rows[i].type;
        type_names[i].strptr = rows[i].name;
    }
    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    msturn_values_register(proto);
}
