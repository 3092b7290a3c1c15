/* in-front.c
 * Standing in front of a stock dissector: in a table, or in a list of heuristics.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/in-front.h"

#include "base/enabled.h"

dissector_handle_t
in_front_handle(dissector_t dissect, const char *stock_filter, const char *name, const char *filter)
{
    if (proto_get_id_by_filter_name(stock_filter) < 0)
        return NULL;
    return create_dissector_handle(dissect, enabled_add_internal(name, name, filter));
}

dissector_handle_t
in_front_of_string(const char *table, const char *pattern, dissector_handle_t ours)
{
    dissector_handle_t stock = dissector_get_string_handle(find_dissector_table(table), pattern);

    if (ours)
        dissector_add_string(table, pattern, ours);
    return stock;
}

bool
in_front_of_enabled(dissector_handle_t stock)
{
    int proto = stock ? dissector_handle_get_protocol_index(stock) : -1;

    return proto < 0 || proto_is_protocol_enabled(find_protocol_by_id(proto));
}

int
in_front_call(dissector_handle_t stock, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return stock ? call_dissector_only(stock, tvb, pinfo, tree, data) : 0;
}

/* A port of ours, and who stood there before. */
typedef struct {
    dissector_handle_t stock; /* NULL: nobody */
    bool wanted;
} claim_t;

struct in_front_ports {
    const char *name;
    dissector_table_t table;
    dissector_handle_t ours, usual;
    bool (*is_stock)(uint32_t port, dissector_handle_t now);
    GHashTable *claims; /* port number -> claim_t */
};

in_front_ports_t *
in_front_ports_new(const char *table, dissector_handle_t ours, dissector_handle_t usual,
                   bool (*is_stock)(uint32_t port, dissector_handle_t now))
{
    in_front_ports_t *ports = g_new0(in_front_ports_t, 1);

    ports->name = table;
    ports->table = find_dissector_table(table);
    ports->ours = ours;
    ports->usual = usual;
    ports->is_stock = is_stock;
    ports->claims = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
    /* Decode As lists what stands in the table, and can go back to what was saved only when that is listed by then.
     */
    if (ours)
        dissector_add_for_decode_as(table, ours);
    return ports;
}

static claim_t *
claim_of(const in_front_ports_t *ports, uint32_t port)
{
    return (claim_t *)g_hash_table_lookup(ports->claims, GUINT_TO_POINTER(port));
}

/* Who is called where the user chose ours (Decode As). */
static dissector_handle_t
behind_choice(const in_front_ports_t *ports, uint32_t port)
{
    dissector_handle_t before = dissector_get_default_uint_handle(ports->name, port);

    return ports->usual ? ports->usual : before == ports->ours ? NULL : before;
}

/* Whether the user gave the port to a protocol of his choice (Decode As). */
static bool
chosen_by_user(const in_front_ports_t *ports, uint32_t port, dissector_handle_t now)
{
    return dissector_is_uint_changed(ports->table, port) && !(ports->is_stock && ports->is_stock(port, now));
}

static void
take(uint32_t port, void *data)
{
    in_front_ports_t *ports = (in_front_ports_t *)data;
    dissector_handle_t now = dissector_get_uint_handle(ports->table, port);
    claim_t *claim = claim_of(ports, port);

    if (!claim) {
        claim = g_new0(claim_t, 1);
        g_hash_table_insert(ports->claims, GUINT_TO_POINTER(port), claim);
    }
    claim->wanted = true;
    if (now == ports->ours || chosen_by_user(ports, port, now))
        return;
    claim->stock = now;
    dissector_add_uint(ports->name, port, ports->ours);
}

static void
unwant(void *port _U_, void *claim, void *data _U_)
{
    ((claim_t *)claim)->wanted = false;
}

static int
give_back(void *key, void *value, void *data)
{
    const in_front_ports_t *ports = (const in_front_ports_t *)data;
    const uint32_t port = GPOINTER_TO_UINT(key);
    const claim_t *claim = (const claim_t *)value;

    if (claim->wanted)
        return FALSE;
    /* While Decode As covers our entry it may yet come back to light: then it still has to know whom to call. */
    if (dissector_get_uint_handle(ports->table, port) != ports->ours)
        return FALSE;
    if (claim->stock)
        dissector_add_uint(ports->name, port, claim->stock);
    else
        dissector_delete_uint(ports->name, port, ports->ours);
    return TRUE;
}

