/* icewarn.c
 * The command icewarn: ICEWarn values and diagnostics headers explained, for people without a capture.
 *
 *     icewarn 0x4000320        values as arguments
 *     icewarn < header.txt     header lines as copied from a log or a web page
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <glib.h>

#include "knowledge/icewarn-flags.h"
#include "knowledge/msdiag-ids.h"
#include "text/msdiag-parse.h"

#define EXIT_BAD_INPUT 2

/* Headers are short; what is larger than this was piped in by mistake. */
#define MAX_TEXT_SIZE (16U * 1024 * 1024)

static const char *const weight_words[] = {
    [ICEWARN_NORMAL] = "normal",
    [ICEWARN_MAYBE] = "may be normal",
    [ICEWARN_CAUSE] = "cause",
};

/* A value to explain, and where it was found. */
typedef struct {
    uint32_t flags;
    char *media;     /* NULL when not named */
    bool has_header; /* it came with a diagnostics header … */
    uint32_t id;     /* … of this id */
} value_t;

static bool json_wanted;

static void
free_value(void *data)
{
    value_t *value = data;

    g_free(value->media);
    g_free(value);
}

/* Appends text as a JSON string (RFC 8259). */
static void
append_json_string(GString *out, const char *text)
{
    char *valid = g_utf8_make_valid(text, -1);

    g_string_append_c(out, '"');
    for (const char *p = valid; *p; p++) {
        if (*p == '"' || *p == '\\')
            g_string_append_printf(out, "\\%c", *p);
        else if ((unsigned char)*p < 0x20)
            g_string_append_printf(out, "\\u%04x", (unsigned)*p);
        else
            g_string_append_c(out, *p);
    }
    g_string_append_c(out, '"');
    g_free(valid);
}

static void
append_json_member(GString *out, const char *name, const char *text)
{
    g_string_append_printf(out, ", \"%s\": ", name);
    append_json_string(out, text);
}

static void
append_json(GString *out, const value_t *value)
{
    icewarn_transport_t transport = icewarn_media_transport(value->media);
    const icewarn_flag_t *sorted[ICEWARN_FLAG_COUNT];
    unsigned count = icewarn_sort(value->flags, sorted);

    g_string_append_printf(out, "{\"value\": \"0x%x\"", value->flags);
    if (value->has_header)
        g_string_append_printf(out, ", \"id\": %u", value->id);
    if (value->media)
        append_json_member(out, "media", value->media);
    g_string_append(out, ", \"flags\": [");
    for (unsigned i = 0; i < count; i++) {
        const icewarn_flag_t *flag = sorted[i];

        g_string_append_printf(out, "%s{\"bit\": \"0x%x\"", i ? ", " : "", flag->bit);
        append_json_member(out, "name", flag->name);
        append_json_member(out, "title", icewarn_flag_title(flag, transport));
        append_json_member(out, "weight", weight_words[flag->weight]);
        append_json_member(out, "happened", flag->happened);
        append_json_member(out, "check", flag->check);
        g_string_append_printf(out, ", \"inferred\": %s}", flag->inferred ? "true" : "false");
    }
    g_string_append_printf(out, "], \"unknown\": \"0x%x\"}", value->flags & ICEWARN_UNKNOWN_BITS);
}

static void
append_text(GString *out, const value_t *value)
{
    icewarn_transport_t transport = icewarn_media_transport(value->media);
    const icewarn_flag_t *sorted[ICEWARN_FLAG_COUNT];
    unsigned count = icewarn_sort(value->flags, sorted);

    if (value->has_header) {
        const msdiag_id_t *row = msdiag_id_lookup(value->id);

        g_string_append_printf(out, "%u: %s\n", value->id,
                               row                         ? row->explanation
                               : msdiag_id_area(value->id) ? msdiag_id_area(value->id)
                                                           : "an id without a known meaning");
    }
    g_string_append_printf(out, "ICEWarn=0x%x", value->flags);
    if (value->media)
        g_string_append_printf(out, " (%s)", value->media);
    g_string_append(out, ": ");
    icewarn_append_summary(out, value->flags, transport);
    g_string_append_c(out, '\n');
    for (unsigned i = 0; i < count; i++)
        g_string_append_printf(out, "  0x%-8x %-13s  %s%s\n      %s\n      %s\n", sorted[i]->bit,
                               weight_words[sorted[i]->weight], icewarn_flag_title(sorted[i], transport),
                               sorted[i]->inferred ? " (inferred)" : "", sorted[i]->happened, sorted[i]->check);
    if (value->flags & ICEWARN_UNKNOWN_BITS)
        g_string_append_printf(out, "  0x%-8x unknown        bits without a known meaning\n",
                               value->flags & ICEWARN_UNKNOWN_BITS);
}

static void
print_values(const GPtrArray *values)
{
    GString *out = g_string_new(json_wanted ? "[" : NULL);

    for (unsigned i = 0; i < values->len; i++) {
        g_string_append(out, i == 0 ? "" : json_wanted ? ",\n " : "\n");
        if (json_wanted)
            append_json(out, values->pdata[i]);
        else
            append_text(out, values->pdata[i]);
    }
    if (json_wanted)
        g_string_append(out, "]\n");
    fputs(out->str, stdout);
    g_string_free(out, TRUE);
}

