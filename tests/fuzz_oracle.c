/* fuzz_oracle.c
 * Dissecting a capture, and comparing what is said of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _GNU_SOURCE
#include "fuzz_oracle.h"

#include "fuzz_input.h"
#include "fuzz_listeners.h"

#include <epan/epan_dissect.h>
#include <epan/expert.h>
#include <epan/print.h>

static int proto_malformed, proto_short, proto_http, first_of_ours, hf_call, hf_renumbered, hf_relative, hf_tls_part;
static int hf_stream, hf_source_port, hf_sequence, hf_length; /* of TCP */
static GPtrArray *our_names; /* of our protocols, as [Malformed Packet: NAME] has them */

/* A pass with another one behind it, and the one that is looked at. */
enum { FIRST_PASS, LAST_PASS };

/* Of TCP. */
typedef struct {
    uint32_t stream, source_port, sequence, length;
    unsigned frame;
} segment_t;

/* What one look at a capture has said. */
typedef struct {
    GString *fields;        /* a line a field of ours: frame, name, label */
    GString *protocols;     /* a line a protocol of ours: frame, name */
    GString *experts[2];    /* of both passes: a line an expert item of ours: frame, text */
    int pass;               /* FIRST_PASS or LAST_PASS; next_pass() counts it up */
    GHashTable *calls;      /* the numbers of msice.call */
    GHashTable *places;     /* place_of() each call and frame that names it */
    GArray *segments;       /* segment_t */
    GHashTable *first_only; /* frames of which stock may hand over something on the first pass only */
    GHashTable *web;        /* frames in which stock shows HTTP */
    char *tables;           /* what the statistics print */
    size_t tables_length;
    /* Stock itself may say something else the next time: a frame ends before its time, as it was cut or is malformed;
     * or a SYN/ACK has numbered a connection anew, whose segments before are then no longer found. */
    bool stock_changes;
} saying_t;

static bool
is_ours(const header_field_info *field)
{
    return (field->parent >= 0 ? field->parent : field->id) >= first_of_ours;
}

G_NORETURN static void
complain(const char *what, const char *one, const char *other)
{
    fprintf(stderr, "%s\n  %s\n  %s\n", what, one, other);
    abort();
}

/* --- a frame's tree --------------------------------------------------------------------------------------------- */

/* Not strstr(), whose words libFuzzer takes for what the input is compared with. */
static bool
names_one_of_ours(const char *text)
{
    for (unsigned i = 0; i < our_names->len; i++)
        if (g_strstr_len(text, -1, (const char *)g_ptr_array_index(our_names, i)))
            return true;
    return false;
}

static const char *
label_of(const field_info *field, char *buffer)
{
    if (field->rep)
        return field->rep->representation;
#if WS_AT_LEAST(4, 6)
    proto_item_fill_label((field_info *)(uintptr_t)field, buffer, NULL);
#else
    proto_item_fill_label((field_info *)(uintptr_t)field, buffer);
#endif
    return buffer;
}

static void
check_node(proto_node *node, void *data)
{
    const field_info *field = PNODE_FINFO(node);
    char buffer[ITEM_LABEL_LENGTH];

    /* What ends a dissector, a bug of it as well, is an item of this protocol; its words may stand in our texts, too.
     */
    if (field && field->hfinfo->id == proto_malformed) {
        const char *label = label_of(field, buffer);

        if (names_one_of_ours(label))
            complain("a frame is malformed", label, "");
    }
    proto_tree_children_foreach(node, check_node, data);
}

static void
check_tree(void *data, unsigned number _U_, epan_dissect_t *edt)
{
    if (edt->tree)
        proto_tree_children_foreach(edt->tree, check_node, data);
}

/* The frame that is looked at, and where it goes. */
typedef struct {
    saying_t *saying;
    unsigned number;
    epan_dissect_t *edt;
    segment_t segment; /* length 0 = none */
} looking_t;

static void *
place_of(unsigned call, unsigned frame)
{
    return GUINT_TO_POINTER(call * 0x10000 + frame);
}

