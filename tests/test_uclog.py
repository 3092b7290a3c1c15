# SPDX-License-Identifier: GPL-2.0-or-later
"""uclog: both log formats in all their variants, turned into the messages as they were on the wire."""
import json
import os
import pty
import re
import resource
import subprocess

import pytest

from conftest import PATIENCE, TOP, environment
from gen import logs as gen
from uclogs import EXPECTED, LOGS, UCLOG, convert, expected_rows, logs, packets, uclog

CALLS = 1000


def texts(found):
    return [packet["data"].decode() for packet in found if packet["tags"]["dissector"] == b"sip"]


@pytest.fixture(scope="module")
def calls():
    return gen.calls(CALLS)


@pytest.fixture
def write(tmp_path):
    def put(name, data):
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path
    return put


def test_logs_through_tshark(bench):
    assert expected_rows(bench) == json.loads(EXPECTED.read_text(encoding="utf-8"))


def test_summary_and_warnings():
    result = uclog(*logs())
    *lines, total = result.stderr.splitlines()
    assert total == ("uclog: 12 messages, 1 other records, 6 records skipped, 2009-06-22 18:18:42.695 +00:00 to "
                         "2019-11-12 09:15:01.044 +00:00")
    assert sorted(lines) == [
        "uclog: client-cut.log:4: skipped the end of a message whose start is missing",
        "uclog: client-cut.log:5: skipped a message without a SIP start line",
        "uclog: client-ends-only.log:1: skipped the end of a message whose start is missing",
        "uclog: client-ends-only.log:2: skipped the end of a message whose start is missing",
        "uclog: server-cut.log:2: skipped the end of a record whose start is missing",
        "uclog: server-cut.log:3: skipped a record of TF_PROTOCOL without a SIP start line",
    ]
    assert uclog("--quiet", *logs()).stderr == ""


@pytest.mark.parametrize("name", ["no-log-lookalike.txt", "no-log-plain-sip.txt", "empty", "binary"])
def test_what_is_no_log_is_refused(tmp_path, write, name):
    path = LOGS / name
    if name == "empty":
        path = write(name, b"")
    elif name == "binary":
        path = write(name, bytes(range(256)) * 9000)
    result = uclog(LOGS / "client-504.log", path, "-w", tmp_path / "out")
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert f"{path}: not a log that uclog reads; expected a client log (" in result.stderr
    assert not (tmp_path / "out").exists()


def test_wrong_use(tmp_path):
    for words, said in ((["nowhere.log"], "No such file"), ([tmp_path], "Is a directory"), ([], "name a log file"),
                        (["--tz", "Nowhere/Land", LOGS / "client-504.log"], "no such time zone"),
                        (["-F", "snoop", LOGS / "client-504.log"], "pcapng or pcap"),
                        ([LOGS / "client-504.log", "-w", tmp_path], "Is a directory")):
        result = uclog(*words)
        assert (result.returncode, result.stdout) == (1, b""), words
        assert said in result.stderr and result.stderr.count("\n") == 1


def test_a_full_disk_is_a_failure(write, calls):
    result = uclog(write("a.log", gen.client_log(calls[:70])), "-w", "/dev/full")
    assert result.returncode == 1
    assert result.stderr == "uclog: writing: No space left on device\n"


# --- 1,000 calls, in every encoding: the messages are those that were written, byte for byte

def encodings(text):
    yield "crlf", text.encode()
    yield "lf", text.replace("\r\n", "\n").encode()
    yield "crcrlf", text.replace("\r\n", "\r\r\n").encode()
    yield "bom", b"\xef\xbb\xbf" + text.encode()
    yield "utf16le", b"\xff\xfe" + text.encode("utf-16-le")
    yield "utf16be", b"\xfe\xff" + text.encode("utf-16-be")
    yield "utf16le-no-bom", text.encode("utf-16-le")


