/* msturn-rules.c
 * What a whole MS-TURN message must hold, and what its errors mean: three tables.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "turn/msturn-rules.h"

#include "base/address-kind.h"
#include "base/address-text.h"

#include "turn/msturn-attributes.h"
#include "turn/msturn-findings.h"
#include "turn/msturn-values.h"

/* clang-format off */
static const msturn_type_t types[] = {
    /* type                   in the tree                             in the Info column               class            answered forbidden */
    { MSTURN_ALLOCATE_REQUEST,  "Allocate Request",                       "Allocate Request",               MSTURN_REQUEST,    true,  false },
    { MSTURN_ALLOCATE_SUCCESS,  "Allocate Response",                      "Allocate Success",               MSTURN_RESPONSE,   false, false },
    { MSTURN_ALLOCATE_ERROR,    "Allocate Error Response",                "Allocate Error",                 MSTURN_ERROR,      false, false },
    { MSTURN_SEND_REQUEST,      "Send Request",                           "Send",                           MSTURN_REQUEST,    false, false },
    { MSTURN_DATA_INDICATION,   "Data Indication",                        "Data",                           MSTURN_INDICATION, false, false },
    { MSTURN_ACTIVE_REQUEST,    "Set Active Destination Request",         "Set Active Destination",         MSTURN_REQUEST,    true,  false },
    { MSTURN_ACTIVE_SUCCESS,    "Set Active Destination Response",        "Set Active Destination Success", MSTURN_RESPONSE,   false, false },
    { MSTURN_ACTIVE_ERROR,      "Set Active Destination Error Response",  "Set Active Destination Error",   MSTURN_ERROR,      false, false },
    { MSTURN_SEND_RESPONSE,     "Send Response",                          "Send Success",                   MSTURN_RESPONSE,   false, true },
    { MSTURN_SEND_ERROR,        "Send Error Response",                    "Send Error",                     MSTURN_ERROR,      false, true },
    { MSTURN_SECRET_REQUEST,    "Shared Secret Request",                  "Shared Secret Request",          MSTURN_REQUEST,    true,  true },
    { MSTURN_SECRET_RESPONSE,   "Shared Secret Response",                 "Shared Secret Success",          MSTURN_RESPONSE,   false, true },
    { MSTURN_SECRET_ERROR,      "Shared Secret Error Response",           "Shared Secret Error",            MSTURN_ERROR,      false, true },
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

/* The attributes of [MS-TURNBWM] 2.2. */
#define FIRST_BANDWIDTH 0x8056
#define LAST_BANDWIDTH  0x8068

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
    { MSTURN_ALLOCATE_REQUEST, true,  NO_ACTION, { MSTURN_ATT_USERNAME } },
    { MSTURN_ALLOCATE_ERROR,   false, NO_ACTION, { MSTURN_ATT_ERROR_CODE } },
    { MSTURN_SEND_REQUEST,     false, NO_ACTION, { MSTURN_ATT_USERNAME, MSTURN_ATT_DESTINATION, MSTURN_ATT_DATA, MSTURN_ATT_INTEGRITY } },
    { MSTURN_DATA_INDICATION,  false, NO_ACTION, { MSTURN_ATT_REMOTE, MSTURN_ATT_DATA } },
    { MSTURN_ACTIVE_REQUEST,   false, NO_ACTION, { MSTURN_ATT_USERNAME, MSTURN_ATT_DESTINATION, MSTURN_ATT_INTEGRITY } },
    { MSTURN_ACTIVE_ERROR,     false, NO_ACTION, { MSTURN_ATT_ERROR_CODE } },
    { MSTURN_ALLOCATE_REQUEST, false, 0,         { MSTURN_ATT_RESERVATION_AMOUNT, MSTURN_ATT_REMOTE_SITE, MSTURN_ATT_LOCATION_PROFILE } },
    { MSTURN_ALLOCATE_REQUEST, false, 1,         { MSTURN_ATT_RESERVATION_AMOUNT, MSTURN_ATT_REMOTE_SITE, MSTURN_ATT_LOCAL_SITE, MSTURN_ATT_LOCATION_PROFILE } },
    { MSTURN_ALLOCATE_REQUEST, false, 2,         { MSTURN_ATT_RESERVATION_ID } },
    { MSTURN_ALLOCATE_SUCCESS, false, 0,         { MSTURN_ATT_REMOTE_SITE_RESPONSE, MSTURN_ATT_LOCAL_SITE_RESPONSE } },
    { MSTURN_ALLOCATE_SUCCESS, false, 1,         { MSTURN_ATT_RESERVATION_ID } },
    { MSTURN_ALLOCATE_SUCCESS, false, 2,         { MSTURN_ATT_RESERVATION_ID } },
};

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

/* Whether the credentials of a request may have been in what the capture cut off. */
static bool
may_be_signed(const msturn_transaction_t *request)
{
    return request && request->cut && !request->authenticated;
}

const char *
msturn_error_meaning(unsigned code, const msturn_transaction_t *request)
{
    if (code == 401)
        return may_be_signed(request)              ? "challenge or refusal"
               : request && request->authenticated ? "credentials refused"
                                                   : "challenge";
    for (unsigned i = 0; i < array_length(errors); i++) {
        if (errors[i].code == code)
            return errors[i].meaning;
    }
    return "not defined";
}

