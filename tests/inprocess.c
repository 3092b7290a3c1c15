/* inprocess.c
 * Wireshark's dissection in this process. What differs between versions of Wireshark here, and not in the plugin, is
 * how a frame is handed to it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _GNU_SOURCE
#include "inprocess.h"

#include <dlfcn.h>
#include <errno.h>
#include <sys/stat.h>

#include <epan/column.h>
#include <epan/epan_dissect.h>
#include <epan/column-info.h>
#include <epan/reassemble.h>
#include <epan/secrets.h>
#include <epan/stat_tap_ui.h>
#include <epan/timestamp.h>
#include <wsutil/filesystem.h>
#include <wsutil/privileges.h>
#include <wsutil/wslog.h>
#include <wiretap/secrets-types.h>
#include <wiretap/wtap.h>

/* Where the engine asks for what it does not keep. */
struct packet_provider_data {
    const frame_data *frames;
    unsigned count;
};

static column_info columns;

static const nstime_t *
frame_time(struct packet_provider_data *provider, uint32_t number)
{
    return number > 0 && number <= provider->count ? &provider->frames[number - 1].abs_ts : NULL;
}

static const char *const interface_names[] = { "inside", "outside" };

#if WS_AT_LEAST(4, 2)
static const char *
interface_name(struct packet_provider_data *provider _U_, uint32_t number, unsigned section _U_)
{
    return number < array_length(interface_names) ? interface_names[number] : NULL;
}
#else
static const char *
interface_name(struct packet_provider_data *provider _U_, uint32_t number)
{
    return number < array_length(interface_names) ? interface_names[number] : NULL;
}
#endif

static const struct packet_provider_funcs provider_functions = { .get_frame_ts = frame_time,
                                                                 .get_interface_name = interface_name };

/* A folder that does not exist. */
#define NOWHERE "/nonexistent"

/* The library's own function of a name that is taken here. */
#define LIBRARY(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))

/* In place of the library's own: each session would read the names of all vendors and services anew, and that takes
 * a hundred times as long as the dissection of a little capture. */
WS_DLL_PUBLIC_DEF char *
get_datafile_path(const char *name)
{
    return g_strconcat(NOWHERE "/", name, NULL);
}

/* And each would look for some fifty such files of the user, and find none. */
static bool
is_of_nobody(const char *path)
{
    static const char nowhere[] = NOWHERE;

    return *path == '\0' || strncmp(path, nowhere, sizeof nowhere - 1) == 0 || strcmp(path, "/etc/ethers") == 0;
}

WS_DLL_PUBLIC_DEF FILE *
fopen(const char *path, const char *mode)
{
    if (!is_of_nobody(path))
        return LIBRARY(fopen)(path, mode);
    errno = ENOENT;
    return NULL;
}

WS_DLL_PUBLIC_DEF int
stat(const char *path, struct stat *result)
{
    if (!is_of_nobody(path))
        return LIBRARY(stat)(path, result);
    errno = ENOENT;
    return -1;
}

/* The same: each session would open two channels to servers of DNS, which nobody asks here. Not ARES_SUCCESS. */
int ares_init(void **channel);
int ares_init_options(void **channel, const void *options, int mask);

WS_DLL_PUBLIC_DEF int
ares_init(void **channel _U_)
{
    return 1;
}

WS_DLL_PUBLIC_DEF int
ares_init_options(void **channel _U_, const void *options _U_, int mask _U_)
{
    return 1;
}

/* --- few protocols ---------------------------------------------------------------------------------------------- */

/* What our traffic passes through. All others are switched off, and what they do at the beginning and the end of each
 * session is left out: that takes ten times as long as the dissection of a little capture. */
static const char *const kept[] = {
    "frame",
    "eth",
    "ethertype",
    "vlan",
    "ip",
    "ipv6",
    "icmp",
    "icmpv6",
    "udp",
    "tcp",
    "tls",
    "http",
    "sip",
    "sdp",
    "xml",
    "stun",
    "classicstun",
    "rtp",
    "rtcp",
    "dns",
    "data",
    "syslog",
    "media",
    "sipfrag",
    "exported_pdu",
    "mime_multipart",
    "data-text-lines",
    "ber",
    "x509af",
    "x509ce",
    "x509if",
    "x509sat",
    "pkcs1",
    "pkix1explicit",
    "pkix1implicit",
    "ocsp",
};

