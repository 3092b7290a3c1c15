# SPDX-License-Identifier: GPL-2.0-or-later
"""The ICE-TCP stream inside end-to-end data: RFC 4571 packets that a relay has cut into several frames."""
import struct

import pytest

from gen import tcp443
from gen.wire import Capture
from record_sharing import SHARED
from test_tcp443 import ONE, TWO, opened, save


def relayed(bench, frames, missing=None, name="relayed.pcap"):
    """A session whose relay cuts the peer's stream into these frames; missing: the one that the capture has not."""
    capture = Capture()
    stream = opened(capture)
    for number, content in enumerate(frames):
        if number == missing:
            stream.seq[1] += 4 + len(content)
        else:
            stream.send(1, tcp443.data(content, inner=False))
    return save(bench, name, capture)


# As ICE makes it in front of media: from there on it is known what the stream is made of.
CHECK = struct.pack(">HHHI", 20, 0x0101, 0, 0x2112A442) + bytes(12)
INNER = b"".join(struct.pack(">H", len(packet)) + packet for packet in SHARED)
STARTS = [sum(len(packet) + 2 for packet in SHARED[:number]) for number in range(len(SHARED))]


@pytest.mark.parametrize("size", [1, 2, 7, 100, 301, 303, 304, 500, 1000, 4000])
def test_packets_over_several_frames(bench, size):
    """A relay's frames hold what it has read, packets or not: all are found, and no other, by whatever pass, also where
    a length is cut; each is put together with links to its pieces."""
    content = [INNER[at:at + size] for at in range(0, len(INNER), size)]
    expected = [str(number) for number in range(1, len(SHARED) + 1)]
    found = []
    for first in ([], [CHECK]):
        name = relayed(bench, first + content)
        for options in (ONE, TWO):
            rows = bench.rows(name, ["rtp.seq", "rtp.ssrc"], *options)
            found.append([value for row in rows.values() for value in row["rtp.seq"]])
            if first or size >= 304:
                assert {value for row in rows.values() for value in row["rtp.ssrc"]} <= {"0x5a5a1234"}
                assert set(found[-1]) <= set(expected) and len(found[-1]) == len(set(found[-1]))
    assert found[0] == found[1] and found[2] == found[3]
    if size == 1:  # A packet of a thousand pieces is none.
        expected = expected[:[len(packet) >= 1000 for packet in SHARED].index(True)]
    assert found[2] == expected and (size < 304 or found[0] == expected)
    if size == 500:
        links = bench.rows(name, ["msturn.rfc4571.reassembled_in", "msturn.rfc4571.fragment"], *TWO)
        assert any(row["msturn.rfc4571.fragment"] for row in links.values())
        assert any(row["msturn.rfc4571.reassembled_in"] for row in links.values())


@pytest.mark.parametrize("more", [0, 1, 9], ids="alone {}".format)
def test_each_length_cut(bench, more):
    """One byte of each length at the end of a frame, the other one at the start of the next, which holds that alone, or
    a little of the packet. A frame that packets fill begins anew: the byte in front was none of a length."""
    ends = sorted({end for start in STARTS[1:] for end in (start + 1, start + 2 + more)} | {len(INNER)})
    content = [INNER[start:end] for start, end in zip([0, *ends], ends)]
    name = relayed(bench, [CHECK] + content)
    stray = relayed(bench, [CHECK, content[0]] + [struct.pack(">H", len(packet)) + packet for packet in SHARED[1:]], None,
                    "stray.pcap")
    for options in (ONE, TWO):
        for path in (name, stray):
            rows = bench.rows(path, ["rtp.seq"], *options)
            assert [value for row in rows.values() for value in row["rtp.seq"]] == [
                str(number) for number in range(1, len(SHARED) + 1)], (path, options)


def test_packets_over_frames_with_a_gap(bench):
    """A frame of a packet is not in the capture: others are found behind it, and none is made up."""
    content = [INNER[at:at + 450] for at in range(0, len(INNER), 450)] + [struct.pack(">H", len(SHARED[0])) + SHARED[0]]
    for missing in range(1, len(content)):
        name = relayed(bench, [CHECK] + content, missing)
        for options in (ONE, TWO):
            rows = bench.rows(name, ["rtp.seq", "rtp.ssrc"], *options)
            assert {value for row in rows.values() for value in row["rtp.ssrc"]} <= {"0x5a5a1234"}, missing
            assert [value for row in rows.values() for value in row["rtp.seq"]][-1:] == ["1"], missing
