/* report-call.c
 * The page of a call.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "batch/report-call.h"

#include <string.h>

#include "batch/report-html.h"
#include "batch/report-ladder.h"

/* How many rows a table of attempts or candidates has at most. */
#define MAX_ROWS 400

/* --- what the call is --------------------------------------------------------------------------------------------
 */

static void
add_fact(GString *page, const char *name, const char *text, const char *unit)
{
    if (!text || !*text)
        return;
    g_string_append_printf(page, "<div><dt>%s</dt><dd>", name);
    html_text(page, text);
    g_string_append(page, unit);
    g_string_append(page, "</dd></div>\n");
}

/* A text that is made for this and freed. */
static void
add_made(GString *page, const char *name, char *text, const char *unit)
{
    add_fact(page, name, text, unit);
    g_free(text);
}

static const struct {
    const char *title, *object, *member;
} text_facts[] = {
    { "From", NULL, "from" },           { "To", NULL, "to" },
    { "Start", NULL, "start" },         { "End", NULL, "end" },
    { "File", NULL, "file" },           { "Call-ID", NULL, "call_id" },
    { "Locations", NULL, "locations" }, { "Why it cannot be told", NULL, "reason" },
    { "Path", "path", "name" },         { "Transport", "path", "transport" },
    { "SBC", "sbc", "host" },
};

static const struct {
    const char *title, *object, *member, *unit;
} number_facts[] = {
    { "Call in the file", NULL, "call", "" },  { "Look first at frame", NULL, "frame", "" },
    { "Setup", NULL, "setup_ms", " ms" },      { "Duration", NULL, "duration_s", " s" },
    { "Round trip", "path", "rtt_ms", " ms" },
};

static void
add_facts(GString *page, JsonObject *call)
{
    JsonObject *path = member_object(call, "path");

    g_string_append(page, "<dl>\n");
    for (unsigned i = 0; i < G_N_ELEMENTS(text_facts); i++)
        add_fact(page, text_facts[i].title,
                 member_text(text_facts[i].object ? member_object(call, text_facts[i].object) : call,
                             text_facts[i].member),
                 "");
    for (unsigned i = 0; i < G_N_ELEMENTS(number_facts); i++)
        add_made(page, number_facts[i].title,
                 member_number(number_facts[i].object ? member_object(call, number_facts[i].object) : call,
                               number_facts[i].member),
                 number_facts[i].unit);
    add_made(page, "Local end", end_text(member_object(path, "local")), "");
    add_made(page, "Remote end", end_text(member_object(path, "remote")), "");
    add_made(page, "Relay", end_text(member_object(call, "relay")), "");
    g_string_append(page, "</dl>\n");
}

/* --- tables ------------------------------------------------------------------------------------------------------
 */

static void
begin_table(GString *page, const char *title, const char *const *heads)
{
    g_string_append_printf(
        page, "<h3>%s</h3>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table><thead><tr>",
        title, title);
    for (; *heads; heads++)
        g_string_append_printf(page, "<th scope=\"col\">%s</th>", *heads);
    g_string_append(page, "</tr></thead><tbody>\n");
}

static void
end_table(GString *page, unsigned left_out)
{
    g_string_append(page, "</tbody></table></div>\n");
    if (left_out)
        g_string_append_printf(page, "<p class=\"dim\">%u more rows are not shown.</p>\n", left_out);
}

static void
add_cell(GString *page, const char *text)
{
    g_string_append(page, "<td>");
    html_text(page, text ? text : "-");
    g_string_append(page, "</td>");
}

static void
add_made_cell(GString *page, char *text)
{
    add_cell(page, text);
    g_free(text);
}

static void
add_direction(GString *page, JsonObject *media, const char *name)
{
    static const char *const members[] = { "packets", "lost", "loss_percent", "jitter_ms", "gap_s" };
    JsonObject *direction = member_object(media, name);

    if (!direction)
        return;
    g_string_append(page, "<tr>");
    add_cell(page, name);
    for (unsigned i = 0; i < G_N_ELEMENTS(members); i++)
        add_made_cell(page, member_number(direction, members[i]));
    g_string_append(page, "</tr>\n");
}

static void
add_media(GString *page, JsonObject *call)
{
    static const char *const heads[] = { "Direction",   "Packets",         "Lost", "Loss (%)",
                                         "Jitter (ms)", "Longest gap (s)", NULL };
    JsonObject *media = member_object(call, "media");

    if (!member_object(media, "sent") && !member_object(media, "received"))
        return;
    begin_table(page, "Media", heads);
    add_direction(page, media, "sent");
    add_direction(page, media, "received");
    end_table(page, 0);
}

