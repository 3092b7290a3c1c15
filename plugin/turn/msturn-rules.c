/* msturn-rules.c
 * What a whole MS-TURN message must hold, and what its errors mean: three tables.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "turn/msturn-rules.h"

#include "base/address-kind.h"

#include "turn/msturn-attributes.h"
#include "turn/msturn-findings.h"
#include "turn/msturn-values.h"

/* clang-format off */
static const msturn_type_t types[] = {
    /* type    in the tree                             in the Info column               class            answered forbidden */
    { 0x0003, "Allocate Request",                       "Allocate Request",               MSTURN_REQUEST,    true,  false },
    { 0x0103, "Allocate Response",                      "Allocate Success",               MSTURN_RESPONSE,   false, false },
    { 0x0113, "Allocate Error Response",                "Allocate Error",                 MSTURN_ERROR,      false, false },
    { 0x0004, "Send Request",                           "Send",                           MSTURN_REQUEST,    false, false },
    { 0x0115, "Data Indication",                        "Data",                           MSTURN_INDICATION, false, false },
    { 0x0006, "Set Active Destination Request",         "Set Active Destination",         MSTURN_REQUEST,    true,  false },
    { 0x0106, "Set Active Destination Response",        "Set Active Destination Success", MSTURN_RESPONSE,   false, false },
    { 0x0116, "Set Active Destination Error Response",  "Set Active Destination Error",   MSTURN_ERROR,      false, false },
    { 0x0104, "Send Response",                          "Send Success",                   MSTURN_RESPONSE,   false, true },
    { 0x0114, "Send Error Response",                    "Send Error",                     MSTURN_ERROR,      false, true },
    { 0x0002, "Shared Secret Request",                  "Shared Secret Request",          MSTURN_REQUEST,    true,  true },
    { 0x0102, "Shared Secret Response",                 "Shared Secret Success",          MSTURN_RESPONSE,   false, true },
    { 0x0112, "Shared Secret Error Response",           "Shared Secret Error",            MSTURN_ERROR,      false, true },
};

static const struct {
    unsigned code;
    const char *meaning;
    msturn_finding_t finding;
} errors[] = {
    { 300, "try alternate",       MSTURN_EI_TRY_ALTERNATE },
    { 400, "bad request",         MSTURN_EI_BAD_REQUEST },
    { 420, "unknown attribute",   MSTURN_EI_UNKNOWN_ATTRIBUTE_ERROR },
    { 430, "stale credentials",   MSTURN_EI_STALE_CREDENTIALS },
    { 431, "integrity failure",   MSTURN_EI_INTEGRITY_REFUSED },
    { 432, "missing username",    MSTURN_EI_MISSING_CREDENTIALS },
    { 433, "use TLS",             MSTURN_EI_USE_TLS },
    { 434, "missing realm",       MSTURN_EI_MISSING_CREDENTIALS },
    { 435, "missing nonce",       MSTURN_EI_MISSING_CREDENTIALS },
    { 436, "unknown username",    MSTURN_EI_UNKNOWN_USERNAME },
    { 437, "no binding",          MSTURN_EI_NO_BINDING },
    { 438, "stale nonce",         MSTURN_EI_STALE_NONCE },
    { 439, "transitioning",       MSTURN_EI_TRANSITIONING },
    { 440, "no destination",      MSTURN_EI_NO_DESTINATION },
    { 441, "wrong username",      MSTURN_EI_WRONG_USERNAME },
    { 500, "server error",        MSTURN_EI_SERVER_ERROR },
    { 600, "global failure",      MSTURN_EI_GLOBAL_FAILURE },
};

#define NO_ACTION (-1)
#define LIST_MAX  6

/* What a message must hold. A row applies to one type, with or without a message integrity, and, for bandwidth, to one
 * action ([MS-TURNBWM] 3.2.5.1, 3.3.5.1 to 3.3.5.3). */
