# SPDX-License-Identifier: GPL-2.0-or-later
"""The scenarios: a row each."""
from typing import Callable, NamedTuple

from . import faults as f

SHARING = "applicationsharing"


class Row(NamedTuple):
    """A scenario. The causes are the names of the verdict's rules."""

    name: str
    topology: str                     # home, inside, two-edges
    fault: Callable | None            # what is wrong from the start
    outcome: str                      # what really becomes of the call
    expect: tuple                     # causes that are right; () = none may be named
    wrong: tuple = ()                 # causes that one might think of
    flags: int | None = None          # of the header, where the call fails
    nat: str = "symmetric"            # or cone
    media: str = "audio"
    mode: str = "oc2007r2"
    relays: tuple = ("udp", "tls")
    peer_relay: bool = True
    locations: tuple = (1, 2)
    talk: float = 6
    every: int = 20                   # milliseconds between packets of media
    size: int = 160
    before: Callable | None = None    # behind the sign-in
    meanwhile: Callable | None = None  # in place of the talk
    unknown: dict = {}                # "client-none", "edge", "*-none": why the cause cannot be known from such a view
    edge_knows: bool = False          # the cause can be seen at the Edge

    @property
    def payload(self):
        """Payload type and clock of the media."""
        return (127, 90) if self.media == SHARING else (0, 8)


# Why a view cannot know.
FAR = "what happens in the client's network, or to its packets on their way, does not show at the Edge"
NAMELESS = {"*-none": "without signalling nobody says that the name is a relay's, or that there should be a relay"}
HUNG_UP = {"*-none": "without signalling a reset looks like the end of the call"}
WHOSE = {"*-none": "without signalling nobody says which of the peer's addresses is its relay's"}
ENDS = {"*-none": "without the header nothing tells which of the two ends swallows what arrives there"}

HEALTHY = [
    Row("healthy-relay", "home", None, "connected", (), ("relay_unreachable", "edges_apart")),
    Row("healthy-nat", "home", None, "connected", (), ("no_route",), nat="cone"),
    Row("healthy-inside", "inside", None, "connected", (), ("no_route",)),
    Row("healthy-two-edges", "two-edges", None, "connected", (), ("edges_apart",)),
    Row("healthy-wlm2009", "home", None, "connected", (), ("credentials_unknown",), mode="wlm2009"),
    Row("healthy-tls-only", "home", None, "connected", (), ("udp_3478_blocked",), relays=("tls",)),
    Row("healthy-sharing-inside", "inside", None, "connected", (), ("tcp_media_blocked",), media=SHARING, every=50, size=1200),
    Row("healthy-sharing-relay", "home", None, "connected", (), ("tcp_media_blocked",), media=SHARING, every=50, size=1200),
    Row("healthy-far", "home", f.wire(delay=0.2), "connected", (), ("relay_unreachable",)),
    Row("healthy-satellite", "home", f.wire(delay=0.7), "connected", (), ("relay_unreachable", "relay_blocked")),
    Row("healthy-lossy", "home", f.wire(loss=0.015), "connected", (), ("media_quality",)),
    Row("healthy-short", "home", None, "connected", (), ("path_lost",), talk=1),
    Row("healthy-hold", "home", None, "connected", (), ("path_lost", "media_quality"),
        meanwhile=f.after(3, f.mute_both, f.pause(5), f.speak_again, 4)),
    Row("healthy-refreshes", "home", f.edge(lifetime=16), "connected", (), ("path_lost",), talk=20),
    Row("healthy-443-swallowed", "home", f.swallow_443, "connected", (), ("firewall_443", "relay_blocked")),
    Row("healthy-443-intercepted", "home", f.intercept, "connected", (), ("http_proxy",)),
    Row("healthy-icmp", "home", f.rule('oifname "{wan}" udp dport 20000-41000 reject with icmp type net-unreachable'),
        "connected", (), ("host_refuses", "no_route")),
    Row("healthy-small-mtu", "inside", f.rule("meta length > 1200 drop"), "connected", ()),
    Row("healthy-open-relay", "home", f.edge(open_to_all=True), "connected", (), ("peer_without_relay",), peer_relay=False),
    Row("healthy-mtu-told", "inside", f.small_mtu(told=True), "connected", (), ("tcp_media_blocked",), media=SHARING, every=50,
        size=1200),
    Row("healthy-mtu-audio", "home", f.small_mtu(told=False), "connected", (), ("firewall_443",)),
    Row("healthy-vpn", "home", f.vpn(), "connected", (), ("host_refuses", "relay_unreachable")),
    Row("healthy-vpn-dead", "home", f.vpn("drop"), "connected", (), ("udp_3478_blocked", "relay_unreachable", "relay_blocked")),
    Row("healthy-reinvite", "home", None, "connected", (), ("path_lost", "media_one_way"),
        meanwhile=f.after(3, f.mute_both, f.invite_again, f.pause(2), f.invite_again, f.speak_again, 4)),
    Row("healthy-proxy", "home", f.forward_proxy(f.OPEN_PROXY), "connected", (), ("http_proxy", "firewall_443")),
]

