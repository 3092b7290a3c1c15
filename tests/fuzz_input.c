/* fuzz_input.c
 * From the bytes of an input to the frames of a capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fuzz_input.h"

#include <epan/exported_pdu.h>

#define SIP_REQUEST                                                                                                  \
    "INVITE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/TLS 192.0.2.1:5061\r\nFrom: <sip:ann@example.com>;tag=1\r\n" \
    "To: <sip:bob@example.com>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\nUser-Agent: UCCAPI/15.0 OC/15.0\r\n"
#define SIP_ANSWER                                                                                                   \
    "SIP/2.0 488 Not Acceptable Here\r\nVia: SIP/2.0/TLS 192.0.2.1:5061\r\nFrom: <sip:ann@example.com>;tag=1\r\n"    \
    "To: <sip:bob@example.com>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n"
#define SERVICE                                                                                                      \
    "SERVICE sip:mras@example.com SIP/2.0\r\nVia: SIP/2.0/TLS 192.0.2.1:5061\r\nFrom: <sip:ann@example.com>;tag=1"   \
    "\r\nTo: <sip:mras@example.com>\r\nCall-ID: 2\r\nCSeq: 1 SERVICE\r\n"

const fuzz_entry_t fuzz_entries[] = {
    { "frames", FUZZ_WHOLE_FRAME, FUZZ_PLAIN, 0, NULL, NULL, NULL },
    { "turn", FUZZ_UDP, FUZZ_STUN, 3478, NULL, NULL, NULL },
    { "check", FUZZ_UDP, FUZZ_STUN, 50020, NULL, NULL, NULL },
    { "stream", FUZZ_TCP, FUZZ_FRAMED, 3478, NULL, NULL, NULL },
    { "pseudotls", FUZZ_TCP, FUZZ_TLS, 443, NULL, NULL, NULL },
    { "anyport", FUZZ_TCP, FUZZ_FRAMED, 50040, NULL, NULL, NULL },
    { "sip", FUZZ_UDP, FUZZ_TEXT, 5060, NULL, NULL, NULL },
    { "siptcp", FUZZ_TCP, FUZZ_TEXT, 5060, NULL, NULL, NULL },
    { "syslog", FUZZ_UDP, FUZZ_PLAIN, 514, NULL, NULL, NULL },
    { "web", FUZZ_TCP, FUZZ_TEXT, 80, NULL, NULL, NULL },
    { "dns", FUZZ_UDP, FUZZ_PLAIN, 53, NULL, NULL, NULL },
    { "header", FUZZ_PDU, FUZZ_PLAIN, 0, "sip", SIP_ANSWER "ms-client-diagnostics: ", "\r\n\r\n" },
    { "diagnostics", FUZZ_PDU, FUZZ_PLAIN, 0, "sip", SIP_ANSWER "Ms-Diagnostics: ", "\r\n\r\n" },
    { "reason", FUZZ_PDU, FUZZ_PLAIN, 0, "sip", SIP_ANSWER "Reason: ", "\r\n\r\n" },
    { "headers", FUZZ_PDU, FUZZ_PLAIN, 0, "sip", SIP_REQUEST, "\r\n\r\n" },
    { "sdp", FUZZ_PDU, FUZZ_PLAIN, 0, "sip", SIP_REQUEST "Content-Type: application/sdp\r\n\r\n", NULL },
    { "mras", FUZZ_PDU, FUZZ_PLAIN, 0, "sip", SERVICE "Content-Type: application/msrtc-media-relay-auth+xml\r\n\r\n",
      NULL },
    { "quality", FUZZ_PDU, FUZZ_PLAIN, 0, "sip", SERVICE "Content-Type: application/vq-rtcpxr+xml\r\n\r\n", NULL },
    { "reports", FUZZ_PDU, FUZZ_PLAIN, 0, "sip", SERVICE "Content-Type: application/msrtc-reporterror+xml\r\n\r\n",
      NULL },
    { "text", FUZZ_PDU, FUZZ_PLAIN, 0, "syslog", NULL, NULL },
    { "pdu", FUZZ_PDU, FUZZ_STUN, 0, NULL, NULL, NULL },
    { "tls", FUZZ_IN_TLS, FUZZ_TEXT, 443, NULL, NULL, NULL },
    { "siptls", FUZZ_IN_TLS, FUZZ_TEXT, 5067, NULL, NULL, NULL },
};
const unsigned fuzz_entry_count = array_length(fuzz_entries);

/* Whom an exported PDU of the entry "pdu" is addressed to. */
static const char *const dissectors[] = { "msturn", "msturn-payload", "msturn-udp", "msdiag",
                                          "mras",   "msqoe",          "sdp",        "sip",
                                          "xml",    "http",           "syslog",     "stun-udp" };

