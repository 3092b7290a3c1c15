/* rtp-stream.c
 * What the headers of one RTP stream tell: packets, loss and jitter, of RFC 3550.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/rtp-stream.h"

#include <math.h>

/* How far from a held packet the second one may be: those in between are lost, or it is late. */
#define MOST_APART 100

/* --- sequence numbers, RFC 3550 appendix A.1 and A.3 -------------------------------------------------------------
 */

static uint64_t *
word_of(rtp_sequence_t *sequence, uint64_t number)
{
    return &sequence->seen[number % RTP_WINDOW / 64];
}

static double *
time_of(rtp_sequence_t *sequence, uint64_t number)
{
    return &sequence->noted[number % RTP_WINDOW / 64];
}

static bool
is_seen(rtp_sequence_t *sequence, uint64_t number)
{
    return *word_of(sequence, number) >> number % 64 & 1;
}

/* Forgets the numbers that were in the window's place of these: from number on, count of them. */
static void
forget(rtp_sequence_t *sequence, uint64_t number, unsigned count)
{
    while (count > 0) {
        unsigned bit = (unsigned)(number % 64), bits = MIN(count, 64 - bit);
        uint64_t mask = bits == 64 ? UINT64_MAX : ((UINT64_C(1) << bits) - 1) << bit;

        *word_of(sequence, number) &= ~mask;
        if (*word_of(sequence, number) == 0)
            *time_of(sequence, number) = 0;
        number += bits;
        count -= bits;
    }
}

static void
note(rtp_sequence_t *sequence, uint64_t number, double now)
{
    *word_of(sequence, number) |= UINT64_C(1) << number % 64;
    *time_of(sequence, number) = now;
    if (number == sequence->highest)
        sequence->advanced = now;
    /* What was sent before the first one that was captured may be late: it came, but nobody knows what is missing
     * around it. */
    if (number >= sequence->first)
        sequence->received++;
}

static uint64_t
missing(const rtp_sequence_t *sequence)
{
    return sequence->begun ? sequence->highest - sequence->first + 1 - sequence->received : 0;
}

static void
begin_section(rtp_sequence_t *sequence, uint16_t number, double now)
{
    sequence->lost += missing(sequence);
    sequence->begun = true;
    sequence->skips = false;
    sequence->first = sequence->highest = UINT16_MAX + UINT64_C(1) + number; /* room for late ones below it */
    sequence->received = 0;
    memset(sequence->seen, 0, sizeof sequence->seen);
    memset(sequence->noted, 0, sizeof sequence->noted);
    note(sequence, sequence->first, now);
}

/* How far a number is ahead of the highest one of the section. */
static int
ahead(const rtp_sequence_t *sequence, uint16_t number)
{
    return (int16_t)(number - (uint16_t)sequence->highest);
}

/* The number in the section that is so far ahead of the highest, or behind it. */
static uint64_t
extended_number(const rtp_sequence_t *sequence, int distance)
{
    return sequence->highest + (uint64_t)(int64_t)distance;
}

/* No more packets a second than this are sent in a call, but in bursts of so many. */
#define MOST_A_SECOND 5000
#define MOST_AT_ONCE  300

/* What comes so much later, in seconds, than numbers around it did is neither late nor a copy. */
#define LATEST 3

/* Whether so many packets can have been sent since the highest one came: else the sender numbers anew. */
static bool
can_be_missing(const rtp_sequence_t *sequence, int count, double now)
{
    double passed = now - sequence->advanced;

    return count <= MOST_AT_ONCE || passed < 0 || count <= passed * MOST_A_SECOND;
}

static bool
can_be_late(rtp_sequence_t *sequence, int distance, double now)
{
    double noted = *time_of(sequence, extended_number(sequence, distance));

    return noted == 0 || now - noted <= LATEST;
}

/* Whether a number goes on with the section: it is behind the highest, late, or a copy. */
static bool
is_near(rtp_sequence_t *sequence, uint16_t number, double now)
{
    int distance = ahead(sequence, number);

    if (!sequence->begun || distance > RTP_MOST_MISSING || distance < -RTP_MOST_MISSING)
        return false;
    return distance > 0 ? sequence->skips || can_be_missing(sequence, distance, now)
                        : can_be_late(sequence, distance, now);
}

