# SPDX-License-Identifier: GPL-2.0-or-later
"""MS-TURN over TCP 443: pseudo-TLS, frames, and those who answer in place of the Edge."""
import hashlib
import struct

from gen.tcp443_certificate import DER
from gen.wire import Capture

CLIENT = ("192.0.2.10", 50210)
EDGE = ("198.51.100.5", 443)
PEER = ("203.0.113.77", 50077)


def opaque(seed, length):
    """Bytes that look random and are always the same."""
    data = b""
    while len(data) < length:
        data += hashlib.sha256(f"{seed}{len(data)}".encode()).digest()
    return data[:length]


def client_hello(when=0x52C401C0):
    """The 50 bytes of [MS-TURN] 2.1.1."""
    return (bytes.fromhex("160301002d010000290301") + struct.pack(">I", when) + opaque("client", 28)
            + bytes.fromhex("00000200180100"))


def server_hello(when=0x52C401C1):
    """The 83 bytes of [MS-TURN] 2.1.1."""
    return (bytes.fromhex("160301004e020000460301") + struct.pack(">I", when) + opaque("server", 28) + b"\x20"
            + opaque("session", 32) + bytes.fromhex("0018000e000000"))


def attribute(code, value):
    return struct.pack(">HH", code, len(value)) + value


def address(addr, mask=b"\0" * 16):
    """The value of an address attribute, XORed with mask from its first byte."""
    host, port = addr
    raw = struct.pack(">H", port) + bytes(int(part) for part in host.split("."))
    masked = bytes(a ^ b for a, b in zip(raw[:2], mask)) + bytes(a ^ b for a, b in zip(raw[2:], mask))
    return b"\0\x01" + masked


def message(kind, transaction, *attributes):
    """An MS-TURN message: the cookie comes first, nothing is padded."""
    body = attribute(0x000F, bytes.fromhex("72c64bc6")) + b"".join(attributes)
    return struct.pack(">HH", kind, len(body)) + transaction + body


def control(payload):
    return struct.pack(">BBH", 2, 0, len(payload)) + payload


def data(payload, inner=True):
    """End-to-end data, with the RFC 4571 length inside that Microsoft's clients send."""
    if inner:
        payload = struct.pack(">H", len(payload)) + payload
    return struct.pack(">BBH", 3, 0, len(payload)) + payload


def rtp(sequence, payload, kind=127, ssrc=0x5A5A1234):
    """An RTP packet; 127 is application sharing (x-data)."""
    return struct.pack(">BBHII", 0x80, kind, sequence, 3000 * sequence, ssrc) + payload


VERSION = attribute(0x8008, struct.pack(">I", 3))
REALM = attribute(0x0015, b"\"rtcmedia\"")
NONCE = attribute(0x0014, opaque("nonce", 32))
USERNAME = attribute(0x0006, opaque("user", 48))
SHARING = attribute(0x8055, struct.pack(">HH", 4, 1))


def integrity(seed):
    return attribute(0x0008, opaque(f"integrity {seed}", 20))


def sequence(number):
    return attribute(0x8050, opaque("connection", 20) + struct.pack(">I", number))


def transaction(number):
    return opaque(f"transaction {number}", 16)


ALLOCATE = message(0x0003, transaction(1), VERSION, SHARING)
CHALLENGE = message(0x0113, transaction(1), attribute(0x0009, b"\0\0\4\1Unauthorized"), REALM, NONCE,
                    attribute(0x000E, address(EDGE)), VERSION)
ALLOCATE_AGAIN = message(0x0003, transaction(2), VERSION, SHARING, USERNAME, REALM, NONCE, integrity(2))
ALLOCATED = message(0x0103, transaction(2), attribute(0x0001, address(("198.51.100.5", 55123))),
                    attribute(0x8020, address(CLIENT, transaction(2))),
                    attribute(0x000D, struct.pack(">I", 600)), attribute(0x0010, struct.pack(">I", 750)), VERSION,
                    sequence(1), integrity(3))
DESTINATION = message(0x0006, transaction(3), USERNAME, attribute(0x0011, address(PEER)), sequence(2), integrity(4))
DESTINATION_SET = message(0x0106, transaction(3), sequence(2), integrity(5))

