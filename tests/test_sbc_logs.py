# SPDX-License-Identifier: GPL-2.0-or-later
"""uclog: logs of SBCs and text dumps of SIP, turned into the messages as they were on the wire."""
import calendar
import os
import re
import resource
import socket

import pytest

from gen import sbc_logs
from gen.wire import Capture
from uclogs import convert, uclog

pytestmark = pytest.mark.concluded

STEPS = sbc_logs.call()
NOON = calendar.timegm((2014, 7, 29, 12, 0, 0)) * 1000
WRITTEN = calendar.timegm((2014, 8, 1, 6, 0, 0))


@pytest.fixture
def write(tmp_path):
    def put(text, name="sbc.log"):
        path = tmp_path / name
        path.write_bytes(text.encode())
        os.utime(path, (WRITTEN, WRITTEN))
        return path
    return put


def remote(packet):
    """Address and port of the other side."""
    tags = packet["tags"]
    sent = tags.get("p2p") == b"\0\0\0\0"
    address, port = tags.get("dst" if sent else "src"), tags.get("dport" if sent else "sport")
    return address and f"{socket.inet_ntoa(address)}:{int.from_bytes(port, 'big')}"


@pytest.mark.parametrize("form", sbc_logs.FORMS)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_forms(write, form, ends):
    """Each form gives the same messages, byte for byte, with what else it tells."""
    build, directions, times, addresses = sbc_logs.FORMS[form]
    found = convert(write(build(STEPS).replace("\n", ends)))
    assert [packet["data"].decode() for packet in found] == [text for _, _, text in STEPS]
    if directions:
        assert [packet["flags"] for packet in found] == [[2 if sent else 1] for sent, _, _ in STEPS]
    if addresses:
        assert [remote(packet) for packet in found] == [other for _, other, _ in STEPS]
    if form == "audiocodes, joined, two":
        assert not any("gives no time" in comment for packet in found for comment in packet["comments"])
    elif times:
        assert [(packet["ms"] - NOON) // 1000 for packet in found] == list(range(len(STEPS)))
    else:
        assert all("gives no time" in packet["comments"][-1] for packet in found)


@pytest.mark.parametrize("collected, year", [("2012-07-29T12:00:00.5+00:00", 2012), ("2012-07-29 12:00:00", 2012), ("Jul 29 12:00:00", 2014)])
def test_year_of_the_collector(write, collected, year):
    """The device writes no year. The collector may; else it is that of the file."""
    found = convert(write(sbc_logs.audiocodes(STEPS, prefix=collected + " sbc1 ")))
    begin = calendar.timegm((year, 7, 29, 12, 0, 0)) * 1000
    assert [(packet["ms"] - begin) // 1000 for packet in found] == list(range(len(STEPS)))


@pytest.mark.parametrize("collected, told, year", [("2012-12-31T23:59:59+00:00", "01-01", 2013), ("2012-01-01T00:00:01+00:00", "31-12", 2011)])
def test_two_clocks_at_new_year(write, collected, told, year):
    text = sbc_logs.audiocodes(STEPS, prefix=collected + " sbc1 ").replace("[Time:29-07@", f"[Time:{told}@")
    day, month = map(int, told.split("-"))
    begin = calendar.timegm((year, month, day, 12, 0, 0)) * 1000
    assert [(packet["ms"] - begin) // 1000 for packet in convert(write(text))] == list(range(len(STEPS)))


def test_sonus(write):
    """What is received only, as the one public sample shows."""
    found = convert(write(sbc_logs.sonus(STEPS)))
    assert [packet["data"].decode() for packet in found] == [text for sent, _, text in STEPS if not sent]


def test_legs_are_one_call(bench, write):
    """The session of the SBC joins the legs; a call of others in the same log is none."""
    text = sbc_logs.audiocodes(STEPS) + sbc_logs.audiocodes(sbc_logs.foreign(), session="2ed1c8:96:6", first=500)
    capture = bench.write("legs.pcapng", uclog("--utc", write(text)).stdout)
    rows = bench.rows(capture, ["sip.Call-ID", "msice.call", "frame.interface_name"]).values()
    assert {(row.one("sip.Call-ID"), row.one("msice.call")) for row in rows} == {
        ("dr1@test", "1"), ("inner1@10.9.0.1", "1"), ("foreign1@10.9.0.1", None)}
    assert {row.one("frame.interface_name") for row in rows} == {"Trunk"}


def test_gaps_and_damage(write):
    """Records that are missing are counted, a message whose rest is missing is cut, and nothing else is lost."""
    lines = sbc_logs.audiocodes(STEPS, "#012", 400).splitlines(keepends=True)
    rest = next(number for number, line in enumerate(lines) if "SIP Message" in line) + 1
    found = convert(write("".join(lines[:rest] + lines[rest + 1:])))
    assert len(found) == len(STEPS)
    assert any(comment.startswith("Cut: ") for comment in found[0]["comments"])
    assert [packet["data"].decode() for packet in found[1:]] == [text for _, _, text in STEPS[1:]]
    found = convert(write("".join(line for line in lines if "states: CALL" not in line)))
    assert [packet["comments"][1] for packet in found[1:]] == ["1 records before it are missing"] * (len(STEPS) - 1)


@pytest.mark.parametrize("text", [
    "[S=1] no session, [SID] nor [SID=\n" * 50, "recv many bytes from a friend\n" * 50, "a line #015#012 of text " * 50,
    "<--- Something else ---> and more of it\n" * 50, "Transmitting many bytes (100) to a friend of mine:\n" * 50, "Jul 29 12:00:00 host prog: GET / HTTP/1.1#015#012Host: x" * 50])
def test_what_is_no_log_is_refused(write, text):
    assert uclog(write(text)).returncode == 2


def test_syslog_datagrams(bench):
    """The same call in the datagrams themselves: dissected as SIP where Teams is in it, both legs one call; the syslog of
    others stays as it is."""
    names = ["sip.Call-ID", "sip.Method", "sip.Status-Code", "msice.call", "msice.media.summary", "_ws.malformed"]
    for passes in ([], ["-2"]):
        frames = bench.rows("sbc-syslog.pcap", names, *passes)
        found = [(row.one("sip.Call-ID"), row.one("msice.call")) for row in frames.values() if row["sip.Call-ID"]]
        assert found == [(name, "1") for name in ["dr1@test", "inner1@10.9.0.1", "inner1@10.9.0.1", *["dr1@test"] * 2,
                                                  "inner1@10.9.0.1", *["dr1@test"] * 2, "inner1@10.9.0.1"]]
        assert not any(row["_ws.malformed"] for row in frames.values())
    assert bench.frames("sbc-syslog.pcap", "msdiag.call_end_reason") != []
    others = bench.tshark("sbc-syslog.pcap", "-V", "-Y", "frame.number > 25", plugin=False)
    assert others and bench.tshark("sbc-syslog.pcap", "-V", "-Y", "frame.number > 25") == others


@pytest.mark.parametrize("form", sbc_logs.RECORDS)
@pytest.mark.parametrize("other", [sbc_logs.TEAMS, "[2001:db8::76]:5061"])
def test_records_in_datagrams(bench, form, other):
    """However the device lays out its entries: each message is dissected, with its own ends."""
    steps = [(sent, to if to == sbc_logs.INNER else other, text) for sent, to, text in STEPS]
    path = records(bench, "records.pcap", sbc_logs.RECORDS[form](steps))
    rows = bench.rows(path, ["sip.CSeq", "msice.call", "_ws.malformed"], "-2").values()
    found = [value for row in rows for value in row["sip.CSeq"]]
    assert found == [re.search(r"(?i)\nCSeq: (.*)\r", text)[1] for _, _, text in STEPS]
    assert not any(row["_ws.malformed"] for row in rows) and {row.one("msice.call") for row in rows} <= {"1", None}
    plain = records(bench, "plain.pcap", sbc_logs.audiocodes(steps, prefix=""))
    assert findings(bench, path) == findings(bench, plain)


@pytest.mark.parametrize("limit", [None, 300, 700])
def test_datagrams_of_a_mirror_port(bench, limit):
    """Each datagram twice: no message is lost."""
    text = sbc_logs.audiocodes(STEPS, prefix="", limit=limit)
    once, twice = (bench.rows(records(bench, f"times{times}.pcap", text, times), ["sip.CSeq"]).values() for times in (1, 2))
    wanted = [value for row in once for value in row["sip.CSeq"]]
    found = [value for row in twice for value in row["sip.CSeq"]]
    assert len(wanted) == len(STEPS) and [*dict.fromkeys(found)] == [*dict.fromkeys(wanted)]
    assert limit is None or len(found) >= len(wanted)


def records(bench, name, text, times=1):
    """The records of a log in a capture, each so many times."""
    capture, path = Capture(), bench.scratch / name
    for record in sbc_logs.datagrams(text):
        for _ in range(times):
            capture.udp(sbc_logs.SBC, sbc_logs.COLLECTOR, b"<133>" + record.encode(), after=0.00001)
    capture.write(path)
    path.chmod(0o644)
    return path


def findings(bench, path):
    """What is found in the messages, whatever frame they stand in. Of the records themselves 4.4 and later say that they are
    no syslog of an RFC."""
    rows = bench.rows(path, ["_ws.expert.message"], "-2").values()
    return sorted(re.sub("[0-9]+", "", value) for row in rows for value in row["_ws.expert.message"]
                  if not value.startswith("Message conforms to neither RFC"))


def test_syslog_that_goes_on_and_on(bench):
    """What is kept of a message that never ends is no more than what was captured of it, a few bytes each time."""
    capture, head = Capture(), "---- Incoming SIP Message from 198.51.100.76:5061 to SIPInterface #1 (Trunk) ----"
    for session in range(20):
        first = f"{head}\nINVITE sip:1@example.com SIP/2.0\nSubject: " + "x" * 60000
        for number, text in enumerate([first, *["y"] * 2000]):
            record = f"[S={number}] [SID=1:1:{session}] (N {number})  {text}"
            capture.udp(sbc_logs.SBC, sbc_logs.COLLECTOR, b"<134>" + record.encode(), after=0.001)
    path = bench.scratch / "endless.pcap"
    capture.write(path)
    path.chmod(0o644)
    limit = 1400 << 20
    bench.run("tshark", "-r", path, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
