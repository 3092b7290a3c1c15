/* fuzz_mutator.c
 * Mutations that know what an input is made of: one record is changed at a time, and half of the time the lengths
 * are put right again, of the record and inside its payload.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _GNU_SOURCE
#include "fuzz_input.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

#define STUN_HEAD 20

static uint32_t
next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

static unsigned
get_16(const uint8_t *bytes)
{
    return (unsigned)bytes[0] << 8 | bytes[1];
}

static void
put_16(uint8_t *bytes, size_t value)
{
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)value;
}

/* --- lengths inside a payload ----------------------------------------------------------------------------------- */

/* A message of STUN's layout fills the payload, and its last attribute ends where the message does. */
static void
repair_stun(uint8_t *payload, size_t length)
{
    size_t at = STUN_HEAD;

    if (length < STUN_HEAD || length > 0xFFFF)
        return;
    put_16(payload + 2, length - STUN_HEAD);
    while (at + 4 <= length) {
        const size_t value = get_16(payload + at + 2), next = at + 4 + (value + 3) / 4 * 4;

        if (at + 4 + value > length)
            put_16(payload + at + 2, length - at - 4);
        if (next <= at)
            return;
        at = next;
    }
}

/* Frames of a relay (type, reserved, length) or of RFC 4571 (length) one behind the other; the last one fills the
 * rest.
 */
static void
repair_framed(uint8_t *payload, size_t length)
{
    size_t at = 0;

    while (at + 4 < length) {
        const bool relay = payload[at] == 2 || payload[at] == 3 || payload[at] == 0xFF;
        uint8_t *field = payload + at + (relay ? 2 : 0);
        const size_t head = relay ? 4 : 2, body = get_16(field);

        if (at + head + body >= length) {
            put_16(field, length - at - head);
            repair_stun(payload + at + head, length - at - head);
            return;
        }
        at += head + body;
    }
}

/* Records of TLS, or what passes for them. */
static void
repair_tls(uint8_t *payload, size_t length)
{
    size_t at = 0;

    while (at + 5 <= length && payload[at] >= 0x14 && payload[at] <= 0x17) {
        const size_t body = get_16(payload + at + 3);

        if (at + 5 + body > length)
            put_16(payload + at + 3, length - at - 5);
        at += 5 + body;
    }
    if (at < length)
        repair_framed(payload + at, length - at);
}

/* The number behind Content-Length, as far as its digits reach. */
static void
repair_text(uint8_t *payload, size_t length)
{
    static const char name[] = "Content-Length: ", empty[] = "\r\n\r\n";
    uint8_t *field = memmem(payload, length, name, sizeof name - 1), *at;
    const uint8_t *body = memmem(payload, length, empty, sizeof empty - 1);
    size_t left = body ? length - (size_t)(body - payload) - sizeof empty + 1 : 0;

    if (!field || !body)
        return;
    field += sizeof name - 1;
    for (at = field; at < payload + length && *at >= '0' && *at <= '9';)
        at++;
    while (at-- > field) {
        *at = (uint8_t)('0' + left % 10);
        left /= 10;
    }
}

static void
repair_payload(uint8_t *payload, size_t length, fuzz_grammar_t grammar)
{
    static void (*const repairs[])(uint8_t *, size_t) = {
        [FUZZ_STUN] = repair_stun, [FUZZ_FRAMED] = repair_framed, [FUZZ_TLS] = repair_tls, [FUZZ_TEXT] = repair_text
    };

    if (repairs[grammar])
        repairs[grammar](payload, length);
}

/* A whole frame of IPv4: what is above goes by its port. */
static void
repair_frame(uint8_t *frame, size_t length)
{
    enum { ETHERNET = 14 };
    size_t head = length > ETHERNET ? ETHERNET + (frame[ETHERNET] & 15U) * 4 : 0, ports = head;
    bool tcp;

    if (length < ETHERNET + 28 || get_16(frame + 12) != 0x0800 || head + 20 > length || length > 0xFFFF)
        return;
    put_16(frame + ETHERNET + 2, length - ETHERNET);
    tcp = frame[ETHERNET + 9] == 6;
    if (!tcp && frame[ETHERNET + 9] != 17)
        return;
    if (!tcp)
        put_16(frame + head + 4, length - head);
    head += tcp ? (frame[head + 12] >> 4) * 4U : 8;
    if (head >= length)
        return;
    for (unsigned i = 0; i < fuzz_entry_count; i++)
        if (fuzz_entries[i].port &&
            (fuzz_entries[i].port == get_16(frame + ports) || fuzz_entries[i].port == get_16(frame + ports + 2))) {
            repair_payload(frame + head, length - head, fuzz_entries[i].grammar);
            return;
        }
    repair_payload(frame + head, length - head, tcp ? FUZZ_FRAMED : FUZZ_STUN);
}