/* Adds one value; tells what is wrong with it, and returns false, when it has none. */
static bool
add_value(GPtrArray *values, const char *text, size_t length, const char *media, const msdiag_header_t *header)
{
    value_t *value = g_new0(value_t, 1);
    icewarn_parse_t result = icewarn_parse(text, length, &value->flags);

    if (result != ICEWARN_PARSED) {
        fprintf(stderr, "icewarn: '%.*s' is not an ICEWarn value: %s; expected hexadecimal with 0x, or decimal\n",
                (int)MIN(length, 60), text, icewarn_parse_problem(result));
        g_free(value);
        return false;
    }
    value->media = g_strdup(media);
    if (header && header->id_state == MSDIAG_ID_OK) {
        value->has_header = true;
        value->id = header->id;
    }
    g_ptr_array_add(values, value);
    return true;
}

/* Where the values of a header go. */
typedef struct {
    GPtrArray *values;
    const msdiag_header_t *header;
    bool good; /* all so far were values */
} sink_t;

static void
add_found(void *data, const char *text, msdiag_span_t value, msdiag_span_t media)
{
    sink_t *sink = data;
    char *label = media.length ? g_strndup(text + media.offset, media.length) : NULL;

    sink->good &= add_value(sink->values, text + value.offset, value.length, label, sink->header);
    g_free(label);
}

/* Whether a line begins a header: with its name, or as reports print it with the id alone ("25; reason=…"). */
static bool
begins_header(const char *line)
{
    size_t digits = strspn(line, "0123456789");
    msdiag_span_t name, value;

    if (digits && line[digits + strspn(line + digits, " \t")] == ';')
        return true;
    return msdiag_find_header(line, (unsigned)strlen(line), 0, &name, &value) && name.offset < 3;
}

/* Wraps in copied text break a header anywhere, even inside quotes: a line that does not begin a header, and is
 * not blank, goes on with the one before. */
static char *
unwrap(const char *text)
{
    char **lines = g_strsplit(text, "\n", -1);
    GString *out = g_string_new(NULL);

    for (char **line = lines; *line; line++) {
        g_strchomp(*line);
        g_string_append(out, out->len == 0 ? "" : begins_header(*line) || !**line ? "\n" : " ");
        g_string_append(out, *line);
    }
    g_strfreev(lines);
    return g_string_free(out, FALSE);
}

/* Adds the values of one unwrapped line: a header, a header's value alone, or bare values. */
static bool
add_line(GPtrArray *values, const char *line)
{
    unsigned length = (unsigned)strlen(line);
    msdiag_span_t name, value = { 0, length };
    msdiag_header_t *header;
    bool named = msdiag_find_header(line, length, 0, &name, &value);
    bool good = true;
    sink_t sink;

    if (!named && !strchr(line, '=')) {
        char **words = g_strsplit_set(line, " \t,;", -1);

        for (char **word = words; *word; word++)
            if (**word)
                good &= add_value(values, *word, strlen(*word), NULL, NULL);
        g_strfreev(words);
        return good;
    }
    header = g_new(msdiag_header_t, 1);
    msdiag_parse_header(line + value.offset, value.length, header);
    sink = (sink_t){ values, header, true };
    msdiag_each_flags(line + value.offset, &header->list, add_found, &sink);
    g_free(header);
    return sink.good;
}

static bool
add_input(GPtrArray *values, FILE *input)
{
    GString *text = g_string_new(NULL);
    char buffer[65536], *unwrapped, **lines;
    size_t size;
    bool good = true;

    while (text->len < MAX_TEXT_SIZE && (size = fread(buffer, 1, sizeof buffer, input)) > 0)
        g_string_append_len(text, buffer, (gssize)size);
    for (gsize i = 0; i < text->len; i++)
        if (text->str[i] == '\0')
            text->str[i] = ' ';
    unwrapped = unwrap(text->str);
    lines = g_strsplit(unwrapped, "\n", -1);
    for (char **line = lines; *line; line++)
        if (**line)
            good &= add_line(values, *line);
    g_strfreev(lines);
    g_free(unwrapped);
    g_string_free(text, TRUE);
    if (good && values->len == 0) {
        fprintf(stderr, "icewarn: no ICEWarn value in the input; expected values such as 0x320, or header lines\n");
        good = false;
    }
    return good;
}

int
main(int argc, char **argv)
{
    GOptionEntry entries[] = {
        { "json", 0, 0, G_OPTION_ARG_NONE, &json_wanted, "Print JSON", NULL },
        G_OPTION_ENTRY_NULL,
    };
    GOptionContext *context = g_option_context_new("[VALUE…] - explain ICEWarn values");
    GPtrArray *values = g_ptr_array_new_with_free_func(free_value);
    GError *error = NULL;
    gboolean json = FALSE;
    bool good = true;

    entries[0].arg_data = &json;
    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_set_summary(context, "Values are hexadecimal with 0x, or decimal. Without a value, header lines "
                                          "(ms-client-diagnostics: …) are read from standard input.");
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        fprintf(stderr, "icewarn: %s\n", error->message);
        g_error_free(error);
        good = false;
    } else {
        json_wanted = json;
        for (int i = 1; i < argc; i++)
            good &= add_value(values, argv[i], strlen(argv[i]), NULL, NULL);
        if (argc == 1)
            good = add_input(values, stdin);
    }
    if (values->len)
        print_values(values);
    g_option_context_free(context);
    g_ptr_array_free(values, TRUE);
    return good ? EXIT_SUCCESS : EXIT_BAD_INPUT;
}
