# SPDX-License-Identifier: GPL-2.0-or-later
"""MS-TURN over UDP: allocations, every attribute, bandwidth, errors, multiplexed sessions, whole calls."""
from gen.turn_messages import (
    IDS, LONG_TERM, NONCE, REALM, SESSION, USERNAME, VERSION, active, addr, allocate, allocated, att, challenge,
    channel_data, check_error, check_request, check_response, dtls_hello, failure, identity, indication, message,
    multiplexed, num, old_request, old_response, rtcp, rtp, send, sequence, set_active, srtcp)
from gen.wire import Capture

CLIENT, EDGE = ("192.0.2.10", 50020), ("198.51.100.5", 3478)
RELAYED, SEEN = ("198.51.100.5", 53000), ("203.0.113.7", 61000)
PEER, PEER_RELAY = ("203.0.113.99", 50040), ("198.51.100.6", 54000)
CLIENT6, EDGE6 = ("2001:db8::10", 50020), ("2001:db8:ed::5", 3478)
RELAYED6 = ("2001:db8:ed::5", 53000)


def dialogue(capture, first, cookie=True, client=CLIENT, edge=EDGE, relayed=RELAYED, *more):
    """Challenge and allocation: the four messages that every session begins with."""
    one, two = identity(first, cookie), identity(first + 1, cookie)
    capture.udp(client, edge, allocate(one))
    capture.udp(edge, client, challenge(one, att(0x000E, addr(edge))))
    capture.udp(client, edge, allocate(two, *more, signed=True))
    capture.udp(edge, client, allocated(two, relayed, SEEN))


def allocations():
    """Every message type, errors by their meaning, retransmissions, sequence numbers, both forms of ids."""
    capture = Capture()
    dialogue(capture, 1)
    dialogue(capture, 3, False)
    # A second challenge in answer to credentials: they are refused.
    capture.udp(CLIENT, EDGE, allocate(identity(5), signed=True))
    capture.udp(EDGE, CLIENT, challenge(identity(5)))
    # Another server; the answer comes from an address that was not asked.
    capture.udp(CLIENT, EDGE, allocate(identity(6), signed=True))
    capture.udp(("198.51.100.7", 3478), CLIENT, failure(0x0113, identity(6), 300, b"Try Alternate",
                                                        att(0x000E, addr(("198.51.100.8", 3478)))))
    number = 7
    for code in (400, 420, 430, 431, 432, 433, 434, 435, 436, 437, 438, 441, 500, 600, 699):
        capture.udp(CLIENT, EDGE, allocate(identity(number), signed=True))
        more = [att(0x000A, bytes.fromhex("00178037"))] if code == 420 else []
        capture.udp(EDGE, CLIENT, failure(0x0113, identity(number), code, b"Reason %d" % code, *more))
        number += 1
    for step, code in enumerate((439, 440), 1):
        capture.udp(CLIENT, EDGE, set_active(identity(number), PEER, step))
        capture.udp(EDGE, CLIENT, failure(0x0116, identity(number), code, b"Reason %d" % code))
        number += 1
    # Answered after two retransmissions, and never answered.
    for _ in range(3):
        capture.udp(CLIENT, EDGE, allocate(identity(40), signed=True), 0.65)
    capture.udp(EDGE, CLIENT, allocated(identity(40), RELAYED, SEEN))
    for _ in range(10):
        capture.udp(CLIENT, ("198.51.100.9", 3478), allocate(identity(41)), 0.65)
    # Sequence numbers: the next, a gap, a repetition.
    for ident, step in ((50, 3), (51, 4), (52, 7), (53, 7)):
        capture.udp(CLIENT, EDGE, send(identity(ident), PEER, b"\xc8data", step))
    # No relayed address; a private one; a release.
    capture.udp(CLIENT, EDGE, allocate(identity(60), signed=True))
    capture.udp(EDGE, CLIENT, message(0x0103, identity(60), num(0x000D, 600), att(0x8020, addr(SEEN, identity(60))),
                                      key=LONG_TERM))
    capture.udp(CLIENT, EDGE, allocate(identity(61), signed=True))
    capture.udp(EDGE, CLIENT, allocated(identity(61), ("10.1.2.3", 53001), SEEN))
    capture.udp(CLIENT, EDGE, allocate(identity(62), num(0x000D, 0), signed=True))
    capture.udp(EDGE, CLIENT, allocated(identity(62), RELAYED, SEEN, lifetime=num(0x000D, 0)))
    # What MS-TURN forbids.
    for ident, kind in enumerate((0x0002, 0x0102, 0x0112, 0x0104, 0x0114), 70):
        capture.udp(CLIENT, EDGE, message(kind, identity(ident), VERSION))
    # An answer whose request nobody saw, and an error without the cookie attribute.
    capture.udp(EDGE, CLIENT, allocated(identity(80), RELAYED, SEEN))
    capture.udp(CLIENT, EDGE, allocate(identity(81), signed=True))
    capture.udp(EDGE, CLIENT, message(0x0113, identity(81), att(0x0009, b"\0\0\x05\0Server Error"), cookie=False))
    # SHA-256 form.
    capture.udp(CLIENT, EDGE, message(0x0003, identity(82), VERSION, att(0x0006, USERNAME), att(0x0014, NONCE),
                                      att(0x0015, REALM), key=LONG_TERM, sha256=True))
    return capture


