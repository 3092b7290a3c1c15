/* icewarn.c
 * The command icewarn: ICEWarn values and diagnostics headers explained, for people without a capture.
 *
 *     icewarn 0x4000320        values, or whole headers, as arguments
 *     icewarn < mail.txt       any text: the headers and values in it are found, the rest is left alone
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <glib.h>

#include "commands/icewarn-input.h"
#include "commands/icewarn-print.h"
#include "text/msdiag-finder.h"
#include "text/msdiag-split.h"
#include "text/program.h"

#define EXIT_NOTHING_FOUND 1
#define EXIT_BAD_INPUT     2
#define LONGEST_REPEATED   20U /* 0x and 64 bits, or a misspelling of it */

/* What is printed, and whether anything was. */
typedef struct {
    icewarn_printer_t *printer;
    bool found;
} sink_t;

/* How much of the text is the value: behind it may stand what the header was cut with ("0x80012b..."). */
static unsigned
value_length(const char *text, unsigned length)
{
    unsigned end = 0;

    while (end < length && g_ascii_isalnum(text[end]))
        end++;
    return end ? end : length;
}

/* Prints a header or value together with one ICEWarn. */
static void
print_flags(sink_t *sink, icewarn_entry_t *entry, const char *text, msdiag_span_t value, const char *media,
            unsigned media_length)
{
    char *label = media_length ? g_strndup(media, media_length) : NULL;

    entry->media = label;
    entry->value = text + value.offset;
    entry->value_length = value_length(entry->value, value.length);
    entry->parsed = icewarn_parse(entry->value, entry->value_length, &entry->flags);
    icewarn_print(sink->printer, entry);
    entry->flags_printed++;
    g_free(label);
}

/* One ICEWarn of a header, from msdiag_each_flags. */
typedef struct {
    sink_t *sink;
    icewarn_entry_t *entry;
} of_header_t;

static void
flags_of_header(void *data, const char *text, msdiag_span_t value, msdiag_span_t media)
{
    of_header_t *of_header = data;

    print_flags(of_header->sink, of_header->entry, text, value, text + media.offset, media.length);
}

/* ICEWarn where no header that we know has it. */
static void
flags_elsewhere(sink_t *sink, icewarn_entry_t *entry, const char *text, unsigned length)
{
    msdiag_finder_t finder;
    msdiag_found_t found;

    msdiag_finder_init(&finder, text, length, MSDIAG_FIND_FLAGS);
    while (msdiag_finder_next(&finder, &found))
        print_flags(sink, entry, text, found.raw, text + found.media.offset, found.media.length);
    msdiag_finder_clear(&finder);
}

/* Prints one value of a header. */
static void
print_header(sink_t *sink, icewarn_entry_t *entry, const char *text, unsigned length)
{
    msdiag_header_t *header = g_new(msdiag_header_t, 1);
    of_header_t of_header = { sink, entry };

    msdiag_parse_header(text, length, header);
    entry->header = header;
    entry->text = text;
    msdiag_each_flags(text, &header->list, flags_of_header, &of_header);
    if (!entry->flags_printed)
        flags_elsewhere(sink, entry, text, length);
    if (!entry->flags_printed)
        icewarn_print(sink->printer, entry);
    g_free(header);
}

/* Prints a header: several values that commas join are an entry each. */
static void
print_values(sink_t *sink, const icewarn_entry_t *header, const char *text, unsigned length)
{
    for (unsigned start = 0, end; start <= length; start = end + 1) {
        icewarn_entry_t entry = *header;

        end = start + msdiag_value_end(text + start, length - start);
        print_header(sink, &entry, text + start, end - start);
    }
}

/* Prints what the finder found in a text. */
static void
print_found(void *data, const char *text, const msdiag_found_t *found, uint64_t line)
{
    sink_t *sink = data;
    char *name = found->name.length ? g_strndup(text + found->name.offset, found->name.length) : NULL;
    icewarn_entry_t entry = { .line = line, .name = found->is_header ? name : NULL };

    sink->found = true;
    if (found->is_header)
        print_values(sink, &entry, found->value, found->length);
    else
        print_flags(sink, &entry, found->value, (msdiag_span_t){ 0, found->length }, text + found->media.offset,
                    found->media.length);
    g_free(name);
}

