/* msturn-hello.c
 * A pseudo-TLS ClientHello and what became of it: the words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "carriers/msturn-hello.h"

const value_string msturn_answer_names[] = {
    { MSTURN_ANSWER_NONE, "nobody" },
    { MSTURN_ANSWER_EDGE, "Edge" },
    { MSTURN_ANSWER_HTTP_PROXY, "HTTP proxy" },
    { MSTURN_ANSWER_TLS_SERVER, "TLS server" },
    { MSTURN_ANSWER_TLS_ALERT, "TLS alert" },
    { MSTURN_ANSWER_RESET, "reset" },
    { MSTURN_ANSWER_CLOSED, "closed without an answer" },
    { MSTURN_ANSWER_GAVE_UP, "nobody (the client gave up)" },
    { MSTURN_ANSWER_FRAMES, "MS-TURN without a hello" },
    { MSTURN_ANSWER_OTHER, "something else" },
    { MSTURN_ANSWER_UNSEEN, "somebody (the answer is not captured)" },
    { MSTURN_ANSWER_EDGE_UNSEEN, "Edge (the answer is not captured)" },
    { 0, NULL },
};
