# SPDX-License-Identifier: GPL-2.0-or-later
"""Bad input: a finding in place of an exception, the bytes still visible, no endless loop."""
import struct

import captures as files
from conftest import TOP
from gen.msturn_bad import stories

OURS = sorted(path.name for path in (TOP / "pcaps").glob("turn-*.pcap"))
IP, UDP = 14, 34


def test_findings(bench):
    expected = [findings for findings, _ in stories()]
    names = sorted({name for findings in expected for name in findings})
    columns = {name: name.replace(".", ".expert.") for name in names}
    rows = bench.rows("turn-bad-input.pcap", [*columns.values(), "_ws.malformed", "msturn", "data"])
    rows.pop(1)     # an Allocate request, so that the port is known
    for findings, (frame, row) in zip(expected, rows.items(), strict=True):
        assert set(findings) <= {name for name, column in columns.items() if row[column]}, frame
        assert not row["_ws.malformed"], frame
        assert row["msturn"] or row["data"], frame


def test_bytes_stay_visible(bench):
    """What follows a defect is in the tree as bytes."""
    rows = bench.rows("turn-bad-input.pcap", ["msturn.undecoded", "msturn.trailer", "msturn.nested"])
    assert "ffff61626364" in rows[6].one("msturn.undecoded")
    assert rows[13].one("msturn.trailer") == b"more of it".hex()
    assert rows[14]["msturn.nested"]


def shorter(frame, size):
    """The frame with so many bytes of UDP payload, its lengths made to fit."""
    version = frame[IP] >> 4
    udp = UDP if version == 4 else UDP + 20
    cut = bytearray(frame[:udp + 8 + size])
    struct.pack_into(">H", cut, udp + 4, 8 + size)
    struct.pack_into(">H", cut, udp + 6, 0)
    if version == 4:
        struct.pack_into(">H", cut, IP + 2, 28 + size)
    else:
        struct.pack_into(">H", cut, IP + 4, 8 + size)
    return bytes(cut)


def test_cut_at_every_byte(bench):
    """Each frame as a shorter datagram, of every length: behind the whole captures, so that the conversations are
    known."""
    frames = [frame for name in OURS for frame in files.read(TOP / "pcaps" / name)[0]]
    cut = []
    for frame in (frame.data for frame in frames):
        payload = len(frame) - (42 if frame[IP] >> 4 == 4 else 62)
        cut += [shorter(frame, size) for size in range(1, payload, 1 if payload < 400 else 13)]
    path = bench.scratch / "cut.pcap"
    files.write(path, files.ETHERNET, frames + cut)
    path.chmod(0o644)
    assert bench.frames(str(path), "_ws.malformed") == []


def test_cut_by_the_capture(bench):
    """Snap lengths: what is there is decoded, what is missing is said, and nothing is called malformed."""
    whole = bench.scratch / "whole.pcap"
    files.write(whole, files.ETHERNET, [frame for name in OURS for frame in files.read(TOP / "pcaps" / name)[0]])
    whole.chmod(0o644)
    for snaplen in (43, 61, 69, 83, 111, 180):
        path = bench.scratch / "snap.pcap"
        bench.run("editcap", "-F", "pcap", "-s", snaplen, whole, path)
        # Of a message cut before its cookie attribute nobody can say that it is ours: stock's to decode.
        assert bench.frames(str(path), "_ws.malformed && (msturn || msice)") == [], snaplen
    assert bench.frames(str(path), "msturn.expert.cut_by_capture")