void
in_front_ports_claim(in_front_ports_t *ports, range_t *const *ranges, unsigned count)
{
    g_hash_table_foreach(ports->claims, unwant, NULL);
    for (unsigned i = 0; i < count; i++)
        range_foreach(ranges[i], take, ports);
    g_hash_table_foreach_remove(ports->claims, give_back, ports);
}

dissector_handle_t
in_front_ports_stock(const in_front_ports_t *ports, uint32_t port, bool *wanted)
{
    const claim_t *claim = claim_of(ports, port);

    *wanted = !claim || claim->wanted;
    return claim ? claim->stock : behind_choice(ports, port);
}

/* Two for each file: the first pass, and those that follow. */
static uint32_t passes;
static GSList *heuristics; /* of in_front_heuristic_t: ours */

static void
take_layer(void *data, void *unused _U_)
{
    ((in_front_heuristic_t *)data)->entry->protocol = NULL;
}

static void
give_layer(void *data, void *unused _U_)
{
    in_front_heuristic_t *heuristic = (in_front_heuristic_t *)data;

    heuristic->entry->protocol = heuristic->protocol;
}

/* Wireshark adds a layer to the packet for each heuristic that it asks, and removes it when the packet is none of it:
 * for the packets of others that costs ten times what ours look at. It adds none for one without a protocol; so ours
 * have none while a file is dissected, and ask themselves what Wireshark would ask of it. */
static void
begin_file(void)
{
    passes += 2;
    g_slist_foreach(heuristics, take_layer, NULL);
}

static void
end_file(void)
{
    g_slist_foreach(heuristics, give_layer, NULL);
}

static uint32_t
this_pass(const packet_info *pinfo)
{
    return passes + (PINFO_FD_VISITED(pinfo) ? 1 : 0);
}

static bool
was_asked(const in_front_heuristic_t *heuristic, const tvbuff_t *tvb, const packet_info *pinfo)
{
    return heuristic->asked == tvb && heuristic->frame == pinfo->num && heuristic->pass == this_pass(pinfo);
}

static void
note_asked(in_front_heuristic_t *heuristic, const tvbuff_t *tvb, const packet_info *pinfo)
{
    heuristic->asked = tvb;
    heuristic->frame = pinfo->num;
    heuristic->pass = this_pass(pinfo);
}

void
in_front_add_heuristic(in_front_heuristic_t *heuristic, heur_dissector_t function, int proto)
{
    heur_dissector_add(heuristic->list, function, heuristic->title, heuristic->short_name, proto, HEURISTIC_ENABLE);
    heuristic->entry = find_heur_dissector_by_unique_short_name(heuristic->short_name);
    heuristic->protocol = find_protocol_by_id(proto);
    heuristic->handle = create_dissector_handle(heuristic->dissect, proto);
    if (!heuristics) {
        register_init_routine(begin_file);
        register_cleanup_routine(end_file);
    }
    heuristics = g_slist_prepend(heuristics, heuristic);
}

heur_dissector_t
in_front_of_heuristic(const char *short_name, heur_dissector_t function)
{
    heur_dtbl_entry_t *entry = find_heur_dissector_by_unique_short_name(short_name);
    heur_dissector_t stock;

    if (!entry)
        return NULL;
    stock = entry->dissector;
    entry->dissector = function;
    return stock;
}

/* The handle has the layer, and is none that lies in between: segments are put together as if the heuristic had been
 * asked itself. */
static bool
call_through(in_front_heuristic_t *heuristic, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const uint16_t can = pinfo->can_desegment, saved = pinfo->saved_can_desegment;
    int taken;

    pinfo->can_desegment = saved;
    taken = call_dissector_only(heuristic->handle, tvb, pinfo, tree, data);
    pinfo->can_desegment = can;
    pinfo->saved_can_desegment = saved;
    return taken != 0;
}

bool
in_front_ask(in_front_heuristic_t *heuristic, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (!each_packet.plugin || was_asked(heuristic, tvb, pinfo))
        return false;
    if (heuristic->entry->enabled && heuristic->wants(tvb, pinfo) && proto_is_protocol_enabled(heuristic->protocol) &&
        call_through(heuristic, tvb, pinfo, tree, data))
        return true;
    note_asked(heuristic, tvb, pinfo);
    return false;
}

bool
in_front_ask_instead(in_front_heuristic_t *heuristic, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    wmem_list_frame_t *added = wmem_list_tail(pinfo->layers);

    if (!in_front_ask(heuristic, tvb, pinfo, tree, data))
        return false;
    if (added)
        wmem_list_remove_frame(pinfo->layers, added);
    return true;
}
