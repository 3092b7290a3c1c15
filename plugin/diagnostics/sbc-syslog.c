/* sbc-syslog.c
 * SIP messages of calls with Teams in the syslog datagrams of an SBC.
 *
 * One message stands in one datagram, or in several with consecutive numbers and the same session (text/sbc-log.h).
 * Only those are taken that name Microsoft's service, and the others of their sessions: the syslog of other calls
 * stays as it is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "diagnostics/sbc-syslog.h"

#include <epan/exceptions.h>
#include <epan/show_exception.h>

#include "knowledge/ms-products.h"
#include "sip/packet-mspath.h"
#include "sip/sip-scan.h"
#include "text/sbc-log.h"

/* No SIP message is longer. */
#define LONGEST_MESSAGE 65536

/* A message that goes on in the next datagram. */
typedef struct {
    char *text; /* so far, with LF for line ends; file scope where it is kept, else the packet's */
    bool outgoing;
    const char *address; /* of the other side, "address:port"; likewise */
    unsigned sequence;
    sbc_head_t begun; /* of the record that it has begun in */
} pending_t;

/* A message that a frame completes. */
typedef struct whole {
    struct whole *next; /* of the same frame: where the device joins several entries to one record */
    const char *text;   /* with CR LF; file scope */
    const char *session;
    const char *address; /* of the other side, "address:port" */
    bool outgoing;
} whole_t;

static wmem_map_t *pending; /* session -> pending_t */
static wmem_map_t *wholes;  /* frame -> whole_t, the first */
static wmem_map_t *ours;    /* sessions with Teams */
static dissector_handle_t sip_handle;

void
sbc_syslog_register(void)
{
    pending = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), wmem_str_hash, g_str_equal);
    ours = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), wmem_str_hash, g_str_equal);
    wholes = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), g_direct_hash, g_direct_equal);
    sip_handle = find_dissector("sip");
}

/* Whether a message names Microsoft's service, by product or by host. */
static bool
names_teams(const char *text)
{
    return ms_text_names_product_with_sbc(text) || ms_names_service(text, strlen(text));
}

/* The body of a text, NULL = its headers are not complete. */
static const char *
body_of(const char *text)
{
    const char *blank = strstr(text, "\r\n\r\n");

    return blank ? blank + 4 : NULL;
}

/* A text with CR LF for line ends, when it is a whole message; NULL when more has to come. */
static const char *
whole_text(packet_info *pinfo, const char *text)
{
    char **lines = g_strsplit(text + strspn(text, "\r\n "), "\n", -1);
    char *joined, *message;
    const char *body;
    size_t wanted;

    for (char **line = lines; *line; line++)
        if (strspn(*line, " \r") == strlen(*line) || g_str_has_suffix(*line, "\r"))
            g_strchomp(*line);
    joined = g_strjoinv("\r\n", lines);
    g_strfreev(lines);
    message = wmem_strdup(pinfo->pool, joined);
    g_free(joined);
    body = body_of(message);
    if (!body)
        return NULL;
    wanted = sbc_log_content_length(message, body);
    if (strlen(body) < wanted)
        return NULL;
    message[(size_t)(body - message) + wanted] = '\0';
    return message;
}

static const char *
file_text(const char *text, size_t length)
{
    return wmem_strndup(wmem_file_scope(), text, length);
}

/* Keeps a message that the frame completes, when it or its session is one with Teams. */
static void
keep(packet_info *pinfo, const char *session, const pending_t *message, const char *text)
{
    whole_t *first, *whole;

    if (!names_teams(text) && !wmem_map_contains(ours, session))
        return;
    if (!wmem_map_contains(ours, session))
        wmem_map_insert(ours, file_text(session, strlen(session)), (void *)1);
    whole = wmem_new0(wmem_file_scope(), whole_t);
    whole->text = file_text(text, strlen(text));
    whole->session = file_text(session, strlen(session));
    whole->address = file_text(message->address, strlen(message->address));
    whole->outgoing = message->outgoing;
    first = (whole_t *)wmem_map_lookup(wholes, GUINT_TO_POINTER(pinfo->num));
    if (!first)
        wmem_map_insert(wholes, GUINT_TO_POINTER(pinfo->num), whole);
    while (first && first->next)
        first = first->next;
    if (first)
        first->next = whole;
}

static void
forget(const char *session, pending_t *message)
{
    if (!message)
        return;
    wmem_map_remove(pending, session);
    wmem_free(wmem_file_scope(), message->text);
    wmem_free(wmem_file_scope(), (char *)message->address);
    wmem_free(wmem_file_scope(), message);
}

static void
keep_pending(const char *session, const pending_t *message)
{
    pending_t *kept = wmem_new(wmem_file_scope(), pending_t);

    *kept = *message;
    kept->text = wmem_strdup(wmem_file_scope(), message->text);
    kept->address = wmem_strdup(wmem_file_scope(), message->address);
    wmem_map_insert(pending, file_text(session, strlen(session)), kept);
}

static char *
unescaped(packet_info *pinfo, const char *before, const char *text, size_t length)
{
    GString *joined = g_string_new(before);
    char *copy;

    sbc_log_unescape(joined, text, length);
    copy = wmem_strdup(pinfo->pool, joined->str);
    g_string_free(joined, TRUE);
    return copy;
}

/* Adds text to a message; it has none any more when that makes it whole. */
static void
add_text(packet_info *pinfo, const char *session, pending_t *message, const char *text, size_t length)
{
    const char *whole;

    if (!message->text)
        return;
    message->text = unescaped(pinfo, message->text, text, length);
    whole = whole_text(pinfo, message->text);
    if (!whole)
        return;
    keep(pinfo, session, message, whole);
    message->text = NULL;
}

