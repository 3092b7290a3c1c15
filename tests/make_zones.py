#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""plugin/logs/uclog-zones.c from this machine's tz database (which is in the public domain): for Windows, where GLib does
not know the names of zones like Europe/Berlin. Only zones whose clocks have kept one rule since 2008, as GLib reads it: what
a log says of its time must not be off by an hour because a law changed in between.

    make_zones.py            writes the file
    make_zones.py --check    says which zones of the file are wrong by this machine's database
"""
import datetime
import pathlib
import re
import sys
import textwrap
import zoneinfo

import gi

gi.require_version("GLib", "2.0")
from gi.repository import GLib  # noqa: E402

FILE = pathlib.Path(__file__).parents[1] / "plugin" / "logs" / "uclog-zones.c"
FIRST, LAST = (int(datetime.datetime(year, 1, 1, tzinfo=datetime.timezone.utc).timestamp()) for year in (2008, 2026))
HOUR, WEEK = 3600, 604800
HEAD = """/* uclog-zones.c
 * Names of time zones for Windows: the rule of each that has kept one since 2008, as POSIX writes it. Written by
 * tests/make_zones.py; zones whose rule changed are left out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "logs/uclog-zones.h"

#include "knowledge/array.h"

#include <string.h>

/* A rule, and the zones that have it, each between blanks. */
/* clang-format off */
static const struct {
    const char *rule, *zones;
} rows[] = {
"""
TAIL = """};
/* clang-format on */

const char *
uclog_zone_rule(const char *zone)
{
    char *word = g_strdup_printf(" %s ", zone);
    const char *rule = NULL;

    for (size_t i = 0; i < array_length(rows) && !rule; i++)
        rule = strstr(rows[i].zones, word) && !strchr(zone, ' ') ? rows[i].rule : NULL;
    g_free(word);
    return rule;
}
"""


def posix_rule(name):
    """The rule at the end of a zone's file, without its names for it: GLib needs some, and none is shown."""
    for folder in zoneinfo.TZPATH:
        path = pathlib.Path(folder) / name
        if path.is_file():
            rule = path.read_bytes().rstrip(b"\n").rpartition(b"\n")[2].decode()
            break
    else:
        return None
    found = re.fullmatch(r"(?:<[^>]+>|[A-Z]+)([-+0-9:]+)(?:(?:<[^>]+>|[A-Z]+)([-+0-9:]*)(,.*))?", rule)
    if not found:
        return None
    standard, summer, dates = found.groups()
    if dates:
        return f"AAA{standard}BBB{summer}{dates}"
    sign, hours, minutes = re.fullmatch(r"([-+]?)(\d+)(?::(\d+))?", standard).groups()
    return f"{'+' if sign == '-' else '-'}{int(hours):02}:{minutes or '00'}"


def offsets_of_rule(rule):
    zone = GLib.TimeZone.new_identifier(rule)
    return zone and (lambda moment: zone.get_offset(zone.find_interval(GLib.TimeType.UNIVERSAL, moment)))


def offsets_of_zone(name):
    zone = zoneinfo.ZoneInfo(name)
    return lambda moment: int(datetime.datetime.fromtimestamp(moment, zone).utcoffset().total_seconds())


def agree(rule, name):
    """Whether the rule says what the zone's history says: each week, and each hour of a week with a change."""
    one, other = offsets_of_rule(rule), offsets_of_zone(name)
    if not one:
        return False
    before = None
    for week in range(FIRST, LAST, WEEK):
        here = one(week), other(week)
        if here[0] != here[1]:
            return False
        if before is not None and before != here[0]:
            if any(one(hour) != other(hour) for hour in range(week - WEEK, week, HOUR)):
                return False
        before = here[0]
    return True


def table():
    rows = {}
    for name in sorted(zoneinfo.available_timezones()):
        if name in ("localtime", "Factory") or name.startswith(("posix/", "right/", "Etc/GMT", "SystemV/")):
            continue
        rule = posix_rule(name)
        if rule and agree(rule, name):
            rows.setdefault(rule, []).append(name)
    return rows


def write(rows):
    text = HEAD
    for rule, names in sorted(rows.items()):
        lines = textwrap.wrap(" ".join(names), 105, break_on_hyphens=False)
        text += f'    {{ "{rule}",\n      " ' + ' "\n      "'.join(lines) + ' " },\n'
    FILE.write_text(text + TAIL, encoding="utf-8")


def rows_of_file():
    text = FILE.read_text(encoding="utf-8").partition("rows[] = {")[2].partition("};")[0]
    for row in re.findall(r"\{(.*?)\}", text, re.S):
        rule, *zones = re.findall(r'"([^"]*)"', row)
        yield rule, "".join(zones).split()


def wrong():
    """Rows that are not what this machine's zones say; later Debians have old names in a package of their own."""
    known = zoneinfo.available_timezones()
    return [(rule, name) for rule, names in rows_of_file() for name in names if name in known and not agree(rule, name)]


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        sys.exit("\n".join(map(str, wrong())) or 0)
    write(table())