/* Enters a number that is near the highest. Returns false when it is a copy. */
static bool
enter(rtp_sequence_t *sequence, uint16_t number, double now)
{
    int distance = ahead(sequence, number);
    uint64_t extended = extended_number(sequence, distance);

    if (distance > 0) {
        forget(sequence, sequence->highest + 1, (unsigned)distance);
        if (sequence->skips) {
            sequence->lost += missing(sequence);
            sequence->first = extended;
            sequence->received = 0;
        }
        sequence->skips = false;
        sequence->highest = extended;
    } else if (is_seen(sequence, extended)) {
        return false;
    }
    note(sequence, extended, now);
    return true;
}

/* --- jitter ------------------------------------------------------------------------------------------------------
 *
 * It needs the clock of the timestamps. Payload types that RFC 3551 defines have one. The others are given a meaning
 * by SDP, which most captures lack or hold encrypted: there the clock is estimated from how timestamps advance
 * against the time of arrival, over a second or 20 packets, and taken only when it is close to a usual one. What came
 * meanwhile is not in the jitter. The estimate goes on, and one that turns out wrong begins the jitter anew.
 *
 * The packets of a video frame share a timestamp, and are sent one behind the other: only the first of them tells
 * how evenly frames arrive.
 *
 * What is told is the mean of the running value, as in quality reports: the value at the end of a call says nothing
 * about what was heard in it. */

static const char audio[] = "audio", video[] = "video";

/* RFC 3551 section 6. 13 is missing: comfort noise has the clock of the speech around it, RFC 3389 section 4. 33
 * carries both media. */
static const struct {
    uint8_t payload_type;
    uint32_t clock;
    const char *medium;
} static_types[] = {
    { 0, 8000, audio },   { 3, 8000, audio },   { 4, 8000, audio },   { 5, 8000, audio },   { 6, 16000, audio },
    { 7, 8000, audio },   { 8, 8000, audio },   { 9, 8000, audio },   { 10, 44100, audio }, { 11, 44100, audio },
    { 12, 8000, audio },  { 14, 90000, audio }, { 15, 8000, audio },  { 16, 11025, audio }, { 17, 22050, audio },
    { 18, 8000, audio },  { 25, 90000, video }, { 26, 90000, video }, { 28, 90000, video }, { 31, 90000, video },
    { 32, 90000, video }, { 33, 90000, NULL },  { 34, 90000, video },
};

static const uint32_t usual_clocks[] = { 8000, 16000, 24000, 32000, 48000, 90000 };
#define FASTEST_CLOCK 90000

/* Steps longer than this, in seconds, are silence, in which some senders let timestamps stand still. */
#define LONGEST_STEP 0.5

/* A difference of more seconds than this is no delay: the sender has set its timestamps anew. */
#define MOST_DELAY 10

/* What an estimate takes. */
#define ENOUGH_TIME      1.0
#define ENOUGH_STEPS     20
#define SHORTEST_TIME    0.3 /* of so many steps */
#define STEPS_TO_CONFIRM 64
#define MOST_ERROR       0.12

static uint32_t
static_clock(uint8_t payload_type)
{
    for (size_t i = 0; i < array_length(static_types); i++)
        if (static_types[i].payload_type == payload_type)
            return static_types[i].clock;
    return 0;
}

const char *
rtp_stream_medium(const rtp_stream_t *stream)
{
    for (size_t i = 0; stream->jitter.typed && i < array_length(static_types); i++)
        if (static_types[i].payload_type == stream->jitter.payload_type)
            return static_types[i].medium;
    return NULL;
}

/* The usual clock that a measured rate is close to; 0 = none. */
static uint32_t
usual_clock(double rate)
{
    for (size_t i = 0; i < array_length(usual_clocks); i++)
        if (fabs(rate / usual_clocks[i] - 1) < MOST_ERROR)
            return usual_clocks[i];
    return 0;
}

static void
set_clock(rtp_jitter_t *jitter, uint32_t clock)
{
    if (clock == 0 || clock == jitter->clock)
        return;
    jitter->clock = clock;
    jitter->jitter = jitter->sum = 0;
    jitter->samples = 0;
}

/* One more step of timestamps for the estimate. */
static void
estimate(rtp_jitter_t *jitter, double advance, double passed)
{
    bool enough;

    /* Packets that come out of order step back: without these steps the clock would seem faster than it is. */
    if (advance < -LONGEST_STEP * FASTEST_CLOCK || passed < 0 || passed > LONGEST_STEP)
        return;
    jitter->advance += advance;
    jitter->passed += passed;
    jitter->steps++;
    if (jitter->clock == 0)
        enough = jitter->passed >= ENOUGH_TIME || (jitter->steps >= ENOUGH_STEPS && jitter->passed >= SHORTEST_TIME);
    else
        enough = jitter->steps % STEPS_TO_CONFIRM == 0 && jitter->passed >= ENOUGH_TIME;
    if (enough)
        set_clock(jitter, usual_clock(jitter->advance / jitter->passed));
}

