/* batch-journal.h
 * The results: a file with a line a call, and beside it a journal with a line a file that is done.
 *
 * Several workers write to both, on one machine or several that share the folder. What a file gives is appended at
 * once, and then the line of the journal that says up to where the results are whole: what a worker that was killed
 * left behind that is cut off by the next one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_BATCH_JOURNAL_H
#define MSICE_BATCH_JOURNAL_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum { FILE_DONE, FILE_DAMAGED, FILE_FOREIGN, FILE_FAILED, FILE_STATES } file_state_t;

typedef struct {
    char *label; /* the name as valid UTF-8: what is none is written as a URI */
    int64_t size, modified;
} file_identity_t;

/* What a file is known by; false when it is not there. */
bool journal_identify(const char *path, file_identity_t *identity);
void journal_identity_clear(file_identity_t *identity);

typedef struct {
    file_state_t state;
    const char *reason; /* NULL = none */
    const GPtrArray *calls;
} file_result_t;

/* Appends what a file gave to the results and the journal; false when that cannot be written. */
bool journal_append(const char *results, const file_identity_t *identity, const file_result_t *result);

/* The names of those paths that the journal does not have as they are now. */
void journal_print_pending(const char *results, char **paths);

/* Says on standard error what became of the paths; returns the exit status of the whole. */
int journal_print_summary(const char *results, char **paths);

#endif
