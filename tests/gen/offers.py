# SPDX-License-Identifier: GPL-2.0-or-later
"""Offers of today's clients: default candidates where UDP and TCP share an address, sections that share candidates."""
from .signalling import answer, invite, sdp
from .sip import CLIENT, SERVER
from .wire import Capture

RELAY, RELAY6 = "198.51.100.195", "2001:db8:111::486"
CREDENTIALS = ["a=ice-ufrag:abcd", "a=ice-pwd:abcdefghabcdefghabcdefgh"]
PAIR = [f"a=candidate:1 1 UDP 54001663 {RELAY} 3478 typ relay raddr 10.0.16.144 rport 3478",
        f"a=candidate:3 1 tcp-pass 18087935 {RELAY} 3478 typ relay raddr 10.0.16.144 rport 3478",
        f"a=x-candidate-ipv6:4 1 tcp-pass 18087935 {RELAY6} 3478 typ relay"]
HOST = "a=candidate:1 1 UDP 2130706431 192.0.2.7 50000 typ host"


def section(name, port, *lines, protocol="RTP/SAVP"):
    return [f"m={name} {port} {protocol} 104", *lines]


def audio(*lines, mid="0"):
    return section("audio", 3478, f"a=mid:{mid}", "a=label:main-audio", *CREDENTIALS, *PAIR, *lines)


# Candidates that are the default ones, as "transport address:port", by medium; each body one of a name.
DEFAULTS = {
    "teams": ([audio("a=rtcp:3478")], [f"UDP {RELAY}:3478"]),
    "sharing": ([section("applicationsharing", 3478, *PAIR, protocol="TCP/RTP/SAVP")], [f"TCP-PASS {RELAY}:3478"]),
    "draft06": ([section("audio", 3478, f"a=candidate:{'u' * 43} 1 {'p' * 22} UDP 0.410 {RELAY} 3478 ",
                         f"a=candidate:{'t' * 43} 1 {'p' * 22} TCP 0.250 {RELAY} 3478 ")], [f"UDP {RELAY}:3478"]),
    "act": ([section("audio", 3478, PAIR[0], f"a=candidate:5 1 TCP-ACT 174848511 {RELAY} 3478 typ relay",
                     f"a=candidate:5 2 TCP-ACT 174847998 {RELAY} 3478 typ relay", "a=rtcp:3478")],
            [f"UDP {RELAY}:3478"]),
    "tcp_only": ([section("audio", 3478, PAIR[1], "a=x-source:main-audio")], []),
}

VIDEO = section("video", 3481, "a=mid:3", "a=label:applicationsharing-video", "a=x-ssrc-range:8313-8412")
DATA = section("x-data", 3480, "a=mid:4", "a=label:data")
GROUP = ["a=group:BUNDLE 0 3 4"]
TWO_GROUPS = ["a=group:BUNDLE 0 3", "a=group:LS 0 5", "a=group:BUNDLE 4 5"]
ONLY = section("video", 0, "a=bundle-only", "a=mid:3", "a=x-source:main-video")

# Session lines, media, and who goes by whose candidates (None: nobody's, which is a finding).
SHARED = {
    "teams": ((), [audio(), VIDEO, DATA], {"video": "audio", "x-data": "audio"}),
    "group": (GROUP, [audio(), VIDEO, DATA], {"video": "audio", "x-data": "audio"}),
    "credentials": (GROUP, [audio(), [*VIDEO, *CREDENTIALS]], {"video": "audio"}),
    "second": (GROUP, [section("audio", 3478, "a=mid:0", "a=x-source:main-audio"), [*VIDEO, HOST]], {"audio": "video"}),
    "bundle_only": (GROUP, [audio(), ONLY], {"video": "audio"}),
    "two_groups": (TWO_GROUPS, [audio(), VIDEO, DATA], {"video": "audio", "x-data": None}),
    "outside": (["a=group:BUNDLE 0 3"], [audio(), VIDEO, DATA], {"video": "audio", "x-data": None}),
    "no_mid": ((), [audio(), [line for line in VIDEO if "mid" not in line]], {"video": None}),
    "own": ((), [audio(), [*VIDEO, "a=ice-ufrag:wxyz"]], {"video": None}),
    "similar": (["a=group:BUNDLE 0 33 13"], [audio(), VIDEO], {"video": None}),
}


def offers():
    capture = Capture()
    for name, (media, _) in DEFAULTS.items():
        capture.udp(CLIENT, SERVER, invite(sdp(RELAY, *media), call_id=f"default-{name}@test"))
    for name, (session, media, _) in SHARED.items():
        capture.udp(CLIENT, SERVER, invite(sdp(RELAY, *media, session=session), call_id=f"shared-{name}@test"))
    # The answer shares, too: nothing is missing in it, and its addresses are those of the first section.
    capture.udp(SERVER, CLIENT, answer(sdp(RELAY, audio(), VIDEO, DATA, session=GROUP), call_id="shared-group@test"))
    return capture


def captures():
    yield "sig-offers.pcap", offers()