/* What a value that was copied may have around it: blanks, quotes of any kind, what parts or encloses it. */
static bool
is_around(char c)
{
    return (c & 0x80) || g_ascii_isspace(c) || (c && strchr("\"'`,;.()[]<>", c));
}

/* The value in an argument, without what stands around it. */
static msdiag_span_t
bare_value(const char *text)
{
    unsigned start = 0, end = (unsigned)strlen(text);

    while (is_around(text[start]))
        start++;
    while (end > start && is_around(text[end - 1]))
        end--;
    return (msdiag_span_t){ start, end - start };
}

/* Digits only, without 0x: SIP headers never write the value so, and who leaves out the 0x means another one. */
static void
note_decimal(const char *value, unsigned length, uint32_t flags)
{
    if (flags > 9 && (value[1] | 0x20) != 'x')
        fprintf(stderr, "icewarn: %.*s is read as decimal; as hexadecimal it is 0x%.*s\n", (int)length, value,
                (int)length, value);
}

/* Whether an argument is no more than a word that was meant for a value: others may have come with a password. */
static bool
may_be_repeated(const char *text)
{
    return strlen(text) <= LONGEST_REPEATED && !strpbrk(text, " \t\r\n=:\"'");
}

/* An argument: a value, or else the text of a header. */
static bool
explain_argument(sink_t *sink, const char *text)
{
    const msdiag_span_t bare = bare_value(text);
    icewarn_entry_t entry = { .value = text + bare.offset, .value_length = bare.length };
    sink_t own = { sink->printer, false };

    entry.parsed = icewarn_parse(entry.value, entry.value_length, &entry.flags);
    if (entry.parsed == ICEWARN_PARSED) {
        icewarn_print(sink->printer, &entry);
        note_decimal(entry.value, entry.value_length, entry.flags);
        return true;
    }
    icewarn_find_in_argument(text, print_found, &own);
    if (!own.found)
        fprintf(stderr,
                "icewarn: '%s' is not an ICEWarn value: %s; expected hexadecimal with 0x, decimal, or a header\n",
                may_be_repeated(text) ? text : "...", icewarn_parse_problem(entry.parsed));
    return own.found;
}

static int
explain(sink_t *sink, char **argv)
{
    int argc = (int)g_strv_length(argv);
    int first = argc > 1 && strcmp(argv[1], "--") == 0 ? 2 : 1;
    bool good = true;

    for (int i = first; i < argc; i++)
        good &= explain_argument(sink, argv[i]);
    if (argc > first)
        return good ? EXIT_SUCCESS : EXIT_BAD_INPUT;
    icewarn_find_in_stream(stdin, print_found, sink);
    if (sink->found)
        return EXIT_SUCCESS;
    fputs("icewarn: no diagnostics header and no ICEWarn= in the input (a value by itself is an argument: "
          "icewarn 0x320)\n",
          stderr);
    return EXIT_NOTHING_FOUND;
}

int
main(int argc, char **argv)
{
    gboolean json = FALSE, version = FALSE;
    GOptionEntry entries[] = {
        { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Print JSON", NULL },
        { "version", 0, 0, G_OPTION_ARG_NONE, &version, "Print the version", NULL },
        G_OPTION_ENTRY_NULL,
    };
    GOptionContext *context =
        g_option_context_new("[VALUE|HEADER…] - explain ICEWarn values and diagnostics headers");
    char **words = program_begin(argv);
    GError *error = NULL;
    int result = EXIT_BAD_INPUT;

    (void)argc;
    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_set_summary(context,
                                 "Values are hexadecimal with 0x, or decimal. Without an argument any text is read "
                                 "from standard input,\nand the diagnostics headers (ms-client-diagnostics: …) and "
                                 "ICEWarn= values in it are explained.");
    if (!g_option_context_parse_strv(context, &words, &error)) {
        fprintf(stderr, "icewarn: %s\n", error->message);
        g_error_free(error);
    } else if (version) {
        puts("icewarn " MSICE_VERSION);
        result = EXIT_SUCCESS;
    } else {
        icewarn_printer_t *printer = icewarn_printer_new(json);
        sink_t sink = { printer, false };

        result = explain(&sink, words);
        icewarn_printer_end(printer);
    }
    g_option_context_free(context);
    g_strfreev(words);
    return result;
}
