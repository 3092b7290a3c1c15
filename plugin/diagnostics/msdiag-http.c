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

#include "base/enabled.h"
#include "base/findings.h"
#include "base/frame-headers.h"
#include "base/layers.h"
#include "base/xml-reader.h"
#include "diagnostics/msdiag-site.h"
#include "diagnostics/packet-msdiag.h"
#include "text/msdiag-finder.h"

/* Header lines and faults are looked for this far into a message. */
#define MAX_TEXT 16384

/* Most header lines of a message, and most faults of a data source, that are shown. */
#define MAX_SHOWN 16

#define VERSION "HTTP/1."
#define FAULT   "Ms-Diagnostics-Fault"

/* A data source as text. */
typedef struct {
    tvbuff_t *tvb;
    const char *text;       /* ends with NUL */
    unsigned length, whole; /* captured, at most MAX_TEXT, and in all */
    bool is_frame;          /* the frame itself, not what was put together or decrypted */
} source_t;

/* Whether bodies are put together of several segments: preferences of the stock dissectors. */
static bool puts_together;

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

/* Where the line behind the one at an offset begins. As for HTTP's dissector, a CR alone ends a line, too. */
static unsigned
next_line(const source_t *source, unsigned start)
{
    unsigned end = start;

    while (end < source->length && !ends_line(source->text[end]))
        end++;
    /* Behind the text stands NUL. */
    return MIN(end + (source->text[end] == '\r' && source->text[end + 1] == '\n' ? 2 : 1), source->length);
}

/* Where the header lines end that start at an offset, with the empty line. */
static unsigned
end_of_headers(const source_t *source, unsigned start)
{
    do
        start = next_line(source, start);
    while (!ends_line(source->text[start]) && start < source->length);
    return next_line(source, start);
}

/* The value of a header between two offsets; "" when it is absent. It ends with its line. */
static const char *
value_of(const source_t *source, unsigned start, unsigned end, const char *name)
{
    unsigned size = (unsigned)strlen(name);

    for (; start + size < end; start++)
        if (ends_line(source->text[start]) && g_ascii_strncasecmp(source->text + start + 1, name, size) == 0)
            return source->text + start + 1 + size;
    return "";
}

/* Whether the response between two offsets, the second that behind its header lines, stands in the data source as a
 * whole. Where bodies are put together, HTTP sees the first segment of one, too, and gets it again with the last. */
static bool
is_whole(const source_t *source, unsigned start, unsigned end)
{
    const char *length = value_of(source, start, end, "Content-Length:");

    if (!puts_together)
        return true;
    if (*length)
        return g_ascii_strtoull(length, NULL, 10) <= source->whole - end;
    if (*value_of(source, start, end, "Transfer-Encoding:"))
        return find_text(source, end, "\r\n0\r\n") < source->length ||
               (!source->is_frame && source->length == MAX_TEXT);
    return !source->is_frame; /* it goes on to the end of the connection */
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

/* Looks for responses in a data source: each begins behind the body of the one before, or at the first "HTTP/1.".
 * Returns the highest status. */
static unsigned
dissect_responses(const source_t *source, packet_info *pinfo, proto_tree *tree)
{
    unsigned start = find_text(source, 0, VERSION), highest = 0;

    while (start < source->length) {
        unsigned status = read_status(source, start), end = status ? end_of_headers(source, start) : start + 1;

        if (status && !is_whole(source, start, end))
            break;
        if (status)
            dissect_lines(source, pinfo, tree, start, end, status);
        highest = MAX(highest, status);
        start = find_text(source, end, VERSION);
    }
    return highest;
}

/* A part of a fault, by the element that holds it: where its text stands in the slice. Length 0 when absent. */
static msdiag_span_t
span_of(const xml_node_t *fault, const char *element)
{
    const xml_node_t *node = xml_child(fault, element);

    if (!node || node->text_offset < 0)
        return (msdiag_span_t){ 0, 0 };
    return (msdiag_span_t){ (unsigned)node->text_offset, (unsigned)node->text_length };
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

    context.text = tvb_memdup(pinfo->pool, slice, 0, context.length);
    header->id_span = span_of(fault, "ErrorId");
    header->id_state = MSDIAG_ID_MISSING;
    if (header->id_span.length && msdiag_read_number(context.text, header->id_span, &header->id))
        header->id_state = MSDIAG_ID_OK;
    take_reason(context.text, fault, span_of(fault, "Reason"), &header->list);
    header->list.rest = (msdiag_span_t){ context.length, 0 };
    msdiag_dissect_parsed(&context, tree, header, &(msdiag_origin_t){ FAULT, status });
}

/* Where the tag that a name stands in begins, the name's prefix passed over; 0 where it is no start tag. */
static unsigned
tag_start(const source_t *source, unsigned name)
{
    unsigned at = name;

    while (at > 0 && (g_ascii_isalnum(source->text[at - 1]) || source->text[at - 1] == ':'))
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

static source_t
source_of(packet_info *pinfo, const GSList *item)
{
    tvbuff_t *tvb = get_data_source_tvb((const struct data_source *)item->data);
    source_t source = { .tvb = tvb, .is_frame = item == pinfo->data_src };
    char *text;

    source.whole = tvb_reported_length(tvb);
    if (source.is_frame)
        source.whole = MIN(source.whole, (unsigned)frame_end(tvb, pinfo));
    source.length = MIN(MIN(tvb_captured_length(tvb), source.whole), MAX_TEXT);
    text = wmem_alloc(pinfo->pool, source.length + 1);
    tvb_memcpy(tvb, text, 0, source.length);
    text[source.length] = '\0';
    source.text = text;
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
        source_t source = source_of(pinfo, item);
        unsigned highest = dissect_responses(&source, pinfo, tree);

        status = MAX(status, highest);
        backwards = g_slist_prepend(backwards, item);
    }
    /* A body that was in chunks or compressed stands in a later data source, as it was before. */
    for (GSList *item = backwards; item && status >= 400 && !found; item = item->next) {
        source_t source = source_of(pinfo, (const GSList *)item->data);

        found = dissect_faults(&source, pinfo, tree, status);
    }
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
    puts_together = is_on("tcp", "desegment_tcp_streams") && is_on("http", "desegment_body");
}

void
proto_reg_handoff_msdiag_http(void)
{
    register_init_routine(read_preferences);
}
