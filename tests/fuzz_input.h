/* fuzz_input.h
 * What the bytes of a fuzzer's input mean: a capture of a few packets.
 *
 *   input  = entry (1 byte, modulo the number of rows of fuzz_entries) way (1 byte) record*
 *   record = how (1 byte) more (1 byte) length (2 bytes, big endian) payload
 *
 * A record becomes a frame: the headers below its payload are made, and right. Any bytes are an input; a record
 * that lasts beyond the end of the input ends there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_FUZZ_INPUT_H
#define MSICE_FUZZ_INPUT_H

#include "inprocess.h"

#define FUZZ_HEAD        2
#define FUZZ_RECORD_HEAD 4
#define FUZZ_MOST_FRAMES 64

/* How a payload travels. */
typedef enum { FUZZ_WHOLE_FRAME, FUZZ_UDP, FUZZ_TCP, FUZZ_PDU, FUZZ_IN_TLS } fuzz_carrier_t;

/* Where in a payload its own lengths stand, for the mutator. */
typedef enum { FUZZ_PLAIN, FUZZ_STUN, FUZZ_FRAMED, FUZZ_TLS, FUZZ_TEXT } fuzz_grammar_t;

typedef struct {
    const char *name;
    fuzz_carrier_t carrier;
    fuzz_grammar_t grammar;
    uint16_t port;              /* of the server */
    const char *dissector;      /* of an exported PDU */
    const char *before, *after; /* what stands around the payload */
} fuzz_entry_t;

extern const fuzz_entry_t fuzz_entries[];
extern const unsigned fuzz_entry_count;

/* Bits of "way". */
enum { FUZZ_ONE_PASS = 0x01, FUZZ_COMPARE = 0x02 };

/* Bits of "how". */
enum {
    FUZZ_ANSWER = 0x01,     /* from the server to the client */
    FUZZ_OTHER_PORT = 0x02, /* another client port: a second conversation; of a whole frame: another interface */
    FUZZ_LATER = 0x0C,      /* how much later than the frame before, four steps */
    FUZZ_CUT = 0x10,        /* "more" bytes are missing in the capture */
    FUZZ_IPV6 = 0x20,
    FUZZ_ORDER = 0xC0 /* of a TCP segment: in order, repeated, behind a gap, flags from "more" */
};

typedef struct {
    uint8_t how, more;
    unsigned at, length; /* of the payload in the input */
} fuzz_record_t;

/* Takes the record that begins at *at; false at the end of the input. */
bool fuzz_next_record(const uint8_t *input, size_t size, size_t *at, fuzz_record_t *record);

/* Whether all inputs that ask for it are compared, and all statistics printed, the trees too; else of a share, chosen
 * by the bytes. Set before the target is initialized. */
extern bool fuzz_all_shares;

const fuzz_entry_t *fuzz_entry_of(const uint8_t *input);

/* Makes the capture, each frame in memory of its own and exact size; fuzz_free_capture() frees it. */
capture_t fuzz_make_capture(const uint8_t *input, size_t size);
void fuzz_free_capture(capture_t *capture);

#endif
