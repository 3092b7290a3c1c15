/* batch-engine.h
 * sharkd as the engine: it starts once and forks for each file, which costs a fraction of a start of tshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_BATCH_ENGINE_H
#define MSICE_BATCH_ENGINE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    unsigned seconds;   /* for one file */
    unsigned megabytes; /* address space of one process */
} engine_limits_t;

typedef struct engine engine_t;

/* What became of a file. */
typedef struct {
    GPtrArray *calls; /* JSON objects as text */
    uint64_t frames;
    bool loaded;   /* it was read to its end */
    bool answered; /* the engine lived to say what is in it */
    char *reason;  /* what it has to say about it; NULL = nothing */
} engine_answer_t;

/* Starts when it is asked first. */
engine_t *engine_new(const engine_limits_t *limits);
void engine_free(engine_t *engine);

/* Has a capture decoded; false when there is no engine to be had, *problem (static) says why. An engine that dies, or
 * takes longer than it may, is answered for, and started anew for the next file. */
bool engine_ask(engine_t *engine, const char *path, engine_answer_t *answer, const char **problem);

void engine_answer_clear(engine_answer_t *answer);

#endif
