/* msice-checks.c
 * What a connectivity check says: its attributes, as a table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ice/msice-checks.h"

#include <epan/address.h>

#include "base/address-item.h"
#include "base/address-text.h"
#include "base/base64.h"
#include "ice/msice-findings.h"
#include "turn/stun-address.h"
#include "turn/stun-walk.h"

#define MAX_ATTRIBUTES 200
#define ANY            0xFFFF

static int hf_att = -1;
static int hf_att_type = -1;
static int hf_att_length = -1;
static int hf_att_value = -1;
static int hf_rest = -1;
static int hf_username = -1;
static int hf_receiver = -1;
static int hf_sender = -1;
static int hf_component = -1;
static int hf_integrity = -1;
static int hf_error_code = -1;
static int hf_error_reason = -1;
static int hf_priority = -1;
static int hf_nominated = -1;
static int hf_role = -1;
static int hf_tie_breaker = -1;
static int hf_version = -1;
static int hf_candidate = -1;
static int hf_mapped_ipv4 = -1;
static int hf_mapped_ipv6 = -1;
static int hf_mapped_port = -1;
static int hf_fingerprint = -1;
static int ett_att = -1;

typedef struct attribute_row attribute_row_t;

typedef void (*decoder_t)(msice_check_t *check, const attribute_row_t *row, proto_tree *tree, proto_item *item,
                          int offset, unsigned length);

struct attribute_row {
    uint16_t type;
    const char *name;
    uint16_t length_from, length_to;
    decoder_t decode;
    int option; /* the decoder's: is it XORed, is it controlling? */
};

#define DECODER(name)                                                                                                \
    static void name(msice_check_t *check, const attribute_row_t *row, proto_tree *tree, proto_item *item,           \
                     int offset, unsigned length)

/* A candidate id as candidate lines write it. */
static char *
candidate_id(packet_info *pinfo, tvbuff_t *tvb, int offset)
{
    const uint8_t *bytes = (const uint8_t *)tvb_memdup(pinfo->pool, tvb, offset, MSICE_CANDIDATE_ID);

    return base64_text(pinfo->pool, bytes, MSICE_CANDIDATE_ID);
}

/* Reads ":" digit(s) at offset; returns the number of bytes, 0 = it is none. */
static unsigned
component_at(tvbuff_t *tvb, int offset, int end, unsigned *component)
{
    unsigned size = 1;

    if (offset >= end || tvb_get_uint8(tvb, offset) != ':')
        return 0;
    *component = 0;
    while (offset + (int)size < end && size <= 3) {
        const uint8_t digit = tvb_get_uint8(tvb, offset + (int)size);

        if (digit < '0' || digit > '9')
            break;
        *component = *component * 10 + (digit - '0');
        size++;
    }
    return size > 1 ? size : 0;
}

bool
msice_draft06_username(tvbuff_t *tvb, int offset, unsigned length, int *receiver, int *sender, unsigned *component)
{
    const int end = offset + (int)length;
    unsigned first = 0, second = 0, size;

    if (length < 2 * MSICE_CANDIDATE_ID + 4 || !tvb_bytes_exist(tvb, offset, (int)length))
        return false;
    *receiver = offset;
    offset += MSICE_CANDIDATE_ID;
    size = component_at(tvb, offset, end, &first);
    offset += (int)size;
    /* A colon stands between the halves. */
    if (size == 0 || offset + 1 + MSICE_CANDIDATE_ID >= end || tvb_get_uint8(tvb, offset) != ':')
        return false;
    *sender = ++offset;
    offset += MSICE_CANDIDATE_ID;
    size = component_at(tvb, offset, end, &second);
    if (size == 0 || first != second || end - offset - (int)size > 3)
        return false;
    /* What is left pads the value with zeros. */
    for (offset += (int)size; offset < end; offset++) {
        if (tvb_get_uint8(tvb, offset) != 0)
            return false;
    }
    *component = first;
    return true;
}