SHARED = [rtp(number, opaque(f"sharing {number}", 200 + 90 * number)) for number in range(1, 7)]


def sharing(stream):
    """A whole session through the relay behind the hellos: allocation, active destination, sharing data."""
    stream.send(0, control(ALLOCATE))
    stream.send(1, control(CHALLENGE))
    stream.send(0, control(ALLOCATE_AGAIN), sizes=[3, 100])
    stream.send(1, control(ALLOCATED))
    stream.send(0, control(DESTINATION))
    stream.send(1, control(DESTINATION_SET))
    stream.send(0, b"".join(data(packet) for packet in SHARED[:3]))
    stream.send(1, b"".join(data(packet) for packet in SHARED[3:]), sizes=[700, 400])


def edge_answers():
    capture = Capture()
    stream = capture.tcp(CLIENT, EDGE)
    stream.send(0, client_hello())
    stream.send(1, server_hello(), after=0.02)
    sharing(stream)
    stream.close()
    return capture


def no_hello(port):
    capture = Capture()
    stream = capture.tcp(CLIENT, (EDGE[0], port))
    sharing(stream)
    stream.close()
    return capture


PROXY_407 = (b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: NTLM\r\nConnection: close\r\n"
             b"Content-Type: text/html\r\nContent-Length: 44\r\n\r\n<html><body>Please authenticate</body></html>")


def http_answer(status, *headers):
    """A proxy's answer with a page of its own."""
    page = f"<html><body>{status}</body></html>"
    lines = [f"HTTP/1.1 {status}", *headers, "Content-Type: text/html", f"Content-Length: {len(page)}", "", page]
    return "\r\n".join(lines).encode()


def proxy_407():
    capture = Capture()
    stream = capture.tcp(CLIENT, EDGE)
    stream.send(0, client_hello())
    stream.send(1, PROXY_407, sizes=[20, 60], after=0.02)
    stream.close()
    return capture


def tls_record(kind, body):
    return struct.pack(">BHH", kind, 0x0301, len(body)) + body


def handshake(kind, body):
    return struct.pack(">B", kind) + struct.pack(">I", len(body))[1:] + body



def tls_flight():
    """What a genuine TLS 1.0 server sends first: ServerHello, Certificate, ServerHelloDone, a record each."""
    entry = struct.pack(">I", len(DER))[1:] + DER
    hello = b"\x03\x01" + opaque("tls server", 32) + b"\x20" + opaque("tls session", 32) + b"\x00\x2f\x00"
    return (tls_record(22, handshake(2, hello))
            + tls_record(22, handshake(11, struct.pack(">I", len(entry))[1:] + entry))
            + tls_record(22, handshake(14, b"")))


def tls_server():
    capture = Capture()
    stream = capture.tcp(CLIENT, EDGE)
    stream.send(0, client_hello())
    stream.send(1, tls_flight(), sizes=[60, 500], after=0.02)
    stream.send(0, tls_record(21, b"\x02\x28"))
    stream.close()
    return capture


def tls_alert():
    capture = Capture()
    stream = capture.tcp(CLIENT, EDGE)
    stream.send(0, client_hello())
    stream.send(1, tls_record(21, b"\x02\x28"), after=0.02)
    stream.close()
    return capture


def silence():
    """Nobody answers; after a while somebody on the way resets the connection. A second one the client gives up, a
    third the server closes, a fourth is still open when the capture ends."""
    capture = Capture()
    stream = capture.tcp(CLIENT, EDGE)
    stream.send(0, client_hello())
    stream.segment(1, flags="A")
    stream.segment(1, flags="RA", after=21.0)
    stream = capture.tcp((CLIENT[0], 50211), EDGE)
    stream.send(0, client_hello())
    stream.segment(0, flags="FA", after=10.0)
    stream = capture.tcp((CLIENT[0], 50212), EDGE)
    stream.send(0, client_hello())
    stream.segment(1, flags="FA", after=1.0)
    stream.segment(0, flags="FA")
    stream = capture.tcp((CLIENT[0], 50213), EDGE)
    stream.send(0, client_hello())
    stream.segment(1, flags="A")
    return capture