static const unsigned later_ms[] = { 1, 60, 700, 33000 };

/* --- TLS -------------------------------------------------------------------------------------------------------- */

/* The least with which Wireshark decrypts: TLS 1.2 with a cipher that changes nothing (TLS_RSA_WITH_NULL_SHA; RFC
 * 5246, A.5), so that the payload can be mutated as it stands. What it wants besides is a master secret, any one. */
#define RANDOM_32 "msice-msice-msice-msice-msice-ms"
#define VERSION   "\x03\x03"
#define CHANGE    "\x14" VERSION "\0\x01\x01"

static const char client_hello[] = "\x16\x03\x01\0\x2D\x01\0\0\x29" VERSION RANDOM_32 "\0\0\x02\0\x02\x01\0";
static const char server_hello[] = "\x16" VERSION "\0\x2A\x02\0\0\x26" VERSION RANDOM_32 "\0\0\x02\0" CHANGE;
static const char client_change[] = CHANGE;
static const char secrets[] = "CLIENT_RANDOM 6d736963652d6d736963652d6d736963652d6d736963652d6d736963652d6d73 "
                              "00000000000000000000000000000000000000000000000000000000000000000000000000000000"
                              "0000000000000000\n";

/* What goes before the first record of a connection. */
static const struct {
    const char *bytes;
    unsigned length;
    bool answer;
} handshake[] = { { client_hello, sizeof client_hello - 1, false },
                  { server_hello, sizeof server_hello - 1, true },
                  { client_change, sizeof client_change - 1, false } };

/* The longest fragment of a record, and the code behind each, which nobody checks (the preference that says so stands
 * in fuzz_dissectors.c). */
#define FRAGMENT  0x4000U
#define MAC_BYTES 20

/* The payload in records of application data; to be freed. */
static GByteArray *
as_records_of_tls(const uint8_t *payload, unsigned length)
{
    GByteArray *records = g_byte_array_new();

    do {
        const unsigned part = MIN(length, FRAGMENT), body = part + MAC_BYTES;

        g_byte_array_append(records, (const uint8_t[]){ 0x17, 3, 3, (uint8_t)(body >> 8), (uint8_t)body }, 5);
        g_byte_array_append(records, payload, part);
        g_byte_array_set_size(records, records->len + MAC_BYTES);
        memset(records->data + records->len - MAC_BYTES, 0, MAC_BYTES);
        payload += part;
        length -= part;
    } while (length);
    return records;
}

/* --- records ---------------------------------------------------------------------------------------------------- */

const fuzz_entry_t *
fuzz_entry_of(const uint8_t *input)
{
    return &fuzz_entries[input[0] % fuzz_entry_count];
}

bool
fuzz_next_record(const uint8_t *input, size_t size, size_t *at, fuzz_record_t *record)
{
    if (size < *at + FUZZ_RECORD_HEAD)
        return false;
    record->how = input[*at];
    record->more = input[*at + 1];
    record->length = (unsigned)input[*at + 2] << 8 | input[*at + 3];
    *at += FUZZ_RECORD_HEAD;
    record->at = (unsigned)*at;
    record->length = (unsigned)MIN(record->length, size - *at);
    *at += record->length;
    return true;
}

/* --- frames ----------------------------------------------------------------------------------------------------- */

/* A conversation's numbers of TCP, of both directions. */
typedef struct {
    uint32_t next[2];
} stream_t;

typedef struct {
    const fuzz_entry_t *entry;
    stream_t streams[2];
    bool greeted[2];   /* of the same: the handshake of TLS was made */
    uint64_t now;      /* microseconds since 1970 */
    GByteArray *bytes; /* of the frame that is made */
} maker_t;

static void
append(maker_t *maker, const void *bytes, size_t length)
{
    g_byte_array_append(maker->bytes, bytes, (guint)length);
}

static void
append_text(maker_t *maker, const char *text)
{
    if (text)
        append(maker, text, strlen(text));
}

static void
append_16(maker_t *maker, unsigned value)
{
    append(maker, (const uint8_t[]){ (uint8_t)(value >> 8), (uint8_t)value }, 2);
}

static void
append_32(maker_t *maker, uint32_t value)
{
    append_16(maker, value >> 16);
    append_16(maker, value & 0xFFFF);
}

