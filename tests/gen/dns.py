# SPDX-License-Identifier: GPL-2.0-or-later
"""Questions to a name server, and what it says."""
import socket
import struct

A, AAAA = 1, 28
NOT_FOUND = 3


def message(number, name, kind, flags, answers=(), authority=b""):
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"
    body = struct.pack(">HHHHHH", number, flags, 1, len(answers), bool(authority), 0) + labels
    body += struct.pack(">HH", kind, 1)
    for address in answers:
        packed = socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)
        body += struct.pack(">HHHIH", 0xC00C, kind, 1, 300, len(packed)) + packed
    return body + authority


def start_of_authority():
    names = b"\x02ns\x07example\x03com\0\x05admin\x07example\x03com\0"
    return b"\x07example\x03com\0" + struct.pack(">HHIH", 6, 1, 300, len(names) + 20) + names + \
        struct.pack(">IIIII", 1, 900, 300, 604800, 60)


def ask(capture, client, server, name, addresses, kind=A, tries=1, answered=True):
    """A question and its answer; addresses: None = there is no such name, [] = it has none of this kind."""
    number = 0x1200 + client[1] % 256
    for again in range(tries):
        capture.udp(client, server, message(number, name, kind, 0x0100), 0.01 if again == 0 else float(again))
    if not answered:
        return
    flags = 0x8180 | (NOT_FOUND if addresses is None else 0)
    capture.udp(server, client, message(number, name, kind, flags, addresses or (),
                                        b"" if addresses else start_of_authority()), 0.015)