def attributes():
    """Every attribute, in IPv4 and IPv6, with both forms of transaction ids."""
    capture = Capture()
    number = 100
    for cookie in (True, False):
        for client, edge, one in ((CLIENT, EDGE, ("198.51.100.21", 1021)), (CLIENT6, EDGE6, ("2001:db8::21", 1021))):
            ident = identity(number, cookie)
            plain, xored = addr(one), addr(one, ident)
            common = [num(0x8008, 6), num(0x8006, 1), num(0x8037, 2), att(0x8039, b"secure tag"), att(0x8054, b"1\0\0\0"),
                      num(0x8070, 2), att(0x8022, b"2.0.1.211"), att(0x8032, b"edge.example.com"),
                      att(0x0017, b"\x02\0\0\0"), num(0x0010, 12000), num(0x000D, 60), num(0x8055, 0x00030001),
                      att(0x8095, SESSION), sequence(3), att(0x0014, NONCE), att(0x0015, REALM),
                      att(0x0006, USERNAME)]
            addresses = [att(kind, plain) for kind in (0x0001, 0x000E, 0x0011, 0x0012)]
            addresses += [att(kind, xored) for kind in (0x8020, 0x8059, 0x805A, 0x805B, 0x805C)]
            addresses.append(att(0x8090, addr(("2001:db8::90", 1090))))
            capture.udp(client, edge, message(0x0003, ident, *common, *addresses, key=LONG_TERM))
            number += 1
            # The same padded to 4 bytes, as some senders do.
            padded = [part + bytes(-len(part) % 4) for part in (att(0x8022, b"2.0.1.211"), att(0x8032, b"e.example"),
                                                                num(0x8008, 4), att(0x0011, plain))]
            capture.udp(client, edge, message(0x0006, identity(number, cookie), *padded))
            number += 1
    # Both families allocated; an optional and a mandatory attribute that nobody knows.
    capture.udp(EDGE, CLIENT, allocated(identity(number), RELAYED, SEEN, att(0x8090, addr(RELAYED6))))
    capture.udp(CLIENT, EDGE, allocate(identity(number + 1), att(0x9999, b"optional"), att(0x7777, b"mandatory")))
    return capture


def bandwidth():
    """Admission control: check, commit, update, release; a refusal with PSTN failover; what is missing or misplaced."""
    capture = Capture()
    dialogue(capture, 1)
    reservation = att(0x8057, bytes(range(16)))

    def amounts(*values):
        return att(0x8058, b"".join(value.to_bytes(4, "big") for value in values))

    def site(kind, where, ident):
        return att(kind, addr(where, ident))

    def verdict(kind, flags, send_limit=130, receive=131):
        return att(kind, b"".join(value.to_bytes(4, "big") for value in (flags, send_limit, receive)))

    profile = att(0x8068, bytes([1, 2, 1, 0]))
    steps = []
    one = identity(10)
    steps.append((allocate(one, num(0x8056, 0), amounts(64, 128, 65, 129), site(0x8059, PEER, one),
                           site(0x805A, PEER_RELAY, one), site(0x805B, CLIENT, one), profile,
                           att(0x8062, b"8f2c1d@example.com"), signed=True),
                  allocated(one, RELAYED, SEEN, num(0x8056, 0), verdict(0x805D, 0x80000000),
                            verdict(0x805E, 0x80000000), verdict(0x805F, 0x80000000), verdict(0x8060, 0x80000000))))
    two = identity(11)
    steps.append((allocate(two, num(0x8056, 1), amounts(64, 128, 65, 129), site(0x8059, PEER, two),
                           site(0x805B, CLIENT, two), site(0x805C, RELAYED, two), profile,
                           att(0x8061, b"dialog-1;to-tag=a"), signed=True),
                  allocated(two, RELAYED, SEEN, num(0x8056, 1), reservation)))
    three = identity(12)
    steps.append((allocate(three, num(0x8056, 2), reservation, amounts(0, 0, 0, 0), signed=True),
                  allocated(three, RELAYED, SEEN, num(0x8056, 2), reservation, amounts(0, 0, 0, 0))))
    four = identity(13)
    steps.append((allocate(four, num(0x8056, 0), amounts(300, 200, 1, 2), signed=True),
                  allocated(four, RELAYED, SEEN, num(0x8056, 0), verdict(0x805D, 0x40000000, 0, 0),
                            verdict(0x805F, 0x00000001, 0, 0))))
    for request, answer in steps:
        capture.udp(CLIENT, EDGE, request)
        capture.udp(EDGE, CLIENT, answer)
    capture.udp(CLIENT, EDGE, message(0x0006, identity(14), att(0x0006, USERNAME), att(0x0011, addr(PEER)), profile,
                                      num(0x8056, 0x00010007), key=LONG_TERM))
    return capture