static void
append_ipv4(maker_t *maker, unsigned length, bool tcp, bool answer)
{
    static const uint8_t ends[2][4] = { { 192, 0, 2, 1 }, { 203, 0, 113, 5 } };

    append(maker, "\2\0\0\0\0\2\2\0\0\0\0\1\x08\0\x45", 15);
    append(maker, "", 1);
    append_16(maker, length + 20);
    append(maker, "\0\1\0\0\x40", 5);
    append(maker, tcp ? "\x06" : "\x11", 1);
    append_16(maker, 0);
    append(maker, ends[answer], 4);
    append(maker, ends[!answer], 4);
}

static void
append_ipv6(maker_t *maker, unsigned length, bool tcp, bool answer)
{
    static const uint8_t prefix[15] = { 0x20, 0x01, 0x0D, 0xB8 };

    append(maker, "\2\0\0\0\0\2\2\0\0\0\0\1\x86\xDD\x60\0\0", 17);
    append(maker, "", 1);
    append_16(maker, length);
    append(maker, tcp ? "\x06\x40" : "\x11\x40", 2);
    append(maker, prefix, sizeof prefix);
    append(maker, answer ? "\5" : "\1", 1);
    append(maker, prefix, sizeof prefix);
    append(maker, answer ? "\1" : "\5", 1);
}

static void
append_ip(maker_t *maker, const fuzz_record_t *record, unsigned length, bool tcp)
{
    (record->how & FUZZ_IPV6 ? append_ipv6 : append_ipv4)(maker, length, tcp, record->how & FUZZ_ANSWER);
}

static void
append_ports(maker_t *maker, const fuzz_record_t *record)
{
    const unsigned client = record->how & FUZZ_OTHER_PORT ? 50016 : 50010;
    const bool answer = record->how & FUZZ_ANSWER;

    append_16(maker, answer ? maker->entry->port : client);
    append_16(maker, answer ? client : maker->entry->port);
}

/* How long the payload was, which the capture need not hold all of. */
static unsigned
whole_length(const fuzz_record_t *record)
{
    return record->length + (record->how & FUZZ_CUT ? record->more : 0);
}

static void
append_udp(maker_t *maker, const fuzz_record_t *record)
{
    const unsigned length = whole_length(record) + 8;

    append_ip(maker, record, length, false);
    append_ports(maker, record);
    append_16(maker, length);
    append_16(maker, 0);
}

static void
append_tcp(maker_t *maker, const fuzz_record_t *record)
{
    enum { IN_ORDER, REPEATED, BEHIND_GAP, WITH_FLAGS };
    enum { FIN = 1, SYN = 2, ACK = 0x10 };
    const unsigned length = whole_length(record), order = record->how >> 6;
    const bool answer = record->how & FUZZ_ANSWER;
    stream_t *stream = &maker->streams[record->how & FUZZ_OTHER_PORT ? 1 : 0];
    const unsigned flags = order == WITH_FLAGS ? record->more & 0x3F : ACK;
    uint32_t number = stream->next[answer];

    if (order == REPEATED)
        number -= length;
    if (order == BEHIND_GAP)
        number += record->more;
    append_ip(maker, record, length + 20, true);
    append_ports(maker, record);
    append_32(maker, number);
    append_32(maker, stream->next[!answer]);
    append_16(maker, 0x5000 | flags);
    append_16(maker, 0xFFFF);
    append_32(maker, 0);
    stream->next[answer] = number + length + (flags & (SYN | FIN) ? 1 : 0);
}

static void
append_tag(maker_t *maker, unsigned tag, const void *value, unsigned length)
{
    append_16(maker, tag);
    append_16(maker, length);
    append(maker, value, length);
}

static void
append_pdu(maker_t *maker, const fuzz_record_t *record)
{
    const char *name = maker->entry->dissector;
    const bool answer = record->how & FUZZ_ANSWER;

    if (!name)
        name = dissectors[record->more % array_length(dissectors)];
    append_tag(maker, EXP_PDU_TAG_DISSECTOR_NAME, name, (unsigned)strlen(name));
    append_tag(maker, EXP_PDU_TAG_IPV4_SRC, answer ? "\xCB\0\x71\5" : "\xC0\0\2\1", 4);
    append_tag(maker, EXP_PDU_TAG_IPV4_DST, answer ? "\xC0\0\2\1" : "\xCB\0\x71\5", 4);
    append_tag(maker, EXP_PDU_TAG_PORT_TYPE, "\0\0\0\3", 4);
    append_tag(maker, EXP_PDU_TAG_SRC_PORT, answer ? "\0\0\x13\xC4" : "\0\0\xC3\x50", 4);
    append_tag(maker, EXP_PDU_TAG_DST_PORT, answer ? "\0\0\xC3\x50" : "\0\0\x13\xC4", 4);
    append_tag(maker, EXP_PDU_TAG_END_OF_OPT, "", 0);
}

