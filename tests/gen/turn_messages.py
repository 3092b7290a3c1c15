# SPDX-License-Identifier: GPL-2.0-or-later
"""Builders of MS-TURN messages, connectivity checks and media packets, for the generators."""
import base64
import hashlib
import hmac
import socket
import struct

COOKIE = struct.pack(">HHI", 0x000F, 4, 0x72C64BC6)
REALM = b'"rtcmedia"'
NONCE = bytes(range(0x40, 0x54))
USERNAME = bytes.fromhex("0200002490a0dbdb01d6194d") + bytes(range(20)) + bytes(4) + bytes(range(100, 120))
PASSWORD = b"0123456789abcdefghij"
CONNECTION = bytes(range(200, 220))
SESSION = bytes.fromhex("7f20c4dd4f848dfa")


def identity(number, cookie=True):
    """A transaction id: with the RFC 5389 cookie in front, or sixteen other bytes."""
    digest = hashlib.sha256(b"id%d" % number).digest()
    return (bytes.fromhex("2112a442") + digest[:12]) if cookie else digest[:16]


def att(kind, value=b""):
    return struct.pack(">HH", kind, len(value)) + value


def num(kind, value):
    return att(kind, struct.pack(">I", value))


def addr(where, key=None):
    """An address value; key: the transaction id it is XORed with."""
    host, port = where
    packed = socket.inet_pton(socket.AF_INET6 if ":" in host else socket.AF_INET, host)
    port = struct.pack(">H", port)
    if key:
        port = bytes(a ^ b for a, b in zip(port, key))
        packed = bytes(a ^ b for a, b in zip(packed, key))
    return bytes([0, 1 if len(packed) == 4 else 2]) + port + packed


def message(kind, ident, *parts, cookie=True, key=None, sha256=False):
    """One message: header, cookie attribute, the parts, and with a key the message integrity."""
    body = (COOKIE if cookie else b"") + b"".join(parts)
    size = 36 if sha256 else 24
    text = struct.pack(">HH", kind, len(body) + (size if key else 0)) + ident + body
    if key:
        padded = text + bytes(-len(text) % 64)
        text += att(0x0008, hmac.new(key, padded, hashlib.sha256 if sha256 else hashlib.sha1).digest())
    return text


LONG_TERM = hashlib.md5(USERNAME + b":" + REALM + b":" + PASSWORD).digest()
VERSION, LIFETIME, BANDWIDTH = num(0x8008, 4), num(0x000D, 600), num(0x0010, 750)


def sequence(number):
    return att(0x8050, CONNECTION + struct.pack(">I", number))


def allocate(ident, *more, signed=False, **options):
    parts = [VERSION, num(0x8055, 0x00010000), *more]
    if signed:
        parts += [att(0x0006, USERNAME), att(0x0014, NONCE), att(0x0015, REALM)]
    return message(0x0003, ident, *parts, key=LONG_TERM if signed else None, **options)


def challenge(ident, *more):
    return message(0x0113, ident, VERSION, att(0x0009, b"\0\0\x04\x01Unauthorized"), att(0x0014, NONCE),
                   att(0x0015, REALM), *more)


def allocated(ident, relayed, reflexive, *more, lifetime=LIFETIME):
    return message(0x0103, ident, lifetime, att(0x0001, addr(relayed)), VERSION, att(0x8020, addr(reflexive, ident)),
                   sequence(0), BANDWIDTH, *more, key=LONG_TERM)


