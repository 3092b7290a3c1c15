/* fuzz_listeners.c
 * The listeners of the plugin's taps, each as tshark or Wireshark starts it, but for what windows draw.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fuzz_listeners.h"

#include "inprocess.h"

#include <epan/stat_tap_ui.h>
#include <epan/stats_tree_priv.h>

/* Of epan/sequence_analysis.h, which no development package has. */
typedef struct register_analysis register_analysis_t;
WS_DLL_PUBLIC register_analysis_t *sequence_analysis_find_by_name(const char *name);
WS_DLL_PUBLIC tap_packet_cb sequence_analysis_get_packet_func(register_analysis_t *analysis);
WS_DLL_PUBLIC compat_seq_info_t *sequence_analysis_info_new(void);
WS_DLL_PUBLIC void sequence_analysis_list_free(compat_seq_info_t *info);

static void
listen(const char *tap, void *data, tap_reset_cb reset, tap_packet_cb packet, tap_draw_cb draw)
{
    GString *problem = register_tap_listener(tap, data, NULL, TL_REQUIRES_COLUMNS, reset, packet, draw, NULL);

    if (problem) {
        fprintf(stderr, "%s: %s\n", tap, problem->str);
        exit(2);
    }
}

static void
reset_window(void *data)
{
    reset_stat_table(((stat_data_t *)data)->stat_tap_data);
}

static void
listen_as_window(const char *name)
{
    stat_data_t *data = g_new0(stat_data_t, 1);

    data->stat_tap_data = stat_tap_by_name(name);
    data->stat_tap_data->stat_tap_init_cb(data->stat_tap_data);
    listen(data->stat_tap_data->tap_name, data, reset_window, data->stat_tap_data->packet_func, NULL);
}

static void
reset_ladder(void *data)
{
    sequence_analysis_list_free((compat_seq_info_t *)data);
}

static void
listen_as_ladder(void)
{
    compat_seq_info_t *info = sequence_analysis_info_new();

    info->any_addr = TRUE;
    listen("msice", info, reset_ladder, sequence_analysis_get_packet_func(sequence_analysis_find_by_name("msice")),
           NULL);
}

static void
draw_tree(void *data)
{
    stats_tree *tree = (stats_tree *)data;
    GString *text = stats_tree_format_as_str(tree, ST_FORMAT_PLAIN, stats_tree_get_default_sort_col(tree),
                                             stats_tree_is_default_sort_DESC(tree));

    fputs(text->str, stdout);
    g_string_free(text, TRUE);
}

/* Begun anew for each pass: a tree that is only reset keeps the rows of the session before, and shows them with 0. */
static void
listen_as_tree(const char *name)
{
    stats_tree_cfg *form = stats_tree_get_cfg_by_abbr(name);
    stats_tree *tree = stats_tree_new(form, NULL, NULL);

    listen(form->tapname, tree, stats_tree_reinit, stats_tree_packet, draw_tree);
    form->init(tree);
}

void
fuzz_listen(bool with_trees)
{
    static const char *const printed[] = { "msice,calls", "msice,json", "msice,candidates" };
    static const char *const windows[] = { "msice,calls,window", "msice,candidates,window", "msice,json,window" };
    static const char *const trees[] = { "msice", "msturn_hello" };

    for (size_t i = 0; i < array_length(printed); i++)
        inprocess_statistic(printed[i]);
    for (size_t i = 0; i < array_length(windows); i++)
        listen_as_window(windows[i]);
    listen_as_ladder();
    for (size_t i = 0; with_trees && i < array_length(trees); i++)
        listen_as_tree(trees[i]);
}
