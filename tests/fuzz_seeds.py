#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes what tests/fuzz_dissectors.c starts from: fuzz_seeds.py seeds DIR | stories DIR | laboratory DIR | dictionary FILE

Seeds: the captures of pcaps/, a few frames a piece, as whole frames and by what they carry (fuzz_input.h says how an
input is laid out). Stories: the same in long pieces, too slow to start from. Laboratory: pcaps/lab, in long pieces.
Dictionary: the words and numbers of the plugin's own tables.
"""
import re
import struct
import sys
from pathlib import Path

import captures
import mutations

TOP = Path(__file__).resolve().parent.parent
# Frames and bytes an input, and how they are looked at, by turns: see "way" in fuzz_input.h.
SHORT = 4, 1800, (0, 1, 2, 3)
LONG = 60, 60_000, (2,)
# (captures, how many frames an input)
SOURCES = {"seeds": ("pcaps", SHORT), "stories": ("pcaps", LONG), "laboratory": ("pcaps/lab", LONG)}
ENTRY = re.compile(r'^    \{ "(\w+)", FUZZ_(\w+), FUZZ_\w+, (\d+),', re.M)
# Tables whose strings are what our grammars look for.
TABLES = ("knowledge/msdiag-names.c", "knowledge/msdiag-keys.c", "offers/sdp-attributes.c", "offers/sdp-parse.c",
          "offers/sdp-candidates.c", "offers/packet-mras.c", "diagnostics/packet-msqoe.c", "diagnostics/msqoe-fields.c",
          "sip/packet-mspath.c", "sip/sip-messages.c", "text/reason-header.c", "text/sbc-log.c", "knowledge/ms-products.c",
          "diagnostics/sbc-syslog.c", "carriers/msturn-answer.c", "knowledge/mras-token.c")
WORD = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
NUMBER = re.compile(r"\b0x([0-9A-Fa-f]{4}|[0-9A-Fa-f]{8})\b")
SIP = re.compile(rb"(?:SIP/2\.0 |[A-Z]{3,10} \S+ SIP/2\.0\r\n)")
HOW_ANSWER, HOW_OTHER, HOW_CUT = 0x01, 0x02, 0x10


def entries():
    """{name: (number, carrier, port)} of fuzz_entries in fuzz_input.c."""
    rows = ENTRY.findall((TOP / "tests/fuzz_input.c").read_text(encoding="utf-8"))
    return {name: (number, carrier, int(port)) for number, (name, carrier, port) in enumerate(rows)}


def record(how, payload, more=0):
    return struct.pack("!BBH", how, more, len(payload)) + payload


def inputs(entry, records, frames, largest, ways):
    """The records as inputs of a few frames each."""
    piece, size, number = [], 0, 0
    for one in [*records, None]:
        if piece and (one is None or len(piece) == frames or size + len(one) > largest):
            yield bytes((entry, ways[number % len(ways)])) + b"".join(piece)
            piece, size, number = [], 0, number + 1
        if one is not None:
            piece.append(one)
            size += len(one)


def steps(frames):
    """How much later each frame came, in the four steps of fuzz_input.c."""
    before = frames[0].time if frames else 0
    for frame in frames:
        ms, before = (frame.time - before) // 1000, frame.time
        yield frame, (0 if ms < 30 else 1 if ms < 400 else 2 if ms < 10_000 else 3) << 2


def by_entry(frames, table):
    """{entry: records} of what the frames carry."""
    found = {}
    for frame, later in steps(frames):
        found.setdefault("frames", []).append(record(later | (HOW_OTHER if frame.interface else 0), frame.data))
        packet = mutations.Packet.parse(frame.data) if frame.link == captures.ETHERNET else None
        if not packet:
            continue
        payload = frame.data[packet.payload:]
        source, target = struct.unpack_from("!HH", frame.data, packet.l4)
        carrier = "UDP" if packet.protocol == 17 else "TCP"
        for name, (_, its_carrier, port) in table.items():
            if its_carrier == carrier and (port in (source, target) or (port >= 50000 and min(source, target) > 5061)):
                how = later | (HOW_ANSWER if source == port else 0)
                flags = frame.data[packet.l4 + 13] if carrier == "TCP" else 0
                if flags & 7:
                    how |= 0xC0
                if payload or flags & 7:
                    found.setdefault(name, []).append(record(how, payload, flags))
        if payload and carrier == "TCP" and 80 in (source, target):
            found.setdefault("tls", []).append(record(later | (HOW_ANSWER if source == 80 else 0), payload))
        if SIP.match(payload):
            for name in ("tls", "siptls"):
                found.setdefault(name, []).append(record(later | (HOW_ANSWER if payload.startswith(b"SIP") else 0), payload))
            for name, part in parts_of_sip(payload):
                found.setdefault(name, []).append(record(later, part))
        elif payload[:1] == b"<":
            found.setdefault("text", []).append(record(later, payload))
    return found


def parts_of_sip(payload):
    head, _, body = payload.partition(b"\r\n\r\n")
    kind = re.search(rb"(?mi)^content-type:\s*([^\s;]+)", head)
    for name, header in (("header", b"ms-client-diagnostics"), ("diagnostics", b"ms-diagnostics"), ("reason", b"reason")):
        for value in re.findall(rb"(?mi)^%s:\s*([^\r\n]*(?:\r\n[ \t][^\r\n]*)*)" % header, head):
            yield name, value
    yield "headers", head.partition(b"\r\n")[2]
    if body and kind:
        for name, word in (("sdp", b"sdp"), ("mras", b"media-relay"), ("quality", b"rtcpxr"), ("reports", b"error")):
            if word in kind.group(1).lower():
                yield name, body


def write_seeds(folder, source="pcaps", limits=SHORT):
    table, number = entries(), 0
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted((TOP / source).glob("*.pcap*")):
        frames = [frame for frame in captures.read(path)[0] if frame.link == captures.ETHERNET]
        for name, records in by_entry(frames, table).items():
            for data in inputs(table[name][0], records, *limits):
                (folder / f"{path.stem}-{name}-{number}").write_bytes(data)
                number += 1
    for path in sorted((TOP / "tests" / "logs").iterdir()):
        text = path.read_bytes()
        pieces = [record(0, text[at:at + 1500]) for at in range(0, len(text), 1500)]
        for data in inputs(table["text"][0], pieces, *limits):
            (folder / f"{path.stem}-{number}").write_bytes(data)
            number += 1
    return number


def escaped(word):
    return "".join(chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\x{byte:02X}" for byte in word)


def words():
    """Each word once, in the order of the tables."""
    found = {}
    for name in TABLES:
        text = re.sub(r"(?m)^#.*|/\*.*?\*/", "", (TOP / "plugin" / name).read_text(encoding="utf-8"))
        for word in WORD.findall(text):
            data = word.encode().decode("unicode_escape").encode("latin-1", "replace")
            prose = b" " in data.strip() and not re.search(rb"[=:;/<]", data)
            if 1 < len(data) <= 40 and b"%" not in data and not prose:
                found[data] = None
    for name in ("turn/msturn-attributes.c", "knowledge/stun-numbers.h", "turn/msturn-claim.c", "knowledge/icewarn-flags.h"):
        for digits in NUMBER.findall((TOP / "plugin" / name).read_text(encoding="utf-8")):
            found[bytes.fromhex(digits)] = None
    return list(found)


def main():
    what, where = sys.argv[1:]
    if what in SOURCES:
        print(write_seeds(Path(where), *SOURCES[what]))
    else:
        Path(where).write_text("".join(f'"{escaped(word)}"\n' for word in words()), encoding="ascii")


if __name__ == "__main__":
    main()
