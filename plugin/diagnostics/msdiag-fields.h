/* msdiag-fields.h
 * The fields of the parameters of diagnostics headers, made from the table of keys.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSDIAG_FIELDS_H
#define MSICE_MSDIAG_FIELDS_H

#include "base/compat.h"
#include "knowledge/msdiag-keys.h"

/* The fields of a key: its value, and for some kinds the parts of it. */
typedef struct {
    int value;
    int parts[3]; /* addresses: IPv4, IPv6, port; port ranges: lowest, highest; errors: name */
} msdiag_field_t;

/* The fields of a row of msdiag_keys; static. Their numbers are -1 where its kind has none. */
const msdiag_field_t *msdiag_field_of(const msdiag_key_t *key);

/* The field of the value of the first key in a place. */
int msdiag_field_at(msdiag_place_t place);

/* The booleans of a mask of interface types, NULL-terminated. */
extern int *const msdiag_interface_fields[];

/* Registers them with the protocol msdiag. */
void msdiag_register_fields(int proto);

#endif
