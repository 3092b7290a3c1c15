/* fuzz_finder.c
 * Feeds the finder of diagnostics headers with anything: all kinds of finds, the parser of what was found, and the
 * reading of a stream in pieces.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fuzz_target.h"

#include "commands/icewarn-input.h"
#include "knowledge/icewarn-flags.h"

static void
check_span(msdiag_span_t span, unsigned length)
{
    g_assert(span.offset <= length && span.length <= length - span.offset);
}

static void
check_flags(void *data, const char *text, msdiag_span_t value, msdiag_span_t media)
{
    unsigned length = *(const unsigned *)data;
    uint32_t flags;

    check_span(value, length);
    check_span(media, length);
    icewarn_parse(text + value.offset, value.length, &flags);
}

/* What was found as a header is one: it has an id or parameters, in memory of just its size. */
static void
check_header(const msdiag_found_t *found)
{
    static msdiag_header_t header;
    char *value = g_memdup2(found->value, found->length);
    unsigned length = found->length;

    msdiag_parse_header(value, length, &header);
    g_assert(header.id_state != MSDIAG_ID_MISSING || header.list.count > 0);
    check_span(header.id_span, length);
    check_span(header.sub_id, length);
    check_span(header.stray, length);
    for (unsigned i = 0; i < header.list.count; i++)
        check_span(header.list.params[i].whole, length);
    msdiag_each_flags(value, &header.list, check_flags, &length);
    g_free(value);
}

/* What every find must keep to; returns where it ends. */
static unsigned
check(const char *text, unsigned length, const msdiag_found_t *found, unsigned end)
{
    check_span(found->name, length);
    check_span(found->raw, length);
    check_span(found->media, length);
    g_assert(found->name.offset >= end && found->raw.offset >= found->name.offset + found->name.length);
    g_assert(found->length <= HEADER_VALUE_MAX + 64);
    g_assert(!found->verbatim || (found->length == found->raw.length &&
                                  memcmp(found->value, text + found->raw.offset, found->length) == 0));
    g_assert(!found->end_is_cut || found->raw.offset + found->raw.length == length);
    if (found->is_header)
        check_header(found);
    return found->raw.offset + found->raw.length;
}

/* The lines, counted anew. */
static uint64_t
line_at(const char *text, unsigned pos)
{
    uint64_t line = 1;

    for (unsigned i = 0; i < pos; i++)
        line += text[i] == '\n';
    return line;
}

static void
find(const char *text, unsigned length, unsigned wanted)
{
    msdiag_finder_t finder;
    msdiag_found_t found;
    unsigned end = 0;

    msdiag_finder_init(&finder, text, length, wanted);
    while (msdiag_finder_next(&finder, &found)) {
        end = check(text, length, &found, end);
        g_assert(found.line == line_at(text, found.name.offset));
    }
    msdiag_finder_clear(&finder);
}

static void
check_line(void *data, const char *text, const msdiag_found_t *found, uint64_t line)
{
    uint64_t *last = data;

    g_assert(text && found->value && line >= *last);
    *last = line;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t line = 0;
    FILE *stream;

    if (size > 1U << 20)
        return 0;
    find((const char *)data, (unsigned)size, MSDIAG_FIND_ALL);
    find((const char *)data, (unsigned)size, MSDIAG_FIND_NAMED);
    stream = size ? fmemopen((void *)data, size, "r") : NULL;
    if (stream) {
        icewarn_find_in_stream(stream, check_line, &line);
        fclose(stream);
    }
    return 0;
}

const char *const fuzz_words[] = { "ms-client-diagnostics: 23;",
                                   "ms-diagnostics",
                                   "ICEWarn=0x320",
                                   "\",24;a=\"",
                                   "reason=",
                                   "\"",
                                   "\\\"",
                                   "\"\"",
                                   "&quot;",
                                   "&amp;",
                                   "\\u0022",
                                   "=3D\"",
                                   "=\n",
                                   "#015#012",
                                   "\\r\\n",
                                   "\r\n ",
                                   "\n> ",
                                   "\n   ",
                                   "<br>",
                                   "</td>",
                                   "\xE2\x80\x9C",
                                   ";",
                                   ":",
                                   "25; reason=",
                                   "\"value\": \"",
                                   "IceWarningFlags>",
                                   "\xFF\xFE",
                                   "0x40\n0",
                                   NULL };

void
fuzz_end(void)
{
}
