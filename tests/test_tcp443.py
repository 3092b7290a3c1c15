# SPDX-License-Identifier: GPL-2.0-or-later
"""MS-TURN over TCP 443: hellos, frames, and who answered."""
import collections
import re
import struct

import pytest
from scapy.layers.inet import ICMP
from scapy.packet import Raw

import tcp_variants as variants
from gen import other_traffic, tcp443
from gen.wire import Capture, Stream
from record_sharing import SHARED, STEPS

ONE, TWO = (), ("-2",)


def names_in(node, prefix):
    """The names of all fields below a JSON node that begin with prefix."""
    found = []
    if isinstance(node, dict):
        for key, value in node.items():
            if key.startswith(prefix):
                found.append(key)
            found += names_in(value, prefix)
    elif isinstance(node, list):
        for value in node:
            found += names_in(value, prefix)
    return found


def findings(bench, name, *options):
    """{frame: [findings of msturn about TCP]}."""
    ours = ("answered_", "hello_", "proxy_", "framing_", "frame_", "stream_", "early_", "edge_hello", "answer_not")
    result = {}
    for number, packet in enumerate(bench.json(name, *options), 1):
        found = sorted({key.removeprefix("msturn.expert.") for key in
                        names_in(packet["_source"]["layers"], "msturn.expert.")})
        found = [item for item in found if item.startswith(ours)]
        if found:
            result[number] = found
    return result


def save(bench, name, capture):
    path = bench.scratch / name
    path.touch()
    capture.write(path)
    path.chmod(0o644)
    return str(path)


def join(bench, names):
    """One capture of several; hosts are changed, so that connections with the same ports stay apart."""
    path, packets = bench.scratch / "joined.pcap", []
    for host, name in enumerate(names, 1):
        recorded = variants.read(bench.capture(name))
        packets += variants.moved([packet for packet in recorded if variants.ETHERNET in packet], host)
    path.touch()
    variants.write(path, packets)
    path.chmod(0o644)
    return path


# --- who answered --------------------------------------------------------------------------------------------------

# Capture: what is found in which frame; and what a second pass adds.
STORIES = {
    "tcp443-edge.pcap": ({5: ["answered_by_edge"]}, {}),
    "tcp443-proxy-407.pcap": ({6: ["answered_by_http_proxy", "proxy_authentication"]}, {}),
    "tcp443-tls-server.pcap": ({5: ["answered_by_tls_server"]}, {}),
    "tcp443-tls-alert.pcap": ({5: ["answered_by_tls_alert"]}, {}),
    "tcp443-silence.pcap": ({6: ["hello_reset"], 11: ["hello_unanswered"], 16: ["hello_closed"]},
                            {10: ["hello_unanswered"], 21: ["hello_unanswered"]}),
    "tcp443-connect.pcap": ({6: ["hello_tunnelled"], 7: ["answered_by_edge"]}, {}),
    "tcp443-no-hello.pcap": ({}, {}),
    "tcp443-real-openssl.pcap": ({6: ["answered_by_tls_alert"]}, {}),
    "tcp443-real-proxy.pcap": ({6: ["answered_by_http_proxy", "proxy_authentication"]}, {}),
    "tcp443-real-silence.pcap": ({6: ["hello_reset"]}, {}),
}


@pytest.mark.parametrize("name", STORIES)
def test_who_answered(bench, name):
    once, later = STORIES[name]
    assert findings(bench, name) == once
    assert findings(bench, name, *TWO) == {**once, **later}


def test_hello_and_answer_are_linked(bench):
    wanted = ["msturn.pseudotls.answered_in", "msturn.pseudotls.hello_in", "msturn.answered_by"]
    time = "msturn.pseudotls.answer_time"

    def links(name):
        rows = bench.rows(name, wanted, *TWO)
        return {frame: tuple(row.one(field) for field in wanted) for frame, row in rows.items() if any(row.values())}

    assert links("tcp443-edge.pcap") == {4: ("5", None, "1"), 5: (None, "4", "1")}
    assert links("tcp443-silence.pcap") == {
        4: ("6", None, "5"), 6: (None, "4", "5"), 10: ("11", None, "7"), 11: (None, "10", "7"),
        15: ("16", None, "6"), 16: (None, "15", "6"), 21: (None, None, "0")}
    assert bench.rows("tcp443-edge.pcap", [time], "-Y", time) == {5: {time: ["0.020000000"]}}
    types = {line.split("\t")[2]: line.split("\t")[3] for line in bench.run("tshark", "-G", "fields").stdout.split("\n")
             if line.startswith("F\t") and "\tmsturn.pseudotls." in line}
    assert types["msturn.pseudotls.answered_in"] == types["msturn.pseudotls.hello_in"] == "FT_FRAMENUM"


