/* msdiag-http.c
 * Diagnostics in answers of web services: the header X-Ms-diagnostics, and Ms-Diagnostics-Fault in SOAP faults.
 *
 * The HTTP dissector hands header lines to nobody, and to stand in front of each XML body would cost those of others.
 * So the packets that held HTTP are looked through at their end, and only where somebody sees a tree of them. HTTP/2
 * is not: its headers are compressed. ([MS-OCAUTHWS] 2.2.4, [MS-OCER] 7)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "diagnostics/msdiag-http.h"

#include <epan/prefs-int.h>
#include <wsutil/strtoi.h>

#include "base/enabled.h"
#include "base/findings.h"
#include "base/frame-headers.h"
#include "base/layers.h"
#include "base/tcp-state.h"
#include "base/xml-reader.h"
#include "diagnostics/msdiag-site.h"
#include "diagnostics/packet-msdiag.h"
#include "text/msdiag-finder.h"

/* Header lines and faults are looked for this far into a message. */
#define MAX_TEXT 16384

/* Most header lines of a message, and most faults of a data source, that are shown. */
#define MAX_SHOWN 16

/* Most chunks of a data source that are looked at, the largest that HTTP believes, and how far into its line the size
 * stands. */
#define MAX_CHUNKS   65536
#define MAX_CHUNK    0x80000000U
#define CHUNK_DIGITS 32

#define VERSION "HTTP/1."
#define FAULT   "Ms-Diagnostics-Fault"

/* A data source as text. */
typedef struct {
    tvbuff_t *tvb;
    const char *text; /* ends with NUL */
    unsigned length;  /* captured, at most MAX_TEXT */
    unsigned chunks;  /* that may still be looked at */
    bool is_joined;   /* put together of segments; TLS does not do so up to the end of a connection */
} source_t;

/* Whether header lines and bodies are put together of several segments: preferences of the stock dissectors. */
static bool joins_headers, joins_bodies;

/* Whether TCP counts from a connection's begin: preferences, too. */
static bool numbers_are_relative;

static unsigned
find_text(const source_t *source, unsigned from, const char *wanted)
{
    unsigned size = (unsigned)strlen(wanted);

    while (source->length - from >= size) {
        const char *found = memchr(source->text + from, wanted[0], source->length - from - size + 1);

        if (!found)
            break;
        from = (unsigned)(found - source->text);
        if (memcmp(found, wanted, size) == 0)
            return from;
        from++;
    }
    return source->length;
}

/* The status of the response that starts at an offset ("HTTP/1.1 403 "); 0 where none does. */
static unsigned
read_status(const source_t *source, unsigned start)
{
    const char *digits = source->text + start + sizeof VERSION + 1;

    if (source->length - start < sizeof VERSION + 5 || digits[-1] != ' ' || digits[0] < '1' || digits[0] > '5' ||
        !g_ascii_isdigit(digits[1]) || !g_ascii_isdigit(digits[2]))
        return 0;
    return (unsigned)(100 * (digits[0] - '0') + 10 * (digits[1] - '0') + digits[2] - '0');
}

static bool
ends_line(char character)
{
    return character == '\r' || character == '\n';
}

/* The header lines of a response. */
typedef struct {
    unsigned end;  /* behind the empty line, or where what is captured or looked at ends */
    bool complete; /* with the empty line */
    bool chunked;
    bool has_length; /* of the body */
    int32_t length;
} head_t;

/* Reads a header line that says how long the body is, as HTTP does: a second length that is none makes it 0. */
static void
read_line(const char *line, unsigned length, head_t *head)
{
    static const char name[] = "Content-Length:", encoding[] = "Transfer-Encoding:";

    if (length >= sizeof name - 1 && g_ascii_strncasecmp(line, name, sizeof name - 1) == 0) {
        char *value = g_strndup(line + sizeof name - 1, length - sizeof name + 1);

        head->has_length |= ws_strtoi32(g_strstrip(value), NULL, &head->length) && head->length >= 0;
        g_free(value);
    } else if (length >= sizeof encoding - 1 && g_ascii_strncasecmp(line, encoding, sizeof encoding - 1) == 0) {
        line += sizeof encoding - 1;
        head->chunked |= g_ascii_strncasecmp(line + strspn(line, " \t"), "chunked", strlen("chunked")) == 0;
    }
}

