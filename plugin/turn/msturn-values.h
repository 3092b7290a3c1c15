/* msturn-values.h
 * The values of MS-TURN attributes: the decoders that the attribute table names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSTURN_VALUES_H
#define MSICE_MSTURN_VALUES_H

#include "turn/msturn-findings.h"
#include "turn/msturn-message.h"

#define ANY 0xFFFF /* no upper limit of a length */

typedef struct msturn_attribute msturn_attribute_t;

/* Reads one value: tree and item are the attribute's, offset and length the value's. The length has been checked
 * against the row and against the captured bytes (except for DATA, which may be cut). */
typedef void (*msturn_decoder_t)(msturn_message_t *message, const msturn_attribute_t *row, proto_tree *tree,
                                 proto_item *item, int offset, unsigned length);

/* A row of the attribute table. */
struct msturn_attribute {
    uint16_t type;
    const char *name;
    uint16_t length_from, length_to, length_or; /* bytes; or: another length that is right, 0 = none */
    uint16_t limit;                             /* a length above it is a finding; 0 = none */
    msturn_finding_t limit_finding;
    msturn_decoder_t decode;
    int target; /* what the decoder fills in: a role, or a field of those below */
};

/* Fields that decoders take by number. */
enum {
    MSTURN_HF_BANDWIDTH,
    MSTURN_HF_8006,
    MSTURN_HF_VERSION,
    MSTURN_HF_SOFTWARE,
    MSTURN_HF_HOST,
    MSTURN_HF_APP_ID,
    MSTURN_HF_NONCE,
    MSTURN_HF_SECURE_TAG,
    MSTURN_HF_CANDIDATE,
    MSTURN_HF_RESERVATION,
    MSTURN_HF_DIALOG,
    MSTURN_HF_CALL,
    MSTURN_HF_IMPLEMENTATION,
    MSTURN_HF_PLAIN
};

#define MSTURN_WITH_FAILOVER 1 /* a site response that has the PSTN failover bit */

#define MSTURN_DECODER(name)                                                                                         \
    void name(msturn_message_t *message, const msturn_attribute_t *row, proto_tree *tree, proto_item *item,          \
              int offset, unsigned length)

MSTURN_DECODER(msturn_value_address);
MSTURN_DECODER(msturn_value_xor_address);
MSTURN_DECODER(msturn_value_username);
MSTURN_DECODER(msturn_value_integrity);
MSTURN_DECODER(msturn_value_error);
MSTURN_DECODER(msturn_value_lifetime);
MSTURN_DECODER(msturn_value_cookie);
MSTURN_DECODER(msturn_value_uint32);
MSTURN_DECODER(msturn_value_bytes);
MSTURN_DECODER(msturn_value_text);
MSTURN_DECODER(msturn_value_data);
MSTURN_DECODER(msturn_value_realm);
MSTURN_DECODER(msturn_value_requested_family);
MSTURN_DECODER(msturn_value_sequence);
MSTURN_DECODER(msturn_value_service_quality);
MSTURN_DECODER(msturn_value_bandwidth_action);
MSTURN_DECODER(msturn_value_amounts);
MSTURN_DECODER(msturn_value_site_response);
MSTURN_DECODER(msturn_value_location);
MSTURN_DECODER(msturn_value_session);

/* "Audio", "Video", ... of MS-Service Quality, [MS-TURN] 2.2.2.22; NULL for a reserved one. Static. */
const char *msturn_stream_type_name(uint16_t stream_type);

/* Adds "msturn.session_id", which the multiplexed header shares with its attribute, and the link to the frame that
 * named the session first. Returns whether such a frame is known. */
bool msturn_add_session_id(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb, int offset);

void msturn_values_register(int proto);

#endif