static void
add_candidates(GString *page, JsonObject *call)
{
    static const char *const heads[] = { "Side", "Candidate", "Type", "Transport", "Medium", "Known from", NULL };
    JsonArray *candidates = member_array(call, "candidates");
    unsigned count = array_count(candidates);

    if (count == 0)
        return;
    begin_table(page, "Candidates", heads);
    for (unsigned i = 0; i < MIN(count, MAX_ROWS); i++) {
        JsonObject *candidate = array_object(candidates, i), *at = member_object(candidate, "at");

        g_string_append(page, "<tr>");
        add_cell(page, member_text(candidate, "side"));
        add_made_cell(page, end_text(at));
        add_cell(page, member_text(at, "type"));
        add_cell(page, member_text(candidate, "transport"));
        add_cell(page, member_text(candidate, "medium"));
        add_cell(page, member_text(candidate, "kind"));
        g_string_append(page, "</tr>\n");
    }
    end_table(page, count - MIN(count, MAX_ROWS));
}

static void
add_attempts(GString *page, JsonObject *call)
{
    static const char *const heads[] = { "Frame", "From", "What was tried", NULL };
    JsonArray *attempts = member_array(call, "attempts");
    unsigned count = array_count(attempts);

    if (count == 0)
        return;
    begin_table(page, "Attempts", heads);
    for (unsigned i = 0; i < MIN(count, MAX_ROWS); i++) {
        JsonObject *attempt = array_object(attempts, i);

        g_string_append(page, "<tr>");
        add_made_cell(page, member_number(attempt, "frame"));
        add_made_cell(page, end_text(member_object(attempt, "local")));
        add_cell(page, member_text(attempt, "text"));
        g_string_append(page, "</tr>\n");
    }
    end_table(page, count - MIN(count, MAX_ROWS));
}

/* --- why ---------------------------------------------------------------------------------------------------------
 */

static void
add_evidence(GString *page, const char *title, JsonArray *evidence)
{
    if (array_count(evidence) == 0)
        return;
    g_string_append_printf(page, "<p>%s</p><ul>\n", title);
    for (unsigned i = 0; i < array_count(evidence); i++) {
        JsonObject *item = array_object(evidence, i);

        g_string_append_printf(page, "<li>Frame %" G_GINT64_FORMAT ": ", member_whole(item, "frame"));
        html_text(page, member_text(item, "text"));
        g_string_append(page, "</li>\n");
    }
    g_string_append(page, "</ul>\n");
}

static void
add_verdict(GString *page, JsonObject *call)
{
    JsonObject *verdict = member_object(call, "verdict");

    if (!verdict)
        return;
    g_string_append(page, "<div class=\"verdict\"><p class=\"cause\">");
    html_text(page, member_text(verdict, "cause"));
    g_string_append(page, "</p><p>Confidence: ");
    html_text(page, member_text(verdict, "confidence"));
    g_string_append(page, "; rule ");
    html_text(page, member_text(verdict, "rule"));
    g_string_append(page, "</p><p><b>What to do:</b> ");
    html_text(page, member_text(verdict, "advice"));
    g_string_append(page, "</p>");
    add_evidence(page, "Shown by", member_array(verdict, "evidence"));
    g_string_append(page, "</div>\n");
}

static void
add_flag(GString *page, JsonObject *flag)
{
    g_string_append(page, "<li><b>");
    html_text(page, member_text(flag, "title"));
    g_string_append(page, "</b> (");
    html_text(page, member_text(flag, "bit"));
    g_string_append(page, ", ");
    html_text(page, member_text(flag, "weight"));
    g_string_append(page, ")");
    add_evidence(page, "Shown by", member_array(flag, "shown"));
    add_evidence(page, "Contradicted by", member_array(flag, "against"));
    g_string_append(page, "</li>\n");
}

static void
add_flags(GString *page, JsonObject *call)
{
    JsonObject *header = member_object(call, "header");
    JsonArray *flags = member_array(header, "flags");
    char *id = member_number(header, "id");

    if (header) {
        g_string_append_printf(page, "<h3>Diagnostics header</h3>\n<p>Frame %" G_GINT64_FORMAT,
                               member_whole(header, "frame"));
        if (id)
            g_string_append_printf(page, ", id %s", id);
        g_string_append(page, ", ICEWarn ");
        html_text(page, member_text(header, "icewarn") ? member_text(header, "icewarn") : "not told");
        g_string_append(page, "</p>\n<ul>\n");
        for (unsigned i = 0; i < array_count(flags); i++)
            add_flag(page, array_object(flags, i));
        g_string_append(page, "</ul>\n");
    }
    g_free(id);
}

void
report_call(GString *page, JsonObject *call, unsigned number)
{
    g_string_append_printf(page, "<section id=\"call-%u\">\n<h2>Call %u: ", number, number);
    html_text(page, member_text(call, "outcome"));
    g_string_append(page, "</h2>\n");
    add_verdict(page, call);
    add_facts(page, call);
    add_media(page, call);
    add_flags(page, call);
    report_ladder(page, call);
    add_attempts(page, call);
    add_candidates(page, call);
    g_string_append(page, "<p class=\"up\"><a href=\"#top\">All calls</a></p>\n</section>\n");
}
