/* batch-keeper.h
 * Keeps a daemon within limits and ends it, and all that it has started, together with the one who wanted it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_BATCH_KEEPER_H
#define MSICE_BATCH_KEEPER_H

#include <stdbool.h>
#include <sys/types.h>

typedef struct {
    pid_t pid; /* 0 = none */
    int life;  /* the end of a pipe: closed, however that happens, the daemon ends */
} keeper_t;

/* Starts a program that may put itself into the background; its output goes to the file log. megabytes: of address
 * space for each of its processes. */
bool keeper_start(keeper_t *keeper, char *const *arguments, int log, unsigned megabytes);

/* Whether the daemon is still there, as far as the keeper has seen. */
bool keeper_lives(const keeper_t *keeper);

/* Ends it and waits for that. */
void keeper_stop(keeper_t *keeper);

#endif
