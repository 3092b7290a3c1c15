/* address-text.h
 * An address and port as people write them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_ADDRESS_TEXT_H
#define MSICE_ADDRESS_TEXT_H

#include "base/compat.h"

/* "52.114.250.141:3480", "[2001:db8::1]:3480"; belongs to scope (NULL: the caller frees it). */
char *address_port_text(wmem_allocator_t *scope, const address *addr, uint16_t port);

/* The same of words: a host with colons inside is an IPv6 address. */
char *host_port_text(wmem_allocator_t *scope, const char *host, const char *port);

#endif