def test_hello_fields(bench):
    kind, time, random, suite, session = names = ["msturn.pseudotls"] + ["msturn.pseudotls." + name for name in (
        "timestamp", "random", "suite", "session_id")]
    rows = bench.rows("tcp443-edge.pcap", names)
    hello, answer = rows[4], rows[5]
    assert "11:53:36" in hello.one(time)
    assert (hello.one(kind), hello.one(random), hello.one(suite), hello.one(session)) == (
        "1", tcp443.opaque("client", 28).hex(), "0x0018", None)
    assert (answer.one(kind), answer.one(session)) == ("2", tcp443.opaque("session", 32).hex())


def test_impostors_speak_for_themselves(bench):
    """What follows goes to the dissector of the one who answered, and what he says is shown."""
    for options in (ONE, TWO):
        status, reason, code = names = ["msturn.answer.http_status", "msturn.answer.http_reason", "http.response.code"]
        rows = bench.rows("tcp443-proxy-407.pcap", [*names, "_ws.col.Protocol"], *options)
        assert (rows[6].one(status), rows[6].one(reason)) == ("407", "Proxy Authentication Required")
        assert (rows[7].one(status), rows[7].one(code), rows[7].one("_ws.col.Protocol")) == (None, "407", "HTTP")
        certificate = {"msturn.answer.certificate.subject": "sharing-edge.example.com",
                       "msturn.answer.certificate.issuer": "Example Inspection CA",
                       "msturn.answer.certificate.names": "sharing-edge.example.com, *.example.net"}
        handshake, alert = "tls.handshake.type", "tls.alert_message.desc"
        rows = bench.rows("tcp443-tls-server.pcap", [*certificate, handshake, alert], *options)
        assert rows[6].one(handshake) == "2" and rows[7][handshake] == ["11", "14"]
        assert {name: rows[7].one(name) for name in certificate} == certificate
        assert rows[8].one(alert) == "40"
    row = bench.rows("tcp443-tls-alert.pcap", ["tls.alert_message.desc", "msturn.answer.tls_alert"])[5]
    assert row == {"tls.alert_message.desc": ["40"], "msturn.answer.tls_alert": ["40"]}


ANSWERS = {
    "HTTP/1.0 302 Found\r\nLocation: http://block.example.com/\r\n\r\n": "answered_by_http_proxy",
    "HTTP/1.1 200 OK\r\n\r\n": "answered_by_http_proxy",
    "HTTP": "hello_closed",  # too little to say who it was
    "SSH-2.0-OpenSSH_9.2p1\r\n": "answered_by_other",
    "\x15\x03\x00\x00\x02\x02\x28": "answered_by_tls_alert",
    "\x16\x03\x01\x00\x4a\x02\x00\x00\x46\x03\x01" + "r" * 32 + "\x20" + "s" * 32 + "\x00\x2f\x00":
        "answered_by_tls_server",
    tcp443.control(tcp443.CHALLENGE).decode("latin-1"): "answered_without_hello",
}