static const struct {
    uint16_t type;
    bool when_signed; /* only when the message carries a message integrity */
    int action;
    uint16_t needs[LIST_MAX]; /* 0 = end */
} requirements[] = {
    { 0x0003, true,  NO_ACTION, { MSTURN_ATT_USERNAME } },
    { 0x0113, false, NO_ACTION, { MSTURN_ATT_ERROR_CODE } },
    { 0x0004, false, NO_ACTION, { MSTURN_ATT_USERNAME, MSTURN_ATT_DESTINATION, MSTURN_ATT_DATA, MSTURN_ATT_INTEGRITY } },
    { 0x0115, false, NO_ACTION, { MSTURN_ATT_REMOTE, MSTURN_ATT_DATA } },
    { 0x0006, false, NO_ACTION, { MSTURN_ATT_USERNAME, MSTURN_ATT_DESTINATION, MSTURN_ATT_INTEGRITY } },
    { 0x0116, false, NO_ACTION, { MSTURN_ATT_ERROR_CODE } },
    { 0x0003, false, 0,         { MSTURN_ATT_RESERVATION_AMOUNT, MSTURN_ATT_REMOTE_SITE, MSTURN_ATT_LOCATION_PROFILE } },
    { 0x0003, false, 1,         { MSTURN_ATT_RESERVATION_AMOUNT, MSTURN_ATT_REMOTE_SITE, MSTURN_ATT_LOCAL_SITE, MSTURN_ATT_LOCATION_PROFILE } },
    { 0x0003, false, 2,         { MSTURN_ATT_RESERVATION_ID } },
    { 0x0103, false, 0,         { MSTURN_ATT_REMOTE_SITE_RESPONSE, MSTURN_ATT_LOCAL_SITE_RESPONSE } },
    { 0x0103, false, 1,         { MSTURN_ATT_RESERVATION_ID } },
    { 0x0103, false, 2,         { MSTURN_ATT_RESERVATION_ID } },
};

/* Bandwidth attributes, which stand in Allocate messages only. */
static const uint16_t bandwidth_attributes[] = { 0x8056, 0x8057, 0x8058, 0x8059, 0x805A, 0x805B, 0x805C, 0x805D,
                                                 0x805E, 0x805F, 0x8060, 0x8061, 0x8062, 0x8068 };
/* clang-format on */

value_string msturn_type_names[array_length(types) + 1];

const msturn_type_t *
msturn_type_find(uint16_t type)
{
    for (unsigned i = 0; i < array_length(types); i++) {
        if (types[i].type == type)
            return &types[i];
    }
    return NULL;
}

const char *
msturn_error_meaning(unsigned code, bool authenticated)
{
    if (code == 401)
        return authenticated ? "credentials refused" : "challenge";
    for (unsigned i = 0; i < array_length(errors); i++) {
        if (errors[i].code == code)
            return errors[i].meaning;
    }
    return "not defined";
}

static void
apply_error(const msturn_message_t *message, bool authenticated)
{
    packet_info *pinfo = message->pinfo;

    if (!msturn_has(message, MSTURN_ATT_ERROR_CODE))
        return;
    if (message->error_code == 401) {
        msturn_finding(pinfo, message->error_item, authenticated ? MSTURN_EI_UNAUTHORIZED : MSTURN_EI_CHALLENGE,
                       NULL);
        if (!msturn_has(message, MSTURN_ATT_REALM) || !msturn_has(message, MSTURN_ATT_NONCE))
            msturn_finding(pinfo, message->item, MSTURN_EI_ATTRIBUTE_MISSING, "realm or nonce of a challenge");
    } else {
        msturn_finding_t finding = MSTURN_EI_OTHER_ERROR;

        for (unsigned i = 0; i < array_length(errors); i++) {
            if (errors[i].code == message->error_code)
                finding = errors[i].finding;
        }
        msturn_finding(pinfo, message->error_item, finding, "%u", message->error_code);
    }
    if (message->error_code == 420 && !msturn_has(message, MSTURN_ATT_UNKNOWN_ATTRIBUTES))
        msturn_finding(pinfo, message->item, MSTURN_EI_ATTRIBUTE_MISSING, "the list of unknown attributes");
    if (message->address[MSTURN_ALTERNATE_SERVER].addr.type != AT_NONE)
        msturn_finding(pinfo, message->address[MSTURN_ALTERNATE_SERVER].item, MSTURN_EI_ALTERNATE_SERVER, "%s",
                       msturn_address_text(pinfo, &message->address[MSTURN_ALTERNATE_SERVER].addr,
                                           message->address[MSTURN_ALTERNATE_SERVER].port));
}

