/* mras-passwords.c
 * What may be secret in an MRAS body, blotted out for what stock shows of it.
 *
 * A password may stand where the schema ([MS-AVEDGEA]) has none: as an attribute, in a comment, in an element of
 * another name, in XML that is cut or broken. So the bytes are read, not a tree of them, and what is not known to be
 * harmless is blotted out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "offers/mras-passwords.h"

typedef struct {
    char *text;
    int length, at;
    mras_may_show_t may_show;
    bool blotted;     /* something was */
    bool text_shown;  /* of the element that begins or ended last */
    bool in_password; /* tags within one are not to be believed */
} blotter_t;

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool
is_name(char c)
{
    return g_ascii_isalnum(c) || c == '_' || c == '-' || c == '.' || c == ':' || (unsigned char)c >= 0x80;
}

static bool
at_end(const blotter_t *blotter)
{
    return blotter->at >= blotter->length;
}

static bool
stands_here(const blotter_t *blotter, const char *what)
{
    const size_t length = strlen(what);

    return length <= (size_t)(blotter->length - blotter->at) &&
           memcmp(blotter->text + blotter->at, what, length) == 0;
}

static void
blot_here(blotter_t *blotter)
{
    if (is_blank(blotter->text[blotter->at]))
        return;
    blotter->text[blotter->at] = '*';
    blotter->blotted = true;
}

/* Reads on up to `end`, and to the end of the text where there is none; blots out what is read, unless shown. */
static void
read_to(blotter_t *blotter, const char *end, bool shown)
{
    for (; !at_end(blotter) && !stands_here(blotter, end); blotter->at++)
        if (!shown)
            blot_here(blotter);
}

static void
read_over(blotter_t *blotter, const char *what)
{
    if (stands_here(blotter, what))
        blotter->at += (int)strlen(what);
}

/* Reads a name; its local part is from *begin to the place where reading is now. */
static void
read_name(blotter_t *blotter, int *begin)
{
    for (*begin = blotter->at; !at_end(blotter) && is_name(blotter->text[blotter->at]); blotter->at++)
        if (blotter->text[blotter->at] == ':')
            *begin = blotter->at + 1;
}

static void
read_blanks(blotter_t *blotter)
{
    while (!at_end(blotter) && is_blank(blotter->text[blotter->at]))
        blotter->at++;
}

/* Whether the value of an attribute ends here; `quote` is NUL where it has none, as XML does not allow. */
static bool
ends_value(char c, char quote)
{
    return quote ? c == quote : c == '>' || is_blank(c);
}

static void
read_value(blotter_t *blotter, bool shown)
{
    char quote = '\0';

    read_blanks(blotter);
    if (stands_here(blotter, "\"") || stands_here(blotter, "'"))
        quote = blotter->text[blotter->at++];
    for (; !at_end(blotter) && !ends_value(blotter->text[blotter->at], quote); blotter->at++) {
        shown = shown && blotter->text[blotter->at] != '<'; /* the closing quote is missing */
        if (!shown)
            blot_here(blotter);
    }
    if (quote && !at_end(blotter))
        blotter->at++;
}

/* An attribute, or what stands in its place. Namespaces are markup. */
static void
read_attribute(blotter_t *blotter)
{
    const int whole = blotter->at;
    int begin, end;

    read_name(blotter, &begin);
    end = blotter->at;
    read_blanks(blotter);
    if (end > whole && stands_here(blotter, "=")) {
        blotter->at++;
        read_value(blotter, blotter->may_show(blotter->text + begin, (size_t)(end - begin)) ||
                                (end - whole >= 5 && memcmp(blotter->text + whole, "xmlns", 5) == 0));
        return;
    }
    end = MAX(end, whole + 1);
    for (blotter->at = whole; blotter->at < end; blotter->at++)
        blot_here(blotter);
}

static void
read_start_tag(blotter_t *blotter)
{
    static const char password[] = "password";
    int begin;
    bool ended = false;

    blotter->at++;
    read_name(blotter, &begin);
    blotter->text_shown = blotter->may_show(blotter->text + begin, (size_t)(blotter->at - begin));
    blotter->in_password = blotter->at - begin == (int)strlen(password) &&
                           g_ascii_strncasecmp(blotter->text + begin, password, strlen(password)) == 0;
    while (!at_end(blotter) && !stands_here(blotter, ">")) {
        ended = stands_here(blotter, "/");
        if (ended || is_blank(blotter->text[blotter->at]))
            blotter->at++;
        else
            read_attribute(blotter);
    }
    read_over(blotter, ">");
    if (ended)
        blotter->text_shown = blotter->in_password = false;
}

static void
read_end_tag(blotter_t *blotter)
{
    int begin;

    read_over(blotter, "</");
    read_name(blotter, &begin);
    read_to(blotter, ">", false);
    read_over(blotter, ">");
    blotter->text_shown = blotter->in_password = false;
}

/* What is no element and ends with something of its own; the declaration in front of all is markup. */
static bool
read_other_markup(blotter_t *blotter)
{
    static const struct {
        const char *begin, *end;
        bool shown;
    } kinds[] = {
        { "<?xml ", "?>", true },
        { "<?", "?>", false },
        { "<!--", "-->", false },
        { "<!", ">", false },
    };

    for (size_t i = 0; i < array_length(kinds); i++)
        if (stands_here(blotter, kinds[i].begin)) {
            read_over(blotter, kinds[i].begin);
            read_to(blotter, kinds[i].end, kinds[i].shown);
            read_over(blotter, kinds[i].end);
            return true;
        }
    return false;
}

/* What begins with '<'. */
static void
read_markup(blotter_t *blotter)
{
    if (stands_here(blotter, "</")) {
        read_end_tag(blotter);
    } else if (blotter->in_password) {
        read_to(blotter, "</", false);
    } else if (stands_here(blotter, "<![CDATA[")) {
        read_over(blotter, "<![CDATA[");
        read_to(blotter, "]]>", blotter->text_shown);
        read_over(blotter, "]]>");
    } else if (!read_other_markup(blotter)) {
        read_start_tag(blotter);
    }
}

tvbuff_t *
mras_without_passwords(tvbuff_t *tvb, packet_info *pinfo, mras_may_show_t may_show)
{
    const int length = (int)tvb_captured_length(tvb);
    blotter_t blotter = { .length = length, .may_show = may_show };
    tvbuff_t *masked;

    if (length == 0)
        return tvb;
    blotter.text = (char *)tvb_memdup(pinfo->pool, tvb, 0, (size_t)length);
    if (memchr(blotter.text, '\0', (size_t)length)) /* UTF-16 */
        return NULL;
    read_over(&blotter, "\xef\xbb\xbf"); /* byte order mark */
    while (!at_end(&blotter)) {
        read_to(&blotter, "<", blotter.text_shown);
        if (!at_end(&blotter))
            read_markup(&blotter);
    }
    if (!blotter.blotted)
        return tvb;
    masked = tvb_new_child_real_data(tvb, (const uint8_t *)blotter.text, (unsigned)length, length);
    add_new_data_source(pinfo, masked, "MRAS reply without password");
    return masked;
}
