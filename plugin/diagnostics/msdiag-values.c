/* msdiag-values.c
 * The parameters of a diagnostics header as typed fields.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "diagnostics/msdiag-values.h"

#include <wsutil/str_util.h>

#include "base/finding-add.h"
#include "knowledge/icewarn-flags.h"
#include "diagnostics/msdiag-fields.h"
#include "diagnostics/msdiag-site.h"
#include "diagnostics/packet-icewarn.h"
#include "base/text-bits.h"

/* Lists inside values nest no deeper than header > media debug data. */
#define MAX_DEPTH 2

static int hf_param = -1;
static int hf_param_name = -1;
static int hf_param_value = -1;
static int ett_address = -1;
static int ett_error = -1;
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

typedef bool (*add_value_t)(msdiag_context_t *context, proto_tree *tree, const msdiag_key_t *key,
                            const msdiag_param_t *param, unsigned depth);

static void add_list(msdiag_context_t *context, proto_tree *tree, const msdiag_list_t *list, msdiag_span_t span,
                     unsigned depth);

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
add_text_value(msdiag_context_t *context, proto_tree *tree, const msdiag_key_t *key, const msdiag_param_t *param,
               unsigned depth _U_)
{
    add_text(context, tree, msdiag_field_of(key)->value, param->value);
    return true;
}

static bool
add_number(msdiag_context_t *context, proto_tree *tree, const msdiag_key_t *key, const msdiag_param_t *param,
           unsigned depth _U_)
{
    uint32_t number;

    if (!msdiag_read_number(context->text, param->value, &number))
        return false;
    proto_tree_add_uint(tree, msdiag_field_of(key)->value, context->tvb, (int)param->value.offset,
                        (int)param->value.length, number);
    return true;
}

static bool
add_signed(msdiag_context_t *context, proto_tree *tree, const msdiag_key_t *key, const msdiag_param_t *param,
           unsigned depth _U_)
{
    int64_t number;

    if (!msdiag_read_signed(context->text, param->value, &number))
        return false;
    proto_tree_add_int64(tree, msdiag_field_of(key)->value, context->tvb, (int)param->value.offset,
                         (int)param->value.length, number);
    return true;
}

static bool
add_error(msdiag_context_t *context, proto_tree *tree, const msdiag_key_t *key, const msdiag_param_t *param,
          unsigned depth _U_)
{
    const msdiag_field_t *field = msdiag_field_of(key);
    msdiag_span_t name;
    uint32_t number;
    proto_item *item;

    if (!msdiag_read_error(context->text, param->value, &number, &name))
        return false;
    item = proto_tree_add_uint(tree, field->value, context->tvb, (int)param->value.offset, (int)param->value.length,
                               number);
    if (!name.length)
        return true;
    proto_item_append_text(item, " (%s)", msdiag_text(context, name));
    add_text(context, proto_item_add_subtree(item, ett_error), field->parts[0], name);
    return true;
}

static bool
add_port(msdiag_context_t *context, proto_tree *tree, const msdiag_key_t *key, const msdiag_param_t *param,
         unsigned depth)
{
    uint32_t number;

    if (!msdiag_read_number(context->text, param->value, &number) || number > UINT16_MAX)
        return false;
    return add_number(context, tree, key, param, depth);
}

static bool
add_interfaces(msdiag_context_t *context, proto_tree *tree, const msdiag_key_t *key, const msdiag_param_t *param,
               unsigned depth _U_)
{
    uint32_t mask;
    proto_item *item;
    const msdiag_span_t *value = &param->value;

    if (!msdiag_read_number(context->text, *value, &mask))
        return false;
    item = proto_tree_add_uint(tree, msdiag_field_of(key)->value, context->tvb, (int)value->offset,
                               (int)value->length, mask);
    add_text_bits(proto_item_add_subtree(item, ett_interfaces), context->tvb, (int)value->offset, (int)value->length,
                  msdiag_interface_fields, mask);
    return true;
}

static bool
add_port_range(msdiag_context_t *context, proto_tree *tree, const msdiag_key_t *key, const msdiag_param_t *param,
               unsigned depth _U_)
{
    const char *start = context->text + param->value.offset;
    const char *colon = memchr(start, ':', param->value.length);
    const msdiag_field_t *field = msdiag_field_of(key);
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
    subtree = proto_item_add_subtree(add_text(context, tree, field->value, param->value), ett_port_range);
    proto_tree_add_uint(subtree, field->parts[0], context->tvb, (int)low.offset, (int)low.length, min);
    proto_tree_add_uint(subtree, field->parts[1], context->tvb, (int)high.offset, (int)high.length, max);
    return true;
}