static void
note_call(const looking_t *looking, const field_info *field)
{
    char *text = get_node_field_value((field_info *)(uintptr_t)field, looking->edt);
    const unsigned number = (unsigned)atoi(text);

    g_hash_table_add(looking->saying->calls, GUINT_TO_POINTER(number));
    g_hash_table_add(looking->saying->places, place_of(number, looking->number));
    g_free(text);
}

static void
note_number(looking_t *looking, const field_info *field)
{
    segment_t *segment = &looking->segment;
    uint32_t *const numbers[] = { &segment->stream, &segment->source_port, &segment->sequence, &segment->length };
    const int fields[] = { hf_stream, hf_source_port, hf_sequence, hf_length };

    for (size_t i = 0; i < array_length(fields); i++)
        if (field->hfinfo->id == fields[i]) {
            char *text = get_node_field_value((field_info *)(uintptr_t)field, looking->edt);

            *numbers[i] = (uint32_t)strtoul(text, NULL, 10);
            g_free(text);
        }
}

/* A SYN that comes late begins the stream anew, and on the second pass stock hands over nothing from in front of it:
 * those segments' relative numbers are below 0. */
static bool
is_before_stream(const field_info *field, epan_dissect_t *edt)
{
    char *text;
    bool before;

    if (field->hfinfo->id != hf_relative)
        return false;
    text = get_node_field_value((field_info *)(uintptr_t)field, edt);
    before = strtoul(text, NULL, 10) > INT32_MAX;
    g_free(text);
    return before;
}

static void
note_node(proto_node *node, void *data)
{
    looking_t *looking = (looking_t *)data;
    const field_info *field = PNODE_FINFO(node);
    char buffer[ITEM_LABEL_LENGTH];

    if (field)
        note_number(looking, field);
    /* What waits in TLS for more than it first asked for. */
    if (field && field->hfinfo->id == hf_tls_part)
        g_hash_table_add(looking->saying->first_only, GUINT_TO_POINTER(looking->number));
    if (field && field->hfinfo->id == proto_http)
        g_hash_table_add(looking->saying->web, GUINT_TO_POINTER(looking->number));
    if (field && (field->hfinfo->id == proto_malformed || field->hfinfo->id == proto_short ||
                  field->hfinfo->id == hf_renumbered || is_before_stream(field, looking->edt)))
        looking->saying->stock_changes = true;
    if (field && is_ours(field->hfinfo)) {
        const char *label = label_of(field, buffer);

        g_string_append_printf(looking->saying->fields, "%u %s %s\n", looking->number, field->hfinfo->abbrev, label);
        if (proto_registrar_is_protocol(field->hfinfo->id) && !g_str_has_prefix(field->hfinfo->abbrev, "_ws."))
            g_string_append_printf(looking->saying->protocols, "%u %s\n", looking->number, field->hfinfo->abbrev);
        if (field->hfinfo->id == hf_call)
            note_call(looking, field);
    }
    proto_tree_children_foreach(node, note_node, data);
}

/* Frames whose segment a later one begins before, and those of the later ones. */
static void
note_segment(saying_t *saying, const segment_t *segment)
{
    for (unsigned i = 0; i < saying->segments->len; i++) {
        const segment_t *before = &g_array_index(saying->segments, segment_t, i);

        if (before->stream == segment->stream && before->source_port == segment->source_port &&
            (int32_t)(before->sequence - segment->sequence) >= 0) {
            g_hash_table_add(saying->first_only, GUINT_TO_POINTER(before->frame));
            g_hash_table_add(saying->first_only, GUINT_TO_POINTER(segment->frame));
        }
    }
    g_array_append_val(saying->segments, *segment);
}

static void
note_tree(void *data, unsigned number, epan_dissect_t *edt)
{
    looking_t looking = { .saying = (saying_t *)data, .number = number, .edt = edt, .segment = { .frame = number } };

    check_tree(NULL, number, edt);
    if (edt->tree)
        proto_tree_children_foreach(edt->tree, note_node, &looking);
    if (looking.segment.length)
        note_segment(looking.saying, &looking.segment);
}

