# SPDX-License-Identifier: GPL-2.0-or-later
"""Genuine TLS 1.2 as a Teams client speaks it to its relays on 443, as far as a capture without keys shows it."""
import struct

from .dialects import some_bytes
from .tcp443_certificate import DER

HANDSHAKE, CHANGE_CIPHER, ALERT, APPLICATION = 22, 20, 21, 23


def record(kind, body, version=0x0303):
    return struct.pack(">BHH", kind, version, len(body)) + body


def message(kind, body):
    return bytes([kind]) + len(body).to_bytes(3, "big") + body


def extension(kind, body):
    return struct.pack(">HH", kind, len(body)) + body


def client_hello(name):
    """With a server name, four suites, two groups; no ALPN."""
    host = name.encode()
    extensions = (extension(0, struct.pack(">HBH", len(host) + 3, 0, len(host)) + host)
                  + extension(10, b"\0\x04\0\x1d\0\x17") + extension(11, b"\x01\0")
                  + extension(13, b"\0\x04\x04\x01\x04\x03") + extension(23, b""))
    body = (b"\x03\x03" + some_bytes("hello" + name, 32) + b"\0" + b"\0\x08\xc0\x2f\xc0\x30\xc0\x2b\xc0\x2c" + b"\x01\0"
            + struct.pack(">H", len(extensions)) + extensions)
    return record(HANDSHAKE, message(1, body), 0x0301)


def server_flight():
    """ServerHello, Certificate, ServerKeyExchange, ServerHelloDone."""
    certificate = len(DER).to_bytes(3, "big") + DER
    hello = b"\x03\x03" + some_bytes("server", 32) + b"\x20" + some_bytes("session", 32) + b"\xc0\x2f\0" + \
        b"\0\x05" + extension(0xFF01, b"\0")
    key = b"\x03\0\x1d\x20" + some_bytes("key", 32) + b"\x04\x01\x01\0" + some_bytes("sign", 64) * 4
    return (record(HANDSHAKE, message(2, hello)) + record(HANDSHAKE, message(11, len(certificate).to_bytes(3, "big")
                                                                              + certificate))
            + record(HANDSHAKE, message(12, key)) + record(HANDSHAKE, message(14, b"")))


def finished(side):
    key = record(HANDSHAKE, message(16, b"\x20" + some_bytes("client key", 32))) if side == 0 else b""
    return key + record(CHANGE_CIPHER, b"\x01") + record(HANDSHAKE, some_bytes(f"finished{side}", 40))


def application(number, size=64):
    return record(APPLICATION, some_bytes(f"data{number}", min(size, 64)) + bytes(max(0, size - 64)))


def converse(stream, name, exchanges=2, rtt=0.04):
    """Handshake and some encrypted data each way on an open connection."""
    stream.send(0, client_hello(name))
    stream.send(1, server_flight(), sizes=[1400], after=rtt)
    stream.send(0, finished(0))
    stream.send(1, finished(1), after=rtt)
    for number in range(exchanges):
        stream.send(0, application(number, 120))
        stream.send(1, application(100 + number, 180), after=rtt)
