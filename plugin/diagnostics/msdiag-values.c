/* msdiag-values.c
 * The parameters of a diagnostics header as typed fields.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "diagnostics/msdiag-values.h"

#include <wsutil/str_util.h>

#include "knowledge/icewarn-flags.h"
#include "diagnostics/msdiag-site.h"
#include "diagnostics/packet-icewarn.h"
#include "base/text-bits.h"

/* Lists inside values nest no deeper than header > media debug data. */
#define MAX_DEPTH 2

/* The item of an address, and the fields below it. */
typedef struct {
    int text, ipv4, ipv6, port;
} address_fields_t;

#define ADDRESS_FIELDS_INIT                                                                                          \
    {                                                                                                                \
        -1, -1, -1, -1                                                                                               \
    }

static address_fields_t hf_local_site = ADDRESS_FIELDS_INIT;
static address_fields_t hf_local_mr = ADDRESS_FIELDS_INIT;
static address_fields_t hf_remote_site = ADDRESS_FIELDS_INIT;
static address_fields_t hf_remote_mr = ADDRESS_FIELDS_INIT;
static address_fields_t hf_base_address = ADDRESS_FIELDS_INIT;
static int hf_base_interface = -1;
static int hf_component = -1;
static int hf_federation_type = -1;
static int hf_interface_ethernet = -1;
static int hf_interface_ppp = -1;
static int hf_interface_tunnel = -1;
static int hf_interface_wireless = -1;
static int hf_interface_wwan = -1;
static int hf_interfaces = -1;
static int hf_list = -1;
static int hf_local_location = -1;
static int hf_local_mr_tcp_port = -1;
static int hf_media = -1;
static int hf_media_debug = -1;
static int hf_network_name = -1;
static int hf_param = -1;
static int hf_param_name = -1;
static int hf_param_value = -1;
static int hf_port_range = -1;
static int hf_port_range_max = -1;
static int hf_port_range_min = -1;
static int hf_reason = -1;
static int hf_relay_dns_name = -1;
static int hf_relay_dns_result = -1;
static int hf_remote_location = -1;
static int hf_remote_mr_tcp_port = -1;
static int hf_side = -1;
static int hf_source = -1;
static int ett_address = -1;
static int ett_interfaces = -1;
static int ett_list = -1;
static int ett_media = -1;
static int ett_param = -1;
static int ett_port_range = -1;
static expert_field ei_ambiguous_address = EI_INIT;
static expert_field ei_empty_items = EI_INIT;
static expert_field ei_icewarn_invalid = EI_INIT;
static expert_field ei_no_closing_quote = EI_INIT;
static expert_field ei_not_address = EI_INIT;
static expert_field ei_not_number = EI_INIT;
static expert_field ei_text_after_value = EI_INIT;
static expert_field ei_too_many = EI_INIT;

/* Values of LocalLocation and RemoteLocation: concluded from which ids they come with. */
static const value_string location_vals[] = {
    { 0, "unknown (inferred)" },
    { 1, "remote: outside the company network (inferred)" },
    { 2, "internal: inside the company network (inferred)" },
    { 0, NULL },
};

static const value_string federation_vals[] = {
    { 0, "not federated (inferred)" },
    { 1, "federated (inferred)" },
    { 0, NULL },
};

static const value_string relay_dns_result_vals[] = {
    { 0, "resolved (inferred)" },
    { 0, NULL },
};

static int *const interface_fields[] = {
    &hf_interface_ethernet, &hf_interface_wireless, &hf_interface_ppp, &hf_interface_tunnel, &hf_interface_wwan, NULL,
};

typedef struct diag_key diag_key_t;
typedef bool (*add_value_t)(msdiag_context_t *context, proto_tree *tree, const diag_key_t *key,
                            const msdiag_param_t *param, unsigned depth);

