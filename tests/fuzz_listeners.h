/* fuzz_listeners.h
 * Everybody who may listen to the plugin's taps: what tshark prints and what Wireshark's windows show.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_FUZZ_LISTENERS_H
#define MSICE_FUZZ_LISTENERS_H

/* Once, when the engine has started. */
void fuzz_listen(void);

#endif
