# SPDX-License-Identifier: GPL-2.0-or-later
"""MS-TURN and checks as today's clients send them, relays of others that resemble MS-TURN, and one token twice."""
import struct

from gen import signalling
from gen.turn_messages import (
    CONNECTION, LONG_TERM, NONCE, REALM, SESSION, USERNAME, addr, att, check, failure, identity, indication, message,
    multiplexed, num, old_request, padded, rtp, send)
from gen.wire import Capture

CLIENT, FIRST, OTHER = ("192.0.2.20", 50016), ("198.51.100.123", 3478), ("198.51.100.141", 3478)
RELAYED, SEEN, PEER = ("198.51.100.141", 3480), ("203.0.113.72", 57543), ("203.0.113.99", 50040)
TEAMS = [att(0x8037, struct.pack(">I", 2)), num(0x8008, 6), num(0x8006, 1), num(0x0010, 12000)]
VIDEO = num(0x8055, 0x00020002)  # a quality without a name


def teams_allocate(capture, first=1, client=CLIENT, asked=FIRST, named=OTHER, answers=None):
    """Challenge by the server asked first, which names another one; who is asked then, and who answers."""
    one, two = identity(first), identity(first + 1)
    capture.udp(client, asked, message(0x0003, one, *TEAMS, VIDEO))
    capture.udp(asked, client, failure(
        0x0113, one, 401, b"The request did not contain a Message-Integrity attribute", num(0x8008, 6),
        att(0x000E, addr(named)), att(0x0014, NONCE), att(0x0015, REALM), att(0x0001, addr(RELAYED)),
        att(0x8095, SESSION), att(0x8020, addr(SEEN, one))))
    capture.udp(client, named, message(0x0003, two, *TEAMS, VIDEO, att(0x0006, USERNAME), att(0x0014, NONCE),
                                       att(0x0015, REALM), key=LONG_TERM, sha256=True))
    capture.udp(answers or asked, client, message(
        0x0103, two, num(0x8008, 6), num(0x000D, 60), att(0x0001, addr(RELAYED)), att(0x8020, addr(SEEN, two)),
        att(0x8022, b"2.0.1.211"), att(0x8095, SESSION), key=LONG_TERM, sha256=True))


def release(capture, number, *answer, client=CLIENT, server=FIRST):
    """Lifetime 0, with the short form of 0x8050."""
    ident = identity(number)
    capture.udp(client, server, message(0x0003, ident, *TEAMS, num(0x8050, number), num(0x000D, 0),
                                        att(0x0006, USERNAME), att(0x0014, NONCE), att(0x0015, REALM), key=LONG_TERM,
                                        sha256=True))
    capture.udp(server, client, message(0x0103, ident, num(0x8008, 6), *answer, key=LONG_TERM, sha256=True))


def foundation(ident, text, version=3):
    """A check whose Candidate Identifier is padded as RFC 5389 pads."""
    return check(0x0001, ident, padded(0x0006, b"gppe:zWyk"), num(0x0024, 0x6EFFFEFF),
                 att(0x802A, bytes.fromhex("0000000000bf4317")), padded(0x8054, text), num(0x8070, version))


def answer(ident, seen):
    return check(0x0101, ident, att(0x0020, addr(seen, ident)), num(0x8070, 3))


FOUNDATIONS = [b"1", b"12", b"125", b"1\0\0\0", b"foundation", b"+/Ab9+/Ab9+/Ab9+/Ab9+/Ab9+/Ab9+/"]


