# SPDX-License-Identifier: GPL-2.0-or-later
"""A media relay that does what a relay must ([MS-TURN]): allocations over UDP, and over TCP behind the pseudo-TLS exchange, with
credentials, refreshes and releases, permissions, an active destination, other relays named, and refusals.

A client over UDP gets a UDP port, one over TCP a TCP port that connects and is connected to.
"""
import asyncio
import hashlib
import hmac
import os
import socket
import struct

from gen import tcp443
from peers.relay import COOKIE, REALM, address, attribute, attributes, read_address, signed, xored

from .net import inside

HELLO = 50       # bytes of the client's
CONTROL, DATA = 2, 3
REASONS = {300: b"Try Alternate", 401: b"Unauthorized", 431: b"Integrity Check Failure", 436: b"Unknown Username",
           438: b"Stale Nonce", 486: b"Allocation Quota Reached", 500: b"Server Error"}
PORTS = range(50000, 60000)
NEAR = 10        # seconds that a connection between relays may take


class Allocation:
    """What a client has at the relay. tell: sends bytes to the client, as a message or bare."""

    def __init__(self, edge, client, tell):
        self.edge, self.client, self.tell = edge, client, tell
        self.active = None
        self.permitted = set()
        self.connection = os.urandom(20)
        self.indications = 0

    def from_peer(self, data, source):
        if source[0] not in self.permitted and not self.edge.open_to_all:
            return
        if self.edge.deaf_after is not None:
            return
        if self.active == source:
            self.tell(data, bare=True)
            return
        body = COOKIE + attribute(0x0012, address(source)) + attribute(0x0013, data)
        self.tell(struct.pack(">HH", 0x0115, len(body)) + os.urandom(16) + body)


class Datagrams(Allocation, asyncio.DatagramProtocol):
    """A UDP port of the relay."""

    async def open(self):
        sock = self.edge.socket(socket.SOCK_DGRAM, self.edge.free_port())
        self.relayed = sock.getsockname()
        self.transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: self, sock=sock)

    def datagram_received(self, data, source):
        self.from_peer(data, source)

    def to_peer(self, data, peer):
        self.permitted.add(peer[0])
        self.transport.sendto(data, peer)

    def close(self):
        self.transport.close()


class Connections(Allocation):
    """A TCP port of the relay: it is connected to, and connects."""

    async def open(self):
        port = self.edge.free_port()
        self.listener = self.edge.socket(socket.SOCK_STREAM, port)
        self.relayed = self.listener.getsockname()
        self.peers, self.waiting = {}, {}
        self.server = await asyncio.start_server(self.accepted, sock=self.listener)

    async def accepted(self, reader, writer):
        source = writer.get_extra_info("peername")
        self.peers[source] = writer
        await self.pump(reader, source)

    async def pump(self, reader, source):
        try:
            while data := await reader.read(8192):
                self.from_peer(data, source)
        except OSError:
            pass
        self.peers.pop(source, None)

    async def connect(self, peer):
        loop = asyncio.get_running_loop()
        sock = self.edge.socket(socket.SOCK_STREAM, self.relayed[1])
        sock.setblocking(False)
        try:
            await asyncio.wait_for(loop.sock_connect(sock, peer), NEAR)
            reader, writer = await asyncio.open_connection(sock=sock)
        except (OSError, asyncio.TimeoutError):
            sock.close()
            self.waiting.pop(peer, None)
            return
        self.peers[peer] = writer
        for data in self.waiting.pop(peer, []):
            writer.write(data)
        await self.pump(reader, peer)

    def to_peer(self, data, peer):
        self.permitted.add(peer[0])
        if peer in self.peers:
            self.peers[peer].write(data)
        elif peer in self.waiting:
            self.waiting[peer].append(data)
        else:
            self.waiting[peer] = [data]
            self.edge.keep(self.connect(peer))

    def close(self):
        self.server.close()
        for writer in self.peers.values():
            writer.close()


