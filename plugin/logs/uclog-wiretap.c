/* uclog-wiretap.c
 * The log parser as a file reader of Wireshark (4.6 and later): File > Open and
 * tshark -r take a log as it is. In older versions the reader interface is not
 * public, and uclog is a capture source and converter only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <sys/stat.h>
#include <time.h>

#include <ws_version.h>
#include <wireshark.h>
#include <wiretap/wtap_module.h>
#include <wiretap/file_wrappers.h>
#include <wsutil/plugins.h>

#include "logs/uclog-findings.h"
#include "logs/uclog-pdu.h"
#include "logs/uclog-reader.h"

#ifdef G_OS_WIN32
#define UCLOG_EXPORT __declspec(dllexport)
#else
#define UCLOG_EXPORT __attribute__((visibility("default")))
#endif

UCLOG_EXPORT extern const char plugin_version[];
UCLOG_EXPORT extern const int plugin_want_major;
UCLOG_EXPORT extern const int plugin_want_minor;
UCLOG_EXPORT void plugin_register(void);
UCLOG_EXPORT uint32_t plugin_describe(void);

const char plugin_version[] = MSICE_VERSION;
const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

/* A record is read again by itself when the user looks at it: small pieces keep that quick. */
#define REREAD_SIZE     8192U
#define SNAPSHOT_LENGTH (256U * 1024U)

static int file_type = -1;

/* A place in the file, being read. */
typedef struct {
    FILE_T file;
    unsigned limit;
} source_t;

/* What is said about a message, and its time, as they were when the file was read from its begin. */
typedef struct {
    int64_t time_ms;
    GBytes *comments;
} kept_t;

/* What belongs to one open file. */
typedef struct {
    uclog_clock_t clock;
    source_t sequential;
    uclog_reader_t reader;
    uclog_window_t *window;
    GQueue ready;           /* records that left the window */
    GHashTable *interfaces; /* machine -> number + 1 */
    GHashTable *judged;     /* place of a message -> kept_t, where its own text does not tell all of it */
    uclog_stamp_t written;  /* when the file was changed last */
    uclog_bytes_t packet;
    bool utf16, big_endian;
} open_log_t;

static int64_t
read_source(void *context, void *buffer, size_t size)
{
    const source_t *from = context;

    return file_read(buffer, (unsigned)MIN(size, from->limit), from->file);
}

static void
free_kept(void *data)
{
    kept_t *kept = data;

    g_bytes_unref(kept->comments);
    g_free(kept);
}

static void
put_ready(void *context, uclog_record_t *record)
{
    open_log_t *log = context;

    if (record->judged || log->reader.format->looks_back) {
        int64_t *place = g_new(int64_t, 1);
        kept_t *kept = g_new(kept_t, 1);

        *place = uclog_record_place(record);
        kept->time_ms = record->time_ms;
        kept->comments = g_bytes_new(record->comments.data, record->comments.length);
        g_hash_table_insert(log->judged, place, kept);
    }
    g_queue_push_tail(&log->ready, record);
}

static void
add_interface(wtap *wth, const char *name)
{
    wtap_block_t block = wtap_block_create(WTAP_BLOCK_IF_ID_AND_INFO);
    wtapng_if_descr_mandatory_t *description = wtap_block_get_mandatory_data(block);

    description->wtap_encap = WTAP_ENCAP_WIRESHARK_UPPER_PDU;
    description->time_units_per_second = 1000;
    description->tsprecision = WTAP_TSPREC_MSEC;
    description->snap_len = SNAPSHOT_LENGTH;
    wtap_block_add_string_option(block, OPT_IDB_NAME, name, strlen(name));
    /* Said twice: whoever saves the log as pcapng takes it from here. */
    wtap_block_add_uint8_option(block, OPT_IDB_TSRESOL, WTAP_TSPREC_MSEC);
    g_array_append_val(wth->interface_data, block);
}

/* The interface of a record: its machine, else its file. In the first pass a new one is added. */
static unsigned
interface_of(wtap *wth, open_log_t *log, const uclog_record_t *record)
{
    unsigned number = GPOINTER_TO_UINT(g_hash_table_lookup(log->interfaces, record->machine));
    char *valid;

    if (number)
        return number - 1;
    valid = g_utf8_make_valid(record->machine, -1);
    add_interface(wth, valid);
    g_free(valid);
    number = wth->interface_data->len;
    g_hash_table_insert(log->interfaces, g_strdup(record->machine), GUINT_TO_POINTER(number));
    return number - 1;
}

