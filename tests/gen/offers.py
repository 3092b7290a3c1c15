# SPDX-License-Identifier: GPL-2.0-or-later
"""Offers of today's clients: default candidates where UDP and TCP share an address, sections that share candidates."""
from .signalling import answer, invite, sdp
from .sip import CLIENT, SERVER, message
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

# Offers with transports and types of others, and what is said of them: by whom, the media, the summary, whether a note
# says that something is not known, and whether it is a call of Microsoft's.
SO = [f"a=candidate:{n} 1 {word} {priority} {place}" for n, word, priority, place in (
    (1, "TCP-SO", 2120613887, "192.0.2.7 50000 typ host"),
    (2, "tcp-so", 174455807, f"{RELAY} 51000 typ relay raddr 192.0.2.7 rport 50000"))]
TLS = f"a=candidate:4 1 tls 41885439 {RELAY} 443 typ relay raddr 192.0.2.7 rport 54400 generation 0"
OTHERS = {
    "so": (section("applicationsharing", 50000, *SO, protocol="TCP/RTP/SAVP"),
           "1 host, 0 srflx, 1 relay (TCP)", False, True),
    "tls": (section("audio", 9, HOST, TLS), "1 host, 0 srflx, 0 relay (UDP); 0 host, 0 srflx, 1 relay (unknown transport)",
            True, False),
    "default": (section("audio", 443, f"c=IN IP4 {RELAY}", TLS), "0 host, 0 srflx, 1 relay (unknown transport)", True, False),
    "local": (section("audio", 9, "a=candidate:5 1 udp 41885439 192.0.2.7 443 typ local generation 0"),
              "0 host, 0 srflx, 0 relay, 1 of unknown type (UDP)", True, False),
    "both": (section("audio", 9, "a=candidate:5 1 ssltcp 41885439 192.0.2.7 443 typ local"),
             "0 host, 0 srflx, 0 relay, 1 of unknown type (unknown transport)", True, False),
    "seven": (section("audio", 9, "a=candidate:1 1 5 sctp 1 192.0.2.7 9"), "0 host, 0 srflx, 0 relay, 1 of unknown type "
              "(unknown transport)", True, False),
    # A relay over a transport that is not known here is one.
    "microsoft": (section("audio", 50000, "a=x-source:main-audio", HOST, TLS), "1 host, 0 srflx, 0 relay (UDP); "
                  "0 host, 0 srflx, 1 relay (unknown transport)", True, False),
}

# Key offers of the RFCs, and the suite that is told of each.
SECRET = "S0ECRETsecretS0ECRETsecretS0ECRETsecretS0"
SUITES = {
    f"1 {name} inline:{SECRET}|2^31": name for name in (
        "AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32", "F8_128_HMAC_SHA1_80", "AES_192_CM_HMAC_SHA1_80",
        "AES_256_CM_HMAC_SHA1_32", "SEED_CTR_128_HMAC_SHA1_80", "SEED_128_CCM_80", "SEED_128_GCM_96",
        "AEAD_AES_128_GCM", "AEAD_AES_256_GCM", "NULL_HMAC_SHA1_80")
} | {
    f"1 client AES_CM_128_HMAC_SHA1_80 inline:{SECRET}|2^31|1:1": "AES_CM_128_HMAC_SHA1_80",
    f"23\tserver\tAEAD_AES_256_GCM\tINLINE:{SECRET}": "AEAD_AES_256_GCM",
    # Keys where a suite should stand, and lines that say none.
    f"1 inline:{SECRET} AES_CM_128_HMAC_SHA1_80": None, f"1 {SECRET} inline:AES_CM_128_HMAC_SHA1_80": None,
    f"1 {SECRET.upper()} inline:x": None, f"1 AES_CM_128_HMAC_SHA1_80 {SECRET}": None,
    f"1 client {SECRET} AES_CM_128_HMAC_SHA1_80 inline:x": None, "1 AES_CM_128_HMAC_SHA1_80": None,
    f"1 AES_CM_{SECRET} inline:x": None, "1 s0ecret_S0_S inline:x": None, "1 secretS0_S inline:x": None, f"AES_CM_128_HMAC_SHA1_80 inline:{SECRET}": None, "1": None, "1 client": None,
}

# Lists of healthy calls, an offer and an answer each, of which nothing deserves a warning: names in place of addresses
# may stand for those of the family that is missing, candidates that follow in other messages too; more extensions than
# anybody uses; blanks around values.
IPV6 = "a=candidate:2 1 UDP 2130705919 2001:db8::9 50002 typ host"
RELAYED = [f"a=candidate:7 1 UDP 184548351 {RELAY} 54000 typ relay raddr 192.0.2.7 rport 50000",
           f"a=candidate:7 1 TCP-PASS 174456319 {RELAY} 54000 typ relay raddr 192.0.2.7 rport 50000"]
NAMED = "a=candidate:1 1 UDP 2130706431 6f1c3a1e-0d5c-4f5e-9d6c-1f7a2b3c4d5e.local 50000 typ host"
TRICKLE = "a=ice-options:trickle ice2"
MANY = f"{HOST} " + " ".join(f"name{number} value{number}" for number in range(20))
HEALTHY = {
    "names": ([HOST, *RELAYED], [NAMED, IPV6]),
    "names_first": ([NAMED, IPV6], [HOST, *RELAYED]),
    "trickle": ([TRICKLE, HOST], [TRICKLE, IPV6]),
    "trickle_later": ([TRICKLE, "a=x-source:main-audio"], [TRICKLE, "a=x-source:main-audio"]),
    "many": ([MANY, *RELAYED], [HOST, *RELAYED]),
}
# Candidates of one section for two, whose names have blanks around them.
BLANKS = [section("audio", 3478, "a=mid: 0 ", *CREDENTIALS, *PAIR), section("video", 3481, "a=mid:3 ", "a=x-source:main-video")]

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
    for name, (lines, *_) in OTHERS.items():
        capture.udp(CLIENT, SERVER, message("INVITE sip:bob@example.com SIP/2.0", ["User-Agent: JsSIP 3.1.2"],
                                            sdp(RELAY, lines), f"others-{name}@test", "1 INVITE"))
    for number, line in enumerate(SUITES):
        name = "cryptoscale" if "client" in line or "server" in line else "crypto"
        capture.udp(CLIENT, SERVER, invite(sdp(RELAY, section("audio", 3478, *PAIR, f"a={name}:{line}")),
                                           call_id=f"suite-{number}@test"))
    # The answer shares, too: nothing is missing in it, and its addresses are those of the first section.
    capture.udp(SERVER, CLIENT, answer(sdp(RELAY, audio(), VIDEO, DATA, session=GROUP), call_id="shared-group@test"))
    return capture


def captures():
    yield "sig-offers.pcap", offers()
