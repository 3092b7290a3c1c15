# SPDX-License-Identifier: GPL-2.0-or-later
"""uclog: the times of logs, their zones, the year that a log does not write; a log whose first message comes late."""
import calendar
import datetime
import os

import pytest

from gen import logs as gen
from gen import sbc_logs
from uclogs import convert, uclog

pytestmark = pytest.mark.concluded

SENT, OTHER, TEXT = sbc_logs.call()[0]
PJSIP = f"<--- Received SIP request (100 bytes) from UDP:{OTHER} --->\n{TEXT}\n"
SIPE = "MESSAGE START <<<<<<<<<< SIP - {0}\n" + TEXT + "MESSAGE END <<<<<<<<<< SIP - {0}\n"
FREESWITCH = f"recv 100 bytes from udp/[192.0.2.1]:5060 at {{}}:\n{'-' * 40}\n{TEXT}{'-' * 40}\n"


@pytest.fixture
def write(tmp_path):
    """Puts a log into a file that was changed last on that date."""
    def put(text, changed="2014-08-01", name="some.log"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        os.utime(path, (seconds(changed + " 06:00:00"),) * 2)
        return path
    return put


def seconds(utc):
    """YYYY-MM-DD HH:MM:SS"""
    return calendar.timegm((*map(int, utc[:10].split("-")), *map(int, utc[11:].split(":"))))


def kamailio(time, text=TEXT):
    return f"{time} sbc1 /usr/sbin/kamailio[6140]: INFO: {text}\n".replace("\r\n", "#015#012")


def times(*words, tz="America/New_York"):
    """The times of the messages that uclog makes of the files, in UTC, to the second."""
    return [packet["ms"] // 1000 for packet in convert(*words, tz=tz)]


def lines_with(time):
    """A message in each form that takes an ISO 8601 time."""
    return {"syslog": kamailio(time), "sipe": SIPE.format(time),
            "console": f"[{time}] VERBOSE[12] res_pjsip_logger.c: {PJSIP}",
            "journal": f"{time} pbx asterisk[12]: {PJSIP}",
            "audiocodes": sbc_logs.audiocodes([(SENT, OTHER, TEXT)], prefix=time + " sbc1 ", time=False)}


@pytest.mark.parametrize("form", lines_with(""))
@pytest.mark.parametrize("time, utc", [
    ("2024-07-01T12:00:00.123456Z", "12:00:00"), ("2024-07-01T12:00:00+02:00", "10:00:00"),
    ("2024-07-01 12:00:00,5-05:30", "17:30:00"), ("2024-07-01T12:00:00+0200", "10:00:00"),
    ("2024-07-01T12:00:00-00:00", "12:00:00"), ("2024-07-01 12:00:00Z", "12:00:00"),
    ("2024-07-01T12:00:00", "16:00:00"), ("2024-07-01 12:00:00.5", "16:00:00")])
def test_zone_behind_a_time(write, form, time, utc):
    """It counts, whatever zone the machine is in; a time without one is in that of the machine, or as it is said."""
    path = write(lines_with(time)[form])
    assert times(path) == [seconds(f"2024-07-01 {utc}")]
    assert times("--tz", "+03:00", path) == [seconds(f"2024-07-01 {'09:00:00' if utc == '16:00:00' else utc}")]


@pytest.mark.parametrize("time", [
    "2024-07-01T12:00:00Zulu", "2024-07-01 12:00:00-13:00:00", "2024-07-01 12:00:00+0200", "2024-07-01T12:00:00+02005",
    "2024-07-01T12:00:00+99:00", "2024-07-01T12:00:00-02:60"])
def test_what_is_no_zone(write, time):
    """What goes on is not one, and a number behind a blank and a time may be anything."""
    assert times(write(kamailio(time))) == [seconds("2024-07-01 16:00:00")]


def test_zones_at_the_ends_of_months_and_time(write):
    found = times(write(kamailio("2024-03-01T01:00:00+02:00") + kamailio("2023-12-31T23:30:00-01:00")))
    assert found == [seconds("2024-02-29 23:00:00"), seconds("2024-01-01 00:30:00")]
    first, *others = convert(write("".join(map(kamailio, (
        "2024-07-01T12:00:00Z", "2024-02-30T12:00:00Z", "1970-01-01T00:00:00+01:00")))))
    assert [packet["ms"] for packet in others] == [first["ms"]] * 2


def test_zoned_and_unzoned_logs_are_merged_by_time(write):
    """10:30 UTC comes before 11:00 of Berlin's 13:00, and behind its 12:00."""
    zoned = write(kamailio("2024-07-01T10:30:00Z") + kamailio("2024-07-01T16:40:00+05:30"), name="zoned.log")
    client = [dict(gen.calls(1)[0], time=gen.START.replace(year=2024, month=7, hour=hour)) for hour in (12, 13)]
    unzoned = write(gen.client_log(client, chatter=False), name="client.log")
    for files in ([zoned, unzoned], [unzoned, zoned]):
        found = convert(*files, tz="Europe/Berlin")
        assert [packet["interface"] for packet in found] == ["client.log", "zoned.log", "client.log", "zoned.log"]
        assert [packet["ms"] // 1000 for packet in found] == [
            seconds(f"2024-07-01 {at}:00") for at in ("10:00", "10:30", "11:00", "11:10")]


def test_a_zone_is_not_handed_on(write):
    """Each time has its own zone or none; a clock time alone has that of its date."""
    text = kamailio("2024-07-01T12:00:00Z") + kamailio("2024-07-01 12:00:00") + kamailio("Jul  1 12:00:00")
    assert times(write(text, "2024-08-01")) == [seconds(f"2024-07-01 {utc}:00:00") for utc in (12, 16, 16)]
    text = "2024-07-01T12:00:00+02:00 pbx cron[1]: hourly\n" + FREESWITCH.format("12:00:01.5") + \
        "2024-07-01 12:00:02 a line\n" + FREESWITCH.format("12:00:03.5")
    assert times(write(text)) == [seconds("2024-07-01 10:00:01"), seconds("2024-07-01 16:00:03")]
    # sipe's own time is that of its message alone.
    text = "2024-07-01 12:00:00 a line\n" + SIPE.format("2024-07-01T12:00:00Z") + FREESWITCH.format("12:00:01.5")
    assert times(write(text)) == [seconds("2024-07-01 12:00:00"), seconds("2024-07-01 16:00:01")]


def test_two_times_in_front_of_a_line(write):
    """What the journal writes with a zone says more than the console's own time behind it."""
    own = "[2024-07-01 14:00:00] VERBOSE[12] res_pjsip_logger.c: " + PJSIP
    assert times(write("2024-07-01T12:00:00Z pbx asterisk[12]: " + own)) == [seconds("2024-07-01 12:00:00")]
    assert times(write("Jul  1 14:00:01 pbx asterisk[12]: " + own)) == [seconds("2024-07-01 18:00:00")]
    own = own.replace("00]", "00+0200]").replace(" 14", "T14")
    assert times(write("2024-07-01T12:00:07Z pbx asterisk[12]: " + own)) == [seconds("2024-07-01 12:00:00")]


def test_the_time_of_an_audiocodes_device_has_no_zone(write):
    """[Time:…] is the device's clock: the collector's zone is not its."""
    text = sbc_logs.audiocodes([(SENT, OTHER, TEXT)], prefix="2014-07-29T12:00:00Z sbc1 ")
    assert times(write(text)) == [seconds("2014-07-29 16:00:00")]


# --- the year, where a log does not write it

# In the order in which two processes may write them.
NEW_YEAR = ("Dec 31 23:59:58", "Jan  1 00:00:01", "Dec 31 23:59:59", "Jan  1 00:00:02")
NEW_YEAR_UTC = [*map(seconds, ("2024-12-31 23:59:58", "2025-01-01 00:00:01", "2024-12-31 23:59:59",
                               "2025-01-01 00:00:02"))]
YEARLESS = {"syslog": kamailio,
            "console": lambda time: f"[{time}] VERBOSE[12] res_pjsip_logger.c: {PJSIP}",
            "clock": lambda time: f"{time} pbx cron[1]: hourly\n{FREESWITCH.format(time[7:])}",
            "audiocodes": lambda time: sbc_logs.audiocodes([(SENT, OTHER, TEXT)], prefix=time + " sbc1 ", time=False)}


@pytest.mark.parametrize("form", YEARLESS)
@pytest.mark.parametrize("changed, year", [
    ("2025-07-02", 2025), ("2025-07-01", 2025), ("2025-06-30", 2024), ("2025-01-02", 2024), ("2025-12-31", 2025)])
def test_year_of_the_last_change(write, form, changed, year):
    """That of the file, or the one before, for dates behind its own."""
    assert times(write(YEARLESS[form]("Jul  1 12:00:00"), changed), tz="UTC") == [seconds(f"{year}-07-01 12:00:00")]


@pytest.mark.parametrize("form", YEARLESS)
@pytest.mark.parametrize("header, changed", [
    ("", "2025-01-02"), ("", "2025-11-29"), ("2024-12-31 23:59:00 starting\n", "2028-06-01"),
    ("[2025-01-01T00:00:00+02:00] starting\n", "2028-06-01"), ("Dec 31 23:59:00 pbx cron[1]: hourly\n", "2025-01-02")])
def test_new_year_in_a_log(write, form, header, changed):
    """Found where the months go from December to January, or back; the log's own year is better than the file's."""
    text = header + "".join(map(YEARLESS[form], NEW_YEAR))
    assert times(write(text, changed), tz="UTC") == NEW_YEAR_UTC
    # With no line in December or January.
    text = header + YEARLESS[form]("Nov 30 12:00:00") + YEARLESS[form]("Feb  1 12:00:00")
    assert times(write(text, changed), tz="UTC")[1:] == [seconds("2025-02-01 12:00:00")]


def test_a_long_log_behind_a_header(write):
    """The year goes on from line to line: what is far from the header is near the line before."""
    months = ("Mar", "Jun", "Sep", "Dec", "Mar", "Aug")
    for form in YEARLESS.values():
        text = "2023-01-05 12:00:00 starting\n" + "".join(form(f"{month}  1 12:00:00") for month in months)
        assert times(write(text, "2028-06-01"), tz="UTC") == [seconds(f"{at}-01 12:00:00") for at in (
            "2023-03", "2023-06", "2023-09", "2023-12", "2024-03", "2024-08")]


def test_a_message_without_a_time_behind_others(write):
    """It has that of the last line with one, in each form."""
    text = kamailio("2024-07-01T12:00:00Z")
    first, second = convert(write(text + text.split(" ", 1)[1]))
    assert second["ms"] == first["ms"] and second["comments"] == []


def test_year_of_standard_input():
    """Nobody has changed it: the clock's."""
    now = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1)
    found = convert("-", input=kamailio(f"{now:%b} {now.day:2d} {now:%H:%M:%S}").encode())
    assert [packet["ms"] // 1000 for packet in found] == [int(now.timestamp())]


# --- a log whose first message comes late

def filler(time, size=3 << 20):
    """So many bytes of lines that are no message's."""
    line = f"{time}pbx.c: Executing [s@macro-dial:0] NoOp(\"PJSIP/100-00000000\", \"\") in new stack\n"
    return line * (size // len(line) + 1)


LATE = {"[2014-07-01 12:00:00] ": "2014-07-01 12:00:00", "[Jul  1 12:00:00] ": "2014-07-01 12:00:00",
        "Jul  1 12:00:00 pbx ": "2014-07-01 12:00:00", "2014-07-01T12:00:00.5+02:00 pbx ": "2014-07-01 10:00:00",
        "[2014-07-01T12:00:00Z] ": "2014-07-01 12:00:00"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("time", LATE)
def test_first_message_behind_many_lines(write, time, encoding):
    """What begins with a time is a log's. Lines between, that go on with one of these, do not add up."""
    assert times(write((filler(time) + PJSIP).encode(encoding)), tz="UTC") == [seconds(LATE[time])]
    entry = (time + "an entry\n" + "with more of it\n" * 1000) * 200
    assert times(write((entry + PJSIP).encode(encoding)), tz="UTC") == [seconds(LATE[time])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("before", ["", "2014-07-01 12:00:00 the only time\n"])
@pytest.mark.parametrize("start", [
    "", "[no time] ", "12:00:00 ", "07/01/2014 12:00:00 ", "[2014-07-01 12:00:00 ", "Jul 41 12:00:00 "])
def test_many_lines_without_times_are_no_log(write, start, before, encoding):
    """Whatever follows: nobody waits until the end of any large file."""
    result = uclog(write((before + filler(start) + PJSIP).encode(encoding)))
    assert result.returncode == 2 and "not a log that uclog reads" in result.stderr


def test_times_alone_are_no_log(write):
    """Read to its end, and refused."""
    assert uclog(write(filler("2014-07-01 12:00:00 "))).returncode == 2


def test_the_reader_of_wireshark_keeps_its_limit(bench):
    """It is asked about every file."""
    path = bench.write("late.log", filler("2014-07-01 12:00:00 ", 1 << 21) + PJSIP)
    assert bench.run("tshark", "-r", path, check=False).returncode != 0


@pytest.mark.parametrize("changed, year", [("2014-08-01", 2012), ("2013-01-05", 2012), ("2016-02-29", 2016),
                                           ("2016-02-28", 2012), ("2101-03-01", 2096)])
def test_leap_day_without_a_year(write, changed, year):
    """The 29th of February is of the last year that has one, and the days around it are of the same year."""
    found = times(write(kamailio("Feb 29 12:00:00") + kamailio("Mar  1 12:00:00"), changed), tz="UTC")
    assert found == [seconds(f"{year}-{day} 12:00:00") for day in ("02-29", "03-01")]
