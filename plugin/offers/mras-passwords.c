/* mras-passwords.c
 * The passwords of relays in an MRAS reply, blotted out for what stock shows of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "offers/mras-passwords.h"

/* Where the content of an element ends: in front of its end tag; of one that has none, at the end of the text. */
static int
content_end(const xml_node_t *node, const char *text, int length)
{
    const int end = MIN(node->offset + node->length, length);

    if (end <= node->content_offset)
        return text[node->content_offset - 2] == '/' ? node->content_offset : length; /* <password/> */
    for (int at = end - 1; at >= node->content_offset; at--)
        if (text[at] == '<')
            return at;
    return end;
}

/* Blots out the content of every element called password below `node` and counts them; false when it is not known
 * where one stands. */
static bool
blot_passwords(const xml_node_t *node, char *text, int length, unsigned *count)
{
    for (; node; node = node->next) {
        if (strcmp(node->name, "password") == 0) {
            if (node->content_offset < 2)
                return false;
            memset(text + node->content_offset, '*',
                   (size_t)(content_end(node, text, length) - node->content_offset));
            ++*count;
        } else if (!blot_passwords(node->first_child, text, length, count)) { /* no deeper than XML_MAX_DEPTH */
            return false;
        }
    }
    return true;
}

/* Start tags of passwords that stand in the text, read or not: behind the root element, in a comment, in capitals. */
static unsigned
count_passwords(const char *text, int length)
{
    static const char name[] = "password";
    unsigned count = 0;

    for (int at = 0; at + (int)sizeof name - 1 <= length; at++)
        if (text[at] == '<') {
            int begin = at + 1;

            for (int i = begin; i < length && (g_ascii_isalnum(text[i]) || strchr("_-.:", text[i])); i++)
                if (text[i] == ':')
                    begin = i + 1; /* behind the prefix */
            count += begin + (int)sizeof name - 1 <= length &&
                     g_ascii_strncasecmp(text + begin, name, sizeof name - 1) == 0;
        }
    return count;
}

tvbuff_t *
mras_without_passwords(tvbuff_t *tvb, packet_info *pinfo, const xml_document_t *document)
{
    int length = (int)tvb_captured_length(tvb);
    unsigned blotted = 0;
    tvbuff_t *masked;
    char *text;

    if (length == 0)
        return tvb;
    text = (char *)tvb_memdup(pinfo->pool, tvb, 0, (size_t)length);
    if (!blot_passwords(document->root, text, length, &blotted) || count_passwords(text, length) > blotted)
        return NULL;
    if (!blotted)
        return tvb;
    masked = tvb_new_child_real_data(tvb, (const uint8_t *)text, (unsigned)length, length);
    add_new_data_source(pinfo, masked, "MRAS reply without password");
    return masked;
}