#define FIRST_OF_OURS "msice_plugin"

static bool
is_kept(int proto)
{
    const int ours = proto_get_id_by_filter_name(FIRST_OF_OURS);

    if (ours >= 0 && proto >= ours)
        return true;
    for (size_t i = 0; i < array_length(kept); i++)
        if (strcmp(proto_get_protocol_filter_name(proto), kept[i]) == 0)
            return true;
    return false;
}

/* Where in the library protocols are registered, and the kept ones among them: what is near comes from the same file,
 * or from one beside it, which does no harm. What is near to none is the engine itself. */
#define NEAR 0x8000

static GArray *all_places, *kept_places;

static bool
is_near(const GArray *places, uintptr_t caller)
{
    for (unsigned i = 0; places && i < places->len; i++) {
        const uintptr_t place = g_array_index(places, uintptr_t, i);

        if ((caller > place ? caller - place : place - caller) < NEAR)
            return true;
    }
    return false;
}

static void
note_place(GArray **places, uintptr_t caller)
{
    if (!*places)
        *places = g_array_new(FALSE, FALSE, sizeof(uintptr_t));
    g_array_append_val(*places, caller);
}

static bool
is_needed(uintptr_t caller)
{
    return is_near(kept_places, caller) || !is_near(all_places, caller);
}

#define CALLER ((uintptr_t)__builtin_return_address(0))

WS_DLL_PUBLIC_DEF int
proto_register_protocol(const char *name, const char *short_name, const char *filter)
{
    const int proto = LIBRARY(proto_register_protocol)(name, short_name, filter);

    note_place(&all_places, CALLER);
    if (is_kept(proto))
        note_place(&kept_places, CALLER);
    return proto;
}

WS_DLL_PUBLIC_DEF void
register_init_routine(void (*routine)(void))
{
    if (is_needed(CALLER))
        LIBRARY(register_init_routine)(routine);
}

WS_DLL_PUBLIC_DEF void
register_cleanup_routine(void (*routine)(void))
{
    if (is_needed(CALLER))
        LIBRARY(register_cleanup_routine)(routine);
}

WS_DLL_PUBLIC_DEF void
reassembly_table_register(reassembly_table *table, const reassembly_table_functions *functions)
{
    if (is_needed(CALLER))
        LIBRARY(reassembly_table_register)(table, functions);
}

static void
switch_off_the_others(void)
{
    void *cookie;

    for (int proto = proto_get_first_protocol(&cookie); proto >= 0; proto = proto_get_next_protocol(&cookie))
        if (!is_kept(proto) && proto_can_toggle_protocol(proto) && !proto_is_pino(find_protocol_by_id(proto)))
            proto_set_decoding(proto, FALSE);
}

/* --- start ------------------------------------------------------------------------------------------------------ */

static void
start_log(void)
{
#if WS_AT_LEAST(4, 6)
    ws_log_init(NULL);
#else
    ws_log_init("inprocess", NULL);
#endif
}

static char *
start_configuration(const char *program)
{
#if WS_AT_LEAST(4, 6)
    return configuration_init(program);
#else
    return configuration_init(program, NULL);
#endif
}

void
inprocess_start(const char *program)
{
    e_prefs *settings;

    /* Each allocation of Wireshark's one of malloc, so that a sanitizer sees its bounds. */
    g_setenv("WIRESHARK_DEBUG_WMEM_OVERRIDE", "simple", TRUE);
    g_setenv("WIRESHARK_CONFIG_DIR", NOWHERE, TRUE);
    g_setenv("TZ", "UTC", TRUE);
    start_log();
    ws_log_set_level(LOG_LEVEL_WARNING);
    init_process_policies();
    g_free(start_configuration(program));
    wtap_init(FALSE);
    plugin_register();
    if (!epan_init(NULL, NULL, FALSE))
        exit(2);
    settings = epan_load_settings();
    prefs_apply_all();
    switch_off_the_others();
    g_log_set_always_fatal(G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING);
    timestamp_set_type(TS_RELATIVE);
    timestamp_set_precision(TS_PREC_AUTO);
    timestamp_set_seconds_type(TS_SECONDS_DEFAULT);
    build_column_format_array(&columns, (gint)settings->num_cols, TRUE);
}

void
inprocess_set(const char *preference)
{
    char *text = g_strdup(preference), *problem = NULL;

    if (prefs_set_pref(text, &problem) != PREFS_SET_OK) {
        fprintf(stderr, "%s: %s\n", preference, problem ? problem : "not set");
        exit(2);
    }
    g_free(text);
}

