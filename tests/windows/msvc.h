/* msvc.h
 * Before all else, where clang compiles for Microsoft's compiler with mingw's C headers: those put some attributes where
 * Microsoft has no place for them, and take others away from clang's own headers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <_mingw.h>
#undef __attribute__
#undef __MINGW_ATTRIB_NORETURN
#define __MINGW_ATTRIB_NORETURN
#undef __MINGW_ATTRIB_DEPRECATED
#define __MINGW_ATTRIB_DEPRECATED
#undef __MINGW_ATTRIB_DEPRECATED_STR
#define __MINGW_ATTRIB_DEPRECATED_STR(text)
#undef __MINGW_ATTRIB_DEPRECATED_MSVC2005
#define __MINGW_ATTRIB_DEPRECATED_MSVC2005
#undef __MINGW_ATTRIB_DEPRECATED_SEC_WARN
#define __MINGW_ATTRIB_DEPRECATED_SEC_WARN
