/* path.h
 * The pair of candidates that a call uses, and what lies between its ends.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_PATH_H
#define MSICE_PATH_H

#include "calls/calls.h"

/* Local is the end of the computer that the capture speaks of. Addresses belong to the file. */
typedef struct {
    const char *name; /* direct, through NAT, own relay, peer's relay, both relays; static */
    port_type transport;
    facts_key_t local, remote; /* port 0 = not known; the relayed address where the end is on its relay */
    facts_type_t local_type, remote_type;
    bool concluded;    /* nobody names one of the types */
    facts_key_t relay; /* the relay in use; port 0 = none: where the client reaches its own, else the peer's end */
    const facts_attempt_t *check; /* that settled it; NULL = only media show it */
    double rtt;                   /* seconds; negative = not known */
} call_path_t;

/* Fills in the path that media took or, while there are none, that a check was answered on, best one that was
 * nominated. Returns false when no pair of the call was ever usable. */
bool path_of_call(const facts_call_t *call, call_path_t *path);

#endif
