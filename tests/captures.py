# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads and writes capture files as bare frames, quick enough for a million of them.

For the fuzzer and the benches only: capture files of the tests are made with scapy (tests/gen).
"""

import struct

ETHERNET = 1
EXPORTED_PDU = 252

PCAP_MAGICS = {
    b"\xd4\xc3\xb2\xa1": ("<", 1), b"\xa1\xb2\xc3\xd4": (">", 1),
    b"\x4d\x3c\xb2\xa1": ("<", 1000), b"\xa1\xb2\x3c\x4d": (">", 1000),
}
BLOCK_SECTION, BLOCK_INTERFACE, BLOCK_SIMPLE, BLOCK_ENHANCED, BLOCK_SECRETS = (
    0x0A0D0D0A, 1, 3, 6, 0x0A)


def read(path):
    """Returns (frames, secrets): frames as (link type, bytes), and the TLS key log that stands in the file."""
    data = path.read_bytes()
    if data[:4] in PCAP_MAGICS:
        return _read_pcap(data), b""
    return _read_pcapng(data)


def _read_pcap(data):
    order = PCAP_MAGICS[data[:4]][0]
    link = struct.unpack_from(order + "I", data, 20)[0] & 0xFFFF
    frames, at = [], 24
    while at + 16 <= len(data):
        captured = struct.unpack_from(order + "I", data, at + 8)[0]
        frames.append((link, data[at + 16:at + 16 + captured]))
        at += 16 + captured
    return frames


def _read_pcapng(data):
    frames, secrets, links, order, at = [], [], [], "<", 0
    while at + 12 <= len(data):
        kind = struct.unpack_from("<I", data, at)[0]
        if kind == BLOCK_SECTION:
            order = "<" if data[at + 8:at + 12] == b"\x4d\x3c\x2b\x1a" else ">"
            links = []
        kind, length = struct.unpack_from(order + "II", data, at)
        if length < 12:
            break
        body = data[at + 8:at + length - 4]
        if kind == BLOCK_INTERFACE:
            links.append(struct.unpack_from(order + "H", body)[0])
        elif kind == BLOCK_ENHANCED:
            interface, _, _, captured = struct.unpack_from(order + "IIII", body)
            frames.append((links[interface], body[20:20 + captured]))
        elif kind == BLOCK_SIMPLE:
            frames.append((links[0], body[4:4 + struct.unpack_from(order + "I", body)[0]]))
        elif kind == BLOCK_SECRETS:
            size = struct.unpack_from(order + "I", body, 4)[0]
            secrets.append(body[8:8 + size])
        at += length
    return frames, b"\n".join(secrets)


def write(path, link, frames, step_us=1000):
    """Writes frames (bytes) as a pcap file of one link type, step_us microseconds apart."""
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, link))
        pack, parts = struct.Struct("<IIII").pack, []
        for number, frame in enumerate(frames):
            seconds, micros = divmod(number * step_us, 1_000_000)
            parts.append(pack(1_600_000_000 + seconds, micros, len(frame), len(frame)))
            parts.append(frame)
            if len(parts) >= 8192:
                out.write(b"".join(parts))
                parts.clear()
        out.write(b"".join(parts))
