/* msturn-answer-stats.c
 * Statistics > MS-TURN > Who answered on 443, and `tshark -z msturn_hello,tree`.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "carriers/msturn-answer-stats.h"

#include "carriers/msturn-hello.h"

#include <epan/stats_tree.h>

static const char *const title = "Pseudo-TLS hellos";
static int root;

static void
start(stats_tree *tree)
{
    root = stats_tree_create_node(tree, title, 0, STAT_DT_INT, true);
}

static void
count(stats_tree *tree, const msturn_hello_t *hello, msturn_answer_t answer, int by)
{
    int node = increase_stat_node(tree, val_to_str_const(answer, msturn_answer_names, "unknown"), root, true, by);
    char *server = address_to_str(NULL, &hello->server);

    increase_stat_node(tree, server, node, false, by);
    wmem_free(NULL, server);
}

/* A hello counts as unanswered until its answer comes; on a later pass the answer is known at once. */
static tap_packet_status
on_hello(stats_tree *tree, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data, tap_flags_t flags _U_)
{
    const msturn_hello_tap_t *event = (const msturn_hello_tap_t *)data;
    const msturn_hello_t *hello = event->hello;

    if (pinfo->num == hello->hello_frame) {
        tick_stat_node(tree, title, 0, true);
        count(tree, hello, event->known ? hello->answer : MSTURN_ANSWER_NONE, 1);
    }
    if (pinfo->num == hello->answer_frame && !event->known) {
        count(tree, hello, hello->before, -1);
        count(tree, hello, hello->answer, 1);
    }
    return TAP_PACKET_REDRAW;
}

void
msturn_answer_register_statistics(void)
{
    stats_tree_register_plugin("msturn_hello", "msturn_hello", "MS-TURN" COMPAT_MENU_SEPARATOR "Who answered on 443",
                               0, on_hello, start, NULL);
}