/* A key that has a field of its own, or a word on what it means. */
struct diag_key {
    const char *name;
    add_value_t add; /* NULL: shown as name and value, with the hint */
    int *hf;
    const address_fields_t *address;
    const char *text; /* the side for the media debug data, the hint for others */
};

static void add_list(msdiag_context_t *context, proto_tree *tree, const msdiag_list_t *list, unsigned depth);

const char *
msdiag_text(const msdiag_context_t *context, msdiag_span_t span)
{
    char *folded = wmem_alloc_array(context->pinfo->pool, char, span.length + 1);
    unsigned size = 0;
    bool ascii = true;
    tvbuff_t *line;

    for (unsigned i = span.offset; i < span.offset + span.length; i++) {
        char c = context->text[i];

        if (c == '\r' || c == '\n') {
            while (size > 0 && (folded[size - 1] == ' ' || folded[size - 1] == '\t'))
                size--;
            while (i + 1 < span.offset + span.length && context->text[i + 1] &&
                   strchr(" \t\r\n", context->text[i + 1]))
                i++;
            c = ' ';
        }
        ascii &= g_ascii_isprint(c);
        folded[size++] = c ? c : '?'; /* a string ends at NUL */
    }
    folded[size] = '\0';
    if (ascii)
        return folded;
    line = tvb_new_real_data((const uint8_t *)folded, size, (int)size);
    folded = (char *)tvb_get_string_enc(context->pinfo->pool, line, 0, (int)size, ENC_UTF_8);
    tvb_free(line);
    return folded;
}

static proto_item *
add_text(msdiag_context_t *context, proto_tree *tree, int hf, msdiag_span_t span)
{
    return proto_tree_add_string(tree, hf, context->tvb, (int)span.offset, (int)span.length,
                                 msdiag_text(context, span));
}

static bool
add_text_value(msdiag_context_t *context, proto_tree *tree, const diag_key_t *key, const msdiag_param_t *param,
               unsigned depth _U_)
{
    add_text(context, tree, *key->hf, param->value);
    return true;
}

static bool
add_number(msdiag_context_t *context, proto_tree *tree, const diag_key_t *key, const msdiag_param_t *param,
           unsigned depth _U_)
{
    uint32_t number;

    if (!msdiag_read_number(context->text, param->value, &number))
        return false;
    proto_tree_add_uint(tree, *key->hf, context->tvb, (int)param->value.offset, (int)param->value.length, number);
    return true;
}

static bool
add_port(msdiag_context_t *context, proto_tree *tree, const diag_key_t *key, const msdiag_param_t *param,
         unsigned depth)
{
    uint32_t number;

    if (!msdiag_read_number(context->text, param->value, &number) || number > UINT16_MAX)
        return false;
    return add_number(context, tree, key, param, depth);
}

static bool
add_interfaces(msdiag_context_t *context, proto_tree *tree, const diag_key_t *key, const msdiag_param_t *param,
               unsigned depth _U_)
{
    uint32_t mask;
    proto_item *item;
    const msdiag_span_t *value = &param->value;

    if (!msdiag_read_number(context->text, *value, &mask))
        return false;
    item = proto_tree_add_uint(tree, *key->hf, context->tvb, (int)value->offset, (int)value->length, mask);
    add_text_bits(proto_item_add_subtree(item, ett_interfaces), context->tvb, (int)value->offset, (int)value->length,
                  interface_fields, mask);
    return true;
}

static bool
add_port_range(msdiag_context_t *context, proto_tree *tree, const diag_key_t *key, const msdiag_param_t *param,
               unsigned depth _U_)
{
    const char *start = context->text + param->value.offset;
    const char *colon = memchr(start, ':', param->value.length);
    msdiag_span_t low, high;
    uint32_t min, max;
    proto_tree *subtree;

    if (!colon)
        return false;
    low = (msdiag_span_t){ param->value.offset, (unsigned)(colon - start) };
    high = (msdiag_span_t){ low.offset + low.length + 1, param->value.length - low.length - 1 };
    if (!msdiag_read_number(context->text, low, &min) || !msdiag_read_number(context->text, high, &max) ||
        min > UINT16_MAX || max > UINT16_MAX)
        return false;
    subtree = proto_item_add_subtree(add_text(context, tree, *key->hf, param->value), ett_port_range);
    proto_tree_add_uint(subtree, hf_port_range_min, context->tvb, (int)low.offset, (int)low.length, min);
    proto_tree_add_uint(subtree, hf_port_range_max, context->tvb, (int)high.offset, (int)high.length, max);
    return true;
}

