/* msdiag-blocks.c
 * What a diagnostics header says about each medium.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "diagnostics/msdiag-blocks.h"

#include "knowledge/icewarn-flags.h"
#include "diagnostics/msdiag-site.h"

/* Sites stand in a block under their place. */
G_STATIC_ASSERT((int)MSDIAG_PLACE_LOCAL_SITE == (int)FACTS_LOCAL_SITE &&
                (int)MSDIAG_PLACE_REMOTE_MR == (int)FACTS_REMOTE_MR && (int)MSDIAG_PLACE_FLAGS == (int)FACTS_SITES);

static msdiag_block_t *
current(msdiag_blocks_t *blocks)
{
    return &blocks->blocks[blocks->count - 1];
}

/* What follows is about another medium, or the other side: it gets a block of its own where something was read. */
static void
begin(msdiag_blocks_t *blocks, facts_side_t side, const char *media)
{
    if (blocks->used && blocks->count < MSDIAG_MAX_MASKS) {
        blocks->used = false;
        blocks->blocks[blocks->count++] = (msdiag_block_t){ 0 };
    }
    current(blocks)->block.side = side;
    if (media)
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
    uint32_t flags;

    if (icewarn_parse(text + value.offset, value.length, &flags) != ICEWARN_PARSED)
        return;
    if (block->has_flags) { /* a second value without a label takes nothing from the first */
        begin(blocks, block->side, NULL);
        block = &current(blocks)->block;
    }
    block->has_flags = blocks->has_flags = blocks->used = true;
    block->flags = flags;
    blocks->flags |= flags;
    current(blocks)->flags_at = value.offset;
}

static void
read_param(const char *text, msdiag_blocks_t *blocks, msdiag_place_t place, msdiag_span_t value)
{
    facts_header_t *block = &current(blocks)->block;
    uint32_t number;

    switch (place) {
    case MSDIAG_PLACE_LOCAL_SITE:
    case MSDIAG_PLACE_LOCAL_MR:
    case MSDIAG_PLACE_REMOTE_SITE:
    case MSDIAG_PLACE_REMOTE_MR:
        current(blocks)->sites[place] = value;
        blocks->used = true;
        break;
    case MSDIAG_PLACE_FLAGS:
        read_flags(text, value, blocks);
        break;
    case MSDIAG_PLACE_SIDE:
        block->side = side_of(text, value);
        break;
    case MSDIAG_PLACE_LOCAL_LOCATION:
        if (msdiag_read_number(text, value, &number))
            block->local_location = number;
        break;
    case MSDIAG_PLACE_REMOTE_LOCATION:
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
    begin(blocks, side, NULL);
    for (unsigned i = 0; i < list->count; i++) {
        msdiag_param_t *param = &list->params[i];
        msdiag_span_t label;

        if (msdiag_take_label(context->text, &param->name, &label))
            begin(blocks, side, msdiag_text(context, label));
        read_param(context->text, blocks, msdiag_place_of(context->text, param->name), param->value);
    }
}

/* Whether the sender's words are those of a call that lost its media, or never had any: "a media connectivity
 * failure", "mid-call media failure". ([MS-OCER] names but a part of the ids that clients use.) */
static bool
says_media_failed(const msdiag_context_t *context, msdiag_span_t reason)
{
    char *words = reason.length ? g_ascii_strdown(context->text + reason.offset, reason.length) : NULL;
    const char *media = words ? strstr(words, "media") : NULL;
    const bool failed = media && strstr(media, "fail");

    g_free(words);
    return failed;
}

msdiag_blocks_t *
msdiag_read_blocks(const msdiag_context_t *context, const msdiag_header_t *header, const msdiag_id_t *row,
                   bool refused)
{
    msdiag_blocks_t *blocks = wmem_new(context->pinfo->pool, msdiag_blocks_t);
    const msdiag_list_t *list = &header->list;

    blocks->flags = 0;
    blocks->has_flags = blocks->used = false;
    blocks->reason = (msdiag_span_t){ 0, 0 };
    blocks->count = 1;
    blocks->blocks[0] = (msdiag_block_t){ 0 };
    for (unsigned i = 0; i < list->count; i++) {
        msdiag_span_t value = list->params[i].value;
        msdiag_place_t place = msdiag_place_of(context->text, list->params[i].name);

        switch (place) {
        case MSDIAG_PLACE_REASON:
            if (!blocks->reason.length)
                blocks->reason = value;
            break;
        case MSDIAG_PLACE_MEDIA:                /* may stand behind what it is about */
            if (!blocks->blocks[0].block.media) /* a label in the media debug data is nearer */
                blocks->blocks[0].block.media = msdiag_text(context, value);
            break;
        case MSDIAG_PLACE_CALLER_MEDIA:
            read_media_debug(context, blocks, value, FACTS_CALLER);
            break;
        case MSDIAG_PLACE_CALLEE_MEDIA:
            read_media_debug(context, blocks, value, FACTS_CALLEE);
            break;
        default:
            read_param(context->text, blocks, place, value);
        }
    }
    blocks->failed_in_words =
        !row && header->id_state == MSDIAG_ID_OK && blocks->has_flags && says_media_failed(context, blocks->reason);
    for (unsigned i = 0; i < blocks->count; i++) {
        facts_header_t *block = &blocks->blocks[i].block;

        block->has_id = header->id_state == MSDIAG_ID_OK;
        block->id = header->id;
        block->refused = refused;
        block->failed = row ? row->kind == MSDIAG_MEDIA_FAILURE
                            : block->flags != 0 && (!block->has_id || blocks->failed_in_words);
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