def test_other_answers(bench):
    """One answer a stream; each is told as what it is, in one piece and in pieces of three bytes."""
    capture, expected = Capture(), {}
    for number, (answer, finding) in enumerate(ANSWERS.items()):
        for pieces in (0, len(answer) // 3):
            stream = capture.tcp((tcp443.CLIENT[0], 51000 + 100 * number + pieces), tcp443.EDGE)
            stream.send(0, tcp443.client_hello())
            stream.send(1, answer.encode("latin-1"), sizes=[3] * pieces)
            stream.segment(1, flags="FA")
            stream.segment(0, flags="FA")
            expected[51000 + 100 * number + pieces] = finding
    name = save(bench, "answers.pcap", capture)
    for options in (ONE, TWO):
        ports = bench.rows(name, ["tcp.port"])
        found = collections.defaultdict(list)
        for frame, items in findings(bench, name, *options).items():
            port = max(int(value) for value in ports[frame]["tcp.port"])
            found[port] += [item for item in items if item.startswith("answered") or item.startswith("hello_")]
        for port, finding in expected.items():
            assert finding in found[port], (port, finding, found[port], options)


def test_statistics(bench):
    """The tree counts each hello once, in one pass and in two."""
    path = join(bench, [name for name in STORIES if "real" not in name])
    for options in (ONE, TWO):
        lines = bench.tshark(path, *options, "-q", "-z", "msturn_hello,tree").splitlines()
        counts = {found[1]: found[2] for found in (re.match(r" ?(\S.*?) {2,}(\d+)\s", line) for line in lines)
                  if found and found[2] != "0"}
        assert counts == {"Pseudo-TLS hellos": "9", "Edge": "2", "HTTP proxy": "1", "TLS server": "1",
                          "TLS alert": "1", "reset": "1", "closed without an answer": "1",
                          "nobody (the client gave up)": "1", "nobody": "1"}, lines


def test_reset_inside_a_tunnel(bench):
    """The hello's connection is the tunnel's: its end is seen there, too."""
    capture = Capture()
    stream = capture.tcp(tcp443.CLIENT, ("192.0.2.200", 8080))
    stream.send(0, b"CONNECT edge.example.com:443 HTTP/1.1\r\nHost: edge.example.com:443\r\n\r\n")
    stream.send(1, b"HTTP/1.1 200 Connection established\r\n\r\n")
    stream.send(0, tcp443.client_hello())
    stream.segment(1, flags="RA", after=3)
    name = save(bench, "tunnel-reset.pcap", capture)
    for options in (ONE, TWO):
        assert findings(bench, name, *options) == {6: ["hello_tunnelled"], 7: ["hello_reset"]}


def test_quoted_by_icmp(bench):
    """A router returns the hello and a frame in ICMP messages: neither is taken for part of the stream."""
    capture = Capture()
    stream = capture.tcp(tcp443.CLIENT, tcp443.EDGE)
    for payload in (tcp443.client_hello(), None, tcp443.control(tcp443.ALLOCATE)):
        if payload is None:
            stream.send(1, tcp443.server_hello())
            continue
        stream.send(0, payload)
        _, frame, _ = capture.frames[-1]
        quoted = frame[14:]
        capture.frame(capture._ip("192.0.2.1", tcp443.CLIENT[0]) / ICMP(type=11) / Raw(quoted))
    stream.send(0, tcp443.data(tcp443.SHARED[0]))
    name = save(bench, "quoted.pcap", capture)
    for options in (ONE, TWO):
        assert findings(bench, name, *options) == {6: ["answered_by_edge"]}
        assert frames_of(bench, name, *options)["0"] == [("2", "44"), ("3", "304")]


# --- frames --------------------------------------------------------------------------------------------------------

def frames_of(bench, name, *options):
    """Per TCP stream, the (type, length) of all frames, in order."""
    result = collections.defaultdict(list)
    for streams, types, lengths in bench.fields(name, ["tcp.stream", "msturn.frame.type", "msturn.frame.length"], *options):
        if types:
            result[streams[0]] += zip(types, lengths)
    return dict(result)


def test_every_split_point(bench):
    """Hello, answer and a control frame, each cut in two at every byte; and the stream cut into single bytes."""
    capture = Capture()
    hello, answer, frame = tcp443.client_hello(), tcp443.server_hello(), tcp443.control(tcp443.ALLOCATE)
    for cut in range(1, len(answer)):
        stream = capture.tcp((tcp443.CLIENT[0], 52000 + cut), tcp443.EDGE)
        stream.send(0, hello, sizes=[cut] if cut < len(hello) else None)
        stream.send(1, answer, sizes=[cut])
        stream.send(0, frame, sizes=[cut] if cut < len(frame) else None)
        stream.send(0, tcp443.data(tcp443.SHARED[0]) + frame, sizes=[cut])
    stream = capture.tcp((tcp443.CLIENT[0], 53000), tcp443.EDGE)
    stream.send(0, hello, sizes=[1] * 49)
    stream.send(1, answer, sizes=[1] * 82)
    stream.send(0, frame + frame, sizes=[1] * (2 * len(frame) - 1))
    name = save(bench, "splits.pcap", capture)
    control = ("2", str(len(frame) - 4))
    for options in (ONE, TWO):
        hellos = collections.Counter(row.one("tcp.stream") for row in
                                     bench.rows(name, ["tcp.stream"], "-Y", "msturn.pseudotls", *options).values())
        found = frames_of(bench, name, *options)
        for stream in range(len(answer) - 1):
            assert hellos[str(stream)] == 2, (stream, options)
            assert found[str(stream)] == [control, ("3", "304"), control], (stream, options)
        assert hellos[str(len(answer) - 1)] == 2 and found[str(len(answer) - 1)] == [control, control]


def test_frames_without_hello_at_every_split_point(bench):
    """A control frame that begins a connection on 443 and 3478, cut at every byte."""
    capture, frame = Capture(), tcp443.control(tcp443.ALLOCATE)
    for port in (443, 3478):
        for cut in range(1, len(frame)):
            stream = capture.tcp((tcp443.CLIENT[0], 52000 + cut), (tcp443.EDGE[0], port))
            stream.send(0, frame + frame, sizes=[cut])
    name = save(bench, "splits-no-hello.pcap", capture)
    found = frames_of(bench, name)
    assert len(found) == 2 * (len(frame) - 1)
    assert all(frames == [("2", "44"), ("2", "44")] for frames in found.values()), found


@pytest.mark.parametrize("stray", [b"\x03", b"\x02\x07", b"\x03\xbe", b"\x02\x00\x01"], ids=bytes.hex)
def test_stray_bytes_at_every_split_point(bench, stray):
    """Bytes that may begin a frame, at the end of a segment, and turn out to belong to none: they are told once, with
    the frame behind them, and by whatever pass, wherever that is cut behind what it is known by."""
    capture, frame = Capture(), tcp443.control(tcp443.ALLOCATE)
    cuts = range(32, len(frame) + 1)
    for cut in cuts:
        stream = opened(capture, 52000 + cut)
        stream.send(0, frame + stray + frame, sizes=[len(frame) + len(stray), cut])
    name = save(bench, f"stray-{stray.hex()}.pcap", capture)
    said = {}
    for options in (ONE, TWO):
        skipped = collections.defaultdict(list)
        for row in bench.rows(name, ["tcp.stream", "msturn.frame.skipped", "msturn.frame.rest"], *options).values():
            skipped[row.one("tcp.stream")] += row["msturn.frame.skipped"] + row["msturn.frame.rest"]
        assert list(skipped.values()) == [[stray.hex()]] * len(cuts), options
        assert list(frames_of(bench, name, *options).values()) == [[("2", "44")] * 2] * len(cuts), options
        said[options] = findings(bench, name, *options)
        assert sum("framing_lost" in found for found in said[options].values()) == len(cuts)
    assert said[ONE] == said[TWO]


@pytest.mark.parametrize("stray", [b"\x03", b"\x02\x59", b"\x03\xbe", b"\x02\x00\x01"], ids=bytes.hex)
def test_stray_bytes_around_a_short_frame(bench, stray):
    """What tells them from a frame may stand behind the frame in the middle, where a later pass does not look again."""
    capture, frame = Capture(), tcp443.control(tcp443.ALLOCATE)
    opened(capture).send(0, frame + stray + b"\x03\0\0\0" + stray + frame,
                         sizes=[len(frame) + len(stray), 4 + len(stray)])
    name = save(bench, f"stray-short-{stray.hex()}.pcap", capture)
    said = {options: (frames_of(bench, name, *options), findings(bench, name, *options)) for options in (ONE, TWO)}
    assert said[ONE] == said[TWO]
    assert any("framing_lost" in names for names in said[TWO][1].values())


@pytest.mark.parametrize("handshake", [True, False], ids=["opened", "goes-on"])
def test_frames_behind_what_tls_waits_for(bench, handshake):
    """The beginning of a hello that does not go on is for TLS, until the server's answer shows whose connection it is:
    it comes again in front of the frames behind it, and both passes tell of all. In a connection whose opening is not
    captured it is no fault."""
    capture, frame = Capture(), tcp443.control(tcp443.ALLOCATE)
    begun = range(5, 50)
    for length in begun:
        stream = Stream(capture, (tcp443.CLIENT[0], 52000 + length), tcp443.EDGE, handshake)
        stream.send(0, tcp443.client_hello()[:length])
        stream.send(1, tcp443.server_hello())
        stream.send(0, frame + frame)
    name = save(bench, "behind-tls.pcap", capture)
    said = {options: (frames_of(bench, name, *options), findings(bench, name, *options)) for options in (ONE, TWO)}
    frames, found = said[TWO]
    assert said[ONE] == said[TWO]
    assert sum("framing_lost" in names for names in found.values()) == (len(begun) if handshake else 0)
    # TLS gets 50 bytes; a frame is known by 32.
    assert [len(frames[str(stream)]) for stream in range(len(begun))] == [2 if 50 - length >= 32 else 1 for length in begun]


def test_stray_bytes_at_the_end(bench):
    """A capture that ends before that frame is whole leaves all of it to TCP, by whatever pass."""
    capture, frame = Capture(), tcp443.control(tcp443.ALLOCATE)
    opened(capture).send(0, frame + b"\x03\xbe" + frame[:33], sizes=[len(frame) + 2])
    name = save(bench, "stray-end.pcap", capture)
    for options in (ONE, TWO):
        layers = [row.one("frame.protocols") for row in bench.rows(name, ["frame.protocols"], "-Y", "tcp.len == 33",
                                                                  *options).values()]
        assert layers == ["eth:ethertype:ip:tcp"] and not findings(bench, name, *options).get(7), options


@pytest.fixture(scope="module")
def session(bench):
    """The packets of the sharing session, and its frames."""
    packets = variants.read(bench.capture("tcp443-edge.pcap"))
    return packets, sorted(frames_of(bench, "tcp443-edge.pcap")["0"])


def test_session_frames(session):
    _, frames = session
    assert {kind for kind, _ in frames} == {"2", "3"} and len(frames) == 12


@pytest.mark.parametrize("size", [40, 300])
def test_out_of_order_and_retransmitted(bench, session, size):
    """With the TCP preference that puts segments in order everything is found; without it nothing is invented."""
    packets, frames = session
    pieces = variants.segmented(packets, size)
    for label, variant in (("repeated", variants.repeated(pieces)), ("swapped", variants.swapped(pieces)),
                           ("both", variants.repeated(variants.swapped(pieces)))):
        path = bench.scratch / f"{label}-{size}.pcap"
        path.touch()
        variants.write(path, variant)
        path.chmod(0o644)
        right = ("-o", "tcp.reassemble_out_of_order:TRUE")
        assert sorted(frames_of(bench, path, *right)["0"]) == frames, label
        for options in (ONE, TWO):
            found = collections.Counter(frames_of(bench, path, *options).get("0", []))
            assert not found - collections.Counter(frames), (label, found)
            if label == "repeated":
                assert sorted(found.elements()) == frames


def test_lost_segments(bench, session):
    """Segments missing from the capture: the gap is told, and frames behind it are found again."""
    packets, frames = session
    path = bench.scratch / "lost.pcap"
    path.touch()
    variants.write(path, variants.without(variants.segmented(packets, 250), 7))
    path.chmod(0o644)
    for options in (ONE, TWO):
        found = collections.Counter(frames_of(bench, path, *options)["0"])
        assert not found - collections.Counter(frames)
        assert sum(found.values()) >= len(frames) // 2
        said = sum(findings(bench, path, *options).values(), [])
        assert "stream_gap" in said


def test_gap_inside_a_frame(bench):
    """Bare payloads tell nothing of where frames begin; the length in front of the gap does."""
    packets = [tcp443.data(tcp443.opaque(f"bare {number}", 600), inner=False) for number in range(10)]
    capture = Capture()
    opened(capture).send(0, b"".join(packets), sizes=[250] * 24)
    whole = list(capture.frames)
    for missing in (6 + 5, 6 + 12):  # in the middle of a frame, and at its end
        capture.frames = whole[:missing] + whole[missing + 1:]
        name = save(bench, "gap.pcap", capture)
        for options in (ONE, TWO):
            found = frames_of(bench, name, *options)["0"]
            assert set(found) == {("3", "600")} and 8 <= len(found) <= 9, (missing, options, found)
    capture.frames = whole
    name = save(bench, "pieces-bare.pcap", capture)
    for options in (ONE, TWO):
        options += ("-o", "tcp.desegment_tcp_streams:FALSE")
        assert frames_of(bench, name, *options)["0"] == [("3", "600")] * 10
        assert "framing_lost" not in sum(findings(bench, name, *options).values(), [])


def test_without_reassembly(bench, session):
    """TCP puts nothing together: a frame that is cut is said to be, and the next is found where it has to be."""
    packets, frames = session
    path = bench.scratch / "pieces.pcap"
    path.touch()
    variants.write(path, variants.segmented(packets, 300))
    path.chmod(0o644)
    for options in (ONE, TWO):
        options += ("-o", "tcp.desegment_tcp_streams:FALSE")
        found = collections.Counter(frames_of(bench, path, *options)["0"])
        # Of one frame the header itself is cut.
        assert collections.Counter(frames) - found == {("2", "170"): 1} and not found - collections.Counter(frames)
        assert "frame_cut" in sum(findings(bench, path, *options).values(), [])


def test_retransmissions_passed_on(bench, session):
    """The TCP preference that calls dissectors for retransmitted segments, too."""
    packets, frames = session
    path = bench.scratch / "again.pcap"
    path.touch()
    variants.write(path, variants.repeated(packets, 2))
    path.chmod(0o644)
    for options in (ONE, TWO):
        options += ("-o", "tcp.no_subdissector_on_error:FALSE")
        assert sorted(frames_of(bench, path, *options)["0"]) == frames


def test_real_line(bench):
    """Real TCP stacks over a bad line: all frames with the profile's TCP preferences, in one pass and two."""
    sent = [("3", str(len(packet) + 2)) for packet in SHARED]
    control = [("2", str(len(message))) for _, message in STEPS]
    expected = collections.Counter(control + sent + sent)
    for options in (("-C", "MS-ICE"), ("-2", "-C", "MS-ICE")):
        found = frames_of(bench, "tcp443-bad-line.pcap", *options)["0"]
        assert collections.Counter(found) == expected
    found = collections.Counter(frames_of(bench, "tcp443-bad-line.pcap")["0"])
    assert not found - expected and sum(found.values()) > 90


BROKEN = {
    b"\x00": True, b"\x01\x00\x00\x04abcd": True, b"\x04\x00\x00\x02ab": True, b"\xff\x00\x00\x01a": True,
    b"\x02\x00\x00\x00": True, b"\x02\x00\xff\xff\x00\x03\x00\x08": True,
    b"\x03\x07\x00\x10" + tcp443.opaque("junk", 30): True, b"\x03\x00\x00\x00": False,
}


def test_broken_streams(bench):
    """What is no frame is said to be none, and the good frames around it are found."""
    for options in (ONE, TWO):
        said = findings(bench, "tcp443-broken.pcap", *options)
        found = frames_of(bench, "tcp443-broken.pcap", *options)
        for number, lost in enumerate(BROKEN.values()):
            good = [frame for frame in found[str(number)] if frame == ("3", "304")]
            assert len(good) == 3, (number, found[str(number)])
            assert ("framing_lost" in said[7 * number + 6]) == lost
            assert ("frame_empty" in said[7 * number + 6]) == (not lost)
            assert ("2", "44") in found[str(number)]


def opened(capture, port=50500):
    stream = capture.tcp((tcp443.CLIENT[0], port), tcp443.EDGE)
    stream.send(0, tcp443.client_hello())
    stream.send(1, tcp443.server_hello())
    return stream


def test_ten_thousand_frames_in_a_segment(bench):
    capture = Capture()
    opened(capture).send(0, bytes.fromhex("03000000") * 9999 + tcp443.data(tcp443.SHARED[0]))
    name = save(bench, "many.pcap", capture)
    assert len(frames_of(bench, name)["0"]) == 10000
    assert len(frames_of(bench, name, *TWO)["0"]) == 10000


def test_longest_frame(bench):
    """Length 65535 over many segments, with a frame behind it."""
    capture = Capture()
    long = struct.pack(">BBH", 3, 0, 65535) + tcp443.opaque("long", 65535)
    opened(capture).send(0, long + tcp443.data(tcp443.SHARED[0]), sizes=[1400] * 46)
    name = save(bench, "long.pcap", capture)
    for options in (ONE, TWO):
        assert frames_of(bench, name, *options)["0"] == [("3", "65535"), ("3", "304")]


def test_near_hellos_are_left_to_tls(bench):
    """49 bytes, another suite, another version, an extension: TLS as without the plugin. A byte more is early data."""
    hello = tcp443.client_hello()
    capture = Capture()
    near = [hello[:49], hello[:47] + b"\x19" + hello[48:], hello[:10] + b"\x03" + hello[11:],
            b"\x16\x03\x01\x00\x33\x01\x00\x00\x2f" + hello[9:] + b"\0\4\0\x23\0\0"]
    for number, data in enumerate(near):
        capture.tcp((tcp443.CLIENT[0], 50600 + number), tcp443.EDGE).send(0, data)
    name = save(bench, "near.pcap", capture)
    assert bench.tshark(name, "-V") == bench.tshark(name, "-V", plugin=False)
    capture = Capture()
    capture.tcp(tcp443.CLIENT, tcp443.EDGE).send(0, hello + b"\x03")
    name = save(bench, "early.pcap", capture)
    assert "early_data" in findings(bench, name)[4]


def test_port_used_again_after_tls(bench):
    """A connection of real TLS is left to TLS for good, but not the next one between the same ports."""
    capture = Capture()
    real = capture.tcp(tcp443.CLIENT, tcp443.EDGE)
    real.send(0, other_traffic.tls_client_hello("www.example.com"))
    real.send(1, other_traffic.tls_server_hello())
    real.send(0, other_traffic.tls_record(23, bytes(200)))
    real.close()
    ours = Stream(capture, tcp443.CLIENT, tcp443.EDGE, handshake=False)
    ours.seq = [90_000_000, 95_000_000]
    for side, flags in ((0, "S"), (1, "SA"), (0, "A")):
        ours.segment(side, flags=flags)
    ours.send(0, tcp443.client_hello())
    ours.send(1, tcp443.server_hello())
    tcp443.sharing(ours)
    name = save(bench, "reused.pcap", capture)
    for options in (ONE, TWO):
        assert bench.frames(name, "tls", *options) == [4, 5, 6]
        assert bench.frames(name, "msturn.pseudotls", *options) == [13, 14]
        assert len(bench.frames(name, "msturn.type", *options)) == 6


def test_cut_anywhere(bench):
    """Snap lengths: nothing malformed by us, no dissector bug, in any frame of any capture."""
    names = (*STORIES, "tcp443-multiplexed.pcap", "tcp443-broken.pcap", "ice-tcp-peers.pcap")
    cut = bench.scratch / "cut.pcapng"
    joined = join(bench, names)
    for snap in (55, 58, 60, 78, 83, 85, 103, 120, 200):
        bench.run("editcap", "-s", str(snap), joined, cut)
        for options in (ONE, TWO):
            text = bench.tshark(cut, "-V", *options)
            assert "Dissector bug" not in text and "Malformed Packet: MS-TURN" not in text, snap


# --- elsewhere -----------------------------------------------------------------------------------------------------

def test_framed_on_3478_and_any_port(bench):
    frames = frames_of(bench, "tcp443-no-hello.pcap")["0"]
    assert len(frames) == 12
    assert frames_of(bench, "tcp3478-no-hello.pcap")["0"] == frames
    capture = Capture()
    stream = capture.tcp(tcp443.CLIENT, (tcp443.EDGE[0], 8057))
    tcp443.sharing(stream)
    name = save(bench, "any-port.pcap", capture)
    assert frames_of(bench, name)["0"] == frames
    layers = bench.fields(name, ["frame.protocols"])
    assert layers == bench.fields(name, ["frame.protocols"], *TWO)


def test_payloads_are_demultiplexed(bench):
    """Inside frames: RTP, checks with our subtree, multiplexed payloads, data that nobody knows."""
    check = tcp443.stun_check(0x0001, 12, (0x0006, b"fLwX:oT2a"), (0x8070, b"\0\0\0\2"))
    capture = Capture()
    stream = opened(capture)
    for inner in (True, False):
        stream.send(0, tcp443.data(check, inner))
        stream.send(1, tcp443.data(tcp443.SHARED[0], inner))
        stream.send(0, tcp443.data(b"\xf0 nobody knows this", inner))
        stream.send(0, tcp443.data(b"\x16\xfe\xff" + bytes(8) + b"\0\x0c" + b"\x01\0\0\0" + bytes(8), inner))
    stream.send(0, tcp443.control(tcp443.ALLOCATE))
    name = save(bench, "payloads.pcap", capture)
    for options in (ONE, TWO):
        # Behind the handshake and the hellos, the four payloads twice.
        for field, frames in (("stun.type", [6, 10]), ("msice.check", [6, 10]), ("rtp.ssrc", [7, 11]),
                              ("data.data", [8, 12]), ("dtls", [9, 13])):
            assert bench.frames(name, field, *options) == frames, field
        assert frames_of(bench, name, *options)["0"][-1] == ("2", "44")
    rows = bench.rows("tcp443-multiplexed.pcap", ["rtp.seq", "msturn.session_id"])
    assert rows[9] == rows[10] == {"rtp.seq": ["1", "2", "3"],
                                   "msturn.session_id": [tcp443.opaque("session id", 8).hex()] * 3}


def test_decode_as(bench):
    """On a port of the user's choice, from data that begins in mid-stream."""
    capture = Capture()
    stream = capture.tcp(tcp443.CLIENT, (tcp443.EDGE[0], 9999))
    stream.send(0, tcp443.data(b"x" * 40, inner=False) + tcp443.data(tcp443.SHARED[0]))
    stream.send(0, tcp443.control(tcp443.ALLOCATE))
    name = save(bench, "decode-as.pcap", capture)
    for options in (ONE, TWO):
        found = frames_of(bench, name, "-d", "tcp.port==9999,msturn", *options)
        assert found["0"] == [("3", "40"), ("3", "304"), ("2", "44")]


def test_decoded_through_a_proxy(bench):
    assert frames_of(bench, "tcp443-connect.pcap") == frames_of(bench, "tcp443-edge.pcap")
    assert frames_of(bench, "tcp443-connect.pcap", *TWO) == frames_of(bench, "tcp443-edge.pcap")


def test_peers(bench):
    """RFC 4571 between the peers: the check claims the connection, data is cut out at its lengths."""
    for options in (ONE, TWO):
        rows = bench.rows("ice-tcp-peers.pcap", ["msturn.frame.length"], "-Y", "msturn.frame.length", *options)
        assert {frame: row["msturn.frame.length"] for frame, row in rows.items()} == {
            4: ["96"], 5: ["64"], 7: ["302"], 8: ["392", "482"], 9: ["572", "662", "752"]}


def test_streams_of_others_on_any_port(bench):
    """A check without Microsoft's attributes, and data that resembles frames, stay with stock."""
    capture = Capture()
    check = tcp443.stun_check(0x0001, 5, (0x0006, b"abcd:efgh"), (0x0024, b"\x6e\x00\x1e\xff"))
    capture.tcp(("192.0.2.10", 51000), ("192.0.2.20", 52000)).send(0, struct.pack(">H", len(check)) + check)
    for number, data in enumerate((b"\x03\0\0\x04abcd" * 20, b"\x02\0\0\x1c" + b"\0\x03\0\x08" + b"z" * 60,
                                   b"\x16\x03\x01\0\x2d\x01" + b"q" * 70, b"\xff\x10\0\x20" + b"p" * 40)):
        for port in (443, 3478, 8057):
            capture.tcp(("192.0.2.10", 51100 + number), ("192.0.2.20", port)).send(0, data)
    name = save(bench, "others.pcap", capture)
    for options in (ONE, TWO):
        assert bench.tshark(name, "-V", *options) == bench.tshark(name, "-V", *options, plugin=False)