static void
fill_record(wtap *wth, wtap_rec *rec, const uclog_record_t *record, const char *comments, size_t comments_length)
{
    open_log_t *log = wth->priv;

    wtap_setup_packet_rec(rec, wth->file_encap);
    rec->block = wtap_block_create(WTAP_BLOCK_PACKET);
    rec->presence_flags = WTAP_HAS_TS | WTAP_HAS_INTERFACE_ID;
    rec->ts.secs = (time_t)(record->time_ms / 1000);
    rec->ts.nsecs = (int)(record->time_ms % 1000 * 1000000);
    rec->tsprec = WTAP_TSPREC_MSEC;
    rec->rec_header.packet_header.interface_id = interface_of(wth, log, record);
    log->packet.length = 0;
    uclog_pdu_append(&log->packet, record);
    rec->rec_header.packet_header.caplen = rec->rec_header.packet_header.len = (uint32_t)log->packet.length;
    ws_buffer_append(&rec->data, (uint8_t *)log->packet.data, log->packet.length);
    for (size_t i = 0; i < comments_length; i += strlen(comments + i) + 1)
        wtap_block_add_string_option(rec->block, OPT_COMMENT, comments + i, strlen(comments + i));
    if (record->direction != UCLOG_DIRECTION_UNKNOWN)
        wtap_block_add_uint32_option(rec->block, OPT_PKT_FLAGS,
                                     record->direction == UCLOG_RECEIVED ? PACK_FLAGS_DIRECTION_INBOUND
                                                                         : PACK_FLAGS_DIRECTION_OUTBOUND);
}

static bool
read_next(wtap *wth, wtap_rec *rec, int *err, char **err_info, int64_t *place)
{
    open_log_t *log = wth->priv;
    uclog_record_t *record;

    while (g_queue_is_empty(&log->ready) && (record = uclog_reader_next(&log->reader, true)) != NULL)
        uclog_window_add(log->window, record);
    if (g_queue_is_empty(&log->ready))
        uclog_window_flush(log->window);
    record = g_queue_pop_head(&log->ready);
    if (!record) {
        *err = log->reader.failed ? file_error(wth->fh, err_info) : 0;
        return false;
    }
    *place = uclog_record_place(record);
    fill_record(wth, rec, record, record->comments.data, record->comments.length);
    uclog_record_free(record);
    return true;
}

static bool
read_at(wtap *wth, int64_t place, wtap_rec *rec, int *err, char **err_info)
{
    open_log_t *log = wth->priv;
    source_t from = { wth->random_fh, REREAD_SIZE };
    uclog_sink_t sink = { 0 };
    uclog_reader_t reader;
    uclog_record_t *record;
    int64_t offset = place / UCLOG_FARTHEST;
    bool good = false;

    if (file_seek(wth->random_fh, offset, SEEK_SET, err) < 0)
        return false;
    sink.clock = &log->clock;
    sink.written = log->written;
    uclog_reader_init(&reader, read_source, &from, offset, &sink);
    uclog_lines_set_utf16(reader.lines, log->utf16, log->big_endian);
    uclog_reader_use(&reader, log->reader.format);
    record = uclog_reader_again(&reader, place);
    if (record) {
        const kept_t *kept = g_hash_table_lookup(log->judged, &place);
        size_t length = record->comments.length;
        const char *comments = kept ? g_bytes_get_data(kept->comments, &length) : record->comments.data;

        if (kept)
            record->time_ms = kept->time_ms;
        fill_record(wth, rec, record, comments, length);
        good = true;
    } else {
        *err = file_error(wth->random_fh, err_info);
        if (*err == 0) {
            *err = WTAP_ERR_BAD_FILE;
            *err_info = g_strdup("uclog: the log has changed since it was opened");
        }
    }
    uclog_record_free(record);
    uclog_reader_clear(&reader);
    return good;
}

/* Frees what the log holds; the log itself belongs to Wireshark, which frees it as priv. */
static void
clear_log(open_log_t *log)
{
    uclog_record_t *record;

    uclog_window_free(log->window);
    while ((record = g_queue_pop_head(&log->ready)) != NULL)
        uclog_record_free(record);
    uclog_reader_clear(&log->reader);
    g_hash_table_destroy(log->interfaces);
    g_hash_table_destroy(log->judged);
    uclog_bytes_free(&log->packet);
    uclog_clock_clear(&log->clock);
    uclog_record_free_store();
}

