/* msturn-pseudotls.c
 * The two pseudo-TLS messages that open an MS-TURN stream on TCP 443.
 *
 * They imitate TLS 1.0 closely enough for a firewall, but no TLS peer sends them: the client offers exactly one
 * suite, anonymous and obsolete, and the server closes its hello without a certificate or a key exchange.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "carriers/msturn-pseudotls.h"

#include "turn/packet-msturn.h"

static int hf_hello = -1;
static int hf_record_type = -1;
static int hf_record_version = -1;
static int hf_record_length = -1;
static int hf_handshake_type = -1;
static int hf_handshake_length = -1;
static int hf_version = -1;
static int hf_timestamp = -1;
static int hf_random = -1;
static int hf_session_id_length = -1;
static int hf_session_id = -1;
static int hf_suites_length = -1;
static int hf_suite = -1;
static int hf_compressions_length = -1;
static int hf_compression = -1;
static int hf_done_type = -1;
static int hf_done_length = -1;

static int ett_hello = -1;

static const value_string hello_names[] = {
    { MSTURN_CLIENT_HELLO, "Client Hello" },
    { MSTURN_SERVER_HELLO, "Server Hello, Server Hello Done" },
    { 0, NULL },
};

static const value_string record_types[] = { { 22, "Handshake" }, { 0, NULL } };

static const value_string handshake_types[] = {
    { 1, "Client Hello" }, { 2, "Server Hello" }, { 14, "Server Hello Done" }, { 0, NULL }
};

static const value_string versions[] = { { 0x0301, "TLS 1.0" }, { 0, NULL } };
static const value_string suites[] = { { 0x0018, "TLS_DH_anon_WITH_RC4_128_MD5" }, { 0, NULL } };
static const value_string compressions[] = { { 0, "null" }, { 0, NULL } };

/* Bytes that never vary; between the rows lie time, random and session id. */
typedef struct {
    int offset;
    int length;
    uint8_t bytes[11];
} fixed_bytes_t;

static const fixed_bytes_t client_fixed[] = {
    { 0, 11, { 0x16, 0x03, 0x01, 0x00, 0x2d, 0x01, 0x00, 0x00, 0x29, 0x03, 0x01 } },
    { 43, 7, { 0x00, 0x00, 0x02, 0x00, 0x18, 0x01, 0x00 } },
};

static const fixed_bytes_t server_fixed[] = {
    { 0, 11, { 0x16, 0x03, 0x01, 0x00, 0x4e, 0x02, 0x00, 0x00, 0x46, 0x03, 0x01 } },
    { 43, 1, { 0x20 } },
    { 76, 7, { 0x00, 0x18, 0x00, 0x0e, 0x00, 0x00, 0x00 } },
};

typedef struct {
    int offset;
    int length;
    int *hf;
    unsigned encoding;
} hello_field_t;

static const hello_field_t client_fields[] = {
    { 0, 1, &hf_record_type, ENC_BIG_ENDIAN },
    { 1, 2, &hf_record_version, ENC_BIG_ENDIAN },
    { 3, 2, &hf_record_length, ENC_BIG_ENDIAN },
    { 5, 1, &hf_handshake_type, ENC_BIG_ENDIAN },
    { 6, 3, &hf_handshake_length, ENC_BIG_ENDIAN },
    { 9, 2, &hf_version, ENC_BIG_ENDIAN },
    { 11, 4, &hf_timestamp, ENC_TIME_SECS | ENC_BIG_ENDIAN },
    { 15, 28, &hf_random, ENC_NA },
    { 43, 1, &hf_session_id_length, ENC_BIG_ENDIAN },
    { 44, 2, &hf_suites_length, ENC_BIG_ENDIAN },
    { 46, 2, &hf_suite, ENC_BIG_ENDIAN },
    { 48, 1, &hf_compressions_length, ENC_BIG_ENDIAN },
    { 49, 1, &hf_compression, ENC_BIG_ENDIAN },
};

static const hello_field_t server_fields[] = {
    { 0, 1, &hf_record_type, ENC_BIG_ENDIAN },
    { 1, 2, &hf_record_version, ENC_BIG_ENDIAN },
    { 3, 2, &hf_record_length, ENC_BIG_ENDIAN },
    { 5, 1, &hf_handshake_type, ENC_BIG_ENDIAN },
    { 6, 3, &hf_handshake_length, ENC_BIG_ENDIAN },
    { 9, 2, &hf_version, ENC_BIG_ENDIAN },
    { 11, 4, &hf_timestamp, ENC_TIME_SECS | ENC_BIG_ENDIAN },
    { 15, 28, &hf_random, ENC_NA },
    { 43, 1, &hf_session_id_length, ENC_BIG_ENDIAN },
    { 44, 32, &hf_session_id, ENC_NA },
    { 76, 2, &hf_suite, ENC_BIG_ENDIAN },
    { 78, 1, &hf_compression, ENC_BIG_ENDIAN },
    { 79, 1, &hf_done_type, ENC_BIG_ENDIAN },
    { 80, 3, &hf_done_length, ENC_BIG_ENDIAN },
};

/* All there is to know about a message, by its kind. */
typedef struct {
    int length;
    const fixed_bytes_t *fixed;
    size_t n_fixed;
    const hello_field_t *fields;
    size_t n_fields;
} hello_shape_t;

static const hello_shape_t shapes[] = {
    [MSTURN_CLIENT_HELLO] = { MSTURN_CLIENT_HELLO_LENGTH, client_fixed, array_length(client_fixed), client_fields,
                              array_length(client_fields) },
    [MSTURN_SERVER_HELLO] = { MSTURN_SERVER_HELLO_LENGTH, server_fixed, array_length(server_fixed), server_fields,
                              array_length(server_fields) },
};

