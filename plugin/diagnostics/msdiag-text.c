/* msdiag-text.c
 * Diagnostics headers in text that the SIP dissector does not hand over.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "diagnostics/msdiag-text.h"

#include "base/compat.h"
#include "base/enabled.h"
#include "base/in-front.h"
#include "text/msdiag-finder.h"
#include "diagnostics/packet-msdiag.h"
#include "diagnostics/sbc-syslog.h"

/* A text is searched this far, and for this many header lines: a syslog record or SIP fragment has its few headers
 * near the front. */
#define MAX_TEXT    65536
#define MAX_HEADERS 16
#define SYSLOG_PORT 514

static int proto_text = -1;
static dissector_handle_t stock_syslog;
static in_front_ports_t *syslog_ports;
static range_t *syslog_range;
static dissector_handle_t stock_sipfrag;
static dissector_table_t tls_ports;

/* The length of the version of SIP or HTTP that stands at an offset; 0 = none does. */
static unsigned
version_at(const char *text, unsigned end, unsigned at)
{
    static const char *const versions[] = { "SIP/2.0", "HTTP/1.1", "HTTP/1.0" };

    for (size_t i = 0; i < array_length(versions); i++) {
        unsigned length = (unsigned)strlen(versions[i]);

        if (end - at > length && text[at] == versions[i][0] && memcmp(text + at, versions[i], length) == 0)
            return length;
    }
    return 0;
}

/* The status of the SIP or HTTP message that a place in a text belongs to: that of the last start line before it. 0
 * where that is a request's, or there is none. */
static unsigned
status_before(const char *text, unsigned end)
{
    for (unsigned at = end; at-- > 0;) {
        unsigned version = version_at(text, end, at);
        const char *behind = text + at + version;

        if (version && text + end - behind > 3 && behind[0] == ' ' && behind[1] >= '1' && behind[1] <= '6' &&
            g_ascii_isdigit(behind[2]) && g_ascii_isdigit(behind[3]))
            return (unsigned)(100 * (behind[1] - '0') + 10 * (behind[2] - '0') + behind[3] - '0');
        if (version && *behind != '/') /* not a Via */
            break;
    }
    return 0;
}

/* A header that was found, where the packet's own memory holds it. */
typedef struct {
    const char *name;
    unsigned status; /* of the response that it belongs to; 0 = none */
    tvbuff_t *value;
    bool unescaped; /* the value is a text of its own, not bytes of the packet */
} header_t;

/* What a header says without escapes, as a tvb of its own. */
static tvbuff_t *
unescaped_value(tvbuff_t *tvb, packet_info *pinfo, const msdiag_found_t *found)
{
    uint8_t *copy = wmem_memdup(pinfo->pool, found->value, found->length);

    return tvb_new_child_real_data(tvb, copy, found->length, (int)found->length);
}

/* The headers of a text, at most MAX_HEADERS; returns how many. The values of those that stand in the text as they
 * are remain bytes of the packet. */
static unsigned
find_headers(tvbuff_t *tvb, packet_info *pinfo, header_t *headers)
{
    unsigned length = MIN(tvb_captured_length(tvb), MAX_TEXT);
    const char *text = length ? tvb_memdup(pinfo->pool, tvb, 0, length) : "";
    msdiag_finder_t finder;
    msdiag_found_t found;
    unsigned count = 0;

    msdiag_finder_init(&finder, text, length, MSDIAG_FIND_NAMED);
    for (; count < MAX_HEADERS && msdiag_finder_next(&finder, &found); count++) {
        header_t *header = &headers[count];

        header->name = wmem_strndup(pinfo->pool, text + found.name.offset, found.name.length);
        header->status = status_before(text, found.name.offset);
        header->unescaped = !found.verbatim && found.length > 0;
        if (header->unescaped)
            header->value = unescaped_value(tvb, pinfo, &found);
        else if (found.end_is_cut && length == tvb_captured_length(tvb))
            /* It goes on as far as the text did on the wire. */
            header->value = tvb_new_subset_remaining(tvb, (int)found.raw.offset);
        else
            header->value = tvb_new_subset_length(tvb, (int)found.raw.offset, (int)found.raw.length);
    }
    msdiag_finder_clear(&finder);
    return count;
}