/* Reads the header lines of the response that starts at an offset. Lines end as HTTP has it: with CR, LF or both. */
static head_t
read_head(const source_t *source, unsigned start)
{
    head_t head = { .end = start };
    int length, next = 0;

    do {
        length = tvb_find_line_end(source->tvb, (int)head.end, (int)(source->length - head.end), &next, true);
        if (length < 0) {
            head.end = source->length;
            return head;
        }
        read_line(source->text + head.end, (unsigned)length, &head);
        head.end = (unsigned)next;
    } while (length > 0);
    head.complete = true;
    return head;
}

/* Whether all chunks of a body are there; also where one does not say its size, as then HTTP waits no longer. */
static bool
has_all_chunks(source_t *source, unsigned start)
{
    const unsigned whole = tvb_reported_length(source->tvb);

    for (; start < whole && source->chunks > 0; source->chunks--) {
        char digits[CHUNK_DIGITS + 1] = "";
        int length, next = 0;
        unsigned size;

        length = tvb_find_line_end(source->tvb, (int)start, -1, &next, true);
        if (length < 0)
            return false;
        tvb_memcpy(source->tvb, digits, (int)start, MIN((size_t)length, CHUNK_DIGITS));
        if (sscanf(digits, "%x", &size) < 1 || size > MAX_CHUNK)
            return true;
        if (size == 0)
            return tvb_find_line_end(source->tvb, next, -1, &next, true) >= 0;
        if (whole - start <= size)
            return false;
        start = (unsigned)next + size + 2; /* and its CRLF */
    }
    return false;
}

/* Whether HTTP shows a response now. Where it waits for more of it, it gets all of it again with the last segment; it
 * waits for what req_resp_hdrs.c of Wireshark has. */
static bool
is_shown(source_t *source, const head_t *head, unsigned status)
{
    const unsigned captured = tvb_captured_length(source->tvb), whole = tvb_reported_length(source->tvb);

    if (captured < whole || !(joins_headers || joins_bodies))
        return true; /* what was not captured is not waited for */
    if (joins_headers && !head->complete)
        return false;
    if (!joins_bodies || status / 100 == 1 || status == 204 || status == 304) /* those have no body */
        return true;
    if (joins_headers && head->chunked)
        return has_all_chunks(source, head->end);
    if (joins_headers && head->has_length)
        return (unsigned)head->length <= whole - head->end;
    return source->is_joined; /* it goes on to the end of the connection */
}

/* The header lines of ours between two offsets, at most MAX_SHOWN; returns how many. */
static unsigned
find_lines(const source_t *source, unsigned start, unsigned end, msdiag_span_t *names, msdiag_span_t *values)
{
    msdiag_finder_t finder;
    msdiag_found_t found;
    unsigned count = 0;

    msdiag_finder_init(&finder, source->text + start, end - start, MSDIAG_FIND_NAMED);
    while (count < MAX_SHOWN && msdiag_finder_next(&finder, &found)) {
        if (found.name.offset == 0 || !ends_line(source->text[start + found.name.offset - 1]))
            continue; /* inside the value of another */
        names[count] = (msdiag_span_t){ start + found.name.offset, found.name.length };
        values[count++] = (msdiag_span_t){ start + found.raw.offset, found.raw.length };
    }
    msdiag_finder_clear(&finder);
    return count;
}

/* Dissects them. What throws must not meet the finder, which holds memory. */
static void
dissect_lines(const source_t *source, packet_info *pinfo, proto_tree *tree, unsigned start, unsigned end,
              unsigned status)
{
    msdiag_span_t names[MAX_SHOWN], values[MAX_SHOWN];
    unsigned count = find_lines(source, start, end, names, values);

    for (unsigned i = 0; i < count; i++)
        msdiag_dissect_from(
            tvb_new_subset_length(source->tvb, (int)values[i].offset, (int)values[i].length), pinfo, tree,
            &(msdiag_origin_t){ wmem_strndup(pinfo->pool, source->text + names[i].offset, names[i].length), status });
}

