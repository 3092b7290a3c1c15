/* uclog-writer.c
 * Writes records as a capture file
 *
 * Classic pcap has no place for a comment, a direction, or the name of a machine; pcapng has.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "logs/uclog-writer.h"

#include <errno.h>

#include "logs/uclog-os.h"
#include "logs/uclog-pdu.h"

#define FLUSH_BYTES     (256U * 1024U)
#define SNAPSHOT_LENGTH (256 * 1024)
/* Logs of a merge name a handful of machines; a damaged one may name thousands. */
#define MAX_INTERFACES 256U

/* Blocks and options of draft-ietf-opsawg-pcapng */
enum { BLOCK_INTERFACE = 1, BLOCK_PACKET = 6, BLOCK_SECTION = 0x0A0D0D0A };
enum { OPTION_END = 0, OPTION_COMMENT = 1 };
enum { SECTION_APPLICATION = 4 };
enum { INTERFACE_NAME = 2, INTERFACE_DESCRIPTION = 3, INTERFACE_TIME_RESOLUTION = 9 };
enum { PACKET_FLAGS = 2, FLAG_INBOUND = 1, FLAG_OUTBOUND = 2 };
#define BYTE_ORDER_MAGIC 0x1A2B3C4DU
#define CLASSIC_MAGIC    0xA1B2C3D4U /* draft-ietf-opsawg-pcap: times in microseconds */
#define RESOLUTION_MS    3

struct uclog_writer_t {
    int fd;
    int error;
    const char *const *names;
    uclog_bytes_t out;
    uclog_bytes_t packet;
    GHashTable *interfaces; /* name -> number + 1 */
    unsigned interface_count;
    bool classic;
};

static void
put_number(uclog_bytes_t *out, uint32_t number)
{
    uclog_bytes_append(out, &number, sizeof number);
}

static void
put_padded(uclog_bytes_t *out, const void *data, size_t length)
{
    static const char zeros[4] = { 0 };

    uclog_bytes_append(out, data, length);
    uclog_bytes_append(out, zeros, (4 - length % 4) % 4);
}

static void
put_option(uclog_bytes_t *out, uint16_t code, const void *value, size_t length)
{
    uint16_t head[2] = { code, (uint16_t)length };

    uclog_bytes_append(out, head, sizeof head);
    put_padded(out, value, length);
}

/* Starts a block; returns where it starts. */
static size_t
begin_block(uclog_bytes_t *out, uint32_t type)
{
    size_t start = out->length;

    put_number(out, type);
    put_number(out, 0); /* its length, known at the end */
    return start;
}

static void
end_block(uclog_bytes_t *out, size_t start)
{
    uint32_t length = (uint32_t)(out->length - start) + 4;

    put_number(out, length);
    memcpy(out->data + start + 4, &length, sizeof length);
}

static void
put_section(uclog_bytes_t *out)
{
    static const char application[] = "uclog";
    static const uint16_t version[2] = { 1, 0 };
    size_t start = begin_block(out, BLOCK_SECTION);

    put_number(out, BYTE_ORDER_MAGIC);
    uclog_bytes_append(out, version, sizeof version);
    put_number(out, UINT32_MAX); /* section length: not known */
    put_number(out, UINT32_MAX);
    put_option(out, SECTION_APPLICATION, application, sizeof application - 1);
    put_option(out, OPTION_END, "", 0);
    end_block(out, start);
}

static void
put_interface(uclog_bytes_t *out, const char *name, const char *description)
{
    static const uint8_t resolution = RESOLUTION_MS;
    static const uint16_t linktype[2] = { UCLOG_LINKTYPE, 0 };
    size_t start = begin_block(out, BLOCK_INTERFACE);

    uclog_bytes_append(out, linktype, sizeof linktype);
    put_number(out, SNAPSHOT_LENGTH);
    put_option(out, INTERFACE_NAME, name, strlen(name));
    if (*description)
        put_option(out, INTERFACE_DESCRIPTION, description, strlen(description));
    put_option(out, INTERFACE_TIME_RESOLUTION, &resolution, 1);
    put_option(out, OPTION_END, "", 0);
    end_block(out, start);
}

static void
put_classic_head(uclog_bytes_t *out)
{
    static const uint16_t version[2] = { 2, 4 };

    put_number(out, CLASSIC_MAGIC);
    uclog_bytes_append(out, version, sizeof version);
    put_number(out, 0); /* the time zone is UTC */
    put_number(out, 0); /* nothing is said of accuracy */
    put_number(out, SNAPSHOT_LENGTH);
    put_number(out, UCLOG_LINKTYPE);
}