static bool
add_address(msdiag_context_t *context, proto_tree *tree, const diag_key_t *key, const msdiag_param_t *param,
            unsigned depth _U_)
{
    const msdiag_span_t *value = &param->value;
    const address_fields_t *fields = key->address;
    proto_item *item = add_text(context, tree, fields->text, *value);
    proto_tree *subtree;
    msdiag_site_t site;

    if (value->length == 0)
        return true;
    if (!msdiag_read_site(context->text, *value, &site)) {
        expert_add_info(context->pinfo, item, &ei_not_address);
        return true;
    }
    if (site.bad_port)
        expert_add_info(context->pinfo, item, &ei_not_number);
    if (site.ambiguous)
        expert_add_info(context->pinfo, item, &ei_ambiguous_address);
    subtree = proto_item_add_subtree(item, ett_address);
    if (site.is_ipv4)
        proto_tree_add_ipv4(subtree, fields->ipv4, context->tvb, (int)value->offset, (int)value->length, site.ipv4);
    if (site.is_ipv6)
        proto_tree_add_ipv6(subtree, fields->ipv6, context->tvb, (int)value->offset, (int)value->length, &site.ipv6);
    if (site.has_port)
        proto_tree_add_uint(subtree, fields->port, context->tvb, (int)site.port_span.offset,
                            (int)site.port_span.length, site.port);
    return true;
}

static void add_generic(msdiag_context_t *context, proto_tree *tree, const msdiag_param_t *param, const char *hint);

static bool
add_flags(msdiag_context_t *context, proto_tree *tree, const diag_key_t *key _U_, const msdiag_param_t *param,
          unsigned depth _U_)
{
    const msdiag_span_t *value = &param->value;
    icewarn_parse_t result = icewarn_parse(context->text + value->offset, value->length, &context->flags);
    proto_item *mask;

    if (result != ICEWARN_PARSED) {
        add_generic(context, tree, param, NULL);
        proto_tree_add_expert_format(tree, context->pinfo, &ei_icewarn_invalid, context->tvb,
                                     (int)param->whole.offset, (int)param->whole.length,
                                     "ICEWarn has no valid value: %s", icewarn_parse_problem(result));
        return true;
    }
    context->has_flags = true;
    mask = icewarn_dissect_flags(context->tvb, context->pinfo, tree, (int)value->offset, (int)value->length,
                                 context->flags, context->media);
    if (context->mask_count < MSDIAG_MAX_MASKS)
        context->masks[context->mask_count++] = mask;
    return true;
}

/* CallerMediaDebug, CalleeMediaDebug: "label:key=value,key=value,…", perhaps for several media. */
static bool
add_media_debug(msdiag_context_t *context, proto_tree *tree, const diag_key_t *key, const msdiag_param_t *param,
                unsigned depth)
{
    proto_tree *subtree;
    msdiag_list_t *list;
    msdiag_span_t rest = param->value;

    if (depth >= MAX_DEPTH)
        return false;
    subtree = proto_item_add_subtree(add_text(context, tree, hf_media_debug, param->value), ett_media);
    proto_item_set_generated(proto_tree_add_string(subtree, hf_side, context->tvb, (int)param->name.offset,
                                                   (int)param->name.length, key->text));
    list = wmem_new(context->pinfo->pool, msdiag_list_t);
    msdiag_parse_list(context->text, rest, list);
    add_list(context, subtree, list, depth + 1);
    return true;
}

