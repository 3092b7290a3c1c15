/* call-menu.c
 * The way from the packet list and the windows to a call: right click > Conversation Filter, and the menu Tools >
 * Go to Microsoft Media Call.
 *
 * The windows of statistics know no clicks of ours, so that the menu goes by the packet that is selected.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/call-tap.h"

#include <epan/plugin_if.h>

#include "analysis/call-summary.h"

/* --- right click -------------------------------------------------------------------------------------------------
 */

static compat_bool
is_in_call(packet_info *pinfo COMPAT_FILTER_ARGUMENT)
{
    return facts_any() && facts_call_of_frame(pinfo->num) != NULL;
}

static char *
filter_of_call(const facts_call_t *call)
{
    return call ? g_strdup_printf("msice.call == %u", call->number) : NULL;
}

static char *
build_filter(packet_info *pinfo COMPAT_FILTER_ARGUMENT)
{
    return filter_of_call(facts_call_of_frame(pinfo->num));
}

/* --- Tools -------------------------------------------------------------------------------------------------------
 */

static void *
number_of_frame(frame_data *frame, void *data _U_)
{
    return frame ? GUINT_TO_POINTER(frame->num) : NULL;
}

static uint32_t
selected_frame(void)
{
    return GPOINTER_TO_UINT(plugin_if_get_frame_data(number_of_frame, NULL));
}

static const facts_call_t *
selected_call(void)
{
    uint32_t frame = facts_any() ? selected_frame() : 0;

    return frame ? facts_call_of_frame(frame) : NULL;
}

static void
show_only_this(ext_menubar_gui_type gui _U_, void *object _U_, void *data _U_)
{
    char *filter = filter_of_call(selected_call());

    if (filter)
        plugin_if_apply_filter(filter, true);
    g_free(filter);
}

static void
show_failed(ext_menubar_gui_type gui _U_, void *object _U_, void *data _U_)
{
    plugin_if_apply_filter("msice.call.outcome == \"failed\" || msice.call.outcome == \"interrupted\"", true);
}

static void
go_to_cause(ext_menubar_gui_type gui _U_, void *object _U_, void *data _U_)
{
    const facts_call_t *call = selected_call();

    if (call)
        plugin_if_goto_frame(call_summary_now(call, true)->frame);
}

static void
go_to_header(ext_menubar_gui_type gui _U_, void *object _U_, void *data _U_)
{
    const facts_call_t *call = selected_call();
    const facts_header_t *header = call ? call_summary_now(call, true)->header : NULL;

    if (header)
        plugin_if_goto_frame(header->frame);
}

static bool
has_gone_wrong(const facts_call_t *call)
{
    const call_summary_t *summary = call_summary_now(call, true);

    return summary->has_verdict || summary->outcome.kind == OUTCOME_FAILED ||
           summary->outcome.kind == OUTCOME_INTERRUPTED;
}

/* Walks through the rows of the window of calls, from one that has a cause to the next, and round again. */
static void
go_to_next_cause(ext_menubar_gui_type gui _U_, void *object _U_, void *data _U_)
{
    const facts_call_t *selected = selected_call(), *first = NULL, *call = NULL;

    for (unsigned i = 0; facts_any() && (call = facts_call_at(i)) != NULL; i++) {
        if (!has_gone_wrong(call))
            continue;
        if (!first)
            first = call;
        if (selected && call->number > selected->number)
            break;
    }
    if (call || first)
        plugin_if_goto_frame(call_summary_now(call ? call : first, true)->frame);
}

void
call_menu_register(int proto)
{
    static const struct {
        const char *label, *tip;
        ext_menubar_action_cb action;
    } entries[] = {
        { "Next Call with a Cause", "The frame that shows why the next call failed or is bad", go_to_next_cause },
        { "Cause of this Call", "The frame that shows the cause of the call of the selected packet", go_to_cause },
        { "Header of this Call", "The diagnostics header of the call of the selected packet", go_to_header },
        { "Only this Call", "Show the packets of the call of the selected packet", show_only_this },
        { "Only Failed Calls", "Show the packets of calls without a path, or that lost it", show_failed },
    };
    ext_menu_t *menu = ext_menubar_register_menu(proto, "Go to Microsoft Media Call", true);

    ext_menubar_set_parentmenu(menu, "Tools");

    for (unsigned i = 0; i < array_length(entries); i++)
        ext_menubar_add_entry(menu, entries[i].label, entries[i].tip, entries[i].action, NULL);
    COMPAT_REGISTER_CONVERSATION_FILTER("mscall", "Microsoft Media Call", is_in_call, build_filter);
}
