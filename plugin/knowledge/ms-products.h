/* ms-products.h
 * Microsoft's clients and servers behind User-Agent and Server headers. Pure table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MS_PRODUCTS_H
#define MSICE_MS_PRODUCTS_H

#include <stdbool.h>
#include <glib.h>

/* Appends in words the product that a User-Agent or Server value stands for. Returns false, and appends nothing, when
 * it is none that is known. */
bool ms_product_append(GString *text, const char *agent);

/* Whether a value, length bytes at agent, begins like one of the clients and servers whose dialogs the analysis of
 * calls follows. */
bool ms_product_is_sign(const char *agent, size_t length);

/* Whether it is a product whose other end is an SBC. */
bool ms_product_speaks_with_sbc(const char *agent);

/* Whether a text, a whole message for example, names such a product anywhere. */
bool ms_text_names_product_with_sbc(const char *text);

/* Whether length bytes at text hold the name of a host of Teams Direct Routing: those speak with an SBC, whose own
 * messages name no product of Microsoft's. */
bool ms_names_service(const char *text, size_t length);

/* Whether a host name, in any case of letters, has the form of those of Teams' relays. */
bool ms_names_relay(const char *host);

#endif
