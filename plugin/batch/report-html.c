/* report-html.c
 * Pieces of a page: text of a capture is never markup.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "batch/report-html.h"

#include <string.h>

void
html_text(GString *page, const char *text)
{
    for (; text && *text; text = g_utf8_next_char(text)) {
        gunichar letter = g_utf8_get_char(text);

        if (letter < 0x20 || letter == 0x7f || (letter >= 0x80 && letter < 0xa0))
            g_string_append_c(page, '.');
        else if (strchr("<>&\"'", (int)letter) && letter < 0x80)
            g_string_append_printf(page, "&#%u;", letter);
        else if ((letter >= 0x202a && letter <= 0x202e) || (letter >= 0x2066 && letter <= 0x2069))
            g_string_append(page, "\xEF\xBF\xBD"); /* would turn the direction of what follows */
        else
            g_string_append_unichar(page, letter);
    }
}

static JsonNode *
member(JsonObject *object, const char *name, JsonNodeType type)
{
    JsonNode *node = object && json_object_has_member(object, name) ? json_object_get_member(object, name) : NULL;

    return node && json_node_get_node_type(node) == type ? node : NULL;
}

const char *
member_text(JsonObject *object, const char *name)
{
    JsonNode *node = member(object, name, JSON_NODE_VALUE);

    return node && json_node_get_value_type(node) == G_TYPE_STRING ? json_node_get_string(node) : NULL;
}

int64_t
member_whole(JsonObject *object, const char *name)
{
    JsonNode *node = member(object, name, JSON_NODE_VALUE);

    return node && json_node_get_value_type(node) == G_TYPE_INT64 ? json_node_get_int(node) : 0;
}

JsonObject *
member_object(JsonObject *object, const char *name)
{
    JsonNode *node = member(object, name, JSON_NODE_OBJECT);

    return node ? json_node_get_object(node) : NULL;
}

JsonArray *
member_array(JsonObject *object, const char *name)
{
    JsonNode *node = member(object, name, JSON_NODE_ARRAY);

    return node ? json_node_get_array(node) : NULL;
}

char *
member_number(JsonObject *object, const char *name)
{
    JsonNode *node = member(object, name, JSON_NODE_VALUE);
    GType type = node ? json_node_get_value_type(node) : G_TYPE_INVALID;
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    if (type == G_TYPE_INT64)
        return g_strdup_printf("%" G_GINT64_FORMAT, json_node_get_int(node));
    if (type == G_TYPE_DOUBLE)
        return g_strdup(g_ascii_formatd(text, sizeof text, "%.1f", json_node_get_double(node)));
    return NULL;
}

unsigned
array_count(JsonArray *array)
{
    return array ? json_array_get_length(array) : 0;
}

JsonObject *
array_object(JsonArray *array, unsigned index)
{
    JsonNode *node = json_array_get_element(array, index);

    return JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

char *
end_text(JsonObject *end)
{
    const char *address = member_text(end, "address");

    if (!address)
        return NULL;
    return g_strdup_printf(strchr(address, ':') ? "[%s]:%" G_GINT64_FORMAT : "%s:%" G_GINT64_FORMAT, address,
                           member_whole(end, "port"));
}

/* --- charts ------------------------------------------------------------------------------------------------------
 */

#define BAR_HEIGHT 38

void
html_bars(GString *page, const char *title, const bar_t *bars, unsigned count)
{
    if (count == 0)
        return;
    g_string_append_printf(page,
                           "<figure><figcaption>%s</figcaption>"
                           "<svg width=\"100%%\" height=\"%u\" role=\"img\" aria-label=\"%s\">",
                           title, count * BAR_HEIGHT, title);
    for (unsigned i = 0; i < count; i++) {
        char width[G_ASCII_DTOSTR_BUF_SIZE];

        g_ascii_formatd(width, sizeof width, "%.1f", bars[i].most > 0 ? 100 * bars[i].value / bars[i].most : 0);
        g_string_append_printf(page, "<text x=\"0\" y=\"%u\">", i * BAR_HEIGHT + 14);
        html_text(page, bars[i].label);
        g_string_append(page, ": ");
        html_text(page, bars[i].note);
        g_string_append_printf(page,
                               "</text><rect class=\"back\" x=\"0\" y=\"%u\" width=\"100%%\" height=\"10\"/>"
                               "<rect class=\"%s\" x=\"0\" y=\"%u\" width=\"%s%%\" height=\"10\"/>",
                               i * BAR_HEIGHT + 20, bars[i].style, i * BAR_HEIGHT + 20, width);
    }
    g_string_append(page, "</svg></figure>\n");
}
