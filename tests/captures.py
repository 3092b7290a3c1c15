# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads and writes capture files as bare frames, quick enough for a million of them.

For the fuzzer and the benches only: capture files of the tests are made with scapy (tests/gen).
"""

import gzip
import struct
from typing import NamedTuple

ETHERNET = 1
EXPORTED_PDU = 252

PCAP_MAGICS = {
    b"\xd4\xc3\xb2\xa1": ("<", 1), b"\xa1\xb2\xc3\xd4": (">", 1),
    b"\x4d\x3c\xb2\xa1": ("<", 1000), b"\xa1\xb2\x3c\x4d": (">", 1000),
}
GZIP_MAGIC = b"\x1f\x8b"
BLOCK_SECTION, BLOCK_INTERFACE, BLOCK_SIMPLE, BLOCK_ENHANCED, BLOCK_SECRETS = (
    0x0A0D0D0A, 1, 3, 6, 0x0A)
OPTION_TIME_RESOLUTION = 9
START = 1_600_000_000_000_000       # when a capture begins whose frames get their times here


class Frame(NamedTuple):
    """A frame of a capture."""
    link: int        # link type
    data: bytes      # what the capture holds of it
    length: int      # how long it was: more than it holds where the snap length cut it
    time: int        # microseconds since 1970; 0 where the file tells none
    interface: int = 0


def read(path):
    """Returns (frames, secrets): a list of Frame, and the TLS key log that stands in the file, which may be packed."""
    data = path.read_bytes()
    if data[:2] == GZIP_MAGIC:
        data = gzip.decompress(data)
    if data[:4] in PCAP_MAGICS:
        return _read_pcap(data), b""
    return _read_pcapng(data)


def _read_pcap(data):
    order, unit = PCAP_MAGICS[data[:4]]
    link = struct.unpack_from(order + "I", data, 20)[0] & 0xFFFF
    frames, at = [], 24
    while at + 16 <= len(data):
        seconds, fraction, captured, length = struct.unpack_from(order + "IIII", data, at)
        frames.append(Frame(link, data[at + 16:at + 16 + captured], length, seconds * 1_000_000 + fraction // unit))
        at += 16 + captured
    return frames


def _read_pcapng(data):
    frames, secrets, interfaces, order, at = [], [], [], "<", 0
    while at + 12 <= len(data):
        kind = struct.unpack_from("<I", data, at)[0]
        if kind == BLOCK_SECTION:
            order = "<" if data[at + 8:at + 12] == b"\x4d\x3c\x2b\x1a" else ">"
            interfaces = []
        kind, length = struct.unpack_from(order + "II", data, at)
        if length < 12:
            break
        body = data[at + 8:at + length - 4]
        if kind == BLOCK_INTERFACE:
            interfaces.append(_interface(order, body))
        elif kind == BLOCK_ENHANCED:
            number, high, low, captured, original = struct.unpack_from(order + "IIIII", body)
            link, _, per_second = interfaces[number]
            time = (high << 32 | low) * 1_000_000 // per_second
            frames.append(Frame(link, body[20:20 + captured], original, time, number))
        elif kind == BLOCK_SIMPLE:
            original = struct.unpack_from(order + "I", body)[0]
            link, snap, _ = interfaces[0]
            frames.append(Frame(link, body[4:4 + min(original, snap or original)], original, 0))
        elif kind == BLOCK_SECRETS:
            size = struct.unpack_from(order + "I", body, 4)[0]
            secrets.append(body[8:8 + size])
        at += length
    return frames, b"\n".join(secrets)


def _interface(order, body):
    """(link type, snap length, units of time a second) of an interface."""
    link, _, snap = struct.unpack_from(order + "HHI", body)
    per_second, at = 1_000_000, 8
    while at + 4 <= len(body):
        code, length = struct.unpack_from(order + "HH", body, at)
        if code == OPTION_TIME_RESOLUTION:
            value = body[at + 4]
            per_second = 2 ** (value & 0x7F) if value & 0x80 else 10 ** value
        at += 4 + (length + 3) // 4 * 4
    return link, snap, per_second


def write(path, link, frames, step_us=1000):
    """Writes a pcap file of one link type. Frames are bytes, or Frame: then those that were cut stay cut. They come
    step_us microseconds apart; step_us None: at the times that they have."""
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, link))
        pack, parts = struct.Struct("<IIII").pack, []
        for number, frame in enumerate(frames):
            data, length, time = frame[1:4] if isinstance(frame, Frame) else (frame, len(frame), 0)
            if step_us is not None:
                time = START + number * step_us
            parts.append(pack(*divmod(time, 1_000_000), len(data), length))
            parts.append(data)
            if len(parts) >= 8192:
                out.write(b"".join(parts))
                parts.clear()
        out.write(b"".join(parts))
