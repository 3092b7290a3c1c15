/* uclog-time.c
 * Time stamps of the logs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "logs/uclog-time.h"

#include <string.h>

#ifdef G_OS_WIN32
#include "logs/uclog-zones.h"

/* On Windows GLib knows the names of Windows alone ("W. Europe Standard Time"), and rules. */
static GTimeZone *
zone_of(const char *name)
{
    const char *rule = uclog_zone_rule(name);

    return g_time_zone_new_identifier(rule ? rule : name);
}
#else
static GTimeZone *
zone_of(const char *name)
{
    return g_time_zone_new_identifier(name);
}
#endif

bool
uclog_clock_init(uclog_clock_t *zone_clock, const char *zone)
{
    zone_clock->zone = zone ? zone_of(zone) : g_time_zone_new_local();
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

/* GDate counts the days from the first one of the year 1. */
#define DAYS_TO_1970 719163

static int64_t
zoned_ms(const uclog_stamp_t *stamp)
{
    GDate date;
    int64_t minutes;

    if (!g_date_valid_dmy((GDateDay)stamp->day, (GDateMonth)stamp->month, (GDateYear)stamp->year))
        return -1;
    g_date_clear(&date, 1);
    g_date_set_dmy(&date, (GDateDay)stamp->day, (GDateMonth)stamp->month, (GDateYear)stamp->year);
    minutes = ((int64_t)g_date_get_julian(&date) - DAYS_TO_1970) * 24 * 60 + (int64_t)stamp->hour * 60 +
              (int64_t)stamp->minute - stamp->offset;
    return minutes < 0 ? -1 : minutes * 60000 + (int64_t)stamp->second * 1000 + (int64_t)stamp->millisecond;
}

int64_t
uclog_clock_ms(uclog_clock_t *zone_clock, const uclog_stamp_t *stamp)
{
    unsigned key;

    if (stamp->zoned)
        return zoned_ms(stamp);
    key = ((stamp->year * 13 + stamp->month) * 32 + stamp->day) * 24 + stamp->hour;
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

void
uclog_clock_date(const uclog_clock_t *zone_clock, int64_t moment, uclog_stamp_t *stamp)
{
    GDateTime *utc = g_date_time_new_from_unix_utc(moment);
    GDateTime *local = utc ? g_date_time_to_timezone(utc, zone_clock->zone) : NULL;

    if (local) {
        memset(stamp, 0, sizeof *stamp);
        stamp->year = (unsigned)g_date_time_get_year(local);
        stamp->month = (unsigned)g_date_time_get_month(local);
        stamp->day = (unsigned)g_date_time_get_day_of_month(local);
        g_date_time_unref(local);
    }
    if (utc)
        g_date_time_unref(utc);
}

/* A fraction of a second behind its point or comma; returns how many bytes it has. */
static unsigned
fraction(uclog_stamp_t *stamp, const char *text, size_t length)
{
    unsigned used = 0, scale = 100;

    stamp->millisecond = 0;
    if (length && (text[0] == '.' || text[0] == ',')) {
        for (used = 1; used < length && g_ascii_isdigit(text[used]); used++) {
            stamp->millisecond += scale * (unsigned)(text[used] - '0');
            scale /= 10;
        }
    }
    return used;
}

unsigned
uclog_stamp_parse_clock(uclog_stamp_t *stamp, const char *text, size_t length)
{
    if (length < 8 || text[2] != ':' || text[5] != ':' || !digits(text, 2, &stamp->hour) ||
        !digits(text + 3, 2, &stamp->minute) || !digits(text + 6, 2, &stamp->second) || stamp->hour > 23 ||
        stamp->minute > 59 || stamp->second > 60)
        return 0;
    return 8 + fraction(stamp, text + 8, length - 8);
}

static void
set_zone(uclog_stamp_t *stamp, bool zoned, int offset)
{
    stamp->zoned = zoned;
    stamp->offset = offset;
}

/* The zone directly behind a time: "Z", "+02:00" or, where `basic` says that it may have no colon, "+0200"; returns
 * how many bytes it has. */
static unsigned
zone(uclog_stamp_t *stamp, const char *text, size_t length, bool basic)
{
    unsigned hours = 0, minutes = 0, used = 0;

    if (length && text[0] == 'Z') {
        used = 1;
    } else if (length >= 5 && (text[0] == '+' || text[0] == '-') && digits(text + 1, 2, &hours)) {
        if (length >= 6 && text[3] == ':' && digits(text + 4, 2, &minutes))
            used = 6;
        else if (basic && digits(text + 3, 2, &minutes))
            used = 5;
    }
    /* What goes on is something else: a word, a number, the second time of "12:00:00-13:00:00". */
    if (hours > 23 || minutes > 59 || (used < length && g_ascii_isalnum(text[used])) ||
        (used + 1 < length && text[used] == ':' && g_ascii_isdigit(text[used + 1])))
        used = 0;
    set_zone(stamp, used > 0, used ? (int)(hours * 60 + minutes) * (text[0] == '-' ? -1 : 1) : 0);
    return used;
}

unsigned
uclog_stamp_parse_iso(uclog_stamp_t *stamp, const char *text, size_t length)
{
    unsigned used;

    if (length < 19 || text[4] != '-' || text[7] != '-' || (text[10] != ' ' && text[10] != 'T') ||
        !digits(text, 4, &stamp->year) || !digits(text + 5, 2, &stamp->month) || !digits(text + 8, 2, &stamp->day) ||
        stamp->year < 1970 || stamp->month < 1 || stamp->month > 12 || stamp->day < 1 || stamp->day > 31)
        return 0;
    used = uclog_stamp_parse_clock(stamp, text + 11, length - 11);
    if (!used)
        return 0;
    used += 11;
    return used + zone(stamp, text + used, length - used, text[10] == 'T');
}

unsigned
uclog_stamp_parse_month(uclog_stamp_t *stamp, const char *text, size_t length)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    unsigned used;

    if (length < 15 || text[3] != ' ' || text[6] != ' ' || !g_ascii_isdigit(text[5]) ||
        !(g_ascii_isdigit(text[4]) || text[4] == ' '))
        return 0;
    for (unsigned month = 0; month < 12; month++) {
        if (memcmp(names + 3 * (size_t)month, text, 3) != 0)
            continue;
        used = uclog_stamp_parse_clock(stamp, text + 7, length - 7);
        set_zone(stamp, false, 0);
        stamp->month = month + 1;
        stamp->day = (unsigned)(text[4] == ' ' ? 0 : text[4] - '0') * 10 + (unsigned)(text[5] - '0');
        return used && stamp->day >= 1 && stamp->day <= 31 ? 7 + used : 0;
    }
    return 0;
}

void
uclog_stamp_guess_year(uclog_stamp_t *stamp, const uclog_stamp_t *known, const uclog_stamp_t *written)
{
    if (known)
        stamp->year = known->year + (stamp->month + 6 < known->month) - (stamp->month > known->month + 6);
    else
        stamp->year = written->year - (stamp->month > written->month ||
                                       (stamp->month == written->month && stamp->day > written->day));
    /* The 29th of February says more: of a log that is read years later, too. */
    while (stamp->month == 2 && stamp->day == 29 && stamp->year > 1970 &&
           !g_date_is_leap_year((GDateYear)stamp->year))
        stamp->year--;
}

size_t
uclog_stamp_parse_line(uclog_stamp_t *stamp, const char *text, size_t length, const uclog_stamp_t *known,
                       const uclog_stamp_t *written)
{
    size_t bracket = length && text[0] == '[', used;
    uclog_stamp_t told = { 0 };

    used = uclog_stamp_parse_iso(&told, text + bracket, length - bracket);
    if (!used) {
        used = uclog_stamp_parse_month(&told, text + bracket, length - bracket);
        if (used)
            uclog_stamp_guess_year(&told, known, written);
    }
    if (!used || (bracket && (used + 1 >= length || text[used + 1] != ']')))
        return 0;
    *stamp = told;
    return used + 2 * bracket;
}

unsigned
uclog_stamp_parse(uclog_stamp_t *stamp, const char *text, size_t length, char separator)
{
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
    set_zone(stamp, false, 0);
    return 19 + fraction(stamp, text + 19, length - 19);
}
