# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures for tests/bench.py: genuine TLS on 443, and MS-TURN in frames there."""
import struct
from pathlib import Path

import tcp_variants as variants
from gen import tcp443
from gen.wire import EPOCH, Capture

PCAPS = Path(__file__).resolve().parent.parent.parent / "pcaps"
RECORDED = ("tls12-443.pcapng", "tls13-443.pcapng", "tls-http2-443.pcapng", "tls-objects-443.pcapng")


def tls(path, packets):
    """The recorded TLS connections in segments of an Ethernet, again and again, each time from another client."""
    recorded = [bytes(packet) for name in RECORDED
                for packet in variants.segmented(variants.read(PCAPS / name), 1400)]
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        for number in range(packets):
            frame = bytearray(recorded[number % len(recorded)])
            client = 30 if struct.unpack_from(">H", frame, 34)[0] == 443 else 26
            frame[client:client + 4] = struct.pack(">I", 0x0A000000 + number // len(recorded))
            micros = round(EPOCH * 1000000) + 100 * number
            out.write(struct.pack("<IIII", micros // 1000000, micros % 1000000, len(frame), len(frame)) + frame)


def framed(path, packets):
    """Sharing sessions through the relay: hellos, allocation, then data, a frame a segment."""
    capture = Capture()
    port = 40000
    while len(capture.frames) < packets:
        stream = capture.tcp((tcp443.CLIENT[0], port), tcp443.EDGE)
        stream.send(0, tcp443.client_hello())
        stream.send(1, tcp443.server_hello())
        tcp443.sharing(stream)
        for number in range(1000):
            packet = tcp443.rtp(number + 10, tcp443.SHARED[number % 6][12:])
            stream.segment(number & 1, tcp443.data(packet))
        port += 1
    del capture.frames[packets:]
    capture.write(path)
