# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures of stories that are cut, thinned out, begun late, and how many of them fit into one file.

tshark takes longer to start than to read a short capture. So variants stand side by side in one file: each gets
addresses, user fragments, transaction ids and credentials of its own, so that nothing makes two of them one call.
The question is what a capture shows that *ends* somewhere: so all variants of a file end at the same moment; and what
one shows that *begins* somewhere: so they begin at the same moment, and the file goes on behind the last of them.
"""
import re
import socket
import struct
from typing import NamedTuple

from gen import media_call, stories, turn_messages
from gen.capture_points import write_points
from gen.dialects import NAMES as CALL_NAMES
from gen.signalling import token
from gen.wire import MAC_A

COOKIE = bytes.fromhex("2112a442")
SPACING = 1000.0  # seconds: more than any story takes
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
SIP_NAMES = [b"ann", b"bob", b"example", b"AdPHUWJH0stCMXggSpG6tMex88orbg==", b"0123456789abcdef", token(8).encode()]
OTHERS = ["198.51.100.137", "198.51.100.5", "203.0.113.80", "203.0.113.99", "10.77.0.9", "10.99.0.4", "192.168.1.1"]
ADDRESS = re.compile(rb"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")


def is_address(text):
    return isinstance(text, str) and ADDRESS.fullmatch(text.encode()) is not None


KNOWN = {value for module in (media_call, stories) for value in vars(module).values() if is_address(value)} | set(OTHERS)


class Frame(NamedTuple):
    """A frame of a variant: which one of the story, when, how many of its bytes (None = all)."""

    index: int
    time: float
    captured: int | None


def packed(address):
    return socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)


def xored(data, mask):
    return bytes(a ^ b for a, b in zip(data, mask))


class Telling:
    """A story as frames, with the places in them that have to differ where it is told again."""

    def __init__(self, name, story):
        self.name = name
        capture = story.capture
        self.points = bool(getattr(story, "points", None))
        rows = capture.sorted() if self.points else capture.frames
        self.frames = [row[1] for row in rows]
        self.times = [row[0] - rows[0][0] for row in rows]
        self.places = [row[3] if self.points else 0 for row in rows]
        self.own = getattr(capture, "own", None) or {story.caller.host}
        self.idents = list(getattr(story, "idents", ()))
        self.idents += [turn_messages.identity(number + 1) for number in range(story.numbers)
                        if not isinstance(story, media_call.MediaCall)]
        self.names = list(dict.fromkeys(getattr(story, "names", CALL_NAMES) + SIP_NAMES))
        self.patches = self.all_patches(self.all_addresses())
        keys = {key for patches in self.patches for _, key in patches}
        self.addresses = sorted({key[1] for key in keys if key[0] in ("address", "text")})
        self.as_text = {key[1] for key in keys if key[0] == "text"}

    def all_addresses(self):
        found = set(KNOWN)
        for data in self.frames:
            found.update(self.ends(data))
            found.update(text.decode() for text in ADDRESS.findall(data) if all(int(part) < 256
                                                                                for part in text.split(b".")))
        return {address for address in found if not address.endswith(".0")}

    @staticmethod
    def ends(data):
        """Source and destination of a frame."""
        if data[12:14] == b"\x86\xdd":
            return socket.inet_ntop(socket.AF_INET6, data[22:38]), socket.inet_ntop(socket.AF_INET6, data[38:54])
        return socket.inet_ntoa(data[26:30]), socket.inet_ntoa(data[30:34])

    def sent(self, index):
        return self.ends(self.frames[index])[0] in self.own

    def all_patches(self, addresses):
        """For each frame the (offset, key) of what differs in it."""
        patterns = {bytes.fromhex(MAC_A.replace(":", "")): ("mac",)}
        patterns.update((name, ("name", number, name)) for number, name in enumerate(self.names))
        patterns.update((ident, ("ident", ident)) for ident in self.idents)
        for address in addresses:
            raw = packed(address)
            patterns[address.encode()] = ("text", address)
            for mask in (bytes(4), COOKIE) if len(raw) == 4 else (bytes(16),):
                patterns[xored(raw, mask)] = ("address", address, mask, None)
        for address in addresses:  # XORed with a whole transaction id, or with one that has no cookie in front
            raw = packed(address)
            for ident in self.idents:
                if len(raw) == 16 or ident[:4] != COOKIE:
                    mask = ident[:len(raw)]
                    patterns[xored(raw, mask)] = ("address", address, mask, ident if len(raw) == 16 else None)
        anything = re.compile(b"|".join(re.escape(pattern) for pattern in sorted(patterns, key=len, reverse=True)),
                              re.DOTALL)
        return [[(match.start(), patterns[match.group()]) for match in anything.finditer(data)
                 if self.stands_alone(data, match, patterns)] for data in self.frames]

    @staticmethod
    def stands_alone(data, match, patterns):
        """Not a part of a longer number."""
        return patterns[match.group()][0] != "text" or not (data[match.start() - 1:match.start()].isdigit()
                                                            or data[match.end():match.end() + 1].isdigit())


class Renaming:
    """What the names and addresses of a story become in its n-th telling."""

    def __init__(self, telling, number):
        self.telling, self.number = telling, number
        self.values = {}

    def value(self, key):
        known = self.values.get(key)
        if known is None:
            known = self.values[key] = getattr(self, key[0])(*key[1:])
        return known

    def mac(self):
        return bytes([2, 0, 0, *struct.pack(">H", self.number), 0x0A])

    def ident(self, ident):
        return ident[:13] + xored(ident[13:], self.number.to_bytes(3, "big"))

    def name(self, index, name):
        number, text = self.number * 24 + index, ""
        for _ in range(3):
            number, digit = divmod(number, 36)
            text = DIGITS[digit] + text
        assert number == 0
        return name[:-3] + text.encode()

    def address(self, address, mask, ident):
        return xored(packed(self.moved(address)), self.ident(ident) if ident else mask)

    def text(self, address):
        return self.moved(address).encode()

    def moved(self, address):
        """Another address of the same kind; of the same length where it stands as text."""
        if ":" in address:
            raw = bytearray(packed(address))
            raw[6:8] = struct.pack(">H", self.number)
            return socket.inet_ntop(socket.AF_INET6, bytes(raw))
        parts = list(map(int, address.split(".")))
        step = self.number
        for at in (2, 3) if parts[:2] == [192, 168] else (1, 2, 3):
            first, last = self.span(parts[at], at == 3) if address in self.telling.as_text else (1, 250)
            step, digit = divmod(step + max(0, parts[at] - first), last - first + 1)
            parts[at] = first + digit
        return ".".join(map(str, parts))

    @staticmethod
    def span(part, host):
        """Numbers that are as long as this one."""
        return (1 if host else 0, 9) if part < 10 else (10, 99) if part < 100 else (100, 250)


class Variant(NamedTuple):
    """A story, changed."""

    telling: Telling
    what: str
    frames: list  # of Frame

    @property
    def seconds(self):
        return self.frames[-1].time - self.frames[0].time


# The variants of a story.

def whole(telling):
    return Variant(telling, "whole", [Frame(index, when, None) for index, when in enumerate(telling.times)])


def chosen(telling, what, keep):
    frames = [frame for frame in whole(telling).frames if keep(frame.index)]
    return [Variant(telling, what, frames)] if frames else []


def cuts(telling, positions):
    for position in positions:
        yield from chosen(telling, f"cut after frame {position}", lambda index: index < position)


def beginnings(telling, positions):
    for position in positions:
        yield from chosen(telling, f"begun at frame {position + 1}", lambda index: index >= position)


def directions(telling):
    yield from chosen(telling, "sent only", telling.sent)
    yield from chosen(telling, "received only", lambda index: not telling.sent(index))


def dropped(telling, phases=1):
    for every in range(2, 8):
        for phase in range(min(phases, every)):
            yield from chosen(telling, f"without every {every}. frame, from {phase + 1}",
                              lambda index: index % every != phase)


def doubled(telling):
    frames = whole(telling).frames
    yield Variant(telling, "each frame twice", [frame._replace(time=frame.time + late) for frame in frames
                                                for late in (0, 0.00001)])


def snapped(telling):
    for size in (68, 96, 128):
        yield Variant(telling, f"{size} bytes of each frame", [frame._replace(captured=size)
                                                               for frame in whole(telling).frames])


# Files.

def own_file(variant):
    """The frames of a variant that has a file of its own, with the names of the story."""
    telling = variant.telling
    return [(frame.time, telling.frames[frame.index], frame.captured, telling.places[frame.index])
            for frame in variant.frames]


def side_by_side(variants, end_together):
    """(frames, owners): the frames of a file with all of these variants, and for each of them the number of its
    variant."""
    rows, used = [], set()
    for number, variant in enumerate(variants):
        telling, renaming = variant.telling, renaming_of(variant.telling, number, used)
        first, last = variant.frames[0].time, variant.frames[-1].time
        start = SPACING - last if end_together else -first
        for order, frame in enumerate(variant.frames):
            data = bytearray(telling.frames[frame.index])
            for at, key in telling.patches[frame.index]:
                value = renaming.value(key)
                data[at:at + len(value)] = value
            rows.append((start + frame.time, number, order, bytes(data), frame.captured,
                         telling.places[frame.index]))
    rows.sort(key=lambda row: row[:3])
    frames, owners = [(row[0], *row[3:]) for row in rows], [row[1] for row in rows]
    if not end_together:  # somebody asks for an address, long after
        frames.append((frames[-1][0] + 120, bytes.fromhex("ffffffffffff0200000000770806000108000604000102000000007700000000"
                                                          "000000000000ac100001"), None, 0))
        owners.append(None)
    return frames, owners


IP_PROTOCOL, IPV6_NEXT_HEADER, TCP = 23, 20, 6
FIRST_PORT = 50000  # of those that clients and relays choose


class NextCall(Renaming):
    """What the n-th call of the same computers differs in: user fragments, transaction ids, TCP ports, and UDP ports
    unless they are kept. Addresses and relay credentials stay the same."""

    def __init__(self, telling, number, keeps_ports):
        super().__init__(telling, number)
        self.tcp, self.udp = 100 * number, 0 if keeps_ports else 100 * number

    def moved(self, address):
        return address

    def name(self, index, name):
        return name if name in turn_messages.USERNAME else super().name(index, name)

    def port(self, data, at, mask=bytes(2), by=None):
        """Moves the port that stands there."""
        port = int.from_bytes(xored(data[at:at + 2], mask), "big")
        if port >= FIRST_PORT:
            data[at:at + 2] = xored((port + (self.udp if by is None else by)).to_bytes(2, "big"), mask)

    def frame(self, index):
        data = bytearray(self.telling.frames[index])
        ipv6 = data[12:14] == b"\x86\xdd"
        ports, protocol = (54, data[IPV6_NEXT_HEADER]) if ipv6 else (34, data[IP_PROTOCOL])
        for at, key in self.telling.patches[index]:
            if key[0] in ("name", "ident", "address") and at > ports:
                value = self.value(key)
                data[at:at + len(value)] = value
                if key[0] == "address":
                    self.port(data, at - 2, key[2][:2])
        if protocol in (6, 17):
            for at in (ports, ports + 2):
                self.port(data, at, by=self.tcp if protocol == TCP else self.udp)
        return bytes(data)


def one_after_another(tellings, gap, keep_ports):
    """The frames of a file in which the same computers make one call after the other, so many seconds apart."""
    rows, start = [], 0.0
    for number, telling in enumerate(tellings):
        call = NextCall(telling, number, keep_ports)
        rows += [(start + when, call.frame(index), None, 0) for index, when in enumerate(telling.times)]
        start = rows[-1][0] + gap
    return rows


def renaming_of(telling, number, used):
    """A renaming whose addresses nobody has in this file yet."""
    for step in range(number + 1, number + 10000):
        renaming = Renaming(telling, step)
        addresses = [renaming.moved(address) for address in telling.addresses]
        if used.isdisjoint(addresses) and len(set(addresses)) == len(addresses):
            used.update(addresses)
            renaming.number = number + 1
            renaming.moved = dict(zip(telling.addresses, addresses)).__getitem__
            return renaming
    raise ValueError(f"no addresses are left for {telling.name}")


def write(path, frames, points):
    """Writes (time, bytes, captured, point)."""
    if points:
        write_points(path, frames)
        return
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        for when, data, captured, _ in frames:
            micros = round((1388577600.0 + when) * 1000000)
            held = data[:captured]
            out.write(struct.pack("<IIII", micros // 1000000, micros % 1000000, len(held), len(data)) + held)