@pytest.mark.parametrize("kind", ["client", "server"])
def test_calls_in_every_encoding(write, calls, kind):
    text = gen.client_log(calls) if kind == "client" else gen.server_log(calls)
    wanted = [entry["text"] for entry in calls]
    for name, data in encodings(text):
        found = convert(write(name, data))
        assert texts(found) == wanted, name
    sent = [entry["sent"] for entry in calls]
    if kind == "server":  # what the client sent comes in
        sent = [not value for value in sent]
    assert [packet["tags"]["p2p"] for packet in found] == [b"\0\0\0" + bytes([not value]) for value in sent]
    assert [packet["flags"] for packet in found] == [[2 if value else 1] for value in sent]
    assert [packet["ms"] % 60000 for packet in found] == \
        [entry["time"].second * 1000 + entry["time"].microsecond // 1000 for entry in calls]


def test_client_log_has_no_comments(write, calls):
    """Every byte count and every Content-Length fits."""
    found = convert(write("a.log", gen.client_log(calls)))
    assert not any(packet["comments"] for packet in found)
    ports = b"\xc0\x00\x02\x0a", b"\0\0\xc4\xf5", b"\xc6\x33\x64\x05", b"\0\0\x13\xc5"
    sent, received, *_ = found
    assert [sent["tags"][name] for name in ("src", "sport", "dst", "dport")] == list(ports)
    assert [received["tags"][name] for name in ("dst", "dport", "src", "sport")] == list(ports)


def test_calls_through_tshark(bench, write, calls):
    capture = bench.write("calls.pcapng", uclog(write("calls.log", gen.client_log(calls))).stdout)
    rows = bench.rows(capture, ["sip.Method", "sip.Call-ID", "msdiag.id", "icewarn.flags", "sdp.media",
                                "_ws.malformed", "msice.call"]).values()
    assert len(rows) == 7 * CALLS and not any(row["_ws.malformed"] for row in rows)
    assert [row.one("sip.Call-ID") for row in rows] == [f"{entry['call']:032x}" for entry in calls]
    ends = [(row.one("msdiag.id"), int(row.one("icewarn.flags"), 16)) for row in rows if row["sip.Method"] == ["BYE"]]
    endings = [(str(number), int(flags, 16)) for number, flags, *_ in gen.ENDINGS]
    assert ends == [endings[call % len(endings)] for call in range(CALLS)]
    assert sum(bool(row["sdp.media"]) for row in rows) == 3 * CALLS
    assert [row.one("msice.call") for row in rows] == [str(entry["call"] + 1) for entry in calls]


def test_pipe_to_tshark(bench):
    """uclog x | tshark -r - -Y icewarn"""
    first = subprocess.Popen([UCLOG, LOGS / "client-web-copy.log"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             env=environment())
    result = bench.run("tshark", "-r", "-", "-Y", "icewarn", "-T", "fields", "-e", "icewarn.flags",
                       stdin=first.stdout)
    assert first.wait() == 0
    assert result.stdout == "0x00000029\n"


def test_spaced_copies(write, calls):
    """A blank line behind each line, the blank line before the body kept (doubled) or lost."""
    entries = calls[:70]
    for form in (gen.client_log(entries, chatter=False), gen.server_log(entries, findings=False)):
        doubled = form.replace("\r\n", "\n").replace("\n", "\n\n")
        squeezed = doubled.replace("\n\n\n\n", "\n\n")
        for data in (doubled, squeezed):
            assert texts(convert(write("copy.log", data))) == [entry["text"] for entry in entries]


def test_blank_lines_that_mean_something(write, calls):
    """A body that looks like a header: only the doubled blank line tells. A blank line among a server's headers: none."""
    text = gen.message("MESSAGE sip:x SIP/2.0", [("Call-ID", "4"), ("CSeq", "1 MESSAGE")], "note: call me\r\nbye\r\n", "text/plain")
    entry = dict(calls[0], text=text)
    for form in (gen.client_record(entry), gen.server_record(entry, 1)):
        assert texts(convert(write("a.log", form))) == [text]
    spaced = gen.client_record(entry).replace("\r\n", "\n").replace("\n", "\n\n")
    assert texts(convert(write("a.log", spaced))) == [text]
    broken = gen.server_record(entry, 1).replace("CSeq:", "\r\nCSeq:")
    assert texts(convert(write("a.log", broken))) == [text]


def test_web_copy_with_curly_quotes(write, calls):
    entry = calls[5]
    assert '"' in entry["text"]
    text = gen.client_record(entry).replace("INFO  ::", "INFO\u00a0 ::").replace('"', "\u201d")
    for data in (text.encode(), text.replace("\r\n", "\n").encode("cp1252")):
        packet, = convert(write("web.log", data))
        assert packet["data"].decode() == entry["text"]
        assert packet["comments"] == ["Quotes and blanks of a web page turned back into ASCII"]
    # Not a web copy: then such a character was in the message.
    packet, = convert(write("plain.log", gen.client_record(entry).replace('"', "\u201d")))
    assert "\u201d" in packet["data"].decode()


def multipart():
    body = ("------=_Part\r\nContent-Type: application/sdp\r\nContent-ID: <a@b>\r\n\r\nv=0\r\no=- 0 0 IN IP4 192.0.2.1\r\n"
            "------=_Part\r\nContent-Type: application/sdp\r\n\r\nv=0\r\no=- 0 1 IN IP4 192.0.2.1\r\n------=_Part--\r\n")
    return gen.message("INVITE sip:ann@example.com SIP/2.0", [("Call-ID", "1"), ("CSeq", "1 INVITE")], body,
                       'multipart/alternative;boundary="----=_Part"')


@pytest.mark.parametrize("body_end", ["\r\n", "\n"])
def test_bodies(write, calls, body_end):
    """Line ends of a body are found by its Content-Length."""
    xml = body_end.join(["<a>", " <b>1</b>", "</a>"])
    entries = [dict(calls[0], text=text) for text in (
        multipart(), gen.message("SERVICE sip:x SIP/2.0", [("Call-ID", "2")], xml, "application/xml"),
        gen.message("SERVICE sip:x SIP/2.0", [("Call-ID", "3")], xml + body_end, "application/xml"))]
    for form in (gen.client_log(entries), gen.server_log(entries, findings=False)):
        for data in (form, form.replace("\r\n", "\n")):
            assert texts(convert(write("body.log", data))) == [entry["text"] for entry in entries]
    spaced = gen.client_record(entries[0]).replace("\r\n", "\n").replace("\n\n", "\n").replace("\n", "\n\n")
    assert texts(convert(write("spaced.log", spaced))) == [multipart()]


def test_content_length_that_does_not_fit(write, calls):
    entry = dict(calls[0], text=calls[0]["text"].replace("a=ptime:20\r\n", ""))
    packet, = convert(write("short.log", gen.client_record(entry)))
    assert packet["data"].decode() == entry["text"]
    had = len(entry["text"].split("\r\n\r\n")[1])
    assert packet["comments"] == [f"Content-Length says {had + 12} bytes, the log holds {had} bytes of body"]


def test_cut_anywhere(write, calls):
    """Wherever a log is cut, the messages that are whole in the rest come out, in their order."""
    for record in (gen.client_record, lambda entry: gen.server_record(entry, 1)):
        records = [record(entry).split("\r\n")[:-1] for entry in calls[:14]]
        lines = [(number, line) for number, rows in enumerate(records) for line in rows]
        for cut in range(3, len(lines) - len(records[-1]), 11):
            head, tail = lines[:cut], lines[cut:]
            for part, whole in ((head, range(head[-1][0] + (head[-1][1] == records[head[-1][0]][-1]))),
                                (tail, range(lines[cut - 1][0] + 1, 14))):
                result = uclog(write("cut.log", "\r\n".join(line for _, line in part)))
                wanted = [calls[number]["text"] for number in whole]
                assert result.returncode == 0, (cut, result.stderr)
                found = texts(packets(result.stdout))
                assert [text for text in found if text in wanted] == wanted, cut
                assert len(found) <= len(wanted) + 1


def test_findings_are_on_the_message_they_name(write, calls):
    found = convert(write("server.log", gen.server_log(calls)))
    assert len(found) == 7 * CALLS
    marked = [number for number, packet in enumerate(found)
              if any("SIPPROXY_E_ROUTING" in comment for comment in packet["comments"])]
    assert marked == [number for number, entry in enumerate(calls) if entry["step"] == 5 and entry["call"] % 5 == 0]
    assert found[marked[0]]["comments"] == [
        'TF_DIAG warning: Message was not routed; result 0xc3e93c5e SIPPROXY_E_ROUTING; '
        'peer 192.0.2.10:50421; data: destination="fe2.example.com"']


def test_findings_before_and_without_their_message(write, calls):
    first, second = calls[5], calls[12]
    text = (gen.server_finding(first, 1) + gen.server_finding(second, 2, flag="SECURITY", level="ERROR") +
            gen.server_record(first, 3))
    record, message = convert(write("server.log", text))
    assert (record["tags"]["dissector"], message["tags"]["dissector"]) == (b"syslog", b"sip")
    assert record["data"].startswith(b"<132>1 2014-01-01T12:00:03.") and b"TF_SECURITY" in record["data"]
    (comment,) = message["comments"]
    assert comment.startswith("TF_DIAG warning: Message was not routed;")
    traced = convert("--trace", write("server.log", text))
    assert [packet["tags"]["dissector"] for packet in traced] == [b"syslog", b"syslog", b"sip"]


def test_a_finding_finds_the_right_one_of_several_messages(write, calls):
    """A request that comes in, is passed on, seen by another machine, and answered: all with one Call-ID and CSeq."""
    request, answer = calls[0], calls[3]
    other = "198.51.100.99:5061"
    messages = [gen.server_record(request, 1, "p\\a", incoming=True), gen.server_record(request, 2, "p\\a", other, False),
                gen.server_record(request, 3, "p\\b", incoming=True), gen.server_record(answer, 4, "p\\a")]
    for finding, wanted in ((gen.server_finding(request, 9, "p\\a"), 0),
                            (gen.server_finding(request, 9, "p\\a", peer=other), 1),
                            (gen.server_finding(request, 9, "p\\b"), 2),
                            (gen.server_finding(answer, 9, "p\\a"), 3),
                            (gen.server_finding(request, 9, "p\\a", peer="fe9.example.com:5061"), 0)):
        found = convert(write("a.log", "".join(messages) + finding))
        assert [number for number, packet in enumerate(found)
                if any(comment.startswith("TF_DIAG") for comment in packet["comments"])] == [wanted]
    # Passed on with another target, which the finding names; and a log that has only the answer.
    target = dict(request, text=request["text"].replace("INVITE sip:user0@", "INVITE sip:gateway@"))
    found = convert(write("a.log", messages[0] + gen.server_record(target, 2, "p\\a", other, False) +
                          gen.server_finding(target, 9, "p\\a", peer="fe9.example.com:5061")))
    assert [bool(packet["comments"]) for packet in found] == [False, True]
    message, record = convert(write("a.log", messages[3] + gen.server_finding(request, 9, "p\\a")))
    assert (message["tags"]["dissector"], record["tags"]["dissector"]) == (b"sip", b"syslog") and not message["comments"]
    for finding in (gen.server_finding(request, 9, "p\\c"), gen.server_finding(calls[5], 9, "p\\a"),
                    gen.server_finding(dict(request, text=request["text"].replace("Call-ID: ", "Call-ID: x")), 9, "p\\a")):
        *found, record = convert(write("a.log", "".join(messages) + finding))
        assert len(found) == len(messages) and record["tags"]["dissector"] == b"syslog"


def test_a_finding_far_from_its_message_stays_a_record(write, calls):
    text = gen.server_record(calls[5], 1) + gen.server_log(calls[700:1400], findings=False) + \
        gen.server_finding(dict(calls[5], time=calls[1399]["time"]), 2)
    *_, record = convert(write("server.log", text))
    assert record["tags"]["dissector"] == b"syslog" and b"SIPPROXY_E_ROUTING" in record["data"]


def test_machines_are_interfaces(write, calls):
    found = convert(write("cls.log", gen.server_log(calls[:70], ("fe\\fe1", "fe\\fe2"), findings=False)))
    assert not any(packet["comments"] for packet in found)
    assert [packet["interface"] for packet in found] == [f"fe{1 + entry['call'] % 2}" for entry in calls[:70]]


def test_files_are_merged_by_time(write, calls):
    odd = [entry for entry in calls if entry["call"] % 2]
    even = [entry for entry in calls if not entry["call"] % 2]
    found = convert(write("odd.log", gen.client_log(odd)), write("even.log", gen.server_log(even)))
    assert texts(found) == [entry["text"] for entry in calls]
    assert {packet["interface"] for packet in found} == {"odd.log", "even.log"}


def test_trace_lines(write, calls):
    entry = calls[0]
    found = convert("--trace", write("client.log", gen.client_log([entry])))
    lines = [packet["data"].decode() for packet in found if packet["tags"]["dissector"] == b"syslog"]
    assert len(found) == 7
    first, _, _, _, location, socket = lines
    assert first == ("<135>1 2014-01-01T12:00:00.000Z - - 1F68:2B00 - - CUccPeerToPeerSession::"
                     "ProcessMediaEvent this 00000000 event 0")
    assert "<LocationProfileDescription>" in location
    assert socket.startswith("<132>1 ") and "SECURE_SOCKET" in socket


@pytest.mark.parametrize("words, tz, offset", [
    ([], "UTC", 0), ([], "Europe/Berlin", -1), (["--utc"], "Europe/Berlin", 0), (["--tz", "+02:00"], "UTC", -2),
    (["--tz", "America/New_York"], "UTC", 5)])
def test_time_zones(write, calls, words, tz, offset):
    path = write("a.log", gen.client_record(calls[0]))
    assert convert(*words, path, tz=tz)[0]["ms"] == 1388577600000 + offset * 3600000


def test_summer_time(write, calls):
    """The hour that is left out and the one that comes twice: neither stops the reader."""
    times = [gen.START.replace(month=3, day=30, hour=hour) for hour in (1, 2, 3)] + \
        [gen.START.replace(month=10, day=26, hour=hour) for hour in (1, 2, 3)]
    entries = [dict(calls[0], time=time) for time in times]
    found = convert("--tz", "Europe/Berlin", write("a.log", gen.client_log(entries, chatter=False)))
    hours = [packet["ms"] // 3600000 for packet in found]
    assert hours[2] - hours[0] == 1 and hours[5] - hours[3] == 3 and hours == sorted(hours)


def test_a_date_that_does_not_exist(write, calls):
    text = gen.client_record(calls[0]) + gen.client_record(calls[1]).replace("01/01/2014", "02/31/2014")
    first, second = convert(write("a.log", text))
    assert second["ms"] == first["ms"]
    assert second["comments"] == ["The log gives a date that does not exist: time of the record before"]


def test_classic_pcap(bench, write, calls):
    capture = bench.write("classic.pcap", uclog("-F", "pcap", write("a.log", gen.client_log(calls[:7]))).stdout)
    assert "pcap" in bench.run("capinfos", "-t", capture).stdout.split(":")[-1]
    rows = bench.rows(capture, ["frame.time_epoch"])
    assert len(rows) == 7 and float(rows[1].one("frame.time_epoch")) == 1388577600


def test_message_longer_than_a_packet(write, calls):
    body = "<a>" + "x" * 700000 + "</a>"
    entry = dict(calls[0], text=gen.message("SERVICE sip:x SIP/2.0", [("Call-ID", "9")], body, "application/xml"))
    for form in (gen.client_record(entry), gen.server_record(entry, 1)):
        long, *_ = convert(write("long.log", form + gen.client_record(calls[1])))
        assert len(long["data"]) == 255 * 1024
        assert long["data"].decode() == entry["text"][:255 * 1024]
        assert any(comment.startswith("Longer than 261120 bytes") for comment in long["comments"])


def test_keep_alives_are_no_damage(write, calls):
    stamp = gen.client_stamp(calls[0]["time"]) + " 1F68:C14 INFO  :: "
    words = "Sending Packet - 198.51.100.5:5061 (From Local Address: 192.0.2.10:50421) {} bytes"
    for size, skipped in ((4, 0), (40, 1)):
        head = words.format(size)
        text = f"{stamp}{head}:\r\n\r\n\r\n{stamp}End of {head}\r\n" + gen.client_record(calls[0])
        assert f"uclog: 1 messages, {skipped} records skipped, " in uclog(write("alive.log", text)).stderr


def test_progress_on_a_terminal(tmp_path):
    path = tmp_path / "large.log"
    gen.write_large("client", 70_000_000, path)
    reader, terminal = pty.openpty()
    subprocess.run([UCLOG, path, "-w", "/dev/null"], stderr=terminal, check=True, timeout=PATIENCE,
                   env=environment())
    os.close(terminal)
    shown = os.read(reader, 65536).decode()
    assert re.search(r"\ruclog: 32 of \d+ MB, \d+ messages ", shown) and re.search(r"\ruclog: 6[4-6] of", shown)
    assert re.search(r"\r\x1b\[Kuclog: \d+ messages, 0 records skipped", shown)
    os.close(reader)


@pytest.mark.parametrize("kind", ["client", "server"])
def test_memory_stays_constant(tmp_path, kind):
    """A log larger than the limit: 96 MB read and written within 64 MiB (address space, which is more than memory)."""
    path = tmp_path / "large.log"
    gen.write_large(kind, 96_000_000, path)
    result = uclog(path, "-w", "/dev/null",
                   preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (64 << 20, 64 << 20)))
    assert result.returncode == 0, result.stderr
    assert int(result.stderr.split()[1]) > 40000


def test_sources_stay_within_glib():
    needed = subprocess.run(["ldd", UCLOG], stdout=subprocess.PIPE, encoding="utf-8", check=True,
                            env=environment()).stdout
    assert "libglib-2.0" in needed and "libpcap" not in needed
    assert "wireshark" not in needed and "wiretap" not in needed and "wsutil" not in needed
    assert not [path for path in (TOP / "plugin" / "logs").glob("uclog*.c")
                if path.name != "uclog-wiretap.c" and any(f"#include <{part}" in path.read_text(encoding="utf-8")
                                                          for part in ("epan/", "wireshark", "wiretap", "wsutil", "ws_"))]
