/* fuzz_dissectors.c
 * Feeds all of the plugin with little captures, as tshark does: in one pass with tree, columns and taps, or with a
 * pass before without a tree. Beside what the sanitizers see it is a finding when a frame is called malformed in one
 * of our protocols, or a dissector bug.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fuzz_input.h"
#include "fuzz_target.h"

#include <epan/epan_dissect.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
const char *__asan_default_options(void);

/* Wireshark keeps what it has at its end; and a session has so many allocations that a long quarantine costs most of
 * the time. */
const char *
__asan_default_options(void)
{
    return "detect_leaks=0:quarantine_size_mb=8:malloc_context_size=4:detect_odr_violation=0";
}

/* --- what a tree must not hold ---------------------------------------------------------------------------------- */

static int proto_malformed;
static GPtrArray *our_names; /* of our protocols, as [Malformed Packet: NAME] has them */

static void
list_our_names(void)
{
    const int first = proto_get_id_by_filter_name("msice_plugin");
    void *cookie;

    our_names = g_ptr_array_new();
    for (int proto = proto_get_first_protocol(&cookie); proto >= 0; proto = proto_get_next_protocol(&cookie))
        if (proto >= first)
            g_ptr_array_add(our_names, (void *)(uintptr_t)proto_get_protocol_short_name(find_protocol_by_id(proto)));
}

static bool
names_one_of_ours(const char *text)
{
    for (unsigned i = 0; i < our_names->len; i++)
        if (strstr(text, (const char *)g_ptr_array_index(our_names, i)))
            return true;
    return false;
}

static void
look_at_node(proto_node *node, void *data)
{
    const field_info *field = PNODE_FINFO(node);
    char label[ITEM_LABEL_LENGTH];

    if (field && (field->hfinfo->id == proto_malformed ||
                  (field->rep && strstr(field->rep->representation, "issector bug")))) {
        proto_item_fill_label(PNODE_FINFO(node), label);
        if (names_one_of_ours(label)) {
            fprintf(stderr, "frame %u: %s\n", *(unsigned *)data, label);
            abort();
        }
    }
    proto_tree_children_foreach(node, look_at_node, data);
}

static void
look(void *data _U_, unsigned number, epan_dissect_t *edt)
{
    if (edt->tree)
        proto_tree_children_foreach(edt->tree, look_at_node, &number);
}

/* --- the target ------------------------------------------------------------------------------------------------- */

int
LLVMFuzzerInitialize(int *argc _U_, char ***argv)
{
    static const char *const statistics[] = { "msice,calls", "msice,json", "msice,candidates" };

    inprocess_start((*argv)[0]);
    for (size_t i = 0; i < array_length(statistics); i++)
        inprocess_statistic(statistics[i]);
    proto_malformed = proto_get_id_by_filter_name("_ws.malformed");
    list_our_names();
    stdout = fopen("/dev/null", "w");
    return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const capture_pass_t passes[] = {
        { .tree = false }, { .tree = true, .columns = true, .taps = true, .look = look, .draw = true }
    };
    capture_t capture;
    unsigned first;

    if (size < FUZZ_HEAD)
        return 0;
    capture = fuzz_make_capture(data, size);
    first = data[1] & 1;
    inprocess_dissect(&capture, passes + first, 2 - first);
    fuzz_free_capture(&capture);
    return 0;
}
