/* finding-add.c
 * Expert items in the name of the protocol that they are registered with.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/finding-add.h"

#include <stdarg.h>

/* Puts the finding's protocol in place of the packet's current one, which is returned. */
static const char *
speak_for(packet_info *pinfo, const expert_field *finding)
{
    const char *current = pinfo->current_proto;
    const header_field_info *field = finding->hf > 0 ? proto_registrar_get_nth((unsigned)finding->hf) : NULL;

    if (field && field->parent >= 0)
        pinfo->current_proto = proto_get_protocol_short_name(find_protocol_by_id(field->parent));
    return current;
}

void
finding_add(packet_info *pinfo, proto_item *item, expert_field *finding)
{
    const char *current = speak_for(pinfo, finding);

    expert_add_info(pinfo, item, finding);
    pinfo->current_proto = current;
}

void
finding_add_format(packet_info *pinfo, proto_item *item, expert_field *finding, const char *format, ...)
{
    const char *current = speak_for(pinfo, finding), *text;
    va_list arguments;

    va_start(arguments, format);
    text = wmem_strdup_vprintf(pinfo->pool, format, arguments);
    va_end(arguments);
    expert_add_info_format(pinfo, item, finding, "%s", text);
    pinfo->current_proto = current;
}

proto_item *
finding_add_bytes(proto_tree *tree, packet_info *pinfo, expert_field *finding, tvbuff_t *tvb, int offset, int length)
{
    const char *current = speak_for(pinfo, finding);
    proto_item *item = proto_tree_add_expert(tree, pinfo, finding, tvb, offset, length);

    pinfo->current_proto = current;
    return item;
}

proto_item *
finding_add_bytes_format(proto_tree *tree, packet_info *pinfo, expert_field *finding, tvbuff_t *tvb, int offset,
                         int length, const char *format, ...)
{
    const char *current = speak_for(pinfo, finding), *text;
    proto_item *item;
    va_list arguments;

    va_start(arguments, format);
    text = wmem_strdup_vprintf(pinfo->pool, format, arguments);
    va_end(arguments);
    item = proto_tree_add_expert_format(tree, pinfo, finding, tvb, offset, length, "%s", text);
    pinfo->current_proto = current;
    return item;
}