static tap_packet_status
note_expert(void *data, packet_info *pinfo, epan_dissect_t *edt _U_, const void *tapped, tap_flags_t flags _U_)
{
    saying_t *saying = (saying_t *)data;
    const expert_info_t *item = (const expert_info_t *)tapped;

    if (item->hf_index > 0 && is_ours(proto_registrar_get_nth((unsigned)item->hf_index)))
        g_string_append_printf(saying->experts[saying->pass], "%u %s\n", pinfo->num, item->summary);
    return TAP_PACKET_DONT_REDRAW;
}

/* Each pass begins with this. */
static void
next_pass(void *data)
{
    ((saying_t *)data)->pass++;
}

/* --- a look at a capture ---------------------------------------------------------------------------------------- */

static saying_t
new_saying(void)
{
    return (saying_t){ .fields = g_string_new(NULL),
                       .protocols = g_string_new(NULL),
                       .experts = { g_string_new(NULL), g_string_new(NULL) },
                       .calls = g_hash_table_new(g_direct_hash, g_direct_equal),
                       .places = g_hash_table_new(g_direct_hash, g_direct_equal),
                       .segments = g_array_new(FALSE, FALSE, sizeof(segment_t)),
                       .first_only = g_hash_table_new(g_direct_hash, g_direct_equal),
                       .web = g_hash_table_new(g_direct_hash, g_direct_equal) };
}

static void
free_saying(saying_t *saying)
{
    g_string_free(saying->fields, TRUE);
    g_string_free(saying->protocols, TRUE);
    g_string_free(saying->experts[0], TRUE);
    g_string_free(saying->experts[1], TRUE);
    g_hash_table_destroy(saying->calls);
    g_hash_table_destroy(saying->places);
    g_array_free(saying->segments, TRUE);
    g_hash_table_destroy(saying->first_only);
    g_hash_table_destroy(saying->web);
    free(saying->tables);
}

static void
listen_to_experts(saying_t *saying)
{
    GString *problem = register_tap_listener("expert", saying, NULL, 0, next_pass, note_expert, NULL, NULL);

    if (problem)
        complain("no tap", problem->str, "");
}

/* How a capture is looked at; the last pass is the one that is noted. */
typedef struct {
    bool two_passes, with_tree;
    bool first_heard; /* the taps of the first pass run, too */
} manner_t;

static saying_t
look(const capture_t *capture, manner_t manner)
{
    saying_t saying = new_saying();
    FILE *before = stdout;
    capture_pass_t passes[] = {
        { .tree = false, .taps = manner.first_heard },
        { .tree = manner.with_tree, .columns = true, .taps = true, .draw = true, .look = note_tree, .data = &saying },
    };

    saying.pass = LAST_PASS - (manner.two_passes ? 2 : 1);
    stdout = open_memstream(&saying.tables, &saying.tables_length);
    listen_to_experts(&saying);
    inprocess_dissect(capture, passes + !manner.two_passes, manner.two_passes ? 2 : 1);
    remove_tap_listener(&saying);
    fclose(stdout);
    stdout = before;
    return saying;
}

/* The first line in which two texts differ, of both. */
static void
compare_text(const char *what, const char *one, const char *other)
{
    while (*one || *other) {
        const size_t length = strcspn(one, "\n"), other_length = strcspn(other, "\n");

        if (length != other_length || memcmp(one, other, length) != 0) {
            char *line = g_strndup(one, length), *other_line = g_strndup(other, other_length);

            complain(what, line, other_line);
        }
        one += length + (one[length] != '\0');
        other += length + (other[length] != '\0');
    }
}

/* A segment behind a gap is handed to us by stock on the first pass only, when one before it waits for more. */
#define GAP "in front of this segment are not in the capture"

/* What a first pass says and the capture takes back. Two points are known as two only when packets have come twice:
 * until then the distances of both are one, and what comes again from the other point was sent again. A hello may
 * stand behind its answer. A cause that is not sure may turn out not to be one; a sure one may not. What contradicts
 * a flag may be contradicted itself. A name that has no address may get one, or be unknown, when DNS is asked again.
 * And a later message may show that an offer goes to an SBC, which needs no relay. */
