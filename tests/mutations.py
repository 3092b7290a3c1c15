# SPDX-License-Identifier: GPL-2.0-or-later
"""Mutations of frames for tests/fuzz.py.

editcap flips bytes; what is here changes structure: it repeats, cuts, inserts and splices payloads and puts
the lengths of IP and UDP right again, so that the damage reaches the dissectors of the payload. What the snap length
cut off a frame (captures.Frame) stays cut off: its lengths speak of the whole.
"""

import struct

INTERESTING = (
    b";", b'"', b",", b"=", b":", b"\r\n", b"\r\n ", b"\0", b"\xff", b"\xc3\x28", b"0x", b"ICEWarn=",
    b"ICEWarn=0x", b"%s%n", b"<", b">", b"&", b"&#0;", b"\x00\x00\x00\x00", b"\xff\xff\xff\xff", b"\x7f\xff",
    b"\x80\x00", b"\x00\x0f\x00\x04\x72\xc6\x4b\xc6", b"\xff\x10", b"\x02\x00", b"\x03\x00", b"\x16\x03\x01",
    b"::", b"2001:db8::1", b"4294967296", b"-1", b"65536", b"a=candidate:", b"\xe2\x80\x9c",
)
BOUNDARY_WORDS = (0, 1, 2, 3, 4, 7, 8, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF)
FIXED_PORTS = set(range(0, 1024)) | {3478, 3479, 3480, 3481, 5060, 5061}


class Packet:
    """Where things are in the bytes of an Ethernet frame with IPv4 or IPv6 and UDP or TCP; None for others by
    parse()."""

    __slots__ = ("frame", "ip", "v6", "l4", "protocol", "payload")

    @classmethod
    def parse(cls, frame):
        if len(frame) < 42:
            return None
        at, kind = 14, frame[12:14]
        if kind == b"\x81\x00":
            at, kind = 18, frame[16:18]
        self = cls()
        self.frame, self.ip, self.v6 = frame, at, kind == b"\x86\xdd"
        if kind == b"\x08\x00":
            self.protocol, self.l4 = frame[at + 9], at + (frame[at] & 15) * 4
            if struct.unpack_from("!H", frame, at + 6)[0] & 0x3FFF:
                return None
        elif self.v6 and len(frame) >= at + 48:
            self.protocol, self.l4 = frame[at + 6], at + 40
        else:
            return None
        if self.protocol == 17 and len(frame) >= self.l4 + 8:
            self.payload = self.l4 + 8
        elif self.protocol == 6 and len(frame) >= self.l4 + 20:
            self.payload = self.l4 + (frame[self.l4 + 12] >> 4) * 4
        else:
            return None
        return self if self.payload <= len(frame) else None

    def with_payload(self, payload, missing=0):
        """The frame with another payload, of which so many bytes more are missing in the capture, and lengths that
        fit both; checksums are left wrong (nobody looks)."""
        payload = payload[:65000 - self.payload - missing]
        out = bytearray(self.frame[:self.payload] + payload)
        whole = len(out) + missing
        if self.v6:
            struct.pack_into("!H", out, self.ip + 4, whole - self.ip - 40)
        else:
            struct.pack_into("!H", out, self.ip + 2, whole - self.ip)
        if self.protocol == 17:
            struct.pack_into("!HH", out, self.l4 + 4, whole - self.l4, 0)
        return bytes(out)


