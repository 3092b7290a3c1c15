/* load.c
 * Loads plugins as Wireshark on Windows does, and prints what they say of themselves: load.exe FILE.dll...
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdio.h>
#include <windows.h>

int
main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        HMODULE plugin = LoadLibraryA(argv[i]);
        const char *version = plugin ? (const char *)GetProcAddress(plugin, "plugin_version") : NULL;
        const int *major = plugin ? (const int *)GetProcAddress(plugin, "plugin_want_major") : NULL;
        const int *minor = plugin ? (const int *)GetProcAddress(plugin, "plugin_want_minor") : NULL;

        if (!version || !major || !minor) {
            printf("%s: error %lu\n", argv[i], GetLastError());
            return 1;
        }
        printf("%s: %s for %d.%d\n", argv[i], version, *major, *minor);
    }
    return 0;
}