def clients():
    """All of it is in order: no Warning and no Error."""
    capture = Capture()
    teams_allocate(capture)
    teams_allocate(capture, 3, (CLIENT[0], 50018), answers=OTHER)
    # A first Allocate of 2016: user and realm, neither nonce nor signature.
    for number, more in enumerate(([], [num(0x8055, 0x00010000)], [num(0x8055, 0x00030003), num(0x8006, 1)]), 10):
        capture.udp((CLIENT[0], 50020 + number), FIRST, message(
            0x0003, identity(number), num(0x8008, 6), att(0x0006, USERNAME), num(0x0010, 12000), *more,
            att(0x0015, b'"realm01"')))
    for number, text in enumerate(FOUNDATIONS, 20):
        capture.udp(CLIENT, PEER, foundation(identity(number), text))
        capture.udp(PEER, CLIENT, answer(identity(number), CLIENT))
    # Teams: no identifier, version 7. Asked in a Send request, answered in the multiplexed session, and the reverse.
    bare = check(0x0001, identity(30), padded(0x0006, b"aaaa:bbbb"), num(0x0024, 0x6EFFFEFF), num(0x8070, 7))
    capture.udp(CLIENT, FIRST, send(identity(31), PEER, bare, 1))
    capture.udp(FIRST, CLIENT, multiplexed(answer(identity(30), RELAYED)))
    back = check(0x0001, identity(32), padded(0x0006, b"bbbb:aaaa"), num(0x0024, 0x6EFFFEFF), num(0x8070, 7))
    capture.udp(FIRST, CLIENT, indication(identity(33), PEER, back))
    capture.udp(CLIENT, FIRST, multiplexed(answer(identity(32), PEER)))
    release(capture, 40, num(0x000D, 0))
    release(capture, 41)
    release(capture, 42, num(0x000D, 0), num(0x8050, 42))
    return capture


def other_relay(capture, client, relay, cookie=True, first=200):
    """A relay of others: the cookie attribute and the message types of MS-TURN, nothing of Microsoft's."""
    name = att(0x0006, b"abcdefghijklmnop")
    one, two = identity(first, cookie), identity(first + 1, cookie)
    capture.udp(client, relay, message(0x0003, one, name))
    capture.udp(relay, client, message(0x0103, one, att(0x0001, addr((relay[0], 19294))), num(0x000D, 600)))
    capture.udp(client, relay, message(0x0004, two, name, num(0x8001, 1), att(0x0011, addr(PEER)),
                                       att(0x0013, bytes.fromhex("000100000102030405060708090a0b0c0d0e0f10"))))
    capture.udp(relay, client, message(0x0104, two, num(0x8001, 1)))
    capture.udp(relay, client, message(0x0115, identity(first + 2, cookie), att(0x0012, addr(PEER)),
                                       att(0x0013, rtp(1))))
    capture.udp(client, relay, message(0x0003, identity(first + 3, cookie), name))
    capture.udp(relay, client, failure(0x0113, identity(first + 3, cookie), 401, b"Unauthorized"))


def other_relays():
    """Google's and AOL's old relays, on their ports, on ours, over TCP, and in the middle of a session."""
    capture = Capture()
    other_relay(capture, ("192.0.2.30", 50000), ("203.0.113.126", 19295), False)
    other_relay(capture, ("192.0.2.30", 50001), ("203.0.113.126", 3478), False)
    other_relay(capture, ("192.0.2.30", 50002), ("203.0.113.126", 443))
    other_relay(capture, ("2001:db8::30", 50003), ("2001:db8::126", 3479), False)
    capture.udp(("203.0.113.126", 19305), ("192.0.2.30", 50004),
                message(0x0115, identity(300, False), att(0x0012, addr(PEER)), att(0x0013, rtp(2))))
    stream = capture.tcp(("192.0.2.30", 50005), ("203.0.113.126", 19294))
    stream.send(0, message(0x0003, identity(301, False), att(0x0006, b"abcdefghijklmnop")))
    stream.send(1, message(0x0103, identity(301, False), att(0x0001, addr(("203.0.113.126", 19294)))))
    return capture