msturn_pseudotls_match_t
msturn_pseudotls_match(tvbuff_t *tvb, int offset, msturn_pseudotls_t kind)
{
    const hello_shape_t *shape = &shapes[kind];
    int available = tvb_captured_length_remaining(tvb, offset);

    if (available <= 0)
        return MSTURN_NO_HELLO;
    for (size_t i = 0; i < shape->n_fixed; i++) {
        const fixed_bytes_t *fixed = &shape->fixed[i];
        int length = MIN(fixed->length, available - fixed->offset);

        if (length > 0 && tvb_memeql(tvb, offset + fixed->offset, fixed->bytes, (size_t)length) != 0)
            return MSTURN_NO_HELLO;
    }
    return available >= shape->length ? MSTURN_HELLO_COMPLETE : MSTURN_HELLO_BEGINS;
}

proto_tree *
msturn_pseudotls_dissect(tvbuff_t *tvb, int offset, proto_tree *tree, msturn_pseudotls_t kind, proto_item **item)
{
    const hello_shape_t *shape = &shapes[kind];
    const int length = MIN(shape->length, tvb_captured_length_remaining(tvb, offset));
    proto_tree *subtree;

    *item = proto_tree_add_protocol_format(tree, msturn_proto(), tvb, offset, length, "Microsoft TURN, Pseudo-TLS %s",
                                           val_to_str_const(kind, hello_names, ""));
    subtree = proto_item_add_subtree(*item, ett_hello);
    proto_item_set_generated(proto_tree_add_uint(subtree, hf_hello, tvb, offset, length, kind));
    for (size_t i = 0; i < shape->n_fields; i++) {
        const hello_field_t *field = &shape->fields[i];

        if (field->offset + field->length > length)
            break; /* the snap length cut it */
        proto_tree_add_item(subtree, *field->hf, tvb, offset + field->offset, field->length, field->encoding);
    }
    return subtree;
}

void
proto_register_msturn_pseudotls(void)
{
    static hf_register_info hf[] = {
        { &hf_hello,
          { "Pseudo-TLS message", "msturn.pseudotls", FT_UINT8, BASE_DEC, VALS(hello_names), 0,
            "Imitation of a TLS hello in front of MS-TURN over TCP", HFILL } },
        { &hf_record_type,
          { "Content type", "msturn.pseudotls.record.type", FT_UINT8, BASE_DEC, VALS(record_types), 0, NULL,
            HFILL } },
        { &hf_record_version,
          { "Record version", "msturn.pseudotls.record.version", FT_UINT16, BASE_HEX, VALS(versions), 0, NULL,
            HFILL } },
        { &hf_record_length,
          { "Record length", "msturn.pseudotls.record.length", FT_UINT16, BASE_DEC, NULL, 0, NULL, HFILL } },
        { &hf_handshake_type,
          { "Handshake type", "msturn.pseudotls.handshake.type", FT_UINT8, BASE_DEC, VALS(handshake_types), 0, NULL,
            HFILL } },
        { &hf_handshake_length,
          { "Handshake length", "msturn.pseudotls.handshake.length", FT_UINT24, BASE_DEC, NULL, 0, NULL, HFILL } },
        { &hf_version,
          { "Version", "msturn.pseudotls.version", FT_UINT16, BASE_HEX, VALS(versions), 0, NULL, HFILL } },
        { &hf_timestamp,
          { "Timestamp", "msturn.pseudotls.timestamp", FT_ABSOLUTE_TIME, ABSOLUTE_TIME_UTC, NULL, 0,
            "Seconds since 1970; some implementations send a constant or the bytes in reverse order", HFILL } },
        { &hf_random, { "Random", "msturn.pseudotls.random", FT_BYTES, BASE_NONE, NULL, 0, NULL, HFILL } },
        { &hf_session_id_length,
          { "Session ID length", "msturn.pseudotls.session_id_length", FT_UINT8, BASE_DEC, NULL, 0, NULL, HFILL } },
        { &hf_session_id,
          { "Session ID", "msturn.pseudotls.session_id", FT_BYTES, BASE_NONE, NULL, 0, NULL, HFILL } },
        { &hf_suites_length,
          { "Cipher suites length", "msturn.pseudotls.suites_length", FT_UINT16, BASE_DEC, NULL, 0, NULL, HFILL } },
        { &hf_suite,
          { "Cipher suite", "msturn.pseudotls.suite", FT_UINT16, BASE_HEX, VALS(suites), 0,
            "The only one offered; nothing is encrypted with it", HFILL } },
        { &hf_compressions_length,
          { "Compression methods length", "msturn.pseudotls.compressions_length", FT_UINT8, BASE_DEC, NULL, 0, NULL,
            HFILL } },
        { &hf_compression,
          { "Compression method", "msturn.pseudotls.compression", FT_UINT8, BASE_DEC, VALS(compressions), 0, NULL,
            HFILL } },
        { &hf_done_type,
          { "Handshake type", "msturn.pseudotls.done.type", FT_UINT8, BASE_DEC, VALS(handshake_types), 0, NULL,
            HFILL } },
        { &hf_done_length,
          { "Handshake length", "msturn.pseudotls.done.length", FT_UINT24, BASE_DEC, NULL, 0, NULL, HFILL } },
    };
    static int *ett[] = { &ett_hello };

    proto_register_field_array(msturn_proto(), hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
}
