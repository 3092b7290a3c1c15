/* uclog-diagnosis.c
 * What a server's record says is wrong with a message, as a comment says it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "logs/uclog-diagnosis.h"

#include <glib.h>
#include <string.h>

#include "knowledge/array.h"

#define LONGEST 2000U

static void
append(uclog_bytes_t *diagnosis, const char *text, size_t length)
{
    uclog_bytes_append(diagnosis, text, MIN(length, LONGEST));
}

/* A text may end with what a client logs on with, in quotes: its name only. */
static void
say_text(uclog_bytes_t *diagnosis, const char *value, size_t length)
{
    size_t end = 0;

    while (end < length && !(value[end] == '=' && end + 1 < length && value[end + 1] == '"'))
        end++;
    append(diagnosis, value, end);
}

static void
say_whole(uclog_bytes_t *diagnosis, const char *value, size_t length)
{
    append(diagnosis, value, length);
}

/* Whether the value behind a name is one of a server or domain: with all others it may be what a client logs on with.
 */
static bool
names_server(const char *name, size_t length)
{
    static const char *const names[] = { "destination", "domain", "fqdn", "source" };

    while (length && g_ascii_isdigit(name[length - 1])) /* fqdn1 */
        length--;
    for (size_t i = 0; i < array_length(names); i++)
        if (strlen(names[i]) == length && memcmp(names[i], name, length) == 0)
            return true;
    return false;
}

/* k="v";k="v", as far as it is of this form. */
static void
say_pairs(uclog_bytes_t *diagnosis, const char *value, size_t length)
{
    const char *const end = value + length;

    for (const char *name = value, *behind; name < end; name = behind) {
        const char *name_end = name, *quote;

        while (name_end < end && (g_ascii_isalnum(*name_end) || *name_end == '-'))
            name_end++;
        if (name_end == name || end - name_end < 2 || memcmp(name_end, "=\"", 2) != 0)
            return;
        quote = memchr(name_end + 2, '"', (size_t)(end - name_end - 2));
        behind = quote ? quote + 1 : end;
        append(diagnosis, name, (size_t)((names_server(name, (size_t)(name_end - name)) ? behind : name_end) - name));
        for (const char *next = behind; next < end && (*next == ';' || *next == ',' || *next == ' '); next++)
            behind = next + 1;
        if (behind < end)
            append(diagnosis, ";", 1);
    }
}

static const struct {
    const char *key;
    const char *shown; /* in front of the value; NULL: the value alone */
    void (*say)(uclog_bytes_t *diagnosis, const char *value, size_t length);
} keys[] = {
    { "Text:", NULL, say_text },
    { "Result-Code:", "result ", say_whole },
    { "Data:", "data: ", say_pairs },
    { "Peer:", "peer ", say_whole },
    { "Peer-IP:", "peer address ", say_whole },
    { "Connection-ID:", "connection ", say_whole },
    { "Transport:", "transport ", say_whole },
    { "Local-IP:", "local address ", say_whole },
};

void
uclog_diagnosis_add(uclog_bytes_t *diagnosis, const uclog_line_t *line)
{
    const char *value;
    size_t length;

    for (size_t i = 0; i < array_length(keys); i++)
        if (uclog_line_value(line, keys[i].key, &value, &length) && diagnosis->length < LONGEST) {
            if (diagnosis->length)
                append(diagnosis, "; ", 2);
            if (keys[i].shown)
                append(diagnosis, keys[i].shown, strlen(keys[i].shown));
            keys[i].say(diagnosis, value, length);
        }
}
