/* ms-products.h
 * Product versions behind the User-Agent and Server headers of Microsoft's clients and servers. Pure table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MS_PRODUCTS_H
#define MSICE_MS_PRODUCTS_H

/* The product that a User-Agent or Server value stands for, in words; NULL when it is none that is known. */
const char *ms_product_name(const char *agent);

#endif
