# SPDX-License-Identifier: GPL-2.0-or-later
"""Traffic that is not ours, for the do-no-harm test and the benches: it must come out as without the plugin.

Chosen to pass each of our hooks: plain SIP with SDP (media_type, sip.hdr heuristics), STUN and TURN of the
RFCs on 3478 and elsewhere (udp.port, heuristics), TLS and HTTP on 443 (tcp.port), RTP and RTCP, syslog, and
what stands on every network.
"""
import struct

from scapy.layers.inet import ICMP, IP
from scapy.layers.inet6 import ICMPv6PacketTooBig, IPv6
from scapy.layers.l2 import Ether
from scapy.packet import Raw

from gen.wire import MAC_A, MAC_B, Capture

CLIENT, PEER, SERVER = "192.0.2.10", "198.51.100.20", "203.0.113.5"
COOKIE = 0x2112A442


def dns(number, name, answer=None):
    """A query for an A record, or its answer."""
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"
    flags, answers = (0x8180, 1) if answer else (0x0100, 0)
    message = struct.pack("!HHHHHH", number, flags, 1, answers, 0, 0) + labels + struct.pack("!HH", 1, 1)
    if answer:
        message += struct.pack("!HHHIH", 0xC00C, 1, 1, 300, 4) + bytes(answer)
    return message


def rtp(sequence, ssrc=0x1234ABCD, payload_type=0, size=160):
    """An RTP packet of 20 ms."""
    return struct.pack("!BBHII", 0x80, payload_type, sequence & 0xFFFF, sequence * 160 & 0xFFFFFFFF, ssrc) \
        + bytes((sequence * 7 + at) & 0xFF for at in range(size))


def rtcp_sender_report(packets, ssrc=0x1234ABCD):
    """A sender report without report blocks, followed by a CNAME."""
    report = struct.pack("!BBHIIIIII", 0x80, 200, 6, ssrc, 0xD6A00000 + packets, 0, packets * 160, packets,
                         packets * 160)
    return report + struct.pack("!BBHI", 0x81, 202, 3, ssrc) + b"\x01\x04abcd\0\0"


def stun(kind, number, *attributes, cookie=COOKIE):
    """A STUN message of RFC 5389 (or RFC 3489 with another cookie); attributes are (type, value)."""
    body = b"".join(struct.pack("!HH", code, len(value)) + value + b"\0" * (-len(value) % 4)
                    for code, value in attributes)
    return struct.pack("!HHI", kind, len(body), cookie) + struct.pack("!III", 7, 11, number) + body


def xor_address(address, port):
    """The value of XOR-MAPPED-ADDRESS and its like."""
    packed = int.from_bytes(bytes(map(int, address.split("."))), "big") ^ COOKIE
    return struct.pack("!BBHI", 0, 1, port ^ COOKIE >> 16, packed)


SDP = "\r\n".join((
    "v=0", "o=alice 1 1 IN IP4 192.0.2.10", "s=-", "c=IN IP4 192.0.2.10", "t=0 0",
    "m=audio 30000 RTP/AVP 0 101", "a=rtpmap:0 PCMU/8000", "a=rtpmap:101 telephone-event/8000",
    "a=sendrecv", "")) + "\r\n"


def sip(first_line, number, body="", *headers):
    """A SIP message of a plain call between two phones."""
    lines = [
        first_line,
        f"Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK{number}",
        "From: \"Alice\" <sip:alice@example.com>;tag=a1", "To: <sip:bob@example.com>;tag=b1",
        f"Call-ID: call-{number}@192.0.2.10", "CSeq: 1 INVITE", "Contact: <sip:alice@192.0.2.10:5060>",
        "Max-Forwards: 70", "User-Agent: Phone/1.0", 'Warning: 399 example.com "no media"',
        'Reason: Q.850;cause=16;text="Normal call clearing"', *headers]
    if body:
        lines.append("Content-Type: application/sdp")
    lines += [f"Content-Length: {len(body)}", "", ""]
    return ("\r\n".join(lines) + body).encode()


def tls_record(kind, payload, version=0x0303):
    return struct.pack("!BHH", kind, version, len(payload)) + payload


def tls_client_hello(name, number=1):
    """A ClientHello with a server name, two suites and one group."""
    host = name.encode()
    extensions = struct.pack("!HHHBH", 0, len(host) + 5, len(host) + 3, 0, len(host)) + host
    extensions += struct.pack("!HHHH", 10, 4, 2, 29) + struct.pack("!HHBB", 11, 2, 1, 0)
    body = struct.pack("!H", 0x0303) + number.to_bytes(32, "big") + b"\0" \
        + struct.pack("!HHHHH", 4, 0xC02F, 0x009C, 0x0100, len(extensions)) + extensions
    return tls_record(22, b"\x01" + len(body).to_bytes(3, "big") + body, 0x0301)