DECODER(decode_username)
{
    int receiver, sender;
    unsigned component;

    (void)row;
    if (check->complete)
        proto_tree_add_item(tree, hf_username, check->tvb, offset, (int)length, ENC_NA);
    check->username = offset;
    check->username_length = length;
    if (check->form == MSICE_DRAFT06 &&
        msice_draft06_username(check->tvb, offset, length, &receiver, &sender, &component)) {
        check->receiver = candidate_id(check->pinfo, check->tvb, receiver);
        check->sender = candidate_id(check->pinfo, check->tvb, sender);
        check->component = component;
        proto_tree_add_string(tree, hf_receiver, check->tvb, receiver, MSICE_CANDIDATE_ID, check->receiver);
        proto_tree_add_string(tree, hf_sender, check->tvb, sender, MSICE_CANDIDATE_ID, check->sender);
        proto_tree_add_uint(tree, hf_component, check->tvb, receiver + MSICE_CANDIDATE_ID, 2, component);
    } else if (check->form == MSICE_RFC5389) {
        const char *text =
            (const char *)tvb_get_string_enc(check->pinfo->pool, check->tvb, offset, (int)length, ENC_UTF_8);
        const char *colon = strchr(text, ':');

        if (!colon)
            return;
        check->receiver = wmem_strndup(check->pinfo->pool, text, (size_t)(colon - text));
        check->sender = colon + 1;
        proto_tree_add_string(tree, hf_receiver, check->tvb, offset, (int)length, check->receiver);
        proto_tree_add_string(tree, hf_sender, check->tvb, offset, (int)length, check->sender);
    }
    if (check->receiver)
        proto_item_append_text(item, ": %s to %s", check->sender, check->receiver);
}

DECODER(decode_integrity)
{
    (void)row;
    check->integrity = offset;
    check->integrity_length = length;
    check->integrity_item = item;
    if (check->complete)
        proto_tree_add_item(tree, hf_integrity, check->tvb, offset, (int)length, ENC_NA);
}

DECODER(decode_error)
{
    const uint32_t word = tvb_get_ntohl(check->tvb, offset);

    (void)row;
    check->error_code = (word >> 8 & 7) * 100 + (word & 0xFF);
    check->error_item = proto_tree_add_uint(tree, hf_error_code, check->tvb, offset + 2, 2, check->error_code);
    proto_tree_add_item(tree, hf_error_reason, check->tvb, offset + 4, (int)length - 4, ENC_UTF_8);
    proto_item_append_text(item, ": %u", check->error_code);
}

DECODER(decode_priority)
{
    (void)row;
    proto_tree_add_item(tree, hf_priority, check->tvb, offset, (int)length, ENC_BIG_ENDIAN);
    proto_item_append_text(item, ": %u", tvb_get_ntohl(check->tvb, offset));
}

DECODER(decode_nominated)
{
    (void)row;
    (void)item;
    (void)length;
    check->nominated = true;
    proto_tree_add_boolean(tree, hf_nominated, check->tvb, offset - 4, 4, 1);
}

DECODER(decode_role)
{
    check->role = row->option ? "controlling" : "controlled";
    (void)item;
    proto_tree_add_string(tree, hf_role, check->tvb, offset - 4, 4, check->role);
    proto_tree_add_item(tree, hf_tie_breaker, check->tvb, offset, (int)length, ENC_BIG_ENDIAN);
}

DECODER(decode_version)
{
    (void)row;
    proto_tree_add_item(tree, hf_version, check->tvb, offset, (int)length, ENC_BIG_ENDIAN);
    proto_item_append_text(item, ": %u", tvb_get_ntohl(check->tvb, offset));
}

DECODER(decode_candidate)
{
    (void)row;
    (void)item;
    proto_tree_add_item(tree, hf_candidate, check->tvb, offset, (int)length, ENC_UTF_8);
}

DECODER(decode_fingerprint)
{
    (void)row;
    (void)item;
    if (check->complete)
        proto_tree_add_item(tree, hf_fingerprint, check->tvb, offset, (int)length, ENC_BIG_ENDIAN);
}

