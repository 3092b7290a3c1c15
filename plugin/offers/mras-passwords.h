/* mras-passwords.h
 * What may be secret in an MRAS body, blotted out for what stock shows of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MRAS_PASSWORDS_H
#define MSICE_MRAS_PASSWORDS_H

#include "base/xml-reader.h"

/* Whether the text of the element, or the value of the attribute, with this local name may be shown. */
typedef bool (*mras_may_show_t)(const char *name, size_t length);

/* The body as the stock XML tree may show it: markup, and of all texts and values those that `may_show` allows. tvb
 * itself, where there is nothing else in it, or a data source of its own in which the rest is blotted out. NULL when
 * it is not of a character set in which markup can be told from text. */
tvbuff_t *mras_without_passwords(tvbuff_t *tvb, packet_info *pinfo, mras_may_show_t may_show);

#endif
