/* fuzz_oracle.c
 * Dissecting a capture, and comparing what is said of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _GNU_SOURCE
#include "fuzz_oracle.h"

#include "fuzz_listeners.h"

#include <epan/epan_dissect.h>
#include <epan/expert.h>
#include <epan/print.h>

static int proto_malformed, proto_short, first_of_ours, hf_call;
static GPtrArray *our_names; /* of our protocols, as [Malformed Packet: NAME] has them */

/* What one look at a capture has said. */
typedef struct {
    GString *fields;   /* a line a field of ours: frame, name, label */
    GString *experts;  /* a line an expert item of ours: frame, text */
    GHashTable *calls; /* the numbers of msice.call */
    char *tables;      /* what the statistics print */
    size_t tables_length;
    bool ended; /* a frame before its time: it was cut, or stock calls it malformed */
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

static bool
names_one_of_ours(const char *text)
{
    for (unsigned i = 0; i < our_names->len; i++)
        if (strstr(text, (const char *)g_ptr_array_index(our_names, i)))
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

    if (field && (field->hfinfo->id == proto_malformed ||
                  (field->rep && strstr(field->rep->representation, "issector bug")))) {
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
} looking_t;

static void
note_call(const looking_t *looking, const field_info *field)
{
    char *number = get_node_field_value((field_info *)(uintptr_t)field, looking->edt);

    g_hash_table_add(looking->saying->calls, GUINT_TO_POINTER((unsigned)atoi(number)));
    g_free(number);
}

static void
note_node(proto_node *node, void *data)
{
    const looking_t *looking = (const looking_t *)data;
    const field_info *field = PNODE_FINFO(node);
    char buffer[ITEM_LABEL_LENGTH];

    if (field && (field->hfinfo->id == proto_malformed || field->hfinfo->id == proto_short))
        looking->saying->ended = true;
    if (field && is_ours(field->hfinfo)) {
        const char *label = label_of(field, buffer);

        g_string_append_printf(looking->saying->fields, "%u %s %s\n", looking->number, field->hfinfo->abbrev, label);
        if (field->hfinfo->id == hf_call)
            note_call(looking, field);
    }
    proto_tree_children_foreach(node, note_node, data);
}

static void
note_tree(void *data, unsigned number, epan_dissect_t *edt)
{
    looking_t looking = { (saying_t *)data, number, edt };

    check_tree(NULL, number, edt);
    if (edt->tree)
        proto_tree_children_foreach(edt->tree, note_node, &looking);
}

static tap_packet_status
note_expert(void *data, packet_info *pinfo, epan_dissect_t *edt _U_, const void *tapped, tap_flags_t flags _U_)
{
    saying_t *saying = (saying_t *)data;
    const expert_info_t *item = (const expert_info_t *)tapped;

    if (item->hf_index > 0 && is_ours(proto_registrar_get_nth((unsigned)item->hf_index)))
        g_string_append_printf(saying->experts, "%u %s\n", pinfo->num, item->summary);
    return TAP_PACKET_DONT_REDRAW;
}

/* --- a look at a capture ---------------------------------------------------------------------------------------- */

static saying_t
new_saying(void)
{
    return (saying_t){ .fields = g_string_new(NULL),
                       .experts = g_string_new(NULL),
                       .calls = g_hash_table_new(g_direct_hash, g_direct_equal) };
}

static void
free_saying(saying_t *saying)
{
    g_string_free(saying->fields, TRUE);
    g_string_free(saying->experts, TRUE);
    g_hash_table_destroy(saying->calls);
    free(saying->tables);
}

static void
listen_to_experts(saying_t *saying)
{
    GString *problem = register_tap_listener("expert", saying, NULL, 0, NULL, note_expert, NULL, NULL);

    if (problem)
        complain("no tap", problem->str, "");
}

/* The last of these passes is listened to. */
static saying_t
look(const capture_t *capture, bool two_passes, bool with_tree)
{
    saying_t saying = new_saying();
    FILE *before = stdout;
    capture_pass_t passes[] = {
        { .tree = false }, { .tree = with_tree, .columns = true, .taps = true, .draw = true, .look = note_tree }
    };

    passes[1].data = &saying;
    stdout = open_memstream(&saying.tables, &saying.tables_length);
    listen_to_experts(&saying);
    inprocess_dissect(capture, passes + !two_passes, two_passes ? 2 : 1);
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

/* --- for the target --------------------------------------------------------------------------------------------- */

void
oracle_start(void)
{
    void *cookie;

    fuzz_listen();
    proto_malformed = proto_get_id_by_filter_name("_ws.malformed");
    proto_short = proto_get_id_by_filter_name("_ws.short");
    hf_call = proto_registrar_get_id_byname("msice.call");
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

void
oracle_compare(const capture_t *capture)
{
    saying_t two = look(capture, true, true), again = look(capture, true, true);
    saying_t one = look(capture, false, true), without_tree = look(capture, false, false);

    compare_text("fields, the second time", two.fields->str, again.fields->str);
    compare_text("tables, the second time", two.tables, again.tables);
    /* What a stock dissector reads for its tree alone may end the packet, before we come to it. */
    if (!one.ended)
        compare_text("expert items, with a tree and without", one.experts->str, without_tree.experts->str);
    check_table(&two);
    free_saying(&two);
    free_saying(&again);
    free_saying(&one);
    free_saying(&without_tree);
}
