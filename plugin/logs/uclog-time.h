/* uclog-time.h
 * Time stamps of the logs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_UCLOG_TIME_H
#define MSICE_UCLOG_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

/* A time stamp as the log writes it: most logs carry no time zone. */
typedef struct {
    unsigned year, month, day, hour, minute, second, millisecond;
    bool zoned; /* the log has written the zone behind the time */
    int offset; /* that zone, in minutes east of UTC */
} uclog_stamp_t;

/* The time zone of a log, with the last hour that was looked up in it. */
typedef struct {
    GTimeZone *zone;
    unsigned hour_key;
    int64_t hour_ms;
} uclog_clock_t;

/* Sets the clock up: `zone` is NULL for this machine's local time, else an identifier such as "UTC", "+02:00"
 * or "Europe/Berlin". Returns false if there is no such zone. */
bool uclog_clock_init(uclog_clock_t *zone_clock, const char *zone);
void uclog_clock_clear(uclog_clock_t *zone_clock);

/* The stamp as milliseconds since 1970-01-01 UTC, in the zone that the log has written, else in that of the clock; -1
 * if there is no such date. */
int64_t uclog_clock_ms(uclog_clock_t *zone_clock, const uclog_stamp_t *stamp);

/* The date of a moment (seconds since 1970-01-01 UTC), at 0 o'clock; unchanged when it has none. */
void uclog_clock_date(const uclog_clock_t *zone_clock, int64_t moment, uclog_stamp_t *stamp);

/* Reads "YYYY-MM-DD", a blank or "T", and "HH:MM:SS" with an optional fraction, and the zone that stands directly
 * behind it: "Z", "+02:00", behind a "T" also "+0200". Returns the number of bytes read, 0 if that is no time stamp.
 */
unsigned uclog_stamp_parse_iso(uclog_stamp_t *stamp, const char *text, size_t length);

/* Reads "Mon DD HH:MM:SS", as syslog writes it: the year stays, and there is no zone. */
unsigned uclog_stamp_parse_month(uclog_stamp_t *stamp, const char *text, size_t length);

/* Gives a stamp whose year the log does not tell the likely one. Where `known` is not NULL, a time that the log has
 * told near by, the two lie less than half a year apart: New Year may be between them. Else it is no later than the
 * date `written`, on which the file was changed last. */
void uclog_stamp_guess_year(uclog_stamp_t *stamp, const uclog_stamp_t *known, const uclog_stamp_t *written);

/* Reads the time that a line begins with, in one of these two forms, in brackets or not; the year is guessed where
 * the line has none. Returns the number of bytes read, 0 if the line has no time: then the stamp stays. */
size_t uclog_stamp_parse_line(uclog_stamp_t *stamp, const char *text, size_t length, const uclog_stamp_t *known,
                              const uclog_stamp_t *written);

/* Reads "HH:MM:SS" with an optional fraction: the date and its zone stay. */
unsigned uclog_stamp_parse_clock(uclog_stamp_t *stamp, const char *text, size_t length);

/* Reads "MM/DD/YYYY" + separator + "HH:MM:SS" and an optional fraction from `text`.
 * Returns the number of bytes read, 0 if that is no time stamp. */
unsigned uclog_stamp_parse(uclog_stamp_t *stamp, const char *text, size_t length, char separator);

#endif
