/* fact-names.c
 * What people call the facts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/facts.h"

const char *
facts_step_name(facts_step_t step)
{
    static const char *const names[FACTS_STEPS] = {
        [FACTS_STEP_SIP] = "SIP message",
        [FACTS_STEP_MRAS] = "relay credentials",
        [FACTS_STEP_ALLOCATION] = "allocation",
        [FACTS_STEP_CONNECTION] = "TCP connection",
        [FACTS_STEP_HELLO] = "pseudo-TLS hello",
        [FACTS_STEP_CHECK] = "connectivity check",
        [FACTS_STEP_MEDIA] = "media",
        [FACTS_STEP_QUALITY] = "quality report",
        [FACTS_STEP_ERROR] = "ICMP error",
        [FACTS_STEP_NAME] = "name lookup",
    };
    return names[step];
}

const char *
facts_type_name(facts_type_t type)
{
    static const char *const names[] = {
        [FACTS_TYPE_UNKNOWN] = "unknown", [FACTS_HOST] = "host",   [FACTS_SRFLX] = "srflx",
        [FACTS_PRFLX] = "prflx",          [FACTS_RELAY] = "relay",
    };
    return names[type];
}

const char *
facts_outcome_name(facts_outcome_t outcome)
{
    static const char *const names[FACTS_OUTCOMES] = {
        [FACTS_UNANSWERED] = "unanswered", [FACTS_ANSWERED] = "answered",     [FACTS_REFUSED] = "refused",
        [FACTS_RESET] = "reset",           [FACTS_CHALLENGED] = "challenged", [FACTS_ALTERNATE] = "alternate server",
        [FACTS_SILENT] = "unanswered",     [FACTS_GIVEN_UP] = "unanswered",
    };
    return names[outcome];
}

const char *
facts_answerer_name(facts_answerer_t by)
{
    static const char *const names[FACTS_ANSWERERS] = {
        [FACTS_BY_NOBODY] = "nobody",         [FACTS_BY_EDGE] = "Edge",   [FACTS_BY_HTTP_PROXY] = "HTTP proxy",
        [FACTS_BY_TLS_SERVER] = "TLS server", [FACTS_BY_RESET] = "reset", [FACTS_BY_OTHER] = "other",
        [FACTS_BY_SOMEBODY] = "somebody",
    };
    return names[by];
}
