/* uclog-findings.c
 * Joins the findings of a server log with the messages they name
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "logs/uclog-findings.h"

/* How far a finding and its message may be apart: in records, bytes and log time. */
#define WINDOW_RECORDS 256U
#define WINDOW_BYTES   (4U * 1024U * 1024U)
#define WINDOW_MS      10000

struct uclog_window_t {
    bool keep_findings;
    void (*put)(void *context, uclog_record_t *record);
    void *context;
    unsigned first, count;
    unsigned findings; /* records in the window that wait for their message */
    size_t bytes;
    uclog_record_t *records[WINDOW_RECORDS];
};

uclog_window_t *
uclog_window_new(bool keep_findings, void (*put)(void *context, uclog_record_t *record), void *context)
{
    uclog_window_t *window = g_new0(uclog_window_t, 1);

    window->keep_findings = keep_findings;
    window->put = put;
    window->context = context;
    return window;
}

static uclog_record_t **
at(uclog_window_t *window, unsigned index)
{
    return &window->records[(window->first + index) % WINDOW_RECORDS];
}

static void
put_first(uclog_window_t *window)
{
    uclog_record_t *record = *at(window, 0);

    window->first = (window->first + 1) % WINDOW_RECORDS;
    window->count--;
    if (!record)
        return; /* a finding that went to its message */
    window->bytes -= record->data.length;
    if (record->kind == UCLOG_FINDING)
        window->findings--;
    window->put(window->context, record);
}

void
uclog_window_flush(uclog_window_t *window)
{
    while (window->count)
        put_first(window);
}

void
uclog_window_free(uclog_window_t *window)
{
    if (!window)
        return;
    for (unsigned i = 0; i < window->count; i++)
        uclog_record_free(*at(window, i));
    g_free(window);
}

static bool
same(const uclog_record_t *message, const uclog_slice_t *slice, const char *name)
{
    return strlen(name) == slice->length && memcmp(message->data.data + slice->offset, name, slice->length) == 0;
}

static bool
same_endpoint(const uclog_record_t *a, const uclog_record_t *b)
{
    return a->remote.family == b->remote.family && a->remote.port == b->remote.port &&
           memcmp(a->remote.address, b->remote.address, sizeof a->remote.address) == 0 &&
           strcmp(a->peer, b->peer) == 0;
}

/* How well the finding names the message: 0 = it names another one; else the more the better. */
static unsigned
match(const uclog_record_t *finding, const uclog_record_t *message)
{
    const char *start_line = finding->names.data;
    const char *call_id = start_line + strlen(start_line) + 1;
    const char *cseq = call_id + strlen(call_id) + 1;
    unsigned points = 1;

    if (!*call_id || !same(message, &message->call_id, call_id) || (*cseq && !same(message, &message->cseq, cseq)) ||
        finding->source != message->source || strcmp(finding->machine, message->machine) != 0)
        return 0;
    if (*start_line) {
        if (same(message, &message->start_line, start_line))
            points += 4;
        else if (g_str_has_prefix(start_line, "SIP/2.0 ") ||
                 (message->start_line.length > 8 &&
                  memcmp(message->data.data + message->start_line.offset, "SIP/2.0 ", 8) == 0))
            return 0; /* a request is not meant by a response's line */
    }
    if (same_endpoint(finding, message))
        points += 2;
    if (message->direction == UCLOG_RECEIVED)
        points++; /* of a message that is passed on, the one that came in was judged */
    return points;
}

/* Says the finding on the message. */
static void
attach(const uclog_record_t *finding, uclog_record_t *message)
{
    for (size_t i = 0; i < finding->comments.length; i += strlen(finding->comments.data + i) + 1)
        uclog_record_comment_text(message, finding->comments.data + i, strlen(finding->comments.data + i));
    message->judged = true;
}

/* The best match among the records of the window; the youngest of equals. */
static uclog_record_t *
find_message(uclog_window_t *window, const uclog_record_t *finding)
{
    uclog_record_t *best = NULL;
    unsigned best_points = 0;

    for (unsigned i = window->count; i > 0; i--) {
        uclog_record_t *record = *at(window, i - 1);

        if (record && record->kind == UCLOG_MESSAGE) {
            unsigned points = match(finding, record);

            if (points > best_points) {
                best_points = points;
                best = record;
            }
        }
    }
    return best;
}

/* Findings that came before the message they name. */
static void
attach_waiting(uclog_window_t *window, uclog_record_t *message)
{
    for (unsigned i = 0; window->findings && i < window->count; i++) {
        uclog_record_t *record = *at(window, i);

        if (!record || record->kind != UCLOG_FINDING || !match(record, message))
            continue;
        attach(record, message);
        window->findings--;
        if (window->keep_findings) {
            record->kind = UCLOG_TRACE; /* it stays as a log line, and is not attached twice */
        } else {
            window->bytes -= record->data.length;
            uclog_record_free(record);
            *at(window, i) = NULL;
        }
    }
}

void
uclog_window_add(uclog_window_t *window, uclog_record_t *record)
{
    if (record->kind == UCLOG_MESSAGE) {
        attach_waiting(window, record);
    } else if (record->kind == UCLOG_FINDING) {
        uclog_record_t *message = find_message(window, record);

        if (message) {
            attach(record, message);
            if (!window->keep_findings) {
                uclog_record_free(record);
                return;
            }
            record->kind = UCLOG_TRACE;
        }
    }
    while (window->count && (window->count == WINDOW_RECORDS || window->bytes > WINDOW_BYTES || !*at(window, 0) ||
                             (*at(window, 0))->time_ms + WINDOW_MS < record->time_ms))
        put_first(window);
    window->count++;
    *at(window, window->count - 1) = record;
    window->bytes += record->data.length;
    if (record->kind == UCLOG_FINDING)
        window->findings++;
}
