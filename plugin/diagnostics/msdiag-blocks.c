/* msdiag-blocks.c
 * What a diagnostics header says about each medium.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "diagnostics/msdiag-blocks.h"

#include "knowledge/icewarn-flags.h"
#include "diagnostics/msdiag-site.h"

/* The keys that matter here. The first are the sites, so that they are their index. */
typedef enum {
    KEY_LOCAL_SITE = FACTS_LOCAL_SITE,
    KEY_LOCAL_MR = FACTS_LOCAL_MR,
    KEY_REMOTE_SITE = FACTS_REMOTE_SITE,
    KEY_REMOTE_MR = FACTS_REMOTE_MR,
    KEY_FLAGS = FACTS_SITES,
    KEY_SIDE,
    KEY_MEDIA,
    KEY_LOCAL_LOCATION,
    KEY_REMOTE_LOCATION,
    KEY_CALLER_MEDIA,
    KEY_CALLEE_MEDIA,
    KEY_OTHER,
} block_key_t;

#define KEY(name, key)                                                                                               \
    {                                                                                                                \
        name, sizeof name - 1, key                                                                                   \
    }

/* clang-format off: one row a key */
static const struct {
    const char *name;
    unsigned length; /* most keys are told apart by it: this is done for each parameter of each header */
    block_key_t key;
} keys[] = {
    KEY("LocalSite", KEY_LOCAL_SITE),
    KEY("LocalMR", KEY_LOCAL_MR),
    KEY("RemoteSite", KEY_REMOTE_SITE),
    KEY("RemoteMR", KEY_REMOTE_MR),
    KEY("ICEWarn", KEY_FLAGS),
    KEY("UserType", KEY_SIDE),
    KEY("MediaType", KEY_MEDIA),
    KEY("LocalLocation", KEY_LOCAL_LOCATION),
    KEY("RemoteLocation", KEY_REMOTE_LOCATION),
    KEY("CallerMediaDebug", KEY_CALLER_MEDIA),
    KEY("CalleeMediaDebug", KEY_CALLEE_MEDIA),
};
/* clang-format on */

static block_key_t
key_of(const char *text, msdiag_span_t name)
{
    for (size_t i = 0; i < array_length(keys); i++)
        if (keys[i].length == name.length && msdiag_span_is(text, name, keys[i].name))
            return keys[i].key;
    return KEY_OTHER;
}

static msdiag_block_t *
current(msdiag_blocks_t *blocks)
{
    return &blocks->blocks[blocks->count - 1];
}

/* A new medium: what follows is about that. */
static void
begin(msdiag_blocks_t *blocks, const char *media)
{
    const msdiag_block_t *last = current(blocks);

    if (blocks->used && blocks->count < MSDIAG_MAX_MASKS) {
        blocks->used = false;
        blocks->blocks[blocks->count] = (msdiag_block_t){ .mask = -1, .block.side = last->block.side };
        blocks->count++;
    }
    current(blocks)->block.media = media;
}

static facts_side_t
side_of(const char *text, msdiag_span_t value)
{
    if (msdiag_span_is(text, value, "Caller"))
        return FACTS_CALLER;
    return msdiag_span_is(text, value, "Callee") ? FACTS_CALLEE : FACTS_SIDE_UNKNOWN;
}

static void
read_flags(const char *text, msdiag_span_t value, msdiag_blocks_t *blocks)
{
    facts_header_t *block = &current(blocks)->block;

    if (icewarn_parse(text + value.offset, value.length, &blocks->flags) != ICEWARN_PARSED)
        return;
    block->has_flags = blocks->used = true;
    block->flags = blocks->flags;
    current(blocks)->mask = (int)blocks->masks++;
}

static void
read_param(const char *text, msdiag_blocks_t *blocks, block_key_t key, msdiag_span_t value)
{
    facts_header_t *block = &current(blocks)->block;
    uint32_t number;

    switch (key) {
    case KEY_LOCAL_SITE:
    case KEY_LOCAL_MR:
    case KEY_REMOTE_SITE:
    case KEY_REMOTE_MR:
        current(blocks)->sites[key] = value;
        blocks->used = true;
        break;
    case KEY_FLAGS:
        read_flags(text, value, blocks);
        break;
    case KEY_SIDE:
        block->side = side_of(text, value);
        break;
    case KEY_LOCAL_LOCATION:
        if (msdiag_read_number(text, value, &number))
            block->local_location = number;
        break;
    case KEY_REMOTE_LOCATION:
        if (msdiag_read_number(text, value, &number))
            block->remote_location = number;
        break;
    default:
        break;
    }
}

static void
read_media_debug(const msdiag_context_t *context, msdiag_blocks_t *blocks, msdiag_span_t value, facts_side_t side)
{
    msdiag_list_t *list = wmem_new(context->pinfo->pool, msdiag_list_t);

    msdiag_parse_list(context->text, value, list);
    current(blocks)->block.side = side;
    for (unsigned i = 0; i < list->count; i++) {
        msdiag_param_t *param = &list->params[i];
        msdiag_span_t label;

        if (msdiag_take_label(context->text, &param->name, &label))
            begin(blocks, msdiag_text(context, label));
        read_param(context->text, blocks, key_of(context->text, param->name), param->value);
    }
}

msdiag_blocks_t *
msdiag_read_blocks(const msdiag_context_t *context, const msdiag_header_t *header, const msdiag_id_t *row)
{
    msdiag_blocks_t *blocks = wmem_new(context->pinfo->pool, msdiag_blocks_t);
    const msdiag_list_t *list = &header->list;

    blocks->masks = blocks->flags = 0;
    blocks->used = false;
    blocks->count = 1;
    blocks->blocks[0] = (msdiag_block_t){ .mask = -1 };
    for (unsigned i = 0; i < list->count; i++) {
        msdiag_span_t value = list->params[i].value;
        block_key_t key = key_of(context->text, list->params[i].name);

        switch (key) {
        case KEY_MEDIA:                         /* may stand behind what it is about */
            if (!blocks->blocks[0].block.media) /* a label in the media debug data is nearer */
                blocks->blocks[0].block.media = msdiag_text(context, value);
            break;
        case KEY_CALLER_MEDIA:
            read_media_debug(context, blocks, value, FACTS_CALLER);
            break;
        case KEY_CALLEE_MEDIA:
            read_media_debug(context, blocks, value, FACTS_CALLEE);
            break;
        default:
            read_param(context->text, blocks, key, value);
        }
    }
    for (unsigned i = 0; i < blocks->count; i++) {
        facts_header_t *block = &blocks->blocks[i].block;

        block->has_id = header->id_state == MSDIAG_ID_OK;
        block->id = header->id;
        block->failed = row ? row->kind == MSDIAG_MEDIA_FAILURE : !block->has_id && block->flags != 0;
    }
    return blocks;
}

void
msdiag_read_sites(const msdiag_context_t *context, msdiag_block_t *block)
{
    for (unsigned i = 0; i < FACTS_SITES; i++) {
        msdiag_site_t site;

        if (!block->sites[i].length || !msdiag_read_site(context->text, block->sites[i], &site) || site.ambiguous ||
            !site.has_port)
            continue;
        if (site.is_ipv4)
            alloc_address_wmem(context->pinfo->pool, &block->block.site[i], AT_IPv4, 4, &site.ipv4);
        else
            alloc_address_wmem(context->pinfo->pool, &block->block.site[i], AT_IPv6, 16, &site.ipv6);
        block->block.site_port[i] = site.port;
    }
}
