/* sip-names.c
 * Names of SIP headers as the stock dissector looks them up.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sip/sip-names.h"

void
sip_name_register(const char *name, dissector_handle_t handle)
{
    static const char *const blanks[] = {
        "", " ", "  ", "   ", "    ", "     ", "      ", "       ", "        ", "\t", "\t\t", " \t", "\t ",
    };

    for (size_t i = 0; i < array_length(blanks); i++) {
        char *spelling = g_strconcat(name, blanks[i], NULL);

        dissector_add_string("sip.hdr", spelling, handle);
        g_free(spelling);
    }
}

const char *
sip_name_of(packet_info *pinfo)
{
    const char *name = pinfo->match_string;
    size_t length = name ? strlen(name) : 0;

    if (length == 0 || !strchr(" \t", name[length - 1]))
        return name;
    while (length > 0 && strchr(" \t", name[length - 1]))
        length--;
    return wmem_strndup(pinfo->pool, name, length);
}