static bool
add_address(msdiag_context_t *context, proto_tree *tree, const msdiag_key_t *key, const msdiag_param_t *param,
            unsigned depth _U_)
{
    const msdiag_span_t *value = &param->value;
    const msdiag_field_t *field = msdiag_field_of(key);
    proto_item *item = add_text(context, tree, field->value, *value);
    proto_tree *subtree;
    msdiag_site_t site;

    if (value->length == 0)
        return true;
    if (!msdiag_read_site(context->text, *value, &site)) {
        finding_add(context->pinfo, item, &ei_not_address);
        return true;
    }
    if (site.bad_port)
        finding_add(context->pinfo, item, &ei_not_number);
    if (site.ambiguous)
        finding_add(context->pinfo, item, &ei_ambiguous_address);
    subtree = proto_item_add_subtree(item, ett_address);
    if (site.is_ipv4)
        proto_tree_add_ipv4(subtree, field->parts[0], context->tvb, (int)value->offset, (int)value->length,
                            site.ipv4);
    if (site.is_ipv6)
        proto_tree_add_ipv6(subtree, field->parts[1], context->tvb, (int)value->offset, (int)value->length,
                            &site.ipv6);
    if (site.has_port)
        proto_tree_add_uint(subtree, field->parts[2], context->tvb, (int)site.port_span.offset,
                            (int)site.port_span.length, site.port);
    return true;
}

static void add_generic(msdiag_context_t *context, proto_tree *tree, const msdiag_param_t *param, const char *hint);

static bool
add_flags(msdiag_context_t *context, proto_tree *tree, const msdiag_key_t *key _U_, const msdiag_param_t *param,
          unsigned depth _U_)
{
    const msdiag_span_t *value = &param->value;
    uint32_t flags;
    icewarn_parse_t result = icewarn_parse(context->text + value->offset, value->length, &flags);
    proto_item *mask;

    if (result != ICEWARN_PARSED) {
        add_generic(context, tree, param, NULL);
        finding_add_bytes_format(tree, context->pinfo, &ei_icewarn_invalid, context->tvb, (int)param->whole.offset,
                                 (int)param->whole.length, "ICEWarn has no valid value: %s",
                                 icewarn_parse_problem(result));
        return true;
    }
    mask = icewarn_dissect_flags(context->tvb, context->pinfo, tree, (int)value->offset, (int)value->length, flags,
                                 context->media);
    if (context->mask_count < MSDIAG_MAX_MASKS)
        context->masks[context->mask_count++] = (msdiag_mask_t){ value->offset, mask };
    return true;
}

/* CallerMediaDebug, CalleeMediaDebug: "label:key=value,key=value,…", perhaps for several media. */
static bool
add_media_debug(msdiag_context_t *context, proto_tree *tree, const msdiag_key_t *key, const msdiag_param_t *param,
                unsigned depth)
{
    proto_tree *subtree;
    msdiag_list_t *list;
    msdiag_span_t rest = param->value;

    if (depth >= MAX_DEPTH)
        return false;
    subtree = proto_item_add_subtree(add_text(context, tree, msdiag_field_of(key)->value, param->value), ett_media);
    /* On the value, though the name tells it: an item stands inside the one above it. */
    proto_item_set_generated(proto_tree_add_string(subtree, msdiag_field_at(MSDIAG_PLACE_SIDE), context->tvb,
                                                   (int)param->value.offset, 0,
                                                   key->place == MSDIAG_PLACE_CALLER_MEDIA ? "Caller" : "Callee"));
    list = wmem_new(context->pinfo->pool, msdiag_list_t);
    msdiag_parse_list(context->text, rest, list);
    add_list(context, subtree, list, param->value, depth + 1);
    return true;
}

/* A list of keys that say nothing of the medium's path. */
static bool
add_key_list(msdiag_context_t *context, proto_tree *tree, const msdiag_key_t *key, const msdiag_param_t *param,
             unsigned depth)
{
    msdiag_list_t *list;

    if (depth >= MAX_DEPTH)
        return false;
    list = wmem_new(context->pinfo->pool, msdiag_list_t);
    msdiag_parse_list(context->text, param->value, list);
    add_list(context,
             proto_item_add_subtree(add_text(context, tree, msdiag_field_of(key)->value, param->value), ett_list),
             list, param->value, depth + 1);
    return true;
}

