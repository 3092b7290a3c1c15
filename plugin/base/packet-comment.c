/* packet-comment.c
 * Comments on a packet, as the capture file has them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/packet-comment.h"

#include <wiretap/wtap.h>

/* Further ones are not looked at. */
#define MOST_COMMENTS 8

const char *
packet_comment_between(const packet_info *pinfo, const char *first, const char *last)
{
    wtap_block_t block = pinfo->rec ? pinfo->rec->block : NULL;
    size_t begin = strlen(first), end = strlen(last);
    char *comment;

    for (unsigned i = 0; block && i < MOST_COMMENTS; i++) {
        size_t length;

        if (wtap_block_get_nth_string_option_value(block, OPT_COMMENT, i, &comment) != WTAP_OPTTYPE_SUCCESS)
            return NULL;
        length = strlen(comment);
        if (length > begin + end && memcmp(comment, first, begin) == 0 &&
            memcmp(comment + length - end, last, end) == 0)
            return wmem_strndup(pinfo->pool, comment + begin, length - begin - end);
    }
    return NULL;
}
