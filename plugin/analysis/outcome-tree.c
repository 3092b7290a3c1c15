/* outcome-tree.c
 * How a call went, in the packet tree: msice.call.outcome, .path, .relay, .verdict.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/outcome-tree.h"

#include "analysis/evidence-tree.h"
#include "base/address-text.h"

static int hf_outcome = -1;
static int hf_reason = -1;
static int hf_path = -1;
static int hf_transport = -1;
static int hf_relay = -1;
static int hf_relay_name = -1;
static int hf_setup_time = -1;
static int hf_duration = -1;
static int hf_rtt = -1;
static int hf_verdict = -1;
static int hf_rule = -1;
static int hf_confidence = -1;
static int hf_advice = -1;
static int hf_shown = -1;
static int hf_header = -1;
static int ett_outcome = -1;
static int ett_path = -1;
static int ett_end = -1;
static int ett_verdict = -1;

/* The fields of one end of the path. */
typedef struct {
    int ipv4, ipv6, port, type;
} end_fields_t;

static end_fields_t hf_local = { -1, -1, -1, -1 };
static end_fields_t hf_remote = { -1, -1, -1, -1 };

static proto_item *
add_text(proto_tree *tree, tvbuff_t *tvb, int hf, const char *text)
{
    proto_item *item = text ? proto_tree_add_string(tree, hf, tvb, 0, 0, text) : NULL;

    proto_item_set_generated(item);
    return item;
}

/* Seconds; nothing where they are negative: not known. */
static void
add_time(proto_tree *tree, tvbuff_t *tvb, int hf, double seconds)
{
    int64_t micros = (int64_t)(seconds * 1e6 + 0.5); /* captures know no less */
    nstime_t time = { .secs = (time_t)(micros / 1000000), .nsecs = (int)(micros % 1000000) * 1000 };

    if (seconds < 0)
        return;
    proto_item_set_generated(proto_tree_add_time(tree, hf, tvb, 0, 0, &time));
}

static void
add_address(proto_tree *tree, tvbuff_t *tvb, const end_fields_t *fields, const facts_key_t *key)
{
    if (key->addr.type == AT_IPv4) {
        uint32_t ipv4;

        memcpy(&ipv4, key->addr.data, sizeof ipv4);
        proto_item_set_generated(proto_tree_add_ipv4(tree, fields->ipv4, tvb, 0, 0, ipv4));
    } else if (key->addr.type == AT_IPv6) {
        proto_item_set_generated(
            proto_tree_add_ipv6(tree, fields->ipv6, tvb, 0, 0, (const ws_in6_addr *)key->addr.data));
    }
    proto_item_set_generated(proto_tree_add_uint(tree, fields->port, tvb, 0, 0, key->port));
}

static void
add_end(proto_tree *tree, tvbuff_t *tvb, const char *name, const end_fields_t *fields, const facts_key_t *key,
        facts_type_t type)
{
    proto_item *item;
    proto_tree *subtree;
    char *at;

    if (key->port == 0)
        return;
    at = address_port_text(NULL, &key->addr, key->port);
    subtree = proto_tree_add_subtree_format(tree, tvb, 0, 0, ett_end, &item, "%s end: %s (%s)", name, at,
                                            facts_type_name(type));
    proto_item_set_generated(item);
    wmem_free(NULL, at);
    add_address(subtree, tvb, fields, key);
    add_text(subtree, tvb, fields->type, facts_type_name(type));
}

static void
add_path(proto_tree *tree, tvbuff_t *tvb, const call_summary_t *summary)
{
    const call_path_t *path = &summary->outcome.path;
    proto_tree *subtree;

    if (summary->outcome.has_path) {
        subtree = proto_item_add_subtree(add_text(tree, tvb, hf_path, path->name), ett_path);
        add_text(subtree, tvb, hf_transport, path->transport == PT_TCP ? "TCP" : "UDP");
        add_end(subtree, tvb, "Local", &hf_local, &path->local, path->local_type);
        add_end(subtree, tvb, "Remote", &hf_remote, &path->remote, path->remote_type);
        add_time(subtree, tvb, hf_rtt, path->rtt);
    }
    add_text(proto_item_add_subtree(add_text(tree, tvb, hf_relay, summary->relay), ett_path), tvb, hf_relay_name,
             summary->relay_name);
}

static void
add_verdict(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const call_summary_t *summary)
{
    const verdict_t *verdict = &summary->verdict;
    proto_tree *subtree;

    if (!summary->has_verdict)
        return;
    subtree = proto_item_add_subtree(add_text(tree, tvb, hf_verdict, verdict->cause), ett_verdict);
    add_text(subtree, tvb, hf_rule, verdict->name);
    add_text(subtree, tvb, hf_confidence, verdict_confidence_name(verdict->confidence));
    add_text(subtree, tvb, hf_advice, verdict->advice);
    if (summary->header && summary->header->failed)
        proto_item_set_generated(proto_tree_add_uint(subtree, hf_header, tvb, 0, 0, summary->header->frame));
    evidence_tree_add(subtree, pinfo, hf_shown, "Shown by frame", verdict->items, verdict->count);
}

