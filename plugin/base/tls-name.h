/* tls-name.h
 * The server name that a TLS client asks for, RFC 6066, section 3.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_TLS_NAME_H
#define MSICE_TLS_NAME_H

#include "base/compat.h"

/* Reads the server name out of a ClientHello at the start of the tvb, as far as that goes; returns text in scope, as
 * it stands there (clients write addresses, too), or NULL when there is none. */
const char *tls_server_name(wmem_allocator_t *scope, tvbuff_t *tvb);

#endif
