# SPDX-License-Identifier: GPL-2.0-or-later
"""The network of a scenario: namespaces, cables, addresses, and what is done to packets on the way.

Everything lives in the private mount, process and network namespaces that tests/lab.sh has made for the run: whatever
ends the run, the kernel takes all of it away, and two runs share no name.
"""
import contextlib
import ctypes
import os
import subprocess
from typing import NamedTuple

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
NAMES = "/run/netns"


def ip(*words):
    subprocess.run(["ip", *words], check=True, stdin=subprocess.DEVNULL)


def enter(handle):
    if LIBC.setns(handle, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


@contextlib.contextmanager
def inside(place):
    """Sockets that are made in here belong to the place."""
    before = os.open("/proc/self/ns/net", os.O_RDONLY)
    there = os.open(f"{NAMES}/{place}", os.O_RDONLY)
    try:
        enter(there)
        yield
    finally:
        enter(before)
        os.close(there)
        os.close(before)


def run_in(place, *words, **options):
    return subprocess.run(["ip", "netns", "exec", place, *words], stdin=subprocess.DEVNULL, check=True,
                          stdout=subprocess.PIPE, encoding="utf-8", **options)


class Link(NamedTuple):
    """A cable from a place to its router, with a network of its own."""

    place: str
    router: str
    network: str     # the first three numbers
    host: int        # the last number of the place; the router has 1
    mtu: int = 1500

    @property
    def address(self):
        return f"{self.network}.{self.host}"

    @property
    def gateway(self):
        return f"{self.network}.1"


class Net:
    """Places by name, with their addresses. The routers forward; a place sends all to its router."""

    def __init__(self):
        self.places = []
        self.address = {}
        self.device = {}     # (router, place) -> the router's end

    def add(self, *places):
        for place in places:
            ip("netns", "add", place)
            ip("-n", place, "link", "set", "lo", "up")
            run_in(place, "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv4.conf.all.rp_filter=0",
                   "net.ipv4.conf.default.rp_filter=0", "net.ipv6.conf.all.disable_ipv6=1",
                   "net.ipv4.icmp_ratelimit=0")
            self.places.append(place)

    def connect(self, link):
        """A cable; the place's end is called like the place, which names the interface in its capture."""
        near, far = link.place, f"to-{link.place}"
        ip("link", "add", near, "netns", link.place, "type", "veth", "peer", "name", far, "netns", link.router)
        ip("-n", link.place, "address", "add", f"{link.address}/24", "dev", near)
        ip("-n", link.router, "address", "add", f"{link.gateway}/24", "dev", far)
        for place, device in ((link.place, near), (link.router, far)):
            ip("-n", place, "link", "set", device, "mtu", str(link.mtu), "up")
        ip("-n", link.place, "route", "add", "default", "via", link.gateway)
        self.address[link.place] = link.address
        self.device[link.router, link.place] = far

    def tunnel(self, place, gateway, network):
        """A second cable, to a gateway that the place does not send all to."""
        ip("link", "add", "tunnel", "netns", place, "type", "veth", "peer", "name", f"to-{place}", "netns", gateway)
        for end, name, number in ((place, "tunnel", 2), (gateway, f"to-{place}", 1)):
            ip("-n", end, "address", "add", f"{network}.{number}/24", "dev", name)
            ip("-n", end, "link", "set", name, "mtu", "1400", "up")

    def route(self, place, network, gateway):
        ip("-n", place, "route", "add", f"{network}.0/24", "via", gateway)

    @staticmethod
    def no_route(place, kind, network):
        """The place knows no way: kind is blackhole, unreachable or prohibit."""
        ip("-n", place, "route", "add", kind, f"{network}.0/24")


class Filter:
    """nftables of a place: rules of one chain for what is forwarded, one for what is translated."""

    def __init__(self, place):
        self.place = place
        self.nft("add table inet lab; add chain inet lab way { type filter hook forward priority 0; }; "
                 "add chain inet lab own { type filter hook input priority 0; }; "
                 "add chain inet lab out { type filter hook output priority 0; }; "
                 "add chain inet lab turn { type nat hook prerouting priority -100; }; "
                 "add chain inet lab hide { type nat hook postrouting priority 100; }")

    def nft(self, text):
        run_in(self.place, "nft", text)

    def add(self, rule, chain="way"):
        self.nft(f"add rule inet lab {chain} {rule}")

    def hide_behind(self, device):
        """Source addresses become the router's."""
        self.add(f'oifname "{device}" masquerade random', "hide")
