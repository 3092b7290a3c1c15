/* msice-findings.h
 * The expert items of connectivity checks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSICE_FINDINGS_H
#define MSICE_MSICE_FINDINGS_H

#include "base/compat.h"

typedef enum {
    MSICE_EI_CHECK_LENGTH,
    MSICE_EI_CHECK_ATTRIBUTE,
    MSICE_EI_CHECK_CUT,
    MSICE_EI_CHECK_UNANSWERED,
    MSICE_EI_CHECK_REPEATED,
    MSICE_EI_CHECK_ERROR,
    MSICE_EI_ROLE_CONFLICT,
    MSICE_EI_CREDENTIALS_REFUSED,
    MSICE_EI_CANDIDATE_DISABLED,
    MSICE_EI_CHECK_REFLEXIVE,
    MSICE_EI_CHECK_INTEGRITY_WRONG,
    MSICE_EI_CHECK_INTEGRITY_NOT_VERIFIED,
    MSICE_EI_SBC_CHECKS,
    MSICE_EI_AGGRESSIVE,
    MSICE_CHECK_FINDINGS
} msice_finding_t;

/* Adds the finding below the item (NULL = none). format: what exactly; NULL = nothing to add. */
void msice_finding(packet_info *pinfo, proto_item *item, msice_finding_t finding, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

void msice_findings_register(int proto);

#endif
