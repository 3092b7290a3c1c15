/* ms-products.c
 * Microsoft's clients and servers behind User-Agent and Server headers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "knowledge/ms-products.h"

#include <stddef.h>
#include <string.h>

#include "knowledge/array.h"

/* Whether a dialog with such a value is one of the calls that are followed. */
typedef enum { FOLLOWED, NOT_FOLLOWED, WITH_SBC /* and the other end is an SBC */ } follow_t;

/* What the value has to hold at the start of a word. First match wins. */
static const struct {
    const char *token;
    const char *product; /* NULL: one of Microsoft's, which one is not known */
    follow_t follow;
    bool with_version; /* the words go on with the version behind the token and what follows it */
} products[] = {
    { "UCCAPI/3.5.", "Office Communicator 2007 R2 client", FOLLOWED, false },
    { "UCCAPI/4.0.", "Lync 2010 client", FOLLOWED, false },
    { "UCCAPI/15.0.", "Lync 2013 or Skype for Business 2015 client", FOLLOWED, false },
    { "UCCAPI/16.0.", "Skype for Business 2016 client", FOLLOWED, false },
    { "UCCAPI", NULL, FOLLOWED, false },
    { "RTC/3.0", "Office Communications Server 2007", FOLLOWED, false },
    { "RTC/3.5", "Office Communications Server 2007 R2", FOLLOWED, false },
    { "RTC/4.0", "Lync Server 2010", FOLLOWED, false },
    { "RTC/5.0", "Lync Server 2013", FOLLOWED, false },
    { "RTC/6.0", "Skype for Business Server 2015", FOLLOWED, false },
    { "RTC/7.0", "Skype for Business Server 2019 or Skype for Business Online", FOLLOWED, false },
    { "RTC/", NULL, FOLLOWED, false },
    { "ExumRouting/7.0", "Skype for Business Server 2019 (Exchange UM routing)", NOT_FOLLOWED, false },
    /* The version is that of the programming interface: servers, Exchange and applications of others carry it. */
    { "RTCC/", "Office Communications, Lync or UCMA component", FOLLOWED, true },
    { "CPE/", NULL, FOLLOWED, false },
    { "OCPhone", NULL, FOLLOWED, false },
    { "UCMA", NULL, FOLLOWED, false },
    { "Microsoft.PSTNHub.SIPProxy", "Teams Direct Routing", WITH_SBC, true },
    { "Microsoft.Teams.SIPSBA", "Teams survivable branch appliance", WITH_SBC, true },
};

/* Where a token stands in a value at the start of a word; NULL = nowhere. */
static const char *
find_word(const char *agent, const char *token)
{
    for (const char *found = strstr(agent, token); found; found = strstr(found + 1, token))
        if (found == agent || found[-1] == ' ' || found[-1] == '(')
            return found;
    return NULL;
}

/* "5.0.0.0 MediationServer" becomes ", version 5.0.0.0: MediationServer"; " v.2022.6.14.1" loses its mark. */
static void
append_version(GString *text, const char *rest)
{
    size_t length;

    rest += strspn(rest, " /");
    if (g_str_has_prefix(rest, "v."))
        rest += 2;
    length = strcspn(rest, " ");
    if (length)
        g_string_append_printf(text, ", version %.*s", (int)length, rest);
    rest += length;
    rest += strspn(rest, " ");
    if (*rest)
        g_string_append_printf(text, ": %s", rest);
}

bool
ms_product_append(GString *text, const char *agent)
{
    for (size_t i = 0; i < array_length(products); i++) {
        const char *found = products[i].product ? find_word(agent, products[i].token) : NULL;

        if (!found)
            continue;
        g_string_append(text, products[i].product);
        if (products[i].with_version)
            append_version(text, found + strlen(products[i].token));
        return true;
    }
    return false;
}

/* What becomes of the dialogs of a value, length bytes at agent, that begins with a token. */
static follow_t
follow_of(const char *agent, size_t length)
{
    for (size_t i = 0; i < array_length(products); i++)
        if (length > 0 && agent[0] == products[i].token[0] && length >= strlen(products[i].token) &&
            memcmp(agent, products[i].token, strlen(products[i].token)) == 0)
            return products[i].follow;
    return NOT_FOLLOWED;
}

bool
ms_product_is_sign(const char *agent, size_t length)
{
    return follow_of(agent, length) != NOT_FOLLOWED;
}

bool
ms_product_speaks_with_sbc(const char *agent)
{
    return follow_of(agent, strlen(agent)) == WITH_SBC;
}

bool
ms_text_names_product_with_sbc(const char *text)
{
    for (size_t i = 0; i < array_length(products); i++)
        if (products[i].follow == WITH_SBC && find_word(text, products[i].token))
            return true;
    return false;
}

/* What the names of the hosts of Direct Routing begin with behind their first dot, and what follows: of all, and of
 * the clouds of the government of the USA (learn.microsoft.com, "Plan Direct Routing").
 */
#define SERVICE_DOMAIN        ".pstnhub."
#define SERVICE_DOMAIN_LENGTH (sizeof SERVICE_DOMAIN - 1)

static const char *const service_clouds[] = { "microsoft.com", "gov.teams.microsoft.us", "dod.teams.microsoft.us" };

static bool
is_of_name(char letter)
{
    return g_ascii_isalnum(letter) || letter == '-' || letter == '.';
}

static bool
begins_with_cloud(const char *text, const char *end)
{
    for (size_t i = 0; i < array_length(service_clouds); i++) {
        size_t length = strlen(service_clouds[i]);

        if ((size_t)(end - text) >= length && g_ascii_strncasecmp(text, service_clouds[i], length) == 0 &&
            (text + length == end || !is_of_name(text[length])))
            return true;
    }
    return false;
}

bool
ms_names_service(const char *text, size_t length)
{
    const char *at = text, *end = text + length;

    while ((size_t)(end - at) > SERVICE_DOMAIN_LENGTH &&
           (at = (const char *)memchr(at, '.', (size_t)(end - at) - SERVICE_DOMAIN_LENGTH + 1)) != NULL) {
        if (at > text && (at[1] | 0x20) == SERVICE_DOMAIN[1] && is_of_name(at[-1]) &&
            g_ascii_strncasecmp(at, SERVICE_DOMAIN, SERVICE_DOMAIN_LENGTH) == 0 &&
            begins_with_cloud(at + SERVICE_DOMAIN_LENGTH, end))
            return true;
        at++;
    }
    return false;
}

/* What the names of Teams' relays end with: world.tr.teams.microsoft.com (learn.microsoft.com, "Microsoft 365 network
 * connectivity test"), euaz.relay.teams.microsoft.com (what clients report of their relay). */
static const char *const relay_domains[] = { ".tr.teams.microsoft.com", ".relay.teams.microsoft.com" };

bool
ms_names_relay(const char *host)
{
    size_t length = strlen(host);

    for (size_t i = 0; i < array_length(relay_domains); i++) {
        size_t size = strlen(relay_domains[i]);

        if (length > size && g_ascii_strcasecmp(host + length - size, relay_domains[i]) == 0)
            return true;
    }
    return false;
}
