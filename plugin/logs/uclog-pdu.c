/* uclog-pdu.c
 * Records as exported PDUs
 *
 * The tags are those of Wireshark's wsutil/exported_pdu_tlvs.h; their numbers
 * are the same in every version, so the packets fit all of them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "logs/uclog-pdu.h"

#include <stdio.h>

enum {
    TAG_END = 0,
    TAG_DISSECTOR_NAME = 12,
    TAG_IPV4_SOURCE = 20,
    TAG_IPV4_DESTINATION = 21,
    TAG_IPV6_SOURCE = 22,
    TAG_IPV6_DESTINATION = 23,
    TAG_PORT_TYPE = 24,
    TAG_SOURCE_PORT = 25,
    TAG_DESTINATION_PORT = 26,
    TAG_P2P_DIRECTION = 35
};
enum { PORT_TYPE_TCP = 2 };
enum { P2P_SENT = 0, P2P_RECEIVED = 1 };

/* RFC 5424 6.2.1: facility local0 */
#define SYSLOG_FACILITY 16

static void
append_tag(uclog_bytes_t *packet, unsigned tag, const void *value, size_t length)
{
    static const char zeros[4] = { 0 };
    size_t padding = (4 - length % 4) % 4;
    uint8_t head[4] = { (uint8_t)(tag >> 8), (uint8_t)tag, (uint8_t)((length + padding) >> 8),
                        (uint8_t)(length + padding) };

    uclog_bytes_append(packet, head, sizeof head);
    uclog_bytes_append(packet, value, length);
    uclog_bytes_append(packet, zeros, padding);
}

static void
append_number(uclog_bytes_t *packet, unsigned tag, uint32_t number)
{
    uint8_t value[4] = { (uint8_t)(number >> 24), (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number };

    append_tag(packet, tag, value, sizeof value);
}

static void
append_endpoints(uclog_bytes_t *packet, const uclog_record_t *record)
{
    bool received = record->direction == UCLOG_RECEIVED;
    const uclog_endpoint_t *source = received ? &record->remote : &record->local;
    const uclog_endpoint_t *destination = received ? &record->local : &record->remote;

    if (source->family)
        append_tag(packet, source->family == 4 ? TAG_IPV4_SOURCE : TAG_IPV6_SOURCE, source->address,
                   source->family == 4 ? 4 : 16);
    if (destination->family)
        append_tag(packet, destination->family == 4 ? TAG_IPV4_DESTINATION : TAG_IPV6_DESTINATION,
                   destination->address, destination->family == 4 ? 4 : 16);
    if (source->has_port || destination->has_port)
        append_number(packet, TAG_PORT_TYPE, PORT_TYPE_TCP);
    if (source->has_port)
        append_number(packet, TAG_SOURCE_PORT, source->port);
    if (destination->has_port)
        append_number(packet, TAG_DESTINATION_PORT, destination->port);
    append_number(packet, TAG_P2P_DIRECTION, received ? P2P_RECEIVED : P2P_SENT);
}

/* A field of the syslog header: printable ASCII without blanks, "-" if there is nothing. */
static void
append_syslog_field(uclog_bytes_t *packet, const char *text)
{
    uclog_bytes_append(packet, " ", 1);
    if (!*text)
        uclog_bytes_append(packet, "-", 1);
    for (; *text; text++)
        uclog_bytes_append(packet, *text > 32 && *text < 127 ? text : "_", 1);
}

static void
append_syslog_header(uclog_bytes_t *packet, const uclog_record_t *record)
{
    GDateTime *utc = g_date_time_new_from_unix_utc(record->time_ms / 1000);
    char *second = utc ? g_date_time_format(utc, "%Y-%m-%dT%H:%M:%S") : NULL;
    char head[64];
    int length = snprintf(head, sizeof head, "<%u>1 %s.%03uZ", SYSLOG_FACILITY * 8U + (record->severity & 7U),
                          second ? second : "1970-01-01T00:00:00", (unsigned)(record->time_ms % 1000));

    uclog_bytes_append(packet, head, (size_t)length);
    g_free(second);
    if (utc)
        g_date_time_unref(utc);
    append_syslog_field(packet, record->machine);
    append_syslog_field(packet, record->component);
    append_syslog_field(packet, record->process);
    append_syslog_field(packet, record->flag);
    uclog_bytes_append(packet, " - ", 3);
}

void
uclog_pdu_append(uclog_bytes_t *packet, const uclog_record_t *record)
{
    const char *dissector = record->kind == UCLOG_MESSAGE ? "sip" : "syslog";

    append_tag(packet, TAG_DISSECTOR_NAME, dissector, strlen(dissector));
    if (record->direction != UCLOG_DIRECTION_UNKNOWN)
        append_endpoints(packet, record);
    append_tag(packet, TAG_END, "", 0);
    if (record->kind != UCLOG_MESSAGE)
        append_syslog_header(packet, record);
    uclog_bytes_append(packet, record->data.data, record->data.length);
}