/* XORed with the bytes behind the header's length, which are the cookie and the transaction id, or, without cookie,
 * the transaction id: one rule for both forms. option: 0 = in the clear. */
DECODER(decode_mapped)
{
    const unsigned size = stun_address_read(check->pinfo->pool, check->tvb, offset, length,
                                            row->option ? check->id : NULL, &check->mapped, &check->mapped_port);

    if (size != length) {
        clear_address(&check->mapped);
        msice_finding(check->pinfo, item ? item : check->item, MSICE_EI_CHECK_ATTRIBUTE,
                      "%s has %u bytes and family %u", row->name, length,
                      tvb_get_uint8(check->tvb, offset + STUN_ADDRESS_FAMILY));
        return;
    }
    address_item_add(tree, hf_mapped_ipv4, hf_mapped_ipv6, check->tvb, offset + STUN_ADDRESS_BYTES,
                     (int)size - STUN_ADDRESS_BYTES, &check->mapped);
    proto_tree_add_uint(tree, hf_mapped_port, check->tvb, offset + STUN_ADDRESS_PORT, 2, check->mapped_port);
    proto_item_append_text(item, ": %s", address_port_text(check->pinfo->pool, &check->mapped, check->mapped_port));
}

/* clang-format off */
static const attribute_row_t rows[] = {
    { 0x0001, "Mapped Address",         8, 20,  decode_mapped,      0 },
    { 0x0006, "Username",               0, ANY, decode_username,    0 },
    { 0x0008, "Message Integrity",      20, 32, decode_integrity,   0 },
    { 0x0009, "Error Code",             4, ANY, decode_error,       0 },
    { 0x0020, "XOR Mapped Address",     8, 20,  decode_mapped,      1 },
    { 0x0024, "Priority",               4, 4,   decode_priority,    0 },
    { 0x0025, "Use Candidate",          0, ANY, decode_nominated,   0 },
    { 0x8008, "MS-Version",             4, 4,   decode_version,     0 },
    { 0x8020, "XOR Mapped Address",     8, 20,  decode_mapped,      1 },
    { 0x8028, "Fingerprint",            4, 4,   decode_fingerprint, 0 },
    { 0x8029, "ICE Controlled",         8, 8,   decode_role,        0 },
    { 0x802A, "ICE Controlling",        8, 8,   decode_role,        1 },
    { 0x8054, "Candidate Identifier",   1, ANY, decode_candidate,   0 },
    { 0x8070, "Implementation Version", 4, 4,   decode_version,     0 },
};
/* clang-format on */

static value_string names[array_length(rows) + 1];

static void
dissect_attribute(msice_check_t *check, int offset, unsigned length)
{
    const uint16_t type = tvb_get_ntohs(check->tvb, offset);
    const attribute_row_t *row = NULL;
    proto_tree *tree = check->tree;
    proto_item *item = check->item;

    for (unsigned i = 0; i < array_length(rows) && !row; i++) {
        if (rows[i].type == type)
            row = &rows[i];
    }
    if (check->complete) {
        item = proto_tree_add_item(check->tree, hf_att, check->tvb, offset, 4 + (int)length, ENC_NA);
        if (row)
            proto_item_set_text(item, "%s", row->name);
        else
            proto_item_set_text(item, "Unknown attribute 0x%04x", type);
        tree = proto_item_add_subtree(item, ett_att);
        proto_tree_add_item(tree, hf_att_type, check->tvb, offset, 2, ENC_BIG_ENDIAN);
        proto_tree_add_item(tree, hf_att_length, check->tvb, offset + 2, 2, ENC_BIG_ENDIAN);
    } else {
        item = NULL; /* the stock tree has the attribute; ours only the fields */
    }
    if (row && length >= row->length_from && length <= row->length_to) {
        row->decode(check, row, tree, item, offset + 4, length);
        return;
    }
    if (row)
        msice_finding(check->pinfo, item ? item : check->item, MSICE_EI_CHECK_ATTRIBUTE, "%s has %u bytes", row->name,
                      length);
    if (check->complete)
        proto_tree_add_item(tree, hf_att_value, check->tvb, offset + 4, (int)length, ENC_NA);
}

