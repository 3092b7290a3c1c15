/* xml-reader.c
 *
 * A small bounded reader for the XML bodies of SIP messages, on top of GLib's GMarkup.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/xml-reader.h"

#include <string.h>

#include <epan/exceptions.h>

/* So few that no nesting of them is too deep for the tree. */
#define XML_FEW_TAGS 300

typedef struct {
    wmem_allocator_t *pool;
    xml_document_t *document;
    xml_node_t *current; /* innermost open element */
    unsigned depth;
    bool positions_known;
    int body_length;
    int chunk_start, chunk_end; /* what GMarkup is being fed: up to and with one '>' */
    const char *body;
    GString *text; /* character data of `current` up to now, reused */
} reader_t;

static const char *
local_name(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon ? colon + 1 : name;
}

static GError *
stop(xml_document_t *document, xml_outcome_t outcome)
{
    document->outcome = outcome;
    return g_error_new_literal(G_MARKUP_ERROR, G_MARKUP_ERROR_PARSE, "bound reached");
}

/* The tag that the current chunk ends with starts at its last '<'; what stands before it is text. */
static int
tag_start(const reader_t *reader)
{
    int at = reader->chunk_end;
    while (at > reader->chunk_start && reader->body[at - 1] != '<')
        at--;
    return at > reader->chunk_start ? at - 1 : reader->chunk_start;
}

static void
on_start(GMarkupParseContext *context _U_, const char *name, const char **names, const char **values, gpointer data,
         GError **error)
{
    reader_t *reader = (reader_t *)data;
    if (reader->depth >= XML_MAX_DEPTH) {
        *error = stop(reader->document, XML_TOO_DEEP);
        return;
    }
    unsigned count = g_strv_length((char **)names);
    if (reader->document->nodes >= XML_MAX_NODES || count > XML_MAX_ATTRIBUTES) {
        *error = stop(reader->document, XML_TOO_LARGE);
        return;
    }
    reader->depth++;
    reader->document->nodes++;

    xml_node_t *node = wmem_new0(reader->pool, xml_node_t);
    xml_attribute_t *attributes = wmem_alloc_array(reader->pool, xml_attribute_t, count + 1);
    for (unsigned i = 0; i < count; i++) {
        attributes[i].name = wmem_strdup(reader->pool, local_name(names[i]));
        attributes[i].value = wmem_strdup(reader->pool, values[i]);
    }
    node->name = wmem_strdup(reader->pool, local_name(name));
    node->text = "";
    node->attributes = attributes;
    node->attribute_count = count;
    node->offset = reader->positions_known ? tag_start(reader) : 0;
    node->length = reader->positions_known ? reader->chunk_end - node->offset : reader->body_length;
    node->content_offset = reader->positions_known ? reader->chunk_end : -1;
    node->text_offset = -1;
    node->parent = reader->current;
    if (!reader->current) {
        if (!reader->document->root)
            reader->document->root = node;
    } else {
        if (reader->current->last_child)
            reader->current->last_child->next = node;
        else
            reader->current->first_child = node;
        reader->current->last_child = node;
    }
    reader->current = node;
    g_string_truncate(reader->text, 0);
}

/* Only the text since the innermost tag is collected: none of these formats mixes text and elements. */
static void
close_text(reader_t *reader, int end)
{
    xml_node_t *node = reader->current;
    if (node->first_child || reader->text->len == 0)
        return;
    char *text = wmem_strdup(reader->pool, reader->text->str);
    node->text = g_strstrip(text);
    size_t length = strlen(node->text);
    int start = node->offset + node->length;
    if (!reader->positions_known || length == 0 || end < start)
        return;
    while (start < end && g_ascii_isspace(reader->body[start]))
        start++;
    if ((size_t)(end - start) >= length && memcmp(reader->body + start, node->text, length) == 0) {
        node->text_offset = start;
        node->text_length = (int)length;
    }
}

static void
on_end(GMarkupParseContext *context _U_, const char *name _U_, gpointer data, GError **error _U_)
{
    reader_t *reader = (reader_t *)data;
    xml_node_t *node = reader->current;
    if (!node)
        return;
    close_text(reader, tag_start(reader));
    if (reader->positions_known)
        node->length = reader->chunk_end - node->offset;
    reader->current = node->parent;
    reader->depth--;
    g_string_truncate(reader->text, 0);
}

static void
on_text(GMarkupParseContext *context _U_, const char *text, gsize length, gpointer data, GError **error _U_)
{
    reader_t *reader = (reader_t *)data;
    g_string_append_len(reader->text, text, (gssize)length);
}