static void
change_payload_type(rtp_jitter_t *jitter, uint8_t payload_type)
{
    uint32_t clock = static_clock(payload_type);

    jitter->typed = true;
    jitter->payload_type = payload_type;
    jitter->advance = jitter->passed = 0;
    jitter->steps = 0;
    jitter->fixed = clock != 0;
    if (clock && clock != jitter->clock)
        jitter->begun = false; /* timestamps of another clock do not go on */
    set_clock(jitter, clock);
}

static void
sample(rtp_jitter_t *jitter, double advance, double passed)
{
    double difference = fabs(passed - advance / jitter->clock);

    if (difference > MOST_DELAY)
        return;
    jitter->jitter += (difference - jitter->jitter) / 16;
    jitter->sum += jitter->jitter;
    jitter->samples++;
}

static void
measure(rtp_jitter_t *jitter, const rtp_packet_t *packet)
{
    if (!jitter->typed || packet->payload_type != jitter->payload_type)
        change_payload_type(jitter, packet->payload_type);
    if (jitter->begun && packet->timestamp == jitter->timestamp)
        return;
    if (jitter->begun) {
        double advance = (int32_t)(packet->timestamp - jitter->timestamp);
        nstime_t passed;

        nstime_delta(&passed, &packet->time, &jitter->time);
        if (jitter->clock)
            sample(jitter, advance, nstime_to_sec(&passed));
        if (!jitter->fixed)
            estimate(jitter, advance, nstime_to_sec(&passed));
    }
    jitter->begun = true;
    jitter->timestamp = packet->timestamp;
    jitter->time = packet->time;
}

/* -----------------------------------------------------------------------------------------------------------------
 */

static unsigned
count(rtp_stream_t *stream, const rtp_packet_t *packet)
{
    stream->packets++;
    measure(&stream->jitter, packet);
    return 1;
}

/* Holds a packet until a second one comes close to it in sequence; then both begin a section. */
static unsigned
begin(rtp_stream_t *stream, const rtp_packet_t *packet)
{
    int apart = (int16_t)(packet->sequence - stream->held.sequence);

    if (!stream->holds || apart > MOST_APART || apart < -MOST_APART) {
        stream->holds = true;
        stream->held = *packet;
        return 0;
    }
    if (apart == 0)
        return 0;
    stream->holds = false;
    begin_section(&stream->sequence, stream->held.sequence, nstime_to_sec(&stream->held.time));
    enter(&stream->sequence, packet->sequence, nstime_to_sec(&packet->time));
    return count(stream, &stream->held) + count(stream, packet);
}

unsigned
rtp_stream_take(rtp_stream_t *stream, const rtp_packet_t *packet)
{
    double now = nstime_to_sec(&packet->time);

    if (!is_near(&stream->sequence, packet->sequence, now))
        return begin(stream, packet);
    if (!enter(&stream->sequence, packet->sequence, now))
        return 0;
    stream->holds = false;
    return count(stream, packet);
}

void
rtp_stream_skip(rtp_stream_t *stream)
{
    stream->sequence.skips = true;
}

void
rtp_stream_shift(rtp_stream_t *stream, double seconds)
{
    nstime_t shift = { .secs = (time_t)floor(seconds), .nsecs = (int)((seconds - floor(seconds)) * 1e9) };

    nstime_add(&stream->jitter.time, &shift);
    nstime_add(&stream->held.time, &shift);
    stream->sequence.advanced += seconds;
    for (size_t i = 0; i < array_length(stream->sequence.noted); i++)
        if (stream->sequence.noted[i] != 0)
            stream->sequence.noted[i] += seconds;
}

uint64_t
rtp_stream_lost(const rtp_stream_t *stream)
{
    return stream->sequence.lost + missing(&stream->sequence);
}

double
rtp_stream_jitter(const rtp_stream_t *stream)
{
    const rtp_jitter_t *jitter = &stream->jitter;

    return jitter->samples ? jitter->sum / (double)jitter->samples * 1000 : -1;
}
