/* uclog-zones.h
 * Names of time zones for Windows
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_UCLOG_ZONES_H
#define MSICE_UCLOG_ZONES_H

#include <glib.h>

/* The rule of a zone like Europe/Berlin, in a form that g_time_zone_new_identifier takes; NULL for others. */
const char *uclog_zone_rule(const char *zone);

#endif