/* Dissects all headers of a text. What throws must not meet the finder, which holds memory. */
static void
dissect_headers(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    header_t headers[MAX_HEADERS];
    unsigned count = find_headers(tvb, pinfo, headers);

    for (unsigned i = 0; i < count; i++) {
        if (headers[i].unescaped)
            add_new_data_source(pinfo, headers[i].value, "Header without escapes");
        msdiag_dissect_from(headers[i].value, pinfo, tree, &(msdiag_origin_t){ headers[i].name, headers[i].status });
    }
}

static bool
ends_with(const char *text, size_t length, const char *end)
{
    size_t size = strlen(end);

    return length >= size && memcmp(text + length - size, end, size) == 0;
}

/* Whether the text begins as a message of SIP or HTTP: the stock dissectors have heuristics for these, which come
 * after ours; for SIP in TLS we have one (sip/sip-tls.c). A record of a log that holds such a message begins
 * otherwise. */
static bool
is_message(const char *text, size_t length)
{
    const char *line_end = memchr(text, '\n', length);
    size_t line = line_end ? (size_t)(line_end - text) : length;

    if (line && text[line - 1] == '\r')
        line--;
    if (line >= 8 && (memcmp(text, "SIP/2.0 ", 8) == 0 || memcmp(text, "HTTP/1.", 7) == 0))
        return true;
    return g_ascii_isupper(text[0]) && (ends_with(text, line, " SIP/2.0") || ends_with(text, line, " HTTP/1.1") ||
                                        ends_with(text, line, " HTTP/1.0"));
}

/* Text starts with a printable character; a syslog record with "<". Two bytes turn away nearly all that is not
 * text, before anything is copied. */
static bool
may_be_text(tvbuff_t *tvb)
{
    uint16_t start;

    if (tvb_captured_length(tvb) < sizeof "ms-diagnostics:1")
        return false;
    start = tvb_get_ntohs(tvb, 0);
    return g_ascii_isprint(start >> 8) && (g_ascii_isprint(start & 0xFF) || (start & 0xFF) == '\t');
}

/* How much of the bytes is text, at most MAX_TEXT of them; 0 = they are none. Some senders end it with NUL. */
static unsigned
text_length(tvbuff_t *tvb)
{
    const int captured = (int)MIN(tvb_captured_length(tvb), MAX_TEXT);
    const int nul = tvb_find_uint8(tvb, 0, captured, 0);
    int behind = nul;

    if (nul < 0)
        return (unsigned)captured;
    while (behind < captured && tvb_get_uint8(tvb, behind) == 0)
        behind++;
    return behind == captured ? (unsigned)nul : 0;
}

/* A text that is no message and has a header in it. */
static bool
is_text_with_header(tvbuff_t *tvb, packet_info *pinfo)
{
    msdiag_found_t found;
    unsigned length;
    const char *text;
    msdiag_finder_t finder;
    bool has_header;

    if (!may_be_text(tvb) || (length = text_length(tvb)) == 0)
        return false;
    text = tvb_memdup(pinfo->pool, tvb, 0, length);
    msdiag_finder_init(&finder, text, length, MSDIAG_FIND_NAMED);
    has_header = msdiag_finder_next(&finder, &found);
    msdiag_finder_clear(&finder);
    return has_header && !is_message(text, length);
}

/* TLS asks about the first data of a connection also where a dissector stands at the port, but gives him the whole
 * connection on later passes: there he is the one to show it. */
static bool
is_text_in_tls(tvbuff_t *tvb, packet_info *pinfo)
{
    return !dissector_get_uint_handle(tls_ports, pinfo->srcport) &&
           !dissector_get_uint_handle(tls_ports, pinfo->destport) && is_text_with_header(tvb, pinfo);
}

