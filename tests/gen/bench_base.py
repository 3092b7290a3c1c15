# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures for tests/bench.py: large, so made of bytes and not of scapy packets."""
import struct

import captures as files
from gen import other_traffic
from gen.wire import Capture


def udp_frame(src, dst, payload):
    """An Ethernet frame with one IPv4 UDP datagram; src and dst are (address, port). Checksums are 0."""
    size = len(payload) + 8
    return (b"\x02\0\0\0\0\x0b\x02\0\0\0\0\x0a\x08\0"
            + struct.pack("!BBHHHBBH", 0x45, 0, size + 20, 0, 0, 64, 17, 0)
            + bytes(map(int, src[0].split("."))) + bytes(map(int, dst[0].split(".")))
            + struct.pack("!HHHH", src[1], dst[1], size, 0) + payload)


def mixture(path, packets, media=20):
    """What stands on a network beside ours: calls with the media they offer, web, TLS, STUN, DNS and the rest. media:
    packets of RTP each way of a call."""
    capture, number = Capture(), 0
    while len(capture.frames) < packets:
        for part in other_traffic.PARTS:
            if part is other_traffic.calls:
                part(capture, number, port=36000 + number * 2 % 12000, packets=media)
            else:
                part(capture, number)
        number += 1
    files.write(path, files.ETHERNET, [frame[1] for frame in capture.frames[:packets]])


def talk(path, packets):
    """The same with calls of ten seconds, not of less than one."""
    mixture(path, packets, media=500)


HEADER = ('ms-client-diagnostics: 23; reason="Call failed to establish due to a media connectivity failure when one '
          'endpoint is internal and the other is remote";CallerMediaDebug="application-sharing:ICEWarn=0x{flags:x},'
          'LocalSite=207.46.5.9:{port},LocalMR=65.55.127.64:{relay},RemoteSite=192.0.2.77:20702,'
          'RemoteMR=65.55.127.65:57811,PortRange=1025:65000,LocalMRTCPPort={relay},RemoteMRTCPPort=57811,'
          'LocalLocation=1,RemoteLocation=2,FederationType=0"')


def sip_diagnostics(path, packets):
    """SIP messages of which each carries a header with media debug data, no two with the same values."""
    out = []
    for number in range(packets):
        header = HEADER.format(flags=0x4000320 ^ number % 4096, port=1025 + number % 60000,
                               relay=50000 + number % 9999)
        message = other_traffic.sip("BYE sip:bob@example.com SIP/2.0", number, "", header)
        out.append(udp_frame(("192.0.2.10", 5060), ("198.51.100.20", 5060), message))
    files.write(path, files.ETHERNET, out)


def sip_plain(path, packets):
    """SIP messages with nothing of ours, as from any telephone. Each offers media of its own: on one and the
    same address and port, stock Wireshark's chain of conversations would grow with every message."""
    out = []
    for number in range(packets):
        media = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        message = other_traffic.sip("INVITE sip:bob@example.com SIP/2.0", number,
                                    other_traffic.SDP.replace("192.0.2.10", media))
        out.append(udp_frame(("192.0.2.10", 5060), ("198.51.100.20", 5060), message))
    files.write(path, files.ETHERNET, out)