def multiplex():
    """Teams: Allocate names a session, 0xFF10 carries checks and encrypted media on 3479."""
    capture = Capture()
    edge, session = (EDGE[0], 3479), att(0x8095, SESSION)
    one, two = identity(1), identity(2)
    capture.udp(CLIENT, edge, allocate(one))
    capture.udp(edge, CLIENT, challenge(one, session))
    capture.udp(CLIENT, edge, allocate(two, session, signed=True))
    capture.udp(edge, CLIENT, allocated(two, (EDGE[0], 3480), SEEN, session))
    capture.udp(CLIENT, edge, send(identity(3), PEER, check_request(identity(4)), 1))
    capture.udp(edge, CLIENT, indication(identity(5), PEER, check_response(identity(4), (EDGE[0], 3480))))
    capture.udp(CLIENT, edge, multiplexed(check_request(identity(6), nominated=True)))
    capture.udp(edge, CLIENT, multiplexed(check_response(identity(6), (EDGE[0], 3480))))
    for number in range(1, 4):
        capture.udp(CLIENT, edge, multiplexed(rtp(number, size=41)))
        capture.udp(edge, CLIENT, multiplexed(rtp(number, ssrc=0xCAFE0002)))
    capture.udp(CLIENT, edge, multiplexed(srtcp(1)))
    capture.udp(edge, CLIENT, multiplexed(srtcp(1, 0xCAFE0002)))
    capture.udp(CLIENT, edge, multiplexed(rtp(4)))
    capture.udp(CLIENT, edge, multiplexed(b"\xffnothing anybody knows"))
    # From a port of no note: only the session tells whose it is.
    capture.udp(CLIENT, (EDGE[0], 52000), multiplexed(rtp(5)))
    # A session whose Allocate was not captured, and one that nobody named, elsewhere: not ours.
    capture.udp(("192.0.2.11", 40000), (EDGE[0], 3481), multiplexed(rtp(1), b"unnamed!"))
    capture.udp(("192.0.2.11", 40000), (EDGE[0], 52001), multiplexed(rtp(1), b"unnamed!"))
    return capture


def legacy_call():
    """Office Communicator: no cookie anywhere, draft-06 checks direct and through the relay, an active destination."""
    capture = Capture()
    dialogue(capture, 1, False)
    # Direct: never answered. Through the relay: answered and nominated.
    capture.udp(CLIENT, ("10.20.30.40", 50040), old_request(identity(10, False)), 0.1)
    capture.udp(CLIENT, ("10.20.30.40", 50040), old_request(identity(10, False)), 0.2)
    capture.udp(CLIENT, EDGE, send(identity(11, False), PEER, old_request(identity(12, False)), 1))
    capture.udp(EDGE, CLIENT, indication(identity(13, False), PEER, old_response(identity(12, False), RELAYED)))
    capture.udp(EDGE, CLIENT, indication(identity(14, False), PEER,
                                         old_request(identity(15, False), IDS[1], IDS[0], nominated=True)))
    capture.udp(CLIENT, EDGE, send(identity(16, False), PEER,
                                   old_response(identity(15, False), PEER, IDS[1], IDS[0]), 2))
    capture.udp(CLIENT, EDGE, send(identity(17, False), PEER, rtp(1, 114), 3))
    capture.udp(EDGE, CLIENT, indication(identity(18, False), PEER, rtp(1, 114, 0xCAFE0002)))
    capture.udp(CLIENT, EDGE, set_active(identity(19, False), PEER, 4))
    capture.udp(EDGE, CLIENT, active(identity(19, False), 4))
    for number in range(2, 5):
        capture.udp(CLIENT, EDGE, rtp(number, 114))
        capture.udp(EDGE, CLIENT, rtp(number, 114, 0xCAFE0002))
    capture.udp(CLIENT, EDGE, rtcp())
    capture.udp(EDGE, CLIENT, rtcp(0xCAFE0002))
    capture.udp(CLIENT, EDGE, b"\xc0 no protocol anybody knows")
    capture.udp(CLIENT, EDGE, allocate(identity(20, False), num(0x000D, 0), signed=True, cookie=True))
    return capture


