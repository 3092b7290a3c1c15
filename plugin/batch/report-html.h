/* report-html.h
 * Pieces of a page: text of a capture is never markup.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_REPORT_HTML_H
#define MSICE_REPORT_HTML_H

#include <json-glib/json-glib.h>
#include <stdint.h>

/* Appends a text with all that HTML could take for markup replaced, and what no page can show. */
void html_text(GString *page, const char *text);

/* Members of an object, which may be NULL; NULL, or 0, where there is none of the kind. */
const char *member_text(JsonObject *object, const char *name);
int64_t member_whole(JsonObject *object, const char *name);
JsonObject *member_object(JsonObject *object, const char *name);
JsonArray *member_array(JsonObject *object, const char *name);

/* A number as it is written; to be freed, NULL where there is none. */
char *member_number(JsonObject *object, const char *name);

/* How many elements; 0 for NULL. The element of an array of objects. */
unsigned array_count(JsonArray *array);
JsonObject *array_object(JsonArray *array, unsigned index);

/* "10.0.0.1:5060"; to be freed, NULL for NULL. */
char *end_text(JsonObject *end);

/* A bar of a chart. */
typedef struct {
    const char *label;
    double value, most; /* the bar fills value / most of the width */
    const char *note;   /* behind the label */
    const char *style;  /* class of the bar */
} bar_t;

/* A chart of horizontal bars as inline SVG; its texts keep their size at every width. */
void html_bars(GString *page, const char *title, const bar_t *bars, unsigned count);

#endif