/* How a kind of value is shown. A function returns false when the value is not of its kind. */
static const add_value_t add_value[MSDIAG_KEY_KINDS] = {
    [MSDIAG_KEY_TEXT] = add_text_value,
    [MSDIAG_KEY_NUMBER] = add_number,
    [MSDIAG_KEY_SIGNED] = add_signed,
    [MSDIAG_KEY_MASK] = add_number,
    [MSDIAG_KEY_ERROR] = add_error,
    [MSDIAG_KEY_HRESULT] = add_error,
    [MSDIAG_KEY_PORT] = add_port,
    [MSDIAG_KEY_PORT_RANGE] = add_port_range,
    [MSDIAG_KEY_ADDRESS] = add_address,
    [MSDIAG_KEY_INTERFACES] = add_interfaces,
    [MSDIAG_KEY_LOCATION] = add_number,
    [MSDIAG_KEY_FEDERATION] = add_number,
    [MSDIAG_KEY_RESOLUTION] = add_number,
    [MSDIAG_KEY_FLAGS] = add_flags,
    [MSDIAG_KEY_MEDIA_DEBUG] = add_media_debug,
    [MSDIAG_KEY_LIST] = add_key_list,
};

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
        finding_add_bytes_format(tree, context->pinfo, &ei_no_closing_quote, context->tvb, (int)param->whole.offset,
                                 (int)param->whole.length,
                                 "The closing quote of %s is missing; its value is taken up to byte %u",
                                 msdiag_text(context, param->name), param->value.offset + param->value.length);
    if (param->problems & MSDIAG_TEXT_AFTER_VALUE)
        finding_add_bytes_format(tree, context->pinfo, &ei_text_after_value, context->tvb, (int)param->trailer.offset,
                                 (int)param->trailer.length, "Text after the value of %s",
                                 msdiag_text(context, param->name));
}

static void
add_param(msdiag_context_t *context, proto_tree *tree, const msdiag_param_t *param, unsigned depth)
{
    const msdiag_key_t *key = msdiag_key_find(context->text + param->name.offset, param->name.length);

    if (!key || !add_value[key->kind] || (param->problems & MSDIAG_NO_VALUE)) {
        add_generic(context, tree, param, key ? key->text : NULL);
    } else if (!add_value[key->kind](context, tree, key, param, depth)) {
        add_generic(context, tree, param, NULL);
        if (param->value.length)
            finding_add_bytes_format(tree, context->pinfo, &ei_not_number, context->tvb, (int)param->whole.offset,
                                     (int)param->whole.length, "The value of %s is not what it should be", key->name);
    }
    add_problems(context, tree, param);
}

/* Adds the parameters of a list that stands in a span. */
static void
add_list(msdiag_context_t *context, proto_tree *tree, const msdiag_list_t *list, msdiag_span_t span, unsigned depth)
{
    for (unsigned i = 0; i < list->count; i++) {
        msdiag_param_t param = list->params[i];
        msdiag_span_t label;

        if (depth > 0 && msdiag_take_label(context->text, &param.name, &label)) {
            context->media = msdiag_text(context, label);
            proto_tree_add_string(tree, msdiag_field_at(MSDIAG_PLACE_MEDIA), context->tvb, (int)label.offset,
                                  (int)label.length, context->media);
        }
        add_param(context, tree, &param, depth);
    }
    if (list->empty)
        finding_add_bytes_format(tree, context->pinfo, &ei_empty_items, context->tvb, (int)span.offset,
                                 (int)span.length, "%u item%s missing between separators: the text was edited or cut",
                                 list->empty, plurality(list->empty, " is", "s are"));
    if (list->rest.length)
        finding_add_bytes_format(tree, context->pinfo, &ei_too_many, context->tvb, (int)list->rest.offset,
                                 (int)list->rest.length,
                                 "More than %d parameters: the rest from byte %u on is not taken apart",
                                 MSDIAG_MAX_PARAMS, list->rest.offset);
}

void
msdiag_add_params(msdiag_context_t *context, proto_tree *tree, const msdiag_list_t *list)
{
    /* In the flat form the medium may be named after the flags that depend on it. */
    for (unsigned i = 0; i < list->count; i++)
        if (msdiag_place_of(context->text, list->params[i].name) == MSDIAG_PLACE_MEDIA)
            context->media = msdiag_text(context, list->params[i].value);
    add_list(context, tree, list, (msdiag_span_t){ 0, context->length }, 0);
}

#define TEXT(hf, title, filter, blurb)                                                                               \
    {                                                                                                                \
        &hf,                                                                                                         \
        {                                                                                                            \
            title, filter, FT_STRING, BASE_NONE, NULL, 0, blurb, HFILL                                               \
        }                                                                                                            \
    }

void
msdiag_register_values(int proto, expert_module_t *expert)
{
    static hf_register_info hf[] = {
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
    static int *ett[] = { &ett_address, &ett_error, &ett_interfaces, &ett_list,
                          &ett_media,   &ett_param, &ett_port_range };

    msdiag_register_fields(proto);
    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert_register_field_array(expert, ei, array_length(ei));
}
