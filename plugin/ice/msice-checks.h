/* msice-checks.h
 * What a connectivity check says: read once, for the tree and for the Info column.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSICE_CHECKS_H
#define MSICE_MSICE_CHECKS_H

#include "base/compat.h"
#include "knowledge/stun-numbers.h"
#include "turn/msturn-path.h"

#define MSICE_CANDIDATE_ID 32 /* bytes of a draft-06 candidate id */

typedef enum { MSICE_RFC5389, MSICE_DRAFT06 } msice_form_t;

/* One check while it is dissected. Memory: pinfo->pool or the stack of the dissecting function. */
typedef struct {
    tvbuff_t *tvb;
    packet_info *pinfo;
    proto_tree *tree;
    proto_item *item;
    const msturn_path_t *path;
    msice_form_t form;
    bool complete; /* the stock dissector shows nothing of it: all attributes are ours */
    uint16_t type;
    uint8_t id[STUN_ID_LENGTH];
    int username, integrity; /* offsets of the values, 0 = not there */
    unsigned username_length, integrity_length;
    const char *receiver, *sender; /* halves of the user name, NULL = none */
    unsigned component;            /* draft-06: from the user name, 0 = none */
    unsigned error_code;
    proto_item *error_item, *integrity_item;
    bool nominated;
    bool unanswered;  /* a request, and the capture holds no answer; known when it has been seen whole */
    const char *role; /* "controlling", "controlled", NULL = not said */
    address mapped;   /* AT_NONE = none */
    uint16_t mapped_port;
} msice_check_t;

/* Splits a draft-06 user name (two candidate ids, each followed by a colon and the component) that stands at offset;
 * false = it is none. receiver and sender: offsets of the 32 bytes. */
bool msice_draft06_username(tvbuff_t *tvb, int offset, unsigned length, int *receiver, int *sender,
                            unsigned *component);

/* Whether the attributes between the header and end are padded to 4 bytes, as the stock dissector expects. */
bool msice_attributes_padded(tvbuff_t *tvb, int end);

/* Dissects the attributes between the header and end into check->tree and fills in what they say: every attribute,
 * or, where the stock tree above shows them, only what it does not tell. */
void msice_attributes_dissect(msice_check_t *check, int end);

/* Whether an answer, outside a TURN message, names another address or port than the request had come from. */
bool msice_was_translated(const msice_check_t *check);

/* The check in a line: "Binding Request o5/I:FY32, nominated". pinfo->pool memory. */
const char *msice_summary(const msice_check_t *check);

void msice_checks_register(int proto);

#endif
