/* jumps.h
 * In place of plugin/windows/setjmp.h, for tests/windows/jumps.sh: the plugin says on standard error where Wireshark
 * has jumped back to. The frame that setjmp notes is NULL as in that file, or, with MSICE_FRAME in the environment, what
 * mingw's header would give it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
static inline int
jumped_to(const char *file, int value)
{
    if (value)
        fprintf(stderr, "jumped to %s\n", file);
    return value;
}
#undef setjmp
#define setjmp(buffer) jumped_to(__FILE_NAME__, _setjmp((buffer), getenv("MSICE_FRAME") ? __builtin_frame_address(0) : NULL))
