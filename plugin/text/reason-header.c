/* reason-header.c
 * Values of the Reason header, RFC 3326, as Teams Direct Routing and SBCs write them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "text/reason-header.h"

#include <glib.h>

#define PROTOCOL    "Q.850"
#define GUID_LENGTH 36

static reason_span_t
trimmed(const char *value, size_t from, size_t to)
{
    while (from < to && g_ascii_isspace(value[from]))
        from++;
    while (to > from && g_ascii_isspace(value[to - 1]))
        to--;
    return (reason_span_t){ from, to - from };
}

/* Where the piece that begins at an offset ends: at a stop outside of quotes, or at the end. */
static size_t
piece_end(const char *value, size_t at, size_t end, char stop)
{
    bool quoted = false;

    for (; at < end && (quoted || value[at] != stop); at++) {
        if (value[at] == '"')
            quoted = !quoted;
        else if (quoted && value[at] == '\\' && at + 1 < end)
            at++;
    }
    return at;
}

static bool
span_is(const char *value, reason_span_t span, const char *word, size_t length)
{
    return span.length == length && g_ascii_strncasecmp(value + span.at, word, length) == 0;
}

static bool
is_guid(const char *text, size_t length)
{
    if (length < GUID_LENGTH)
        return false;
    for (size_t i = 0; i < GUID_LENGTH; i++)
        if (i == 8 || i == 13 || i == 18 || i == 23 ? text[i] != '-' : !g_ascii_isxdigit(text[i]))
            return false;
    return true;
}

static void
read_cause(const char *value, reason_span_t span, reason_t *reason)
{
    uint32_t cause = 0;

    if (span.length == 0 || span.length > 9)
        return;
    for (size_t i = 0; i < span.length; i++) {
        if (!g_ascii_isdigit(value[span.at + i]))
            return;
        cause = cause * 10 + (uint32_t)(value[span.at + i] - '0');
    }
    reason->has_cause = true;
    reason->cause = cause;
    reason->cause_span = span;
}

static void
read_text(const char *value, reason_span_t span, reason_t *reason)
{
    size_t behind;

    if (span.length >= 2 && value[span.at] == '"' && value[span.at + span.length - 1] == '"') {
        span.at++;
        span.length -= 2;
    }
    reason->text = span;
    if (!is_guid(value + span.at, span.length))
        return;
    behind = span.at + GUID_LENGTH;
    while (behind < span.at + span.length && g_ascii_isspace(value[behind]))
        behind++;
    if (behind == span.at + span.length || value[behind] != ';')
        return;
    reason->call = (reason_span_t){ span.at, GUID_LENGTH };
    reason->text = trimmed(value, behind + 1, span.at + span.length);
}

static void
read_parameter(const char *value, reason_span_t parameter, reason_t *reason)
{
    size_t end = parameter.at + parameter.length;
    size_t equals = piece_end(value, parameter.at, end, '=');
    reason_span_t name = trimmed(value, parameter.at, equals);
    reason_span_t of_value = equals < end ? trimmed(value, equals + 1, end) : (reason_span_t){ end, 0 };

    if (span_is(value, name, "cause", 5))
        read_cause(value, of_value, reason);
    else if (span_is(value, name, "text", 4))
        read_text(value, of_value, reason);
}

/* Reads one value, from `at` to end; false where it is of another protocol. */
static bool
read_value(const char *value, size_t at, size_t end, reason_t *reason)
{
    size_t stop = piece_end(value, at, end, ';');

    *reason = (reason_t){ .whole = trimmed(value, at, end) };
    if (!span_is(value, trimmed(value, at, stop), PROTOCOL, sizeof PROTOCOL - 1))
        return false;
    while (stop < end) {
        at = stop + 1;
        stop = piece_end(value, at, end, ';');
        read_parameter(value, trimmed(value, at, stop), reason);
    }
    return true;
}

bool
reason_read(const char *value, size_t length, size_t *at, reason_t *reason)
{
    while (*at < length) {
        size_t from = *at, end = piece_end(value, from, length, ',');

        *at = end + 1;
        if (read_value(value, from, end, reason))
            return true;
    }
    return false;
}
