/* msdiag-text.c
 * Diagnostics headers in text that the SIP dissector does not hand over.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "diagnostics/msdiag-text.h"

#include "base/compat.h"
#include "base/enabled.h"
#include "text/msdiag-parse.h"
#include "diagnostics/packet-msdiag.h"

/* A text is searched this far, and for this many header lines: a syslog record or SIP fragment has its few headers
 * near the front. */
#define MAX_TEXT    65536
#define MAX_HEADERS 16
#define SYSLOG_PORT 514

static int proto_text = -1;
static dissector_handle_t stock_syslog;
static dissector_handle_t stock_sipfrag;

/* The status of the SIP message that a place in a text belongs to: that of the last start line before it. 0 where
 * that is a request's, or there is none. */
static unsigned
status_before(const char *text, unsigned end)
{
    static const char version[] = "SIP/2.0";
    const char *found = text + end;

    while ((found = g_strrstr_len(text, found - text, version)) != NULL) {
        const char *behind = found + sizeof version - 1;

        if (text + end - behind > 3 && behind[0] == ' ' && behind[1] >= '1' && behind[1] <= '6' &&
            g_ascii_isdigit(behind[2]) && g_ascii_isdigit(behind[3]))
            return (unsigned)(100 * (behind[1] - '0') + 10 * (behind[2] - '0') + behind[3] - '0');
        if (*behind != '/') /* a Via */
            break;
    }
    return 0;
}

/* Dissects all header lines of a text. */
static void
dissect_headers(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    unsigned length = MIN(tvb_captured_length(tvb), MAX_TEXT);
    const char *text = length ? tvb_memdup(pinfo->pool, tvb, 0, length) : "";
    msdiag_span_t name, value = { 0, 0 };
    unsigned count = 0;

    while (count < MAX_HEADERS && msdiag_find_header(text, length, value.offset + value.length, &name, &value)) {
        /* A line that runs to the end of what was captured goes on as far as the text did on the wire. */
        bool cut = value.offset + value.length == tvb_captured_length(tvb);
        tvbuff_t *part = cut ? tvb_new_subset_remaining(tvb, (int)value.offset)
                             : tvb_new_subset_length(tvb, (int)value.offset, (int)value.length);

        msdiag_dissect_from(part, pinfo, tree,
                            &(msdiag_origin_t){ wmem_strndup(pinfo->pool, text + name.offset, name.length),
                                                status_before(text, name.offset) });
        count++;
    }
}

/* Whether the stock SIP dissector would take the text: its heuristics come after ours. */
static bool
is_sip_message(const char *text, unsigned length)
{
    const char *line_end = memchr(text, '\n', length);
    unsigned line = line_end ? (unsigned)(line_end - text) : length;

    return (length >= 8 && memcmp(text, "SIP/2.0 ", 8) == 0) ||
           (line > 8 && g_strstr_len(text, (gssize)line, " SIP/2.0") != NULL);
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

static compat_bool
dissect_heuristic(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    unsigned length;
    const char *text;
    msdiag_span_t name, value;

    if (!may_be_text(tvb))
        return FALSE;
    length = MIN(tvb_captured_length(tvb), MAX_TEXT);
    if (tvb_find_uint8(tvb, 0, (int)length, 0) >= 0)
        return FALSE;
    text = tvb_memdup(pinfo->pool, tvb, 0, length);
    if (!msdiag_find_header(text, length, 0, &name, &value) || is_sip_message(text, length))
        return FALSE;
    col_set_str(pinfo->cinfo, COL_PROTOCOL, "MSDIAG");
    col_add_str(pinfo->cinfo, COL_INFO, tvb_format_text(pinfo->pool, tvb, 0, (int)MIN(length, name.offset)));
    dissect_headers(tvb, pinfo, tree);
    return TRUE;
}

/* Calls what stood there before, then adds the headers. */
static int
dissect_behind(dissector_handle_t stock, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    int result = call_dissector_only(stock, tvb, pinfo, tree, data);

    if (is_enabled(proto_text) && may_be_text(tvb))
        dissect_headers(tvb, pinfo, tree);
    return result;
}

static int
dissect_syslog(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return dissect_behind(stock_syslog, tvb, pinfo, tree, data);
}

static int
dissect_sipfrag(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return dissect_behind(stock_sipfrag, tvb, pinfo, tree, data);
}

/* A handle for a hook that only passes traffic on and adds to it: its protocol is one in name only, so that it
 * leaves no layer behind, and belongs to the stock protocol, so that only disabling that one takes effect. */
static dissector_handle_t
hook_handle(dissector_t dissect, const char *stock_filter, const char *name, const char *filter)
{
    int stock = proto_get_id_by_filter_name(stock_filter);

    if (stock < 0)
        return NULL;
    return create_dissector_handle(dissect,
                                   proto_register_protocol_in_name_only(name, name, filter, stock, FT_PROTOCOL));
}

void
proto_reg_handoff_msdiag_text(void)
{
    static const struct {
        const char *list, *title, *name;
    } heuristics[] = {
        { "udp", "Microsoft diagnostics header in text over UDP", "msdiag_udp" },
        { "tcp", "Microsoft diagnostics header in text over TCP", "msdiag_tcp" },
        { "tls", "Microsoft diagnostics header in text over TLS", "msdiag_tls" },
    };
    dissector_handle_t syslog, sipfrag;

    proto_text = proto_get_id_by_filter_name("msdiag");
    for (size_t i = 0; i < array_length(heuristics); i++)
        heur_dissector_add(heuristics[i].list, dissect_heuristic, heuristics[i].title, heuristics[i].name, proto_text,
                           HEURISTIC_ENABLE);

    /* The syslog of gateways and session border controllers goes to its port, SIP fragments to their media type:
     * no heuristic is asked there. */
    stock_syslog = dissector_get_uint_handle(find_dissector_table("udp.port"), SYSLOG_PORT);
    syslog = hook_handle(dissect_syslog, "syslog", "Microsoft diagnostics in syslog", "msdiag_syslog");
    if (stock_syslog && syslog)
        dissector_add_uint("udp.port", SYSLOG_PORT, syslog);
    stock_sipfrag = dissector_get_string_handle(find_dissector_table("media_type"), "message/sipfrag");
    sipfrag = hook_handle(dissect_sipfrag, "sipfrag", "Microsoft diagnostics in SIP fragments", "msdiag_sipfrag");
    if (stock_sipfrag && sipfrag)
        dissector_add_string("media_type", "message/sipfrag", sipfrag);
}