/* Whether a record goes on with a message, and where. */
static bool
goes_on(const sbc_head_t *head, const pending_t *message, size_t *at)
{
    if (!message || !head->has_sequence || head->sequence != message->sequence + 1 ||
        strlen(message->text) > LONGEST_MESSAGE)
        return false;
    /* What has no text yet begins behind the blanks. */
    if (message->text[strspn(message->text, " \n")])
        *at = sbc_log_goes_on_at(head, &message->begun);
    return true;
}

/* Reads the datagram on the first pass. */
static void
read_datagram(packet_info *pinfo, const char *line, size_t length)
{
    sbc_head_t head;
    sbc_banner_t banner;
    sbc_time_t told;
    pending_t now = { .text = NULL }, *before;
    const char *session, *text;
    bool has_time;
    size_t at;

    if (!sbc_log_head(line, length, &head) || !head.session_length)
        return;
    session = wmem_strndup(pinfo->pool, line + head.session, head.session_length);
    before = (pending_t *)wmem_map_lookup(pending, session);
    at = head.text;
    if (before && head.has_sequence && head.sequence == before->sequence)
        return; /* the datagram once more, from a mirror port */
    if (goes_on(&head, before, &at)) {
        now = *before;
        now.text = wmem_strdup(pinfo->pool, before->text);
        now.address = wmem_strdup(pinfo->pool, before->address);
    }
    /* Given back first, so that what is kept never exceeds what was captured. */
    forget(session, before);
    text = line + at;
    length = sbc_log_cut_time(text, length - at, &told, &has_time);
    while (sbc_log_banner(text, length, &banner)) {
        add_text(pinfo, session, &now, text, banner.start);
        now = (pending_t){
            .text = wmem_strdup(pinfo->pool, ""),
            .outgoing = banner.outgoing,
            .address = wmem_strndup(pinfo->pool, text + banner.address, banner.address_length),
            .begun = head,
        };
        text += banner.message;
        length -= banner.message;
    }
    add_text(pinfo, session, &now, text, length);
    now.sequence = head.sequence;
    if (now.text)
        keep_pending(session, &now);
}

/* Reads "192.0.2.1" or "[2001:db8::1]". */
static bool
read_host(packet_info *pinfo, const char *text, size_t length, address *host)
{
    ws_in4_addr *ipv4 = wmem_new(pinfo->pool, ws_in4_addr);
    ws_in6_addr *ipv6 = wmem_new(pinfo->pool, ws_in6_addr);
    bool bracketed = length > 2 && text[0] == '[' && text[length - 1] == ']';
    const char *name = wmem_strndup(pinfo->pool, text + bracketed, length - 2 * bracketed);

    if (ws_inet_pton4(name, ipv4))
        set_address(host, AT_IPv4, sizeof *ipv4, ipv4);
    else if (ws_inet_pton6(name, ipv6))
        set_address(host, AT_IPv6, sizeof *ipv6, ipv6);
    else
        return false;
    return true;
}

/* Gives the message the ends that it had: the other side by the banner, the SBC by who sent the datagram. */
static bool
set_ends(packet_info *pinfo, const whole_t *whole)
{
    const char *colon = strrchr(whole->address, ':');
    address other, own = pinfo->src;
    uint32_t port = colon ? (uint32_t)strtoul(colon + 1, NULL, 10) : 0;

    if (!colon || !read_host(pinfo, whole->address, (size_t)(colon - whole->address), &other))
        return false;
    pinfo->src = whole->outgoing ? own : other;
    pinfo->dst = whole->outgoing ? other : own;
    pinfo->srcport = whole->outgoing ? 0 : port;
    pinfo->destport = whole->outgoing ? port : 0;
    return true;
}

static void
dissect_whole(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const whole_t *whole)
{
    size_t length = strlen(whole->text);
    tvbuff_t *child = tvb_new_child_real_data(tvb, (const uint8_t *)whole->text, (unsigned)length, (int)length);
    const address src = pinfo->src, dst = pinfo->dst;
    const uint32_t srcport = pinfo->srcport, destport = pinfo->destport;

    add_new_data_source(pinfo, child, "SIP message of the SBC's log");
    sip_scan_set_session(pinfo, whole->session);
    set_ends(pinfo, whole);
    TRY
    {
        call_dissector(sip_handle, child, pinfo, tree);
    }
    CATCH_NONFATAL_ERRORS
    {
        show_exception(child, pinfo, tree, EXCEPT_CODE, GET_MESSAGE);
    }
    ENDTRY;
    mspath_add_source(child, pinfo, tree); /* while the message has its own ends */
    pinfo->src = src;
    pinfo->dst = dst;
    pinfo->srcport = srcport;
    pinfo->destport = destport;
}

bool
sbc_syslog_dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    const whole_t *whole;

    if (!PINFO_FD_VISITED(pinfo) && !pinfo->flags.in_error_pkt) {
        unsigned length = tvb_captured_length(tvb);

        read_datagram(pinfo, (const char *)tvb_get_ptr(tvb, 0, (int)length), length);
    }
    whole = (const whole_t *)wmem_map_lookup(wholes, GUINT_TO_POINTER(pinfo->num));
    if (!whole || !sip_handle)
        return false;
    /* With real line ends in it the record looks like a message, too. */
    sip_messages_none(pinfo, tvb_get_ds_tvb(tvb));
    for (; whole; whole = whole->next)
        dissect_whole(tvb, pinfo, tree, whole);
    return true;
}