class Edge(asyncio.DatagramProtocol):
    """The server. refuse: an error code for every allocation; alternate: (address, port) that clients are sent to."""

    def __init__(self, place, address_of, credentials, ports=(3478, 443), seed=0, nat=None):
        self.place, self.address = place, address_of
        self.nat = nat or {}
        self.credentials = dict(credentials)    # user name -> password
        self.udp_port, self.tcp_port = ports
        self.clients, self.tasks = {}, set()
        self.refuse = self.alternate = self.deaf_after = None
        self.refuse_refresh = None
        self.open_to_all = False
        self.lifetime = 600
        self.next_port = seed
        self.silent = False
        self.quota = None

    def socket(self, kind, port):
        with inside(self.place):
            sock = socket.socket(socket.AF_INET, kind)
        if kind == socket.SOCK_STREAM:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sock.bind((self.address, port))
        sock.setblocking(False)
        return sock

    def free_port(self):
        self.next_port += 2
        return PORTS[self.next_port % len(PORTS)]

    def keep(self, work):
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def start(self, udp=True, tcp=True):
        if udp:
            await asyncio.get_running_loop().create_datagram_endpoint(
                lambda: self, sock=self.socket(socket.SOCK_DGRAM, self.udp_port))
        if tcp:
            await asyncio.start_server(self.connected, sock=self.socket(socket.SOCK_STREAM, self.tcp_port))

    # UDP.

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, client):
        def tell(message, bare=False):
            self.transport.sendto(message, client)
        self.keep(self.from_client(("udp", client), data, Datagrams, tell))

    # TCP.

    async def connected(self, reader, writer):
        client = writer.get_extra_info("peername")

        def tell(message, bare=False):
            writer.write(struct.pack(">BBH", DATA if bare else CONTROL, 0, len(message)) + message)
        try:
            hello = await reader.readexactly(HELLO)
            if hello[:3] != b"\x16\x03\x01":
                return
            if self.silent:
                await reader.read()
                return
            writer.write(tcp443.server_hello())
            while True:
                kind, _, length = struct.unpack(">BBH", await reader.readexactly(4))
                message = await reader.readexactly(length)
                await self.from_client(("tcp", client), message, Connections, tell, bare=kind == DATA)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            self.forget(("tcp", client))

    def forget(self, client):
        allocation = self.clients.pop(client, None)
        if allocation:
            allocation.close()

    # Messages of both.

    async def from_client(self, client, message, kind_of_allocation, tell, bare=False):
        allocation = self.clients.get(client)
        if bare or message[20:28] != COOKIE:
            if allocation and allocation.active and not self.silent:
                allocation.to_peer(message, allocation.active)
            return
        if self.silent:
            return
        kind, found = struct.unpack_from(">H", message)[0], attributes(message)
        if kind == 0x0003:
            await self.allocate(client, message, found, kind_of_allocation, tell)
        elif allocation and kind == 0x0004:
            allocation.to_peer(found[0x0013], read_address(found[0x0011]))
        elif allocation and kind == 0x0006:
            allocation.active = read_address(found[0x0011])
            allocation.permitted.add(allocation.active[0])
            tell(signed(0x0106, message[4:20], attribute(0x8050, allocation.connection + bytes(4)), self.key(found)))

    def key(self, found):
        user = found.get(0x0006, b"")
        password = self.credentials.get(user, b"")
        if 0x0015 not in found and not self.challenges:
            return password
        return hashlib.md5(user + b":" + REALM.strip(b'"') + b":" + password).digest()

    challenges = True

    def is_signed_well(self, message, found):
        if 0x0008 not in found:
            return False
        text = message[:message.rindex(found[0x0008]) - 4]
        return hmac.new(self.key(found), text + bytes(-len(text) % 64), hashlib.sha1).digest() == found[0x0008]

    def refusal(self, client, message, found):
        """The error code for an Allocate request; None: it is granted."""
        if 0x0008 not in found:
            return 401
        if found.get(0x0006) not in self.credentials:
            return self.unknown
        if not self.is_signed_well(message, found):
            return 431
        if client in self.clients:
            return self.refuse_refresh
        if self.alternate:
            return 300
        if self.quota is not None and len(self.clients) >= self.quota:
            return 486
        return self.refuse

    unknown = 436

    async def allocate(self, client, message, found, kind_of_allocation, tell):
        identity, code = message[4:20], self.refusal(client, message, found)
        if code:
            body = attribute(0x8008, struct.pack(">I", 4)) + \
                attribute(0x0009, struct.pack(">HBB", 0, code // 100, code % 100) + REASONS[code])
            if code == 401:
                body += attribute(0x0014, bytes(range(0x40, 0x50))) + attribute(0x0015, REALM)
            if code == 300:
                body += attribute(0x000E, address(self.alternate))
            tell(signed(0x0113, identity, body, None))
            return
        lifetime = struct.unpack(">I", found[0x000D])[0] if 0x000D in found else self.lifetime
        if client not in self.clients and lifetime:
            self.clients[client] = kind_of_allocation(self, client, tell)
            await self.clients[client].open()
        allocation = self.clients.get(client)
        relayed = allocation.relayed if allocation else (self.address, 0)
        seen = self.nat.get(client[1][0], client[1][0]), client[1][1]
        body = attribute(0x0001, address(relayed)) + attribute(0x8020, xored(address(seen), identity)) + \
            attribute(0x000D, struct.pack(">I", min(lifetime, self.lifetime))) + \
            attribute(0x8008, struct.pack(">I", 4)) + \
            attribute(0x8050, (allocation.connection if allocation else bytes(20)) + bytes(4))
        tell(signed(0x0103, identity, body, self.key(found)))
        if not lifetime:
            self.forget(client)