/* The interface of a record: its machine, else its file. */
static uint32_t
interface_of(uclog_writer_t *writer, const uclog_record_t *record)
{
    const char *name = *record->machine ? record->machine : writer->names[record->source];
    unsigned number = GPOINTER_TO_UINT(g_hash_table_lookup(writer->interfaces, name));
    char *valid;

    if (number)
        return number - 1;
    if (writer->interface_count == MAX_INTERFACES)
        return 0;
    valid = g_utf8_make_valid(name, -1);
    put_interface(&writer->out, valid, record->pool);
    g_free(valid);
    g_hash_table_insert(writer->interfaces, g_strdup(name), GUINT_TO_POINTER(++writer->interface_count));
    return writer->interface_count - 1;
}

uclog_writer_t *
uclog_writer_new(int fd, bool classic, const char *const *names)
{
    uclog_writer_t *writer = g_new0(uclog_writer_t, 1);

    writer->fd = fd;
    writer->names = names;
    writer->interfaces = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    writer->classic = classic;
    if (classic) {
        put_classic_head(&writer->out);
    } else {
        put_section(&writer->out);
        /* A capture without a packet needs an interface as well: Wireshark shows it while it waits. */
        put_interface(&writer->out, names[0], "");
        g_hash_table_insert(writer->interfaces, g_strdup(names[0]), GUINT_TO_POINTER(++writer->interface_count));
    }
    return writer;
}

static bool
write_out(uclog_writer_t *writer)
{
    size_t done = 0;

    while (done < writer->out.length && !writer->error) {
        gssize written = uclog_os_write(writer->fd, writer->out.data + done, writer->out.length - done);

        if (written >= 0)
            done += (size_t)written;
        else
            writer->error = errno;
    }
    writer->out.length = 0;
    return !writer->error;
}

static bool
put_out(uclog_writer_t *writer)
{
    return writer->out.length < FLUSH_BYTES || write_out(writer);
}

static bool
record_classic(uclog_writer_t *writer, const uclog_record_t *record)
{
    uint32_t length = (uint32_t)writer->packet.length;

    put_number(&writer->out, (uint32_t)(record->time_ms / 1000));
    put_number(&writer->out, (uint32_t)(record->time_ms % 1000 * 1000));
    put_number(&writer->out, length);
    put_number(&writer->out, length);
    uclog_bytes_append(&writer->out, writer->packet.data, length);
    return put_out(writer);
}

bool
uclog_writer_record(uclog_writer_t *writer, const uclog_record_t *record)
{
    uint32_t interface, length;
    size_t start;

    writer->packet.length = 0;
    uclog_pdu_append(&writer->packet, record);
    if (writer->classic)
        return record_classic(writer, record);
    interface = interface_of(writer, record);
    start = begin_block(&writer->out, BLOCK_PACKET);
    length = (uint32_t)writer->packet.length;
    put_number(&writer->out, interface);
    put_number(&writer->out, (uint32_t)((uint64_t)record->time_ms >> 32));
    put_number(&writer->out, (uint32_t)record->time_ms);
    put_number(&writer->out, length);
    put_number(&writer->out, length);
    put_padded(&writer->out, writer->packet.data, length);
    for (size_t i = 0; i < record->comments.length;) {
        size_t comment = strlen(record->comments.data + i);

        put_option(&writer->out, OPTION_COMMENT, record->comments.data + i, comment);
        i += comment + 1;
    }
    if (record->direction != UCLOG_DIRECTION_UNKNOWN) {
        uint32_t flags = record->direction == UCLOG_RECEIVED ? FLAG_INBOUND : FLAG_OUTBOUND;

        put_option(&writer->out, PACKET_FLAGS, &flags, sizeof flags);
    }
    put_option(&writer->out, OPTION_END, "", 0);
    end_block(&writer->out, start);
    return put_out(writer);
}

bool
uclog_writer_flush(uclog_writer_t *writer)
{
    return write_out(writer);
}

int
uclog_writer_error(const uclog_writer_t *writer)
{
    return writer->error;
}

bool
uclog_writer_free(uclog_writer_t *writer)
{
    bool good;

    write_out(writer);
    if (!uclog_os_close(writer->fd) && !writer->error)
        writer->error = errno;
    good = !writer->error;
    g_hash_table_destroy(writer->interfaces);
    uclog_bytes_free(&writer->out);
    uclog_bytes_free(&writer->packet);
    g_free(writer);
    return good;
}
