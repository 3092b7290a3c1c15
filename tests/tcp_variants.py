# SPDX-License-Identifier: GPL-2.0-or-later
"""The same TCP streams in other packets: cut into small segments, out of order, with retransmissions."""
import logging
import pathlib
import struct

from scapy.layers.inet import IP, TCP
from scapy.layers.l2 import Ether
from scapy.packet import Raw
from scapy.utils import rdpcap, wrpcap

ETHERNET = Ether


def secrets(path):
    """The TLS key log inside a pcapng file."""
    data, offset, found = pathlib.Path(path).read_bytes(), 0, b""
    while offset + 12 <= len(data):
        kind, length = struct.unpack_from("<II", data, offset)
        if kind == 10:  # Decryption Secrets Block
            size = struct.unpack_from("<I", data, offset + 12)[0]
            found += data[offset + 16:offset + 16 + size]
        offset += length
    return found.decode()


def read(path):
    logging.getLogger("scapy.runtime").setLevel(logging.ERROR)
    return list(rdpcap(str(path)))


def write(path, packets):
    """Writes packets with new times, a millisecond apart."""
    for number, packet in enumerate(packets):
        packet.time = 1388577600 + number / 1000
    wrpcap(str(path), packets)


def _fresh(packet):
    """A copy whose lengths and checksums are computed again."""
    copy = packet.copy()
    del copy[IP].len, copy[IP].chksum, copy[TCP].chksum
    return Ether(bytes(copy))


def moved(packets, host):
    """The same packets between other addresses, so that captures can be joined: the last byte becomes host."""
    result = []
    for packet in packets:
        copy = packet.copy()
        for name in ("src", "dst"):
            setattr(copy[IP], name, getattr(copy[IP], name).rsplit(".", 1)[0] + f".{host}")
        # On the loopback interface both ends may have the same address.
        if copy[IP].src == copy[IP].dst:
            copy[IP].dst = "127.1.0.1" if packet[TCP].dport == 443 else copy[IP].dst
            copy[IP].src = "127.1.0.1" if packet[TCP].sport == 443 else copy[IP].src
        result.append(_fresh(copy))
    return result


def segmented(packets, size):
    """Payloads cut into segments of at most size bytes."""
    result = []
    for packet in packets:
        payload = bytes(packet[TCP].payload)
        if len(payload) <= size:
            result.append(packet.copy())
            continue
        for offset in range(0, len(payload), size):
            copy = packet.copy()
            copy[TCP].remove_payload()
            copy[TCP].seq = (packet[TCP].seq + offset) & 0xFFFFFFFF
            result.append(_fresh(copy / Raw(payload[offset:offset + size])))
    return result


def _payload(packet):
    return len(bytes(packet[TCP].payload)) if TCP in packet else 0


def swapped(packets, every=3):
    """Every n-th segment with data changes places with the next, where that one goes the same way."""
    result = list(packets)
    seen = 0
    number = 0
    while number + 1 < len(result):
        this, following = result[number], result[number + 1]
        if _payload(this) and _payload(following) and this[TCP].sport == following[TCP].sport:
            seen += 1
            if seen % every == 0:
                result[number], result[number + 1] = following, this
                number += 1
        number += 1
    return result


def repeated(packets, every=4):
    """Every n-th segment with data is sent once more."""
    result = []
    seen = 0
    for packet in packets:
        result.append(packet)
        if _payload(packet):
            seen += 1
            if seen % every == 0:
                result.append(packet.copy())
    return result


def without(packets, every=5):
    """Every n-th segment with data is missing from the capture."""
    result = []
    seen = 0
    for packet in packets:
        if _payload(packet):
            seen += 1
            if seen % every == 0:
                continue
        result.append(packet)
    return result
