# SPDX-License-Identifier: GPL-2.0-or-later
"""SIP of Microsoft's products in decrypted TLS: on each port what 5061 shows; what others have in TLS stays as it is."""
import xml.etree.ElementTree as ElementTree

import pytest

from gen import diagnostics, signalling
from gen.sip import CLIENT, SERVER, bye, message, response
from gen.tls import TlsSession
from gen.wire import Capture, Stream
from test_harmless import same

# TLS gives 443 to HTTP, and the others to nobody.
PORTS = [443, 5062, 5067]
PASSES = [[], ["-2"]]
BELOW = ("geninfo", "frame", "eth", "ip", "tcp", "tls", "fake-field-wrapper")

CALLS = {"call": list(signalling.call_messages()), "stories": [(0, bye(header)) for header in diagnostics.STORIES]}
# Nothing in them names Microsoft.
OTHERS = [(side, message(start, ["User-Agent: Example/1.0", "Reason: Q.850;cause=16"], body, call_id="others@test", cseq="1 OPTIONS"))
          for side, start, body in ((0, "OPTIONS sip:sbc.example.com SIP/2.0", ""), (1, "SIP/2.0 200 OK", ""),
                                    (0, "INVITE sips:bob@example.com SIP/2.0", "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\n"))]
# What begins much as SIP does, with a line of Microsoft's behind.
ALIKE = [start + b"\r\nms-keep-alive: UAC\r\n\r\n" + b" " * 100 for start in (
    b"GET sip:a HTTP/1.1", b"SIP/2.0", b"SIP/2.0 OK", b"BYE sip:a SIP/2.1", b"BYE sip:aSIP/2.0", b"Bye sip:a SIP/2.0",
    b"BYE http:a SIP/2.0", b"BYE" * 20 + b" sip:a SIP/2.0", b"BYE sip:" + b"a" * 3000 + b" SIP/2.0", b"", b"BYE sip:a",
    b"\r\nBYE sip:a SIP/2.0")] + [b"S", b"SIP/2.0", b"SIP/2.0 200", b"BYE sip:a SIP/2.0\r\n", b"BYE " * 99, b"A" * 300]


class Sessions:
    """Connections over TLS in one capture, and the secrets of all."""

    def __init__(self, bench):
        self.bench, self.capture, self.keys = bench, Capture(), []

    def add(self, port, sent, client=CLIENT, size=16384):
        """A connection: sent are (side, data), in records of a size."""
        stream = Stream(self.capture, client, (SERVER[0], port), handshake=False)
        stream.seq = [1000 + 10000000 * len(self.keys), 5000]  # ports may be used again
        for side, flags in ((0, "S"), (1, "SA"), (0, "A")):
            stream.segment(side, flags=flags)
        session = TlsSession(stream, seed=f"{port} {len(self.keys)}".encode())
        self.keys.append(session.key_log())
        for side, data in sent:
            for start in range(0, len(data), size):
                session.send(side, data[start:start + size])
        stream.close()
        return self

    def write(self):
        """Returns the capture's path, and the options with which it is decrypted."""
        path = self.bench.write("sip-tls.pcap", b"")
        self.capture.write(path)
        return path, ["-o", "tls.keylog_file:" + self.bench.write("sip-tls.keys", b"".join(self.keys))]


def shown(bench, path, *options):
    """What the trees show above TLS, frame by frame, and the table of calls."""
    text, end, table = bench.tshark(path, "-T", "pdml", "-z", "msice,calls", *options).partition("</pdml>")
    packets = ElementTree.fromstring(text + end).iter("packet")
    trees = [[f"{node.get('name')} {node.get('showname')} {node.get('show')}" for tree in packet.findall("proto")
              if tree.get("name") not in BELOW for node in tree.iter()] for packet in packets]
    return trees, table


def as_shown_on(bench, port, sent, size, passes):
    path, keys = Sessions(bench).add(port, sent, size=size).write()
    return shown(bench, path, *keys, *passes)


@pytest.mark.parametrize("sides, size", [((0, 1), 16384), ((0, 1), 300), ((0,), 16384), ((1,), 700)])
@pytest.mark.parametrize("passes", PASSES)
@pytest.mark.parametrize("name", CALLS)
def test_as_on_5061(bench, name, passes, sides, size):
    """Whole messages and such as go on in several records, of both sides or of one."""
    sent = [(side, data) for side, data in CALLS[name] if side in sides]
    there = as_shown_on(bench, 5061, sent, size, passes)
    assert bool(sent) == any("sip" in line for tree in there[0] for line in tree)
    for port in PORTS:
        assert as_shown_on(bench, port, sent, size, passes) == there, port


@pytest.mark.parametrize("passes", PASSES)
def test_several_messages_in_a_record(bench, passes):
    sent = [(0, b"".join(data for side, data in CALLS["call"] if side == 0)), (0, b"\r\n\r\n"), *CALLS["stories"]]
    there = as_shown_on(bench, 5061, sent, 16384, passes)
    for port in PORTS:
        assert as_shown_on(bench, port, sent, 16384, passes) == there, port


