/* setjmp.h
 * Before all else in each file of the plugin for Windows (gcc -include): TRY of Wireshark calls setjmp in our code, and
 * THROW longjmp in a DLL of another compiler. That one would unwind the stack frame by frame, and stop where frames of
 * two compilers meet; without a frame it jumps, as in C. Nothing of ours has to be cleaned up in between.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include_next <setjmp.h>
#undef setjmp
#define setjmp(buffer) _setjmp((buffer), NULL)
