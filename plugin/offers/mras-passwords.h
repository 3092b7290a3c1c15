/* mras-passwords.h
 * The passwords of relays in an MRAS reply, blotted out for what stock shows of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MRAS_PASSWORDS_H
#define MSICE_MRAS_PASSWORDS_H

#include "base/xml-reader.h"

/* The body as the stock XML tree may show it: tvb itself, where no password stands in it, or a data source of its own
 * in which each is blotted out. NULL when it cannot be told where they stand. */
tvbuff_t *mras_without_passwords(tvbuff_t *tvb, packet_info *pinfo, const xml_document_t *document);

#endif
