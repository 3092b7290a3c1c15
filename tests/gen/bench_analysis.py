# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures that measure the analysis of calls: many calls, and many checks at once."""
from captures import ETHERNET, write

from .bench_base import udp_frame
from .stories import AUDIO, LYNC, Side
from .sip import message
from .turn_messages import allocate, check_request, check_response, identity, rtp


def sip(start, call, cseq, body=""):
    return message(start, [LYNC, f"Ms-Conversation-ID: conversation{call}=="], body, f"call{call}@test", cseq)


def one_call(call, packets, more):
    """The payloads of a call: (source, destination, bytes). Offer, answer, checks, and media for the rest, with more
    bytes in each packet."""
    caller = Side(f"10.{call >> 8 & 255}.{call & 255}.1", 20000 + call % 20000)
    callee = Side(f"10.{call >> 8 & 255}.{call & 255}.2", 20000 + call % 20000)
    server = ("198.51.100.20", 5060)

    def body(side, ufrag):
        return "\r\n".join(["v=0", f"o=- 0 1 IN IP4 {side.host}", "s=session", f"c=IN IP4 {side.host}", "b=CT:99980",
                            "t=0 0", *side.lines(AUDIO, ufrag)]) + "\r\n"

    yield (caller.host, 50611), server, sip("INVITE sip:bob@example.com SIP/2.0", call, "1 INVITE",
                                            body(caller, f"a{call}"))
    yield server, (caller.host, 50611), sip("SIP/2.0 200 OK", call, "1 INVITE", body(callee, f"b{call}"))
    for number in range(4):
        ident = identity(call * 100 + number)
        yield caller.at, callee.at, check_request(ident, b"b%d:a%d" % (call, call))
        yield callee.at, caller.at, check_response(ident, caller.at, b"b%d:a%d" % (call, call))
    for number in range(max(0, packets - 11)):
        ends = (caller.at, callee.at) if number % 2 else (callee.at, caller.at)
        yield *ends, rtp(number & 0xFFFF, 8) + bytes(more)
    yield (caller.host, 50611), server, sip("BYE sip:bob@example.com SIP/2.0", call, "2 BYE")


def calls(path, packets, each=1000, more=0):
    """Calls of `each` packets, ten at a time."""
    def frames():
        for first in range(0, packets // each, 10):
            running = [one_call(call, each, more) for call in range(first, min(first + 10, packets // each))]
            while running:
                for call in list(running):
                    payload = next(call, None)
                    if payload is None:
                        running.remove(call)
                    else:
                        yield udp_frame(*payload)

    write(path, ETHERNET, frames())


def limits(path, packets):
    """Nothing comes twice: calls, allocations, checked pairs, connections, hellos and streams, until no list of the analysis
    takes any more."""
    def frames():
        for number in range(packets // 5):
            host = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
            client, relay = (host, 20000 + number % 40000), ("198.51.100.5", 3478)
            ident = identity(number)
            yield udp_frame((host, 5060), ("198.51.100.20", 5060),
                            sip("INVITE sip:bob@example.com SIP/2.0", number, "1 INVITE"))
            yield udp_frame(client, relay, allocate(ident))
            yield udp_frame(client, ("203.0.113.9", 1024 + number % 60000), check_request(ident, b"b%d:a" % number))
            yield udp_frame(("203.0.113.9", 1024 + number % 60000), client, check_response(ident, client, b"b%d:a" % number))
            yield udp_frame(client, ("203.0.113.9", 1024 + number % 60000), rtp(number & 0xFFFF, 8, number))

    write(path, ETHERNET, frames())


def checks(path, packets):
    """Checks of pairs that are all open at once; every second one is answered after all were sent."""
    def pair(number):
        return (f"10.1.{number >> 14 & 255}.{number >> 6 & 255}", 20000 + number % 64), (
            f"10.2.{number >> 14 & 255}.{number >> 6 & 255}", 30000 + number % 64)

    pairs = packets * 2 // 3
    user = b"o5/I:FY32"
    write(path, ETHERNET, [udp_frame(*pair(number), check_request(identity(number), user)) for number in range(pairs)]
          + [udp_frame(*reversed(pair(number)), check_response(identity(number), pair(number)[0], user))
             for number in range(0, pairs, 2)])


def media(path, packets, concurrent=1000):
    """Media of calls that all go on at once: 100 of them, with five senders on each side."""
    calls, each = 100, concurrent // 200
    pairs = [((f"10.1.0.{call}", 20000), (f"10.2.0.{call}", 30000)) for call in range(calls)]

    def frames():
        for call, (one, other) in enumerate(pairs):
            user = b"b%d:a%d" % (call, call)
            yield udp_frame(one, other, check_request(identity(call), user))
            yield udp_frame(other, one, check_response(identity(call), one, user))
        for number in range(packets - 2 * calls):
            turn, sender = divmod(number, concurrent)
            call, sender = sender % calls, sender // calls
            ends = pairs[call] if sender < each else pairs[call][::-1]
            yield udp_frame(*ends, rtp(turn & 0xFFFF, 8, 0xCAFE0000 + sender))

    write(path, ETHERNET, frames())
