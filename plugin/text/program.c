/* program.c
 * How a command begins, on every system
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "text/program.h"

#include <glib.h>

#ifdef G_OS_WIN32
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include <fcntl.h>
#include <io.h>
#include <stdio.h>

char **
program_begin(char **argv)
{
    (void)argv; /* in the code page of the machine, which has no name for most letters */
    SetConsoleOutputCP(CP_UTF8);
    _setmode(0, _O_BINARY);
    return g_win32_get_command_line();
}
#else
char **
program_begin(char **argv)
{
    return g_strdupv(argv);
}
#endif