/* Where the body of a response ends, when its length is said; else where the text does. */
static unsigned
end_of_body(const source_t *source, const head_t *head)
{
    return head->has_length && !head->chunked ? MIN(source->length, head->end + (unsigned)head->length)
                                              : source->length;
}

/* Looks for responses in a data source: each begins behind the body of the one before, or at the first "HTTP/1.".
 * Returns the highest status. One that HTTP does not show yet ends the text, as the last body does: what stands
 * behind that is for HTTP to wait with. */
static unsigned
dissect_responses(source_t *source, packet_info *pinfo, proto_tree *tree)
{
    unsigned start = find_text(source, 0, VERSION), end = source->length, highest = 0;

    while (start < source->length) {
        const unsigned status = read_status(source, start);
        head_t head = { .end = start + 1 };

        if (status) {
            head = read_head(source, start);
            if (!is_shown(source, &head, status)) {
                end = start;
                break;
            }
            dissect_lines(source, pinfo, tree, start, head.end, status);
            end = end_of_body(source, &head);
        }
        highest = MAX(highest, status);
        start = find_text(source, head.end, VERSION);
    }
    source->length = end;
    return highest;
}

/* A part of a fault, by the element that holds it: where its text stands in a copy of the slice. Where it has
 * entities or CDATA sections it is written there as it is meant, which is shorter. Length 0 when absent. */
static msdiag_span_t
span_of(char *text, const xml_node_t *fault, const char *element)
{
    const xml_node_t *node = xml_child(fault, element);
    int length = node ? (int)strlen(node->text) : 0;

    if (node && node->text_offset >= 0)
        return (msdiag_span_t){ (unsigned)node->text_offset, (unsigned)node->text_length };
    if (!node || node->content_offset < 0 || length > node->offset + node->length - node->content_offset)
        return (msdiag_span_t){ 0, 0 };
    memcpy(text + node->content_offset, node->text, (size_t)length);
    return (msdiag_span_t){ (unsigned)node->content_offset, (unsigned)length };
}

/* The element Reason as the parameter of a header: its name and its value. */
static void
take_reason(const char *text, const xml_node_t *fault, msdiag_span_t value, msdiag_list_t *list)
{
    const xml_node_t *node = xml_child(fault, "Reason");
    unsigned length = (unsigned)strlen("Reason"), name;

    if (!value.length)
        return;
    for (name = (unsigned)node->offset; memcmp(text + name, "Reason", length) != 0;)
        name++; /* a prefix may stand before it; the value stands behind */
    list->params[0] = (msdiag_param_t){
        .whole = { (unsigned)node->offset, (unsigned)node->length },
        .name = { name, length },
        .value = value,
    };
    list->count = 1;
}

/* Shows the fault that fills a slice as what it is: a header in other clothes. */
static void
dissect_fault(tvbuff_t *slice, packet_info *pinfo, proto_tree *tree, unsigned status)
{
    const xml_node_t *fault = xml_read(pinfo, slice)->root;
    msdiag_header_t *header = wmem_new0(pinfo->pool, msdiag_header_t);
    msdiag_context_t context = { .tvb = slice, .pinfo = pinfo, .length = tvb_captured_length(slice) };
    char *text;

    text = (char *)tvb_memdup(pinfo->pool, slice, 0, context.length);
    context.text = text;
    header->id_span = span_of(text, fault, "ErrorId");
    header->id_state = MSDIAG_ID_MISSING;
    if (header->id_span.length && msdiag_read_number(context.text, header->id_span, &header->id))
        header->id_state = MSDIAG_ID_OK;
    take_reason(text, fault, span_of(text, fault, "Reason"), &header->list);
    header->list.rest = (msdiag_span_t){ context.length, 0 };
    msdiag_dissect_parsed(&context, tree, header, &(msdiag_origin_t){ FAULT, status });
}

static bool
is_of_prefix(char letter)
{
    return g_ascii_isalnum(letter) || letter == '-' || letter == '.' || letter == '_';
}

/* Where the tag that a name stands in begins, the name's prefix passed over; 0 where it is no start tag. */
static unsigned
tag_start(const source_t *source, unsigned name)
{
    unsigned at = name;

    if (at > 0 && source->text[at - 1] == ':')
        for (at--; at > 0 && is_of_prefix(source->text[at - 1]);)
            at--;
    return at > 1 && source->text[at - 1] == '<' ? at - 1 : 0;
}

