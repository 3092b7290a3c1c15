# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures of the signalling side for tests/bench.py."""
import captures as files
from gen import other_traffic
from gen.bench_base import udp_frame


def offer(number):
    """An SDP body with 20 candidate lines of RFC 5245, as a client with three interfaces and a relay writes it;
    addresses and ports are of this offer alone."""
    host, relay = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}", f"198.51.{number >> 8 & 255}.{number & 255}"
    port = 20000 + number % 20000
    lines = ["v=0", f"o=- 0 0 IN IP4 {host}", "s=session", f"c=IN IP4 {host}", "b=CT:99980", "t=0 0",
             "a=x-devicecaps:audio:send,recv;video:send,recv", f"m=audio {port} RTP/SAVP 114 9 0 8 101",
             f"a=x-ssrc-range:{number}-{number}", "a=label:main-audio", "a=x-source:main-audio", "a=ice-ufrag:qTWN",
             "a=ice-pwd:2o2rsADDtO3pvvcdWePDtHhn"]
    base = 2130706431
    for index in range(1, 5):
        for component in (1, 2):
            lines.append(f"a=candidate:{index} {component} UDP {base - 512 * index - component} {host} "
                         f"{port + 2 * index + component} typ host ")
    for index, transport in ((5, "UDP"), (6, "TCP-PASS"), (7, "TCP-ACT"), (8, "UDP")):
        for component in (1, 2):
            lines.append(f"a=candidate:{index} {component} {transport} {184548351 - component} {relay} "
                         f"{port + 9000 + component} typ relay raddr 203.0.113.9 rport {port + component} ")
    for index in (9, 10):
        for component in (1, 2):
            lines.append(f"a=candidate:{index} {component} TCP-ACT {1684797951 - component} {host} {port} typ srflx "
                         f"raddr {host} rport {port} ")
    lines += ["a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:l66PA6e3xsp7M/CaclNPb3wejr5sKhr2ZLzDfyno|2^31|1:1",
              "a=maxptime:200", f"a=rtcp:{port + 1}", "a=rtpmap:114 x-msrta/16000", "a=fmtp:114 bitrate=29000",
              "a=rtpmap:9 G722/8000", "a=rtpmap:0 PCMU/8000", "a=rtpmap:8 PCMA/8000",
              "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-16", "a=rtcp-mux", "a=ptime:20"]
    return "\r\n".join(lines) + "\r\n"


def offers(path, packets):
    """INVITEs with 20 candidates, each of a call of its own."""
    files.write(path, files.ETHERNET, [
        udp_frame(("192.0.2.10", 5060), ("198.51.100.20", 5060),
                  other_traffic.sip("INVITE sip:bob@example.com SIP/2.0", number, offer(number)))
        for number in range(packets)])
