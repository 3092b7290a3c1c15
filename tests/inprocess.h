/* inprocess.h
 * Wireshark's dissection in this process, with the plugin: a capture is a list of frames that is dissected
 * as tshark does it, and again and again without the start of a program.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_INPROCESS_H
#define MSICE_INPROCESS_H

#include "base/compat.h"

/* A frame as a capture holds it: so many bytes of it, and how many there were. */
typedef struct {
    int encap; /* WTAP_ENCAP_... */
    const uint8_t *bytes;
    unsigned captured, length;
    uint64_t time; /* microseconds since 1970 */
    uint32_t interface;
} capture_frame_t;

typedef struct {
    const capture_frame_t *frames;
    unsigned count;
    const char *secrets; /* of TLS, as a key log has them; NULL = none */
} capture_t;

/* How a pass over the capture looks at each frame. */
typedef struct {
    bool tree, columns, taps;
    bool draw; /* at the end, what the statistics print */
    /* Called behind each frame, while its tree stands; NULL = nobody looks. */
    void (*look)(void *data, unsigned number, epan_dissect_t *edt);
    void *data;
} capture_pass_t;

/* Registers the plugin: its own function where it is linked in, else plugin_load.c's. */
void plugin_register(void);

/* Starts the engine, once in a program; settings are Wireshark's own, nobody's files are read. */
void inprocess_start(const char *program);

/* As tshark -o. */
void inprocess_set(const char *preference);

/* Opens the capture, runs the passes over it one after the other, and closes it: nothing is left of it. */
void inprocess_dissect(const capture_t *capture, const capture_pass_t *passes, unsigned count);

/* As tshark -z, for all captures. */
void inprocess_statistic(const char *name);

#endif
