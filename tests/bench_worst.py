#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the worst inputs of each grammar cost: the same number of bytes as inputs of 60 KiB and of 7.5 KiB.

    BUILD_DIR=build tests/bench_worst.py [NAME…]

Prints a line an input: processor time a byte of each size, and their ratio. A reader that looks at each byte once has a
ratio of 1 or less, as small inputs bear more of what an input costs; one that looks back at all of it has 8. And the most
memory that the program had, in bytes a byte of the large input, which is the same whatever the number of inputs.
"""
import itertools
import os
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import captures
import mutations
from conftest import BUILD, TOP, environment
from fuzz_seeds import entries, record

REPLAY = BUILD / "tests" / "replay-inputs"
LARGE, SMALL = 60 * 1024, 60 * 128
TIMES = 30                  # large inputs a run
LIMIT = 2.0
MOST_MEMORY = 1500          # bytes a byte: a header of 40 bytes with ICEWarn is shown in fifty lines
CHEAP = 40                  # nanoseconds a byte; ratios of less are those of chance


def fill(pattern, size, before=b"", after=b""):
    """The pattern again and again; %d becomes the number of the repeat."""
    out, length = [before], len(before) + len(after)
    for number in itertools.count():
        piece = pattern.replace(b"%d", b"%d" % number)
        length += len(piece)
        if length > size:
            return b"".join((*out, after))
        out.append(piece)


def attributes(size, kind, value):
    body = fill(struct.pack("!HH", kind, len(value)) + value, size - 28, b"\x00\x0f\x00\x04\x72\xc6\x4b\xc6")
    return struct.pack("!HH", 3, len(body)) + bytes(16) + body


def nested(size, count=200):
    """Send requests in Data attributes."""
    data = b"x" * 4
    while len(data) < size - 64 and count:
        data += bytes(-len(data) % 4)
        body = b"\x00\x0f\x00\x04\x72\xc6\x4b\xc6" + struct.pack("!HH", 0x13, len(data)) + data
        data, count = struct.pack("!HH", 4, len(body)) + bytes(16) + body, count - 1
    return data + bytes(size - len(data)) if size > len(data) else data


def hello():
    """A client's hello of pseudo-TLS."""
    for frame in captures.read(TOP / "pcaps" / "tcp443-edge.pcap")[0]:
        packet = mutations.Packet.parse(frame.data)
        if packet and frame.data[packet.payload:packet.payload + 1] == b"\x16":
            return frame.data[packet.payload:]
    raise LookupError


SDP = b"v=0\r\no=- 0 0 IN IP4 192.0.2.1\r\ns=session\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 50010 RTP/AVP 0\r\n"
CANDIDATE = b"a=candidate:%d 1 UDP 2130706431 192.0.2.1 5%d typ host\r\n"
DRAFT06 = b"a=candidate:u%d 1 p%d UDP 0.830 192.0.2.1 50010\r\n"
MRAS = b'<response requestID="1" reasonPhrase="OK"><credentialsResponse><credentials>'
ERRORS = b'<reportError xmlns="http://schemas.microsoft.com/2006/09/sip/error-reporting">'
REPORT = b'<VQReportEvent><VQSessionReport>'