@pytest.mark.parametrize("passes", PASSES)
def test_compression_is_negotiated_first(bench, passes):
    """The first request names nobody, but only these products make it. What is compressed then, SIP does not know."""
    sent = [(0, message("NEGOTIATE sip:127.0.0.1:5061 SIP/2.0", ["Compression: LZ77-8K"], cseq="1 NEGOTIATE")),
            (1, message("SIP/2.0 488 Compression disabled", cseq="1 NEGOTIATE")), *CALLS["stories"], (1, b"\x01\x02\x03" * 40),
            *CALLS["call"]]
    there = as_shown_on(bench, 5061, sent, 16384, passes)
    for port in PORTS:
        assert as_shown_on(bench, port, sent, 16384, passes) == there, port


def test_from_the_first_message_of_microsofts(bench):
    """What comes before stays as without the plugin, in each pass, also in the frame of the first one."""
    path, keys = Sessions(bench).add(5067, [*OTHERS, *CALLS["stories"], *OTHERS]).write()
    first, second = (bench.fields(path, ["sip.Method", "sip.Status-Code", "frame.protocols"], *keys, *passes) for passes in PASSES)
    assert first == second
    found = [method + status for method, status, _ in first]
    begin = found.index(["BYE"])
    assert [words for words in found if words] == [["BYE"]] * 4 + [["OPTIONS"], ["200"], ["INVITE"]] == found[begin:begin + 7]
    before = ("-V", *keys, "-Y", f"frame.number <= {begin}")
    same(bench, path, before)
    same(bench, path, ("-2", *before))


@pytest.mark.parametrize("passes", PASSES)
def test_others_in_the_frame_of_the_first_message(bench, passes):
    """Records that share a segment: SIP has those behind the first message of Microsoft's."""
    capture = Capture()
    stream = Stream(capture, CLIENT, (SERVER[0], 5067))
    session = TlsSession(stream, seed=b"one frame")
    send, segments = stream.send, []
    stream.send = lambda side, data, sizes=None: segments.append(data)
    for data in (OTHERS[0][1], bye(diagnostics.BOTH_REMOTE), OTHERS[2][1]):
        session.send(0, data)
    send(0, b"".join(segments))
    path = bench.write("one-frame.pcap", b"")
    capture.write(path)
    keys = bench.write("one-frame.keys", session.key_log())
    assert bench.fields(path, ["sip.Method"], "-Y", "sip", "-o", f"tls.keylog_file:{keys}", *passes) == [[["BYE", "INVITE"]]]


@pytest.fixture
def others(bench):
    """What others have in TLS, beside calls of Microsoft's; their connections alone are looked at, one on ports that a call
    had before. Path and options."""
    sessions = Sessions(bench)
    for port in PORTS:
        sessions.add(port, CALLS["stories"]).add(port, OTHERS)
    ours = len(PORTS) * 2
    for number, port in enumerate(PORTS):
        client = (CLIENT[0], 40000 + number)
        sessions.add(port, OTHERS, client).add(port, OTHERS, (CLIENT[0], 41000 + number), size=150)
        for again, data in enumerate(ALIKE):
            sessions.add(port, [(0, data), (1, data)], (CLIENT[0], 42000 + 100 * number + again))
    sessions.add(443, [(0, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"), (1, b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), *OTHERS],
                 (CLIENT[0], 43000))
    path, keys = sessions.write()
    wanted = " or ".join(f"tcp.stream == {stream}" for stream in range(1, ours, 2))
    return path, [*keys, "-Y", f"{wanted} or tcp.stream >= {ours}"]


VIEWS = {"tree": ("-V",), "two passes": ("-2", "-V"), "fields": ("-2", "-T", "json"), "list": ()}


@pytest.mark.parametrize("view", VIEWS)
def test_others_stay_as_they_are(bench, others, view):
    path, options = others
    same(bench, path, (*VIEWS[view], *options))


def test_switched_off(bench):
    sessions = Sessions(bench)
    for number, port in enumerate(PORTS):
        sessions.add(port, CALLS["stories"], (CLIENT[0], 40000 + number))
    path, keys = sessions.write()
    view = ("-2", "-V", *keys)
    assert bench.tshark(path, *view, "--disable-protocol", "msice_plugin") == bench.tshark(path, *view, plugin=False)
    same(bench, path, (*view, "--disable-protocol", "sip"))


def test_the_heuristic_switched_off(bench):
    path, keys = Sessions(bench).add(5067, CALLS["stories"]).write()
    assert len(bench.frames(path, "sip", *keys)) == len(CALLS["stories"])
    assert bench.frames(path, "sip or msdiag", *keys, "--disable-heuristic", "msice_sip_tls") == []


@pytest.mark.parametrize("port, choice", [(5067, "http"), (443, "smtp")])
def test_a_choice_of_the_user_stands(bench, port, choice):
    """Decode As."""
    path, keys = Sessions(bench).add(port, CALLS["stories"]).write()
    same(bench, path, ("-V", *keys, "-d", f"tls.port=={port},{choice}"))


@pytest.mark.parametrize("options, ports", [
    (("-o", "http.tls.port:443,5067"), [443]),  # in newer versions the other one is as by Decode As
    (("-o", "sip.tls.port:5067"), PORTS), (("-d", "tls.port==5067,sip"), PORTS), (("-o", "http.tls.port:4443"), PORTS)])
def test_preferences_of_ports(bench, options, ports):
    """What stock does by its preferences, and what looks like Decode As and is none."""
    for port in ports:
        path, keys = Sessions(bench).add(port, CALLS["stories"]).write()
        assert len(bench.frames(path, "sip and msdiag", *keys, *options)) == len(CALLS["stories"]), port
