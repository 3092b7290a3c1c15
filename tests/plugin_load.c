/* plugin_load.c
 * The plugin as it was built, loaded into a program that brings Wireshark's dissection along.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "inprocess.h"

#include <dlfcn.h>

void
plugin_register(void)
{
    void *plugin = dlopen(MSICE_PLUGIN, RTLD_NOW);
    void (*load)(void) = plugin ? (void (*)(void))dlsym(plugin, "plugin_register") : NULL;

    if (!load) {
        fprintf(stderr, "%s\n", dlerror());
        exit(2);
    }
    load();
}
