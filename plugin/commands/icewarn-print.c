/* icewarn-print.c
 * What icewarn prints.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "commands/icewarn-print.h"

#include <stdio.h>

#include "knowledge/msdiag-ids.h"

struct icewarn_printer_t {
    bool json;
    unsigned count; /* entries printed */
};

static const char *const weight_words[] = {
    [ICEWARN_NORMAL] = "normal",
    [ICEWARN_MAYBE] = "may be normal",
    [ICEWARN_CAUSE] = "cause",
};

/* A span as valid UTF-8 in one line, without control characters; to be freed. */
static char *
readable(const char *text, unsigned length)
{
    char *valid = g_utf8_make_valid(text, (gssize)length);
    char *to = valid;

    for (const char *from = valid; *from; from++) {
        bool blank = g_ascii_isspace(*from);

        if (blank && to > valid && to[-1] == ' ')
            continue;
        *to++ = blank ? ' ' : g_ascii_iscntrl(*from) ? '.' : *from;
    }
    *to = '\0';
    return valid;
}

/* The header's own reason, to be freed; NULL when it has none. */
static char *
reason_of(const icewarn_entry_t *entry)
{
    for (unsigned i = 0; i < entry->header->list.count; i++) {
        const msdiag_param_t *param = &entry->header->list.params[i];

        if (param->value.length && msdiag_span_is(entry->text, param->name, "reason"))
            return readable(entry->text + param->value.offset, param->value.length);
    }
    return NULL;
}

/* Appends text as a JSON string (RFC 8259). */
static void
append_json_string(GString *out, const char *text)
{
    g_string_append_c(out, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            g_string_append_printf(out, "\\%c", *text);
        else if ((unsigned char)*text < 0x20)
            g_string_append_printf(out, "\\u%04x", (unsigned)*text);
        else
            g_string_append_c(out, *text);
    }
    g_string_append_c(out, '"');
}

/* Begins the next member of an object. */
static void
append_json_name(GString *out, const char *name)
{
    g_string_append_printf(out, "%s\"%s\": ", out->str[out->len - 1] == '{' ? "" : ", ", name);
}

static void
append_json_member(GString *out, const char *name, const char *text)
{
    append_json_name(out, name);
    append_json_string(out, text);
}

/* The same for text of the input; nothing when it is empty. */
static void
append_json_span(GString *out, const char *name, const char *text, unsigned length)
{
    char *valid = readable(text, length);

    if (*valid)
        append_json_member(out, name, valid);
    g_free(valid);
}

static void
append_json_flags(GString *out, const icewarn_entry_t *entry)
{
    icewarn_transport_t transport = icewarn_media_transport(entry->media);
    const icewarn_flag_t *sorted[ICEWARN_FLAG_COUNT];
    unsigned count = icewarn_sort(entry->flags, sorted);

    append_json_name(out, "flags");
    g_string_append_c(out, '[');
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
    g_string_append_printf(out, "], \"unknown\": \"0x%x\"", entry->flags & ICEWARN_UNKNOWN_BITS);
}

static void
append_json_value(GString *out, const icewarn_entry_t *entry)
{
    if (entry->parsed == ICEWARN_PARSED) {
        append_json_name(out, "value");
        g_string_append_printf(out, "\"0x%x\"", entry->flags);
    } else {
        append_json_span(out, "not_a_value", entry->value, entry->value_length);
        append_json_member(out, "problem", icewarn_parse_problem(entry->parsed));
    }
    if (entry->media)
        append_json_span(out, "media", entry->media, (unsigned)strlen(entry->media));
    if (entry->parsed == ICEWARN_PARSED)
        append_json_flags(out, entry);
}

static void
append_json_header(GString *out, const icewarn_entry_t *entry)
{
    const msdiag_header_t *header = entry->header;
    char *reason = reason_of(entry);

    if (entry->name)
        append_json_member(out, "header", entry->name);
    if (header->id_state == MSDIAG_ID_OK) {
        const msdiag_id_t *row = msdiag_id_lookup(header->id);
        const char *area = msdiag_id_area(header->id);

        append_json_name(out, "id");
        g_string_append_printf(out, "%u", header->id);
        append_json_span(out, "sub_id", entry->text + header->sub_id.offset, header->sub_id.length);
        if (row)
            append_json_member(out, "explanation", row->explanation);
        if (area)
            append_json_member(out, "area", area);
    }
    if (reason)
        append_json_member(out, "reason", reason);
    g_free(reason);
}