/* A list of keys without fields of their own. */
static bool
add_plain_list(msdiag_context_t *context, proto_tree *tree, const diag_key_t *key _U_, const msdiag_param_t *param,
               unsigned depth)
{
    msdiag_list_t *list;
    proto_tree *subtree;

    if (depth >= MAX_DEPTH)
        return false;
    subtree = proto_item_add_subtree(add_text(context, tree, hf_list, param->value), ett_list);
    list = wmem_new(context->pinfo->pool, msdiag_list_t);
    msdiag_parse_list(context->text, param->value, list);
    for (unsigned i = 0; i < list->count; i++)
        add_generic(context, subtree, &list->params[i], NULL);
    return true;
}

/* clang-format off: one row a key */
static const diag_key_t keys[] = {
    { "reason", add_text_value, &hf_reason, NULL, NULL },
    { "source", add_text_value, &hf_source, NULL, NULL },
    { "component", add_text_value, &hf_component, NULL, NULL },
    { "CallerMediaDebug", add_media_debug, NULL, NULL, "Caller" },
    { "CalleeMediaDebug", add_media_debug, NULL, NULL, "Callee" },
    { "UserType", add_text_value, &hf_side, NULL, NULL },
    { "MediaType", add_text_value, &hf_media, NULL, NULL },
    { "ICEWarn", add_flags, NULL, NULL, NULL },
    { "LocalSite", add_address, NULL, &hf_local_site, NULL },
    { "LocalMR", add_address, NULL, &hf_local_mr, NULL },
    { "RemoteSite", add_address, NULL, &hf_remote_site, NULL },
    { "RemoteMR", add_address, NULL, &hf_remote_mr, NULL },
    { "PortRange", add_port_range, &hf_port_range, NULL, NULL },
    { "LocalMRTCPPort", add_port, &hf_local_mr_tcp_port, NULL, NULL },
    { "RemoteMRTCPPort", add_port, &hf_remote_mr_tcp_port, NULL, NULL },
    { "LocalLocation", add_number, &hf_local_location, NULL, NULL },
    { "RemoteLocation", add_number, &hf_remote_location, NULL, NULL },
    { "FederationType", add_number, &hf_federation_type, NULL, NULL },
    { "NetworkName", add_text_value, &hf_network_name, NULL, NULL },
    { "Interfaces", add_interfaces, &hf_interfaces, NULL, NULL },
    { "BaseInterface", add_interfaces, &hf_base_interface, NULL, NULL },
    { "BaseAddress", add_address, NULL, &hf_base_address, NULL },
    { "MrDnsU", add_text_value, &hf_relay_dns_name, NULL, NULL },
    { "MrResU", add_number, &hf_relay_dns_result, NULL, NULL },
    { "MediaChanBlob", add_plain_list, NULL, NULL, NULL },
    /* Known by name from the same media stack in browsers; not seen in headers, so only a hint. */
    { "Protocol", NULL, NULL, NULL, "transport of the chosen path" },
    { "LocalAddr", NULL, NULL, NULL, "own address used for media at the end of the call" },
    { "RemoteAddr", NULL, NULL, NULL, "peer's address used for media at the end of the call" },
    { "LocalInterface", NULL, NULL, NULL, "type of the interface used" },
    { "LocalAddrType", NULL, NULL, NULL, "kind of the own candidate" },
    { "RemoteAddrType", NULL, NULL, NULL, "kind of the peer's candidate" },
    { "StunVer", NULL, NULL, NULL, "STUN version" },
    { "IceRole", NULL, NULL, NULL, "controlling or controlled" },
    { "RtcpMux", NULL, NULL, NULL, "RTP and RTCP on one port" },
    { "AllocationTimeInMs", NULL, NULL, NULL, "milliseconds that the relay allocation took" },
};
/* clang-format on */