LESS = [
    Row("lossy", "home", f.wire(loss=0.12), "connected", ("media_quality",), ("path_lost",), talk=8),
    Row("jitter", "home", f.each(f.wire(jitter=0.35), f.overtaking), "connected", ("media_quality",), talk=8),
    Row("gap", "home", None, "connected", ("media_quality",), ("path_lost",),
        meanwhile=f.after(3, f.cut(), f.pause(4), f.cut(False, False), 4)),
    Row("udp-blocked", "home", f.udp_blocked(), "connected", ("udp_3478_blocked",), ("relay_unreachable", "relay_blocked")),
    Row("udp-port-unreachable", "home", f.udp_blocked("reject with icmp type port-unreachable"), "connected",
        ("udp_3478_blocked",), ("relay_unreachable",)),
    Row("udp-prohibited", "home", f.udp_blocked("reject with icmp type admin-prohibited"), "connected",
        ("udp_3478_blocked",), ("host_refuses",)),
    Row("udp-host-unreachable", "home", f.udp_blocked("reject with icmp type host-unreachable"), "connected", ("udp_3478_blocked",),
        ("relay_unreachable", "no_route", "host_refuses")),
    Row("udp-net-unreachable", "home", f.udp_blocked("reject with icmp type net-unreachable"), "connected", ("udp_3478_blocked",),
        ("relay_unreachable", "no_route", "host_refuses")),
    Row("udp-prot-unreachable", "home", f.udp_blocked("reject with icmp type prot-unreachable"), "connected", ("udp_3478_blocked",),
        ("relay_unreachable", "no_route", "host_refuses")),
    Row("udp-host-prohibited", "home", f.udp_blocked("reject with icmp type host-prohibited"), "connected", ("udp_3478_blocked",),
        ("relay_unreachable", "no_route", "host_refuses")),
    Row("udp-net-prohibited", "home", f.udp_blocked("reject with icmp type net-prohibited"), "connected", ("udp_3478_blocked",),
        ("relay_unreachable", "no_route", "host_refuses")),
    Row("vpn-without-udp", "home", f.each(f.udp_blocked(), f.vpn("meta l4proto udp drop")), "connected", ("udp_3478_blocked",),
        ("relay_unreachable",)),
    Row("one-way-media", "home", None, "one way", ("media_one_way",), ("path_lost",),
        meanwhile=f.after(0, f.rule('iifname "{wan}" meta l4proto udp drop'), 6)),
    Row("cut", "home", None, "interrupted", ("path_lost",), ("media_one_way",), meanwhile=f.after(4, f.cut(), 10)),
    Row("cut-wlm2009", "home", None, "interrupted", ("path_lost",), ("media_one_way",), meanwhile=f.after(4, f.cut(), 10),
        mode="wlm2009"),
    Row("reinvite-cut", "home", None, "interrupted", ("path_lost",), ("media_one_way",),
        meanwhile=f.after(3, f.invite_again, f.pause(2), f.cut(), 10)),
    Row("cut-inside", "inside", None, "interrupted", ("path_lost",), meanwhile=f.after(4, f.cut(), 10)),
    Row("relay-dies", "home", None, "interrupted", ("path_lost",), ("relay_unreachable",),
        meanwhile=f.after(4, f.relay_dies, 10), edge_knows=True),
    Row("refresh-refused", "home", f.edge(lifetime=16), "interrupted", ("path_lost",), ("relay_quota", "credentials_unknown"),
        meanwhile=f.after(4, f.relay_forgets, 14), edge_knows=True),
    Row("flows-forgotten", "home", None, "interrupted", ("path_lost",), ("media_one_way",),
        relays=("udp",), meanwhile=f.after(3, f.forget_flows(2), f.pause(1), f.mute_both, f.pause(6), f.speak_again, 10)),
    Row("sharing-reset", "inside", None, "interrupted", ("path_lost", "media_reset"), media=SHARING, every=50, size=1000,
        meanwhile=f.after(3, f.rule("ip protocol tcp tcp dport != {{ 5060, 443 }} tcp sport != {{ 5060, 443 }} reject with tcp reset"), 6), unknown=HUNG_UP),
]