def tls_server_hello(number=1):
    body = struct.pack("!H", 0x0303) + (number + 1).to_bytes(32, "big") + b"\0" + struct.pack("!HB", 0xC02F, 0)
    return tls_record(22, b"\x02" + len(body).to_bytes(3, "big") + body) \
        + tls_record(22, b"\x0e\x00\x00\x00")


def web(capture, number, port=80):
    """A request and an answer of HTTP/1.1 on a TCP port, the answer in three segments."""
    stream = capture.tcp((CLIENT, 20000 + number % 40000), (SERVER, port))
    stream.send(0, f"GET /{number} HTTP/1.1\r\nHost: www.example.com\r\nAccept: */*\r\n\r\n".encode())
    body = b"<html><body>" + b"x" * 2000 + b"</body></html>"
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    stream.send(1, head + body, [700, 700])
    stream.close()


def tls(capture, number, port=443):
    """A TLS connection whose hello messages are cut across segments, then application data both ways."""
    stream = capture.tcp((CLIENT, 20000 + number % 40000), (SERVER, port))
    stream.send(0, tls_client_hello("www.example.com", number), [3, 60])
    stream.send(1, tls_server_hello(number), [20])
    for turn in range(4):
        data = bytes((turn * 31 + at * 7) & 0xFF for at in range(900))
        stream.send(turn % 2, tls_record(23, data) + tls_record(23, data[:100]), [400, 400])
    stream.send(0, tls_record(21, bytes(range(26))))
    stream.close()


def calls(capture, number, port=30000, packets=20):
    """A plain SIP call with so many packets of RTP each way on a port, and RTCP on the next one."""
    alice, bob = (CLIENT, 5060), (PEER, 5060)
    offer = SDP.replace("30000", str(port))
    capture.udp(alice, bob, sip("INVITE sip:bob@example.com SIP/2.0", number, offer))
    capture.udp(bob, alice, sip("SIP/2.0 180 Ringing", number))
    capture.udp(bob, alice, sip("SIP/2.0 200 OK", number, offer.replace("192.0.2.10", PEER)))
    capture.udp(alice, bob, sip("ACK sip:bob@example.com SIP/2.0", number))
    for sequence in range(packets):
        capture.udp((CLIENT, port), (PEER, port), rtp(sequence))
        capture.udp((PEER, port), (CLIENT, port), rtp(sequence, ssrc=0x77777777))
    capture.udp((CLIENT, port + 1), (PEER, port + 1), rtcp_sender_report(packets))
    capture.udp(alice, bob, sip("BYE sip:bob@example.com SIP/2.0", number))
    capture.udp(bob, alice, sip("SIP/2.0 200 OK", number))


def stun_of_the_rfcs(capture, number):
    """RFC 5389 checks, RFC 5766 allocation with ChannelData, RFC 3489 discovery: stock has them right."""
    turn, local = (SERVER, 3478), (CLIENT, 31000 + number % 1000)
    user = (0x0006, b"abcd:efgh")
    mapped = (0x0020, xor_address(CLIENT, local[1]))
    priority, controlling, nominated = (0x0024, b"\x6e\xff\xff\xff"), (0x802A, bytes(8)), (0x0025, b"")
    capture.udp(local, (PEER, 31000), stun(0x0001, number, user, priority, controlling, nominated))
    capture.udp((PEER, 31000), local, stun(0x0101, number, mapped))
    capture.udp(local, turn, stun(0x0003, number + 1, (0x0019, b"\x11\0\0\0")))
    capture.udp(turn, local, stun(0x0113, number + 1, (0x0009, b"\0\0\x04\x01Unauthorized"),
                                  (0x0014, b"example.org"), (0x0015, b"nonce123")))
    capture.udp(turn, local, stun(0x0103, number + 2, (0x0016, xor_address(SERVER, 50000)), mapped,
                                  (0x000D, struct.pack("!I", 600))))
    capture.udp(local, turn, struct.pack("!HH", 0x4000, 172) + rtp(number))
    capture.udp(local, turn, stun(0x0016, number + 3, (0x0012, xor_address(PEER, 31000)), (0x0013, rtp(1))))
    classic = (0x0001, b"\0\x01\x79\x18\xc0\x00\x02\x0a")
    capture.udp(local, turn, stun(0x0001, number + 4, cookie=0x01020304))
    capture.udp(turn, local, stun(0x0101, number + 4, classic, cookie=0x01020304))
    capture.udp(local, turn, b"\0" * 20)
    capture.udp(local, turn, b"no STUN at all")


