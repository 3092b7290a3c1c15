/* uclog-time.c
 * Time stamps of the logs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "logs/uclog-time.h"

bool
uclog_clock_init(uclog_clock_t *zone_clock, const char *zone)
{
    zone_clock->zone = zone ? g_time_zone_new_identifier(zone) : g_time_zone_new_local();
    zone_clock->hour_key = 0;
    zone_clock->hour_ms = 0;
    return zone_clock->zone != NULL;
}

void
uclog_clock_clear(uclog_clock_t *zone_clock)
{
    if (zone_clock->zone)
        g_time_zone_unref(zone_clock->zone);
    zone_clock->zone = NULL;
}

int64_t
uclog_clock_ms(uclog_clock_t *zone_clock, const uclog_stamp_t *stamp)
{
    unsigned key = ((stamp->year * 13 + stamp->month) * 32 + stamp->day) * 24 + stamp->hour;

    if (key != zone_clock->hour_key) {
        GDateTime *hour = g_date_time_new(zone_clock->zone, (gint)stamp->year, (gint)stamp->month, (gint)stamp->day,
                                          (gint)stamp->hour, 0, 0);

        if (!hour)
            return -1;
        zone_clock->hour_ms = g_date_time_to_unix(hour) * 1000;
        zone_clock->hour_key = key;
        g_date_time_unref(hour);
    }
    return zone_clock->hour_ms + (int64_t)stamp->minute * 60000 + (int64_t)stamp->second * 1000 +
           (int64_t)stamp->millisecond;
}

static bool
digits(const char *text, unsigned count, unsigned *value)
{
    unsigned sum = 0;

    for (unsigned i = 0; i < count; i++) {
        unsigned digit = (unsigned)(unsigned char)text[i] - '0';

        if (digit > 9)
            return false;
        sum = sum * 10 + digit;
    }
    *value = sum;
    return true;
}

unsigned
uclog_stamp_parse(uclog_stamp_t *stamp, const char *text, size_t length, char separator)
{
    unsigned used = 19, scale = 100;

    if (length < 19 || text[2] != '/' || text[5] != '/' || text[10] != separator || text[13] != ':' ||
        text[16] != ':')
        return 0;
    if (!digits(text, 2, &stamp->month) || !digits(text + 3, 2, &stamp->day) || !digits(text + 6, 4, &stamp->year) ||
        !digits(text + 11, 2, &stamp->hour) || !digits(text + 14, 2, &stamp->minute) ||
        !digits(text + 17, 2, &stamp->second))
        return 0;
    if (stamp->year < 1970 || stamp->month < 1 || stamp->month > 12 || stamp->day < 1 || stamp->day > 31 ||
        stamp->hour > 23 || stamp->minute > 59 || stamp->second > 60)
        return 0;
    stamp->millisecond = 0;
    if (used < length && text[used] == '.') {
        for (used++; used < length && g_ascii_isdigit(text[used]); used++) {
            stamp->millisecond += scale * (unsigned)(text[used] - '0');
            scale /= 10;
        }
    }
    return used;
}