static void
apply_allocation(const msturn_message_t *message)
{
    static const msturn_role_t relayed[] = { MSTURN_RELAYED, MSTURN_ALTERNATE_RELAYED };
    bool any = false;

    /* A release and an update of a bandwidth reservation open nothing. */
    if ((message->has_lifetime && message->lifetime == 0) ||
        (message->has_bandwidth_action && message->bandwidth_action != 0))
        return;
    for (unsigned i = 0; i < array_length(relayed); i++) {
        const msturn_address_t *where = &message->address[relayed[i]];

        if (where->addr.type == AT_NONE)
            continue;
        any = true;
        if (address_is_private(&where->addr))
            msturn_finding(message->pinfo, where->item, MSTURN_EI_RELAYED_ADDRESS_PRIVATE, "%s",
                           msturn_address_text(message->pinfo, &where->addr, where->port));
    }
    if (!any)
        msturn_finding(message->pinfo, message->item, MSTURN_EI_NO_RELAYED_ADDRESS, NULL);
    if (!msturn_has(message, MSTURN_ATT_XOR_MAPPED_ADDRESS))
        msturn_finding(message->pinfo, message->item, MSTURN_EI_ATTRIBUTE_MISSING, "%s",
                       msturn_attribute_name(MSTURN_ATT_XOR_MAPPED_ADDRESS));
}

static void
apply_requirements(const msturn_message_t *message)
{
    for (unsigned i = 0; i < array_length(requirements); i++) {
        const bool bandwidth = requirements[i].action != NO_ACTION;

        if (requirements[i].type != message->type ||
            (requirements[i].when_signed && !msturn_has(message, MSTURN_ATT_INTEGRITY)) ||
            (bandwidth &&
             !(message->has_bandwidth_action && message->bandwidth_action == (uint32_t)requirements[i].action)))
            continue;
        for (unsigned k = 0; k < LIST_MAX && requirements[i].needs[k]; k++) {
            if (!msturn_has(message, requirements[i].needs[k]))
                msturn_finding(message->pinfo, message->item,
                               bandwidth ? MSTURN_EI_BANDWIDTH_ATTRIBUTE_MISSING : MSTURN_EI_ATTRIBUTE_MISSING, "%s",
                               msturn_attribute_name(requirements[i].needs[k]));
        }
    }
}

void
msturn_rules_apply(const msturn_message_t *message, const msturn_type_t *type, bool authenticated)
{
    if (type && type->forbidden)
        msturn_finding(message->pinfo, message->item, MSTURN_EI_TYPE_FORBIDDEN, "%s", type->name);
    if (!type)
        msturn_finding(message->pinfo, message->item, MSTURN_EI_TYPE_UNKNOWN, "0x%04x", message->type);
    apply_requirements(message);
    /* Who answers a challenge sends back both its parts; who was never challenged has neither. */
    if (message->type == 0x0003 && msturn_has(message, MSTURN_ATT_REALM) != msturn_has(message, MSTURN_ATT_NONCE))
        msturn_finding(
            message->pinfo, message->item, MSTURN_EI_ATTRIBUTE_MISSING, "%s",
            msturn_attribute_name(msturn_has(message, MSTURN_ATT_REALM) ? MSTURN_ATT_NONCE : MSTURN_ATT_REALM));
    if (type && type->class == MSTURN_ERROR)
        apply_error(message, authenticated);
    if (message->type == 0x0103)
        apply_allocation(message);
    if (message->type != 0x0003 && message->type != 0x0103) {
        for (unsigned i = 0; i < array_length(bandwidth_attributes); i++) {
            if (msturn_has(message, bandwidth_attributes[i]))
                msturn_finding(message->pinfo, message->item, MSTURN_EI_BANDWIDTH_MISPLACED, "%s",
                               msturn_attribute_name(bandwidth_attributes[i]));
        }
    }
}

void
msturn_rules_register(void)
{
    for (unsigned i = 0; i < array_length(types); i++) {
        msturn_type_names[i].value = types[i].type;
        msturn_type_names[i].strptr = types[i].name;
    }
}
