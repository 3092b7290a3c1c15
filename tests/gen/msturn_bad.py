# SPDX-License-Identifier: GPL-2.0-or-later
"""MS-TURN and checks that break their rules: a story a frame, with the findings it must bring (STORIES)."""
import struct

from gen.msturn import CLIENT, EDGE, PEER
from gen.turn_messages import (
    COOKIE, VERSION, addr, allocate, att, channel_data, check, check_request, identity, indication, message,
    multiplexed, num, old_request, send)
from gen.wire import Capture

HUGE = struct.pack(">HH", 0x8008, 0xFFFF) + b"abcd"


def raw(kind, ident, body, length=None):
    """A message with a length field of its own."""
    return struct.pack(">HH", kind, len(COOKIE + body) if length is None else length) + ident + COOKIE + body


def deep(levels):
    """A check inside so many Send requests."""
    data = check_request(identity(900))
    for level in range(levels):
        data = send(identity(901 + level), PEER, data, level)
    return data


def stories():
    """(findings, datagram); a finding is the last part of a filter name below msturn.expert or msice.expert."""
    one = identity(500)
    for size in range(4):
        yield ["msturn.attribute_length"], allocate(one, att(0x8037, b"abc"), att(0x8055, bytes(size)))
    yield ["msturn.attribute_beyond"], raw(0x0003, one, HUGE)
    yield ["msturn.attribute_beyond"], raw(0x0003, one, VERSION + struct.pack(">HH", 0x0013, 9) + b"eightbyt")
    for size in range(1, 4):
        yield ["msturn.attribute_fragment"], raw(0x0003, one, VERSION + bytes(size))
    yield ["msturn.length_beyond"], raw(0x0003, one, VERSION, 40)
    yield ["msturn.length_beyond", "msturn.attribute_beyond"], raw(0x0003, one, VERSION + HUGE[:6], 0xFFFF)
    yield ["msturn.length_short"], raw(0x0003, one, VERSION + b"more of it", 16)
    yield ["msturn.nested_too_deep"], deep(64)
    yield ["msturn.type_unknown"], raw(0x0007, one, VERSION)
    yield ["msturn.type_unknown"], raw(0xC003, one, VERSION)
    yield ["msturn.attributes_capped"], raw(0x0003, one, att(0x8022) * 500)
    yield ["msturn.attribute_repeated"], raw(0x0003, one, VERSION * 2)
    yield ["msturn.address_family"], raw(0x0003, one, att(0x0001, b"\0\x09" + bytes(6)))
    yield ["msturn.address_family"], raw(0x0003, one, att(0x8020, b"\0\x02" + bytes(6)))
    yield ["msturn.address_family"], raw(0x0003, one, att(0x8090, b"\0\x01" + bytes(18)))
    yield ["msturn.attribute_length"], raw(0x0003, one, att(0x8090, addr(PEER)))
    yield ["msturn.attribute_length"], raw(0x0003, one, att(0x0012, bytes(12)))
    yield ["msturn.attribute_length"], raw(0x0003, one, att(0x000E, b"\0\x01" + bytes(18)))
    yield ["msturn.reserved_bits"], raw(0x0003, one, num(0x0017, 0x09000001))
    yield ["msturn.error_class"], raw(0x0113, one, att(0x0009, b"\0\0\0\x01none"))
    yield ["msturn.error_number", "msturn.reserved_bits"], raw(0x0113, one, att(0x0009, b"\xff\xff\x04\xffmuch"))
    yield ["msturn.attribute_length"], raw(0x0113, one, att(0x0009, b"\0\0\x04"))
    yield ["msturn.attribute_length"], raw(0x0113, one, att(0x0009, b"\0\0\x04\x14") + att(0x000A, b"\0\x01\0"))
    yield ["msturn.text_too_long"], raw(0x0003, one, att(0x0015, b"r" * 129))
    yield ["msturn.text_too_long"], raw(0x0003, one, att(0x0014, bytes(200)))
    yield ["msturn.dialog_too_long"], raw(0x0003, one, att(0x8061, b"d" * 257))
    yield ["msturn.reserved_value"], raw(0x0003, one, num(0x8055, 0x00090001))
    yield ["msturn.reserved_value", "msturn.reserved_bits"], raw(0x0003, one, num(0x8056, 0x00010003))
    yield ["msturn.reserved_value", "msturn.reserved_bits"], raw(0x0003, one, num(0x8068, 0x09080701))
    yield ["msturn.reserved_bits"], raw(0x0103, one, att(0x805E, b"\xc0" + bytes(11)))
    yield ["msturn.bandwidth_min_above_max"], raw(0x0003, one, att(0x8058, bytes.fromhex("00000009" * 2 + "0000000900000001")))
    yield ["msturn.attribute_missing"], raw(0x0004, one, VERSION)
    yield ["msturn.attribute_missing"], raw(0x0113, one, VERSION)
    yield ["msturn.attribute_missing"], raw(0x0103, one, att(0x0001, addr(PEER)))
    yield ["msturn.cookie_wrong"], raw(0x0003, one, num(0x000F, 0x12345678))
    yield ["msturn.multiplex_length"], struct.pack(">HH", 0xFF10, 3) + b"abc"
    yield ["msturn.multiplex_length"], struct.pack(">HH", 0xFF10, 0)
    yield ["msturn.multiplex_length"], struct.pack(">HH", 0xFF10, 900) + bytes(30)
    yield ["msturn.length_short"], multiplexed(b"data") + b"behind it"
    yield ["msturn.channel_length"], channel_data(0x4000, b"")
    yield ["msturn.nested_too_deep"], _channels(40)
    # What is nested breaks its own rules.
    yield [], indication(one, PEER, b"\x80")
    yield [], indication(one, PEER, b"\x9f\x68" + bytes(12))
    yield [], indication(one, PEER, b"\x80\xc8\xff\xff" + bytes(12))
    yield [], indication(one, PEER, b"\x16\xfe\xff" + bytes(12))
    yield [], indication(one, PEER, b"")
    yield [], indication(one, PEER, b"\0")
    yield ["msice.check_attribute"], indication(one, PEER, check(0x0001, one, att(0x8054, b"")))
    yield ["msice.check_attribute"], indication(one, PEER, check(0x0001, one, num(0x8054, 0), att(0x0020, bytes(9)) + b"abc"))
    yield ["msice.check_length"], indication(one, PEER, check_request(one)[:-5])
    yield ["msice.check_attribute"], indication(one, PEER, _lengthen(check_request(one)))
    yield ["msice.check_attribute"], indication(one, PEER, _lengthen(old_request(identity(501, False))))


def _channels(levels):
    data = b"\xff"
    for _ in range(levels):
        data = channel_data(0x4001, data)
    return data


def _lengthen(text):
    """The last attribute claims more than there is."""
    return text[:-22] + b"\xff\xff" + text[-20:]


def captures():
    capture = Capture()
    capture.udp(CLIENT, EDGE, allocate(identity(499)))
    for _, datagram in stories():
        capture.udp(CLIENT, EDGE, datagram)
    yield "turn-bad-input.pcap", capture