static const diag_key_t *
find_key(const msdiag_context_t *context, msdiag_span_t name)
{
    for (size_t i = 0; i < array_length(keys); i++)
        if (msdiag_span_is(context->text, name, keys[i].name))
            return &keys[i];
    return NULL;
}

static void
add_generic(msdiag_context_t *context, proto_tree *tree, const msdiag_param_t *param, const char *hint)
{
    proto_item *item = add_text(context, tree, hf_param, param->whole);
    proto_tree *subtree = proto_item_add_subtree(item, ett_param);

    add_text(context, subtree, hf_param_name, param->name);
    if (!(param->problems & MSDIAG_NO_VALUE))
        add_text(context, subtree, hf_param_value, param->value);
    if (hint)
        proto_item_append_text(item, " [probably: %s]", hint);
}

static void
add_problems(msdiag_context_t *context, proto_tree *tree, const msdiag_param_t *param)
{
    if (param->problems & MSDIAG_NO_CLOSING_QUOTE)
        proto_tree_add_expert_format(tree, context->pinfo, &ei_no_closing_quote, context->tvb,
                                     (int)param->whole.offset, (int)param->whole.length,
                                     "The closing quote of %s is missing; its value is taken up to byte %u",
                                     msdiag_text(context, param->name), param->value.offset + param->value.length);
    if (param->problems & MSDIAG_TEXT_AFTER_VALUE)
        proto_tree_add_expert_format(tree, context->pinfo, &ei_text_after_value, context->tvb,
                                     (int)param->trailer.offset, (int)param->trailer.length,
                                     "Text after the value of %s: %s", msdiag_text(context, param->name),
                                     msdiag_text(context, param->trailer));
}

static void
add_param(msdiag_context_t *context, proto_tree *tree, const msdiag_param_t *param, unsigned depth)
{
    const diag_key_t *key = find_key(context, param->name);

    if (!key || !key->add || (param->problems & MSDIAG_NO_VALUE)) {
        add_generic(context, tree, param, key ? key->text : NULL);
    } else if (!key->add(context, tree, key, param, depth)) {
        add_generic(context, tree, param, NULL);
        if (param->value.length)
            proto_tree_add_expert_format(tree, context->pinfo, &ei_not_number, context->tvb, (int)param->whole.offset,
                                         (int)param->whole.length, "The value of %s is not what it should be",
                                         key->name);
    }
    add_problems(context, tree, param);
}

static void
add_list(msdiag_context_t *context, proto_tree *tree, const msdiag_list_t *list, unsigned depth)
{
    for (unsigned i = 0; i < list->count; i++) {
        msdiag_param_t param = list->params[i];
        msdiag_span_t label;

        if (depth > 0 && msdiag_take_label(context->text, &param.name, &label)) {
            context->media = msdiag_text(context, label);
            proto_tree_add_string(tree, hf_media, context->tvb, (int)label.offset, (int)label.length, context->media);
        }
        add_param(context, tree, &param, depth);
    }
    if (list->empty)
        proto_tree_add_expert_format(tree, context->pinfo, &ei_empty_items, context->tvb, 0, -1,
                                     "%u item%s missing between separators: the text was edited or cut", list->empty,
                                     plurality(list->empty, " is", "s are"));
    if (list->rest.length)
        proto_tree_add_expert_format(tree, context->pinfo, &ei_too_many, context->tvb, (int)list->rest.offset,
                                     (int)list->rest.length,
                                     "More than %d parameters: the rest from byte %u on is not taken apart",
                                     MSDIAG_MAX_PARAMS, list->rest.offset);
}

void
msdiag_add_params(msdiag_context_t *context, proto_tree *tree, const msdiag_list_t *list)
{
    /* In the flat form the medium may be named after the flags that depend on it. */
    for (unsigned i = 0; i < list->count; i++)
        if (msdiag_span_is(context->text, list->params[i].name, "MediaType"))
            context->media = msdiag_text(context, list->params[i].value);
    add_list(context, tree, list, 0);
}