def failure(kind, ident, code, reason, *more):
    return message(kind, ident, att(0x0009, struct.pack(">HBB", 0, code // 100, code % 100) + reason), *more)


def send(ident, to, data, number, **options):
    return message(0x0004, ident, att(0x0006, USERNAME), att(0x0011, addr(to)), sequence(number), att(0x0013, data),
                   key=LONG_TERM, **options)


def indication(ident, remote, data):
    return message(0x0115, ident, att(0x0012, addr(remote)), att(0x0013, data))


def set_active(ident, to, number):
    return message(0x0006, ident, att(0x0006, USERNAME), att(0x0011, addr(to)), sequence(number), key=LONG_TERM)


def active(ident, number):
    return message(0x0106, ident, sequence(number), key=LONG_TERM)


def multiplexed(data, session=SESSION, channel=0xFF10):
    return struct.pack(">HH", channel, len(data) + 8) + session + data


def channel_data(number, data):
    return struct.pack(">HH", number, len(data)) + data


def padded(kind, value):
    """An attribute as RFC 5389 pads it."""
    return att(kind, value) + bytes(-len(value) % 4)


def check(kind, ident, *parts, key=b"password-of-the-other-end"):
    """An RFC 5389 check with Microsoft's attributes, signed."""
    body = b"".join(parts)
    text = struct.pack(">HH", kind, len(body) + 24) + ident + body
    return text + att(0x0008, hmac.new(key, text + bytes(-len(text) % 64), hashlib.sha1).digest())


def check_request(ident, username=b"o5/I:FY32", role=0x802A, nominated=False, foundation=b"1\0\0\0"):
    parts = [padded(0x0006, username), num(0x0024, 0x6EFFFEFF), att(role, bytes.fromhex("0000000001e6e480")),
             att(0x8054, foundation), num(0x8070, 2)]
    if nominated:
        parts.append(att(0x0025))
    return check(0x0001, ident, *parts)


def check_response(ident, seen, username=b"o5/I:FY32"):
    return check(0x0101, ident, padded(0x0006, username), att(0x0020, addr(seen, ident)), num(0x8070, 2))


def check_error(ident, code, reason):
    value = struct.pack(">HBB", 0, code // 100, code % 100) + reason
    return check(0x0111, ident, padded(0x0009, value), num(0x8070, 2))


# Two candidate ids of draft 6, as candidate lines write them, without padding.
IDS = ["1Riht1AWk/mZ0Cql0gRZGGlCOCTsMMcVTeDbVoNqYnU", "eruIOfpRxnrwnIfaotrx0V4u19qpWSh/s/uuesQabp8"]


def old_username(receiver, sender, component):
    halves = [base64.b64decode(text + "=") + b":%d" % component for text in (receiver, sender)]
    return b":".join(halves)


def old_check(kind, ident, *parts, key=b"sixteen byte key"):
    body = b"".join(parts)
    text = struct.pack(">HH", kind, len(body) + 24) + ident + body
    return text + att(0x0008, hmac.new(key, text + bytes(-len(text) % 64), hashlib.sha1).digest())


def old_request(ident, receiver=IDS[0], sender=IDS[1], component=1, nominated=False):
    parts = [att(0x0006, old_username(receiver, sender, component)), num(0x0024, 0x3F000000)]
    return old_check(0x0001, ident, *parts, *([att(0x0025)] if nominated else []))


def old_response(ident, seen, receiver=IDS[0], sender=IDS[1], component=1):
    return old_check(0x0101, ident, att(0x0006, old_username(receiver, sender, component)),
                     att(0x0020, addr(seen, ident)))


def rtp(number, payload_type=104, ssrc=0xCAFE0001, size=40):
    return struct.pack(">BBHII", 0x80, payload_type, number, 160 * number, ssrc) + bytes(number * k & 0xFF for k in range(size))


def rtcp(ssrc=0xCAFE0001):
    """A sender report and a description, in the clear."""
    report = struct.pack(">BBHIIIIII", 0x80, 200, 6, ssrc, 0xD6000000, 0, 1600, 10, 400)
    name = b"\x01\x05alice\x00"
    return report + struct.pack(">BBHI", 0x81, 202, 1 + len(name) // 4, ssrc) + name


def srtcp(index, ssrc=0xCAFE0001, mki=b""):
    """The same, encrypted: a clear header, noise, index with the E bit, authentication tag."""
    noise = hashlib.sha256(b"srtcp%d" % index).digest()
    return struct.pack(">BBHI", 0x80, 200, 6, ssrc) + noise[:20] + noise[4:20] + \
        struct.pack(">I", 0x80000000 | index) + mki + noise[:10]


def dtls_hello():
    """A DTLS 1.2 ClientHello without extensions."""
    hello = b"\xfe\xfd" + bytes(range(32)) + b"\0\0" + b"\0\x02\xc0\x2b" + b"\x01\0"
    fragment = b"\x01" + len(hello).to_bytes(3, "big") + b"\0\0" + bytes(3) + len(hello).to_bytes(3, "big") + hello
    return b"\x16\xfe\xff" + b"\0\0" + bytes(6) + struct.pack(">H", len(fragment)) + fragment