def middle():
    """The middle of sessions of ours: what tells them are the port, the signature, the check inside."""
    capture = Capture()
    capture.udp(FIRST, CLIENT, indication(identity(1), PEER, rtp(1)))
    elsewhere = (FIRST[0], 52000)
    capture.udp(CLIENT, elsewhere, send(identity(2), PEER, rtp(2), 5))
    capture.udp(elsewhere, CLIENT, indication(identity(3), PEER, rtp(3)))
    capture.udp((FIRST[0], 52001), CLIENT, indication(identity(4), PEER, foundation(identity(5), b"1")))
    capture.udp((FIRST[0], 52002), CLIENT, indication(identity(6), PEER, old_request(identity(7, False))))
    capture.udp((FIRST[0], 52003), CLIENT, message(0x0106, identity(8), att(0x8050, CONNECTION + bytes(4))))
    # An old client's first request on the relay's port.
    capture.udp((CLIENT[0], 50100), FIRST, message(0x0003, identity(9, False), num(0x0010, 750)))
    return capture


def one_token():
    """The same credentials in an MRAS reply and in the Allocate requests that use them; tokens of other layouts."""
    capture = Capture()
    names = [signalling.token(8), signalling.token(8, flags=False), signalling.token(-1)]
    names += [signalling.token_of(raw) for raw in OTHER_TOKENS]
    for number, name in enumerate(names):
        request = f"token{number}"
        capture.udp(signalling.CLIENT, signalling.SERVER,
                    signalling.service(signalling.mras_request(request_id=request), signalling.MRAS))
        capture.udp(signalling.SERVER, signalling.CLIENT, signalling.service_reply(
            signalling.mras_reply(username=name, request_id=request), signalling.MRAS))
        capture.udp(CLIENT, FIRST, message(0x0003, identity(60 + number), num(0x8008, 6),
                                           att(0x0006, signalling.token_bytes(name)), att(0x0015, REALM)))
    return capture


# Little-endian words, a size that counts the HMAC, one byte more: none of it is the layout that real tokens have.
OTHER_TOKENS = [USERNAME[:4] + USERNAME[4:8][::-1] + USERNAME[8:12][::-1] + USERNAME[12:],
                USERNAME[:2] + b"\0\x38" + USERNAME[4:], USERNAME + b"x"]


def framed(data):
    return struct.pack(">H", len(data)) + data


def peer_streams():
    """ICE-TCP, each stream marked by another attribute, several packets in a segment."""
    capture = Capture()
    marks = [num(0x8055, 0x00040001), num(0x8006, 1), num(0x8036, 1), att(0x8095, SESSION), padded(0x8054, b"1"),
             num(0x8070, 7)]
    for number, mark in enumerate(marks):
        stream = capture.tcp(("192.0.2.40", 51000 + number), ("192.0.2.41", 52000 + number))
        one = identity(400 + number)
        stream.send(0, framed(check(0x0001, one, padded(0x0006, b"gppe:zWyk"), num(0x0024, 1), mark)))
        stream.send(1, framed(answer(one, ("192.0.2.40", 51000 + number))) + framed(rtp(1)) + framed(rtp(2)))
        stream.send(0, framed(rtp(3)) + framed(rtp(4)) + framed(rtp(5)), [1, 50])
    # Draft 6, which has no cookie, and messages without frames.
    stream = capture.tcp(("192.0.2.40", 51100), ("192.0.2.41", 52100))
    stream.send(0, framed(old_request(identity(420, False))) + framed(rtp(1)) + framed(rtp(2)))
    stream = capture.tcp(("192.0.2.40", 51101), ("192.0.2.41", 52101))
    stream.send(0, message(0x0003, identity(421), num(0x8008, 6)) + send(identity(422), PEER, rtp(6), 1), [40])
    return capture


def captures():
    yield "turn-clients.pcap", clients()
    yield "other-relays.pcap", other_relays()
    yield "turn-middle.pcap", middle()
    yield "sig-tokens.pcap", one_token()
    yield "ice-tcp-marks.pcap", peer_streams()
