/* msdiag-site.c
 * Numbers and addresses as they stand in diagnostics headers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "diagnostics/msdiag-site.h"

#include <wsutil/inet_addr.h>
#include <wsutil/strtoi.h>

#include "knowledge/icewarn-flags.h"

bool
msdiag_read_number(const char *text, msdiag_span_t span, uint32_t *number)
{
    /* The reader of masks is strict enough for any number. */
    return icewarn_parse(text + span.offset, span.length, number) == ICEWARN_PARSED;
}

bool
msdiag_read_signed(const char *text, msdiag_span_t span, int64_t *number)
{
    char copy[24];
    uint32_t positive;

    if (msdiag_read_number(text, span, &positive)) {
        *number = positive;
        return true;
    }
    if (span.length >= sizeof copy)
        return false;
    memcpy(copy, text + span.offset, span.length);
    copy[span.length] = '\0';
    return ws_strtoi64(copy, NULL, number);
}

bool
msdiag_read_error(const char *text, msdiag_span_t span, uint32_t *number, msdiag_span_t *name)
{
    const char *start = text + span.offset;
    const char *open = memchr(start, '(', span.length);
    const char *close = open ? memchr(open, ')', span.length - (size_t)(open - start)) : NULL;
    msdiag_span_t digits = span;

    *name = (msdiag_span_t){ 0, 0 };
    if (open) {
        unsigned end = close ? (unsigned)(close - start) : span.length;

        digits.length = (unsigned)(open - start);
        *name = (msdiag_span_t){ span.offset + digits.length + 1, end - digits.length - 1 };
    }
    while (digits.length && g_ascii_isspace(start[digits.length - 1]))
        digits.length--;
    return msdiag_read_number(text, digits, number);
}

static void
read_port(const char *text, msdiag_span_t span, msdiag_site_t *site)
{
    uint32_t number;

    site->port_span = span;
    site->has_port = msdiag_read_number(text, span, &number) && number <= UINT16_MAX;
    site->bad_port = !site->has_port;
    if (site->has_port)
        site->port = (uint16_t)number;
}

/* Reads the address in a span, without port: an IPv4 address, or IPv6 with or without brackets and scope id. */
static bool
read_address(const char *text, msdiag_span_t span, msdiag_site_t *site)
{
    char copy[64];
    char *scope;

    if (span.length == 0 || span.length >= sizeof copy)
        return false;
    memcpy(copy, text + span.offset, span.length);
    copy[span.length] = '\0';
    if ((scope = strchr(copy, '%')) != NULL)
        *scope = '\0';
    site->is_ipv4 = ws_inet_pton4(copy, &site->ipv4);
    site->is_ipv6 = !site->is_ipv4 && ws_inet_pton6(copy, &site->ipv6);
    return site->is_ipv4 || site->is_ipv6;
}

bool
msdiag_read_site(const char *text, msdiag_span_t span, msdiag_site_t *site)
{
    const char *start = text + span.offset;
    const char *close = memchr(start, ']', span.length);
    unsigned last = span.length; /* where the part behind the last colon begins */
    msdiag_span_t port;

    memset(site, 0, sizeof *site);
    if (span.length && start[0] == '[') {
        if (!close || !read_address(text, (msdiag_span_t){ span.offset + 1, (unsigned)(close - start) - 1 }, site))
            return false;
        last = (unsigned)(close - start) + 1;
        if (last == span.length)
            return true;
        read_port(text, (msdiag_span_t){ span.offset + last + 1, span.length - last - 1 }, site);
        return start[last] == ':';
    }
    while (last > 0 && start[last - 1] != ':')
        last--;
    if (last == 0)
        return read_address(text, span, site);
    port = (msdiag_span_t){ span.offset + last, span.length - last };
    if (memchr(start, '.', last)) {
        unsigned host = last - 1;

        if (host > 0 && start[host - 1] == ':')
            host--;
        if (read_address(text, (msdiag_span_t){ span.offset, host }, site) && site->is_ipv4) {
            read_port(text, port, site);
            return true;
        }
    }
    /* IPv6 without brackets: the whole may be an address, or its last group the port. */
    if (read_address(text, span, site)) {
        site->ambiguous = port.length > 1;
        return true;
    }
    if (!read_address(text, (msdiag_span_t){ span.offset, last - 1 }, site) || !site->is_ipv6)
        return false;
    read_port(text, port, site);
    return true;
}
