/* report-summary.c
 * What the calls have in common: charts, and a table with a link to each.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "batch/report-summary.h"

#include <stdbool.h>
#include <string.h>

#include "batch/report-html.h"

/* How many bars a chart has at most: the longest, or the latest days. */
#define MAX_BARS 20

/* Something that is counted by name. */
typedef struct {
    const char *name;
    unsigned count, part; /* part: of these, what the chart is about */
} tally_t;

static tally_t *
tally_of(GHashTable *tallies, const char *name)
{
    tally_t *tally = (tally_t *)g_hash_table_lookup(tallies, name);

    if (!tally) {
        char *kept = g_strdup(name);

        tally = g_new0(tally_t, 1);
        tally->name = kept;
        g_hash_table_insert(tallies, kept, tally);
    }
    return tally;
}

static void
count(GHashTable *tallies, const char *name, bool part)
{
    tally_t *tally = name ? tally_of(tallies, name) : NULL;

    if (tally) {
        tally->count++;
        tally->part += part;
    }
}

/* --- what is counted ---------------------------------------------------------------------------------------------
 */

static void
count_outcome(GHashTable *tallies, JsonObject *call)
{
    count(tallies, member_text(call, "outcome"), true);
}

static void
count_cause(GHashTable *tallies, JsonObject *call)
{
    count(tallies, member_text(member_object(call, "verdict"), "rule"), true);
}

static void
count_day(GHashTable *tallies, JsonObject *call)
{
    const char *start = member_text(call, "start"), *outcome = member_text(call, "outcome");
    char *day = start ? g_strndup(start, 10) : NULL;

    count(tallies, day, g_strcmp0(outcome, "connected") != 0 && g_strcmp0(outcome, "no media") != 0);
    g_free(day);
}

static void
count_relays(GHashTable *tallies, JsonObject *call)
{
    JsonArray *attempts = member_array(call, "attempts");

    for (unsigned i = 0; i < array_count(attempts); i++) {
        JsonObject *attempt = array_object(attempts, i);
        const char *outcome = member_text(attempt, "outcome");

        if (g_strcmp0(member_text(attempt, "kind"), "allocation") == 0)
            count(tallies, member_text(member_object(attempt, "remote"), "address"),
                  g_strcmp0(outcome, "answered") != 0 && g_strcmp0(outcome, "alternate server") != 0);
    }
}

typedef struct {
    const char *title;
    void (*count)(GHashTable *tallies, JsonObject *call);
    bool by_name; /* sorted so, the latest last; else the most first */
    bool parts;   /* the bar is the part of the count */
    const char *style, *note;
} chart_t;

static const chart_t charts[] = {
    { "How the calls went", count_outcome, false, false, "bar", NULL },
    { "Most likely causes, by rule", count_cause, false, false, "bar bad", NULL },
    { "Calls by day that did not go well", count_day, true, true, "bar bad", "of" },
    { "Relays: allocations that failed", count_relays, false, true, "bar bad", "of" },
};

/* --- charts ------------------------------------------------------------------------------------------------------
 */

static int
by_count(const void *one, const void *other, void *data)
{
    const tally_t *a = *(const tally_t *const *)one, *b = *(const tally_t *const *)other;
    bool by_name = ((const chart_t *)data)->by_name;

    if (by_name || a->part == b->part)
        return strcmp(a->name, b->name);
    return a->part < b->part ? 1 : -1;
}

static GPtrArray *
sorted(GHashTable *tallies, const chart_t *chart)
{
    GPtrArray *list = g_ptr_array_new();
    GHashTableIter iter;
    void *value;

    g_hash_table_iter_init(&iter, tallies);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        g_ptr_array_add(list, value);
    g_ptr_array_sort_with_data(list, by_count, (void *)(uintptr_t)chart);
    if (list->len > MAX_BARS && chart->by_name)
        g_ptr_array_remove_range(list, 0, list->len - MAX_BARS);
    else if (list->len > MAX_BARS)
        g_ptr_array_set_size(list, MAX_BARS);
    return list;
}