#define ADDRESS(fields, title, filter, blurb)                                                                        \
    { &fields.text, { title, filter, FT_STRING, BASE_NONE, NULL, 0, blurb, HFILL } },                                \
        { &fields.ipv4, { title " IPv4 address", filter ".ipv4", FT_IPv4, BASE_NONE, NULL, 0, NULL, HFILL } },       \
        { &fields.ipv6, { title " IPv6 address", filter ".ipv6", FT_IPv6, BASE_NONE, NULL, 0, NULL, HFILL } },       \
    {                                                                                                                \
        &fields.port,                                                                                                \
        {                                                                                                            \
            title " port", filter ".port", FT_UINT16, BASE_DEC, NULL, 0, NULL, HFILL                                 \
        }                                                                                                            \
    }
#define TEXT(hf, title, filter, blurb)                                                                               \
    {                                                                                                                \
        &hf,                                                                                                         \
        {                                                                                                            \
            title, filter, FT_STRING, BASE_NONE, NULL, 0, blurb, HFILL                                               \
        }                                                                                                            \
    }
#define PORT(hf, title, filter, blurb)                                                                               \
    {                                                                                                                \
        &hf,                                                                                                         \
        {                                                                                                            \
            title, filter, FT_UINT16, BASE_DEC, NULL, 0, blurb, HFILL                                                \
        }                                                                                                            \
    }
#define CHOICE(hf, title, filter, vals, blurb)                                                                       \
    {                                                                                                                \
        &hf,                                                                                                         \
        {                                                                                                            \
            title, filter, FT_UINT32, BASE_DEC, VALS(vals), 0, blurb, HFILL                                          \
        }                                                                                                            \
    }
#define MASK(hf, title, filter, blurb)                                                                               \
    {                                                                                                                \
        &hf,                                                                                                         \
        {                                                                                                            \
            title, filter, FT_UINT32, BASE_HEX, NULL, 0, blurb, HFILL                                                \
        }                                                                                                            \
    }
#define BIT(hf, title, filter, mask)                                                                                 \
    {                                                                                                                \
        &hf,                                                                                                         \
        {                                                                                                            \
            title, filter, FT_BOOLEAN, 32, NULL, mask, "Meaning of the bit is inferred", HFILL                       \
        }                                                                                                            \
    }