static void
make_record(wtap_rec *record, const capture_frame_t *frame)
{
#if WS_AT_LEAST(4, 6)
    wtap_rec_init(record, frame->captured);
    wtap_setup_packet_rec(record, frame->encap);
    ws_buffer_append(&record->data, frame->bytes, frame->captured);
#else
    wtap_rec_init(record);
    record->rec_type = REC_TYPE_PACKET;
    record->rec_header.packet_header.pkt_encap = frame->encap;
#endif
    record->presence_flags = WTAP_HAS_TS | WTAP_HAS_CAP_LEN | WTAP_HAS_INTERFACE_ID;
    record->tsprec = WTAP_TSPREC_USEC;
    record->ts.secs = (time_t)(frame->time / 1000000);
    record->ts.nsecs = (int)(frame->time % 1000000 * 1000);
    record->rec_header.packet_header.caplen = frame->captured;
    record->rec_header.packet_header.len = frame->length;
    record->rec_header.packet_header.interface_id = frame->interface;
}

static void
run(epan_dissect_t *edt, wtap_rec *record, frame_data *data, const capture_frame_t *frame, const capture_pass_t *pass)
{
    const int type = wtap_pcapng_file_type_subtype();
    column_info *filled = pass->columns ? &columns : NULL;

#if WS_AT_LEAST(4, 6)
    (void)frame;
    (pass->taps ? epan_dissect_run_with_taps : epan_dissect_run)(edt, type, record, data, filled);
#else
    (pass->taps ? epan_dissect_run_with_taps : epan_dissect_run)(
        edt, type, record, tvb_new_real_data(frame->bytes, frame->captured, (gint)frame->length), data, filled);
#endif
}

/* What the engine keeps from frame to frame. */
typedef struct {
    nstime_t elapsed;
    uint32_t bytes;
    const frame_data *reference, *previous;
} progress_t;

static void
dissect_frame(epan_t *session, frame_data *data, const capture_frame_t *frame, const capture_pass_t *pass,
              progress_t *progress)
{
    epan_dissect_t edt;
    wtap_rec record;

    make_record(&record, frame);
    epan_dissect_init(&edt, session, pass->tree, pass->tree);
    frame_data_set_before_dissect(data, &progress->elapsed, &progress->reference, progress->previous);
    run(&edt, &record, data, frame, pass);
    if (pass->columns)
        epan_dissect_fill_in_columns(&edt, FALSE, TRUE);
    frame_data_set_after_dissect(data, &progress->bytes);
    progress->previous = data;
    if (pass->look)
        pass->look(pass->data, data->num, &edt);
    epan_dissect_cleanup(&edt);
    wtap_rec_cleanup(&record);
}

static void
run_pass(epan_t *session, const capture_t *capture, frame_data *data, const capture_pass_t *pass, bool first)
{
    progress_t progress = { NSTIME_INIT_ZERO, 0, NULL, NULL };

    for (unsigned i = 0; i < capture->count; i++) {
        if (first) {
            wtap_rec record;

            make_record(&record, &capture->frames[i]);
            frame_data_init(&data[i], i + 1, &record, 0, progress.bytes);
            wtap_rec_cleanup(&record);
        }
        dissect_frame(session, &data[i], &capture->frames[i], pass, &progress);
    }
}

void
inprocess_dissect(const capture_t *capture, const capture_pass_t *passes, unsigned count)
{
    frame_data *data = g_new0(frame_data, capture->count);
    struct packet_provider_data provider = { data, capture->count };
    epan_t *session = epan_new(&provider, &provider_functions);

    if (capture->secrets)
        secrets_wtap_callback(SECRETS_TYPE_TLS, capture->secrets, (unsigned)strlen(capture->secrets));
    for (unsigned i = 0; i < count; i++) {
        reset_tap_listeners();
        run_pass(session, capture, data, &passes[i], i == 0);
        if (passes[i].draw)
            draw_tap_listeners(TRUE);
    }
    epan_free(session);
    for (unsigned i = 0; i < capture->count; i++)
        frame_data_destroy(&data[i]);
    g_free(data);
}

void
inprocess_statistic(const char *name)
{
    if (!process_stat_cmd_arg(name))
        exit(2);
    start_requested_stats();
}