# A proxy that waits for the rest of a request says nothing: all that is seen is that the hello is swallowed.
SWALLOWED = "relay_blocked", "http_proxy"
BLOCKED = f.each(f.udp_blocked(), f.swallow_443)
FAILED = [
    # The relay lets in nobody whom the client has not named: it knows the peer's private address only.
    Row("peer-hidden", "home", None, "failed", ("peer_without_relay",), ("host_refuses",), flags=0x1e0, peer_relay=False, nat="cone"),
    # Neither way to the relay.
    Row("relay-swallowed", "home", BLOCKED, "failed", ("relay_blocked",), ("relay_unreachable",), flags=0x80012b),
    Row("relay-reset", "home", f.each(f.udp_blocked(), f.reset_data_443), "failed", ("relay_blocked",),
        ("credentials",), flags=0x80012b),
    Row("relay-dropped", "home", f.each(f.udp_blocked(), f.drop_443), "failed", ("relay_blocked", "relay_unreachable"),
        ("no_route",), flags=0x12b),
    Row("relay-prohibited", "home", f.each(f.udp_blocked("reject with icmp type admin-prohibited"),
                                           f.refuse_443("icmp type admin-prohibited")), "failed",
        ("relay_blocked", "relay_unreachable"), ("host_refuses",), flags=0x12b),
    Row("edge-down", "home", f.each(f.service_down, f.only_relays()), "failed", ("relay_unreachable",),
        ("credentials", "host_refuses"), flags=0x12b, edge_knows=True),
    Row("edge-hangs", "home", f.each(f.edge(silent=True), f.only_relays()), "failed", ("relay_unreachable", "relay_blocked"),
        flags=0x80012b, edge_knows=True),
    # Without pseudo-TLS, which this mode of libnice does not have.
    Row("relay-dropped-wlm2009", "home", f.udp_blocked(), "failed", ("relay_unreachable", "relay_blocked", "udp_3478_blocked"),
        ("credentials",), flags=0x12b, mode="wlm2009", relays=("udp",)),
    # Who answers on 443 in place of the relay.
    Row("intercepting-proxy", "home", f.each(f.udp_blocked(), f.intercept), "failed", SWALLOWED,
        ("relay_unreachable",), flags=0x80012b),
    Row("tls-inspection", "home", f.each(f.udp_blocked(), f.inspect), "failed", ("tls_inspection",), ("http_proxy",),
        flags=0x80012b),
    Row("web-filter", "home", f.each(f.udp_blocked(), f.web_filter(f.BLOCKED_PAGE)), "failed", ("http_proxy",),
        ("tls_inspection",), flags=0x80012b),
    Row("captive-portal", "home", f.each(f.udp_blocked(), f.web_filter(f.LOGIN_PAGE)), "failed", ("http_proxy",), flags=0x80012b),
    Row("proxy-refuses", "home", f.each(f.udp_blocked(), f.forward_proxy(f.REFUSING_PROXY)), "failed", ("http_proxy",),
        ("relay_unreachable",), flags=0x100012b),
    Row("proxy-authentication", "home", f.each(f.udp_blocked(), f.forward_proxy(f.AUTHENTICATING_PROXY)), "failed",
        ("http_proxy",), ("credentials_unknown",), flags=0x300012b),
    # The same for sharing, whose audio goes along over UDP.
    Row("sharing-443-swallowed", "home", f.swallow_443, "failed", ("firewall_443",), ("tcp_media_blocked",), media=SHARING,
        flags=0x800128, before=f.audio_goes_along),
    Row("sharing-443-dropped", "home", f.drop_443, "failed", ("firewall_443",), media=SHARING, flags=0x128,
        before=f.audio_goes_along),
    Row("sharing-443-refused", "home", f.refuse_443(), "failed", ("firewall_443",), media=SHARING, flags=0x128,
        before=f.audio_goes_along),
    Row("sharing-443-intercepted", "home", f.intercept, "failed", ("firewall_443", "http_proxy"), media=SHARING, flags=0x800128,
        before=f.audio_goes_along),
    Row("sharing-443-limit", "home", f.rule("tcp dport 443 ct state new ct count over 3 drop"), "failed", ("connection_limit",),
        ("firewall_443",), media=SHARING, flags=0x128, before=f.fill_connections),
    # Names.
    Row("no-such-name", "home", f.each(f.names("--address=/av.example.com/"), f.udp_blocked(), f.only_relays()), "failed",
        ("dns_failure",), ("no_relay_configured",), flags=0x80120, unknown=NAMELESS),
    Row("dns-silent", "home", f.each(f.SILENT_DNS, f.only_relays()), "failed", ("dns_failure",),
        ("own_without_relay",), flags=0x80120, unknown=NAMELESS),
    Row("wrong-address", "home", f.each(f.wrong_address, f.only_relays()), "failed", ("relay_unreachable", "relay_blocked"),
        ("dns_failure",), flags=0x12b),
    # Credentials and the relay's own refusals.
    Row("mras-refuses", "home", f.each(f.mras_refuses, f.only_relays()), "failed", ("credentials",), ("relay_unreachable",),
        flags=0x120, unknown=NAMELESS),
    Row("unknown-user", "home", f.each(f.unknown_user, f.only_relays()), "failed", ("credentials_unknown",),
        ("relay_unreachable",), flags=0x4120, edge_knows=True),
    Row("challenged-again", "home", f.each(f.unknown_user, f.edge(unknown=401), f.only_relays()), "failed",
        ("credentials_unknown",), ("credentials",), flags=0x4120, edge_knows=True),
    Row("quota", "home", f.each(f.edge(quota=0), f.only_relays()), "failed", ("relay_quota",), ("credentials_unknown",), flags=0x12a, edge_knows=True),
    Row("unknown-user-wlm2009", "home", f.each(f.unknown_user, f.only_relays()), "failed", ("credentials_unknown",),
        ("relay_unreachable",), flags=0x4120, edge_knows=True, mode="wlm2009"),
    Row("quota-wlm2009", "home", f.each(f.edge(quota=0), f.only_relays()), "failed", ("relay_quota",), ("credentials_unknown",),
        flags=0x12a, edge_knows=True, mode="wlm2009"),
    Row("alternate-dead", "home", f.each(f.dead_alternate, f.only_relays()), "failed", ("relay_redirect",),
        ("relay_unreachable",), flags=0x40012b),
    # Between the computers.
    Row("no-route", "inside", f.no_route("blackhole"), "failed", ("no_route",), ("relay_unreachable",), flags=0x29),
    Row("no-route-icmp", "inside", f.no_route("unreachable"), "failed", ("no_route",), ("host_refuses",), flags=0x29),
    Row("no-route-prohibit", "inside", f.no_route("prohibit"), "failed", ("no_route",), ("host_refuses",), flags=0x29),
    Row("host-refuses", "inside", f.each(f.no_relay_named, f.rule("ip daddr {peer} reject with icmp type admin-prohibited"),
                                         f.rule("ip saddr {peer} udp dport 1024-65535 drop")), "failed",
        ("host_refuses",), ("no_route",), flags=0x120, peer_relay=False),
    Row("host-refuses-port", "inside", f.each(f.no_relay_named, f.rule("ip daddr {peer} reject with icmp type port-unreachable"),
                                                     f.rule("ip saddr {peer} udp dport 1024-65535 drop")), "failed",
        ("host_refuses",), ("no_route",), flags=0x120, peer_relay=False),
    Row("peer-unreachable", "inside", f.each(f.no_relay_named, f.rule("ip daddr {peer} reject with icmp type host-unreachable"),
                                                     f.rule("ip saddr {peer} udp dport 1024-65535 drop")), "failed",
        ("no_route", "host_refuses"), ("one_way_filter",), flags=0x120, peer_relay=False),
    Row("edges-apart", "two-edges", f.each(f.only_relays(), f.only_relays("peerwall", "peerwan"),
                                           f.at_computer("edge", "own", "ip saddr {edge2} drop"),
                                           f.at_computer("edge2", "own", "ip saddr {edge} drop")), "failed", ("edges_apart",),
        ("relay_unreachable",), flags=0x40003a0, unknown=WHOSE),
    Row("peer-without-relay", "home", f.only_relays("peerwall", "peerwan"), "failed", ("peer_without_relay",),
        ("edges_apart",), flags=0x1e0, peer_relay=False),
    Row("peer-without-relay-wlm2009", "home", f.only_relays("peerwall", "peerwan"), "failed", ("peer_without_relay",),
        ("edges_apart",), flags=0x1e0, peer_relay=False, mode="wlm2009"),
    Row("own-without-relay", "home", f.each(f.no_relay_named, f.only_relays()), "failed", ("own_without_relay",),
        ("relay_unreachable",), flags=0x1e0),
    Row("one-way-filter", "inside", f.each(f.no_relay_named, f.rule("ip saddr {client} ip daddr {peer} drop")), "failed",
        ("one_way_filter",), ("no_route", "host_refuses"), flags=0x120, peer_relay=False),
    Row("antivirus-resets", "inside", f.each(f.no_relay_named, f.at_computer(
        "peer", "own", "ip saddr {client} tcp flags & psh == psh reject with tcp reset")), "failed",
        ("media_reset", "tcp_media_blocked"), ("no_route", "host_refuses"), media=SHARING, flags=0x320, peer_relay=False),
    Row("antivirus-drops", "home", f.at_computer(
        "client", "out", "tcp dport 443 ct original bytes > 1000 drop", "tcp dport != {{ 443, 5060 }} drop"), "failed",
        ("tcp_media_blocked",), ("relay_unreachable", "firewall_443"), media=SHARING, flags=0x320, locations=(1, 1),
        unknown=ENDS),
    # Checks are small, what is shared is not: large segments vanish, and nobody says so.
    Row("mtu-hole", "inside", f.small_mtu(told=False), "failed", ("path_cut", "tcp_media_blocked"), ("media_one_way",),
        media=SHARING, every=50, size=1200, flags=0x8000100),
    # The first checks pass, what comes behind them does not.
    Row("antivirus-cuts", "home", f.at_computer(
        "client", "out", "tcp dport 443 ct original bytes > 2500 drop", "tcp dport != {{ 443, 5060 }} drop"), "failed",
        ("path_cut",), ("relay_unreachable", "firewall_443"), media=SHARING, flags=0x8000100, locations=(1, 1), unknown=ENDS),
]

ROWS = HEALTHY + LESS + FAILED

# Where the Edge's recording holds what could be taken for the client's; told of with the client's signalling, and without.
MERGED = ("no-such-name", "mras-refuses", "udp-blocked", "peer-without-relay", "relay-dropped", "antivirus-drops")
MERGED_SILENT = ("one-way-media", "peer-hidden", "sharing-443-dropped", "no-route", "own-without-relay")

# The client's, of which signalling says more.
SILENT = ("healthy-two-edges", "sharing-reset", "mtu-hole")

# Of each kind one, for the test command.
QUICK = ("healthy-relay", "healthy-443-swallowed", "udp-blocked", "relay-swallowed", "proxy-refuses", "tls-inspection", "no-route",
         "unknown-user")
