/* msice-findings.c
 * The expert items of connectivity checks, as a table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ice/msice-findings.h"

#include "base/finding-table.h"

static const finding_row_t rows[MSICE_CHECK_FINDINGS] = {
    [MSICE_EI_CHECK_LENGTH] = { "msice.expert.check_length", PI_PROTOCOL, PI_ERROR,
                                "The length of the check does not fit the data", NULL },
    [MSICE_EI_CHECK_ATTRIBUTE] = { "msice.expert.check_attribute", PI_PROTOCOL, PI_ERROR,
                                   "An attribute of the check cannot be read", NULL },
    [MSICE_EI_CHECK_CUT] = { "msice.expert.check_cut", PI_UNDECODED, PI_NOTE,
                             "The capture holds only a part of this check",
                             "Capture with a larger snapshot length." },
    [MSICE_EI_CHECK_UNANSWERED] = { "msice.expert.check_unanswered", PI_SEQUENCE, PI_NOTE,
                                    "No answer to this check is in the capture",
                                    "Most pairs of candidates never answer; it matters when none does." },
    [MSICE_EI_CHECK_REPEATED] = { "msice.expert.check_repeated", PI_SEQUENCE, PI_CHAT, "The check is sent again",
                                  NULL },
    [MSICE_EI_CHECK_ERROR] = { "msice.expert.check_error", PI_RESPONSE_CODE, PI_WARN,
                               "The peer answers the check with an error", NULL },
    [MSICE_EI_ROLE_CONFLICT] = { "msice.expert.role_conflict", PI_RESPONSE_CODE, PI_NOTE,
                                 "Both ends claim the same role; they settle it and check again", NULL },
    [MSICE_EI_CREDENTIALS_REFUSED] = { "msice.expert.credentials_refused", PI_RESPONSE_CODE, PI_WARN,
                                       "The peer does not accept the credentials of the check",
                                       "Look for a check of an earlier offer, or a device that rewrites candidate "
                                       "lines." },
    [MSICE_EI_CANDIDATE_DISABLED] = { "msice.expert.candidate_disabled", PI_RESPONSE_CODE, PI_WARN,
                                      "Bandwidth policy disables the candidate or the pair",
                                      "Check the bandwidth policy of the site link." },
    [MSICE_EI_CHECK_REFLEXIVE] = { "msice.expert.check_reflexive", PI_SEQUENCE, PI_CHAT,
                                   "The peer sees the check come from another address: there is a NAT or a relay "
                                   "between",
                                   NULL },
    [MSICE_EI_CHECK_INTEGRITY_WRONG] = { "msice.expert.check_integrity_wrong", PI_SECURITY, PI_WARN,
                                         "The message integrity does not fit the password given in the preferences",
                                         "Check the password, or look for a device that rewrites packets." },
    [MSICE_EI_CHECK_INTEGRITY_NOT_VERIFIED] = { "msice.expert.check_integrity_not_verified", PI_SECURITY, PI_CHAT,
                                                "The message integrity could not be verified with the password given "
                                                "in the preferences",
                                                NULL },
    [MSICE_EI_SBC_CHECKS] = { "msice.expert.sbc_checks", PI_SEQUENCE, PI_WARN,
                              "The SBC sends a check although it says to be ICE-lite",
                              "Set it to ICE-lite altogether: only Teams may send checks." },
    [MSICE_EI_AGGRESSIVE] = { "msice.expert.aggressive_nomination", PI_SEQUENCE, PI_NOTE,
                              "The check nominates its pair, and no answer to an earlier check of it is in the "
                              "capture",
                              "Teams nominates behind an answer; look whether packets are missing, and who sent "
                              "it." },
};

static expert_field fields[MSICE_CHECK_FINDINGS];
static ei_register_info infos[MSICE_CHECK_FINDINGS];
static const finding_table_t table = { rows, fields, infos, MSICE_CHECK_FINDINGS };

void
msice_finding(packet_info *pinfo, proto_item *item, msice_finding_t finding, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    finding_table_add(&table, finding, pinfo, item, format, arguments);
    va_end(arguments);
}

void
msice_findings_register(int proto)
{
    finding_table_register(&table, proto);
}