static void
make_frame(maker_t *maker, const uint8_t *payload, const fuzz_record_t *record, capture_frame_t *frame)
{
    static void (*const headers[])(maker_t *, const fuzz_record_t *) = {
        [FUZZ_UDP] = append_udp, [FUZZ_TCP] = append_tcp, [FUZZ_PDU] = append_pdu, [FUZZ_IN_TLS] = append_tcp
    };

    maker->bytes = g_byte_array_new();
    if (maker->entry->carrier != FUZZ_WHOLE_FRAME)
        headers[maker->entry->carrier](maker, record);
    append_text(maker, maker->entry->before);
    append(maker, payload, record->length);
    append_text(maker, maker->entry->after);
    frame->captured = maker->bytes->len;
    frame->length = frame->captured + (record->how & FUZZ_CUT ? record->more : 0);
    frame->encap = maker->entry->carrier == FUZZ_PDU ? WTAP_ENCAP_WIRESHARK_UPPER_PDU : WTAP_ENCAP_ETHERNET;
    frame->interface = maker->entry->carrier == FUZZ_WHOLE_FRAME && record->how & FUZZ_OTHER_PORT;
    /* Of its exact size, so that the sanitizer sees every byte beyond. */
    frame->bytes = g_memdup2(maker->bytes->data, maker->bytes->len);
    g_byte_array_free(maker->bytes, TRUE);
}

/* A frame more, with the payload below its headers. */
static void
add_frame(maker_t *maker, capture_t *capture, const uint8_t *payload, const fuzz_record_t *record)
{
    capture_frame_t *frame = (capture_frame_t *)(uintptr_t)&capture->frames[capture->count++];

    make_frame(maker, payload, record, frame);
    frame->time = maker->now;
}

static void
add_handshake(maker_t *maker, capture_t *capture, unsigned how)
{
    for (size_t i = 0; i < array_length(handshake); i++) {
        const fuzz_record_t record = { .how = (uint8_t)(how | (handshake[i].answer ? FUZZ_ANSWER : 0)),
                                       .length = handshake[i].length };

        add_frame(maker, capture, (const uint8_t *)handshake[i].bytes, &record);
    }
}

static void
add_in_tls(maker_t *maker, capture_t *capture, const uint8_t *payload, const fuzz_record_t *record)
{
    bool *greeted = &maker->greeted[record->how & FUZZ_OTHER_PORT ? 1 : 0];
    GByteArray *records = as_records_of_tls(payload, record->length);
    fuzz_record_t outer = *record;

    if (!*greeted)
        add_handshake(maker, capture, record->how & (FUZZ_OTHER_PORT | FUZZ_IPV6));
    *greeted = true;
    outer.length = records->len;
    add_frame(maker, capture, records->data, &outer);
    g_byte_array_free(records, TRUE);
}

capture_t
fuzz_make_capture(const uint8_t *input, size_t size)
{
    const bool in_tls = size && fuzz_entry_of(input)->carrier == FUZZ_IN_TLS;
    capture_t capture = { .frames = g_new0(capture_frame_t, FUZZ_MOST_FRAMES + 2 * array_length(handshake)),
                          .secrets = in_tls ? secrets : NULL };
    fuzz_record_t record;
    size_t at = FUZZ_HEAD;
    maker_t maker = { .entry = size ? fuzz_entry_of(input) : NULL, .now = 1600000000000000U };

    for (unsigned i = 0; i < FUZZ_MOST_FRAMES && fuzz_next_record(input, size, &at, &record); i++) {
        maker.now += later_ms[(record.how & FUZZ_LATER) >> 2] * 1000U;
        (in_tls ? add_in_tls : add_frame)(&maker, &capture, input + record.at, &record);
    }
    return capture;
}

void
fuzz_free_capture(capture_t *capture)
{
    for (unsigned i = 0; i < capture->count; i++)
        g_free((void *)(uintptr_t)capture->frames[i].bytes);
    g_free((void *)(uintptr_t)capture->frames);
}
