# SPDX-License-Identifier: GPL-2.0-or-later
"""Who answered a pseudo-TLS hello, where the capture has not all of the answer: by its first bytes, or not at all."""
import collections
import re

import pytest
from scapy.layers.inet import TCP

import tcp_variants as variants
from gen import tcp443
from gen.wire import Capture
from test_tcp443 import ONE, TWO, findings, frames_of, save

# Who answers in a capture, by number; and what may be said of it where the capture has not all of that.
UNSEEN, EDGE_UNSEEN = "10", "11"
ANSWERED = {"tcp443-edge.pcap": {"1", EDGE_UNSEEN}, "tcp443-proxy-407.pcap": {"2"}, "tcp443-tls-server.pcap": {"3"},
            "tcp443-tls-alert.pcap": {"4"}}


def without_each(packets):
    """The packets without each one of the first of the server's with data."""
    for missing in [number for number, packet in enumerate(packets) if from_server(packet) and data_of(packet)][:10]:
        yield packets[:missing] + packets[missing + 1:]


def with_each_late(packets):
    """The same packets, each two of the server's in the other order."""
    for first, packet in enumerate(packets[:-1]):
        if all(from_server(one) and data_of(one) for one in (packet, packets[first + 1])):
            yield packets[:first] + [packets[first + 1], packet] + packets[first + 2:]


def from_server(packet):
    return packet[TCP].sport == 443


def data_of(packet):
    return bytes(packet[TCP].payload)


@pytest.mark.parametrize("change", [without_each, with_each_late])
@pytest.mark.parametrize("name", ANSWERED)
def test_who_answered_is_not_guessed(bench, name, change):
    """Segments of the answer that are not captured, or late: who answered is known by its first bytes, or not at all."""
    packets = variants.segmented(variants.read(bench.capture(name)), 60)
    changed = list(change(packets))[:12]
    path = bench.scratch / "missing.pcap"
    path.touch()
    variants.write(path, [packet for host, some in enumerate(changed, 1) for packet in variants.moved(some, host)])
    path.chmod(0o644)
    for options in (ONE, TWO):
        said = collections.defaultdict(set)
        for row in bench.rows(path, ["tcp.stream", "msturn.answered_by"], *options).values():
            said[row.one("tcp.stream")] |= set(row["msturn.answered_by"])
        found = [said[str(stream)] for stream in range(len(changed))]
        assert all(values and values <= ANSWERED[name] | {UNSEEN} for values in found), (found, options)
        assert not {"answered_by_other", "hello_unanswered", "answered_without_hello", "hello_closed"} & set(
            sum(findings(bench, path, *options).values(), []))


@pytest.mark.parametrize("name", ANSWERED)
def test_the_client_alone_shows_that_it_was_answered(bench, name):
    """A capture of one direction: what the client acknowledges has come, and nobody but the Edge is spoken to on."""
    packets = [packet for packet in variants.read(bench.capture(name)) if not from_server(packet)]
    path = bench.scratch / "one-way.pcap"
    path.touch()
    variants.write(path, packets)
    path.chmod(0o644)
    for options in (ONE, TWO):
        said = {value for row in bench.rows(path, ["msturn.answered_by"], *options).values() for value in row["msturn.answered_by"]}
        assert said == {EDGE_UNSEEN if name == "tcp443-edge.pcap" else UNSEEN}
        assert "hello_unanswered" not in sum(findings(bench, path, *options).values(), [])
    if name == "tcp443-edge.pcap":
        sent = frames_of(bench, path)["0"]
        assert len(sent) == 6 and not collections.Counter(sent) - collections.Counter(frames_of(bench, name)["0"])


def test_frames_behind_a_lost_answer(bench):
    """The capture loses a burst behind the hello: the frames are found as without the hello in front of it."""
    found = []
    for hello in (True, False):
        capture = Capture()
        stream = capture.tcp(tcp443.CLIENT, tcp443.EDGE)
        if hello:
            stream.send(0, tcp443.client_hello())
        else:
            stream.seq[0] += 50
        stream.seq[1] += 83 + 500
        stream.send(0, tcp443.control(tcp443.ALLOCATE))
        sent = b"".join(tcp443.data(tcp443.rtp(number, tcp443.opaque(str(number), 1000))) for number in range(1, 7))
        stream.send(1, sent[500:], sizes=[1400] * 4)
        stream.send(1, tcp443.control(tcp443.CHALLENGE))
        name = save(bench, "burst.pcap", capture)
        found += [frames_of(bench, name, *options)["0"] for options in (ONE, TWO)]
    assert len(found[0]) == 7 and all(frames == found[0] for frames in found)


LATE = {b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n": ("http.response.code", "408", "2"),
        b"\x15\x03\x01\0\x02\x02\x28": ("tls.alert_message.desc", "40", "4"),
        tcp443.server_hello(): ("msturn.pseudotls", "2", "1")}


def test_answers_behind_the_clients_end(bench):
    """Who answers when the client has given up is told as well, and speaks for himself; the tree counts him."""
    for number, (answer, (field, value, by)) in enumerate(LATE.items()):
        capture = Capture()
        stream = capture.tcp((tcp443.CLIENT[0], 52000 + number), tcp443.EDGE)
        stream.send(0, tcp443.client_hello())
        stream.segment(0, flags="FA", after=10)
        stream.segment(1, flags="A")
        stream.send(1, answer, after=5)
        stream.segment(1, flags="FA")
        name = save(bench, "late.pcap", capture)
        for options in (ONE, TWO):
            rows = bench.rows(name, [field, "msturn.answered_by", "msturn.pseudotls.answer_time"], *options)
            assert (rows[5].one("msturn.answered_by"), rows[5].one("msturn.pseudotls.answer_time")) == ("7", "10.000000000")
            assert (rows[7].one("msturn.answered_by"), rows[7].one(field)) == (by, value)
            tree = bench.tshark(name, *options, "-q", "-z", "msturn_hello,tree")
            assert re.search(r"Pseudo-TLS hellos +1\b", tree) and not re.search(r"nobody[^\d]+[1-9]", tree), tree


def test_an_answer_cut_by_the_snap_length(bench):
    """What is there of the ServerHello is shown as one, and frames go on behind it."""
    capture = Capture()
    stream = capture.tcp(tcp443.CLIENT, tcp443.EDGE)
    stream.send(0, tcp443.client_hello())
    for length in (44, 60, 82):
        capture.frames = capture.frames[:4]
        stream.seq[1] = 5001
        stream.send(1, tcp443.server_hello())
        when, frame, _ = capture.frames[-1]
        capture.frames[-1] = (when, frame, 54 + length)
        stream.send(1, tcp443.control(tcp443.CHALLENGE))
        name = save(bench, "cut-answer.pcap", capture)
        for options in (ONE, TWO):
            assert findings(bench, name, *options) == {5: ["answered_by_edge"]}
            row = bench.rows(name, ["msturn.pseudotls", "msturn.pseudotls.random", "msturn.pseudotls.hello_in"], *options)[5]
            assert row == {"msturn.pseudotls": ["2"], "msturn.pseudotls.random": [tcp443.opaque("server", 28).hex()],
                           "msturn.pseudotls.hello_in": ["4"]}
            assert frames_of(bench, name, *options)["0"] == [("2", str(len(tcp443.CHALLENGE)))]
