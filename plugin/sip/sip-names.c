/* sip-names.c
 * Names of SIP headers as the stock dissector looks them up.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sip/sip-names.h"

#include "base/enabled.h"

/* A spelling, and who gets the value. */
typedef struct {
    char *spelling;
    dissector_handle_t handle;
    bool listed;
} sip_name_t;

static GArray *names;

/* When a dissection starts. Stock complains of a header that is not in its table, so that who is switched off must
 * not stand there. */
static void
list_names(void)
{
    for (unsigned i = 0; i < names->len; i++) {
        sip_name_t *name = &g_array_index(names, sip_name_t, i);
        bool wanted = is_enabled(dissector_handle_get_protocol_index(name->handle));

        if (wanted && !name->listed)
            dissector_add_string("sip.hdr", name->spelling, name->handle);
        else if (!wanted && name->listed)
            dissector_delete_string("sip.hdr", name->spelling, name->handle);
        name->listed = wanted;
    }
}

void
sip_name_register(const char *name, dissector_handle_t handle)
{
    static const char *const blanks[] = {
        "", " ", "  ", "   ", "    ", "     ", "      ", "       ", "        ", "\t", "\t\t", " \t", "\t ",
    };

    if (!names) {
        names = g_array_new(false, false, sizeof(sip_name_t));
        register_init_routine(list_names);
    }
    for (size_t i = 0; i < array_length(blanks); i++) {
        sip_name_t spelled = { g_strconcat(name, blanks[i], NULL), handle, false };

        g_array_append_val(names, spelled);
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