static bool
may_be_taken_back(const char *line)
{
    static const char *const said[] = { "another device may answer in its place",
                                        " is sent again: retransmission ",
                                        "a pseudo-TLS hello that is not in the capture",
                                        "Most likely cause (confidence medium)",
                                        "Most likely cause (confidence low)",
                                        " failed: the capture shows the contrary",
                                        "DNS has no address for the relay's name",
                                        "DNS does not know the relay's name",
                                        "The DNS server gives no answer about the relay's name",
                                        "no relay candidate over UDP" };

    for (size_t i = 0; i < array_length(said); i++)
        if (strstr(line, said[i]))
            return true;
    return false;
}

/* An end that has gone to another call since leaves behind a first pass that names the call it was in. */
static void
blank_call(char *line)
{
    static const char before[] = "of media call ";
    char *number = strstr(line, before);

    for (number = number ? number + strlen(before) : line + strlen(line); g_ascii_isdigit(*number); number++)
        *number = '#';
}

/* Each line of one text stands in the other, too, but for those of some frames. */
static void
check_contained(const char *what, const char *text, const char *whole, GHashTable *but)
{
    GHashTable *known = g_hash_table_new(g_str_hash, g_str_equal);
    char **lines = g_strsplit(text, "\n", -1), **others = g_strsplit(whole, "\n", -1);

    for (char **line = others; *line; line++) {
        blank_call(*line);
        g_hash_table_add(known, *line);
    }
    for (char **line = lines; *line; line++) {
        blank_call(*line);
        if (**line && !g_hash_table_contains(known, *line) && !may_be_taken_back(*line) &&
            !g_hash_table_contains(but, GUINT_TO_POINTER((unsigned)atoi(*line))))
            complain(what, *line, "");
    }
    g_strfreev(lines);
    g_strfreev(others);
    g_hash_table_destroy(known);
}

/* What ends in a segment and what begins there: HTTP shows the one in its frame, until TCP has put the other
 * together, with all that was in front of it. */
static void
leave_out_web(const saying_t *before, const saying_t *after)
{
    GHashTableIter iter;
    void *frame;

    g_hash_table_iter_init(&iter, before->web);
    while (g_hash_table_iter_next(&iter, &frame, NULL))
        if (!g_hash_table_contains(after->web, frame))
            g_hash_table_add(after->first_only, frame);
}

/* The table of calls has a row for each call that frames name, and no other. */
static void
check_table(const saying_t *saying)
{
    char **lines = g_strsplit(saying->tables, "\n", -1);
    unsigned rows = 0;
    bool in_calls = false;
    char text[60];

    for (char **line = lines; *line; line++) {
        /* Which table comes first is the engine's affair. */
        if (g_str_has_prefix(*line, "Media calls"))
            in_calls = true;
        else if (g_str_has_prefix(*line, "Candidates"))
            in_calls = false;
        if (!in_calls || !g_ascii_isdigit(**line))
            continue;
        rows++;
        if (!g_hash_table_contains(saying->calls, GUINT_TO_POINTER((unsigned)atoi(*line))))
            complain("no frame names the call", *line, "");
    }
    g_strfreev(lines);
    g_snprintf(text, sizeof text, "%u rows, %u calls", rows, g_hash_table_size(saying->calls));
    if (rows != g_hash_table_size(saying->calls))
        complain("the table of calls", text, saying->tables);
}

/* The next frame that a line of JSON names; NULL at its end. What is said of media is about packets between the ends
 * of two calls, which name one of them. */
static const char *
next_frame(const char *at)
{
    static const char key[] = "frame\":", media[] = "\"streams\":";
    const char *frame = strstr(at, key), *stream = strstr(at, media);

    if (frame && stream && stream < frame)
        return next_frame(stream + strcspn(stream, "}"));
    return frame ? frame + strlen(key) : NULL;
}

/* Whatever frame a call's line of JSON names behind its first and last one says that it is the call's. The first may
 * have gone to another call, with the end that it is about. */
