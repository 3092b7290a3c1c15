/* fuzz_uclog.c
 * Feeds the log parser with anything: all of its stages, from the lines to the packets, and the reading
 * from the middle of a file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fuzz_target.h"

#include "logs/uclog-findings.h"
#include "logs/uclog-pdu.h"
#include "logs/uclog-reader.h"

typedef struct {
    const uint8_t *data;
    size_t size, at;
    size_t piece; /* what one read returns at most */
} input_t;

static int64_t
read_input(void *context, void *buffer, size_t size)
{
    input_t *from = context;
    size_t count = MIN(MIN(size, from->piece), from->size - from->at);

    memcpy(buffer, from->data + from->at, count);
    from->at += count;
    return (int64_t)count;
}

/* What every record must keep to. */
static void
check(const uclog_record_t *record, size_t size)
{
    uclog_bytes_t packet = { 0 };

    g_assert(record->time_ms >= 0);
    g_assert(record->data.length <= UCLOG_MAX_DATA);
    g_assert(record->comments.length <= UCLOG_MAX_COMMENTS);
    g_assert(record->offset >= 0 && (size_t)record->offset < size);
    g_assert(record->call_id.offset + record->call_id.length <= record->data.length);
    g_assert(record->cseq.offset + record->cseq.length <= record->data.length);
    g_assert(record->start_line.offset + record->start_line.length <= record->data.length);
    for (size_t i = 0; i < record->comments.length; i += strlen(record->comments.data + i) + 1)
        g_assert(g_utf8_validate(record->comments.data + i, -1, NULL));
    uclog_pdu_append(&packet, record);
    g_assert(packet.length < 256U * 1024U);
    uclog_bytes_free(&packet);
}

typedef struct {
    GArray *messages; /* place and length of those that left the window */
    size_t size;
} outcome_t;

typedef struct {
    int64_t place;
    size_t length;
    unsigned hash; /* of the text */
    const uclog_format_t *format;
} seen_t;

static unsigned
hash_of(const uclog_record_t *record)
{
    GBytes *text = g_bytes_new_static(record->data.data, record->data.length);
    unsigned hash = g_bytes_hash(text);

    g_bytes_unref(text);
    return hash;
}

static void
put(void *context, uclog_record_t *record)
{
    outcome_t *out = context;
    seen_t one = { uclog_record_place(record), record->data.length, hash_of(record), NULL };

    check(record, out->size);
    if (record->kind == UCLOG_MESSAGE)
        g_array_append_val(out->messages, one);
    uclog_record_free(record);
}

/* Reads one record again from its own place: it must come out the same. */
static void
reread(const uint8_t *data, size_t size, const seen_t *one, const uclog_sink_t *sink, bool utf16, bool big_endian)
{
    int64_t offset = one->place / UCLOG_FARTHEST;
    input_t from = { data, size, (size_t)offset, 512 };
    uclog_reader_t reader;
    uclog_record_t *record;

    uclog_reader_init(&reader, read_input, &from, offset, sink);
    uclog_lines_set_utf16(reader.lines, utf16, big_endian);
    uclog_reader_use(&reader, one->format);
    record = uclog_reader_again(&reader, one->place);
    g_assert(record && record->data.length == one->length && hash_of(record) == one->hash);
    uclog_record_free(record);
    uclog_reader_clear(&reader);
}

static void
run(const uint8_t *data, size_t size, size_t piece, bool trace)
{
    static uclog_clock_t utc;
    outcome_t out = { g_array_new(FALSE, FALSE, sizeof(seen_t)), size };
    uclog_window_t *window = uclog_window_new(trace, put, &out);
    input_t from = { data, size, 0, piece };
    uclog_sink_t sink = { 0 };
    uclog_reader_t reader;
    uclog_record_t *record;

    if (!utc.zone)
        uclog_clock_init(&utc, "UTC");
    sink.clock = &utc;
    sink.trace = trace;
    uclog_clock_date(&utc, 1400000000, &sink.written);
    uclog_reader_init(&reader, read_input, &from, 0, &sink);
    if (uclog_reader_detect(&reader, true) == UCLOG_LOG) {
        bool big_endian, utf16 = uclog_lines_is_utf16(reader.lines, &big_endian);

        while ((record = uclog_reader_next(&reader, true)) != NULL)
            uclog_window_add(window, record);
        uclog_window_flush(window);
        sink.trace = false;
        for (unsigned i = 0; i < out.messages->len && i < 3 && !trace; i++) {
            seen_t *one = &g_array_index(out.messages, seen_t, i);

            one->format = reader.format;
            reread(data, size, one, &sink, utf16, big_endian);
        }
    }
    uclog_window_free(window);
    uclog_reader_clear(&reader);
    g_array_free(out.messages, TRUE);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t choice = size ? data[size - 1] : 0;

    run(data, size, choice & 1 ? 7 : 65536, (choice & 2) != 0);
    return 0;
}

const char *const fuzz_words[] = { "$$end_record",
                                   "$$begin_record",
                                   "\r\n",
                                   "\n\n",
                                   "TL_INFO(TF_DIAG) [0]",
                                   "End of",
                                   "Content-Length: 99999999999",
                                   "\xC2\xA0",
                                   "v=0",
                                   "--",
                                   "SIP/2.0 200 ",
                                   "Message-Body:",
                                   "\xFF\xFE",
                                   "SIP-Call-ID:",
                                   "Text:",
                                   NULL };

void
fuzz_end(void)
{
    uclog_record_free_store();
}
