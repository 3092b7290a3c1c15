/* msdiag-names.c
 * The names of diagnostics headers. A new one is a row.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "knowledge/msdiag-names.h"

#include <stddef.h>

#include "knowledge/array.h"

#define ROW(name)                                                                                                    \
    {                                                                                                                \
        name, sizeof name - 1                                                                                        \
    }

const msdiag_name_t msdiag_names[] = {
    ROW("ms-client-diagnostics"), ROW("ms-diagnostics"), ROW("ms-diagnostics-public"),
    ROW("x-ms-diagnostics"), /* of HTTP; seen in SIP logs as well */
};

const unsigned msdiag_name_count = array_length(msdiag_names);