static void
close_log(wtap *wth)
{
    clear_log(wth->priv);
}

/* When the file was changed last; of what is no file, a pipe, it is now. */
static int64_t
last_change(wtap *wth)
{
    ws_statb64 status;
    int err;

    return wtap_fstat(wth, &status, &err) == 0 && S_ISREG(status.st_mode) ? status.st_mtime : time(NULL);
}

/* Whether the file is a log; its reader goes on from where this stops reading. */
static wtap_open_return_val
open_log_file(wtap *wth, int *err, char **err_info)
{
    open_log_t *log = g_new0(open_log_t, 1);
    uclog_sink_t sink = { 0 };
    char *name;

    uclog_clock_init(&log->clock, NULL);
    sink.clock = &log->clock;
    uclog_clock_date(&log->clock, last_change(wth), &log->written);
    sink.written = log->written;
    log->interfaces = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    log->judged = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, free_kept);
    log->window = uclog_window_new(false, put_ready, log);
    log->sequential.file = wth->fh;
    log->sequential.limit = UINT_MAX;
    uclog_reader_init(&log->reader, read_source, &log->sequential, 0, &sink);
    switch (uclog_reader_detect(&log->reader, true)) {
    case UCLOG_LOG:
        break;
    case UCLOG_READ_ERROR:
        clear_log(log);
        g_free(log);
        *err = file_error(wth->fh, err_info);
        /* What is no compressed file may only look like one to the layer below. */
        return *err && *err != WTAP_ERR_SHORT_READ ? WTAP_OPEN_ERROR : WTAP_OPEN_NOT_MINE;
    default:
        clear_log(log);
        g_free(log);
        return WTAP_OPEN_NOT_MINE;
    }
    log->utf16 = uclog_lines_is_utf16(log->reader.lines, &log->big_endian);
    wth->priv = log;
    wth->file_type_subtype = file_type;
    wth->file_encap = WTAP_ENCAP_WIRESHARK_UPPER_PDU;
    wth->file_tsprec = WTAP_TSPREC_MSEC;
    wth->snapshot_length = 0;
    wth->subtype_read = read_next;
    wth->subtype_seek_read = read_at;
    wth->subtype_close = close_log;
    /* Records without a machine belong to the file. */
    name = wth->pathname ? g_path_get_basename(wth->pathname) : g_strdup("log");
    add_interface(wth, name);
    g_free(name);
    g_hash_table_insert(log->interfaces, g_strdup(""), GUINT_TO_POINTER(wth->interface_data->len));
    return WTAP_OPEN_MINE;
}

static void
register_reader(void)
{
    static const struct supported_option_type packet_options[] = {
        { OPT_COMMENT, MULTIPLE_OPTIONS_SUPPORTED },
        { OPT_PKT_FLAGS, ONE_OPTION_SUPPORTED },
    };
    static const struct supported_option_type interface_options[] = { { OPT_IDB_NAME, ONE_OPTION_SUPPORTED },
                                                                      { OPT_IDB_TSRESOL, ONE_OPTION_SUPPORTED } };
    static const struct supported_block_type blocks[] = {
        { WTAP_BLOCK_PACKET, MULTIPLE_BLOCKS_SUPPORTED, OPTION_TYPES_SUPPORTED(packet_options) },
        { WTAP_BLOCK_IF_ID_AND_INFO, MULTIPLE_BLOCKS_SUPPORTED, OPTION_TYPES_SUPPORTED(interface_options) },
    };
    static const struct file_type_subtype_info type = {
        "Lync / Skype for Business log", "uclog", "uccapilog", "log;txt", false,
        BLOCKS_SUPPORTED(blocks),        NULL,    NULL,        NULL
    };
    static struct open_info info = {
        "Lync / Skype for Business log", OPEN_INFO_HEURISTIC, open_log_file, "uccapilog;log;txt", NULL, NULL
    };

    file_type = wtap_register_file_type_subtype(&type);
    /* First: some of Wireshark's own guesses (vwr) take nearly any large file for theirs. */
    wtap_register_open_info(&info, true);
}

void
plugin_register(void)
{
    static const wtap_plugin plugin = { register_reader };

    wtap_register_plugin(&plugin);
}

/* What kind of plugin this is, for Help > About > Plugins. */
uint32_t
plugin_describe(void)
{
    return WS_PLUGIN_DESC_FILE_TYPE;
}
