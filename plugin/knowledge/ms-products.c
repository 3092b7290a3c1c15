/* ms-products.c
 * Product versions behind the User-Agent and Server headers of Microsoft's clients and servers. Pure table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "knowledge/ms-products.h"

#include <stddef.h>
#include <string.h>

/* What the value has to hold at the start of a word. First match wins. */
static const struct {
    const char *token;
    const char *product;
} products[] = {
    { "UCCAPI/3.5.", "Office Communicator 2007 R2 client" },
    { "UCCAPI/4.0.", "Lync 2010 client" },
    { "UCCAPI/15.0.", "Lync 2013 or Skype for Business 2015 client" },
    { "UCCAPI/16.0.", "Skype for Business 2016 client" },
    { "RTC/5.0", "Lync Server 2013" },
    { "RTC/6.0", "Skype for Business Server 2015" },
    { "ExumRouting/7.0", "Skype for Business Server 2019 (Exchange UM routing)" },
    { "RTCC/", "Office Communications or Lync server component" },
};

const char *
ms_product_name(const char *agent)
{
    for (size_t i = 0; i < sizeof products / sizeof products[0]; i++) {
        const char *found = strstr(agent, products[i].token);
        if (found && (found == agent || found[-1] == ' ' || found[-1] == '('))
            return products[i].product;
    }
    return NULL;
}
