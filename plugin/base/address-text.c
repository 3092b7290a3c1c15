/* address-text.c
 * An address and port as people write them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/address-text.h"

char *
host_port_text(wmem_allocator_t *scope, const char *host, const char *port)
{
    return wmem_strdup_printf(scope, strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, port);
}

char *
address_port_text(wmem_allocator_t *scope, const address *addr, uint16_t port)
{
    char *host = address_to_str(scope, addr);
    char number[sizeof "65535"];
    char *text;

    snprintf(number, sizeof number, "%u", port);
    text = host_port_text(scope, host, number);
    wmem_free(scope, host);
    return text;
}