/* Encoding that the first bytes give away; 0 when it is not UTF-16. */
static unsigned
utf16_encoding(tvbuff_t *tvb)
{
    if (tvb_captured_length(tvb) < 4)
        return 0;
    uint16_t first = tvb_get_ntohs(tvb, 0);
    if (first == 0xFEFF || first == 0x003C)
        return ENC_UTF_16 | ENC_BIG_ENDIAN;
    if (first == 0xFFFE || first == 0x3C00)
        return ENC_UTF_16 | ENC_LITTLE_ENDIAN;
    return 0;
}

/* What calls itself Latin-1 holds the quotes and dashes of code page 1252 as well: it is read as that. */
static bool
declares_latin1(const char *body, int length)
{
    static const char *const names[] = { "iso-8859-1", "windows-1252", "latin1" };
    char *head = g_ascii_strdown(body, MIN(length, 128));
    bool found = false;
    for (unsigned i = 0; i < array_length(names) && !found; i++)
        found = strstr(head, names[i]) != NULL;
    g_free(head);
    return found;
}

/* The body as UTF-8 without a byte order mark. `*converted` is set when it is not byte for byte what the tvb
 * holds. */
static char *
body_as_utf8(packet_info *pinfo, tvbuff_t *tvb, int *length, bool *converted)
{
    int captured = MIN((int)tvb_captured_length(tvb), XML_MAX_BYTES);
    unsigned utf16 = utf16_encoding(tvb);
    char *body;

    if (utf16) {
        body = (char *)tvb_get_string_enc(pinfo->pool, tvb, 0, captured & ~1, utf16);
        *converted = true;
    } else {
        body = (char *)wmem_alloc(pinfo->pool, (size_t)captured + 1);
        tvb_memcpy(tvb, body, 0, (size_t)captured);
        body[captured] = '\0';
        if (g_utf8_validate(body, captured, NULL)) {
            if (captured >= 3 && memcmp(body, "\xEF\xBB\xBF", 3) == 0)
                memcpy(body, "   ", 3); /* a byte order mark is no markup; blanks keep the positions */
            *length = captured;
            *converted = false;
            return body;
        }
        unsigned encoding = declares_latin1(body, captured) ? ENC_WINDOWS_1252 : ENC_UTF_8;
        for (int i = 0; i < captured; i++) {
            if (body[i] == '\0')
                body[i] = ' ';
        }
        tvbuff_t *clean = tvb_new_child_real_data(tvb, (const guint8 *)body, (guint)captured, captured);
        body = (char *)tvb_get_string_enc(pinfo->pool, clean, 0, captured, encoding);
        *converted = true;
    }
    if (g_str_has_prefix(body, "\xEF\xBB\xBF"))
        body += 3;
    *length = (int)strlen(body);
    return body;
}

/* Forgets an element whose text was being read: GMarkup keeps that to itself until it ends, and half a number is
 * none. What has attributes or elements has said something. */
static void
forget_begun(xml_node_t *node)
{
    xml_node_t *parent = node ? node->parent : NULL, *before = NULL;

    if (!parent || node->first_child || node->attribute_count || *node->text)
        return;
    for (xml_node_t *child = parent->first_child; child != node; child = child->next)
        before = child;
    if (before)
        before->next = NULL;
    else
        parent->first_child = NULL;
    parent->last_child = before;
}

static const char *
where_it_ended(wmem_allocator_t *pool, GMarkupParseContext *context)
{
    int line, character;

    g_markup_parse_context_get_position(context, &line, &character);
    return wmem_strdup_printf(pool, "Reading ended at line %d, character %d", line, character);
}