void
msdiag_register_values(int proto, expert_module_t *expert)
{
    static hf_register_info hf[] = {
        TEXT(hf_reason, "Reason", "msdiag.reason", "Reason in the sender's words"),
        TEXT(hf_source, "Source", "msdiag.source", "Server that made the header"),
        TEXT(hf_component, "Component", "msdiag.component", "Component that made the header"),
        TEXT(hf_media_debug, "Media debug data", "msdiag.media_debug", "What a client tells of its media path"),
        TEXT(hf_side, "Side", "msdiag.side", "Which side of the call the media debug data comes from"),
        TEXT(hf_media, "Media", "msdiag.media", "Label of the medium"),
        ADDRESS(hf_local_site, "Local site", "msdiag.local_site", "Own address without a relay"),
        ADDRESS(hf_local_mr, "Local media relay", "msdiag.local_mr", "Own relayed address on the A/V Edge"),
        ADDRESS(hf_remote_site, "Remote site", "msdiag.remote_site", "The peer's address without a relay"),
        ADDRESS(hf_remote_mr, "Remote media relay", "msdiag.remote_mr", "The peer's relayed address"),
        ADDRESS(hf_base_address, "Base address", "msdiag.base_address", "Local address that relays were asked from"),
        TEXT(hf_port_range, "Port range", "msdiag.port_range", "Local ports allowed for media"),
        PORT(hf_port_range_min, "Lowest port", "msdiag.port_range.min", NULL),
        PORT(hf_port_range_max, "Highest port", "msdiag.port_range.max", NULL),
        PORT(hf_local_mr_tcp_port, "Local media relay TCP port", "msdiag.local_mr_tcp_port", NULL),
        PORT(hf_remote_mr_tcp_port, "Remote media relay TCP port", "msdiag.remote_mr_tcp_port", NULL),
        CHOICE(hf_local_location, "Local location", "msdiag.local_location", location_vals, NULL),
        CHOICE(hf_remote_location, "Remote location", "msdiag.remote_location", location_vals, NULL),
        CHOICE(hf_federation_type, "Federation type", "msdiag.federation_type", federation_vals, NULL),
        TEXT(hf_network_name, "Network name", "msdiag.network_name", "Name of the network, often a DNS suffix"),
        MASK(hf_interfaces, "Interfaces", "msdiag.interfaces", "Types of the interfaces present"),
        MASK(hf_base_interface, "Base interface", "msdiag.base_interface", "Type of the interface used as base"),
        BIT(hf_interface_ethernet, "Ethernet (inferred)", "msdiag.interface.ethernet", 0x2),
        BIT(hf_interface_wireless, "Wireless (inferred)", "msdiag.interface.wireless", 0x4),
        BIT(hf_interface_ppp, "PPP (inferred, never seen)", "msdiag.interface.ppp", 0x8),
        BIT(hf_interface_tunnel, "Tunnel (inferred)", "msdiag.interface.tunnel", 0x10),
        BIT(hf_interface_wwan, "WWAN (inferred, never seen)", "msdiag.interface.wwan", 0x20),
        TEXT(hf_relay_dns_name, "Media relay name", "msdiag.relay_dns_name",
             "DNS name of the media relay, UDP (inferred)"),
        CHOICE(hf_relay_dns_result, "Media relay name resolution", "msdiag.relay_dns_result", relay_dns_result_vals,
               "Result of resolving the media relay's name, UDP (inferred)"),
        TEXT(hf_list, "Media channel data", "msdiag.media_channel", "Errors of the media channel"),
        TEXT(hf_param, "Parameter", "msdiag.param", "A parameter without a field of its own"),
        TEXT(hf_param_name, "Name", "msdiag.param.name", NULL),
        TEXT(hf_param_value, "Value", "msdiag.param.value", NULL),
    };
    static ei_register_info ei[] = {
        { &ei_icewarn_invalid,
          { "msdiag.expert.icewarn_invalid", PI_PROTOCOL, PI_WARN, "ICEWarn has no valid value", EXPFILL } },
        { &ei_not_address,
          { "msdiag.expert.not_an_address", PI_PROTOCOL, PI_NOTE, "This is not an address and port", EXPFILL } },
        { &ei_ambiguous_address,
          { "msdiag.expert.ambiguous_address", PI_PROTOCOL, PI_NOTE,
            "IPv6 address without brackets: its last group may be a port", EXPFILL } },
        { &ei_not_number,
          { "msdiag.expert.invalid_value", PI_PROTOCOL, PI_NOTE, "The value is not what it should be", EXPFILL } },
        { &ei_no_closing_quote,
          { "msdiag.expert.no_closing_quote", PI_PROTOCOL, PI_NOTE, "A closing quote is missing", EXPFILL } },
        { &ei_text_after_value,
          { "msdiag.expert.text_after_value", PI_PROTOCOL, PI_NOTE, "There is text after a value", EXPFILL } },
        { &ei_empty_items,
          { "msdiag.expert.empty_items", PI_PROTOCOL, PI_NOTE, "Items are missing between separators", EXPFILL } },
        { &ei_too_many,
          { "msdiag.expert.too_many_parameters", PI_PROTOCOL, PI_WARN, "Too many parameters", EXPFILL } },
    };
    static int *ett[] = { &ett_address, &ett_interfaces, &ett_list, &ett_media, &ett_param, &ett_port_range };

    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert_register_field_array(expert, ei, array_length(ei));
}
