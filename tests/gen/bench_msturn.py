# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures of MS-TURN for tests/bench.py: calls through relays, each with an allocation of its own."""
import struct

import captures as files
from gen import turn_messages as turn
from gen.bench_base import udp_frame

EDGE = ("198.51.100.5", 3478)
PEER = ("203.0.113.99", 50040)
CONVERSATIONS = 1000


def ends(call):
    """Client and relayed address of a call, no two the same."""
    return ((f"10.{call >> 8 & 255}.{call & 255}.10", 50000 + call % 9000),
            ("198.51.100.5", 50000 + call % 9000))


def identity(number):
    return bytes.fromhex("2112a442") + struct.pack(">III", number, number * 2654435761 & 0xFFFFFFFF, 7)


def call_packets(call):
    """The datagrams of a call, without end: allocation, checks through the relay and beside it, sessions, media."""
    client, relayed = ends(call)
    number = call << 20
    session = struct.pack(">II", call, 1)
    one, two = identity(number), identity(number + 1)
    yield client, EDGE, turn.allocate(one)
    yield EDGE, client, turn.challenge(one, turn.att(0x8095, session))
    yield client, EDGE, turn.allocate(two, turn.att(0x8095, session), signed=True)
    yield EDGE, client, turn.allocated(two, relayed, client)
    step = 2
    while True:
        check, bare, refresh = (identity(number + step + more) for more in (1, 2, 3))
        yield client, EDGE, turn.send(identity(number + step), PEER, turn.check_request(check), step)
        yield EDGE, client, turn.indication(identity(number + step + 4), PEER, turn.check_response(check, relayed))
        yield client, PEER, turn.check_request(bare)
        yield PEER, client, turn.check_response(bare, client)
        yield client, EDGE, turn.multiplexed(turn.rtp(step & 0xFFFF), session)
        yield EDGE, client, turn.multiplexed(turn.rtp(step & 0xFFFF, ssrc=0xCAFE0002), session)
        yield client, EDGE, turn.allocate(refresh, turn.sequence(step + 1), signed=True)
        yield EDGE, client, turn.allocated(refresh, relayed, client)
        step += 8


def signalling_packets(call):
    """Nothing but MS-TURN: refreshes with their answers, Send requests and Data Indications with data of no note."""
    client, relayed = ends(call)
    number, step = call << 20, 0
    while True:
        ident = identity(number + step)
        yield client, EDGE, turn.allocate(ident, turn.sequence(step + 1), signed=True)
        yield EDGE, client, turn.allocated(ident, relayed, client)
        yield client, EDGE, turn.send(identity(number + step + 1), PEER, b"\xf0data of no note", step + 2)
        yield EDGE, client, turn.indication(identity(number + step + 2), PEER, b"\xf0data of no note")
        step += 3


def write(path, packets, source):
    calls = [source(call) for call in range(min(CONVERSATIONS, max(1, packets // 20)))]
    out = [udp_frame(*next(calls[number % len(calls)])) for number in range(packets)]
    files.write(path, files.ETHERNET, out)


def calls(path, packets):
    write(path, packets, call_packets)


def signalling(path, packets):
    write(path, packets, signalling_packets)
