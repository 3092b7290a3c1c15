/* report-ladder.c
 * What was tried in a call, as arrows between addresses.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "batch/report-ladder.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "batch/report-html.h"

/* What a page can hold. */
#define MAX_COLUMNS 10
#define MAX_ROWS    80

#define COLUMN_WIDTH 230
#define ROW_HEIGHT   34
#define TOP          34

/* A row: an attempt, or something of the signalling where attempt is NULL. */
typedef struct {
    int64_t frame;
    JsonObject *attempt;
    char *note;
} row_t;

typedef struct {
    GPtrArray *columns; /* addresses; those of the attempts' texts */
    GArray *rows;
    unsigned left_out;
} ladder_t;

/* The column of an end, -1 = there is no room or no end. */
static int
column_of(ladder_t *ladder, JsonObject *end)
{
    const char *address = member_text(end, "address");

    if (!address)
        return -1;
    for (unsigned i = 0; i < ladder->columns->len; i++)
        if (strcmp((const char *)ladder->columns->pdata[i], address) == 0)
            return (int)i;
    if (ladder->columns->len == MAX_COLUMNS)
        return -1;
    g_ptr_array_add(ladder->columns, (void *)(uintptr_t)address);
    return (int)ladder->columns->len - 1;
}

static void
add_note(ladder_t *ladder, int64_t frame, char *note)
{
    row_t row = { frame, NULL, note };

    if (frame > 0)
        g_array_append_val(ladder->rows, row);
    else
        g_free(note);
}

static void
add_signalling(ladder_t *ladder, JsonObject *call)
{
    JsonObject *signalling = member_object(call, "signalling"), *header = member_object(call, "header");

    add_note(ladder, member_whole(signalling, "invite_frame"), g_strdup("INVITE"));
    add_note(ladder, member_whole(signalling, "status_frame"),
             g_strdup_printf("answer %" G_GINT64_FORMAT, member_whole(signalling, "status")));
    add_note(ladder, member_whole(signalling, "end_frame"), g_strdup("end of the call"));
    add_note(ladder, member_whole(header, "frame"), g_strdup("diagnostics header"));
}

static void
add_attempts(ladder_t *ladder, JsonArray *attempts)
{
    for (unsigned i = 0; i < array_count(attempts); i++) {
        JsonObject *attempt = array_object(attempts, i);
        int from = column_of(ladder, member_object(attempt, "local"));
        int to = column_of(ladder, member_object(attempt, "remote"));
        row_t row = { member_whole(attempt, "frame"), attempt, NULL };

        if (from >= 0 && to >= 0 && from != to && ladder->rows->len < MAX_ROWS)
            g_array_append_val(ladder->rows, row);
        else
            ladder->left_out++;
    }
}

static int
by_frame(const void *one, const void *other)
{
    int64_t a = ((const row_t *)one)->frame, b = ((const row_t *)other)->frame;

    return (a > b) - (a < b);
}

static unsigned
middle_of(int column)
{
    return (unsigned)column * COLUMN_WIDTH + COLUMN_WIDTH / 2;
}

static void
draw_columns(GString *page, const ladder_t *ladder, unsigned height)
{
    for (unsigned i = 0; i < ladder->columns->len; i++) {
        unsigned x = middle_of((int)i);

        g_string_append_printf(page, "<text class=\"head\" x=\"%u\" y=\"16\">", x);
        html_text(page, (const char *)ladder->columns->pdata[i]);
        g_string_append_printf(page, "</text><line class=\"life\" x1=\"%u\" y1=\"24\" x2=\"%u\" y2=\"%u\"/>", x, x,
                               height);
    }
}

static void
draw_arrow(GString *page, ladder_t *ladder, JsonObject *attempt, unsigned y)
{
    int from = column_of(ladder, member_object(attempt, "local"));
    int to = column_of(ladder, member_object(attempt, "remote"));
    bool right = to > from, good = g_strcmp0(member_text(attempt, "outcome"), "answered") == 0;
    unsigned start = middle_of(from), end = middle_of(to), tip = right ? end - 9 : end + 9;

    g_string_append_printf(page, "<g class=\"%s\"><text x=\"%u\" y=\"%u\">%" G_GINT64_FORMAT " ",
                           good ? "good" : "bad", (start + end) / 2, y - 5, member_whole(attempt, "frame"));
    html_text(page, member_text(attempt, "transport"));
    g_string_append_c(page, ' ');
    html_text(page, member_text(attempt, "kind"));
    g_string_append(page, ": ");
    html_text(page, member_text(attempt, "outcome"));
    g_string_append_printf(
        page, "</text><line x1=\"%u\" y1=\"%u\" x2=\"%u\" y2=\"%u\"/><path d=\"M%u %uL%u %uL%u %uz\"/></g>", start, y,
        end, y, end, y, tip, y - 4, tip, y + 4);
}

static void
draw_note(GString *page, const row_t *row, unsigned y)
{
    g_string_append_printf(page, "<text class=\"note\" x=\"8\" y=\"%u\">%" G_GINT64_FORMAT " ", y, row->frame);
    html_text(page, row->note);
    g_string_append(page, "</text>");
}

static void
draw(GString *page, ladder_t *ladder)
{
    unsigned width = ladder->columns->len * COLUMN_WIDTH, height = TOP + ladder->rows->len * ROW_HEIGHT + 10;

    g_string_append_printf(page,
                           "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Ladder\">"
                           "<svg class=\"ladder\" width=\"%u\" height=\"%u\" viewBox=\"0 0 %u %u\" role=\"img\" "
                           "aria-label=\"What was tried, in the order of frames\">",
                           width, height, width, height);
    draw_columns(page, ladder, height);
    for (unsigned i = 0; i < ladder->rows->len; i++) {
        const row_t *row = &g_array_index(ladder->rows, row_t, i);
        unsigned y = TOP + i * ROW_HEIGHT + 22;

        if (row->attempt)
            draw_arrow(page, ladder, row->attempt, y);
        else
            draw_note(page, row, y);
    }
    g_string_append(page, "</svg></div>\n");
}

void
report_ladder(GString *page, JsonObject *call)
{
    ladder_t ladder = { g_ptr_array_new(), g_array_new(FALSE, FALSE, sizeof(row_t)), 0 };

    add_attempts(&ladder, member_array(call, "attempts"));
    if (ladder.columns->len) {
        add_signalling(&ladder, call);
        g_array_sort(ladder.rows, by_frame);
        g_string_append(page, "<h3>Ladder</h3>\n");
        draw(page, &ladder);
    }
    if (ladder.left_out)
        g_string_append_printf(page, "<p class=\"dim\">%u attempts are not drawn; the table below has them.</p>\n",
                               ladder.left_out);
    for (unsigned i = 0; i < ladder.rows->len; i++)
        g_free(g_array_index(ladder.rows, row_t, i).note);
    g_array_free(ladder.rows, TRUE);
    g_ptr_array_free(ladder.columns, TRUE);
}
