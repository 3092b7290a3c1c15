/* fuzz_listeners.h
 * Everybody who may listen to the plugin's taps: what tshark prints and what Wireshark's windows show.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_FUZZ_LISTENERS_H
#define MSICE_FUZZ_LISTENERS_H

#include <stdbool.h>

/* Once, when the engine has started. Statistics trees cost a sixth of the speed. */
void fuzz_listen(bool with_trees);

#endif