const xml_document_t *
xml_read(packet_info *pinfo, tvbuff_t *tvb)
{
    static const GMarkupParser callbacks = { on_start, on_end, on_text, NULL, NULL };
    xml_document_t *document = wmem_new0(pinfo->pool, xml_document_t);
    int length = 0;
    const char *body = body_as_utf8(pinfo, tvb, &length, &document->converted);
    reader_t reader = {
        .pool = pinfo->pool,
        .document = document,
        .positions_known = !document->converted,
        .body_length = (int)tvb_captured_length(tvb),
        .body = body,
        .text = g_string_new(NULL),
    };
    GMarkupParseContext *context =
        g_markup_parse_context_new(&callbacks, G_MARKUP_TREAT_CDATA_AS_TEXT, &reader, NULL);

    /* Fed tag by tag, so that a callback knows where in the body it stands. */
    bool good = true;
    int at = 0;
    while (good && at < length) {
        const char *close = (const char *)memchr(body + at, '>', (size_t)(length - at));
        int next = close ? (int)(close - body) + 1 : length;
        reader.chunk_start = at;
        reader.chunk_end = next;
        good = g_markup_parse_context_parse(context, body + at, next - at, NULL);
        at = next;
    }
    bool all_taken = good;
    if (good)
        good = g_markup_parse_context_end_parse(context, NULL);
    if (!good) {
        /* What was open when reading stopped still has its text, and goes as far as the reading did. */
        if (reader.current)
            close_text(&reader, MIN(at, length));
        for (xml_node_t *node = reader.current; node && reader.positions_known; node = node->parent)
            node->length = MIN(at, length) - node->offset;
        forget_begun(reader.current);
        if (document->outcome == XML_COMPLETE) {
            if ((int)tvb_captured_length(tvb) > XML_MAX_BYTES)
                document->outcome = XML_TOO_LARGE;
            else
                document->outcome = all_taken ? XML_CUT : XML_MALFORMED;
        }
        switch (document->outcome) {
        case XML_TOO_DEEP:
            document->message = wmem_strdup_printf(
                pinfo->pool, "elements are nested more than %u deep, reading stopped", (unsigned)XML_MAX_DEPTH);
            break;
        case XML_TOO_LARGE:
            document->message = "the body is larger than this reader takes, reading stopped";
            break;
        default: /* without GMarkup's words: they repeat the text, and that may be a password */
            document->message = where_it_ended(pinfo->pool, context);
            break;
        }
    }
    g_markup_parse_context_free(context);
    g_string_free(reader.text, TRUE);
    return document;
}

static const xml_node_t *
named_from(const xml_node_t *node, const char *name)
{
    while (node && strcmp(node->name, name) != 0)
        node = node->next;
    return node;
}

const xml_node_t *
xml_child(const xml_node_t *node, const char *name)
{
    return node ? named_from(node->first_child, name) : NULL;
}

const xml_node_t *
xml_next(const xml_node_t *node, const char *name)
{
    return node ? named_from(node->next, name) : NULL;
}

const char *
xml_child_text(const xml_node_t *node, const char *name)
{
    const xml_node_t *child = xml_child(node, name);
    return child ? child->text : NULL;
}

const char *
xml_attribute(const xml_node_t *node, const char *name)
{
    for (unsigned i = 0; node && i < node->attribute_count; i++) {
        if (strcmp(node->attributes[i].name, name) == 0)
            return node->attributes[i].value;
    }
    return NULL;
}

/* How many start tags a reader could see that takes every '<' for one. */
static unsigned
count_tags(tvbuff_t *tvb)
{
    unsigned tags = 0;
    int length = (int)tvb_captured_length(tvb);
    for (int at = tvb_find_uint8(tvb, 0, -1, '<'); at >= 0 && at + 1 < length;
         at = tvb_find_uint8(tvb, at + 1, -1, '<')) {
        uint8_t next = tvb_get_uint8(tvb, at + 1);
        if (next != '/' && next != '!' && next != '?')
            tags++;
    }
    return tags;
}

bool
xml_safe_for_stock(const xml_document_t *document, tvbuff_t *tvb)
{
    if (!document->root || document->outcome == XML_TOO_DEEP || document->outcome == XML_TOO_LARGE ||
        document->outcome == XML_MALFORMED || tvb_captured_length(tvb) < 4)
        return false;
    /* The stock dissector has another idea of what is a tag in text that is cut or in special sections. Only where it
     * cannot see more tags than we did is its depth ours. */
    unsigned tags = count_tags(tvb);
    return tags <= XML_FEW_TAGS ||
           (document->outcome == XML_COMPLETE && !document->converted && tags == document->nodes);
}

bool
xml_show_stock(const xml_document_t *document, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    static dissector_handle_t xml_handle;
    volatile bool shown = false;
    if (!xml_safe_for_stock(document, tvb))
        return false;
    if (!xml_handle)
        xml_handle = find_dissector("xml");
    if (!xml_handle)
        return false;
    TRY
    {
        shown = call_dissector_only(xml_handle, tvb, pinfo, tree, data) > 0;
    }
    CATCH_BOUNDS_ERRORS
    {
        shown = false;
    }
    ENDTRY;
    return shown;
}