def rest(capture, number):
    """Names, time, logs, management, and datagrams nobody knows."""
    capture.udp((CLIENT, 40000), (SERVER, 53), dns(number & 0xFFFF, "www.example.com"))
    capture.udp((SERVER, 53), (CLIENT, 40000), dns(number & 0xFFFF, "www.example.com", (203, 0, 113, 5)))
    capture.udp((CLIENT, 123), (SERVER, 123),
                b"\x23\x02\x06\xec" + bytes(36) + struct.pack("!II", 0xD6A00000, number))
    capture.udp((SERVER, 514), (CLIENT, 514),
                b"<134>Jan  1 12:00:00 gateway app: call %d released, cause 16" % number)
    capture.udp((SERVER, 514), (CLIENT, 514),
                b"<134>Jan  1 12:00:00 gateway sip: SIP/2.0 200 OK\r\nReason: Q.850;cause=16\r\n")
    capture.udp((CLIENT, 50001), (PEER, 50002), bytes(range(100)))
    capture.udp((CLIENT, 50001), (PEER, 50002), b"\x02\x00\x00\x10" + bytes(16))
    capture.udp((CLIENT, 50001), (PEER, 50002), b"\xff\x10\x00\x03abc")
    capture.udp((CLIENT, 50003), (SERVER, 443), b"\xc3\x00\x00\x00\x01\x08" + bytes(range(60)))
    capture.udp(("2001:db8::1", 50003), ("2001:db8::2", 53), dns(number & 0xFFFF, "ipv6.example.com"))


def errors(capture, number):
    """ICMP: what routers and computers say about the packet before, and questions of their own; names not found."""
    def about(sender, message):
        packet = capture.frames[-1][1][14:]
        header = Ether(src=MAC_B, dst=MAC_A) / IP(src=sender, dst=IP(packet).src)
        capture.frame(header / message / Raw(packet[:548]))

    capture.udp((CLIENT, 30000), (PEER, 30000), rtp(number))
    about(PEER, ICMP(type=3, code=3))
    capture.udp((CLIENT, 40001), (SERVER, 53), dns(number & 0xFFFF, f"host{number}.example.com"))
    about("192.0.2.1", ICMP(type=11, code=0))
    nobody = bytearray(dns(number & 0xFFFF, f"host{number}.example.com"))
    nobody[2:4] = b"\x81\x83"
    capture.udp((SERVER, 53), (CLIENT, 40001), bytes(nobody))
    stream = capture.tcp((CLIENT, 26000 + number % 1000), (SERVER, 8080))
    about("192.0.2.1", ICMP(type=3, code=13))
    stream.close()
    capture.frame(Ether(src=MAC_A, dst=MAC_B) / IP(src=CLIENT, dst=PEER) / ICMP(id=7, seq=number & 0xFFFF) / Raw(bytes(48)))
    capture.udp(("2001:db8::1", 30000), ("2001:db8::2", 30000), rtp(number))
    packet = capture.frames[-1][1][14:]
    capture.frame(Ether(src=MAC_B, dst=MAC_A) / IPv6(src="2001:db8::ffff", dst="2001:db8::1")
                  / ICMPv6PacketTooBig(mtu=1280) / Raw(packet))


def sip_over_tcp(capture, number):
    """SIP over TCP, cut in the middle of a header and again between two messages."""
    stream = capture.tcp((CLIENT, 25000 + number % 1000), (PEER, 5060))
    invite = sip("INVITE sip:bob@example.com SIP/2.0", number, SDP)
    stream.send(0, invite + sip("BYE sip:bob@example.com SIP/2.0", number), [100, 300])
    stream.send(1, sip("SIP/2.0 486 Busy Here", number))
    stream.close()


PARTS = (calls, web, tls, stun_of_the_rfcs, rest, errors, sip_over_tcp)


def captures():
    capture = Capture()
    for number in range(1, 4):
        for part in PARTS:
            part(capture, number * 10)
    # Not TLS on 443, and TLS that is not on 443.
    web(capture, 77, port=443)
    tls(capture, 78, port=8443)
    stream = capture.tcp((CLIENT, 29000), (SERVER, 443))
    stream.send(0, b"SSH-2.0-OpenSSH_9.0\r\n")
    stream.send(1, b"\x02\x00")
    stream.close()
    yield "other-traffic.pcap", capture