def tunnel():
    """A proxy is configured: CONNECT, then everything through it."""
    capture = Capture()
    stream = capture.tcp(CLIENT, ("192.0.2.200", 8080))
    stream.send(0, b"CONNECT edge.example.com:443 HTTP/1.1\r\nHost: edge.example.com:443\r\n\r\n")
    stream.send(1, b"HTTP/1.1 200 Connection established\r\n\r\n")
    stream.send(0, client_hello())
    stream.send(1, server_hello(), after=0.02)
    sharing(stream)
    stream.close()
    return capture


def multiplexed():
    """0xFF10 straight in the stream and inside a frame; the checks and data of a session id."""
    capture = Capture()
    stream = capture.tcp(CLIENT, EDGE)
    stream.send(0, client_hello())
    stream.send(1, server_hello(), after=0.02)
    stream.send(0, control(message(0x0003, transaction(1), attribute(0x8008, struct.pack(">I", 6)), SHARING)))
    session = opaque("session id", 8)
    wrapped = [struct.pack(">HH", 0xFF10, 8 + len(packet)) + session + packet for packet in SHARED[:3]]
    stream.send(0, b"".join(wrapped), sizes=[5, 300])
    stream.send(1, b"".join(data(packet, inner=False) for packet in wrapped))
    return capture


def stun_check(kind, number, *attributes):
    """A connectivity check of RFC 5389 with Microsoft's attributes."""
    body = b"".join(attribute(code, value) + b"\0" * (-len(value) % 4) for code, value in attributes)
    return struct.pack(">HHI", kind, len(body), 0x2112A442) + transaction(number)[:12] + body


def peer_stream():
    """ICE-TCP between the peers: a check and its answer, then sharing data, each behind a two-byte length."""
    check = stun_check(0x0001, 11, (0x0006, b"fLwX:oT2a"), (0x0024, b"\x6e\x00\x1e\xff"), (0x8029, opaque("tie", 8)),
                       (0x8054, b"1\0\0\0"), (0x8070, b"\0\0\0\2"), (0x0008, opaque("check", 20)))
    answer = stun_check(0x0101, 11, (0x0020, b"\0\x01\xe6\x2a\xe1\x12\xa6\x48"), (0x8070, b"\0\0\0\2"),
                        (0x0008, opaque("answer", 20)))

    def framed(payload):
        return struct.pack(">H", len(payload)) + payload

    capture = Capture()
    stream = capture.tcp(("192.0.2.10", 51000), ("192.0.2.20", 52000))
    stream.send(0, framed(check))
    stream.send(1, framed(answer))
    stream.send(0, b"".join(framed(packet) for packet in SHARED[:3]), sizes=[1, 400])
    stream.send(1, b"".join(framed(packet) for packet in SHARED[3:]))
    return capture


def broken_streams():
    """Behind the hellos: wrong frame types, lengths that lead nowhere, and good frames after them."""
    capture = Capture()
    good = data(SHARED[0])
    for number, junk in enumerate([b"\x00", b"\x01\x00\x00\x04abcd", b"\x04\x00\x00\x02ab", b"\xff\x00\x00\x01a",
                                   b"\x02\x00\x00\x00", b"\x02\x00\xff\xff\x00\x03\x00\x08",
                                   b"\x03\x07\x00\x10" + opaque("junk", 30), b"\x03\x00\x00\x00"]):
        stream = capture.tcp((CLIENT[0], 50300 + number), EDGE)
        stream.send(0, client_hello())
        stream.send(1, server_hello(), after=0.02)
        stream.send(0, good + junk + good + good)
        stream.send(0, control(ALLOCATE))
    return capture


def captures():
    yield "tcp443-edge.pcap", edge_answers()
    yield "tcp443-no-hello.pcap", no_hello(443)
    yield "tcp3478-no-hello.pcap", no_hello(3478)
    yield "tcp443-proxy-407.pcap", proxy_407()
    yield "tcp443-tls-server.pcap", tls_server()
    yield "tcp443-tls-alert.pcap", tls_alert()
    yield "tcp443-silence.pcap", silence()
    yield "tcp443-connect.pcap", tunnel()
    yield "tcp443-multiplexed.pcap", multiplexed()
    yield "tcp443-broken.pcap", broken_streams()
    yield "ice-tcp-peers.pcap", peer_stream()
