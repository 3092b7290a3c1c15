/* sdp-values.c
 * The words, numbers and addresses that stand in the lines of an SDP body.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "offers/sdp-values.h"

#include "base/address-kind.h"

static const struct {
    const char *word;
    ice_type_t type;
} type_words[] = {
    { "host", ICE_TYPE_HOST },
    { "srflx", ICE_TYPE_SRFLX },
    { "prflx", ICE_TYPE_PRFLX },
    { "relay", ICE_TYPE_RELAY },
};

typedef struct {
    const char *word;
    ice_transport_t transport;
    bool tcp;
    bool microsoft; /* nobody else writes it, but who speaks with them: RFC 6544 has another form */
} transport_row_t;

/* Those with a hyphen are of draft-ietf-mmusic-ice-tcp, before it became RFC 6544. */
/* clang-format off: one row a transport */
static const transport_row_t transport_rows[] = {
    { "UDP", ICE_TRANSPORT_UDP, false, false },       { "TCP-PASS", ICE_TRANSPORT_TCP_PASS, true, true },
    { "TCP-ACT", ICE_TRANSPORT_TCP_ACT, true, true }, { "TCP-SO", ICE_TRANSPORT_TCP_SO, true, true },
    { "TCP", ICE_TRANSPORT_TCP, true, false },
};
/* clang-format on */

const char *
ice_type_name(ice_type_t type)
{
    for (size_t i = 0; i < array_length(type_words); i++) {
        if (type_words[i].type == type)
            return type_words[i].word;
    }
    return NULL;
}

bool
sdp_has_word(const char *list, const char *word)
{
    const size_t length = strlen(word);

    for (list += strspn(list, " "); *list; list += strspn(list, " ")) {
        const size_t next = strcspn(list, " ");

        if (next == length && memcmp(list, word, length) == 0)
            return true;
        list += next;
    }
    return false;
}

/* NULL for ICE_TRANSPORT_OTHER. */
static const transport_row_t *
transport_row(ice_transport_t transport)
{
    for (size_t i = 0; i < array_length(transport_rows); i++) {
        if (transport_rows[i].transport == transport)
            return &transport_rows[i];
    }
    return NULL;
}

const char *
ice_transport_name(ice_transport_t transport)
{
    const transport_row_t *row = transport_row(transport);

    return row ? row->word : NULL;
}

bool
ice_transport_is_tcp(ice_transport_t transport)
{
    const transport_row_t *row = transport_row(transport);

    return row && row->tcp;
}

bool
ice_transport_is_microsoft(ice_transport_t transport)
{
    const transport_row_t *row = transport_row(transport);

    return row && row->microsoft;
}

bool
ice_may_name(const char *word)
{
    size_t length = strlen(word);

    return length > 0 && strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                      "!#$%&'*+-.^_`{|}~") == length;
}

ice_type_t
ice_type_of(const char *word)
{
    for (size_t i = 0; i < array_length(type_words); i++) {
        if (sdp_same_name(type_words[i].word, word))
            return type_words[i].type;
    }
    return ICE_TYPE_UNKNOWN;
}

ice_transport_t
ice_transport_of(const char *word)
{
    for (size_t i = 0; i < array_length(transport_rows); i++) {
        if (sdp_same_name(transport_rows[i].word, word))
            return transport_rows[i].transport;
    }
    return ICE_TRANSPORT_OTHER;
}

bool
sdp_host_equal(const sdp_host_t *a, const sdp_host_t *b)
{
    if (a->kind != b->kind)
        return false;
    if (a->kind == SDP_HOST_IPV4)
        return a->ipv4 == b->ipv4;
    return a->kind == SDP_HOST_IPV6 && memcmp(&a->ipv6, &b->ipv6, sizeof a->ipv6) == 0;
}

bool
sdp_host_to_address(const sdp_host_t *host, address *result)
{
    if (host->kind == SDP_HOST_IPV4)
        set_address(result, AT_IPv4, 4, &host->ipv4);
    else if (host->kind == SDP_HOST_IPV6)
        set_address(result, AT_IPv6, 16, &host->ipv6);
    else
        return false;
    return true;
}

void
sdp_read_host(sdp_host_t *host, const sdp_token_t *token)
{
    char bare[WS_INET6_ADDRSTRLEN + 8];
    const char *percent = strchr(token->text, '%');
    size_t length = percent ? (size_t)(percent - token->text) : strlen(token->text);

    memset(host, 0, sizeof *host);
    host->token = *token;
    if (token->length == 0)
        return;
    host->kind = SDP_HOST_NAME;
    if (length == 0 || length >= sizeof bare)
        return;
    memcpy(bare, token->text, length);
    bare[length] = '\0';
    if (!percent && ws_inet_pton4(bare, &host->ipv4)) {
        host->kind = SDP_HOST_IPV4;
    } else if (ws_inet_pton6(bare, &host->ipv6)) {
        host->kind = SDP_HOST_IPV6;
        if (percent) {
            host->scope.text = percent + 1;
            host->scope.offset = token->offset + (int)length + 1;
            host->scope.length = token->length - (int)length - 1;
        }
    }
}

void
sdp_read_port(sdp_port_t *port, const sdp_token_t *token)
{
    uint32_t value = 0;
    port->token = *token;
    port->valid = read_number(token->text, 65535, &value);
    port->value = (uint16_t)value;
}

bool
sdp_host_is_private(const sdp_host_t *host)
{
    address addr;

    return sdp_host_to_address(host, &addr) && address_is_private(&addr);
}
