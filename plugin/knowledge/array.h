/* array.h
 * The number of elements of an array, as Wireshark's headers define it, for what is built without them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_ARRAY_H
#define MSICE_ARRAY_H

#ifndef array_length
#define array_length(x) (sizeof(x) / sizeof((x)[0]))
#endif

#endif