static void
repair_record(const fuzz_entry_t *entry, uint8_t *payload, size_t length)
{
    if (entry->carrier == FUZZ_WHOLE_FRAME)
        repair_frame(payload, length);
    else
        repair_payload(payload, length, entry->grammar);
}

/* --- records ---------------------------------------------------------------------------------------------------- */

static unsigned
list_records(const uint8_t *data, size_t size, fuzz_record_t *records)
{
    size_t at = FUZZ_HEAD;
    unsigned count = 0;

    while (count < FUZZ_MOST_FRAMES && fuzz_next_record(data, size, &at, &records[count]))
        count++;
    return count;
}

/* Changes the payload of a record in its place: what follows moves. */
static size_t
change_payload(uint8_t *data, size_t size, size_t max_size, const fuzz_record_t *record, bool right)
{
    const size_t end = record->at + record->length, behind = size - end, room = max_size - record->at - behind;
    uint8_t *rest;
    size_t length;

    if (room == 0) /* it would make one byte all the same */
        return size;
    rest = g_memdup2(data + end, behind);
    length = LLVMFuzzerMutate(data + record->at, record->length, MIN(room, 0xFFFF));
    if (behind)
        memcpy(data + record->at + length, rest, behind);
    g_free(rest);
    put_16(data + record->at - 2, length);
    if (right)
        repair_record(fuzz_entry_of(data), data + record->at, length);
    return record->at + length + behind;
}

static size_t
repeat_record(uint8_t *data, size_t size, size_t max_size, const fuzz_record_t *record)
{
    const size_t begin = record->at - FUZZ_RECORD_HEAD, whole = record->length + FUZZ_RECORD_HEAD;

    if (size + whole > max_size)
        return size;
    memmove(data + begin + whole, data + begin, size - begin);
    return size + whole;
}

static size_t
drop_record(uint8_t *data, size_t size, const fuzz_record_t *record)
{
    const size_t end = record->at + record->length, begin = record->at - FUZZ_RECORD_HEAD;

    memmove(data + begin, data + end, size - end);
    return size - (end - begin);
}

/* A record in two: a segment that ends where nobody expects it. */
static size_t
split_record(uint8_t *data, size_t size, size_t max_size, const fuzz_record_t *record, size_t first)
{
    uint8_t *cut = data + record->at + first;

    if (size + FUZZ_RECORD_HEAD > max_size)
        return size;
    memmove(cut + FUZZ_RECORD_HEAD, cut, size - record->at - first);
    memcpy(cut, data + record->at - FUZZ_RECORD_HEAD, FUZZ_RECORD_HEAD);
    put_16(cut + 2, record->length - first);
    put_16(data + record->at - 2, first);
    return size + FUZZ_RECORD_HEAD;
}

/* Two records change their places. */
static size_t
swap_records(uint8_t *data, size_t size, const fuzz_record_t *a, const fuzz_record_t *b)
{
    const size_t begin = a->at - FUZZ_RECORD_HEAD, middle = b->at - FUZZ_RECORD_HEAD, end = b->at + b->length;
    uint8_t *first = g_memdup2(data + begin, middle - begin);

    memmove(data + begin, data + middle, end - middle);
    memcpy(data + begin + end - middle, first, middle - begin);
    g_free(first);
    return size;
}

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    fuzz_record_t records[FUZZ_MOST_FRAMES];
    uint32_t state = seed | 1;
    const unsigned count = size > FUZZ_HEAD ? list_records(data, size, records) : 0;
    const bool right = next_random(&state) & 0x100;
    unsigned one, kind = next_random(&state) >> 8 & 15;

    if (!count)
        return LLVMFuzzerMutate(data, size, max_size);
    one = (next_random(&state) >> 4) % count;
    switch (kind) {
    case 0:
        return LLVMFuzzerMutate(data, size, max_size);
    case 1:
        return repeat_record(data, size, max_size, &records[one]);
    case 2:
        return count > 1 ? drop_record(data, size, &records[one]) : size;
    case 3:
        return split_record(data, size, max_size, &records[one],
                            (next_random(&state) >> 4) % (records[one].length + 1));
    case 4:
        return one + 1 < count ? swap_records(data, size, &records[one], &records[one + 1]) : size;
    case 5:
        data[records[one].at - 4] ^= (uint8_t)(1U << (next_random(&state) >> 6) % 8);
        return size;
    case 6:
        data[records[one].at - 3] = (uint8_t)(next_random(&state) >> 9);
        return size;
    default:
        return change_payload(data, size, max_size, &records[one], right);
    }
}