static void
check_line(const char *line, GHashTable *places)
{
    static const char key[] = "\"call\":";
    const char *number = g_str_has_prefix(line, "{\"schema\"") ? strstr(line, key) : NULL;

    for (const char *at = number ? strstr(number, "\"media_types\"") : NULL; at && (at = next_frame(at + 1)) != NULL;)
        if (!g_hash_table_contains(places, place_of((unsigned)atoi(number + strlen(key)), (unsigned)atoi(at))))
            complain("a table names a frame that does not name the call", at, line);
}

static void
check_frames_of_tables(const saying_t *saying)
{
    char **lines = g_strsplit(saying->tables, "\n", -1);

    for (char **line = lines; *line; line++)
        check_line(*line, saying->places);
    g_strfreev(lines);
}

/* --- for the target --------------------------------------------------------------------------------------------- */

void
oracle_start(void)
{
    void *cookie;

    fuzz_listen(fuzz_all_shares);
    proto_malformed = proto_get_id_by_filter_name("_ws.malformed");
    proto_short = proto_get_id_by_filter_name("_ws.short");
    proto_http = proto_get_id_by_filter_name("http");
    hf_call = proto_registrar_get_id_byname("msice.call");
    hf_renumbered = proto_registrar_get_id_byname("tcp.analysis.reused_ports");
    hf_relative = proto_registrar_get_id_byname("tcp.seq");
    hf_tls_part = proto_registrar_get_id_byname("tls.segment.data");
    hf_stream = proto_registrar_get_id_byname("tcp.stream");
    hf_source_port = proto_registrar_get_id_byname("tcp.srcport");
    hf_sequence = proto_registrar_get_id_byname("tcp.seq_raw");
    hf_length = proto_registrar_get_id_byname("tcp.len");
    first_of_ours = proto_get_id_by_filter_name("msice_plugin");
    our_names = g_ptr_array_new();
    for (int proto = proto_get_first_protocol(&cookie); proto >= 0; proto = proto_get_next_protocol(&cookie))
        if (proto >= first_of_ours)
            g_ptr_array_add(our_names, (void *)(uintptr_t)proto_get_protocol_short_name(find_protocol_by_id(proto)));
    stdout = fopen("/dev/null", "w");
}

void
oracle_dissect(const capture_t *capture, bool two_passes, bool drawn)
{
    const capture_pass_t passes[] = {
        { .tree = false }, { .tree = true, .columns = true, .taps = true, .look = check_tree, .draw = drawn }
    };

    inprocess_dissect(capture, passes + !two_passes, two_passes ? 2 : 1);
}

/* What is said of a capture that ends earlier is said of the whole one, too: of which protocol a frame is. */
static void
check_prefix(const capture_t *capture, const saying_t *whole)
{
    const capture_t part = { capture->frames, capture->count / 2, capture->secrets };
    saying_t begun = look(&part, (manner_t){ .two_passes = true, .with_tree = true });

    leave_out_web(&begun, whole);
    if (!begun.stock_changes && !whole->stock_changes)
        check_contained("only the beginning says", begun.protocols->str, whole->protocols->str, whole->first_only);
    free_saying(&begun);
}

void
oracle_compare(const capture_t *capture)
{
    saying_t two = look(capture, (manner_t){ .two_passes = true, .with_tree = true });
    saying_t again = look(capture, (manner_t){ .two_passes = true, .with_tree = true, .first_heard = true });
    saying_t one = look(capture, (manner_t){ .with_tree = true });

    compare_text("fields, the second time", two.fields->str, again.fields->str);
    compare_text("tables, the second time", two.tables, again.tables);
    /* What a stock dissector reads for its tree alone may end the packet, before we come to it. */
    if (!one.stock_changes) {
        compare_text("expert items, with a tree and without", one.experts[LAST_PASS]->str,
                     again.experts[FIRST_PASS]->str);
        leave_out_web(&one, &again);
        /* A segment may turn out to lie in what a later one waits for, that begins before it. */
        if (!two.stock_changes && !strstr(again.experts[FIRST_PASS]->str, GAP))
            check_contained("only the first pass says", again.experts[FIRST_PASS]->str, again.experts[LAST_PASS]->str,
                            again.first_only);
    }
    check_table(&two);
    check_frames_of_tables(&two);
    check_prefix(capture, &two);
    free_saying(&two);
    free_saying(&again);
    free_saying(&one);
}
