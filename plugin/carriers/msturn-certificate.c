/* msturn-certificate.c
 * The names in the certificate that a genuine TLS server sends where the Edge should have answered.
 *
 * The stock TLS dissector shows the certificate, but keeps it to its own tree, which does not exist on every pass.
 * Only three texts are wanted here: RFC 5246 7.4.2 gives the way to the certificate, RFC 5280 4.1 the way inside.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "carriers/msturn-certificate.h"

#include <epan/dissectors/packet-ber.h>
#include <epan/exceptions.h>

#define MAX_FLIGHT 32768 /* bytes; a chain of certificates is shorter */
#define MAX_DEPTH  12    /* of a certificate: the names lie at depth 8 */
#define MAX_NAMES  20

#define RECORD_HEADER         5
#define RECORD_HANDSHAKE      22
#define HANDSHAKE_HEADER      4
#define HANDSHAKE_CERTIFICATE 11

struct msturn_flight {
    wmem_array_t *bytes;
    uint32_t next_seq;
    bool started;
    bool done;
};

msturn_flight_t *
msturn_flight_new(void)
{
    msturn_flight_t *flight = wmem_new0(wmem_file_scope(), msturn_flight_t);

    flight->bytes = wmem_array_new(wmem_file_scope(), 1);
    return flight;
}

/* What the walk through a certificate has met so far. */
typedef struct {
    msturn_certificate_t *found;
    bool in_common_name; /* the next string is a common name */
    bool in_alt_names;   /* the next octet string holds the alternative names */
    bool after_validity; /* names in front of it are the issuer's, behind it the subject's */
    unsigned names;
} walk_t;

static void
take_text(walk_t *walk, tvbuff_t *tvb, int offset, int length)
{
    const char *text = (const char *)tvb_get_string_enc(wmem_file_scope(), tvb, offset, length, ENC_UTF_8);

    if (walk->after_validity && walk->found->subject == NULL)
        walk->found->subject = text;
    else if (!walk->after_validity && walk->found->issuer == NULL)
        walk->found->issuer = text;
}

static void
take_dns_name(walk_t *walk, tvbuff_t *tvb, int offset, int length)
{
    const char *text;

    if (walk->names++ >= MAX_NAMES)
        return;
    text = (const char *)tvb_get_string_enc(wmem_file_scope(), tvb, offset, length, ENC_ASCII);
    walk->found->names =
        walk->found->names == NULL ? text : wmem_strdup_printf(wmem_file_scope(), "%s, %s", walk->found->names, text);
}

/* Walks the elements between offset and end. May throw where a length leads outside. */
static void
walk_der(walk_t *walk, tvbuff_t *tvb, int offset, int end, unsigned depth)
{
    static const uint8_t common_name[] = { 0x55, 0x04, 0x03 };
    static const uint8_t alt_names[] = { 0x55, 0x1d, 0x11 };

    while (offset < end && depth < MAX_DEPTH) {
        int8_t ber_class;
        compat_bool constructed;
        int32_t tag;
        uint32_t size;
        int length;

        offset = get_ber_identifier(tvb, offset, &ber_class, &constructed, &tag);
        offset = get_ber_length(tvb, offset, &size, NULL);
        if (offset > end || size > (uint32_t)(end - offset))
            return;
        length = (int)size;
        if (constructed) {
            walk_der(walk, tvb, offset, offset + length, depth + 1);
        } else if (ber_class == BER_CLASS_UNI && tag == BER_UNI_TAG_OID) {
            walk->in_common_name = length == 3 && tvb_memeql(tvb, offset, common_name, 3) == 0;
            walk->in_alt_names = length == 3 && tvb_memeql(tvb, offset, alt_names, 3) == 0;
        } else if (ber_class == BER_CLASS_UNI && (tag == BER_UNI_TAG_UTCTime || tag == BER_UNI_TAG_GeneralizedTime)) {
            walk->after_validity = true;
        } else if (ber_class == BER_CLASS_UNI && tag == BER_UNI_TAG_OCTETSTRING && walk->in_alt_names) {
            walk_der(walk, tvb, offset, offset + length, depth + 1);
            walk->in_alt_names = false;
        } else if (ber_class == BER_CLASS_CON && tag == 2 && walk->in_alt_names) {
            take_dns_name(walk, tvb, offset, length);
        } else if (walk->in_common_name) {
            take_text(walk, tvb, offset, length);
            walk->in_common_name = false;
        }
        offset += length;
    }
}

static void
read_certificate(const uint8_t *der, unsigned length, msturn_certificate_t *certificate)
{
    walk_t walk = { .found = certificate };
    tvbuff_t *tvb = tvb_new_real_data(der, length, (int)length);

    TRY
    {
        walk_der(&walk, tvb, 0, (int)length, 0);
    }
    CATCH_NONFATAL_ERRORS
    {
        /* What was read so far stands. */
    }
    ENDTRY;
    tvb_free(tvb);
}

static unsigned
uint24(const uint8_t *bytes)
{
    return (unsigned)bytes[0] << 16 | (unsigned)bytes[1] << 8 | bytes[2];
}

/* Looks for the first certificate in handshake messages. Returns true when it is complete. */
static bool
find_certificate(const uint8_t *bytes, unsigned length, msturn_certificate_t *certificate)
{
    unsigned offset = 0;

    while (offset + HANDSHAKE_HEADER <= length) {
        unsigned size = uint24(bytes + offset + 1);
        const uint8_t *body = bytes + offset + HANDSHAKE_HEADER;

        if (size > length - offset - HANDSHAKE_HEADER)
            return false;
        /* The list's length, the first certificate's length, the certificate. */
        if (bytes[offset] == HANDSHAKE_CERTIFICATE && size >= 6 && uint24(body + 3) <= size - 6) {
            read_certificate(body + 6, uint24(body + 3), certificate);
            return true;
        }
        offset += HANDSHAKE_HEADER + size;
    }
    return false;
}

/* Takes the handshake messages out of their records. Returns true when the certificate is complete. */
static bool
search_flight(const uint8_t *bytes, unsigned length, msturn_certificate_t *certificate)
{
    GByteArray *messages = g_byte_array_new();
    unsigned offset = 0;
    bool found;

    while (offset + RECORD_HEADER <= length) {
        unsigned size = (unsigned)bytes[offset + 3] << 8 | bytes[offset + 4];

        if (bytes[offset] != RECORD_HANDSHAKE || size > length - offset - RECORD_HEADER)
            break;
        g_byte_array_append(messages, bytes + offset + RECORD_HEADER, size);
        offset += RECORD_HEADER + size;
    }
    found = find_certificate(messages->data, messages->len, certificate);
    g_byte_array_free(messages, TRUE);
    return found;
}

bool
msturn_flight_feed(msturn_flight_t *flight, tvbuff_t *tvb, int offset, int length, uint32_t seq,
                   msturn_certificate_t *certificate)
{
    int32_t known = flight->started ? (int32_t)(flight->next_seq - seq) : 0;

    if (flight->done || known >= length)
        return false;
    if (known < 0 || wmem_array_get_count(flight->bytes) + (unsigned)length > MAX_FLIGHT) {
        flight->done = true;
        return false;
    }
    offset += known;
    length -= known;
    wmem_array_append(flight->bytes, tvb_memdup(wmem_file_scope(), tvb, offset, (size_t)length), (unsigned)length);
    flight->started = true;
    flight->next_seq = seq + (uint32_t)(known + length);
    flight->done = search_flight((const uint8_t *)wmem_array_get_raw(flight->bytes),
                                 wmem_array_get_count(flight->bytes), certificate);
    return flight->done;
}