static void
apply_error(const msturn_message_t *message, const msturn_transaction_t *request)
{
    packet_info *pinfo = message->pinfo;

    if (!msturn_has(message, MSTURN_ATT_ERROR_CODE))
        return;
    if (message->error_code == 401) {
        if (!may_be_signed(request))
            msturn_finding(pinfo, message->error_item,
                           request && request->authenticated ? MSTURN_EI_UNAUTHORIZED : MSTURN_EI_CHALLENGE, NULL);
        if (msturn_lacks(message, MSTURN_ATT_REALM) || msturn_lacks(message, MSTURN_ATT_NONCE))
            msturn_finding(pinfo, message->item, MSTURN_EI_ATTRIBUTE_MISSING, "realm or nonce of a challenge");
    } else {
        msturn_finding_t finding = MSTURN_EI_OTHER_ERROR;

        for (unsigned i = 0; i < array_length(errors); i++) {
            if (errors[i].code == message->error_code)
                finding = errors[i].finding;
        }
        msturn_finding(pinfo, message->error_item, finding, "%u", message->error_code);
    }
    if (message->error_code == 420 && msturn_lacks(message, MSTURN_ATT_UNKNOWN_ATTRIBUTES))
        msturn_finding(pinfo, message->item, MSTURN_EI_ATTRIBUTE_MISSING, "the list of unknown attributes");
    if (message->address[MSTURN_ALTERNATE_SERVER].addr.type != AT_NONE)
        msturn_finding(pinfo, message->address[MSTURN_ALTERNATE_SERVER].item, MSTURN_EI_ALTERNATE_SERVER, "%s",
                       address_port_text(pinfo->pool, &message->address[MSTURN_ALTERNATE_SERVER].addr,
                                         message->address[MSTURN_ALTERNATE_SERVER].port));
}

static void
apply_allocation(const msturn_message_t *message, const msturn_transaction_t *request)
{
    static const msturn_role_t relayed[] = { MSTURN_RELAYED, MSTURN_ALTERNATE_RELAYED };
    bool any = false;

    /* A release and an update of a bandwidth reservation open nothing. */
    if ((message->has_lifetime && message->lifetime == 0) || (request && request->release) ||
        (message->has_bandwidth_action && message->bandwidth_action != 0))
        return;
    for (unsigned i = 0; i < array_length(relayed); i++) {
        const msturn_address_t *where = &message->address[relayed[i]];

        if (where->addr.type == AT_NONE)
            continue;
        any = true;
        if (address_is_private(&where->addr))
            msturn_finding(message->pinfo, where->item, MSTURN_EI_RELAYED_ADDRESS_PRIVATE, "%s",
                           address_port_text(message->pinfo->pool, &where->addr, where->port));
    }
    /* What was cut may have had them; a request that was cut may have been a release. */
    if (message->cut || (request && request->cut))
        return;
    if (!any)
        msturn_finding(message->pinfo, message->item, MSTURN_EI_NO_RELAYED_ADDRESS, NULL);
    if (msturn_lacks(message, MSTURN_ATT_XOR_MAPPED_ADDRESS))
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
            if (msturn_lacks(message, requirements[i].needs[k]))
                msturn_finding(message->pinfo, message->item,
                               bandwidth ? MSTURN_EI_BANDWIDTH_ATTRIBUTE_MISSING : MSTURN_EI_ATTRIBUTE_MISSING, "%s",
                               msturn_attribute_name(requirements[i].needs[k]));
        }
    }
}

/* Bandwidth attributes stand in Allocate messages only. */
static void
find_misplaced(const msturn_message_t *message)
{
    for (uint16_t type = FIRST_BANDWIDTH; type <= LAST_BANDWIDTH; type++) {
        if (msturn_has(message, type))
            msturn_finding(message->pinfo, message->item, MSTURN_EI_BANDWIDTH_MISPLACED, "%s",
                           msturn_attribute_name(type));
    }
}

void
msturn_rules_apply(const msturn_message_t *message, const msturn_type_t *type, const msturn_transaction_t *request)
{
    /* Relays of others send some of these; what is not theirs may have been cut. */
    if (type && type->forbidden && !message->cut)
        msturn_finding(message->pinfo, message->item, MSTURN_EI_TYPE_FORBIDDEN, "%s", type->name);
    if (!type)
        msturn_finding(message->pinfo, message->item, MSTURN_EI_TYPE_UNKNOWN, "0x%04x", message->type);
    apply_requirements(message);
    /* Who answers a challenge signs, and sends back both its parts. A first request may name user and realm. */
    if (message->type == MSTURN_ALLOCATE_REQUEST && msturn_has(message, MSTURN_ATT_INTEGRITY) &&
        msturn_lacks(message, MSTURN_ATT_REALM) != msturn_lacks(message, MSTURN_ATT_NONCE))
        msturn_finding(
            message->pinfo, message->item, MSTURN_EI_ATTRIBUTE_MISSING, "%s",
            msturn_attribute_name(msturn_lacks(message, MSTURN_ATT_NONCE) ? MSTURN_ATT_NONCE : MSTURN_ATT_REALM));
    if (type && type->class == MSTURN_ERROR)
        apply_error(message, request);
    if (message->type == MSTURN_ALLOCATE_SUCCESS)
        apply_allocation(message, request);
    if (message->type != MSTURN_ALLOCATE_REQUEST && message->type != MSTURN_ALLOCATE_SUCCESS)
        find_misplaced(message);
}

void
msturn_rules_register(void)
{
    for (unsigned i = 0; i < array_length(types); i++) {
        msturn_type_names[i].value = types[i].type;
        msturn_type_names[i].strptr = types[i].name;
    }
}