/* Returns whether the data source holds faults. */
static bool
dissect_faults(const source_t *source, packet_info *pinfo, proto_tree *tree, unsigned status)
{
    unsigned count = 0;

    for (unsigned name = find_text(source, 0, FAULT); name < source->length && count < MAX_SHOWN;
         name = find_text(source, name + 1, FAULT)) {
        unsigned start = tag_start(source, name), end;

        if (!start)
            continue;
        end = find_text(source, name + 1, FAULT);
        end = end < source->length ? find_text(source, end, ">") + 1 : end;
        dissect_fault(tvb_new_subset_length(source->tvb, (int)start, (int)(MIN(end, source->length) - start)), pinfo,
                      tree, status);
        count++;
    }
    return count > 0;
}

/* Whether the frame itself is only more of what HTTP waits for: a response in it is a part of a body. */
static bool
is_waited_with(packet_info *pinfo, tvbuff_t *frame)
{
    frame_segment_t segment;
    frame_tcp_t header;

    if (pinfo->ptype != PT_TCP || compat_data_source(pinfo, "Reassembled TCP") ||
        !frame_segment(frame, pinfo, &segment))
        return false;
    frame_tcp(frame, pinfo, &segment, &header);
    return tcp_state_is_waited_with(pinfo, header.sequence + header.data, numbers_are_relative);
}

static source_t *
source_of(packet_info *pinfo, const GSList *item)
{
    tvbuff_t *tvb = get_data_source_tvb((const struct data_source *)item->data);
    source_t *source = wmem_new(pinfo->pool, source_t);
    char *text;

    *source = (source_t){ .tvb = tvb,
                          .chunks = MAX_CHUNKS,
                          .is_joined = tvb == compat_data_source(pinfo, "Reassembled TCP") };
    if (item == pinfo->data_src)
        source->tvb = tvb_new_subset_length(
            tvb, 0, is_waited_with(pinfo, tvb) ? 0 : MIN(frame_end(tvb, pinfo), (int)tvb_reported_length(tvb)));
    source->length = MIN(tvb_captured_length(source->tvb), MAX_TEXT);
    text = wmem_alloc(pinfo->pool, source->length + 1);
    tvb_memcpy(tvb, text, 0, source->length);
    text[source->length] = '\0';
    source->text = text;
    return source;
}

void
msdiag_http_finish_packet(packet_info *pinfo, proto_tree *tree)
{
    static int http = -1, msdiag = -1;
    GSList *backwards = NULL;
    unsigned status = 0;
    bool found = false;

    if (http < 0) {
        http = proto_get_id_by_filter_name("http");
        msdiag = proto_get_id_by_filter_name("msdiag");
    }
    if (!expert_items_are_seen(tree) || !has_layer(pinfo, http) || !is_enabled(msdiag))
        return;
    for (GSList *item = pinfo->data_src; item; item = item->next) {
        source_t *source = source_of(pinfo, item);
        unsigned highest = dissect_responses(source, pinfo, tree);

        status = MAX(status, highest);
        backwards = g_slist_prepend(backwards, source);
    }
    /* A body that was in chunks or compressed stands in a later data source, as it was before. */
    for (GSList *item = backwards; item && status >= 400 && !found; item = item->next)
        found = dissect_faults((const source_t *)item->data, pinfo, tree, status);
    g_slist_free(backwards);
}

/* Whether a preference of a stock dissector is on. */
static bool
is_on(const char *module, const char *name)
{
    module_t *prefs_module = prefs_find_module(module);
    pref_t *preference = prefs_module ? prefs_find_preference(prefs_module, name) : NULL;

    return preference && prefs_get_bool_value(preference, pref_current);
}

/* Runs before a capture is dissected. */
static void
read_preferences(void)
{
    const bool joins = is_on("tcp", "desegment_tcp_streams");

    numbers_are_relative = is_on("tcp", "analyze_sequence_numbers") && is_on("tcp", "relative_sequence_numbers");
    joins_headers = joins && is_on("http", "desegment_headers");
    joins_bodies = joins && is_on("http", "desegment_body");
}

void
proto_reg_handoff_msdiag_http(void)
{
    register_init_routine(read_preferences);
}