bool
msice_attributes_padded(tvbuff_t *tvb, int end)
{
    return stun_walk_fits(tvb, STUN_HEADER_LENGTH, end, STUN_PADDED);
}

void
msice_attributes_dissect(msice_check_t *check, int end)
{
    tvbuff_t *tvb = check->tvb;
    const bool fits_padded = msice_attributes_padded(tvb, end),
               fits_bare = stun_walk_fits(tvb, STUN_HEADER_LENGTH, end, STUN_UNPADDED);
    const bool cut = tvb_captured_length(tvb) < tvb_reported_length(tvb);
    /* Where neither fits, or both do, the form decides; the end of a part proves nothing. */
    const bool padded = cut || fits_padded == fits_bare ? check->form == MSICE_RFC5389 : fits_padded;
    proto_item *rest = check->item;
    int offset = STUN_HEADER_LENGTH;

    for (unsigned count = 0; end - offset >= 4 && count < MAX_ATTRIBUTES; count++) {
        const int length = tvb_get_ntohs(tvb, offset + 2);

        if (length > end - offset - 4)
            break;
        dissect_attribute(check, offset, (unsigned)length);
        offset += 4 + length + (padded ? (4 - length % 4) % 4 : 0);
    }
    if (offset < end)
        rest = proto_tree_add_item(check->tree, hf_rest, tvb, offset, end - offset, ENC_NA);
    if (cut)
        msice_finding(check->pinfo, rest, MSICE_EI_CHECK_CUT, "%u bytes of %u", tvb_captured_length(tvb),
                      tvb_reported_length(tvb));
    else if (offset < end)
        msice_finding(check->pinfo, rest, MSICE_EI_CHECK_ATTRIBUTE, "%d bytes are left", end - offset);
}

bool
msice_was_translated(const msice_check_t *check)
{
    const packet_info *pinfo = check->pinfo;

    return check->mapped.type != AT_NONE && check->path->depth == 0 &&
           (pinfo->dst.type != check->mapped.type || !addresses_equal(&pinfo->dst, &check->mapped) ||
            pinfo->destport != check->mapped_port);
}

const char *
msice_summary(const msice_check_t *check)
{
    wmem_strbuf_t *text = wmem_strbuf_new(check->pinfo->pool, "");

    switch (check->type) {
    case STUN_BINDING_REQUEST:
        wmem_strbuf_append(text, "Binding Request");
        break;
    case STUN_BINDING_SUCCESS:
        wmem_strbuf_append(text, "Binding Success");
        break;
    case STUN_BINDING_ERROR:
        wmem_strbuf_append_printf(text, "Binding Error %u", check->error_code);
        break;
    default:
        wmem_strbuf_append(text, "Binding Indication");
    }
    if (check->receiver && check->form == MSICE_RFC5389)
        wmem_strbuf_append_printf(text, " %s:%s", check->receiver, check->sender);
    else if (check->receiver) /* enough of the ids to tell them apart */
        wmem_strbuf_append_printf(text, " %.6s:%.6s, component %u", check->receiver, check->sender, check->component);
    if (check->mapped.type != AT_NONE)
        wmem_strbuf_append_printf(text, ", seen as %s",
                                  address_port_text(check->pinfo->pool, &check->mapped, check->mapped_port));
    if (check->nominated)
        wmem_strbuf_append(text, ", nominated");
    if (check->unanswered)
        wmem_strbuf_append(text, ", unanswered");
    return wmem_strbuf_get_str(text);
}

