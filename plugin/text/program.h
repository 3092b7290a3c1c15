/* program.h
 * How a command begins, on every system
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_PROGRAM_H
#define MSICE_PROGRAM_H

/* The arguments of main as UTF-8 (freed with g_strfreev). On Windows standard input is taken byte by byte, and a
 * window for commands shows UTF-8. */
char **program_begin(char **argv);

#endif
