# SPDX-License-Identifier: GPL-2.0-or-later
"""The reader and writer of bare frames that the fuzzer and the benches use: a frame that was cut stays cut."""
import random

import pytest

import captures
import mutations
from gen.wire import Capture

CLIENT, SERVER = ("192.0.2.10", 50000), ("198.51.100.20", 3478)
SNAP = 60


@pytest.fixture(params=["pcap", "nsecpcap", "pcapng"])
def cut(bench, request):
    """A file of two frames, of which editcap cut the second."""
    capture = Capture()
    for size in (10, 200):
        capture.udp(CLIENT, SERVER, bytes(size), after=0.5)
    whole = bench.write("whole.pcap", b"")
    capture.write(whole)
    path = bench.scratch / f"cut.{request.param}"
    bench.run("editcap", "-F", request.param, "-s", SNAP, whole, path)
    return path


def shapes(frames):
    return [(len(frame.data), frame.length) for frame in frames]


def test_lengths_and_times_are_kept(bench, cut):
    frames, _ = captures.read(cut)
    assert shapes(frames) == [(52, 52), (SNAP, 242)]
    assert frames[0].time == 1388577600_000000 and frames[1].time - frames[0].time == 500_000
    again = bench.scratch / "again.pcap"
    captures.write(again, captures.ETHERNET, frames, step_us=None)
    assert captures.read(again)[0] == frames
    captures.write(again, captures.ETHERNET, frames, step_us=7)
    assert shapes(captures.read(again)[0]) == shapes(frames)
    assert bench.fields(str(again), ["frame.len", "frame.cap_len"]) == [[["52"], ["52"]], [["242"], [str(SNAP)]]]


def test_units_of_time_in_pcapng(bench):
    """uclog counts milliseconds: an interface says what its times are counted in."""
    path = bench.scratch / "reader.pcapng"
    option = b"\x09\0\1\0\x03\0\0\0" + bytes(4)
    blocks = [(captures.BLOCK_SECTION, b"\x4d\x3c\x2b\x1a\1\0\0\0" + b"\xff" * 8),
              (captures.BLOCK_INTERFACE, b"\x01\0\0\0" + bytes(4) + option),
              (captures.BLOCK_ENHANCED, bytes(8) + b"\xe8\3\0\0" + b"\4\0\0\0" + b"\5\0\0\0" + b"abcd")]
    data = b""
    for kind, body in blocks:
        length = (len(body) + 12).to_bytes(4, "little")
        data += kind.to_bytes(4, "little") + length + body + length
    path.write_bytes(data)
    assert captures.read(path)[0] == [captures.Frame(captures.ETHERNET, b"abcd", 5, 1_000_000)]


@pytest.mark.parametrize("seed", range(9))
def test_mutations_leave_cut_frames_cut(cut, seed):
    """The bytes that are missing are missing afterwards, and the lengths of IP and UDP still count them."""
    frames, _ = captures.read(cut)
    rng = random.Random(seed)
    assert shapes(mutations.renumber(frames, seed, rng)) == shapes(frames)
    for old, new in zip(frames, mutations.restructure(frames, rng, 1.0, [b"other"])):
        assert new.length - len(new.data) == old.length - len(old.data)
        assert int.from_bytes(new.data[16:18], "big") == new.length - 14
        assert int.from_bytes(new.data[38:40], "big") == new.length - 34