# (name, entry of the fuzzer, bytes of a size)
INPUTS = (
    ("semicolons", "header", lambda size: fill(b";", size, b"23; ")),
    ("quotes", "header", lambda size: fill(b'"', size, b"23; reason=")),
    ("parameters", "header", lambda size: fill(b"a%d=b;", size, b"23; ")),
    ("same parameter", "header", lambda size: fill(b'reason="x";', size, b"23; ")),
    ("escapes", "header", lambda size: fill(b'\\"', size, b'23; reason="')),
    ("open quotes", "header", lambda size: fill(b'";a="', size, b"23; reason=")),
    ("media debug", "header", lambda size: fill(b"audio:ICEWarn=0x%d,LocalSite=1.2.3.4:5,", size, b'23; CallerMediaDebug="')),
    ("spaces", "header", lambda size: fill(b" ", size, b"23; reason=", b"x")),
    ("folded", "header", lambda size: fill(b"a=b;\r\n ", size, b"23; ")),
    ("headers", "headers", lambda size: fill(b"ms-diagnostics: %d; reason=\"x\"\r\n", size)),
    ("client headers", "headers", lambda size: fill(b"ms-client-diagnostics: 23; ICEWarn=0x%d\r\n", size)),
    ("reasons", "headers", lambda size: fill(b"Reason: SIP;cause=480;text=\"%d\"\r\n", size)),
    ("one long reason", "reason", lambda size: fill(b"SIP;cause=480,", size)),
    ("ways", "headers", lambda size: fill(b"Via: SIP/2.0/TLS 192.0.2.1:%d;branch=z9hG4bK\r\n", size)),
    ("candidates", "sdp", lambda size: fill(CANDIDATE, size, SDP)),
    ("draft-06", "sdp", lambda size: fill(DRAFT06, size, SDP)),
    ("media", "sdp", lambda size: fill(b"m=audio 5%d RTP/AVP 0\r\na=candidate:1 1 UDP 1 1.2.3.4 5 typ host\r\n", size, SDP)),
    ("remote candidates", "sdp", lambda size: fill(b"1 192.0.2.1 5%d ", size, SDP + CANDIDATE + b"a=remote-candidates:")),
    ("attributes of SDP", "sdp", lambda size: fill(b"a=crypto:%d AES_CM_128_HMAC_SHA1_80 inline:x\r\n", size, SDP + CANDIDATE)),
    ("capabilities", "sdp", lambda size: fill(b"%d 1:2:3:4:5:6;", size, SDP + CANDIDATE + b"a=x-caps:")),
    ("one line", "sdp", lambda size: fill(b"a", size, SDP + b"a=candidate:")),
    ("words", "sdp", lambda size: fill(b"x ", size, SDP + b"a=candidate:1 1 UDP 1 1.2.3.4 5 typ host ")),
    ("empty lines", "sdp", lambda size: fill(b"\r\n", size, SDP + CANDIDATE)),
    ("relays", "mras", lambda size: fill(b"<mediaRelay><hostName>a%d</hostName></mediaRelay>", size, MRAS)),
    ("passwords", "mras", lambda size: fill(b"<password>x</password>", size, MRAS)),
    ("open passwords", "mras", lambda size: fill(b"<password>", size, MRAS)),
    ("hidden passwords", "mras", lambda size: fill(b"<!--<a:password-->", size, MRAS)),
    ("elements", "mras", lambda size: fill(b"<a>", size)),
    ("attributes of XML", "mras", lambda size: fill(b"a%d='' ", size, b"<response ", b"/>")),
    ("entities", "mras", lambda size: fill(b"&amp;", size, b"<response><a>")),
    ("media lines", "quality", lambda size: fill(b"<MediaLine Label='a%d'><Description><Connectivity><IceWarningFlags>32</IceWarningFlags>"
                                                 b"</Connectivity></Description></MediaLine>", size, REPORT)),
    ("reported errors", "reports", lambda size: fill(b"<error callId='%d' responseCode='488'><diagHeader>1; reason=&quot;x&quot;"
                                                     b"</diagHeader></error>", size, ERRORS)),
    ("reported progress", "reports", lambda size: fill(b"<progressReport><diagHeader>%d;</diagHeader></progressReport>", size,
                                                       ERRORS + b"<error callId='1'><progressReports>")),
    ("records of an SBC", "syslog", lambda size: fill(b"<134>[S=%d] [SID=1:2:3] (N 7)  ICEWarn=0x320 ms-diagnostics: 1;\n", size)),
    ("messages of an SBC", "syslog", lambda size: fill(b"INVITE sip:a SIP/2.0\nCall-ID: %d\nms-diagnostics: 1; reason=\"x\"\n\n", size,
                                                       b"<134>[S=1] [SID=1:2:3] (N 7)  ---- Incoming SIP Message from 192.0.2.1:5061 "
                                                       b"to SIPInterface #1 (a) TLS TO(#3) SocketID(7) ----\n")),
    ("names in text", "text", lambda size: fill(b"ms-client-diagnostics: ", size)),
    ("values in text", "text", lambda size: fill(b"ICEWarn=0x%d\n", size)),
    ("lines of text", "text", lambda size: fill(b"ms-diagnostics: %d;\n", size)),
    ("equal signs", "text", lambda size: fill(b"=\n", size, b"ms-diagnostics: 1; reason=")),
    ("SIP in text", "text", lambda size: fill(b"INVITE sip:a SIP/2.0\nCall-ID: %d\n\n", size)),
    ("empty attributes", "turn", lambda size: attributes(size, 0x8022, b"")),
    ("addresses", "turn", lambda size: attributes(size, 0x8020, b"\0\1\0\2\1\2\3\4")),
    ("unknown attributes", "turn", lambda size: attributes(size, 0x0A, b"\0\1" * (size // 2 - 40))),
    ("nested", "turn", nested),
    ("small frames", "stream", lambda size: fill(b"\x03\x00\x00\x01x", size)),
    ("empty frames", "stream", lambda size: fill(b"\x03\x00\x00\x00", size)),
    ("no frames", "stream", lambda size: fill(b"\x02\x00", size, b"\x02\x00\x00\x14\x00\x03\x00\x00" + bytes(16))),
    ("nearly frames", "stream", lambda size: fill(b"\x02\x00\x00\x18\x00\x03\x00\x05", size)),
    ("peers' frames", "anyport", lambda size: fill(b"\x00\x08\x80\x00\x00\x00\x00\x00\x00\x00", size)),
    ("frames behind a hello", "pseudotls", lambda size: fill(b"\x03\x00\x00\x01x", size, hello())),
    ("no frames behind it", "pseudotls", lambda size: fill(b"\x02\x00\x00\x18\x00\x03\x00\x05", size, hello())),
    ("headers of HTTP", "web", lambda size: fill(b"x-ms-diagnostics: %d;reason=\"x\"\r\n", size, b"HTTP/1.1 401 No\r\n", b"\r\n")),
)


def as_input(entry, data):
    """The bytes of a file for the replay: one record."""
    return bytes((entries()[entry][0], 0)) + record(0, data)


def cost(*files):
    """(processor time, most bytes of memory) of the program that reads these inputs."""
    reader = [sys.executable, "-c", "import resource, subprocess, sys;"
              "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True);"
              "use = resource.getrusage(resource.RUSAGE_CHILDREN); print(use.ru_utime, use.ru_maxrss)"]
    seconds, kilobytes = subprocess.check_output([*reader, str(REPLAY), "--together", *files], env=environment()).split()
    return float(seconds), int(kilobytes) * 1024


def least(*files, times=2):
    return tuple(min(values) for values in zip(*(cost(*files) for _ in range(times))))


def main():
    folder = Path(tempfile.mkdtemp())
    failed = False
    nothing, empty = least(times=3)
    print("| input | ns a byte of 60 KiB | ns a byte of 7.5 KiB | ratio | memory a byte |\n|---|---|---|---|---|")
    for name, entry, make in INPUTS:
        if sys.argv[1:] and name not in sys.argv[1:]:
            continue
        costs = []
        for size in (SMALL, LARGE):
            path = folder / "input"
            path.write_bytes(as_input(entry, make(size)))
            count = TIMES * LARGE // size
            seconds, memory = least(*[str(path)] * count)
            costs.append(max(seconds - nothing, 0.001) / (count * size) * 1e9)
        ratio, memory = costs[1] / costs[0], (memory - empty) / LARGE
        failed = failed or (ratio > LIMIT and costs[1] > CHEAP) or memory > MOST_MEMORY
        print(f"| {name} | {costs[1]:.0f} | {costs[0]:.0f} | {ratio:.2f} | {memory:.0f} |", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