static void
draw_chart(GString *page, const chart_t *chart, const GPtrArray *list, unsigned names)
{
    bar_t bars[MAX_BARS];
    char *notes[MAX_BARS], *title;
    unsigned most = 0;

    for (unsigned i = 0; i < list->len; i++)
        most = MAX(most, ((const tally_t *)list->pdata[i])->count);
    for (unsigned i = 0; i < list->len; i++) {
        const tally_t *tally = (const tally_t *)list->pdata[i];

        notes[i] = chart->parts ? g_strdup_printf("%u %s %u", tally->part, chart->note, tally->count)
                                : g_strdup_printf("%u", tally->count);
        bars[i] = (bar_t){ tally->name, tally->part, chart->parts ? tally->count : most, notes[i], chart->style };
    }
    title =
        names > list->len ? g_strdup_printf("%s (%u of %u)", chart->title, list->len, names) : g_strdup(chart->title);
    html_bars(page, title, bars, list->len);
    g_free(title);
    for (unsigned i = 0; i < list->len; i++)
        g_free(notes[i]);
}

static void
add_chart(GString *page, const chart_t *chart, const GPtrArray *calls)
{
    GHashTable *tallies = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    GPtrArray *list;

    for (unsigned i = 0; i < calls->len; i++)
        chart->count(tallies, (JsonObject *)calls->pdata[i]);
    list = sorted(tallies, chart);
    draw_chart(page, chart, list, g_hash_table_size(tallies));
    g_ptr_array_free(list, TRUE);
    g_hash_table_destroy(tallies);
}

/* --- the table of calls ------------------------------------------------------------------------------------------
 */

/* A time of RFC 3339 up to its seconds. */
static void
add_time(GString *page, const char *time)
{
    char *text = g_strndup(time, strlen("2014-01-01T12:00:00"));

    html_text(page, g_strdelimit(text, "T", ' '));
    g_free(text);
}

static void
add_row(GString *page, JsonObject *call, unsigned number)
{
    static const char *const members[] = { "from", "to", "outcome" };
    const char *start = member_text(call, "start");

    g_string_append_printf(page, "<tr><td><a href=\"#call-%u\">Call %u</a></td><td class=\"when\">", number, number);
    add_time(page, start ? start : "-");
    g_string_append(page, "</td>");
    for (unsigned i = 0; i < G_N_ELEMENTS(members); i++) {
        g_string_append(page, "<td>");
        html_text(page, member_text(call, members[i]) ? member_text(call, members[i]) : "-");
        g_string_append(page, "</td>");
    }
    g_string_append(page, "<td>");
    html_text(page, member_text(member_object(call, "verdict"), "cause"));
    g_string_append(page, "</td></tr>\n");
}

void
report_summary(GString *page, const GPtrArray *calls)
{
    g_string_append_printf(
        page, "<header id=\"top\"><h1>Media calls</h1>\n<p>%u calls</p></header>\n<div class=\"charts\">\n",
        calls->len);
    for (unsigned i = 0; i < G_N_ELEMENTS(charts); i++)
        add_chart(page, &charts[i], calls);
    g_string_append(page,
                    "</div>\n<h2>All calls</h2>\n"
                    "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"All calls\"><table><thead><tr>"
                    "<th scope=\"col\">Call</th><th scope=\"col\">Start (UTC)</th><th scope=\"col\">From</th>"
                    "<th scope=\"col\">To</th><th scope=\"col\">Outcome</th><th scope=\"col\">Most likely cause</th>"
                    "</tr></thead><tbody>\n");
    for (unsigned i = 0; i < calls->len; i++)
        add_row(page, (JsonObject *)calls->pdata[i], i + 1);
    g_string_append(page, "</tbody></table></div>\n");
}
