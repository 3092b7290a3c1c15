/* base64.h
 * Base64 as SDP, MRAS and preferences carry it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_BASE64_H
#define MSICE_BASE64_H

#include "base/compat.h"

/* What the text stands for, also without its padding, as candidate lines write it; *length bytes that belong to
 * scope. NULL and 0 when it is no base64. */
uint8_t *base64_read(wmem_allocator_t *scope, const char *text, size_t *length);

/* The text for bytes, without padding; belongs to scope. */
char *base64_text(wmem_allocator_t *scope, const uint8_t *bytes, size_t length);

#endif