void
msice_checks_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_att, { "Attribute", "msice.check.att", FT_NONE, BASE_NONE, NULL, 0x0, NULL, HFILL } },
        { &hf_att_type, { "Attribute Type", "msice.check.att.type", FT_UINT16, BASE_HEX, VALS(names), 0x0, NULL, HFILL } },
        { &hf_att_length, { "Attribute Length", "msice.check.att.length", FT_UINT16, BASE_DEC, NULL, 0x0, NULL, HFILL } },
        { &hf_att_value, { "Value", "msice.check.att.value", FT_BYTES, BASE_NONE, NULL, 0x0, NULL, HFILL } },
        { &hf_rest, { "Undecoded", "msice.check.undecoded", FT_BYTES, BASE_NONE, NULL, 0x0, NULL, HFILL } },
        { &hf_username, { "Username", "msice.check.username", FT_BYTES, BASE_NONE, NULL, 0x0, NULL, HFILL } },
        { &hf_receiver, { "Receiver", "msice.check.receiver", FT_STRING, BASE_NONE, NULL, 0x0, "The first half of the user name: ice-ufrag or candidate id of the end that gets the check", HFILL } },
        { &hf_sender, { "Sender", "msice.check.sender", FT_STRING, BASE_NONE, NULL, 0x0, "The second half of the user name: ice-ufrag or candidate id of the end that checks", HFILL } },
        { &hf_component, { "Component", "msice.check.component", FT_UINT8, BASE_DEC, NULL, 0x0, "1 RTP, 2 RTCP", HFILL } },
        { &hf_integrity, { "Message Integrity", "msice.check.integrity", FT_BYTES, BASE_NONE, NULL, 0x0, NULL, HFILL } },
        { &hf_error_code, { "Error Code", "msice.check.error_code", FT_UINT16, BASE_DEC, NULL, 0x0, NULL, HFILL } },
        { &hf_error_reason, { "Reason", "msice.check.error_reason", FT_STRING, BASE_NONE, NULL, 0x0, NULL, HFILL } },
        { &hf_priority, { "Priority", "msice.check.priority", FT_UINT32, BASE_DEC, NULL, 0x0, "The priority of a candidate that this check would discover", HFILL } },
        { &hf_nominated, { "Nominated", "msice.check.nominated", FT_BOOLEAN, BASE_NONE, NULL, 0x0, "The controlling end wants to use this pair", HFILL } },
        { &hf_role, { "Role", "msice.check.role", FT_STRING, BASE_NONE, NULL, 0x0, "controlling or controlled", HFILL } },
        { &hf_tie_breaker, { "Tie Breaker", "msice.check.tie_breaker", FT_UINT64, BASE_HEX, NULL, 0x0, NULL, HFILL } },
        { &hf_version, { "Implementation Version", "msice.check.version", FT_UINT32, BASE_DEC, NULL, 0x0, NULL, HFILL } },
        { &hf_candidate, { "Candidate Identifier", "msice.check.candidate_identifier", FT_STRINGZPAD, BASE_NONE, NULL, 0x0, "The foundation of the sender's candidate", HFILL } },
        { &hf_mapped_ipv4, { "Seen As", "msice.check.mapped.ipv4", FT_IPv4, BASE_NONE, NULL, 0x0, "The sender of the check, as the other end sees it", HFILL } },
        { &hf_mapped_ipv6, { "Seen As (IPv6)", "msice.check.mapped.ipv6", FT_IPv6, BASE_NONE, NULL, 0x0, "The sender of the check, as the other end sees it", HFILL } },
        { &hf_mapped_port, { "Seen As Port", "msice.check.mapped.port", FT_UINT16, BASE_DEC, NULL, 0x0, NULL, HFILL } },
        { &hf_fingerprint, { "Fingerprint", "msice.check.fingerprint", FT_UINT32, BASE_HEX, NULL, 0x0, NULL, HFILL } },
    };
    /* clang-format on */
    static int *ett[] = { &ett_att };

    for (unsigned i = 0; i < array_length(rows); i++) {
        names[i].value = rows[i].type;
        names[i].strptr = rows[i].name;
    }
    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
}