static int
dissect_text(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    if (!is_text_with_header(tvb, pinfo))
        return 0;
    col_set_str(pinfo->cinfo, COL_PROTOCOL, "MS-DIAG");
    /* Not the text itself: nobody knows what else stands in it. */
    col_set_str(pinfo->cinfo, COL_INFO, "Text with a diagnostics header");
    dissect_headers(tvb, pinfo, tree);
    return (int)tvb_captured_length(tvb);
}

static in_front_heuristic_t udp_heuristic = { .list = "udp",
                                              .short_name = "msdiag_udp",
                                              .title = "Microsoft diagnostics header in text over UDP",
                                              .wants = is_text_with_header,
                                              .dissect = dissect_text };
static in_front_heuristic_t tcp_heuristic = { .list = "tcp",
                                              .short_name = "msdiag_tcp",
                                              .title = "Microsoft diagnostics header in text over TCP",
                                              .wants = is_text_with_header,
                                              .dissect = dissect_text };
static in_front_heuristic_t tls_heuristic = { .list = "tls",
                                              .short_name = "msdiag_tls",
                                              .title = "Microsoft diagnostics header in text over TLS",
                                              .wants = is_text_in_tls,
                                              .dissect = dissect_text };

static compat_bool
ask_udp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return in_front_ask(&udp_heuristic, tvb, pinfo, tree, data);
}

static compat_bool
ask_tcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return in_front_ask(&tcp_heuristic, tvb, pinfo, tree, data);
}

static compat_bool
ask_tls(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return in_front_ask(&tls_heuristic, tvb, pinfo, tree, data);
}

/* Calls what stood there before, then adds the headers. */
static int
dissect_behind(dissector_handle_t stock, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    int result = in_front_call(stock, tvb, pinfo, tree, data);

    if (in_front_of_enabled(stock) && is_enabled(proto_text) && may_be_text(tvb))
        dissect_headers(tvb, pinfo, tree);
    return result;
}

static int
dissect_syslog(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    bool wanted;
    dissector_handle_t stock = in_front_ports_stock(syslog_ports, pinfo->match_uint, &wanted);
    int result = in_front_call(stock ? stock : stock_syslog, tvb, pinfo, tree, data);

    /* A message that is dissected as SIP has its headers there. */
    if (in_front_of_enabled(stock_syslog) && is_enabled(proto_text) && may_be_text(tvb) &&
        !sbc_syslog_dissect(tvb, pinfo, tree))
        dissect_headers(tvb, pinfo, tree);
    return result;
}

static int
dissect_sipfrag(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return dissect_behind(stock_sipfrag, tvb, pinfo, tree, data);
}

/* When a dissection starts. */
static void
claim_syslog(void)
{
    in_front_ports_claim(syslog_ports, &syslog_range, is_enabled(proto_text) ? 1 : 0);
}

void
proto_reg_handoff_msdiag_text(void)
{
    proto_text = proto_get_id_by_filter_name("msdiag");
    tls_ports = find_dissector_table("tls.port");
    sbc_syslog_register();
    in_front_add_heuristic(&udp_heuristic, ask_udp, proto_text);
    in_front_add_heuristic(&tcp_heuristic, ask_tcp, proto_text);
    in_front_add_heuristic(&tls_heuristic, ask_tls, proto_text);

    /* The syslog of gateways and session border controllers goes to its port, SIP fragments to their media type:
     * no heuristic is asked there. */
    stock_syslog = dissector_get_uint_handle(find_dissector_table("udp.port"), SYSLOG_PORT);
    syslog_ports = in_front_ports_new(
        "udp.port", in_front_handle(dissect_syslog, "syslog", "Syslog and MS-DIAG", "msdiag_syslog"), stock_syslog,
        NULL);
    range_convert_str(wmem_epan_scope(), &syslog_range, G_STRINGIFY(SYSLOG_PORT), 65535);
    register_init_routine(claim_syslog);
    stock_sipfrag =
        in_front_of_string("media_type", "message/sipfrag",
                           in_front_handle(dissect_sipfrag, "sipfrag", "SIP fragment and MS-DIAG", "msdiag_sipfrag"));
}