def renumber(frames, copy, rng):
    """The frames of one capture as another conversation, so that repeats are not taken for retransmissions.

    TCP sequence numbers are shifted; of every three copies one also gets other addresses (in the IP header
    and where they stand in the clear or XORed with the RFC 5389 cookie in a payload) and one other ports.
    """
    if copy == 0:
        return frames
    kind, shift = copy % 3, rng.randrange(1 << 32)
    swaps, ports, out = {}, {}, []
    if kind == 1:
        for frame in frames:
            packet = Packet.parse(frame.data) if frame.link == 1 else None
            if packet and not packet.v6:
                for at in (packet.ip + 12, packet.ip + 16):
                    old = frame.data[at:at + 4]
                    if old not in swaps:
                        new = bytes((old[0], old[1] ^ (copy & 0x7F), old[2] ^ (copy >> 7 & 0xFF), old[3]))
                        cookie = b"\x21\x12\xa4\x42"
                        swaps[old] = new
                        swaps[bytes(map(int.__xor__, old, cookie))] = bytes(map(int.__xor__, new, cookie))
    for frame in frames:
        packet = Packet.parse(frame.data) if frame.link == 1 else None
        if packet is None:
            out.append(frame)
            continue
        data = frame.data
        for old, new in swaps.items():
            if old in data:
                data = data.replace(old, new)
        data = bytearray(data)
        if kind == 2:
            for at in (packet.l4, packet.l4 + 2):
                port = struct.unpack_from("!H", data, at)[0]
                if port not in FIXED_PORTS:
                    new = ports.setdefault(port, 1024 + (port + copy * 7) % 64000)
                    struct.pack_into("!H", data, at, new)
        if packet.protocol == 6:
            for at in (packet.l4 + 4, packet.l4 + 8):
                number = struct.unpack_from("!I", data, at)[0]
                struct.pack_into("!I", data, at, (number + shift) & 0xFFFFFFFF)
        out.append(frame._replace(data=bytes(data)))
    return out


def mutate_payload(payload, rng, others):
    """One structural change to a payload; others is a list of payloads to splice with. Returns bytes."""
    size = len(payload)
    if not size:
        return payload
    kind, at = rng.randrange(9), rng.randrange(size)
    if kind == 0:                                            # cut
        return payload[:at]
    if kind == 1:                                            # drop a piece
        return payload[:at] + payload[at + rng.randrange(1, 33):]
    if kind == 2:                                            # repeat a piece, now and then very often
        piece = payload[at:at + rng.randrange(1, 65)]
        return payload[:at] + piece * rng.choice((2, 2, 3, 10, 200)) + payload[at:]
    if kind == 3:                                            # insert something with a meaning
        return payload[:at] + rng.choice(INTERESTING) * rng.choice((1, 1, 1, 2, 50)) + payload[at:]
    if kind == 4:                                            # overwrite with something with a meaning
        token = rng.choice(INTERESTING)
        return payload[:at] + token + payload[at + len(token):]
    if kind == 5:                                            # a boundary value in a 16-bit word
        at &= ~1
        return payload[:at] + struct.pack("!H", rng.choice(BOUNDARY_WORDS)) + payload[at + 2:]
    if kind == 6:                                            # a word a little off
        at &= ~1
        word = int.from_bytes(payload[at:at + 2], "big") + rng.choice((-4, -1, 1, 4))
        return payload[:at] + struct.pack("!H", word & 0xFFFF) + payload[at + 2:]
    if kind == 7:                                            # head of this, tail of another
        other = rng.choice(others)
        return payload[:at] + other[rng.randrange(len(other) or 1):]
    return payload[:at] + rng.randbytes(rng.randrange(1, 65)) + payload[at:]


def restructure(frames, rng, rate, payloads):
    """Changes about rate of the frames' payloads; those of TCP keep their size, so that the stream goes on."""
    out = []
    for frame in frames:
        packet = Packet.parse(frame.data) if frame.link == 1 and rng.random() < rate else None
        if packet is None or packet.payload == len(frame.data):
            out.append(frame)
            continue
        old = frame.data[packet.payload:]
        new = mutate_payload(old, rng, payloads)
        if packet.protocol == 6 and len(new) != len(old):
            new = (new + old[len(new):])[:len(old)] if len(new) < len(old) else new[:len(old)]
        missing = min(frame.length - len(frame.data), 60000)
        data = packet.with_payload(new, missing)
        out.append(frame._replace(data=data, length=len(data) + missing))
    return out


def exported_pdu(dissector, payload):
    """A frame of link type 252: payload to be dissected by the dissector of that name."""
    name = dissector.encode()
    name += b"\0" * (-len(name) % 4)
    return struct.pack("!HH", 12, len(name)) + name + b"\0\0\0\0" + payload
