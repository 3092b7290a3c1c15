/* in-front.h
 * Standing in front of a stock dissector: in a table, or in a list of heuristics. Whoever stood there gets what is
 * not ours, unchanged.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_IN_FRONT_H
#define MSICE_IN_FRONT_H

#include "base/compat.h"

#include <epan/range.h>

/* A handle for a hook that only passes traffic on, or adds to it. Its protocol (name, filter) is one in name only, so
 * that it leaves no layer behind. NULL when there is no such stock protocol. Once, at hand-off. */
dissector_handle_t in_front_handle(dissector_t dissect, const char *stock_filter, const char *name,
                                   const char *filter);

/* Puts a handle into a table of strings; returns who stood there, NULL = nobody. */
dissector_handle_t in_front_of_string(const char *table, const char *pattern, dissector_handle_t ours);

/* Whether the user left that protocol enabled: who stands in front of it is switched off with it. */
bool in_front_of_enabled(dissector_handle_t stock);

/* Calls who stood there. Returns the bytes taken; 0 also where nobody did. */
int in_front_call(dissector_handle_t stock, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data);

/* --- ports ------------------------------------------------------------------------------------------------------ */

/* Ports in a table of numbers that a handle of ours stands in. Outlives files, as the table does. */
typedef struct in_front_ports in_front_ports_t;

/* usual: who gets what is not ours on a port that the user chose ours for (Decode As); NULL = whom it belonged to.
 * is_stock: whether a handle that Decode As marks as changed was put there by a preference of a stock protocol, which
 * leaves the same mark as a choice of the user; NULL = none does that. Nothing is claimed yet. */
in_front_ports_t *in_front_ports_new(const char *table, dissector_handle_t ours, dissector_handle_t usual,
                                     bool (*is_stock)(uint32_t port, dissector_handle_t now));

/* Claims the ports of these ranges and gives the others back. To be called whenever a dissection starts: stock
 * protocols write the same table when their preferences change, in an order nobody can rely on. A port that the user
 * gave to another protocol stays with it. */
void in_front_ports_claim(in_front_ports_t *ports, range_t *const *ranges, unsigned count);

/* Who stood at a port before, NULL = nobody. *wanted: whether it is still to be claimed, or was never: then the user
 * chose ours for it. */
dissector_handle_t in_front_ports_stock(const in_front_ports_t *ports, uint32_t port, bool *wanted);

/* --- heuristics ------------------------------------------------------------------------------------------------- */

/* Wireshark asks those heuristics first that were right last, so that one packet of others puts theirs in front of
 * ours for the rest of the file. Therefore ours is asked in their place, too. */
typedef struct {
    const char *list, *short_name, *title;
    bool (*wants)(tvbuff_t *tvb, packet_info *pinfo);
    dissector_t dissect;       /* of what it wants; 0 = it is none of ours after all */
    dissector_handle_t handle; /* the same with the layer of the protocol */
    heur_dtbl_entry_t *entry;
    protocol_t *protocol; /* of the entry, which has none while a file is dissected */
    /* The last payload that it did not want, its frame and the pass over which file: nobody is asked twice. A later
     * payload may stand where this one stood in memory. */
    const tvbuff_t *asked;
    uint32_t frame, pass;
} in_front_heuristic_t;

/* Adds a heuristic of ours to its list; function: calls in_front_ask() for it. */
void in_front_add_heuristic(in_front_heuristic_t *heuristic, heur_dissector_t function, int proto);

/* What function does. */
bool in_front_ask(in_front_heuristic_t *heuristic, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data);

/* Puts a function in the place of the stock heuristic of this name; returns what stood there, NULL = there is none.
 */
heur_dissector_t in_front_of_heuristic(const char *short_name, heur_dissector_t function);

/* What that function does first: asks a heuristic of ours that was not asked before. When it takes the packet, the
 * layer that the list has added for the stock protocol is removed. */
bool in_front_ask_instead(in_front_heuristic_t *heuristic, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                          void *data);

#endif