static void
append_json(GString *out, const icewarn_entry_t *entry)
{
    g_string_append_c(out, '{');
    if (entry->line) {
        append_json_name(out, "line");
        g_string_append_printf(out, "%" G_GUINT64_FORMAT, entry->line);
    }
    if (entry->header)
        append_json_header(out, entry);
    if (entry->value)
        append_json_value(out, entry);
    g_string_append_c(out, '}');
}

/* "line 7: ms-client-diagnostics 24: No media path was found …", and the reason that the header gives. */
static void
append_text_header(GString *out, const icewarn_entry_t *entry)
{
    const msdiag_header_t *header = entry->header;
    char *reason = reason_of(entry);

    if (entry->name)
        g_string_append_printf(out, "%s ", entry->name);
    if (header->id_state == MSDIAG_ID_OK) {
        const msdiag_id_t *row = msdiag_id_lookup(header->id);
        const char *area = msdiag_id_area(header->id);

        g_string_append_printf(out, "%u%s%.*s: %s", header->id, header->sub_id.length ? "." : "",
                               (int)header->sub_id.length, entry->text + header->sub_id.offset,
                               row ? row->explanation : "an id without a known meaning");
        if (area)
            g_string_append_printf(out, " (%s)", area);
    } else {
        g_string_append(out, "without an id");
    }
    if (reason)
        g_string_append_printf(out, "\n  reason: %s", reason);
    g_string_append_c(out, '\n');
    g_free(reason);
}

static void
append_text_flags(GString *out, const icewarn_entry_t *entry)
{
    icewarn_transport_t transport = icewarn_media_transport(entry->media);
    const icewarn_flag_t *sorted[ICEWARN_FLAG_COUNT];
    unsigned count = icewarn_sort(entry->flags, sorted);

    icewarn_append_summary(out, entry->flags, transport);
    g_string_append_c(out, '\n');
    for (unsigned i = 0; i < count; i++)
        g_string_append_printf(out, "  0x%-8x %-13s  %s%s\n      %s\n      %s\n", sorted[i]->bit,
                               weight_words[sorted[i]->weight], icewarn_flag_title(sorted[i], transport),
                               sorted[i]->inferred ? " (inferred)" : "", sorted[i]->happened, sorted[i]->check);
    if (entry->flags & ICEWARN_UNKNOWN_BITS)
        g_string_append_printf(out, "  0x%-8x unknown        bits without a known meaning\n",
                               entry->flags & ICEWARN_UNKNOWN_BITS);
}

static void
append_text_value(GString *out, const icewarn_entry_t *entry)
{
    char *value = readable(entry->value, entry->value_length);

    if (entry->parsed == ICEWARN_PARSED)
        g_string_append_printf(out, "ICEWarn=0x%x", entry->flags);
    else
        g_string_append_printf(out, "ICEWarn='%s'", value);
    if (entry->media) {
        char *media = readable(entry->media, (unsigned)strlen(entry->media));

        g_string_append_printf(out, " (%s)", media);
        g_free(media);
    }
    g_string_append(out, ": ");
    if (entry->parsed == ICEWARN_PARSED)
        append_text_flags(out, entry);
    else
        g_string_append_printf(out, "%s\n", icewarn_parse_problem(entry->parsed));
    g_free(value);
}

static void
append_text(GString *out, const icewarn_entry_t *entry)
{
    if (entry->line && !entry->flags_printed)
        g_string_append_printf(out, "line %" G_GUINT64_FORMAT ": ", entry->line);
    if (entry->header && !entry->flags_printed)
        append_text_header(out, entry);
    if (entry->value)
        append_text_value(out, entry);
}

icewarn_printer_t *
icewarn_printer_new(bool json)
{
    icewarn_printer_t *printer = g_new0(icewarn_printer_t, 1);

    printer->json = json;
    if (json)
        putchar('[');
    return printer;
}

void
icewarn_print(icewarn_printer_t *printer, const icewarn_entry_t *entry)
{
    GString *out = g_string_new(NULL);

    if (printer->count++)
        g_string_append(out, printer->json ? ",\n " : entry->flags_printed ? "" : "\n");
    if (printer->json)
        append_json(out, entry);
    else
        append_text(out, entry);
    fputs(out->str, stdout);
    g_string_free(out, TRUE);
}

void
icewarn_printer_end(icewarn_printer_t *printer)
{
    if (printer->json)
        puts("]");
    g_free(printer);
}