def edge_call():
    """RFC 5389 checks beside the relay and at a peer's relayed address, ChannelData, DTLS, SRTP, over IPv6, too."""
    capture = Capture()
    host, other = ("192.0.2.10", 50022), ("203.0.113.50", 50060)
    dialogue(capture, 1, True, PEER, (PEER_RELAY[0], 3478), PEER_RELAY)
    capture.udp(host, other, check_request(identity(10)))
    capture.udp(other, host, check_response(identity(10), ("203.0.113.7", 61001)))
    capture.udp(other, host, check_request(identity(11), b"FY32:o5/I", 0x8029))
    capture.udp(host, other, check_error(identity(11), 487, b"Role Conflict"))
    capture.udp(host, PEER_RELAY, check_request(identity(12)))
    capture.udp(PEER_RELAY, host, check_response(identity(12), host))
    for code, reason in ((431, b"Integrity Check Failure"), (274, b"Disable Candidate"), (500, b"Server Error")):
        capture.udp(host, PEER_RELAY, check_request(identity(20 + code)))
        capture.udp(PEER_RELAY, host, check_error(identity(20 + code), code, reason))
    capture.udp(host, other, check_request(identity(13), nominated=True))
    capture.udp(other, host, check_response(identity(13), ("203.0.113.7", 61001)))
    capture.udp(host, other, dtls_hello())
    for number in range(1, 3):
        capture.udp(host, other, rtp(number))
        capture.udp(other, host, rtp(number, ssrc=0xCAFE0002))
    capture.udp(host, other, srtcp(1, mki=b"\x01"))
    capture.udp(other, host, srtcp(1, 0xCAFE0002, mki=b"\x01"))
    capture.udp(host, other, rtp(3))
    capture.udp(host, other, channel_data(0x4001, check_request(identity(14))))
    capture.udp(host, other, channel_data(0x4001, rtp(4)))
    capture.udp(host, other, channel_data(0x4001, b"\xff\xff\xff"))
    capture.udp(("2001:db8::10", 50022), ("2001:db8::50", 50060), check_request(identity(15)))
    capture.udp(("2001:db8::50", 50060), ("2001:db8::10", 50022), check_response(identity(15), ("2001:db8::10", 50022)))
    capture.udp(("2001:db8::10", 50022), ("2001:db8::50", 50060), rtp(1))
    # A check by others: no attribute of Microsoft's, in a conversation of its own. It stays with the stock dissector.
    capture.udp(("192.0.2.77", 7000), ("192.0.2.78", 7001), bytes.fromhex("000100002112a442") + bytes(range(12)))
    return capture


def vector():
    """The published example of a signed check: key ydYldnHIRgbOUr1MYUGy4t0g."""
    capture = Capture()
    text = bytes.fromhex("000100542112A442BEEBD6F17710B6A1B6A92CBD0006000C764F614D3A66764173000000002400046EFFFEFF"
                         "80290008000000000001E6E480540004310000008070000400000002")
    tail = att(0x0008, bytes.fromhex("b87d4d8d56fc76794667aacae3593e58e1dbfe97")) + bytes.fromhex("8028000400000000")
    capture.udp(CLIENT, PEER, text + tail)
    return capture


def captures():
    yield "turn-allocations.pcap", allocations()
    yield "turn-attributes.pcap", attributes()
    yield "turn-bandwidth.pcap", bandwidth()
    yield "turn-multiplexed.pcap", multiplex()
    yield "turn-legacy-call.pcap", legacy_call()
    yield "turn-edge-call.pcap", edge_call()
    yield "turn-check-vector.pcap", vector()
