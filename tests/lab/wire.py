# SPDX-License-Identifier: GPL-2.0-or-later
"""A long wire between two places: delay, jitter, loss and cuts.

A kernel need not have the queueing discipline netem; every kernel that has namespaces has TUN devices. So the wire
is a pair of them, and what comes out of one goes into the other when its time has come.
"""
import fcntl
import heapq
import os
import random
import struct

from .net import inside, ip

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 1, 0x1000
LONGEST = 65536


def tun(place, name):
    """The handle of a new TUN device in a place."""
    with inside(place):
        handle = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(handle, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return handle


class Wire:
    """From place a to place b. delay and jitter in seconds, loss as a share; each a pair: a to b, and b to a."""

    def __init__(self, a, b, network, seed, delay=0.01, mtu=1500):
        self.ends = a, b
        self.names = f"wan-{b}", f"wan-{a}"
        self.addresses = f"{network}.1", f"{network}.2"
        self.delay, self.jitter, self.loss = [delay, delay], [0.0, 0.0], [0.0, 0.0]
        self.cut = [False, False]
        self.random = random.Random(seed)
        self.waiting, self.number = [], 0
        self.last = [0.0, 0.0]
        self.ordered = True
        self.handles = [tun(place, name) for place, name in zip(self.ends, self.names)]
        for place, name, own, other in zip(self.ends, self.names, self.addresses, reversed(self.addresses)):
            ip("-n", place, "address", "add", own, "peer", other, "dev", name)
            ip("-n", place, "link", "set", name, "mtu", str(mtu), "up")

    def start(self, loop):
        self.loop = loop
        for side, handle in enumerate(self.handles):
            loop.add_reader(handle, self.read, side)

    def read(self, side):
        for _ in range(64):
            try:
                packet = os.read(self.handles[side], LONGEST)
            except BlockingIOError:
                return
            if self.cut[side] or self.random.random() < self.loss[side]:
                continue
            jitter = self.jitter[side]
            late = self.delay[side] + (self.random.uniform(0, jitter) if jitter else 0)
            # One behind the other, as in a queue.
            when = self.loop.time() + late
            if self.ordered:
                when = self.last[side] = max(self.last[side], when)
            self.number += 1
            heapq.heappush(self.waiting, (when, self.number, side, packet))
            self.loop.call_at(when, self.deliver)

    def deliver(self):
        while self.waiting and self.waiting[0][0] <= self.loop.time() + 0.0005:
            _, _, side, packet = heapq.heappop(self.waiting)
            if not self.cut[side]:
                try:
                    os.write(self.handles[1 - side], packet)
                except OSError:
                    pass  # its far end drops what it has no room for


