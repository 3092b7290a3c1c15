/* compat.h
 * Every difference between Wireshark 4.0 and 4.6 that the plugin's sources meet, and nothing else.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_COMPAT_H
#define MSICE_COMPAT_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <ws_version.h>
#include <wireshark.h>

#include <epan/packet.h>
#include <epan/epan.h>
#include <wiretap/wtap.h>
#include <epan/expert.h>
#include <epan/prefs.h>
#include <epan/tap.h>
#include <epan/proto.h>
#include <epan/conversation.h>
#include <epan/conversation_filter.h>
#include <epan/proto_data.h>
#include <epan/to_str.h>
#include <epan/dissectors/packet-rtp.h>

#define WS_AT_LEAST(major, minor)                                                                                    \
    (WIRESHARK_VERSION_MAJOR > (major) || (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

#if WS_AT_LEAST(4, 6)
#include <wsutil/value_string.h>
#include <epan/tfs.h>
#else
#include <epan/value_string.h>
#endif

/* The type that heuristic dissectors and other callbacks return: it changed its size with 4.4. */
#if WS_AT_LEAST(4, 4)
typedef bool compat_bool;
#include <wsutil/plugins.h>
#define COMPAT_PLUGIN_DESC_DISSECTOR WS_PLUGIN_DESC_DISSECTOR
#else
typedef gboolean compat_bool;
#define COMPAT_PLUGIN_DESC_DISSECTOR 1U
#define tvb_get_uint8                tvb_get_guint8
#define tvb_find_uint8               tvb_find_guint8
#endif

/* The separator of sub-menus in the names of statistics. */
#if WS_AT_LEAST(4, 4)
#define COMPAT_MENU_SEPARATOR "//"
#else
#define COMPAT_MENU_SEPARATOR "/"
#endif

/* The menu of statistics on calls. */
#if WS_AT_LEAST(4, 4)
#define COMPAT_STAT_GROUP_TELEPHONY REGISTER_TELEPHONY_GROUP_UNSORTED
#else
#define COMPAT_STAT_GROUP_TELEPHONY REGISTER_STAT_GROUP_TELEPHONY
#endif

/* What a callback returns that starts a statistic (tshark -z), and how it does so when all is well. */
#if WS_AT_LEAST(4, 6)
typedef bool compat_stat_init;
#define COMPAT_STAT_STARTED true
#else
typedef void compat_stat_init;
#define COMPAT_STAT_STARTED
#endif

/* Gives the decrypted data of a TLS session to a dissector. Exported and the same in all versions; its header wants
 * those of the cryptographic libraries. */
WS_DLL_PUBLIC void tls_set_appdata_dissector(dissector_handle_t tls, packet_info *pinfo,
                                             dissector_handle_t dissector);

/* The ladder of Wireshark's flow graphs. It is exported, and its header belongs to no development package: what of
 * its records is read and written here, which is the same in all versions but for the size of a boolean. */
typedef struct {
    uint32_t frame_number;
    address src_addr;
    uint16_t port_src;
    address dst_addr;
    uint16_t port_dst;
    char *frame_label;
    char *time_str;
    char *comment;
    uint16_t conv_num;
    unsigned fg_color, bg_color;
    compat_bool has_color_filter, display;
    unsigned src_node, dst_node;
    uint16_t line_style;
    /* more follows: records are made by sequence_analysis_create_sai_with_addresses() alone */
} compat_seq_item_t;

typedef struct {
    const char *name;
    compat_bool any_addr;
    int nconv;
    GQueue *items;
} compat_seq_info_t;

/* Right click > Conversation Filter: the callbacks have got an argument that nobody here needs. */
#if WS_AT_LEAST(4, 4)
#define COMPAT_FILTER_ARGUMENT , void *data _U_
#define COMPAT_REGISTER_CONVERSATION_FILTER(proto, title, is_valid, build)                                           \
    register_conversation_filter(proto, title, is_valid, build, NULL)
#else
#define COMPAT_FILTER_ARGUMENT
#define COMPAT_REGISTER_CONVERSATION_FILTER register_conversation_filter
#endif

/* Names the fields that a postdissector wants kept (array of hfids, owned by Wireshark then; NULL for none). The
 * same in all versions, but dear: each packet gets a tree. Here so that every use is seen. */
static inline void
compat_want_fields(dissector_handle_t postdissector, GArray *hfids)
{
    set_postdissector_wanted_hfids(postdissector, hfids);
}

/* The packet's first data source of a name ("Reassembled TCP"); NULL where it has none. It belongs to the packet. */
static inline const tvbuff_t *
compat_data_source(packet_info *pinfo, const char *name)
{
#if WS_AT_LEAST(4, 6)
    const struct data_source *source = get_data_source_by_name(pinfo, name);

    return source ? get_data_source_tvb(source) : NULL;
#else
    return get_data_source_tvb_by_name(pinfo, name);
#endif
}

/* Name and description of an interface of the file; "unknown" or NULL where it has none. They belong to the file. */
static inline const char *
compat_interface_name(const epan_t *epan, uint32_t interface, unsigned section _U_)
{
#if WS_AT_LEAST(4, 2)
    return epan_get_interface_name(epan, interface, section);
#else
    return epan_get_interface_name(epan, interface);
#endif
}

static inline const char *
compat_interface_description(const epan_t *epan, uint32_t interface, unsigned section _U_)
{
#if WS_AT_LEAST(4, 2)
    return epan_get_interface_description(epan, interface, section);
#else
    return epan_get_interface_description(epan, interface);
#endif
}

/* Whether the stock RTP dissector knows the packets of a conversation (NULL for none) as encrypted. Where not, and it
 * knows the payload types, *payload_types is set to them, else to NULL (owned by the dissector). Later versions keep
 * that to themselves: then what signalling has said of a conversation is taken as it is. It leaves the other port
 * open, while the dissector itself notes both ports of a flow. */
static inline bool
compat_rtp_is_encrypted(const conversation_t *conversation, int proto_rtp, rtp_dyn_payload_t **payload_types)
{
    void *known = conversation ? conversation_get_proto_data(conversation, proto_rtp) : NULL;

    *payload_types = NULL;
#if WS_AT_LEAST(4, 2)
    return known != NULL && (conversation->options & NO_PORT2);
#else
    if (!known)
        return false;
    *payload_types = ((struct _rtp_conversation_info *)known)->rtp_dyn_payload;
    return ((struct _rtp_conversation_info *)known)->srtp_info != NULL;
#endif
}

#endif