void
outcome_tree_add(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const call_summary_t *summary)
{
    const call_outcome_t *outcome = &summary->outcome;
    proto_item *item = add_text(tree, tvb, hf_outcome, outcome_name(outcome->kind));

    add_text(proto_item_add_subtree(item, ett_outcome), tvb, hf_reason, outcome->reason);
    if (outcome->reason)
        proto_item_append_text(item, " (%s)", outcome->reason);
    add_verdict(tree, tvb, pinfo, summary);
    add_path(tree, tvb, summary);
    add_time(tree, tvb, hf_setup_time, outcome->setup_time);
    add_time(tree, tvb, hf_duration, outcome->duration);
}

/* clang-format off */
#define FIELD(hf, label, filter, type, base, blurb) \
    { &hf, { label, "msice.call." filter, type, base, NULL, 0, blurb, HFILL } }
/* clang-format on */

void
outcome_tree_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        FIELD(hf_outcome, "Outcome", "outcome", FT_STRING, BASE_NONE, "connected, one way, interrupted, failed, incomplete, no media"),
        FIELD(hf_reason, "Reason", "outcome.reason", FT_STRING, BASE_NONE, "Why the capture does not tell how the call went"),
        FIELD(hf_path, "Path", "path", FT_STRING, BASE_NONE, "direct, through NAT, own relay, peer's relay, both relays"),
        FIELD(hf_transport, "Transport", "path.transport", FT_STRING, BASE_NONE, NULL),
        FIELD(hf_local.ipv4, "Local IPv4 address", "path.local.ipv4", FT_IPv4, BASE_NONE, "The end of the computer that the capture speaks of; its relayed address where it uses its relay"),
        FIELD(hf_local.ipv6, "Local IPv6 address", "path.local.ipv6", FT_IPv6, BASE_NONE, NULL),
        FIELD(hf_local.port, "Local port", "path.local.port", FT_UINT16, BASE_DEC, NULL),
        FIELD(hf_local.type, "Local candidate type", "path.local.type", FT_STRING, BASE_NONE, NULL),
        FIELD(hf_remote.ipv4, "Remote IPv4 address", "path.remote.ipv4", FT_IPv4, BASE_NONE, NULL),
        FIELD(hf_remote.ipv6, "Remote IPv6 address", "path.remote.ipv6", FT_IPv6, BASE_NONE, NULL),
        FIELD(hf_remote.port, "Remote port", "path.remote.port", FT_UINT16, BASE_DEC, NULL),
        FIELD(hf_remote.type, "Remote candidate type", "path.remote.type", FT_STRING, BASE_NONE, NULL),
        FIELD(hf_relay, "Relay", "relay", FT_STRING, BASE_NONE, "Address and port of the relay in use"),
        FIELD(hf_relay_name, "Relay name", "relay.name", FT_STRING, BASE_NONE, "As DNS, TLS or MRAS told it"),
        FIELD(hf_setup_time, "Setup time", "setup_time", FT_RELATIVE_TIME, BASE_NONE, "From the first attempt to the answer of the nomination"),
        FIELD(hf_duration, "Duration", "duration", FT_RELATIVE_TIME, BASE_NONE, "From the nomination or the first media to the last media or the end of the call"),
        FIELD(hf_rtt, "Round trip time", "rtt", FT_RELATIVE_TIME, BASE_NONE, "Of the first check of the pair that was sent by the own computer, and answered"),
        FIELD(hf_verdict, "Most likely cause", "verdict", FT_STRING, BASE_NONE, "By rules over flags, locations and what the capture shows"),
        FIELD(hf_rule, "Rule", "verdict.rule", FT_STRING, BASE_NONE, "Short name of the cause"),
        FIELD(hf_confidence, "Confidence", "verdict.confidence", FT_STRING, BASE_NONE, "high: frames show it; medium: candidates, credentials or less certain packets agree; low: flags only"),
        FIELD(hf_advice, "What to do", "verdict.advice", FT_STRING, BASE_NONE, NULL),
        FIELD(hf_shown, "Frame", "verdict.frame", FT_FRAMENUM, BASE_NONE, "A frame that shows the cause"),
        FIELD(hf_header, "Header", "verdict.header", FT_FRAMENUM, BASE_NONE, "The frame with the diagnostics header that reports the failure"),
    };
    /* clang-format on */
    static int *ett[] = { &ett_outcome, &ett_path, &ett_end, &ett_verdict };

    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
}
